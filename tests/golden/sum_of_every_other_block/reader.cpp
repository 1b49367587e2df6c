// main: reader kernel, generated from TileLang.
//
// Work: 3 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 3 blocks
// Circular buffers:
//   A_s (id 0): 2 blocks of 1 x 1 tile, Float32, reader -> compute
//   scalars (id 3): 2 pages of 32 bytes, Int32, reader -> compute

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t A_addr = get_arg_val<uint32_t>(0);
    const uint32_t First_addr = get_arg_val<uint32_t>(1);
    const int32_t start_id = get_arg_val<uint32_t>(2);
    const int32_t count = get_arg_val<uint32_t>(3);

    constexpr uint32_t cb_scalars = get_named_compile_time_arg_val("cb_scalars");
    CircularBuffer scalars(cb_scalars);
    constexpr uint32_t cb_A_s = get_named_compile_time_arg_val("cb_A_s");
    CircularBuffer A_s(cb_A_s);

    constexpr auto A_args = TensorAccessorArgs<0>();
    const auto A = TensorAccessor(A_args, A_addr);
    constexpr auto First_args = TensorAccessorArgs<2>();
    const auto First = TensorAccessor(First_args, First_addr);
    const Noc noc;

    constexpr int32_t scalars_page_bytes = 32;
    constexpr int32_t A_s_tiles = 1;
    constexpr int32_t A_extent0 = 8;
    constexpr int32_t A_s_tile_bytes = 4096;

    for (int32_t work = start_id; work < start_id + count; ++work) {
        const int32_t bx = work;
        int32_t block = 0;
        scalars.reserve_back(1);
        const uint32_t page = bx / 32;
        const uint32_t start = bx % 32 / 16 * 1024 + bx % 16 / 8 * 32;
        noc.async_read(First, scalars, scalars_page_bytes, {.page_id = page, .offset_bytes = start}, {.offset_bytes = 0});
        noc.async_read_barrier();
        const int32_t First_element = reinterpret_cast<volatile tt_l1_ptr int32_t*>(scalars.get_write_ptr())[bx % 8];
        reinterpret_cast<volatile tt_l1_ptr uint32_t*>(scalars.get_write_ptr())[0] = First_element;
        scalars.push_back(1);
        block = First_element;
        while (block < 8) {
            const int32_t block_now = block;
            A_s.reserve_back(A_s_tiles);
            const uint32_t page_1 = block_now;
            constexpr uint32_t offset = 0;
            if (block_now >= 0 && block_now < A_extent0) {
                noc.async_read(A, A_s, A_s_tile_bytes, {.page_id = page_1}, {.offset_bytes = offset});
            } else {
                noc.async_write_zeros(A_s, A_s_tile_bytes, {.offset_bytes = offset});
            }
            noc.async_read_barrier();
            noc.write_zeros_l1_barrier();
            A_s.push_back(A_s_tiles);
            block = block + 2;
        }
    }
}

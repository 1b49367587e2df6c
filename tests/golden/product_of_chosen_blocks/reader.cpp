// main: reader kernel, generated from TileLang.
//
// Work: 4 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 1 tile column of the output
//   by: 2 blocks, each 1 tile row of the output
// Circular buffers:
//   A_s (id 0): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   B_s (id 1): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   scalars (id 3): 2 pages of 32 bytes, Int32, reader -> compute

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t A_addr = get_arg_val<uint32_t>(0);
    const uint32_t B_addr = get_arg_val<uint32_t>(1);
    const uint32_t Mask_addr = get_arg_val<uint32_t>(2);
    const int32_t start_id = get_arg_val<uint32_t>(3);
    const int32_t count = get_arg_val<uint32_t>(4);
    const int32_t Nt = get_arg_val<uint32_t>(6);

    constexpr uint32_t cb_scalars = get_named_compile_time_arg_val("cb_scalars");
    CircularBuffer scalars(cb_scalars);
    constexpr uint32_t cb_A_s = get_named_compile_time_arg_val("cb_A_s");
    CircularBuffer A_s(cb_A_s);
    constexpr uint32_t cb_B_s = get_named_compile_time_arg_val("cb_B_s");
    CircularBuffer B_s(cb_B_s);

    constexpr auto A_args = TensorAccessorArgs<0>();
    const auto A = TensorAccessor(A_args, A_addr);
    constexpr auto B_args = TensorAccessorArgs<2>();
    const auto B = TensorAccessor(B_args, B_addr);
    constexpr auto Mask_args = TensorAccessorArgs<4>();
    const auto Mask = TensorAccessor(Mask_args, Mask_addr);
    const Noc noc;

    const int32_t bx_blocks = Nt;
    constexpr int32_t scalars_page_bytes = 32;
    constexpr int32_t A_s_tiles = 1;
    constexpr int32_t A_row_tiles = 4;
    constexpr int32_t A_s_tile_bytes = 2048;
    constexpr int32_t B_s_tiles = 1;
    constexpr int32_t B_row_tiles = 2;
    constexpr int32_t B_s_tile_bytes = 2048;
    constexpr int32_t k_steps = 4;

    for (int32_t work = start_id; work < start_id + count; ++work) {
        const int32_t bx = work % bx_blocks;
        const int32_t by = work / bx_blocks;
        for (int32_t k = 0; k < k_steps; ++k) {
            scalars.reserve_back(1);
            const uint32_t page = by + bx / 32 + k / 32;
            const uint32_t start = bx % 32 / 16 * 1024 + k % 32 / 16 * 512 + bx % 16 * 32;
            noc.async_read(Mask, scalars, scalars_page_bytes, {.page_id = page, .offset_bytes = start}, {.offset_bytes = 0});
            noc.async_read_barrier();
            const int32_t Mask_element = reinterpret_cast<volatile tt_l1_ptr uint16_t*>(scalars.get_write_ptr())[k % 16] & 32767;
            reinterpret_cast<volatile tt_l1_ptr uint32_t*>(scalars.get_write_ptr())[0] = Mask_element;
            scalars.push_back(1);
            if (Mask_element != 0) {
                A_s.reserve_back(A_s_tiles);
                const uint32_t page_1 = by * A_row_tiles + k;
                constexpr uint32_t offset = 0;
                noc.async_read(A, A_s, A_s_tile_bytes, {.page_id = page_1}, {.offset_bytes = offset});
                B_s.reserve_back(B_s_tiles);
                const uint32_t page_2 = k * B_row_tiles + bx;
                constexpr uint32_t offset_1 = 0;
                noc.async_read(B, B_s, B_s_tile_bytes, {.page_id = page_2}, {.offset_bytes = offset_1});
                noc.async_read_barrier();
                A_s.push_back(A_s_tiles);
                B_s.push_back(B_s_tiles);
            }
        }
    }
}

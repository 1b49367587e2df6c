// main: reader kernel, generated from TileLang.
//
// Work: 2 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 1 tile column of the output
//   by: 1 blocks, each 1 tile row of the output
// Circular buffers:
//   a (id 0): 2 blocks of 1 x 1 tile, UInt8, reader -> compute
//   b (id 1): 2 blocks of 1 x 1 tile, UInt8, reader -> compute

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t A_addr = get_arg_val<uint32_t>(0);
    const uint32_t B_addr = get_arg_val<uint32_t>(1);
    const uint32_t start_id = get_arg_val<uint32_t>(2);
    const uint32_t count = get_arg_val<uint32_t>(3);
    const uint32_t Nt = get_arg_val<uint32_t>(5);

    constexpr uint32_t cb_a = get_named_compile_time_arg_val("cb_a");
    CircularBuffer a(cb_a);
    constexpr uint32_t cb_b = get_named_compile_time_arg_val("cb_b");
    CircularBuffer b(cb_b);

    constexpr auto A_args = TensorAccessorArgs<0>();
    const auto A = TensorAccessor(A_args, A_addr);
    constexpr auto B_args = TensorAccessorArgs<2>();
    const auto B = TensorAccessor(B_args, B_addr);
    const Noc noc;

    const uint32_t bx_blocks = Nt;
    constexpr uint32_t a_tiles = 1;
    constexpr uint32_t A_row_tiles = 2;
    constexpr uint32_t a_tile_bytes = 1024;
    constexpr uint32_t b_tiles = 1;
    constexpr uint32_t B_row_tiles = 2;
    constexpr uint32_t b_tile_bytes = 1024;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work % bx_blocks;
        const uint32_t by = work / bx_blocks;
        a.reserve_back(a_tiles);
        const uint32_t page = by * A_row_tiles + bx;
        constexpr uint32_t offset = 0;
        noc.async_read(A, a, a_tile_bytes, {.page_id = page}, {.offset_bytes = offset});
        b.reserve_back(b_tiles);
        const uint32_t page_1 = by * B_row_tiles + bx;
        constexpr uint32_t offset_1 = 0;
        noc.async_read(B, b, b_tile_bytes, {.page_id = page_1}, {.offset_bytes = offset_1});
        noc.async_read_barrier();
        a.push_back(a_tiles);
        b.push_back(b_tiles);
    }
}

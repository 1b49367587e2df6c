// main: reader kernel, generated from TileLang.
//
// Work: 2 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 1 tile row of the output
// Circular buffers:
//   A_s (id 0): 2 blocks of 1 x 3 tiles, Float16_b, reader -> compute
//   W_s (id 1): 2 blocks of 1 x 3 tiles, Float16_b, reader -> compute

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t A_addr = get_arg_val<uint32_t>(0);
    const uint32_t W_addr = get_arg_val<uint32_t>(1);
    const uint32_t start_id = get_arg_val<uint32_t>(2);
    const uint32_t count = get_arg_val<uint32_t>(3);

    constexpr uint32_t cb_A_s = get_named_compile_time_arg_val("cb_A_s");
    CircularBuffer A_s(cb_A_s);
    constexpr uint32_t cb_W_s = get_named_compile_time_arg_val("cb_W_s");
    CircularBuffer W_s(cb_W_s);

    constexpr auto A_args = TensorAccessorArgs<0>();
    const auto A = TensorAccessor(A_args, A_addr);
    constexpr auto W_args = TensorAccessorArgs<2>();
    const auto W = TensorAccessor(W_args, W_addr);
    const Noc noc;

    constexpr uint32_t A_s_tiles = 3;
    constexpr uint32_t A_s_cols = 3;
    constexpr uint32_t A_row_tiles = 3;
    constexpr uint32_t A_s_tile_bytes = 2048;
    constexpr uint32_t W_s_tiles = 3;
    constexpr uint32_t W_s_cols = 3;
    constexpr uint32_t W_s_tile_bytes = 2048;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work;
        A_s.reserve_back(A_s_tiles);
        for (uint32_t col = 0; col < A_s_cols; ++col) {
            const uint32_t page = bx * A_row_tiles + col;
            const uint32_t offset = col * A_s_tile_bytes;
            noc.async_read(A, A_s, A_s_tile_bytes, {.page_id = page}, {.offset_bytes = offset});
        }
        W_s.reserve_back(W_s_tiles);
        for (uint32_t col = 0; col < W_s_cols; ++col) {
            const uint32_t page = col;
            const uint32_t offset = col * W_s_tile_bytes;
            noc.async_read(W, W_s, W_s_tile_bytes, {.page_id = page}, {.offset_bytes = offset});
        }
        noc.async_read_barrier();
        A_s.push_back(A_s_tiles);
        W_s.push_back(W_s_tiles);
    }
}

// main: reader kernel, generated from TileLang.
//
// Work: 2 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 1 blocks, each 2 tile columns of the output
//   by: 2 blocks, each 1 tile row of the output
// Circular buffers:
//   scale_s (id 0): 2 blocks of 1 x 2 tiles, Float32, reader -> compute
//   A_s (id 1): 2 blocks of 1 x 2 tiles, Float16_b, reader -> compute
//   B_l (id 2): 2 blocks of 2 x 1 tiles, UInt8, reader -> compute

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t A_addr = get_arg_val<uint32_t>(0);
    const uint32_t B_addr = get_arg_val<uint32_t>(1);
    const uint32_t scale_addr = get_arg_val<uint32_t>(2);
    const uint32_t start_id = get_arg_val<uint32_t>(3);
    const uint32_t count = get_arg_val<uint32_t>(4);
    const uint32_t Nt = get_arg_val<uint32_t>(6);

    constexpr uint32_t cb_scale_s = get_named_compile_time_arg_val("cb_scale_s");
    CircularBuffer scale_s(cb_scale_s);
    constexpr uint32_t cb_A_s = get_named_compile_time_arg_val("cb_A_s");
    CircularBuffer A_s(cb_A_s);
    constexpr uint32_t cb_B_l = get_named_compile_time_arg_val("cb_B_l");
    CircularBuffer B_l(cb_B_l);

    constexpr auto A_args = TensorAccessorArgs<0>();
    const auto A = TensorAccessor(A_args, A_addr);
    constexpr auto B_args = TensorAccessorArgs<2>();
    const auto B = TensorAccessor(B_args, B_addr);
    constexpr auto scale_args = TensorAccessorArgs<4>();
    const auto scale = TensorAccessor(scale_args, scale_addr);
    const Noc noc;

    const uint32_t bx_blocks = Nt / 2;
    constexpr uint32_t scale_s_tiles = 2;
    constexpr uint32_t scale_s_cols = 2;
    constexpr uint32_t scale_s_tile_bytes = 4096;
    constexpr uint32_t A_s_tiles = 2;
    constexpr uint32_t A_s_cols = 2;
    constexpr uint32_t A_row_tiles = 4;
    constexpr uint32_t A_s_tile_bytes = 2048;
    constexpr uint32_t B_l_tiles = 2;
    constexpr uint32_t B_l_rows = 2;
    constexpr uint32_t B_row_tiles = 2;
    constexpr uint32_t B_l_tile_bytes = 1024;
    constexpr uint32_t k_steps = 2;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work % bx_blocks;
        const uint32_t by = work / bx_blocks;
        scale_s.reserve_back(scale_s_tiles);
        for (uint32_t col = 0; col < scale_s_cols; ++col) {
            const uint32_t page = bx * 2 + col;
            const uint32_t offset = col * scale_s_tile_bytes;
            noc.async_read(scale, scale_s, scale_s_tile_bytes, {.page_id = page}, {.offset_bytes = offset});
        }
        noc.async_read_barrier();
        scale_s.push_back(scale_s_tiles);
        for (uint32_t k = 0; k < k_steps; ++k) {
            A_s.reserve_back(A_s_tiles);
            for (uint32_t col = 0; col < A_s_cols; ++col) {
                const uint32_t page = by * A_row_tiles + (k * 2 + col);
                const uint32_t offset = col * A_s_tile_bytes;
                noc.async_read(A, A_s, A_s_tile_bytes, {.page_id = page}, {.offset_bytes = offset});
            }
            B_l.reserve_back(B_l_tiles);
            for (uint32_t row = 0; row < B_l_rows; ++row) {
                const uint32_t page = (bx * 2 + row) * B_row_tiles + k;
                const uint32_t offset = row * B_l_tile_bytes;
                noc.async_read(B, B_l, B_l_tile_bytes, {.page_id = page}, {.offset_bytes = offset});
            }
            noc.async_read_barrier();
            A_s.push_back(A_s_tiles);
            B_l.push_back(B_l_tiles);
        }
    }
}

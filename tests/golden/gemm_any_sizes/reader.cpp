// main: reader kernel, generated from TileLang.
//
// Work: up to 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: (n + 63) / 64 blocks, each 2 tile columns of the output
//   by: (m + 63) / 64 blocks, each 2 tile rows of the output
// Sizes: this text serves all of k, m, n; the launch brings them.
// Circular buffers:
//   A_s (id 0): 2 blocks of 2 x 2 tiles, Float16_b, reader -> compute
//   B_s (id 1): 2 blocks of 2 x 2 tiles, Float16_b, reader -> compute

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
    const uint32_t m = get_arg_val<uint32_t>(6);
    const uint32_t k = get_arg_val<uint32_t>(7);
    const uint32_t n = get_arg_val<uint32_t>(8);

    constexpr uint32_t cb_A_s = get_named_compile_time_arg_val("cb_A_s");
    CircularBuffer A_s(cb_A_s);
    constexpr uint32_t cb_B_s = get_named_compile_time_arg_val("cb_B_s");
    CircularBuffer B_s(cb_B_s);

    constexpr auto A_args = TensorAccessorArgs<0>();
    const auto A = TensorAccessor(A_args, A_addr);
    constexpr auto B_args = TensorAccessorArgs<2>();
    const auto B = TensorAccessor(B_args, B_addr);
    const Noc noc;

    const uint32_t bx_blocks = (Nt + 1) / 2;
    constexpr uint32_t A_s_tiles = 4;
    constexpr uint32_t A_s_rows = 2;
    constexpr uint32_t A_s_cols = 2;
    const uint32_t A_tile_rows = (m + 31) / 32;
    const uint32_t A_row_tiles = (k + 31) / 32;
    const uint32_t A_tile_cols = (k + 31) / 32;
    constexpr uint32_t A_s_tile_bytes = 2048;
    constexpr uint32_t B_s_tiles = 4;
    constexpr uint32_t B_s_rows = 2;
    constexpr uint32_t B_s_cols = 2;
    const uint32_t B_tile_rows = (k + 31) / 32;
    const uint32_t B_row_tiles = (n + 31) / 32;
    const uint32_t B_tile_cols = (n + 31) / 32;
    constexpr uint32_t B_s_tile_bytes = 2048;
    const uint32_t k_steps = (k + 63) / 64;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work % bx_blocks;
        const uint32_t by = work / bx_blocks;
        for (uint32_t k_1 = 0; k_1 < k_steps; ++k_1) {
            A_s.reserve_back(A_s_tiles);
            for (uint32_t row = 0; row < A_s_rows; ++row) {
                for (uint32_t col = 0; col < A_s_cols; ++col) {
                    const uint32_t page = (by * 2 + row) * A_row_tiles + (k_1 * 2 + col);
                    const uint32_t offset = (row * A_s_cols + col) * A_s_tile_bytes;
                    if (by * 2 + row < A_tile_rows && k_1 * 2 + col < A_tile_cols) {
                        noc.async_read(A, A_s, A_s_tile_bytes, {.page_id = page}, {.offset_bytes = offset});
                    } else {
                        noc.async_write_zeros(A_s, A_s_tile_bytes, {.offset_bytes = offset});
                    }
                }
            }
            B_s.reserve_back(B_s_tiles);
            for (uint32_t row = 0; row < B_s_rows; ++row) {
                for (uint32_t col = 0; col < B_s_cols; ++col) {
                    const uint32_t page = (k_1 * 2 + row) * B_row_tiles + (bx * 2 + col);
                    const uint32_t offset = (row * B_s_cols + col) * B_s_tile_bytes;
                    if (k_1 * 2 + row < B_tile_rows && bx * 2 + col < B_tile_cols) {
                        noc.async_read(B, B_s, B_s_tile_bytes, {.page_id = page}, {.offset_bytes = offset});
                    } else {
                        noc.async_write_zeros(B_s, B_s_tile_bytes, {.offset_bytes = offset});
                    }
                }
            }
            noc.async_read_barrier();
            noc.write_zeros_l1_barrier();
            A_s.push_back(A_s_tiles);
            B_s.push_back(B_s_tiles);
        }
    }
}

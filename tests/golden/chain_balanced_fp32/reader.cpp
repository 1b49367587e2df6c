// main: reader kernel, generated from TileLang.
//
// Work: 1 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 1 blocks, each 2 tile columns of the output
//   by: 1 blocks, each 2 tile rows of the output
// Circular buffers:
//   A_s (id 0): 2 blocks of 2 x 2 tiles, Float32, reader -> compute
//   B_s (id 1): 2 blocks of 2 x 2 tiles, Float32, reader -> compute
//   C_s (id 2): 2 blocks of 2 x 2 tiles, Float32, reader -> compute
//   D_s (id 3): 2 blocks of 2 x 2 tiles, Float32, reader -> compute

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t A_addr = get_arg_val<uint32_t>(0);
    const uint32_t B_addr = get_arg_val<uint32_t>(1);
    const uint32_t C_addr = get_arg_val<uint32_t>(2);
    const uint32_t D_addr = get_arg_val<uint32_t>(3);
    const uint32_t start_id = get_arg_val<uint32_t>(4);
    const uint32_t count = get_arg_val<uint32_t>(5);
    const uint32_t Nt = get_arg_val<uint32_t>(7);

    constexpr uint32_t cb_A_s = get_named_compile_time_arg_val("cb_A_s");
    CircularBuffer A_s(cb_A_s);
    constexpr uint32_t cb_B_s = get_named_compile_time_arg_val("cb_B_s");
    CircularBuffer B_s(cb_B_s);
    constexpr uint32_t cb_C_s = get_named_compile_time_arg_val("cb_C_s");
    CircularBuffer C_s(cb_C_s);
    constexpr uint32_t cb_D_s = get_named_compile_time_arg_val("cb_D_s");
    CircularBuffer D_s(cb_D_s);

    constexpr auto A_args = TensorAccessorArgs<0>();
    const auto A = TensorAccessor(A_args, A_addr);
    constexpr auto B_args = TensorAccessorArgs<2>();
    const auto B = TensorAccessor(B_args, B_addr);
    constexpr auto C_args = TensorAccessorArgs<4>();
    const auto C = TensorAccessor(C_args, C_addr);
    constexpr auto D_args = TensorAccessorArgs<6>();
    const auto D = TensorAccessor(D_args, D_addr);
    const Noc noc;

    const uint32_t bx_blocks = Nt / 2;
    constexpr uint32_t A_s_tiles = 4;
    constexpr uint32_t A_s_rows = 2;
    constexpr uint32_t A_s_cols = 2;
    constexpr uint32_t A_row_tiles = 2;
    constexpr uint32_t A_s_tile_bytes = 4096;
    constexpr uint32_t B_s_tiles = 4;
    constexpr uint32_t B_s_rows = 2;
    constexpr uint32_t B_s_cols = 2;
    constexpr uint32_t B_row_tiles = 2;
    constexpr uint32_t B_s_tile_bytes = 4096;
    constexpr uint32_t C_s_tiles = 4;
    constexpr uint32_t C_s_rows = 2;
    constexpr uint32_t C_s_cols = 2;
    constexpr uint32_t C_row_tiles = 2;
    constexpr uint32_t C_s_tile_bytes = 4096;
    constexpr uint32_t D_s_tiles = 4;
    constexpr uint32_t D_s_rows = 2;
    constexpr uint32_t D_s_cols = 2;
    constexpr uint32_t D_row_tiles = 2;
    constexpr uint32_t D_s_tile_bytes = 4096;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work % bx_blocks;
        const uint32_t by = work / bx_blocks;
        A_s.reserve_back(A_s_tiles);
        for (uint32_t row = 0; row < A_s_rows; ++row) {
            for (uint32_t col = 0; col < A_s_cols; ++col) {
                const uint32_t page = (by * 2 + row) * A_row_tiles + (bx * 2 + col);
                const uint32_t offset = (row * A_s_cols + col) * A_s_tile_bytes;
                noc.async_read(A, A_s, A_s_tile_bytes, {.page_id = page}, {.offset_bytes = offset});
            }
        }
        B_s.reserve_back(B_s_tiles);
        for (uint32_t row = 0; row < B_s_rows; ++row) {
            for (uint32_t col = 0; col < B_s_cols; ++col) {
                const uint32_t page = (by * 2 + row) * B_row_tiles + (bx * 2 + col);
                const uint32_t offset = (row * B_s_cols + col) * B_s_tile_bytes;
                noc.async_read(B, B_s, B_s_tile_bytes, {.page_id = page}, {.offset_bytes = offset});
            }
        }
        C_s.reserve_back(C_s_tiles);
        for (uint32_t row = 0; row < C_s_rows; ++row) {
            for (uint32_t col = 0; col < C_s_cols; ++col) {
                const uint32_t page = (by * 2 + row) * C_row_tiles + (bx * 2 + col);
                const uint32_t offset = (row * C_s_cols + col) * C_s_tile_bytes;
                noc.async_read(C, C_s, C_s_tile_bytes, {.page_id = page}, {.offset_bytes = offset});
            }
        }
        D_s.reserve_back(D_s_tiles);
        for (uint32_t row = 0; row < D_s_rows; ++row) {
            for (uint32_t col = 0; col < D_s_cols; ++col) {
                const uint32_t page = (by * 2 + row) * D_row_tiles + (bx * 2 + col);
                const uint32_t offset = (row * D_s_cols + col) * D_s_tile_bytes;
                noc.async_read(D, D_s, D_s_tile_bytes, {.page_id = page}, {.offset_bytes = offset});
            }
        }
        noc.async_read_barrier();
        A_s.push_back(A_s_tiles);
        B_s.push_back(B_s_tiles);
        C_s.push_back(C_s_tiles);
        D_s.push_back(D_s_tiles);
    }
}

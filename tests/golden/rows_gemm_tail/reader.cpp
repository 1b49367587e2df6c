// main: reader kernel, generated from TileLang.
//
// Work: 6 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 2 tile columns of the output
//   by: 3 blocks, each 1 tile row of the output
// Circular buffers:
//   A_s_rows (id 0): 2 blocks of 1 x 2 tiles, Float16_b, reader -> compute
//   B_s_rows (id 1): 2 blocks of 2 x 2 tiles, Float16_b, reader -> compute

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

    constexpr uint32_t cb_A_s_rows = get_named_compile_time_arg_val("cb_A_s_rows");
    CircularBuffer A_s_rows(cb_A_s_rows);
    constexpr uint32_t cb_B_s_rows = get_named_compile_time_arg_val("cb_B_s_rows");
    CircularBuffer B_s_rows(cb_B_s_rows);

    constexpr auto A_args = TensorAccessorArgs<0>();
    const auto A = TensorAccessor(A_args, A_addr);
    constexpr auto B_args = TensorAccessorArgs<2>();
    const auto B = TensorAccessor(B_args, B_addr);
    const Noc noc;

    constexpr uint32_t A_s_rows_tiles = 2;
    constexpr uint32_t A_s_rows_lines = 32;
    constexpr uint32_t A_s_rows_line_bytes = 128;
    constexpr uint32_t A_s_rows_block_bytes = 4096;
    constexpr uint32_t A_rows = 70;
    constexpr uint32_t A_line_bytes = 100;
    constexpr uint32_t B_s_rows_tiles = 4;
    constexpr uint32_t B_s_rows_lines = 64;
    constexpr uint32_t B_s_rows_line_bytes = 128;
    constexpr uint32_t B_s_rows_block_bytes = 8192;
    constexpr uint32_t B_rows = 50;
    constexpr uint32_t B_line_bytes = 200;
    constexpr uint32_t k_steps = 1;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work % 2;
        const uint32_t by = work / 2;
        for (uint32_t k = 0; k < k_steps; ++k) {
            A_s_rows.reserve_back(A_s_rows_tiles);
            noc.async_write_zeros(A_s_rows, A_s_rows_block_bytes, {.offset_bytes = 0});
            noc.write_zeros_l1_barrier();
            for (uint32_t row = 0; row < A_s_rows_lines; ++row) {
                const uint32_t offset = row * A_s_rows_line_bytes;
                if (by * 32 + row < A_rows) {
                    const uint32_t page = by * 32 + row;
                    const uint32_t start = k * 64 * 2;
                    const uint32_t bytes = A_s_rows_line_bytes < A_line_bytes - start ? A_s_rows_line_bytes : A_line_bytes - start;
                    noc.async_read(A, A_s_rows, bytes, {.page_id = page, .offset_bytes = start}, {.offset_bytes = offset});
                }
            }
            B_s_rows.reserve_back(B_s_rows_tiles);
            noc.async_write_zeros(B_s_rows, B_s_rows_block_bytes, {.offset_bytes = 0});
            noc.write_zeros_l1_barrier();
            for (uint32_t row = 0; row < B_s_rows_lines; ++row) {
                const uint32_t offset = row * B_s_rows_line_bytes;
                if (k * 64 + row < B_rows) {
                    const uint32_t page = k * 64 + row;
                    const uint32_t start = bx * 64 * 2;
                    const uint32_t bytes = B_s_rows_line_bytes < B_line_bytes - start ? B_s_rows_line_bytes : B_line_bytes - start;
                    noc.async_read(B, B_s_rows, bytes, {.page_id = page, .offset_bytes = start}, {.offset_bytes = offset});
                }
            }
            noc.async_read_barrier();
            A_s_rows.push_back(A_s_rows_tiles);
            B_s_rows.push_back(B_s_rows_tiles);
        }
    }
}

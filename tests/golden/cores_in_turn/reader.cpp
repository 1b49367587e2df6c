// main: reader kernel, generated from TileLang.
//
// Work: 8 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 1 tile column of the output, spread over 2 columns of cores
//   by: 1 blocks, each 2 tile rows of the output
//   bz: 4 blocks, spread over 4 rows of cores, which pass on their sums of C
// Circular buffers:
//   a (id 0): 2 blocks of 2 x 2 tiles, Float16_b, reader -> compute
//   b (id 1): 2 blocks of 2 x 1 tiles, Float16_b, reader -> compute
//   C_sum (id 2): 2 blocks of 2 x 1 tiles, Float32, reader -> compute

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/dataflow/noc_semaphore.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t A_addr = get_arg_val<uint32_t>(0);
    const uint32_t B_addr = get_arg_val<uint32_t>(1);
    const uint32_t C_addr = get_arg_val<uint32_t>(2);
    const uint32_t start_id = get_arg_val<uint32_t>(3);
    const uint32_t count = get_arg_val<uint32_t>(4);
    const uint32_t Mt = get_arg_val<uint32_t>(5);
    const uint32_t Nt = get_arg_val<uint32_t>(6);

    constexpr uint32_t cb_a = get_named_compile_time_arg_val("cb_a");
    CircularBuffer a(cb_a);
    constexpr uint32_t cb_b = get_named_compile_time_arg_val("cb_b");
    CircularBuffer b(cb_b);
    constexpr uint32_t cb_C_sum = get_named_compile_time_arg_val("cb_C_sum");
    CircularBuffer C_sum(cb_C_sum);

    Semaphore<> C_ready(get_named_compile_time_arg_val("sem_C_ready"));
    Semaphore<> C_arrived(get_named_compile_time_arg_val("sem_C_arrived"));

    constexpr auto A_args = TensorAccessorArgs<0>();
    const auto A = TensorAccessor(A_args, A_addr);
    constexpr auto B_args = TensorAccessorArgs<2>();
    const auto B = TensorAccessor(B_args, B_addr);
    constexpr auto C_args = TensorAccessorArgs<4>();
    const auto C = TensorAccessor(C_args, C_addr);
    const Noc noc;

    const uint32_t bx_blocks = Nt;
    const uint32_t by_blocks = Mt / 2;
    constexpr uint32_t a_tiles = 4;
    constexpr uint32_t a_rows = 2;
    constexpr uint32_t a_cols = 2;
    constexpr uint32_t A_row_tiles = 64;
    constexpr uint32_t a_tile_bytes = 2048;
    constexpr uint32_t b_tiles = 2;
    constexpr uint32_t b_rows = 2;
    constexpr uint32_t B_row_tiles = 2;
    constexpr uint32_t b_tile_bytes = 2048;
    constexpr uint32_t k_steps = 8;
    constexpr uint32_t C_sum_tiles = 2;
    constexpr uint32_t C_sum_rows = 2;
    constexpr uint32_t C_row_tiles = 2;
    constexpr uint32_t C_sum_tile_bytes = 4096;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work % bx_blocks;
        const uint32_t by = work / bx_blocks % by_blocks;
        const uint32_t bz = work / bx_blocks / by_blocks;
        for (uint32_t k = 0; k < k_steps; ++k) {
            a.reserve_back(a_tiles);
            for (uint32_t row = 0; row < a_rows; ++row) {
                for (uint32_t col = 0; col < a_cols; ++col) {
                    const uint32_t page = (by * 2 + row) * A_row_tiles + (bz * 16 + k * 2 + col);
                    const uint32_t offset = (row * a_cols + col) * a_tile_bytes;
                    noc.async_read(A, a, a_tile_bytes, {.page_id = page}, {.offset_bytes = offset});
                }
            }
            b.reserve_back(b_tiles);
            for (uint32_t row = 0; row < b_rows; ++row) {
                const uint32_t page = (bz * 16 + k * 2 + row) * B_row_tiles + bx;
                const uint32_t offset = row * b_tile_bytes;
                noc.async_read(B, b, b_tile_bytes, {.page_id = page}, {.offset_bytes = offset});
            }
            noc.async_read_barrier();
            a.push_back(a_tiles);
            b.push_back(b_tiles);
        }
        C_sum.reserve_back(C_sum_tiles);
        if (bz == 0) {
            for (uint32_t row = 0; row < C_sum_rows; ++row) {
                const uint32_t page = (by * 2 + row) * C_row_tiles + bx;
                const uint32_t offset = row * C_sum_tile_bytes;
                noc.async_read(C, C_sum, C_sum_tile_bytes, {.page_id = page}, {.offset_bytes = offset});
            }
            noc.async_read_barrier();
        } else {
            const uint32_t sender_x = get_arg_val<uint32_t>(work % 2 + 7);
            const uint32_t sender_y = get_arg_val<uint32_t>(work / 2 + 8);
            C_ready.up(noc, sender_x, sender_y, 1);
            C_arrived.wait(1);
        }
        C_sum.push_back(C_sum_tiles);
    }
    noc.async_atomic_barrier();
}

// main: writer kernel, generated from TileLang.
//
// Work: 2 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks
// Circular buffers:
//   C_sum (id 1): 2 blocks of 1 x 2 tiles, Float32, writer -> compute
//   C_sum_1 (id 2): 2 blocks of 1 x 2 tiles, Float32, compute -> writer

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t C_addr = get_arg_val<uint32_t>(0);
    const uint32_t start_id = get_arg_val<uint32_t>(1);
    const uint32_t count = get_arg_val<uint32_t>(2);

    constexpr uint32_t cb_C_sum = get_named_compile_time_arg_val("cb_C_sum");
    CircularBuffer C_sum(cb_C_sum);
    constexpr uint32_t cb_C_sum_1 = get_named_compile_time_arg_val("cb_C_sum_1");
    CircularBuffer C_sum_1(cb_C_sum_1);

    constexpr auto C_args = TensorAccessorArgs<0>();
    const auto C = TensorAccessor(C_args, C_addr);
    const Noc noc;

    constexpr uint32_t C_sum_tiles = 2;
    constexpr uint32_t C_sum_cols = 2;
    constexpr uint32_t C_dim0_tiles = 8;
    constexpr uint32_t C_row_tiles = 2;
    constexpr uint32_t C_sum_tile_bytes = 4096;
    constexpr uint32_t C_sum_1_tiles = 2;
    constexpr uint32_t C_sum_1_cols = 2;
    constexpr uint32_t C_sum_1_tile_bytes = 4096;
    constexpr uint32_t k_steps = 4;
    constexpr uint32_t by_steps = 3;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work;
        for (uint32_t by = 0; by < by_steps; ++by) {
            for (uint32_t k = 0; k < k_steps; ++k) {
                noc.async_write_barrier();
                C_sum.reserve_back(C_sum_tiles);
                for (uint32_t col = 0; col < C_sum_cols; ++col) {
                    const uint32_t page = bx * C_dim0_tiles + k * C_row_tiles + col;
                    const uint32_t offset = col * C_sum_tile_bytes;
                    noc.async_read(C, C_sum, C_sum_tile_bytes, {.page_id = page}, {.offset_bytes = offset});
                }
                noc.async_read_barrier();
                C_sum.push_back(C_sum_tiles);
                C_sum_1.wait_front(C_sum_1_tiles);
                for (uint32_t col = 0; col < C_sum_1_cols; ++col) {
                    const uint32_t page = bx * C_dim0_tiles + k * C_row_tiles + col;
                    const uint32_t offset = col * C_sum_1_tile_bytes;
                    noc.async_write(C_sum_1, C, C_sum_1_tile_bytes, {.offset_bytes = offset}, {.page_id = page});
                }
                noc.async_writes_flushed();
                C_sum_1.pop_front(C_sum_1_tiles);
            }
        }
    }
    noc.async_write_barrier();
}

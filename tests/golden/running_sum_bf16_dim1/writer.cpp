// main: writer kernel, generated from TileLang.
//
// Work: 3 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 3 blocks
// Circular buffers:
//   a_1 (id 1): 2 blocks of 1 x 2 tiles, Float16_b, compute -> writer

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

    constexpr uint32_t cb_a_1 = get_named_compile_time_arg_val("cb_a_1");
    CircularBuffer a_1(cb_a_1);

    constexpr auto C_args = TensorAccessorArgs<0>();
    const auto C = TensorAccessor(C_args, C_addr);
    const Noc noc;

    constexpr uint32_t a_1_tiles = 2;
    constexpr uint32_t a_1_cols = 2;
    constexpr uint32_t C_row_tiles = 2;
    constexpr uint32_t a_1_tile_bytes = 2048;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work;
        const uint32_t row = bx * 32;
        a_1.wait_front(a_1_tiles);
        for (uint32_t col = 0; col < a_1_cols; ++col) {
            const uint32_t page = row / 32 * C_row_tiles + col;
            const uint32_t offset = col * a_1_tile_bytes;
            noc.async_write(a_1, C, a_1_tile_bytes, {.offset_bytes = offset}, {.page_id = page});
        }
        noc.async_writes_flushed();
        a_1.pop_front(a_1_tiles);
    }
    noc.async_write_barrier();
}

// main: writer kernel, generated from TileLang.
//
// Work: 2 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 1 tile row of the output
// Circular buffers:
//   X_l_2 (id 1): 2 blocks of 1 x 4 tiles, Float32, compute -> writer

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

    constexpr uint32_t cb_X_l_2 = get_named_compile_time_arg_val("cb_X_l_2");
    CircularBuffer X_l_2(cb_X_l_2);

    constexpr auto C_args = TensorAccessorArgs<0>();
    const auto C = TensorAccessor(C_args, C_addr);
    const Noc noc;

    constexpr uint32_t X_l_2_tiles = 4;
    constexpr uint32_t X_l_2_cols = 4;
    constexpr uint32_t C_row_tiles = 4;
    constexpr uint32_t X_l_2_tile_bytes = 4096;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work;
        X_l_2.wait_front(X_l_2_tiles);
        for (uint32_t col = 0; col < X_l_2_cols; ++col) {
            const uint32_t page = bx * C_row_tiles + col;
            const uint32_t offset = col * X_l_2_tile_bytes;
            noc.async_write(X_l_2, C, X_l_2_tile_bytes, {.offset_bytes = offset}, {.page_id = page});
        }
        noc.async_writes_flushed();
        X_l_2.pop_front(X_l_2_tiles);
    }
    noc.async_write_barrier();
}

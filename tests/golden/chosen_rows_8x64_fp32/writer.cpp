// main: writer kernel, generated from TileLang.
//
// Work: 1 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 1 blocks
// Circular buffers:
//   C_out (id 1): 2 blocks of 1 x 2 tiles, Float32, compute -> writer

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t C_addr = get_arg_val<uint32_t>(0);
    const int32_t start_id = get_arg_val<uint32_t>(1);
    const int32_t count = get_arg_val<uint32_t>(2);

    constexpr uint32_t cb_C_out = get_named_compile_time_arg_val("cb_C_out");
    CircularBuffer C_out(cb_C_out);

    constexpr auto C_args = TensorAccessorArgs<0>();
    const auto C = TensorAccessor(C_args, C_addr);
    const Noc noc;

    constexpr int32_t C_out_tiles = 2;
    constexpr int32_t C_out_cols = 2;
    constexpr int32_t C_out_tile_bytes = 4096;

    for (int32_t work = start_id; work < start_id + count; ++work) {
        C_out.wait_front(C_out_tiles);
        for (int32_t col = 0; col < C_out_cols; ++col) {
            const uint32_t page = col;
            const uint32_t offset = col * C_out_tile_bytes;
            noc.async_write(C_out, C, C_out_tile_bytes, {.offset_bytes = offset}, {.page_id = page});
        }
        noc.async_writes_flushed();
        C_out.pop_front(C_out_tiles);
    }
    noc.async_write_barrier();
}

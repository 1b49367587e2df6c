// main: writer kernel, generated from TileLang.
//
// Work: 2 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 1 blocks, each 2 tile columns of the output
//   by: 2 blocks, each 1 tile row of the output
// Circular buffers:
//   C_out (id 3): 2 blocks of 1 x 2 tiles, Float16_b, compute -> writer

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
    const uint32_t Nt = get_arg_val<uint32_t>(4);

    constexpr uint32_t cb_C_out = get_named_compile_time_arg_val("cb_C_out");
    CircularBuffer C_out(cb_C_out);

    constexpr auto C_args = TensorAccessorArgs<0>();
    const auto C = TensorAccessor(C_args, C_addr);
    const Noc noc;

    const uint32_t bx_blocks = Nt / 2;
    constexpr uint32_t C_out_tiles = 2;
    constexpr uint32_t C_out_cols = 2;
    constexpr uint32_t C_row_tiles = 2;
    constexpr uint32_t C_out_tile_bytes = 2048;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work % bx_blocks;
        const uint32_t by = work / bx_blocks;
        C_out.wait_front(C_out_tiles);
        for (uint32_t col = 0; col < C_out_cols; ++col) {
            const uint32_t page = by * C_row_tiles + (bx * 2 + col);
            const uint32_t offset = col * C_out_tile_bytes;
            noc.async_write(C_out, C, C_out_tile_bytes, {.offset_bytes = offset}, {.page_id = page});
        }
        noc.async_writes_flushed();
        C_out.pop_front(C_out_tiles);
    }
    noc.async_write_barrier();
}

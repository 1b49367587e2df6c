// main: writer kernel, generated from TileLang.
//
// Work: 2 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 1 blocks, each 1 tile column of the output
//   by: 2 blocks, each 1 tile row of the output
// Circular buffers:
//   out_out (id 2): 2 blocks of 1 x 1 tile, Float16_b, compute -> writer

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t out_addr = get_arg_val<uint32_t>(0);
    const uint32_t start_id = get_arg_val<uint32_t>(1);
    const uint32_t count = get_arg_val<uint32_t>(2);
    const uint32_t Nt = get_arg_val<uint32_t>(4);

    constexpr uint32_t cb_out_out = get_named_compile_time_arg_val("cb_out_out");
    CircularBuffer out_out(cb_out_out);

    constexpr auto out_args = TensorAccessorArgs<0>();
    const auto out = TensorAccessor(out_args, out_addr);
    const Noc noc;

    const uint32_t bx_blocks = Nt;
    constexpr uint32_t out_out_tiles = 1;
    constexpr uint32_t out_out_tile_bytes = 2048;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work % bx_blocks;
        const uint32_t by = work / bx_blocks;
        out_out.wait_front(out_out_tiles);
        const uint32_t page = by + bx;
        constexpr uint32_t offset = 0;
        noc.async_write(out_out, out, out_out_tile_bytes, {.offset_bytes = offset}, {.page_id = page});
        noc.async_writes_flushed();
        out_out.pop_front(out_out_tiles);
    }
    noc.async_write_barrier();
}

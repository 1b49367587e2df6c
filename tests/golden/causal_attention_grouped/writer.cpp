// main: writer kernel, generated from TileLang.
//
// Work: 4 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 1 tile row of the output
//   by: 2 blocks
//   bz: 1 blocks
// Circular buffers:
//   Out_out (id 3): 2 blocks of 1 x 1 tile, Float16_b, compute -> writer

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t Out_addr = get_arg_val<uint32_t>(0);
    const uint32_t start_id = get_arg_val<uint32_t>(1);
    const uint32_t count = get_arg_val<uint32_t>(2);

    constexpr uint32_t cb_Out_out = get_named_compile_time_arg_val("cb_Out_out");
    CircularBuffer Out_out(cb_Out_out);

    constexpr auto Out_args = TensorAccessorArgs<0>();
    const auto Out = TensorAccessor(Out_args, Out_addr);
    const Noc noc;

    constexpr uint32_t Out_out_tiles = 1;
    constexpr uint32_t Out_dim0_tiles = 4;
    constexpr uint32_t Out_dim1_tiles = 2;
    constexpr uint32_t Out_out_tile_bytes = 2048;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work % 2;
        const uint32_t by = work / 2 % 2;
        const uint32_t bz = work / 2 / 2;
        Out_out.wait_front(Out_out_tiles);
        const uint32_t page = bz * Out_dim0_tiles + by * Out_dim1_tiles + bx;
        constexpr uint32_t offset = 0;
        noc.async_write(Out_out, Out, Out_out_tile_bytes, {.offset_bytes = offset}, {.page_id = page});
        noc.async_writes_flushed();
        Out_out.pop_front(Out_out_tiles);
    }
    noc.async_write_barrier();
}

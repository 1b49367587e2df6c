// main: writer kernel, generated from TileLang.
//
// Work: 4 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 1 tile column of the output
//   by: 2 blocks, each 1 tile row of the output
// Circular buffers:
//   C_l (id 2): 2 blocks of 1 x 1 tile, Float32, compute -> writer

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
    const int32_t Nt = get_arg_val<uint32_t>(4);

    constexpr uint32_t cb_C_l = get_named_compile_time_arg_val("cb_C_l");
    CircularBuffer C_l(cb_C_l);

    constexpr auto C_args = TensorAccessorArgs<0>();
    const auto C = TensorAccessor(C_args, C_addr);
    const Noc noc;

    const int32_t bx_blocks = Nt;
    constexpr int32_t C_l_tiles = 1;
    constexpr int32_t C_row_tiles = 2;
    constexpr int32_t C_l_tile_bytes = 4096;

    for (int32_t work = start_id; work < start_id + count; ++work) {
        const int32_t bx = work % bx_blocks;
        const int32_t by = work / bx_blocks;
        C_l.wait_front(C_l_tiles);
        const uint32_t page = by * C_row_tiles + bx;
        constexpr uint32_t offset = 0;
        noc.async_write(C_l, C, C_l_tile_bytes, {.offset_bytes = offset}, {.page_id = page});
        noc.async_writes_flushed();
        C_l.pop_front(C_l_tiles);
    }
    noc.async_write_barrier();
}

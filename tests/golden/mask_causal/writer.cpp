// main: writer kernel, generated from TileLang.
//
// Work: 4 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 1 tile column of the output
//   by: 2 blocks, each 1 tile row of the output
// Circular buffers:
//   a_1 (id 1): 2 blocks of 1 x 1 tile, Float32, compute -> writer

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

    constexpr uint32_t cb_a_1 = get_named_compile_time_arg_val("cb_a_1");
    CircularBuffer a_1(cb_a_1);

    constexpr auto C_args = TensorAccessorArgs<0>();
    const auto C = TensorAccessor(C_args, C_addr);
    const Noc noc;

    const uint32_t bx_blocks = Nt;
    constexpr uint32_t a_1_tiles = 1;
    constexpr uint32_t C_row_tiles = 2;
    constexpr uint32_t a_1_tile_bytes = 4096;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work % bx_blocks;
        const uint32_t by = work / bx_blocks;
        a_1.wait_front(a_1_tiles);
        const uint32_t page = by * C_row_tiles + bx;
        constexpr uint32_t offset = 0;
        noc.async_write(a_1, C, a_1_tile_bytes, {.offset_bytes = offset}, {.page_id = page});
        noc.async_writes_flushed();
        a_1.pop_front(a_1_tiles);
    }
    noc.async_write_barrier();
}

// main: writer kernel, generated from TileLang.
//
// Work: 1 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 1 blocks, each 2 tile columns of the output
//   by: 1 blocks, each 2 tile rows of the output
// Circular buffers:
//   E_l (id 4): 2 blocks of 2 x 2 tiles, Float32, compute -> writer

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t E_addr = get_arg_val<uint32_t>(0);
    const uint32_t start_id = get_arg_val<uint32_t>(1);
    const uint32_t count = get_arg_val<uint32_t>(2);
    const uint32_t Nt = get_arg_val<uint32_t>(4);

    constexpr uint32_t cb_E_l = get_named_compile_time_arg_val("cb_E_l");
    CircularBuffer E_l(cb_E_l);

    constexpr auto E_args = TensorAccessorArgs<0>();
    const auto E = TensorAccessor(E_args, E_addr);
    const Noc noc;

    const uint32_t bx_blocks = Nt / 2;
    constexpr uint32_t E_l_tiles = 4;
    constexpr uint32_t E_l_rows = 2;
    constexpr uint32_t E_l_cols = 2;
    constexpr uint32_t E_row_tiles = 2;
    constexpr uint32_t E_l_tile_bytes = 4096;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work % bx_blocks;
        const uint32_t by = work / bx_blocks;
        E_l.wait_front(E_l_tiles);
        for (uint32_t row = 0; row < E_l_rows; ++row) {
            for (uint32_t col = 0; col < E_l_cols; ++col) {
                const uint32_t page = (by * 2 + row) * E_row_tiles + (bx * 2 + col);
                const uint32_t offset = (row * E_l_cols + col) * E_l_tile_bytes;
                noc.async_write(E_l, E, E_l_tile_bytes, {.offset_bytes = offset}, {.page_id = page});
            }
        }
        noc.async_writes_flushed();
        E_l.pop_front(E_l_tiles);
    }
    noc.async_write_barrier();
}

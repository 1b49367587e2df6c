// main: writer kernel, generated from TileLang.
//
// Work: up to 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: (n + 63) / 64 blocks, each 2 tile columns of the output
//   by: (m + 63) / 64 blocks, each 2 tile rows of the output
// Sizes: this text serves all of k, m, n; the launch brings them.
// Circular buffers:
//   C_out (id 2): 2 blocks of 2 x 2 tiles, Float16_b, compute -> writer

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
    const uint32_t m = get_arg_val<uint32_t>(5);
    const uint32_t n = get_arg_val<uint32_t>(6);

    constexpr uint32_t cb_C_out = get_named_compile_time_arg_val("cb_C_out");
    CircularBuffer C_out(cb_C_out);

    constexpr auto C_args = TensorAccessorArgs<0>();
    const auto C = TensorAccessor(C_args, C_addr);
    const Noc noc;

    const uint32_t bx_blocks = (Nt + 1) / 2;
    constexpr uint32_t C_out_tiles = 4;
    constexpr uint32_t C_out_rows = 2;
    constexpr uint32_t C_out_cols = 2;
    const uint32_t C_tile_rows = (m + 31) / 32;
    const uint32_t C_row_tiles = (n + 31) / 32;
    const uint32_t C_tile_cols = (n + 31) / 32;
    constexpr uint32_t C_out_tile_bytes = 2048;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work % bx_blocks;
        const uint32_t by = work / bx_blocks;
        C_out.wait_front(C_out_tiles);
        for (uint32_t row = 0; row < C_out_rows; ++row) {
            for (uint32_t col = 0; col < C_out_cols; ++col) {
                const uint32_t page = (by * 2 + row) * C_row_tiles + (bx * 2 + col);
                const uint32_t offset = (row * C_out_cols + col) * C_out_tile_bytes;
                if (by * 2 + row < C_tile_rows && bx * 2 + col < C_tile_cols) {
                    noc.async_write(C_out, C, C_out_tile_bytes, {.offset_bytes = offset}, {.page_id = page});
                }
            }
        }
        noc.async_writes_flushed();
        C_out.pop_front(C_out_tiles);
    }
    noc.async_write_barrier();
}

// main: writer kernel, generated from TileLang.
//
// Work: 6 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 2 tile columns of the output
//   by: 3 blocks, each 1 tile row of the output
// Circular buffers:
//   C_out_rows (id 2): 2 blocks of 1 x 2 tiles, Float16_b, compute -> writer

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

    constexpr uint32_t cb_C_out_rows = get_named_compile_time_arg_val("cb_C_out_rows");
    CircularBuffer C_out_rows(cb_C_out_rows);

    constexpr auto C_args = TensorAccessorArgs<0>();
    const auto C = TensorAccessor(C_args, C_addr);
    const Noc noc;

    constexpr uint32_t C_out_rows_tiles = 2;
    constexpr uint32_t C_out_rows_lines = 32;
    constexpr uint32_t C_out_rows_line_bytes = 128;
    constexpr uint32_t C_rows = 70;
    constexpr uint32_t C_line_bytes = 200;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work % 2;
        const uint32_t by = work / 2;
        C_out_rows.wait_front(C_out_rows_tiles);
        for (uint32_t row = 0; row < C_out_rows_lines; ++row) {
            const uint32_t offset = row * C_out_rows_line_bytes;
            if (by * 32 + row < C_rows) {
                const uint32_t page = by * 32 + row;
                const uint32_t start = bx * 64 * 2;
                const uint32_t bytes = C_out_rows_line_bytes < C_line_bytes - start ? C_out_rows_line_bytes : C_line_bytes - start;
                noc.async_write(C_out_rows, C, bytes, {.offset_bytes = offset}, {.page_id = page, .offset_bytes = start});
            }
        }
        noc.async_writes_flushed();
        C_out_rows.pop_front(C_out_rows_tiles);
    }
    noc.async_write_barrier();
}

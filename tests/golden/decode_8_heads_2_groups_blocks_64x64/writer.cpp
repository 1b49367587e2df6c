// main: writer kernel, generated from TileLang.
//
// Work: 2 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   group: 2 blocks
// Circular buffers:
//   o (id 3): 2 blocks of 1 x 1 tile, Float16_b, compute -> writer

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t Out_addr = get_arg_val<uint32_t>(0);
    const int32_t start_id = get_arg_val<uint32_t>(1);
    const int32_t count = get_arg_val<uint32_t>(2);

    constexpr uint32_t cb_o = get_named_compile_time_arg_val("cb_o");
    CircularBuffer o(cb_o);

    constexpr auto Out_args = TensorAccessorArgs<0>();
    const auto Out = TensorAccessor(Out_args, Out_addr);
    const Noc noc;

    constexpr int32_t o_tiles = 1;
    constexpr int32_t o_face_row_bytes = 32;
    constexpr int32_t o_face_bytes = 512;
    constexpr int32_t o_tile_bytes = 2048;
    constexpr int32_t o_faces_down = 2;
    constexpr int32_t o_cols = 1;
    constexpr int32_t o_block_rows = 32;
    constexpr int32_t Out_rows = 8;
    constexpr int32_t Out_row_tiles = 1;

    for (int32_t work = start_id; work < start_id + count; ++work) {
        const int32_t group = work;
        o.wait_front(o_tiles);
        const int32_t first = group * 4;
        const int32_t rows = (o_block_rows < Out_rows - first ? o_block_rows : Out_rows - first) < 4 ? o_block_rows < Out_rows - first ? o_block_rows : Out_rows - first : 4;
        for (int32_t face = 0; face < o_faces_down; ++face) {
            const int32_t row = first + face * 16;
            const int32_t skipped = row % 16;
            for (int32_t run = 0; run < 2; ++run) {
                const int32_t in_block = run == 1 ? 16 - skipped : 0;
                const int32_t in_tensor = run == 1 ? 0 : skipped;
                const int32_t whole_run = run == 1 ? skipped : 16 - skipped;
                const int32_t run_rows = whole_run < rows - face * 16 - in_block ? whole_run : rows - face * 16 - in_block;
                if (run_rows > 0) {
                    const int32_t tensor_face = row / 16 + run;
                    for (int32_t col = 0; col < o_cols; ++col) {
                        for (int32_t side = 0; side < 2; ++side) {
                            const uint32_t page = tensor_face / 2 * Out_row_tiles + col;
                            const uint32_t in_page = (tensor_face % 2 * 2 + side) * o_face_bytes + in_tensor * o_face_row_bytes;
                            const uint32_t offset = (face / 2 * o_cols + col) * o_tile_bytes + (face % 2 * 2 + side) * o_face_bytes + in_block * o_face_row_bytes;
                            const uint32_t bytes = run_rows * o_face_row_bytes;
                            noc.async_write(o, Out, bytes, {.offset_bytes = offset}, {.page_id = page, .offset_bytes = in_page});
                        }
                    }
                }
            }
        }
        noc.async_writes_flushed();
        o.pop_front(o_tiles);
    }
    noc.async_write_barrier();
}

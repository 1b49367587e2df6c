// main: reader kernel, generated from TileLang.
//
// Work: 1 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 1 blocks
// Circular buffers:
//   a (id 0): 2 blocks of 1 x 2 tiles, Float32, reader -> compute

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t A_addr = get_arg_val<uint32_t>(0);
    const int32_t start_id = get_arg_val<uint32_t>(1);
    const int32_t count = get_arg_val<uint32_t>(2);

    constexpr uint32_t cb_a = get_named_compile_time_arg_val("cb_a");
    CircularBuffer a(cb_a);

    constexpr auto A_args = TensorAccessorArgs<0>();
    const auto A = TensorAccessor(A_args, A_addr);
    const Noc noc;

    constexpr int32_t a_tiles = 2;
    constexpr int32_t a_face_row_bytes = 64;
    constexpr int32_t a_face_bytes = 1024;
    constexpr int32_t a_tile_bytes = 4096;
    constexpr int32_t a_faces_down = 2;
    constexpr int32_t a_cols = 2;
    constexpr int32_t a_block_rows = 32;
    constexpr int32_t A_rows = 8;
    constexpr int32_t a_block_bytes = 8192;
    constexpr int32_t A_row_tiles = 2;

    for (int32_t work = start_id; work < start_id + count; ++work) {
        a.reserve_back(a_tiles);
        constexpr int32_t first = 0;
        const int32_t rows = (a_block_rows < A_rows - first ? a_block_rows : A_rows - first) < 8 ? a_block_rows < A_rows - first ? a_block_rows : A_rows - first : 8;
        if (rows < a_block_rows) {
            noc.async_write_zeros(a, a_block_bytes, {.offset_bytes = 0});
            noc.write_zeros_l1_barrier();
        }
        for (int32_t face = 0; face < a_faces_down; ++face) {
            const int32_t row = first + face * 16;
            const int32_t skipped = row % 16;
            for (int32_t run = 0; run < 2; ++run) {
                const int32_t in_block = run == 1 ? 16 - skipped : 0;
                const int32_t in_tensor = run == 1 ? 0 : skipped;
                const int32_t whole_run = run == 1 ? skipped : 16 - skipped;
                const int32_t run_rows = whole_run < rows - face * 16 - in_block ? whole_run : rows - face * 16 - in_block;
                if (run_rows > 0) {
                    const int32_t tensor_face = row / 16 + run;
                    for (int32_t col = 0; col < a_cols; ++col) {
                        for (int32_t side = 0; side < 2; ++side) {
                            const uint32_t page = tensor_face / 2 * A_row_tiles + col;
                            const uint32_t in_page = (tensor_face % 2 * 2 + side) * a_face_bytes + in_tensor * a_face_row_bytes;
                            const uint32_t offset = (face / 2 * a_cols + col) * a_tile_bytes + (face % 2 * 2 + side) * a_face_bytes + in_block * a_face_row_bytes;
                            const uint32_t bytes = run_rows * a_face_row_bytes;
                            noc.async_read(A, a, bytes, {.page_id = page, .offset_bytes = in_page}, {.offset_bytes = offset});
                        }
                    }
                }
            }
        }
        noc.async_read_barrier();
        a.push_back(a_tiles);
    }
}

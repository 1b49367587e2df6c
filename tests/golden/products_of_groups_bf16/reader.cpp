// main: reader kernel, generated from TileLang.
//
// Work: 7 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 7 blocks
// Circular buffers:
//   A_s (id 0): 2 blocks of 1 x 2 tiles, Float16_b, reader -> compute
//   B_s (id 1): 2 blocks of 2 x 1 tiles, Float16_b, reader -> compute
//   scalars (id 3): 2 pages of 32 bytes, Int32, reader -> reader

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t A_addr = get_arg_val<uint32_t>(0);
    const uint32_t B_addr = get_arg_val<uint32_t>(1);
    const uint32_t Starts_addr = get_arg_val<uint32_t>(2);
    const uint32_t Padded_addr = get_arg_val<uint32_t>(3);
    const int32_t start_id = get_arg_val<uint32_t>(4);
    const int32_t count = get_arg_val<uint32_t>(5);

    constexpr uint32_t cb_scalars = get_named_compile_time_arg_val("cb_scalars");
    CircularBuffer scalars(cb_scalars);
    constexpr uint32_t cb_A_s = get_named_compile_time_arg_val("cb_A_s");
    CircularBuffer A_s(cb_A_s);
    constexpr uint32_t cb_B_s = get_named_compile_time_arg_val("cb_B_s");
    CircularBuffer B_s(cb_B_s);

    constexpr auto A_args = TensorAccessorArgs<0>();
    const auto A = TensorAccessor(A_args, A_addr);
    constexpr auto B_args = TensorAccessorArgs<2>();
    const auto B = TensorAccessor(B_args, B_addr);
    constexpr auto Starts_args = TensorAccessorArgs<4>();
    const auto Starts = TensorAccessor(Starts_args, Starts_addr);
    constexpr auto Padded_args = TensorAccessorArgs<6>();
    const auto Padded = TensorAccessor(Padded_args, Padded_addr);
    const Noc noc;

    constexpr int32_t scalars_page_bytes = 32;
    constexpr int32_t i_steps = 4;
    constexpr int32_t A_s_tiles = 2;
    constexpr int32_t A_s_face_row_bytes = 32;
    constexpr int32_t A_s_face_bytes = 512;
    constexpr int32_t A_s_tile_bytes = 2048;
    constexpr int32_t A_s_faces_down = 2;
    constexpr int32_t A_s_cols = 2;
    constexpr int32_t A_s_block_rows = 32;
    constexpr int32_t A_rows = 149;
    constexpr int32_t A_s_block_bytes = 4096;
    constexpr int32_t A_row_tiles = 2;
    constexpr int32_t B_s_tiles = 2;
    constexpr int32_t B_s_rows = 2;
    constexpr int32_t B_extent0 = 4;
    constexpr int32_t B_dim0_tiles = 2;
    constexpr int32_t B_s_tile_bytes = 2048;

    for (int32_t work = start_id; work < start_id + count; ++work) {
        const int32_t bx = work;
        int32_t group = 0;
        group = 0;
        for (int32_t i = 0; i < i_steps; ++i) {
            scalars.reserve_back(1);
            const uint32_t page = i / 32;
            const uint32_t start = i % 32 / 16 * 1024 + i % 16 / 8 * 32;
            noc.async_read(Padded, scalars, scalars_page_bytes, {.page_id = page, .offset_bytes = start}, {.offset_bytes = 0});
            noc.async_read_barrier();
            const int32_t Padded_element = reinterpret_cast<volatile tt_l1_ptr int32_t*>(scalars.get_write_ptr())[i % 8];
            group = bx * 32 >= Padded_element ? i : group;
        }
        scalars.reserve_back(1);
        const uint32_t page = group / 32;
        const uint32_t start = group % 32 / 16 * 1024 + group % 16 / 8 * 32;
        noc.async_read(Padded, scalars, scalars_page_bytes, {.page_id = page, .offset_bytes = start}, {.offset_bytes = 0});
        noc.async_read_barrier();
        const int32_t Padded_element = reinterpret_cast<volatile tt_l1_ptr int32_t*>(scalars.get_write_ptr())[group % 8];
        const int32_t first = bx * 32 - Padded_element;
        scalars.reserve_back(1);
        const uint32_t page_1 = group / 32;
        const uint32_t start_1 = group % 32 / 16 * 1024 + group % 16 / 8 * 32;
        noc.async_read(Starts, scalars, scalars_page_bytes, {.page_id = page_1, .offset_bytes = start_1}, {.offset_bytes = 0});
        noc.async_read_barrier();
        const int32_t Starts_element = reinterpret_cast<volatile tt_l1_ptr int32_t*>(scalars.get_write_ptr())[group % 8];
        const int32_t start_2 = Starts_element + first;
        A_s.reserve_back(A_s_tiles);
        const int32_t first_1 = start_2;
        const int32_t rows = A_s_block_rows < A_rows - first_1 ? A_s_block_rows : A_rows - first_1;
        if (rows < A_s_block_rows) {
            noc.async_write_zeros(A_s, A_s_block_bytes, {.offset_bytes = 0});
            noc.write_zeros_l1_barrier();
        }
        for (int32_t face = 0; face < A_s_faces_down; ++face) {
            const int32_t row = first_1 + face * 16;
            const int32_t skipped = row % 16;
            for (int32_t run = 0; run < 2; ++run) {
                const int32_t in_block = run == 1 ? 16 - skipped : 0;
                const int32_t in_tensor = run == 1 ? 0 : skipped;
                const int32_t whole_run = run == 1 ? skipped : 16 - skipped;
                const int32_t run_rows = whole_run < rows - face * 16 - in_block ? whole_run : rows - face * 16 - in_block;
                if (run_rows > 0) {
                    const int32_t tensor_face = row / 16 + run;
                    for (int32_t col = 0; col < A_s_cols; ++col) {
                        for (int32_t side = 0; side < 2; ++side) {
                            const uint32_t page_2 = tensor_face / 2 * A_row_tiles + col;
                            const uint32_t in_page = (tensor_face % 2 * 2 + side) * A_s_face_bytes + in_tensor * A_s_face_row_bytes;
                            const uint32_t offset = (face / 2 * A_s_cols + col) * A_s_tile_bytes + (face % 2 * 2 + side) * A_s_face_bytes + in_block * A_s_face_row_bytes;
                            const uint32_t bytes = run_rows * A_s_face_row_bytes;
                            noc.async_read(A, A_s, bytes, {.page_id = page_2, .offset_bytes = in_page}, {.offset_bytes = offset});
                        }
                    }
                }
            }
        }
        noc.async_read_barrier();
        A_s.push_back(A_s_tiles);
        const int32_t group_now = group;
        B_s.reserve_back(B_s_tiles);
        for (int32_t row = 0; row < B_s_rows; ++row) {
            const uint32_t page_2 = group_now * B_dim0_tiles + row;
            const uint32_t offset = row * B_s_tile_bytes;
            if (group_now >= 0 && group_now < B_extent0) {
                noc.async_read(B, B_s, B_s_tile_bytes, {.page_id = page_2}, {.offset_bytes = offset});
            } else {
                noc.async_write_zeros(B_s, B_s_tile_bytes, {.offset_bytes = offset});
            }
        }
        noc.async_read_barrier();
        noc.write_zeros_l1_barrier();
        B_s.push_back(B_s_tiles);
    }
}

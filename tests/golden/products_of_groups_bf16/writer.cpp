// main: writer kernel, generated from TileLang.
//
// Work: 7 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 7 blocks
// Circular buffers:
//   C_block (id 2): 2 blocks of 1 x 1 tile, Float32, compute -> writer
//   writer_scalars (id 4): 2 pages of 32 bytes, Int32, writer -> writer

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t Sizes_addr = get_arg_val<uint32_t>(0);
    const uint32_t Starts_addr = get_arg_val<uint32_t>(1);
    const uint32_t Padded_addr = get_arg_val<uint32_t>(2);
    const uint32_t C_addr = get_arg_val<uint32_t>(3);
    const int32_t start_id = get_arg_val<uint32_t>(4);
    const int32_t count = get_arg_val<uint32_t>(5);

    constexpr uint32_t cb_writer_scalars = get_named_compile_time_arg_val("cb_writer_scalars");
    CircularBuffer writer_scalars(cb_writer_scalars);
    constexpr uint32_t cb_C_block = get_named_compile_time_arg_val("cb_C_block");
    CircularBuffer C_block(cb_C_block);

    constexpr auto Sizes_args = TensorAccessorArgs<0>();
    const auto Sizes = TensorAccessor(Sizes_args, Sizes_addr);
    constexpr auto Starts_args = TensorAccessorArgs<2>();
    const auto Starts = TensorAccessor(Starts_args, Starts_addr);
    constexpr auto Padded_args = TensorAccessorArgs<4>();
    const auto Padded = TensorAccessor(Padded_args, Padded_addr);
    constexpr auto C_args = TensorAccessorArgs<6>();
    const auto C = TensorAccessor(C_args, C_addr);
    const Noc noc;

    constexpr int32_t writer_scalars_page_bytes = 32;
    constexpr int32_t i_steps = 4;
    constexpr int32_t C_block_tiles = 1;
    constexpr int32_t C_block_face_row_bytes = 64;
    constexpr int32_t C_block_face_bytes = 1024;
    constexpr int32_t C_block_tile_bytes = 4096;
    constexpr int32_t C_block_faces_down = 2;
    constexpr int32_t C_block_cols = 1;
    constexpr int32_t C_block_block_rows = 32;
    constexpr int32_t C_rows = 149;
    constexpr int32_t C_row_tiles = 1;

    for (int32_t work = start_id; work < start_id + count; ++work) {
        const int32_t bx = work;
        int32_t group = 0;
        group = 0;
        for (int32_t i = 0; i < i_steps; ++i) {
            writer_scalars.reserve_back(1);
            const uint32_t page = i / 32;
            const uint32_t start = i % 32 / 16 * 1024 + i % 16 / 8 * 32;
            noc.async_read(Padded, writer_scalars, writer_scalars_page_bytes, {.page_id = page, .offset_bytes = start}, {.offset_bytes = 0});
            noc.async_read_barrier();
            const int32_t Padded_element = reinterpret_cast<volatile tt_l1_ptr int32_t*>(writer_scalars.get_write_ptr())[i % 8];
            group = bx * 32 >= Padded_element ? i : group;
        }
        writer_scalars.reserve_back(1);
        const uint32_t page = group / 32;
        const uint32_t start = group % 32 / 16 * 1024 + group % 16 / 8 * 32;
        noc.async_read(Padded, writer_scalars, writer_scalars_page_bytes, {.page_id = page, .offset_bytes = start}, {.offset_bytes = 0});
        noc.async_read_barrier();
        const int32_t Padded_element = reinterpret_cast<volatile tt_l1_ptr int32_t*>(writer_scalars.get_write_ptr())[group % 8];
        writer_scalars.reserve_back(1);
        const uint32_t page_1 = group / 32;
        const uint32_t start_1 = group % 32 / 16 * 1024 + group % 16 / 8 * 32;
        noc.async_read(Starts, writer_scalars, writer_scalars_page_bytes, {.page_id = page_1, .offset_bytes = start_1}, {.offset_bytes = 0});
        noc.async_read_barrier();
        const int32_t Starts_element = reinterpret_cast<volatile tt_l1_ptr int32_t*>(writer_scalars.get_write_ptr())[group % 8];
        const int32_t group_now = group;
        writer_scalars.reserve_back(1);
        const uint32_t page_2 = group_now;
        constexpr uint32_t start_2 = 0;
        noc.async_read(Sizes, writer_scalars, writer_scalars_page_bytes, {.page_id = page_2, .offset_bytes = start_2}, {.offset_bytes = 0});
        noc.async_read_barrier();
        const int32_t Sizes_element = reinterpret_cast<volatile tt_l1_ptr int32_t*>(writer_scalars.get_write_ptr())[0];
        C_block.wait_front(C_block_tiles);
        const int32_t first = bx * 32 + Starts_element - Padded_element;
        const int32_t rows = (C_block_block_rows < C_rows - first ? C_block_block_rows : C_rows - first) < Sizes_element + Padded_element - bx * 32 ? C_block_block_rows < C_rows - first ? C_block_block_rows : C_rows - first : Sizes_element + Padded_element - bx * 32;
        for (int32_t face = 0; face < C_block_faces_down; ++face) {
            const int32_t row = first + face * 16;
            const int32_t skipped = row % 16;
            for (int32_t run = 0; run < 2; ++run) {
                const int32_t in_block = run == 1 ? 16 - skipped : 0;
                const int32_t in_tensor = run == 1 ? 0 : skipped;
                const int32_t whole_run = run == 1 ? skipped : 16 - skipped;
                const int32_t run_rows = whole_run < rows - face * 16 - in_block ? whole_run : rows - face * 16 - in_block;
                if (run_rows > 0) {
                    const int32_t tensor_face = row / 16 + run;
                    for (int32_t col = 0; col < C_block_cols; ++col) {
                        for (int32_t side = 0; side < 2; ++side) {
                            const uint32_t page_3 = tensor_face / 2 * C_row_tiles + col;
                            const uint32_t in_page = (tensor_face % 2 * 2 + side) * C_block_face_bytes + in_tensor * C_block_face_row_bytes;
                            const uint32_t offset = (face / 2 * C_block_cols + col) * C_block_tile_bytes + (face % 2 * 2 + side) * C_block_face_bytes + in_block * C_block_face_row_bytes;
                            const uint32_t bytes = run_rows * C_block_face_row_bytes;
                            noc.async_write(C_block, C, bytes, {.offset_bytes = offset}, {.page_id = page_3, .offset_bytes = in_page});
                        }
                    }
                }
            }
        }
        noc.async_writes_flushed();
        C_block.pop_front(C_block_tiles);
    }
    noc.async_write_barrier();
}

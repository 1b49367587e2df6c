// main: reader kernel, generated from TileLang.
//
// Work: 2 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   group: 2 blocks
// Circular buffers:
//   q (id 0): 2 blocks of 2 x 1 tiles, Float16_b, reader -> compute
//   k (id 1): 2 blocks of 2 x 1 tiles, Float16_b, reader -> compute
//   v (id 2): 2 blocks of 2 x 1 tiles, Float16_b, reader -> compute

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t Q_addr = get_arg_val<uint32_t>(0);
    const uint32_t K_addr = get_arg_val<uint32_t>(1);
    const uint32_t V_addr = get_arg_val<uint32_t>(2);
    const int32_t start_id = get_arg_val<uint32_t>(3);
    const int32_t count = get_arg_val<uint32_t>(4);

    constexpr uint32_t cb_q = get_named_compile_time_arg_val("cb_q");
    CircularBuffer q(cb_q);
    constexpr uint32_t cb_k = get_named_compile_time_arg_val("cb_k");
    CircularBuffer k(cb_k);
    constexpr uint32_t cb_v = get_named_compile_time_arg_val("cb_v");
    CircularBuffer v(cb_v);

    constexpr auto Q_args = TensorAccessorArgs<0>();
    const auto Q = TensorAccessor(Q_args, Q_addr);
    constexpr auto K_args = TensorAccessorArgs<2>();
    const auto K = TensorAccessor(K_args, K_addr);
    constexpr auto V_args = TensorAccessorArgs<4>();
    const auto V = TensorAccessor(V_args, V_addr);
    const Noc noc;

    constexpr int32_t q_tiles = 2;
    constexpr int32_t q_face_row_bytes = 32;
    constexpr int32_t q_face_bytes = 512;
    constexpr int32_t q_tile_bytes = 2048;
    constexpr int32_t q_faces_down = 4;
    constexpr int32_t q_cols = 1;
    constexpr int32_t q_block_rows = 64;
    constexpr int32_t Q_rows = 8;
    constexpr int32_t q_block_bytes = 4096;
    constexpr int32_t Q_row_tiles = 1;
    constexpr int32_t k_tiles = 2;
    constexpr int32_t k_rows = 2;
    constexpr int32_t K_dim0_tiles = 4;
    constexpr int32_t k_tile_bytes = 2048;
    constexpr int32_t v_tiles = 2;
    constexpr int32_t v_rows = 2;
    constexpr int32_t V_dim0_tiles = 4;
    constexpr int32_t v_tile_bytes = 2048;
    constexpr int32_t n_steps = 2;

    for (int32_t work = start_id; work < start_id + count; ++work) {
        const int32_t group = work;
        q.reserve_back(q_tiles);
        const int32_t first = group * 4;
        const int32_t rows = q_block_rows < Q_rows - first ? q_block_rows : Q_rows - first;
        if (rows < q_block_rows) {
            noc.async_write_zeros(q, q_block_bytes, {.offset_bytes = 0});
            noc.write_zeros_l1_barrier();
        }
        for (int32_t face = 0; face < q_faces_down; ++face) {
            const int32_t row = first + face * 16;
            const int32_t skipped = row % 16;
            for (int32_t run = 0; run < 2; ++run) {
                const int32_t in_block = run == 1 ? 16 - skipped : 0;
                const int32_t in_tensor = run == 1 ? 0 : skipped;
                const int32_t whole_run = run == 1 ? skipped : 16 - skipped;
                const int32_t run_rows = whole_run < rows - face * 16 - in_block ? whole_run : rows - face * 16 - in_block;
                if (run_rows > 0) {
                    const int32_t tensor_face = row / 16 + run;
                    for (int32_t col = 0; col < q_cols; ++col) {
                        for (int32_t side = 0; side < 2; ++side) {
                            const uint32_t page = tensor_face / 2 * Q_row_tiles + col;
                            const uint32_t in_page = (tensor_face % 2 * 2 + side) * q_face_bytes + in_tensor * q_face_row_bytes;
                            const uint32_t offset = (face / 2 * q_cols + col) * q_tile_bytes + (face % 2 * 2 + side) * q_face_bytes + in_block * q_face_row_bytes;
                            const uint32_t bytes = run_rows * q_face_row_bytes;
                            noc.async_read(Q, q, bytes, {.page_id = page, .offset_bytes = in_page}, {.offset_bytes = offset});
                        }
                    }
                }
            }
        }
        noc.async_read_barrier();
        q.push_back(q_tiles);
        for (int32_t n = 0; n < n_steps; ++n) {
            k.reserve_back(k_tiles);
            for (int32_t row = 0; row < k_rows; ++row) {
                const uint32_t page = group * K_dim0_tiles + (n * 2 + row);
                const uint32_t offset = row * k_tile_bytes;
                noc.async_read(K, k, k_tile_bytes, {.page_id = page}, {.offset_bytes = offset});
            }
            v.reserve_back(v_tiles);
            for (int32_t row = 0; row < v_rows; ++row) {
                const uint32_t page = group * V_dim0_tiles + (n * 2 + row);
                const uint32_t offset = row * v_tile_bytes;
                noc.async_read(V, v, v_tile_bytes, {.page_id = page}, {.offset_bytes = offset});
            }
            noc.async_read_barrier();
            k.push_back(k_tiles);
            v.push_back(v_tiles);
        }
    }
}

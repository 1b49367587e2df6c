// main: compute kernel, generated from TileLang.
//
// Work: 6 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 2 tile columns of the output
//   by: 3 blocks, each 1 tile row of the output
// Circular buffers:
//   A_s_rows (id 0): 2 blocks of 1 x 2 tiles, Float16_b, reader -> compute
//   B_s_rows (id 1): 2 blocks of 2 x 2 tiles, Float16_b, reader -> compute
//   C_out_rows (id 2): 2 blocks of 1 x 2 tiles, Float16_b, compute -> writer
//   C_l (id 3): 1 block of 1 x 2 tiles, Float32, compute -> compute
//   A_s (id 4): 1 block of 1 x 2 tiles, Float16_b, compute -> compute
//   B_s (id 5): 1 block of 2 x 2 tiles, Float16_b, compute -> compute
//   C_out (id 6): 1 block of 1 x 2 tiles, Float16_b, compute -> compute
// Compute: HiFi4, 32-bit DST, half-sync.

#include <cstdint>

#include "api/compute/common.h"
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/matmul.h"
#include "api/compute/pack.h"
#include "api/compute/pack_untilize.h"
#include "api/compute/reconfig_data_format.h"
#include "api/compute/reg_api.h"
#include "api/compute/tile_move_copy.h"
#include "api/compute/tilize.h"
#include "api/dataflow/circular_buffer.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t start_id = get_arg_val<uint32_t>(0);
    const uint32_t count = get_arg_val<uint32_t>(1);

    constexpr uint32_t cb_C_l = get_named_compile_time_arg_val("cb_C_l");
    CircularBuffer C_l(cb_C_l);
    constexpr uint32_t cb_A_s = get_named_compile_time_arg_val("cb_A_s");
    CircularBuffer A_s(cb_A_s);
    constexpr uint32_t cb_B_s = get_named_compile_time_arg_val("cb_B_s");
    CircularBuffer B_s(cb_B_s);
    constexpr uint32_t cb_A_s_rows = get_named_compile_time_arg_val("cb_A_s_rows");
    CircularBuffer A_s_rows(cb_A_s_rows);
    constexpr uint32_t cb_B_s_rows = get_named_compile_time_arg_val("cb_B_s_rows");
    CircularBuffer B_s_rows(cb_B_s_rows);
    constexpr uint32_t cb_C_out = get_named_compile_time_arg_val("cb_C_out");
    CircularBuffer C_out(cb_C_out);
    constexpr uint32_t cb_C_out_rows = get_named_compile_time_arg_val("cb_C_out_rows");
    CircularBuffer C_out_rows(cb_C_out_rows);

    constexpr uint32_t C_l_tiles = 2;
    constexpr uint32_t A_s_tiles = 2;
    constexpr uint32_t B_s_tiles = 4;
    constexpr uint32_t A_s_rows_tiles = 2;
    constexpr uint32_t B_s_rows_tiles = 4;
    constexpr uint32_t C_out_tiles = 2;
    constexpr uint32_t C_out_rows_tiles = 2;
    constexpr uint32_t k_steps = 1;
    compute_kernel_hw_startup(cb_A_s_rows, cb_A_s_rows, cb_A_s);

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        C_l.reserve_back(C_l_tiles);
        pack_reconfig_data_format(cb_C_l);
        reconfig_data_format_srca(cb_A_s_rows);
        for (uint32_t k = 0; k < k_steps; ++k) {
            A_s_rows.wait_front(A_s_rows_tiles);
            A_s.reserve_back(A_s_tiles);
            pack_reconfig_data_format(cb_A_s);
            tilize_init(cb_A_s_rows, 2, cb_A_s);
            tilize_block(cb_A_s_rows, 2, cb_A_s, 0, 0);
            tilize_uninit(cb_A_s_rows, cb_A_s);
            A_s.push_back(A_s_tiles);
            A_s_rows.pop_front(A_s_rows_tiles);
            B_s_rows.wait_front(B_s_rows_tiles);
            B_s.reserve_back(B_s_tiles);
            tilize_init(cb_B_s_rows, 2, cb_B_s);
            for (uint32_t i = 0; i < 2; ++i) {
                tilize_block(cb_B_s_rows, 2, cb_B_s, i * 2, i * 2);
            }
            tilize_uninit(cb_B_s_rows, cb_B_s);
            B_s.push_back(B_s_tiles);
            B_s_rows.pop_front(B_s_rows_tiles);
            A_s.wait_front(A_s_tiles);
            B_s.wait_front(B_s_tiles);
            matmul_block_init(cb_A_s, cb_B_s, 0, 2, 1, 2);
            pack_reconfig_data_format(cb_C_l);
            pack_reconfig_l1_acc(k > 0 ? 1 : 0);
            tile_regs_acquire();
            for (uint32_t kt = 0; kt < 2; ++kt) {
                matmul_block(cb_A_s, cb_B_s, kt, kt * 2, 0, 0, 2, 1, 2);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (uint32_t c = 0; c < 2; ++c) {
                pack_tile<true>(c, cb_C_l, c);
            }
            tile_regs_release();
            pack_reconfig_l1_acc(0);
            A_s.pop_front(A_s_tiles);
            B_s.pop_front(B_s_tiles);
        }
        C_l.push_back(C_l_tiles);
        C_l.wait_front(C_l_tiles);
        C_out.reserve_back(C_out_tiles);
        reconfig_data_format_srca(cb_C_l);
        pack_reconfig_data_format(cb_C_out);
        copy_init(cb_C_l);
        tile_regs_acquire();
        for (uint32_t i = 0; i < 2; ++i) {
            copy_tile(cb_C_l, i, i);
        }
        tile_regs_commit();
        tile_regs_wait();
        for (uint32_t i = 0; i < 2; ++i) {
            pack_tile(i, cb_C_out);
        }
        tile_regs_release();
        C_out.push_back(C_out_tiles);
        C_l.pop_front(C_l_tiles);
        C_out.wait_front(C_out_tiles);
        C_out_rows.reserve_back(C_out_rows_tiles);
        reconfig_data_format_srca(cb_C_out);
        copy_init(cb_C_out);
        pack_untilize_dest_init<2, 2>(cb_C_out_rows);
        tile_regs_acquire();
        for (uint32_t j = 0; j < 2; ++j) {
            copy_tile(cb_C_out, j, j);
        }
        tile_regs_commit();
        tile_regs_wait();
        pack_untilize_dest<2, 2>(cb_C_out_rows, 1, 0);
        tile_regs_release();
        C_out_rows.push_back(2);
        pack_untilize_uninit(cb_C_out_rows);
        C_out.pop_front(C_out_tiles);
    }
}

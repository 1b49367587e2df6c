// main: compute kernel, generated from TileLang.
//
// Work: 1 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 1 blocks, each 4 tile columns of the output
//   by: 1 blocks, each 4 tile rows of the output
// Circular buffers:
//   A_s (id 0): 2 blocks of 4 x 2 tiles, Float16_b, reader -> compute
//   B_s (id 1): 2 blocks of 2 x 4 tiles, Float16_b, reader -> compute
//   C_out (id 2): 2 blocks of 4 x 4 tiles, Float16_b, compute -> writer
//   C_l (id 3): 1 block of 4 x 4 tiles, Float32, compute -> compute
// Compute: HiFi4, 32-bit DST, half-sync.

#include <cstdint>

#include "api/compute/common.h"
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/matmul.h"
#include "api/compute/pack.h"
#include "api/compute/reconfig_data_format.h"
#include "api/compute/reg_api.h"
#include "api/compute/tile_move_copy.h"
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
    constexpr uint32_t cb_C_out = get_named_compile_time_arg_val("cb_C_out");
    CircularBuffer C_out(cb_C_out);

    constexpr uint32_t C_l_tiles = 16;
    constexpr uint32_t A_s_tiles = 8;
    constexpr uint32_t B_s_tiles = 8;
    constexpr uint32_t C_out_tiles = 16;
    constexpr uint32_t k_steps = 2;
    compute_kernel_hw_startup<SrcOrder::Reverse>(cb_A_s, cb_B_s, cb_C_l);

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        C_l.reserve_back(C_l_tiles);
        pack_reconfig_data_format(cb_C_l);
        reconfig_data_format_srca(cb_B_s);
        matmul_block_init(cb_A_s, cb_B_s, 0, 2, 2, 2);
        for (uint32_t k = 0; k < k_steps; ++k) {
            A_s.wait_front(A_s_tiles);
            B_s.wait_front(B_s_tiles);
            pack_reconfig_l1_acc(k > 0 ? 1 : 0);
            for (uint32_t sub_row = 0; sub_row < 2; ++sub_row) {
                for (uint32_t sub_col = 0; sub_col < 2; ++sub_col) {
                    tile_regs_acquire();
                    for (uint32_t kt = 0; kt < 2; ++kt) {
                        matmul_block(cb_A_s, cb_B_s, sub_row * 4 + kt, kt * 4 + sub_col * 2, 0, 0, 2, 2, 2);
                    }
                    tile_regs_commit();
                    tile_regs_wait();
                    for (uint32_t r = 0; r < 2; ++r) {
                        for (uint32_t c = 0; c < 2; ++c) {
                            pack_tile<true>(r * 2 + c, cb_C_l, sub_row * 8 + r * 4 + sub_col * 2 + c);
                        }
                    }
                    tile_regs_release();
                }
            }
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
        for (uint32_t t = 0; t < 16; t += 4) {
            tile_regs_acquire();
            for (uint32_t i = 0; i < 4; ++i) {
                copy_tile(cb_C_l, t + i, i);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (uint32_t i = 0; i < 4; ++i) {
                pack_tile(i, cb_C_out);
            }
            tile_regs_release();
        }
        C_l.pop_front(C_l_tiles);
        C_out.push_back(C_out_tiles);
    }
}

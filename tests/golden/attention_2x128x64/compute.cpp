// main: compute kernel, generated from TileLang.
//
// Work: 4 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 2 tile rows of the output
//   by: 2 blocks
// Circular buffers:
//   Q_s (id 0): 2 blocks of 2 x 2 tiles, Float16_b, reader -> compute
//   K_s (id 1): 2 blocks of 2 x 2 tiles, Float16_b, reader -> compute
//   V_s (id 2): 2 blocks of 2 x 2 tiles, Float16_b, reader -> compute
//   Out_out (id 3): 2 blocks of 2 x 2 tiles, Float16_b, compute -> writer
//   O_l (id 4): 2 blocks of 2 x 2 tiles, Float32, compute -> compute
//   total (id 5): 2 blocks of 2 x 1 tiles, Float32, compute -> compute
//   high (id 6): 2 blocks of 2 x 1 tiles, Float32, compute -> compute
//   S_l (id 7): 1 block of 2 x 2 tiles, Float32, compute -> compute
//   before (id 8): 1 block of 2 x 1 tiles, Float32, compute -> compute
//   rescale (id 9): 1 block of 2 x 1 tiles, Float32, compute -> compute
//   S_l_1 (id 10): 1 block of 2 x 2 tiles, Float32, compute -> compute
//   P_l (id 11): 1 block of 2 x 2 tiles, Float16_b, compute -> compute
// Compute: HiFi4, 32-bit DST, half-sync.

#include <cstdint>

#include "api/compute/bcast.h"
#include "api/compute/binary_max_min.h"
#include "api/compute/common.h"
#include "api/compute/compute_kernel_api.h"
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/eltwise_binary_sfpu.h"
#include "api/compute/eltwise_unary/binop_with_scalar.h"
#include "api/compute/eltwise_unary/fill.h"
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

    constexpr uint32_t cb_Q_s = get_named_compile_time_arg_val("cb_Q_s");
    CircularBuffer Q_s(cb_Q_s);
    constexpr uint32_t cb_O_l = get_named_compile_time_arg_val("cb_O_l");
    CircularBuffer O_l(cb_O_l);
    constexpr uint32_t cb_total = get_named_compile_time_arg_val("cb_total");
    CircularBuffer total(cb_total);
    constexpr uint32_t cb_high = get_named_compile_time_arg_val("cb_high");
    CircularBuffer high(cb_high);
    constexpr uint32_t cb_K_s = get_named_compile_time_arg_val("cb_K_s");
    CircularBuffer K_s(cb_K_s);
    constexpr uint32_t cb_S_l = get_named_compile_time_arg_val("cb_S_l");
    CircularBuffer S_l(cb_S_l);
    constexpr uint32_t cb_before = get_named_compile_time_arg_val("cb_before");
    CircularBuffer before(cb_before);
    constexpr uint32_t cb_rescale = get_named_compile_time_arg_val("cb_rescale");
    CircularBuffer rescale(cb_rescale);
    constexpr uint32_t cb_S_l_1 = get_named_compile_time_arg_val("cb_S_l_1");
    CircularBuffer S_l_1(cb_S_l_1);
    constexpr uint32_t cb_P_l = get_named_compile_time_arg_val("cb_P_l");
    CircularBuffer P_l(cb_P_l);
    constexpr uint32_t cb_V_s = get_named_compile_time_arg_val("cb_V_s");
    CircularBuffer V_s(cb_V_s);
    constexpr uint32_t cb_Out_out = get_named_compile_time_arg_val("cb_Out_out");
    CircularBuffer Out_out(cb_Out_out);

    constexpr uint32_t Q_s_tiles = 4;
    constexpr uint32_t O_l_tiles = 4;
    constexpr uint32_t total_tiles = 2;
    constexpr uint32_t high_tiles = 2;
    constexpr uint32_t K_s_tiles = 4;
    constexpr uint32_t S_l_tiles = 4;
    constexpr uint32_t before_tiles = 2;
    constexpr uint32_t rescale_tiles = 2;
    constexpr uint32_t S_l_1_tiles = 4;
    constexpr uint32_t P_l_tiles = 4;
    constexpr uint32_t V_s_tiles = 4;
    constexpr uint32_t Out_out_tiles = 4;
    constexpr uint32_t k_steps = 2;
    compute_kernel_hw_startup<SrcOrder::Reverse>(cb_Q_s, cb_K_s, cb_O_l);

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        Q_s.wait_front(Q_s_tiles);
        O_l.reserve_back(O_l_tiles);
        pack_reconfig_data_format(cb_O_l);
        fill_tile_init();
        tile_regs_acquire();
        for (uint32_t i = 0; i < 4; ++i) {
            fill_tile_bitcast(i, 0x00000000u /* 0 */);
        }
        tile_regs_commit();
        tile_regs_wait();
        for (uint32_t i = 0; i < 4; ++i) {
            pack_tile(i, cb_O_l);
        }
        tile_regs_release();
        O_l.push_back(O_l_tiles);
        total.reserve_back(total_tiles);
        tile_regs_acquire();
        for (uint32_t i = 0; i < 2; ++i) {
            fill_tile_bitcast(i, 0x00000000u /* 0 */);
        }
        tile_regs_commit();
        tile_regs_wait();
        for (uint32_t i = 0; i < 2; ++i) {
            pack_tile(i, cb_total);
        }
        tile_regs_release();
        total.push_back(total_tiles);
        high.reserve_back(high_tiles);
        tile_regs_acquire();
        for (uint32_t i = 0; i < 2; ++i) {
            fill_tile_bitcast(i, 0xff800000u /* -inf */);
        }
        tile_regs_commit();
        tile_regs_wait();
        for (uint32_t i = 0; i < 2; ++i) {
            pack_tile(i, cb_high);
        }
        tile_regs_release();
        high.push_back(high_tiles);
        for (uint32_t k = 0; k < k_steps; ++k) {
            K_s.wait_front(K_s_tiles);
            S_l.reserve_back(S_l_tiles);
            pack_reconfig_data_format(cb_S_l);
            reconfig_data_format_srca(cb_K_s);
            reconfig_data_format_srcb(cb_Q_s);
            matmul_block_init(cb_Q_s, cb_K_s, 1, 1, 2, 2);
            pack_reconfig_l1_acc(0);
            for (uint32_t sub_col = 0; sub_col < 2; ++sub_col) {
                tile_regs_acquire();
                for (uint32_t kt = 0; kt < 2; ++kt) {
                    matmul_block(cb_Q_s, cb_K_s, kt, sub_col * 2 + kt, 0, 1, 1, 2, 2);
                }
                tile_regs_commit();
                tile_regs_wait();
                for (uint32_t r = 0; r < 2; ++r) {
                    pack_tile<true>(r, cb_S_l, r * 2 + sub_col);
                }
                tile_regs_release();
            }
            pack_reconfig_l1_acc(0);
            S_l.push_back(S_l_tiles);
            K_s.pop_front(K_s_tiles);
            high.wait_front(high_tiles);
            before.reserve_back(before_tiles);
            reconfig_data_format_srca(cb_high);
            copy_init(cb_high);
            tile_regs_acquire();
            for (uint32_t i = 0; i < 2; ++i) {
                copy_tile(cb_high, i, i);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (uint32_t i = 0; i < 2; ++i) {
                pack_tile(i, cb_before);
            }
            tile_regs_release();
            before.push_back(before_tiles);
            S_l.wait_front(S_l_tiles);
            high.reserve_back(high_tiles);
            tile_regs_acquire();
            for (uint32_t i = 0; i < 2; ++i) {
                copy_tile(cb_S_l, i * 2, i * 2);
                copy_tile(cb_S_l, i * 2 + 1, i * 2 + 1);
            }
            binary_max_tile_init();
            for (uint32_t i = 0; i < 2; ++i) {
                binary_max_tile(i * 2, i * 2 + 1, i * 2);
            }
            sfpu_reduce_init<PoolType::MAX, DataFormat::Float32>();
            for (uint32_t i = 0; i < 2; ++i) {
                sfpu_reduce<PoolType::MAX, DataFormat::Float32, ReduceDim::REDUCE_ROW>(i * 2);
                copy_tile(cb_high, i, i * 2 + 1);
            }
            binary_max_tile_init();
            for (uint32_t i = 0; i < 2; ++i) {
                binary_max_tile(i * 2, i * 2 + 1, i * 2);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (uint32_t i = 0; i < 2; ++i) {
                pack_tile(i * 2, cb_high);
            }
            tile_regs_release();
            high.pop_front(high_tiles);
            high.push_back(high_tiles);
            high.wait_front(high_tiles);
            before.wait_front(before_tiles);
            rescale.reserve_back(rescale_tiles);
            tile_regs_acquire();
            for (uint32_t i = 0; i < 2; ++i) {
                copy_tile(cb_before, i, i * 2);
            }
            binop_with_scalar_tile_init();
            for (uint32_t i = 0; i < 2; ++i) {
                mul_unary_tile(i * 2, 0x3e38aa3bu /* 0.18033688 */);
                copy_tile(cb_high, i, i * 2 + 1);
                mul_unary_tile(i * 2 + 1, 0x3e38aa3bu /* 0.18033688 */);
            }
            sub_binary_tile_init();
            for (uint32_t i = 0; i < 2; ++i) {
                sub_binary_tile(i * 2, i * 2 + 1, i * 2);
            }
            exp2_tile_init();
            for (uint32_t i = 0; i < 2; ++i) {
                exp2_tile(i * 2);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (uint32_t i = 0; i < 2; ++i) {
                pack_tile(i * 2, cb_rescale);
            }
            tile_regs_release();
            rescale.push_back(rescale_tiles);
            before.pop_front(before_tiles);
            S_l_1.reserve_back(S_l_1_tiles);
            reconfig_data_format_srcb(cb_high);
            for (uint32_t t = 0; t < 4; t += 2) {
                tile_regs_acquire();
                copy_init(cb_S_l);
                for (uint32_t i = 0; i < 2; ++i) {
                    copy_tile(cb_S_l, t + i, i * 2);
                }
                binop_with_scalar_tile_init();
                for (uint32_t i = 0; i < 2; ++i) {
                    mul_unary_tile(i * 2, 0x3e38aa3bu /* 0.18033688 */);
                }
                unary_bcast_init<BroadcastType::COL>(cb_high);
                for (uint32_t i = 0; i < 2; ++i) {
                    unary_bcast<BroadcastType::COL>(cb_high, (t + i) / 2, i * 2 + 1);
                    mul_unary_tile(i * 2 + 1, 0x3e38aa3bu /* 0.18033688 */);
                }
                sub_binary_tile_init();
                for (uint32_t i = 0; i < 2; ++i) {
                    sub_binary_tile(i * 2, i * 2 + 1, i * 2);
                }
                exp2_tile_init();
                for (uint32_t i = 0; i < 2; ++i) {
                    exp2_tile(i * 2);
                }
                tile_regs_commit();
                tile_regs_wait();
                for (uint32_t i = 0; i < 2; ++i) {
                    pack_tile(i * 2, cb_S_l_1);
                }
                tile_regs_release();
            }
            S_l_1.push_back(S_l_1_tiles);
            S_l.pop_front(S_l_tiles);
            S_l_1.wait_front(S_l_1_tiles);
            before.reserve_back(before_tiles);
            copy_init(cb_S_l_1);
            tile_regs_acquire();
            for (uint32_t i = 0; i < 2; ++i) {
                copy_tile(cb_S_l_1, i * 2, i * 2);
                copy_tile(cb_S_l_1, i * 2 + 1, i * 2 + 1);
            }
            add_binary_tile_init();
            for (uint32_t i = 0; i < 2; ++i) {
                add_binary_tile(i * 2, i * 2 + 1, i * 2);
            }
            sfpu_reduce_init<PoolType::SUM, DataFormat::Float32>();
            for (uint32_t i = 0; i < 2; ++i) {
                sfpu_reduce<PoolType::SUM, DataFormat::Float32, ReduceDim::REDUCE_ROW>(i * 2);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (uint32_t i = 0; i < 2; ++i) {
                pack_tile(i * 2, cb_before);
            }
            tile_regs_release();
            before.push_back(before_tiles);
            total.wait_front(total_tiles);
            before.wait_front(before_tiles);
            rescale.wait_front(rescale_tiles);
            total.reserve_back(total_tiles);
            tile_regs_acquire();
            for (uint32_t i = 0; i < 2; ++i) {
                copy_tile(cb_total, i, i * 2);
                copy_tile(cb_rescale, i, i * 2 + 1);
            }
            mul_binary_tile_init();
            for (uint32_t i = 0; i < 2; ++i) {
                mul_binary_tile(i * 2, i * 2 + 1, i * 2);
                copy_tile(cb_before, i, i * 2 + 1);
            }
            add_binary_tile_init();
            for (uint32_t i = 0; i < 2; ++i) {
                add_binary_tile(i * 2, i * 2 + 1, i * 2);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (uint32_t i = 0; i < 2; ++i) {
                pack_tile(i * 2, cb_total);
            }
            tile_regs_release();
            total.pop_front(total_tiles);
            total.push_back(total_tiles);
            before.pop_front(before_tiles);
            P_l.reserve_back(P_l_tiles);
            pack_reconfig_data_format(cb_P_l);
            tile_regs_acquire();
            for (uint32_t i = 0; i < 4; ++i) {
                copy_tile(cb_S_l_1, i, i);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (uint32_t i = 0; i < 4; ++i) {
                pack_tile(i, cb_P_l);
            }
            tile_regs_release();
            P_l.push_back(P_l_tiles);
            S_l_1.pop_front(S_l_1_tiles);
            O_l.wait_front(O_l_tiles);
            O_l.reserve_back(O_l_tiles);
            pack_reconfig_data_format(cb_O_l);
            mul_binary_tile_init();
            for (uint32_t t = 0; t < 4; t += 2) {
                tile_regs_acquire();
                copy_init(cb_O_l);
                for (uint32_t i = 0; i < 2; ++i) {
                    copy_tile(cb_O_l, t + i, i * 2);
                }
                unary_bcast_init<BroadcastType::COL>(cb_rescale);
                for (uint32_t i = 0; i < 2; ++i) {
                    unary_bcast<BroadcastType::COL>(cb_rescale, (t + i) / 2, i * 2 + 1);
                    mul_binary_tile(i * 2, i * 2 + 1, i * 2);
                }
                tile_regs_commit();
                tile_regs_wait();
                for (uint32_t i = 0; i < 2; ++i) {
                    pack_tile(i * 2, cb_O_l);
                }
                tile_regs_release();
            }
            O_l.pop_front(O_l_tiles);
            O_l.push_back(O_l_tiles);
            rescale.pop_front(rescale_tiles);
            V_s.wait_front(V_s_tiles);
            S_l.reserve_back(S_l_tiles);
            P_l.wait_front(P_l_tiles);
            reconfig_data_format_srca(cb_V_s);
            reconfig_data_format_srcb(cb_P_l);
            matmul_block_init(cb_P_l, cb_V_s, 0, 2, 2, 2);
            pack_reconfig_l1_acc(0);
            tile_regs_acquire();
            for (uint32_t kt = 0; kt < 2; ++kt) {
                matmul_block(cb_P_l, cb_V_s, kt, kt * 2, 0, 0, 2, 2, 2);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (uint32_t r = 0; r < 2; ++r) {
                for (uint32_t c = 0; c < 2; ++c) {
                    pack_tile<true>(r * 2 + c, cb_S_l, r * 2 + c);
                }
            }
            tile_regs_release();
            pack_reconfig_l1_acc(0);
            S_l.push_back(S_l_tiles);
            P_l.pop_front(P_l_tiles);
            V_s.pop_front(V_s_tiles);
            O_l.wait_front(O_l_tiles);
            S_l.wait_front(S_l_tiles);
            O_l.reserve_back(O_l_tiles);
            reconfig_data_format_srca(cb_O_l);
            copy_init(cb_O_l);
            add_binary_tile_init();
            for (uint32_t t = 0; t < 4; t += 2) {
                tile_regs_acquire();
                for (uint32_t i = 0; i < 2; ++i) {
                    copy_tile(cb_O_l, t + i, i * 2);
                    copy_tile(cb_S_l, t + i, i * 2 + 1);
                    add_binary_tile(i * 2, i * 2 + 1, i * 2);
                }
                tile_regs_commit();
                tile_regs_wait();
                for (uint32_t i = 0; i < 2; ++i) {
                    pack_tile(i * 2, cb_O_l);
                }
                tile_regs_release();
            }
            O_l.pop_front(O_l_tiles);
            O_l.push_back(O_l_tiles);
            S_l.pop_front(S_l_tiles);
        }
        Q_s.pop_front(Q_s_tiles);
        high.wait_front(high_tiles);
        high.pop_front(high_tiles);
        O_l.wait_front(O_l_tiles);
        total.wait_front(total_tiles);
        Out_out.reserve_back(Out_out_tiles);
        reconfig_data_format_srcb(cb_total);
        pack_reconfig_data_format(cb_Out_out);
        div_binary_tile_init();
        for (uint32_t t = 0; t < 4; t += 2) {
            tile_regs_acquire();
            copy_init(cb_O_l);
            for (uint32_t i = 0; i < 2; ++i) {
                copy_tile(cb_O_l, t + i, i * 2);
            }
            unary_bcast_init<BroadcastType::COL>(cb_total);
            for (uint32_t i = 0; i < 2; ++i) {
                unary_bcast<BroadcastType::COL>(cb_total, (t + i) / 2, i * 2 + 1);
                div_binary_tile(i * 2, i * 2 + 1, i * 2);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (uint32_t i = 0; i < 2; ++i) {
                pack_tile(i * 2, cb_Out_out);
            }
            tile_regs_release();
        }
        O_l.pop_front(O_l_tiles);
        total.pop_front(total_tiles);
        Out_out.push_back(Out_out_tiles);
    }
}

// main: compute kernel, generated from TileLang.
//
// Work: 2 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   group: 2 blocks
// Circular buffers:
//   q (id 0): 2 blocks of 2 x 1 tiles, Float16_b, reader -> compute
//   k (id 1): 2 blocks of 2 x 1 tiles, Float16_b, reader -> compute
//   v (id 2): 2 blocks of 2 x 1 tiles, Float16_b, reader -> compute
//   o (id 3): 2 blocks of 1 x 1 tile, Float16_b, compute -> writer
//   acc (id 4): 2 blocks of 2 x 1 tiles, Float32, compute -> compute
//   total (id 5): 2 blocks of 2 x 1 tiles, Float32, compute -> compute
//   top (id 6): 2 blocks of 2 x 1 tiles, Float32, compute -> compute
//   s (id 7): 1 block of 2 x 2 tiles, Float32, compute -> compute
//   before (id 8): 1 block of 2 x 1 tiles, Float32, compute -> compute
//   s_1 (id 9): 1 block of 2 x 2 tiles, Float32, compute -> compute
//   more (id 10): 1 block of 2 x 1 tiles, Float32, compute -> compute
//   p (id 11): 1 block of 2 x 2 tiles, Float16_b, compute -> compute
//   acc_1 (id 12): 1 block of 2 x 1 tiles, Float32, compute -> compute
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
    const int32_t start_id = get_arg_val<uint32_t>(0);
    const int32_t count = get_arg_val<uint32_t>(1);

    constexpr uint32_t cb_q = get_named_compile_time_arg_val("cb_q");
    CircularBuffer q(cb_q);
    constexpr uint32_t cb_acc = get_named_compile_time_arg_val("cb_acc");
    CircularBuffer acc(cb_acc);
    constexpr uint32_t cb_total = get_named_compile_time_arg_val("cb_total");
    CircularBuffer total(cb_total);
    constexpr uint32_t cb_top = get_named_compile_time_arg_val("cb_top");
    CircularBuffer top(cb_top);
    constexpr uint32_t cb_k = get_named_compile_time_arg_val("cb_k");
    CircularBuffer k(cb_k);
    constexpr uint32_t cb_s = get_named_compile_time_arg_val("cb_s");
    CircularBuffer s(cb_s);
    constexpr uint32_t cb_before = get_named_compile_time_arg_val("cb_before");
    CircularBuffer before(cb_before);
    constexpr uint32_t cb_s_1 = get_named_compile_time_arg_val("cb_s_1");
    CircularBuffer s_1(cb_s_1);
    constexpr uint32_t cb_more = get_named_compile_time_arg_val("cb_more");
    CircularBuffer more(cb_more);
    constexpr uint32_t cb_p = get_named_compile_time_arg_val("cb_p");
    CircularBuffer p(cb_p);
    constexpr uint32_t cb_v = get_named_compile_time_arg_val("cb_v");
    CircularBuffer v(cb_v);
    constexpr uint32_t cb_acc_1 = get_named_compile_time_arg_val("cb_acc_1");
    CircularBuffer acc_1(cb_acc_1);
    constexpr uint32_t cb_o = get_named_compile_time_arg_val("cb_o");
    CircularBuffer o(cb_o);

    constexpr int32_t q_tiles = 2;
    constexpr int32_t acc_tiles = 2;
    constexpr int32_t total_tiles = 2;
    constexpr int32_t top_tiles = 2;
    constexpr int32_t k_tiles = 2;
    constexpr int32_t s_tiles = 4;
    constexpr int32_t before_tiles = 2;
    constexpr int32_t s_1_tiles = 4;
    constexpr int32_t more_tiles = 2;
    constexpr int32_t p_tiles = 4;
    constexpr int32_t v_tiles = 2;
    constexpr int32_t acc_1_tiles = 2;
    constexpr int32_t o_tiles = 1;
    constexpr int32_t n_steps = 2;
    compute_kernel_hw_startup<SrcOrder::Reverse>(cb_q, cb_k, cb_acc);

    for (int32_t work = start_id; work < start_id + count; ++work) {
        q.wait_front(q_tiles);
        acc.reserve_back(acc_tiles);
        pack_reconfig_data_format(cb_acc);
        fill_tile_init();
        tile_regs_acquire();
        for (int32_t i = 0; i < 2; ++i) {
            fill_tile_bitcast(i, 0x00000000u /* 0 */);
        }
        tile_regs_commit();
        tile_regs_wait();
        for (int32_t i = 0; i < 2; ++i) {
            pack_tile(i, cb_acc);
        }
        tile_regs_release();
        acc.push_back(acc_tiles);
        total.reserve_back(total_tiles);
        tile_regs_acquire();
        for (int32_t i = 0; i < 2; ++i) {
            fill_tile_bitcast(i, 0x00000000u /* 0 */);
        }
        tile_regs_commit();
        tile_regs_wait();
        for (int32_t i = 0; i < 2; ++i) {
            pack_tile(i, cb_total);
        }
        tile_regs_release();
        total.push_back(total_tiles);
        top.reserve_back(top_tiles);
        tile_regs_acquire();
        for (int32_t i = 0; i < 2; ++i) {
            fill_tile_bitcast(i, 0xff800000u /* -inf */);
        }
        tile_regs_commit();
        tile_regs_wait();
        for (int32_t i = 0; i < 2; ++i) {
            pack_tile(i, cb_top);
        }
        tile_regs_release();
        top.push_back(top_tiles);
        for (int32_t n = 0; n < n_steps; ++n) {
            k.wait_front(k_tiles);
            s.reserve_back(s_tiles);
            pack_reconfig_data_format(cb_s);
            reconfig_data_format_srca(cb_k);
            reconfig_data_format_srcb(cb_q);
            matmul_block_init(cb_q, cb_k, 1, 1, 2, 1);
            pack_reconfig_l1_acc(0);
            for (int32_t sub_col = 0; sub_col < 2; ++sub_col) {
                tile_regs_acquire();
                matmul_block(cb_q, cb_k, 0, sub_col, 0, 1, 1, 2, 1);
                tile_regs_commit();
                tile_regs_wait();
                for (int32_t r = 0; r < 2; ++r) {
                    pack_tile<true>(r, cb_s, r * 2 + sub_col);
                }
                tile_regs_release();
            }
            pack_reconfig_l1_acc(0);
            s.push_back(s_tiles);
            k.pop_front(k_tiles);
            top.wait_front(top_tiles);
            before.reserve_back(before_tiles);
            reconfig_data_format_srca(cb_top);
            copy_init(cb_top);
            tile_regs_acquire();
            for (int32_t i = 0; i < 2; ++i) {
                copy_tile(cb_top, i, i);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (int32_t i = 0; i < 2; ++i) {
                pack_tile(i, cb_before);
            }
            tile_regs_release();
            before.push_back(before_tiles);
            s.wait_front(s_tiles);
            top.reserve_back(top_tiles);
            tile_regs_acquire();
            for (int32_t i = 0; i < 2; ++i) {
                copy_tile(cb_s, i * 2, i * 2);
                copy_tile(cb_s, i * 2 + 1, i * 2 + 1);
            }
            binary_max_tile_init();
            for (int32_t i = 0; i < 2; ++i) {
                binary_max_tile(i * 2, i * 2 + 1, i * 2);
            }
            sfpu_reduce_init<PoolType::MAX, DataFormat::Float32>();
            for (int32_t i = 0; i < 2; ++i) {
                sfpu_reduce<PoolType::MAX, DataFormat::Float32, ReduceDim::REDUCE_ROW>(i * 2);
                copy_tile(cb_top, i, i * 2 + 1);
            }
            binary_max_tile_init();
            for (int32_t i = 0; i < 2; ++i) {
                binary_max_tile(i * 2, i * 2 + 1, i * 2);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (int32_t i = 0; i < 2; ++i) {
                pack_tile(i * 2, cb_top);
            }
            tile_regs_release();
            top.pop_front(top_tiles);
            top.push_back(top_tiles);
            top.wait_front(top_tiles);
            s_1.reserve_back(s_1_tiles);
            reconfig_data_format_srcb(cb_top);
            for (int32_t t = 0; t < 4; t += 2) {
                tile_regs_acquire();
                copy_init(cb_s);
                for (int32_t i = 0; i < 2; ++i) {
                    copy_tile(cb_s, t + i, i * 2);
                }
                binop_with_scalar_tile_init();
                for (int32_t i = 0; i < 2; ++i) {
                    mul_unary_tile(i * 2, 0x3e8293eeu /* 0.25503486 */);
                }
                unary_bcast_init<BroadcastType::COL>(cb_top);
                for (int32_t i = 0; i < 2; ++i) {
                    unary_bcast<BroadcastType::COL>(cb_top, (t + i) / 2, i * 2 + 1);
                    mul_unary_tile(i * 2 + 1, 0x3e8293eeu /* 0.25503486 */);
                }
                sub_binary_tile_init();
                for (int32_t i = 0; i < 2; ++i) {
                    sub_binary_tile(i * 2, i * 2 + 1, i * 2);
                }
                exp2_tile_init();
                for (int32_t i = 0; i < 2; ++i) {
                    exp2_tile(i * 2);
                }
                tile_regs_commit();
                tile_regs_wait();
                for (int32_t i = 0; i < 2; ++i) {
                    pack_tile(i * 2, cb_s_1);
                }
                tile_regs_release();
            }
            s_1.push_back(s_1_tiles);
            s.pop_front(s_tiles);
            s_1.wait_front(s_1_tiles);
            more.reserve_back(more_tiles);
            copy_init(cb_s_1);
            tile_regs_acquire();
            for (int32_t i = 0; i < 2; ++i) {
                copy_tile(cb_s_1, i * 2, i * 2);
                copy_tile(cb_s_1, i * 2 + 1, i * 2 + 1);
            }
            add_binary_tile_init();
            for (int32_t i = 0; i < 2; ++i) {
                add_binary_tile(i * 2, i * 2 + 1, i * 2);
            }
            sfpu_reduce_init<PoolType::SUM, DataFormat::Float32>();
            for (int32_t i = 0; i < 2; ++i) {
                sfpu_reduce<PoolType::SUM, DataFormat::Float32, ReduceDim::REDUCE_ROW>(i * 2);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (int32_t i = 0; i < 2; ++i) {
                pack_tile(i * 2, cb_more);
            }
            tile_regs_release();
            more.push_back(more_tiles);
            total.wait_front(total_tiles);
            before.wait_front(before_tiles);
            more.wait_front(more_tiles);
            total.reserve_back(total_tiles);
            tile_regs_acquire();
            for (int32_t i = 0; i < 2; ++i) {
                copy_tile(cb_before, i, i * 2);
            }
            binop_with_scalar_tile_init();
            for (int32_t i = 0; i < 2; ++i) {
                mul_unary_tile(i * 2, 0x3e8293eeu /* 0.25503486 */);
                copy_tile(cb_top, i, i * 2 + 1);
                mul_unary_tile(i * 2 + 1, 0x3e8293eeu /* 0.25503486 */);
            }
            sub_binary_tile_init();
            for (int32_t i = 0; i < 2; ++i) {
                sub_binary_tile(i * 2, i * 2 + 1, i * 2);
            }
            exp2_tile_init();
            for (int32_t i = 0; i < 2; ++i) {
                exp2_tile(i * 2);
                copy_tile(cb_total, i, i * 2 + 1);
            }
            mul_binary_tile_init();
            for (int32_t i = 0; i < 2; ++i) {
                mul_binary_tile(i * 2 + 1, i * 2, i * 2 + 1);
                copy_tile(cb_more, i, i * 2);
            }
            add_binary_tile_init();
            for (int32_t i = 0; i < 2; ++i) {
                add_binary_tile(i * 2 + 1, i * 2, i * 2 + 1);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (int32_t i = 0; i < 2; ++i) {
                pack_tile(i * 2 + 1, cb_total);
            }
            tile_regs_release();
            total.pop_front(total_tiles);
            total.push_back(total_tiles);
            more.pop_front(more_tiles);
            acc.wait_front(acc_tiles);
            acc.reserve_back(acc_tiles);
            tile_regs_acquire();
            unary_bcast_init<BroadcastType::COL>(cb_before);
            for (int32_t i = 0; i < 2; ++i) {
                unary_bcast<BroadcastType::COL>(cb_before, i, i * 2);
            }
            binop_with_scalar_tile_init();
            for (int32_t i = 0; i < 2; ++i) {
                mul_unary_tile(i * 2, 0x3e8293eeu /* 0.25503486 */);
                unary_bcast<BroadcastType::COL>(cb_top, i, i * 2 + 1);
                mul_unary_tile(i * 2 + 1, 0x3e8293eeu /* 0.25503486 */);
            }
            sub_binary_tile_init();
            for (int32_t i = 0; i < 2; ++i) {
                sub_binary_tile(i * 2, i * 2 + 1, i * 2);
            }
            exp2_tile_init();
            for (int32_t i = 0; i < 2; ++i) {
                exp2_tile(i * 2);
            }
            copy_init(cb_acc);
            for (int32_t i = 0; i < 2; ++i) {
                copy_tile(cb_acc, i, i * 2 + 1);
            }
            mul_binary_tile_init();
            for (int32_t i = 0; i < 2; ++i) {
                mul_binary_tile(i * 2 + 1, i * 2, i * 2 + 1);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (int32_t i = 0; i < 2; ++i) {
                pack_tile(i * 2 + 1, cb_acc);
            }
            tile_regs_release();
            acc.pop_front(acc_tiles);
            acc.push_back(acc_tiles);
            before.pop_front(before_tiles);
            p.reserve_back(p_tiles);
            pack_reconfig_data_format(cb_p);
            tile_regs_acquire();
            for (int32_t i = 0; i < 4; ++i) {
                copy_tile(cb_s_1, i, i);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (int32_t i = 0; i < 4; ++i) {
                pack_tile(i, cb_p);
            }
            tile_regs_release();
            p.push_back(p_tiles);
            s_1.pop_front(s_1_tiles);
            v.wait_front(v_tiles);
            tile_regs_acquire();
            p.wait_front(p_tiles);
            reconfig_data_format_srca(cb_v);
            reconfig_data_format_srcb(cb_p);
            matmul_block_init(cb_p, cb_v, 0, 1, 2, 2);
            for (int32_t kt = 0; kt < 2; ++kt) {
                matmul_block(cb_p, cb_v, kt, kt, 0, 0, 1, 2, 2);
            }
            p.pop_front(p_tiles);
            v.pop_front(v_tiles);
            acc.wait_front(acc_tiles);
            acc.reserve_back(acc_tiles);
            reconfig_data_format_srca(cb_acc);
            pack_reconfig_data_format(cb_acc);
            copy_init(cb_acc);
            add_binary_tile_init();
            for (int32_t i = 0; i < 2; ++i) {
                copy_tile(cb_acc, i, 2);
                add_binary_tile(2, i, i);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (int32_t i = 0; i < 2; ++i) {
                pack_tile(i, cb_acc);
            }
            tile_regs_release();
            acc.pop_front(acc_tiles);
            acc.push_back(acc_tiles);
        }
        q.pop_front(q_tiles);
        top.wait_front(top_tiles);
        top.pop_front(top_tiles);
        acc.wait_front(acc_tiles);
        total.wait_front(total_tiles);
        acc_1.reserve_back(acc_1_tiles);
        reconfig_data_format_srcb(cb_total);
        div_binary_tile_init();
        tile_regs_acquire();
        copy_init(cb_acc);
        for (int32_t i = 0; i < 2; ++i) {
            copy_tile(cb_acc, i, i * 2);
        }
        unary_bcast_init<BroadcastType::COL>(cb_total);
        for (int32_t i = 0; i < 2; ++i) {
            unary_bcast<BroadcastType::COL>(cb_total, i, i * 2 + 1);
            div_binary_tile(i * 2, i * 2 + 1, i * 2);
        }
        tile_regs_commit();
        tile_regs_wait();
        for (int32_t i = 0; i < 2; ++i) {
            pack_tile(i * 2, cb_acc_1);
        }
        tile_regs_release();
        acc_1.push_back(acc_1_tiles);
        acc.pop_front(acc_tiles);
        total.pop_front(total_tiles);
        acc_1.wait_front(acc_1_tiles);
        o.reserve_back(o_tiles);
        pack_reconfig_data_format(cb_o);
        copy_init(cb_acc_1);
        tile_regs_acquire();
        copy_tile(cb_acc_1, 0, 0);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_o);
        tile_regs_release();
        acc_1.pop_front(acc_1_tiles);
        o.push_back(o_tiles);
    }
}

// main: compute kernel, generated from TileLang.
//
// Work: 4 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 1 tile row of the output
//   by: 2 blocks
//   bz: 1 blocks
// Circular buffers:
//   Q_s (id 0): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   K_s (id 1): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   V_s (id 2): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   Out_out (id 3): 2 blocks of 1 x 1 tile, Float16_b, compute -> writer
//   index (id 4): 1 block of 1 x 1 tile, Float16_b, compute -> compute
//   O_l (id 5): 2 blocks of 1 x 1 tile, Float32, compute -> compute
//   total (id 6): 2 blocks of 1 x 1 tile, Float32, compute -> compute
//   high (id 7): 2 blocks of 1 x 1 tile, Float32, compute -> compute
//   S_l (id 8): 1 block of 1 x 1 tile, Float32, compute -> compute
//   before (id 9): 1 block of 1 x 1 tile, Float32, compute -> compute
//   rescale (id 10): 1 block of 1 x 1 tile, Float32, compute -> compute
//   P_l (id 11): 1 block of 1 x 1 tile, Float16_b, compute -> compute
// Compute: HiFi4, 32-bit DST, half-sync.

#include <bit>
#include <cstdint>

#include "api/compute/bcast.h"
#include "api/compute/binary_max_min.h"
#include "api/compute/common.h"
#include "api/compute/compute_kernel_api.h"
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/cumsum.h"
#include "api/compute/eltwise_binary_sfpu.h"
#include "api/compute/eltwise_unary/binop_with_scalar.h"
#include "api/compute/eltwise_unary/comp.h"
#include "api/compute/eltwise_unary/fill.h"
#include "api/compute/eltwise_unary/where.h"
#include "api/compute/matmul.h"
#include "api/compute/pack.h"
#include "api/compute/reconfig_data_format.h"
#include "api/compute/reg_api.h"
#include "api/compute/tile_move_copy.h"
#include "api/compute/transpose_dest.h"
#include "api/dataflow/circular_buffer.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t start_id = get_arg_val<uint32_t>(0);
    const uint32_t count = get_arg_val<uint32_t>(1);

    constexpr uint32_t cb_index = get_named_compile_time_arg_val("cb_index");
    CircularBuffer index(cb_index);
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
    constexpr uint32_t cb_P_l = get_named_compile_time_arg_val("cb_P_l");
    CircularBuffer P_l(cb_P_l);
    constexpr uint32_t cb_V_s = get_named_compile_time_arg_val("cb_V_s");
    CircularBuffer V_s(cb_V_s);
    constexpr uint32_t cb_Out_out = get_named_compile_time_arg_val("cb_Out_out");
    CircularBuffer Out_out(cb_Out_out);

    constexpr uint32_t index_tiles = 1;
    compute_kernel_hw_startup(cb_index, cb_index, cb_O_l);
    index.reserve_back(index_tiles);
    pack_reconfig_data_format(cb_index);
    transpose_dest_init<true>();
    tile_regs_acquire();
    fill_tile_init();
    fill_tile_bitcast(0, 0x3f800000u /* 1 */);
    cumsum_tile_init();
    cumsum_tile(0, true);
    binop_with_scalar_tile_init();
    sub_unary_tile(0, 0x3f800000u /* 1 */);
    fill_tile_init();
    fill_tile_bitcast(1, 0x3f800000u /* 1 */);
    cumsum_tile_init();
    cumsum_tile(1, true);
    binop_with_scalar_tile_init();
    sub_unary_tile(1, 0x3f800000u /* 1 */);
    transpose_dest<true>(1);
    mul_unary_tile(1, 0xbf800000u /* -1 */);
    add_binary_tile_init();
    add_binary_tile(0, 1, 0);
    tile_regs_commit();
    tile_regs_wait();
    pack_tile(0, cb_index);
    tile_regs_release();
    index.push_back(index_tiles);
    index.wait_front(index_tiles);
    constexpr uint32_t Q_s_tiles = 1;
    constexpr uint32_t O_l_tiles = 1;
    constexpr uint32_t total_tiles = 1;
    constexpr uint32_t high_tiles = 1;
    constexpr uint32_t K_s_tiles = 1;
    constexpr uint32_t S_l_tiles = 1;
    constexpr uint32_t before_tiles = 1;
    constexpr uint32_t rescale_tiles = 1;
    constexpr uint32_t P_l_tiles = 1;
    constexpr uint32_t V_s_tiles = 1;
    constexpr uint32_t Out_out_tiles = 1;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work % 2;
        Q_s.wait_front(Q_s_tiles);
        O_l.reserve_back(O_l_tiles);
        pack_reconfig_data_format(cb_O_l);
        fill_tile_init();
        tile_regs_acquire();
        fill_tile_bitcast(0, 0x00000000u /* 0 */);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_O_l);
        tile_regs_release();
        O_l.push_back(O_l_tiles);
        total.reserve_back(total_tiles);
        tile_regs_acquire();
        fill_tile_bitcast(0, 0x00000000u /* 0 */);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_total);
        tile_regs_release();
        total.push_back(total_tiles);
        high.reserve_back(high_tiles);
        tile_regs_acquire();
        fill_tile_bitcast(0, 0xff800000u /* -inf */);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_high);
        tile_regs_release();
        high.push_back(high_tiles);
        for (uint32_t k = 0; k < bx + 1; ++k) {
            K_s.wait_front(K_s_tiles);
            S_l.reserve_back(S_l_tiles);
            reconfig_data_format_srca(cb_index);
            pack_reconfig_data_format(cb_S_l);
            copy_init(cb_index);
            tile_regs_acquire();
            copy_tile(cb_index, 0, 0);
            unary_ge_tile_init();
            unary_ge_tile(0, std::bit_cast<uint32_t>(static_cast<float>(static_cast<int32_t>(k * 32 - bx * 32))));
            fill_tile_init();
            fill_tile_bitcast(1, 0x00000000u /* 0 */);
            fill_tile_bitcast(2, 0xff800000u /* -inf */);
            where_tile_init();
            where_tile<DataFormat::Float32>(0, 1, 2, 0);
            tile_regs_commit();
            tile_regs_wait();
            pack_tile(0, cb_S_l);
            tile_regs_release();
            reconfig_data_format_srcb(cb_Q_s);
            matmul_block_init(cb_Q_s, cb_K_s, 1, 1, 1, 1);
            pack_reconfig_l1_acc(1);
            tile_regs_acquire();
            matmul_block(cb_Q_s, cb_K_s, 0, 0, 0, 1, 1, 1, 1);
            tile_regs_commit();
            tile_regs_wait();
            pack_tile<true>(0, cb_S_l, 0);
            tile_regs_release();
            pack_reconfig_l1_acc(0);
            S_l.push_back(S_l_tiles);
            K_s.pop_front(K_s_tiles);
            high.wait_front(high_tiles);
            before.reserve_back(before_tiles);
            reconfig_data_format_srca(cb_high);
            copy_init(cb_high);
            tile_regs_acquire();
            copy_tile(cb_high, 0, 0);
            tile_regs_commit();
            tile_regs_wait();
            pack_tile(0, cb_before);
            tile_regs_release();
            before.push_back(before_tiles);
            S_l.wait_front(S_l_tiles);
            high.reserve_back(high_tiles);
            tile_regs_acquire();
            copy_tile(cb_S_l, 0, 0);
            sfpu_reduce_init<PoolType::MAX, DataFormat::Float32>();
            sfpu_reduce<PoolType::MAX, DataFormat::Float32, ReduceDim::REDUCE_ROW>(0);
            copy_tile(cb_high, 0, 1);
            binary_max_tile_init();
            binary_max_tile(0, 1, 0);
            tile_regs_commit();
            tile_regs_wait();
            pack_tile(0, cb_high);
            tile_regs_release();
            high.pop_front(high_tiles);
            high.push_back(high_tiles);
            high.wait_front(high_tiles);
            before.wait_front(before_tiles);
            rescale.reserve_back(rescale_tiles);
            tile_regs_acquire();
            copy_tile(cb_before, 0, 0);
            binop_with_scalar_tile_init();
            mul_unary_tile(0, 0x3e8293eeu /* 0.25503486 */);
            copy_tile(cb_high, 0, 1);
            mul_unary_tile(1, 0x3e8293eeu /* 0.25503486 */);
            sub_binary_tile_init();
            sub_binary_tile(0, 1, 0);
            exp2_tile_init();
            exp2_tile(0);
            tile_regs_commit();
            tile_regs_wait();
            pack_tile(0, cb_rescale);
            tile_regs_release();
            rescale.push_back(rescale_tiles);
            before.pop_front(before_tiles);
            before.reserve_back(before_tiles);
            reconfig_data_format_srcb(cb_high);
            tile_regs_acquire();
            copy_init(cb_S_l);
            copy_tile(cb_S_l, 0, 0);
            binop_with_scalar_tile_init();
            mul_unary_tile(0, 0x3e8293eeu /* 0.25503486 */);
            unary_bcast_init<BroadcastType::COL>(cb_high);
            unary_bcast<BroadcastType::COL>(cb_high, 0, 1);
            mul_unary_tile(1, 0x3e8293eeu /* 0.25503486 */);
            sub_binary_tile_init();
            sub_binary_tile(0, 1, 0);
            exp2_tile_init();
            exp2_tile(0);
            tile_regs_commit();
            tile_regs_wait();
            pack_tile(0, cb_before);
            tile_regs_release();
            before.push_back(before_tiles);
            S_l.pop_front(S_l_tiles);
            before.wait_front(before_tiles);
            S_l.reserve_back(S_l_tiles);
            copy_init(cb_before);
            sfpu_reduce_init<PoolType::SUM, DataFormat::Float32>();
            tile_regs_acquire();
            copy_tile(cb_before, 0, 0);
            sfpu_reduce<PoolType::SUM, DataFormat::Float32, ReduceDim::REDUCE_ROW>(0);
            tile_regs_commit();
            tile_regs_wait();
            pack_tile(0, cb_S_l);
            tile_regs_release();
            S_l.push_back(S_l_tiles);
            total.wait_front(total_tiles);
            S_l.wait_front(S_l_tiles);
            rescale.wait_front(rescale_tiles);
            total.reserve_back(total_tiles);
            tile_regs_acquire();
            copy_tile(cb_total, 0, 0);
            copy_tile(cb_rescale, 0, 1);
            mul_binary_tile_init();
            mul_binary_tile(0, 1, 0);
            copy_tile(cb_S_l, 0, 1);
            add_binary_tile_init();
            add_binary_tile(0, 1, 0);
            tile_regs_commit();
            tile_regs_wait();
            pack_tile(0, cb_total);
            tile_regs_release();
            total.pop_front(total_tiles);
            total.push_back(total_tiles);
            S_l.pop_front(S_l_tiles);
            P_l.reserve_back(P_l_tiles);
            pack_reconfig_data_format(cb_P_l);
            tile_regs_acquire();
            copy_tile(cb_before, 0, 0);
            tile_regs_commit();
            tile_regs_wait();
            pack_tile(0, cb_P_l);
            tile_regs_release();
            P_l.push_back(P_l_tiles);
            before.pop_front(before_tiles);
            O_l.wait_front(O_l_tiles);
            O_l.reserve_back(O_l_tiles);
            pack_reconfig_data_format(cb_O_l);
            mul_binary_tile_init();
            tile_regs_acquire();
            copy_init(cb_O_l);
            copy_tile(cb_O_l, 0, 0);
            unary_bcast_init<BroadcastType::COL>(cb_rescale);
            unary_bcast<BroadcastType::COL>(cb_rescale, 0, 1);
            mul_binary_tile(0, 1, 0);
            tile_regs_commit();
            tile_regs_wait();
            pack_tile(0, cb_O_l);
            tile_regs_release();
            O_l.pop_front(O_l_tiles);
            O_l.push_back(O_l_tiles);
            rescale.pop_front(rescale_tiles);
            V_s.wait_front(V_s_tiles);
            tile_regs_acquire();
            P_l.wait_front(P_l_tiles);
            reconfig_data_format_srca(cb_V_s);
            reconfig_data_format_srcb(cb_P_l);
            matmul_block_init(cb_P_l, cb_V_s, 0, 1, 1, 1);
            matmul_block(cb_P_l, cb_V_s, 0, 0, 0, 0, 1, 1, 1);
            P_l.pop_front(P_l_tiles);
            V_s.pop_front(V_s_tiles);
            O_l.wait_front(O_l_tiles);
            O_l.reserve_back(O_l_tiles);
            reconfig_data_format_srca(cb_O_l);
            copy_init(cb_O_l);
            add_binary_tile_init();
            copy_tile(cb_O_l, 0, 1);
            add_binary_tile(1, 0, 0);
            tile_regs_commit();
            tile_regs_wait();
            pack_tile(0, cb_O_l);
            tile_regs_release();
            O_l.pop_front(O_l_tiles);
            O_l.push_back(O_l_tiles);
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
        tile_regs_acquire();
        copy_init(cb_O_l);
        copy_tile(cb_O_l, 0, 0);
        unary_bcast_init<BroadcastType::COL>(cb_total);
        unary_bcast<BroadcastType::COL>(cb_total, 0, 1);
        div_binary_tile(0, 1, 0);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_Out_out);
        tile_regs_release();
        O_l.pop_front(O_l_tiles);
        total.pop_front(total_tiles);
        Out_out.push_back(Out_out_tiles);
    }
    index.pop_front(index_tiles);
}

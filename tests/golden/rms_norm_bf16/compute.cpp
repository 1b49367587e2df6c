// main: compute kernel, generated from TileLang.
//
// Work: 2 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 1 tile row of the output
// Circular buffers:
//   A_s (id 0): 2 blocks of 1 x 3 tiles, Float16_b, reader -> compute
//   W_s (id 1): 2 blocks of 1 x 3 tiles, Float16_b, reader -> compute
//   C_out (id 2): 2 blocks of 1 x 3 tiles, Float16_b, compute -> writer
//   X_l (id 3): 1 block of 1 x 3 tiles, Float32, compute -> compute
//   scale (id 4): 1 block of 1 x 1 tile, Float32, compute -> compute
//   scale_1 (id 5): 1 block of 1 x 1 tile, Float32, compute -> compute
// Compute: HiFi4, 32-bit DST, half-sync.

#include <cstdint>

#include "api/compute/bcast.h"
#include "api/compute/common.h"
#include "api/compute/compute_kernel_api.h"
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/eltwise_binary.h"
#include "api/compute/eltwise_binary_sfpu.h"
#include "api/compute/eltwise_unary/binop_with_scalar.h"
#include "api/compute/eltwise_unary/rsqrt.h"
#include "api/compute/pack.h"
#include "api/compute/reconfig_data_format.h"
#include "api/compute/reg_api.h"
#include "api/compute/tile_move_copy.h"
#include "api/dataflow/circular_buffer.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t start_id = get_arg_val<uint32_t>(0);
    const uint32_t count = get_arg_val<uint32_t>(1);

    constexpr uint32_t cb_A_s = get_named_compile_time_arg_val("cb_A_s");
    CircularBuffer A_s(cb_A_s);
    constexpr uint32_t cb_W_s = get_named_compile_time_arg_val("cb_W_s");
    CircularBuffer W_s(cb_W_s);
    constexpr uint32_t cb_X_l = get_named_compile_time_arg_val("cb_X_l");
    CircularBuffer X_l(cb_X_l);
    constexpr uint32_t cb_scale = get_named_compile_time_arg_val("cb_scale");
    CircularBuffer scale(cb_scale);
    constexpr uint32_t cb_scale_1 = get_named_compile_time_arg_val("cb_scale_1");
    CircularBuffer scale_1(cb_scale_1);
    constexpr uint32_t cb_C_out = get_named_compile_time_arg_val("cb_C_out");
    CircularBuffer C_out(cb_C_out);

    constexpr uint32_t A_s_tiles = 3;
    constexpr uint32_t W_s_tiles = 3;
    constexpr uint32_t X_l_tiles = 3;
    constexpr uint32_t scale_tiles = 1;
    constexpr uint32_t scale_1_tiles = 1;
    constexpr uint32_t C_out_tiles = 3;
    compute_kernel_hw_startup(cb_A_s, cb_A_s, cb_X_l);

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        A_s.wait_front(A_s_tiles);
        W_s.wait_front(W_s_tiles);
        X_l.reserve_back(X_l_tiles);
        reconfig_data_format_srca(cb_A_s);
        reconfig_data_format_srcb(cb_A_s);
        pack_reconfig_data_format(cb_X_l);
        mul_init(cb_A_s, cb_A_s);
        tile_regs_acquire();
        for (uint32_t i = 0; i < 3; ++i) {
            mul_tiles(cb_A_s, cb_A_s, i, i, i);
        }
        tile_regs_commit();
        tile_regs_wait();
        for (uint32_t i = 0; i < 3; ++i) {
            pack_tile(i, cb_X_l);
        }
        tile_regs_release();
        X_l.push_back(X_l_tiles);
        X_l.wait_front(X_l_tiles);
        scale.reserve_back(scale_tiles);
        reconfig_data_format_srca(cb_X_l);
        copy_init(cb_X_l);
        tile_regs_acquire();
        copy_tile(cb_X_l, 0, 0);
        add_binary_tile_init();
        for (uint32_t step = 1; step < 3; ++step) {
            copy_tile(cb_X_l, step, 1);
            add_binary_tile(0, 1, 0);
        }
        sfpu_reduce_init<PoolType::SUM, DataFormat::Float32>();
        sfpu_reduce<PoolType::SUM, DataFormat::Float32, ReduceDim::REDUCE_ROW>(0);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_scale);
        tile_regs_release();
        scale.push_back(scale_tiles);
        X_l.pop_front(X_l_tiles);
        scale.wait_front(scale_tiles);
        scale_1.reserve_back(scale_1_tiles);
        tile_regs_acquire();
        copy_tile(cb_scale, 0, 0);
        binop_with_scalar_tile_init();
        mul_unary_tile(0, 0x3c2aaaabu /* 0.010416667 */);
        add_unary_tile(0, 0x358637bdu /* 1e-06 */);
        rsqrt_tile_init();
        rsqrt_tile(0);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_scale_1);
        tile_regs_release();
        scale_1.push_back(scale_1_tiles);
        scale.pop_front(scale_tiles);
        scale_1.wait_front(scale_1_tiles);
        C_out.reserve_back(C_out_tiles);
        pack_reconfig_data_format(cb_C_out);
        mul_binary_tile_init();
        for (uint32_t t = 0; t < 3; ++t) {
            tile_regs_acquire();
            reconfig_data_format_srca(cb_A_s);
            copy_init(cb_A_s);
            copy_tile(cb_A_s, t, 0);
            reconfig_data_format_srca(cb_scale_1);
            reconfig_data_format_srcb(cb_scale_1);
            unary_bcast_init<BroadcastType::COL>(cb_scale_1);
            unary_bcast<BroadcastType::COL>(cb_scale_1, 0, 1);
            mul_binary_tile(0, 1, 0);
            reconfig_data_format_srca(cb_W_s);
            reconfig_data_format_srcb(cb_W_s);
            unary_bcast_init<BroadcastType::ROW>(cb_W_s);
            unary_bcast<BroadcastType::ROW>(cb_W_s, t, 1);
            mul_binary_tile(0, 1, 0);
            tile_regs_commit();
            tile_regs_wait();
            pack_tile(0, cb_C_out);
            tile_regs_release();
        }
        A_s.pop_front(A_s_tiles);
        W_s.pop_front(W_s_tiles);
        scale_1.pop_front(scale_1_tiles);
        C_out.push_back(C_out_tiles);
    }
}

// main: compute kernel, generated from TileLang.
//
// Work: 2 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 1 tile row of the output
// Circular buffers:
//   X_l (id 0): 2 blocks of 1 x 4 tiles, Float32, reader -> compute
//   X_l_2 (id 1): 2 blocks of 1 x 4 tiles, Float32, compute -> writer
//   high (id 2): 1 block of 1 x 1 tile, Float32, compute -> compute
//   X_l_1 (id 3): 1 block of 1 x 4 tiles, Float32, compute -> compute
// Compute: HiFi4, 32-bit DST, half-sync.

#include <cstdint>

#include "api/compute/bcast.h"
#include "api/compute/binary_max_min.h"
#include "api/compute/common.h"
#include "api/compute/compute_kernel_api.h"
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/eltwise_binary_sfpu.h"
#include "api/compute/eltwise_unary/exp.h"
#include "api/compute/pack.h"
#include "api/compute/reg_api.h"
#include "api/compute/tile_move_copy.h"
#include "api/dataflow/circular_buffer.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t start_id = get_arg_val<uint32_t>(0);
    const uint32_t count = get_arg_val<uint32_t>(1);

    constexpr uint32_t cb_X_l = get_named_compile_time_arg_val("cb_X_l");
    CircularBuffer X_l(cb_X_l);
    constexpr uint32_t cb_high = get_named_compile_time_arg_val("cb_high");
    CircularBuffer high(cb_high);
    constexpr uint32_t cb_X_l_1 = get_named_compile_time_arg_val("cb_X_l_1");
    CircularBuffer X_l_1(cb_X_l_1);
    constexpr uint32_t cb_X_l_2 = get_named_compile_time_arg_val("cb_X_l_2");
    CircularBuffer X_l_2(cb_X_l_2);

    constexpr uint32_t X_l_tiles = 4;
    constexpr uint32_t high_tiles = 1;
    constexpr uint32_t X_l_1_tiles = 4;
    constexpr uint32_t X_l_2_tiles = 4;
    compute_kernel_hw_startup(cb_X_l, cb_X_l, cb_high);

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        X_l.wait_front(X_l_tiles);
        high.reserve_back(high_tiles);
        copy_init(cb_X_l);
        tile_regs_acquire();
        copy_tile(cb_X_l, 0, 0);
        binary_max_tile_init();
        for (uint32_t step = 1; step < 4; ++step) {
            copy_tile(cb_X_l, step, 1);
            binary_max_tile(0, 1, 0);
        }
        sfpu_reduce_init<PoolType::MAX, DataFormat::Float32>();
        sfpu_reduce<PoolType::MAX, DataFormat::Float32, ReduceDim::REDUCE_ROW>(0);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_high);
        tile_regs_release();
        high.push_back(high_tiles);
        high.wait_front(high_tiles);
        X_l_1.reserve_back(X_l_1_tiles);
        for (uint32_t t = 0; t < 4; t += 2) {
            tile_regs_acquire();
            copy_init(cb_X_l);
            for (uint32_t i = 0; i < 2; ++i) {
                copy_tile(cb_X_l, t + i, i * 2);
            }
            unary_bcast_init<BroadcastType::COL>(cb_high);
            for (uint32_t i = 0; i < 2; ++i) {
                unary_bcast<BroadcastType::COL>(cb_high, 0, i * 2 + 1);
            }
            sub_binary_tile_init();
            for (uint32_t i = 0; i < 2; ++i) {
                sub_binary_tile(i * 2, i * 2 + 1, i * 2);
            }
            exp_tile_init();
            for (uint32_t i = 0; i < 2; ++i) {
                exp_tile(i * 2);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (uint32_t i = 0; i < 2; ++i) {
                pack_tile(i * 2, cb_X_l_1);
            }
            tile_regs_release();
        }
        X_l_1.push_back(X_l_1_tiles);
        X_l.pop_front(X_l_tiles);
        high.pop_front(high_tiles);
        X_l_1.wait_front(X_l_1_tiles);
        high.reserve_back(high_tiles);
        copy_init(cb_X_l_1);
        tile_regs_acquire();
        copy_tile(cb_X_l_1, 0, 0);
        add_binary_tile_init();
        for (uint32_t step = 1; step < 4; ++step) {
            copy_tile(cb_X_l_1, step, 1);
            add_binary_tile(0, 1, 0);
        }
        sfpu_reduce_init<PoolType::SUM, DataFormat::Float32>();
        sfpu_reduce<PoolType::SUM, DataFormat::Float32, ReduceDim::REDUCE_ROW>(0);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_high);
        tile_regs_release();
        high.push_back(high_tiles);
        high.wait_front(high_tiles);
        X_l_2.reserve_back(X_l_2_tiles);
        div_binary_tile_init();
        for (uint32_t t = 0; t < 4; t += 2) {
            tile_regs_acquire();
            copy_init(cb_X_l_1);
            for (uint32_t i = 0; i < 2; ++i) {
                copy_tile(cb_X_l_1, t + i, i * 2);
            }
            unary_bcast_init<BroadcastType::COL>(cb_high);
            for (uint32_t i = 0; i < 2; ++i) {
                unary_bcast<BroadcastType::COL>(cb_high, 0, i * 2 + 1);
                div_binary_tile(i * 2, i * 2 + 1, i * 2);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (uint32_t i = 0; i < 2; ++i) {
                pack_tile(i * 2, cb_X_l_2);
            }
            tile_regs_release();
        }
        high.pop_front(high_tiles);
        X_l_1.pop_front(X_l_1_tiles);
        X_l_2.push_back(X_l_2_tiles);
    }
}

// main: compute kernel, generated from TileLang.
//
// Work: 1 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 1 blocks
// Circular buffers:
//   a (id 0): 2 blocks of 1 x 2 tiles, Float32, reader -> compute
//   C_out (id 1): 2 blocks of 1 x 2 tiles, Float32, compute -> writer
//   index (id 2): 1 block of 1 x 1 tile, Float16_b, compute -> compute
//   a_1 (id 3): 1 block of 1 x 2 tiles, Float32, compute -> compute
//   largest (id 4): 1 block of 1 x 2 tiles, Float32, compute -> compute
//   c (id 5): 2 blocks of 1 x 2 tiles, Float32, compute -> compute
//   a_chosen (id 6): 1 block of 1 x 2 tiles, Float32, compute -> compute
//   a_chosen_1 (id 7): 1 block of 1 x 2 tiles, Float32, compute -> compute
//   a_chosen_1_2 (id 8): 1 block of 1 x 2 tiles, Float32, compute -> compute
// Compute: HiFi4, 32-bit DST, half-sync.

#include <bit>
#include <cstdint>

#include "api/compute/common.h"
#include "api/compute/compute_kernel_api.h"
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/cumsum.h"
#include "api/compute/eltwise_binary_sfpu.h"
#include "api/compute/eltwise_unary/binop_with_scalar.h"
#include "api/compute/eltwise_unary/comp.h"
#include "api/compute/eltwise_unary/fill.h"
#include "api/compute/eltwise_unary/where.h"
#include "api/compute/pack.h"
#include "api/compute/reconfig_data_format.h"
#include "api/compute/reg_api.h"
#include "api/compute/tile_move_copy.h"
#include "api/dataflow/circular_buffer.h"

void kernel_main() {
    // Runtime arguments of this core.
    const int32_t start_id = get_arg_val<uint32_t>(0);
    const int32_t count = get_arg_val<uint32_t>(1);

    constexpr uint32_t cb_index = get_named_compile_time_arg_val("cb_index");
    CircularBuffer index(cb_index);
    constexpr uint32_t cb_a = get_named_compile_time_arg_val("cb_a");
    CircularBuffer a(cb_a);
    constexpr uint32_t cb_a_1 = get_named_compile_time_arg_val("cb_a_1");
    CircularBuffer a_1(cb_a_1);
    constexpr uint32_t cb_largest = get_named_compile_time_arg_val("cb_largest");
    CircularBuffer largest(cb_largest);
    constexpr uint32_t cb_c = get_named_compile_time_arg_val("cb_c");
    CircularBuffer c(cb_c);
    constexpr uint32_t cb_a_chosen = get_named_compile_time_arg_val("cb_a_chosen");
    CircularBuffer a_chosen(cb_a_chosen);
    constexpr uint32_t cb_a_chosen_1 = get_named_compile_time_arg_val("cb_a_chosen_1");
    CircularBuffer a_chosen_1(cb_a_chosen_1);
    constexpr uint32_t cb_a_chosen_1_2 = get_named_compile_time_arg_val("cb_a_chosen_1_2");
    CircularBuffer a_chosen_1_2(cb_a_chosen_1_2);
    constexpr uint32_t cb_C_out = get_named_compile_time_arg_val("cb_C_out");
    CircularBuffer C_out(cb_C_out);

    constexpr int32_t index_tiles = 1;
    compute_kernel_hw_startup(cb_index, cb_index, cb_a_1);
    index.reserve_back(index_tiles);
    pack_reconfig_data_format(cb_index);
    tile_regs_acquire();
    fill_tile_init();
    fill_tile_bitcast(0, 0x3f800000u /* 1 */);
    cumsum_tile_init();
    cumsum_tile(0, true);
    binop_with_scalar_tile_init();
    sub_unary_tile(0, 0x3f800000u /* 1 */);
    tile_regs_commit();
    tile_regs_wait();
    pack_tile(0, cb_index);
    tile_regs_release();
    index.push_back(index_tiles);
    index.wait_front(index_tiles);
    constexpr int32_t a_tiles = 2;
    constexpr int32_t a_1_tiles = 2;
    constexpr int32_t largest_tiles = 2;
    constexpr int32_t c_tiles = 2;
    constexpr int32_t a_chosen_tiles = 2;
    constexpr int32_t a_chosen_1_tiles = 2;
    constexpr int32_t a_chosen_1_2_tiles = 2;
    constexpr int32_t C_out_tiles = 2;
    constexpr int32_t k_steps = 8;
    pack_reconfig_data_format(cb_a_1);

    for (int32_t work = start_id; work < start_id + count; ++work) {
        a.wait_front(a_tiles);
        a_1.reserve_back(a_1_tiles);
        for (int32_t t = 0; t < 2; ++t) {
            tile_regs_acquire();
            reconfig_data_format_srca(cb_index);
            copy_init(cb_index);
            copy_tile(cb_index, 0, 0);
            unary_lt_tile_init();
            unary_lt_tile(0, std::bit_cast<uint32_t>(static_cast<float>(static_cast<int32_t>(8))));
            reconfig_data_format_srca(cb_a);
            copy_init(cb_a);
            copy_tile(cb_a, t, 1);
            fill_tile_init();
            fill_tile_bitcast(2, 0xff800000u /* -inf */);
            where_tile_init();
            where_tile<DataFormat::Float32>(0, 1, 2, 0);
            tile_regs_commit();
            tile_regs_wait();
            pack_tile(0, cb_a_1);
            tile_regs_release();
        }
        a_1.push_back(a_1_tiles);
        a.pop_front(a_tiles);
        a_1.wait_front(a_1_tiles);
        largest.reserve_back(largest_tiles);
        sfpu_reduce_init<PoolType::MAX, DataFormat::Float32>();
        tile_regs_acquire();
        for (int32_t i = 0; i < 2; ++i) {
            copy_tile(cb_a_1, i, i);
            sfpu_reduce<PoolType::MAX, DataFormat::Float32, ReduceDim::REDUCE_COL>(i);
        }
        tile_regs_commit();
        tile_regs_wait();
        for (int32_t i = 0; i < 2; ++i) {
            pack_tile(i, cb_largest);
        }
        tile_regs_release();
        largest.push_back(largest_tiles);
        c.reserve_back(c_tiles);
        fill_tile_init();
        tile_regs_acquire();
        for (int32_t i = 0; i < 2; ++i) {
            fill_tile_bitcast(i, 0x00000000u /* 0 */);
        }
        tile_regs_commit();
        tile_regs_wait();
        for (int32_t i = 0; i < 2; ++i) {
            pack_tile(i, cb_c);
        }
        tile_regs_release();
        c.push_back(c_tiles);
        largest.wait_front(largest_tiles);
        for (int32_t k = 0; k < k_steps; ++k) {
            a_chosen.reserve_back(a_chosen_tiles);
            for (int32_t t = 0; t < 2; ++t) {
                tile_regs_acquire();
                reconfig_data_format_srca(cb_index);
                copy_init(cb_index);
                copy_tile(cb_index, 0, 0);
                unary_eq_tile_init();
                unary_eq_tile(0, std::bit_cast<uint32_t>(static_cast<float>(static_cast<int32_t>(7 - k))));
                reconfig_data_format_srca(cb_a_1);
                copy_init(cb_a_1);
                copy_tile(cb_a_1, t, 1);
                fill_tile_init();
                fill_tile_bitcast(2, 0x00000000u /* 0 */);
                where_tile_init();
                where_tile<DataFormat::Float32>(0, 1, 2, 0);
                tile_regs_commit();
                tile_regs_wait();
                pack_tile(0, cb_a_chosen);
                tile_regs_release();
            }
            a_chosen.push_back(a_chosen_tiles);
            a_chosen.wait_front(a_chosen_tiles);
            a_chosen_1.reserve_back(a_chosen_1_tiles);
            for (int32_t t = 0; t < 2; ++t) {
                tile_regs_acquire();
                reconfig_data_format_srca(cb_index);
                copy_init(cb_index);
                copy_tile(cb_index, 0, 0);
                unary_lt_tile_init();
                unary_lt_tile(0, std::bit_cast<uint32_t>(static_cast<float>(static_cast<int32_t>(8))));
                reconfig_data_format_srca(cb_a_chosen);
                copy_init(cb_a_chosen);
                copy_tile(cb_a_chosen, t, 1);
                fill_tile_init();
                fill_tile_bitcast(2, 0x00000000u /* 0 */);
                where_tile_init();
                where_tile<DataFormat::Float32>(0, 1, 2, 0);
                tile_regs_commit();
                tile_regs_wait();
                pack_tile(0, cb_a_chosen_1);
                tile_regs_release();
            }
            a_chosen_1.push_back(a_chosen_1_tiles);
            a_chosen.pop_front(a_chosen_tiles);
            a_chosen_1.wait_front(a_chosen_1_tiles);
            a_chosen.reserve_back(a_chosen_tiles);
            sfpu_reduce_init<PoolType::SUM, DataFormat::Float32>();
            tile_regs_acquire();
            for (int32_t i = 0; i < 2; ++i) {
                copy_tile(cb_a_chosen_1, i, i);
                sfpu_reduce<PoolType::SUM, DataFormat::Float32, ReduceDim::REDUCE_COL>(i);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (int32_t i = 0; i < 2; ++i) {
                pack_tile(i, cb_a_chosen);
            }
            tile_regs_release();
            a_chosen.push_back(a_chosen_tiles);
            a_chosen_1.pop_front(a_chosen_1_tiles);
            a_chosen.wait_front(a_chosen_tiles);
            a_chosen_1.reserve_back(a_chosen_1_tiles);
            tile_regs_acquire();
            for (int32_t i = 0; i < 2; ++i) {
                copy_tile(cb_a_chosen, i, i);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (int32_t i = 0; i < 2; ++i) {
                pack_tile(i, cb_a_chosen_1);
            }
            tile_regs_release();
            a_chosen_1.push_back(a_chosen_1_tiles);
            a_chosen.pop_front(a_chosen_tiles);
            a_chosen.reserve_back(a_chosen_tiles);
            for (int32_t t = 0; t < 2; ++t) {
                tile_regs_acquire();
                reconfig_data_format_srca(cb_index);
                copy_init(cb_index);
                copy_tile(cb_index, 0, 0);
                unary_eq_tile_init();
                unary_eq_tile(0, std::bit_cast<uint32_t>(static_cast<float>(static_cast<int32_t>(7 - k))));
                reconfig_data_format_srca(cb_a_1);
                copy_init(cb_a_1);
                copy_tile(cb_a_1, t, 1);
                fill_tile_init();
                fill_tile_bitcast(2, 0x00000000u /* 0 */);
                where_tile_init();
                where_tile<DataFormat::Float32>(0, 1, 2, 0);
                tile_regs_commit();
                tile_regs_wait();
                pack_tile(0, cb_a_chosen);
                tile_regs_release();
            }
            a_chosen.push_back(a_chosen_tiles);
            a_chosen.wait_front(a_chosen_tiles);
            a_chosen_1_2.reserve_back(a_chosen_1_2_tiles);
            for (int32_t t = 0; t < 2; ++t) {
                tile_regs_acquire();
                reconfig_data_format_srca(cb_index);
                copy_init(cb_index);
                copy_tile(cb_index, 0, 0);
                unary_lt_tile_init();
                unary_lt_tile(0, std::bit_cast<uint32_t>(static_cast<float>(static_cast<int32_t>(8))));
                reconfig_data_format_srca(cb_a_chosen);
                copy_init(cb_a_chosen);
                copy_tile(cb_a_chosen, t, 1);
                fill_tile_init();
                fill_tile_bitcast(2, 0x00000000u /* 0 */);
                where_tile_init();
                where_tile<DataFormat::Float32>(0, 1, 2, 0);
                tile_regs_commit();
                tile_regs_wait();
                pack_tile(0, cb_a_chosen_1_2);
                tile_regs_release();
            }
            a_chosen_1_2.push_back(a_chosen_1_2_tiles);
            a_chosen.pop_front(a_chosen_tiles);
            a_chosen_1_2.wait_front(a_chosen_1_2_tiles);
            a_chosen.reserve_back(a_chosen_tiles);
            sfpu_reduce_init<PoolType::SUM, DataFormat::Float32>();
            tile_regs_acquire();
            for (int32_t i = 0; i < 2; ++i) {
                copy_tile(cb_a_chosen_1_2, i, i);
                sfpu_reduce<PoolType::SUM, DataFormat::Float32, ReduceDim::REDUCE_COL>(i);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (int32_t i = 0; i < 2; ++i) {
                pack_tile(i, cb_a_chosen);
            }
            tile_regs_release();
            a_chosen.push_back(a_chosen_tiles);
            a_chosen_1_2.pop_front(a_chosen_1_2_tiles);
            c.wait_front(c_tiles);
            a_chosen.wait_front(a_chosen_tiles);
            a_chosen_1.wait_front(a_chosen_1_tiles);
            c.reserve_back(c_tiles);
            tile_regs_acquire();
            for (int32_t i = 0; i < 2; ++i) {
                copy_tile(cb_a_chosen_1, i, i * 2);
                copy_tile(cb_largest, i, i * 2 + 1);
            }
            mul_binary_tile_init();
            for (int32_t i = 0; i < 2; ++i) {
                mul_binary_tile(i * 2, i * 2 + 1, i * 2);
                copy_tile(cb_a_chosen, i, i * 2 + 1);
            }
            add_binary_tile_init();
            for (int32_t i = 0; i < 2; ++i) {
                add_binary_tile(i * 2, i * 2 + 1, i * 2);
                copy_tile(cb_c, i, i * 2 + 1);
            }
            sub_binary_tile_init();
            for (int32_t i = 0; i < 2; ++i) {
                sub_binary_tile(i * 2, i * 2 + 1, i * 2);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (int32_t i = 0; i < 2; ++i) {
                pack_tile(i * 2, cb_c);
            }
            tile_regs_release();
            c.pop_front(c_tiles);
            c.push_back(c_tiles);
            a_chosen.pop_front(a_chosen_tiles);
            a_chosen_1.pop_front(a_chosen_1_tiles);
        }
        a_1.pop_front(a_1_tiles);
        largest.pop_front(largest_tiles);
        c.wait_front(c_tiles);
        C_out.reserve_back(C_out_tiles);
        tile_regs_acquire();
        for (int32_t i = 0; i < 2; ++i) {
            copy_tile(cb_c, i, i);
        }
        tile_regs_commit();
        tile_regs_wait();
        for (int32_t i = 0; i < 2; ++i) {
            pack_tile(i, cb_C_out);
        }
        tile_regs_release();
        c.pop_front(c_tiles);
        C_out.push_back(C_out_tiles);
    }
    index.pop_front(index_tiles);
}

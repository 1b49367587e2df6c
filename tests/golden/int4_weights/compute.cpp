// main: compute kernel, generated from TileLang.
//
// Work: 2 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 1 blocks, each 2 tile columns of the output
//   by: 2 blocks, each 1 tile row of the output
// Circular buffers:
//   scale_s (id 0): 2 blocks of 1 x 2 tiles, Float32, reader -> compute
//   A_s (id 1): 2 blocks of 1 x 2 tiles, Float16_b, reader -> compute
//   B_l (id 2): 2 blocks of 2 x 1 tiles, UInt8, reader -> compute
//   C_out (id 3): 2 blocks of 1 x 2 tiles, Float16_b, compute -> writer
//   index (id 4): 1 block of 1 x 1 tile, Float16_b, compute -> compute
//   index_1 (id 5): 1 block of 1 x 1 tile, Float16_b, compute -> compute
//   repeat (id 6): 1 block of 1 x 2 tiles, Float16_b, compute -> compute
//   C_l (id 7): 1 block of 1 x 2 tiles, Float32, compute -> compute
//   B_l_float (id 8): 1 block of 2 x 1 tiles, Float16_b, compute -> compute
//   B_l_repeated (id 9): 1 block of 2 x 2 tiles, Float16_b, compute -> compute
//   W_l (id 10): 1 block of 2 x 2 tiles, Float16_b, compute -> compute
// Compute: HiFi4, 32-bit DST, half-sync.

#include <bit>
#include <cstdint>

#include "api/compute/bcast.h"
#include "api/compute/binary_bitwise_sfpu.h"
#include "api/compute/binary_shift.h"
#include "api/compute/common.h"
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/cumsum.h"
#include "api/compute/eltwise_binary_sfpu.h"
#include "api/compute/eltwise_unary/binop_with_scalar.h"
#include "api/compute/eltwise_unary/comp.h"
#include "api/compute/eltwise_unary/fill.h"
#include "api/compute/eltwise_unary/rounding.h"
#include "api/compute/eltwise_unary/typecast.h"
#include "api/compute/eltwise_unary/where.h"
#include "api/compute/matmul.h"
#include "api/compute/mul_int_sfpu.h"
#include "api/compute/pack.h"
#include "api/compute/reconfig_data_format.h"
#include "api/compute/reg_api.h"
#include "api/compute/sub_int_sfpu.h"
#include "api/compute/tile_move_copy.h"
#include "api/compute/transpose_dest.h"
#include "api/dataflow/circular_buffer.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t start_id = get_arg_val<uint32_t>(0);
    const uint32_t count = get_arg_val<uint32_t>(1);

    constexpr uint32_t cb_index = get_named_compile_time_arg_val("cb_index");
    CircularBuffer index(cb_index);
    constexpr uint32_t cb_index_1 = get_named_compile_time_arg_val("cb_index_1");
    CircularBuffer index_1(cb_index_1);
    constexpr uint32_t cb_repeat = get_named_compile_time_arg_val("cb_repeat");
    CircularBuffer repeat(cb_repeat);
    constexpr uint32_t cb_C_l = get_named_compile_time_arg_val("cb_C_l");
    CircularBuffer C_l(cb_C_l);
    constexpr uint32_t cb_scale_s = get_named_compile_time_arg_val("cb_scale_s");
    CircularBuffer scale_s(cb_scale_s);
    constexpr uint32_t cb_A_s = get_named_compile_time_arg_val("cb_A_s");
    CircularBuffer A_s(cb_A_s);
    constexpr uint32_t cb_B_l = get_named_compile_time_arg_val("cb_B_l");
    CircularBuffer B_l(cb_B_l);
    constexpr uint32_t cb_B_l_float = get_named_compile_time_arg_val("cb_B_l_float");
    CircularBuffer B_l_float(cb_B_l_float);
    constexpr uint32_t cb_B_l_repeated = get_named_compile_time_arg_val("cb_B_l_repeated");
    CircularBuffer B_l_repeated(cb_B_l_repeated);
    constexpr uint32_t cb_W_l = get_named_compile_time_arg_val("cb_W_l");
    CircularBuffer W_l(cb_W_l);
    constexpr uint32_t cb_C_out = get_named_compile_time_arg_val("cb_C_out");
    CircularBuffer C_out(cb_C_out);

    constexpr uint32_t index_tiles = 1;
    constexpr uint32_t index_1_tiles = 1;
    compute_kernel_hw_startup(cb_index, cb_index, cb_repeat);
    index.reserve_back(index_tiles);
    transpose_dest_init<true>();
    tile_regs_acquire();
    fill_tile_init();
    fill_tile_bitcast(0, 0x3f800000u /* 1 */);
    cumsum_tile_init();
    cumsum_tile(0, true);
    binop_with_scalar_tile_init();
    sub_unary_tile(0, 0x3f800000u /* 1 */);
    mul_unary_tile(0, 0xc0000000u /* -2 */);
    fill_tile_init();
    fill_tile_bitcast(1, 0x3f800000u /* 1 */);
    cumsum_tile_init();
    cumsum_tile(1, true);
    binop_with_scalar_tile_init();
    sub_unary_tile(1, 0x3f800000u /* 1 */);
    transpose_dest<true>(1);
    add_binary_tile_init();
    add_binary_tile(0, 1, 0);
    tile_regs_commit();
    tile_regs_wait();
    pack_tile(0, cb_index);
    tile_regs_release();
    index.push_back(index_tiles);
    index.wait_front(index_tiles);
    index_1.reserve_back(index_1_tiles);
    tile_regs_acquire();
    fill_tile_init();
    fill_tile_bitcast(0, 0x3f800000u /* 1 */);
    cumsum_tile_init();
    cumsum_tile(0, true);
    binop_with_scalar_tile_init();
    sub_unary_tile(0, 0x3f800000u /* 1 */);
    transpose_dest<true>(0);
    tile_regs_commit();
    tile_regs_wait();
    pack_tile(0, cb_index_1);
    tile_regs_release();
    index_1.push_back(index_1_tiles);
    index_1.wait_front(index_1_tiles);
    constexpr uint32_t repeat_tiles = 2;
    constexpr uint32_t C_l_tiles = 2;
    constexpr uint32_t scale_s_tiles = 2;
    constexpr uint32_t A_s_tiles = 2;
    constexpr uint32_t B_l_tiles = 2;
    constexpr uint32_t B_l_float_tiles = 2;
    constexpr uint32_t B_l_repeated_tiles = 4;
    constexpr uint32_t W_l_tiles = 4;
    constexpr uint32_t C_out_tiles = 2;
    constexpr uint32_t k_steps = 2;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        repeat.reserve_back(repeat_tiles);
        reconfig_data_format_srca(cb_index);
        pack_reconfig_data_format(cb_repeat);
        copy_init(cb_index);
        for (uint32_t t = 0; t < 2; ++t) {
            tile_regs_acquire();
            copy_tile(cb_index, 0, 0);
            unary_ge_tile_init();
            unary_ge_tile(0, std::bit_cast<uint32_t>(static_cast<float>(static_cast<int32_t>(t * -32))));
            copy_tile(cb_index, 0, 1);
            unary_lt_tile_init();
            unary_lt_tile(1, std::bit_cast<uint32_t>(static_cast<float>(static_cast<int32_t>(2 - t * 32))));
            mul_binary_tile_init();
            mul_binary_tile(0, 1, 0);
            fill_tile_init();
            fill_tile_bitcast(1, 0x3f800000u /* 1 */);
            fill_tile_bitcast(2, 0x00000000u /* 0 */);
            where_tile_init();
            where_tile<DataFormat::Float32>(0, 1, 2, 0);
            tile_regs_commit();
            tile_regs_wait();
            pack_tile(0, cb_repeat);
            tile_regs_release();
        }
        repeat.push_back(repeat_tiles);
        C_l.reserve_back(C_l_tiles);
        pack_reconfig_data_format(cb_C_l);
        scale_s.wait_front(scale_s_tiles);
        repeat.wait_front(repeat_tiles);
        reconfig_data_format_srcb(cb_B_l_float);
        for (uint32_t k = 0; k < k_steps; ++k) {
            A_s.wait_front(A_s_tiles);
            B_l.wait_front(B_l_tiles);
            B_l_float.reserve_back(B_l_float_tiles);
            reconfig_data_format_srca(cb_B_l);
            pack_reconfig_data_format(cb_B_l_float);
            copy_init(cb_B_l);
            tile_regs_acquire();
            for (uint32_t i = 0; i < 2; ++i) {
                copy_tile(cb_B_l, i, i);
            }
            typecast_tile_init<static_cast<uint32_t>(DataFormat::UInt8), static_cast<uint32_t>(DataFormat::Int32)>();
            for (uint32_t i = 0; i < 2; ++i) {
                typecast_tile<static_cast<uint32_t>(DataFormat::UInt8), static_cast<uint32_t>(DataFormat::Int32)>(i);
            }
            typecast_tile_init<static_cast<uint32_t>(DataFormat::Int32), static_cast<uint32_t>(DataFormat::Float32)>();
            for (uint32_t i = 0; i < 2; ++i) {
                typecast_tile<static_cast<uint32_t>(DataFormat::Int32), static_cast<uint32_t>(DataFormat::Float32)>(i);
            }
            tile_regs_commit();
            tile_regs_wait();
            for (uint32_t i = 0; i < 2; ++i) {
                pack_tile(i, cb_B_l_float);
            }
            tile_regs_release();
            B_l_float.push_back(B_l_float_tiles);
            B_l.pop_front(B_l_tiles);
            B_l_float.wait_front(B_l_float_tiles);
            B_l_repeated.reserve_back(B_l_repeated_tiles);
            reconfig_data_format_srca(cb_repeat);
            matmul_block_init(cb_B_l_float, cb_repeat, 0, 2, 2, 1);
            pack_reconfig_l1_acc(0);
            tile_regs_acquire();
            matmul_block(cb_B_l_float, cb_repeat, 0, 0, 0, 0, 2, 2, 1);
            tile_regs_commit();
            tile_regs_wait();
            for (uint32_t r = 0; r < 2; ++r) {
                for (uint32_t c = 0; c < 2; ++c) {
                    pack_tile<true>(r * 2 + c, cb_B_l_repeated, r * 2 + c);
                }
            }
            tile_regs_release();
            pack_reconfig_l1_acc(0);
            B_l_repeated.push_back(B_l_repeated_tiles);
            B_l_float.pop_front(B_l_float_tiles);
            B_l_repeated.wait_front(B_l_repeated_tiles);
            W_l.reserve_back(W_l_tiles);
            copy_init(cb_B_l_repeated);
            for (uint32_t t = 0; t < 4; ++t) {
                tile_regs_acquire();
                copy_tile(cb_B_l_repeated, t, 0);
                typecast_tile_init<static_cast<uint32_t>(DataFormat::Float32), static_cast<uint32_t>(DataFormat::Int32)>();
                typecast_tile<static_cast<uint32_t>(DataFormat::Float32), static_cast<uint32_t>(DataFormat::Int32)>(0);
                fill_tile_init();
                fill_tile_int<DataFormat::Int32>(1, 255);
                binary_bitwise_tile_init();
                bitwise_and_binary_tile<DataFormat::Int32>(0, 1, 0);
                copy_tile(cb_index_1, 0, 1);
                binop_with_scalar_tile_init();
                add_unary_tile(1, std::bit_cast<uint32_t>(static_cast<float>(static_cast<int32_t>(t % 2 * 32))));
                copy_tile(cb_index_1, 0, 2);
                add_unary_tile(2, std::bit_cast<uint32_t>(static_cast<float>(static_cast<int32_t>(t % 2 * 32))));
                add_unary_tile(2, 0x3f000000u /* 0.5 */);
                mul_unary_tile(2, 0x3f000000u /* 0.5 */);
                rounding_op_tile_init();
                floor_tile(2);
                binop_with_scalar_tile_init();
                mul_unary_tile(2, 0x40000000u /* 2 */);
                sub_binary_tile_init();
                sub_binary_tile(1, 2, 1);
                typecast_tile_init<static_cast<uint32_t>(DataFormat::Float32), static_cast<uint32_t>(DataFormat::Int32)>();
                typecast_tile<static_cast<uint32_t>(DataFormat::Float32), static_cast<uint32_t>(DataFormat::Int32)>(1);
                fill_tile_init();
                fill_tile_int<DataFormat::Int32>(2, 255);
                binary_bitwise_tile_init();
                bitwise_and_binary_tile<DataFormat::Int32>(1, 2, 1);
                fill_tile_init();
                fill_tile_int<DataFormat::Int32>(2, 4);
                mul_int_tile_init<DataFormat::Int32>();
                mul_int_tile<DataFormat::Int32>(1, 2, 1);
                fill_tile_init();
                fill_tile_int<DataFormat::Int32>(2, 255);
                binary_bitwise_tile_init();
                bitwise_and_binary_tile<DataFormat::Int32>(1, 2, 1);
                binary_shift_tile_init();
                binary_right_shift_tile<DataFormat::Int32>(0, 1, 0);
                fill_tile_init();
                fill_tile_int<DataFormat::Int32>(1, 15);
                binary_bitwise_tile_init();
                bitwise_and_binary_tile<DataFormat::Int32>(0, 1, 0);
                fill_tile_init();
                fill_tile_int<DataFormat::Int32>(1, 8);
                binary_bitwise_tile_init();
                bitwise_xor_binary_tile<DataFormat::Int32>(0, 1, 0);
                fill_tile_init();
                fill_tile_int<DataFormat::Int32>(1, 8);
                sub_int_tile_init();
                sub_int_tile<DataFormat::Int32>(0, 1, 0);
                typecast_tile_init<static_cast<uint32_t>(DataFormat::Int32), static_cast<uint32_t>(DataFormat::Float32)>();
                typecast_tile<static_cast<uint32_t>(DataFormat::Int32), static_cast<uint32_t>(DataFormat::Float32)>(0);
                tile_regs_commit();
                tile_regs_wait();
                pack_tile(0, cb_W_l);
                tile_regs_release();
            }
            W_l.push_back(W_l_tiles);
            B_l_repeated.pop_front(B_l_repeated_tiles);
            W_l.wait_front(W_l_tiles);
            matmul_block_init(cb_A_s, cb_W_l, 1, 1, 1, 2);
            pack_reconfig_data_format(cb_C_l);
            pack_reconfig_l1_acc(k > 0 ? 1 : 0);
            for (uint32_t sub_col = 0; sub_col < 2; ++sub_col) {
                tile_regs_acquire();
                for (uint32_t kt = 0; kt < 2; ++kt) {
                    matmul_block(cb_A_s, cb_W_l, kt, sub_col * 2 + kt, 0, 1, 1, 1, 2);
                }
                tile_regs_commit();
                tile_regs_wait();
                pack_tile<true>(0, cb_C_l, sub_col);
                tile_regs_release();
            }
            pack_reconfig_l1_acc(0);
            A_s.pop_front(A_s_tiles);
            W_l.pop_front(W_l_tiles);
        }
        C_l.push_back(C_l_tiles);
        repeat.pop_front(repeat_tiles);
        C_l.wait_front(C_l_tiles);
        C_out.reserve_back(C_out_tiles);
        reconfig_data_format_srca(cb_C_l);
        reconfig_data_format_srcb(cb_scale_s);
        pack_reconfig_data_format(cb_C_out);
        mul_binary_tile_init();
        tile_regs_acquire();
        copy_init(cb_C_l);
        for (uint32_t i = 0; i < 2; ++i) {
            copy_tile(cb_C_l, i, i * 2);
        }
        unary_bcast_init<BroadcastType::ROW>(cb_scale_s);
        for (uint32_t i = 0; i < 2; ++i) {
            unary_bcast<BroadcastType::ROW>(cb_scale_s, i, i * 2 + 1);
            mul_binary_tile(i * 2, i * 2 + 1, i * 2);
        }
        tile_regs_commit();
        tile_regs_wait();
        for (uint32_t i = 0; i < 2; ++i) {
            pack_tile(i * 2, cb_C_out);
        }
        tile_regs_release();
        C_l.pop_front(C_l_tiles);
        scale_s.pop_front(scale_s_tiles);
        C_out.push_back(C_out_tiles);
    }
    index.pop_front(index_tiles);
    index_1.pop_front(index_1_tiles);
}

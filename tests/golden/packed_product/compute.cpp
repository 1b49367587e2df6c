// main: compute kernel, generated from TileLang.
//
// Work: 1 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 1 blocks, each 1 tile column of the output
//   by: 1 blocks, each 1 tile row of the output
// Circular buffers:
//   a (id 0): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   a_high (id 1): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   packed (id 2): 2 blocks of 1 x 1 tile, UInt8, reader -> compute
//   c (id 3): 2 blocks of 1 x 1 tile, Float32, compute -> writer
//   low (id 4): 1 block of 1 x 1 tile, Float16_b, compute -> compute
//   high (id 5): 1 block of 1 x 1 tile, Float16_b, compute -> compute
// Compute: HiFi4, 32-bit DST, half-sync.

#include <cstdint>

#include "api/compute/binary_bitwise_sfpu.h"
#include "api/compute/binary_shift.h"
#include "api/compute/common.h"
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/eltwise_unary/binop_with_scalar.h"
#include "api/compute/eltwise_unary/fill.h"
#include "api/compute/eltwise_unary/typecast.h"
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

    constexpr uint32_t cb_c = get_named_compile_time_arg_val("cb_c");
    CircularBuffer c(cb_c);
    constexpr uint32_t cb_a = get_named_compile_time_arg_val("cb_a");
    CircularBuffer a(cb_a);
    constexpr uint32_t cb_a_high = get_named_compile_time_arg_val("cb_a_high");
    CircularBuffer a_high(cb_a_high);
    constexpr uint32_t cb_packed = get_named_compile_time_arg_val("cb_packed");
    CircularBuffer packed(cb_packed);
    constexpr uint32_t cb_low = get_named_compile_time_arg_val("cb_low");
    CircularBuffer low(cb_low);
    constexpr uint32_t cb_high = get_named_compile_time_arg_val("cb_high");
    CircularBuffer high(cb_high);

    constexpr uint32_t c_tiles = 1;
    constexpr uint32_t a_tiles = 1;
    constexpr uint32_t a_high_tiles = 1;
    constexpr uint32_t packed_tiles = 1;
    constexpr uint32_t low_tiles = 1;
    constexpr uint32_t high_tiles = 1;
    constexpr uint32_t s_steps = 2;
    compute_kernel_hw_startup(cb_packed, cb_packed, cb_low);
    reconfig_data_format_srcb(cb_a);

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        c.reserve_back(c_tiles);
        pack_reconfig_data_format(cb_c);
        for (uint32_t s = 0; s < s_steps; ++s) {
            a.wait_front(a_tiles);
            a_high.wait_front(a_high_tiles);
            packed.wait_front(packed_tiles);
            low.reserve_back(low_tiles);
            reconfig_data_format_srca(cb_packed);
            pack_reconfig_data_format(cb_low);
            copy_init(cb_packed);
            tile_regs_acquire();
            copy_tile(cb_packed, 0, 0);
            typecast_tile_init<static_cast<uint32_t>(DataFormat::UInt8), static_cast<uint32_t>(DataFormat::Int32)>();
            typecast_tile<static_cast<uint32_t>(DataFormat::UInt8), static_cast<uint32_t>(DataFormat::Int32)>(0);
            fill_tile_init();
            fill_tile_int<DataFormat::Int32>(1, 15);
            binary_bitwise_tile_init();
            bitwise_and_binary_tile<DataFormat::Int32>(0, 1, 0);
            typecast_tile_init<static_cast<uint32_t>(DataFormat::Int32), static_cast<uint32_t>(DataFormat::Float32)>();
            typecast_tile<static_cast<uint32_t>(DataFormat::Int32), static_cast<uint32_t>(DataFormat::Float32)>(0);
            binop_with_scalar_tile_init();
            sub_unary_tile(0, 0x41000000u /* 8 */);
            tile_regs_commit();
            tile_regs_wait();
            pack_tile(0, cb_low);
            tile_regs_release();
            low.push_back(low_tiles);
            high.reserve_back(high_tiles);
            tile_regs_acquire();
            copy_tile(cb_packed, 0, 0);
            typecast_tile_init<static_cast<uint32_t>(DataFormat::UInt8), static_cast<uint32_t>(DataFormat::Int32)>();
            typecast_tile<static_cast<uint32_t>(DataFormat::UInt8), static_cast<uint32_t>(DataFormat::Int32)>(0);
            fill_tile_init();
            fill_tile_int<DataFormat::Int32>(1, 4);
            binary_shift_tile_init();
            binary_right_shift_tile<DataFormat::Int32>(0, 1, 0);
            typecast_tile_init<static_cast<uint32_t>(DataFormat::Int32), static_cast<uint32_t>(DataFormat::Float32)>();
            typecast_tile<static_cast<uint32_t>(DataFormat::Int32), static_cast<uint32_t>(DataFormat::Float32)>(0);
            binop_with_scalar_tile_init();
            sub_unary_tile(0, 0x41000000u /* 8 */);
            tile_regs_commit();
            tile_regs_wait();
            pack_tile(0, cb_high);
            tile_regs_release();
            high.push_back(high_tiles);
            packed.pop_front(packed_tiles);
            low.wait_front(low_tiles);
            reconfig_data_format_srca(cb_low);
            matmul_block_init(cb_a, cb_low, 0, 1, 1, 1);
            pack_reconfig_data_format(cb_c);
            pack_reconfig_l1_acc(s > 0 ? 1 : 0);
            tile_regs_acquire();
            matmul_block(cb_a, cb_low, 0, 0, 0, 0, 1, 1, 1);
            tile_regs_commit();
            tile_regs_wait();
            pack_tile<true>(0, cb_c, 0);
            tile_regs_release();
            pack_reconfig_l1_acc(0);
            a.pop_front(a_tiles);
            low.pop_front(low_tiles);
            high.wait_front(high_tiles);
            pack_reconfig_l1_acc(1);
            tile_regs_acquire();
            matmul_block(cb_a_high, cb_high, 0, 0, 0, 0, 1, 1, 1);
            tile_regs_commit();
            tile_regs_wait();
            pack_tile<true>(0, cb_c, 0);
            tile_regs_release();
            pack_reconfig_l1_acc(0);
            a_high.pop_front(a_high_tiles);
            high.pop_front(high_tiles);
        }
        c.push_back(c_tiles);
    }
}

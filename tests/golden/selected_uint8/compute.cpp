// main: compute kernel, generated from TileLang.
//
// Work: 2 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 1 tile column of the output
//   by: 1 blocks, each 1 tile row of the output
// Circular buffers:
//   a (id 0): 2 blocks of 1 x 1 tile, UInt8, reader -> compute
//   b (id 1): 2 blocks of 1 x 1 tile, UInt8, reader -> compute
//   c (id 2): 2 blocks of 1 x 1 tile, UInt8, compute -> writer
// Compute: HiFi4, 32-bit DST, half-sync.

#include <cstdint>

#include "api/compute/binary_comp.h"
#include "api/compute/common.h"
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/eltwise_binary_sfpu.h"
#include "api/compute/eltwise_unary/fill.h"
#include "api/compute/eltwise_unary/typecast.h"
#include "api/compute/eltwise_unary/where.h"
#include "api/compute/pack.h"
#include "api/compute/reg_api.h"
#include "api/compute/tile_move_copy.h"
#include "api/dataflow/circular_buffer.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t start_id = get_arg_val<uint32_t>(0);
    const uint32_t count = get_arg_val<uint32_t>(1);

    constexpr uint32_t cb_a = get_named_compile_time_arg_val("cb_a");
    CircularBuffer a(cb_a);
    constexpr uint32_t cb_b = get_named_compile_time_arg_val("cb_b");
    CircularBuffer b(cb_b);
    constexpr uint32_t cb_c = get_named_compile_time_arg_val("cb_c");
    CircularBuffer c(cb_c);

    constexpr uint32_t a_tiles = 1;
    constexpr uint32_t b_tiles = 1;
    constexpr uint32_t c_tiles = 1;
    compute_kernel_hw_startup(cb_a, cb_a, cb_c);
    copy_init(cb_a);

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        a.wait_front(a_tiles);
        b.wait_front(b_tiles);
        c.reserve_back(c_tiles);
        tile_regs_acquire();
        copy_tile(cb_a, 0, 0);
        typecast_tile_init<static_cast<uint32_t>(DataFormat::UInt8), static_cast<uint32_t>(DataFormat::Int32)>();
        typecast_tile<static_cast<uint32_t>(DataFormat::UInt8), static_cast<uint32_t>(DataFormat::Int32)>(0);
        fill_tile_init();
        fill_tile_int<DataFormat::Int32>(1, 5);
        ge_int_tile_init<DataFormat::Int32>();
        ge_int_tile<DataFormat::Int32>(0, 1, 0);
        typecast_tile_init<static_cast<uint32_t>(DataFormat::Int32), static_cast<uint32_t>(DataFormat::Float32)>();
        typecast_tile<static_cast<uint32_t>(DataFormat::Int32), static_cast<uint32_t>(DataFormat::Float32)>(0);
        copy_tile(cb_b, 0, 1);
        typecast_tile_init<static_cast<uint32_t>(DataFormat::UInt8), static_cast<uint32_t>(DataFormat::Int32)>();
        typecast_tile<static_cast<uint32_t>(DataFormat::UInt8), static_cast<uint32_t>(DataFormat::Int32)>(1);
        fill_tile_init();
        fill_tile_int<DataFormat::Int32>(2, 100);
        lt_int_tile_init<DataFormat::Int32>();
        lt_int_tile<DataFormat::Int32>(1, 2, 1);
        typecast_tile_init<static_cast<uint32_t>(DataFormat::Int32), static_cast<uint32_t>(DataFormat::Float32)>();
        typecast_tile<static_cast<uint32_t>(DataFormat::Int32), static_cast<uint32_t>(DataFormat::Float32)>(1);
        mul_binary_tile_init();
        mul_binary_tile(0, 1, 0);
        copy_tile(cb_a, 0, 1);
        typecast_tile_init<static_cast<uint32_t>(DataFormat::UInt8), static_cast<uint32_t>(DataFormat::Int32)>();
        typecast_tile<static_cast<uint32_t>(DataFormat::UInt8), static_cast<uint32_t>(DataFormat::Int32)>(1);
        copy_tile(cb_b, 0, 2);
        typecast_tile<static_cast<uint32_t>(DataFormat::UInt8), static_cast<uint32_t>(DataFormat::Int32)>(2);
        gt_int_tile_init<DataFormat::Int32>();
        gt_int_tile<DataFormat::Int32>(1, 2, 1);
        typecast_tile_init<static_cast<uint32_t>(DataFormat::Int32), static_cast<uint32_t>(DataFormat::Float32)>();
        typecast_tile<static_cast<uint32_t>(DataFormat::Int32), static_cast<uint32_t>(DataFormat::Float32)>(1);
        copy_tile(cb_a, 0, 2);
        typecast_tile_init<static_cast<uint32_t>(DataFormat::UInt8), static_cast<uint32_t>(DataFormat::Int32)>();
        typecast_tile<static_cast<uint32_t>(DataFormat::UInt8), static_cast<uint32_t>(DataFormat::Int32)>(2);
        copy_tile(cb_b, 0, 3);
        typecast_tile<static_cast<uint32_t>(DataFormat::UInt8), static_cast<uint32_t>(DataFormat::Int32)>(3);
        where_tile_init();
        where_tile<DataFormat::Int32>(1, 2, 3, 1);
        copy_tile(cb_a, 0, 3);
        typecast_tile_init<static_cast<uint32_t>(DataFormat::UInt8), static_cast<uint32_t>(DataFormat::Int32)>();
        typecast_tile<static_cast<uint32_t>(DataFormat::UInt8), static_cast<uint32_t>(DataFormat::Int32)>(3);
        copy_tile(cb_b, 0, 2);
        typecast_tile<static_cast<uint32_t>(DataFormat::UInt8), static_cast<uint32_t>(DataFormat::Int32)>(2);
        eq_int_tile_init<DataFormat::Int32>();
        eq_int_tile<DataFormat::Int32>(3, 2, 3);
        typecast_tile_init<static_cast<uint32_t>(DataFormat::Int32), static_cast<uint32_t>(DataFormat::Float32)>();
        typecast_tile<static_cast<uint32_t>(DataFormat::Int32), static_cast<uint32_t>(DataFormat::Float32)>(3);
        fill_tile_init();
        fill_tile_int<DataFormat::Int32>(2, 1);
        where_tile_init();
        where_tile<DataFormat::Int32>(3, 2, 1, 3);
        fill_tile_init();
        fill_tile_int<DataFormat::Int32>(1, 7);
        where_tile_init();
        where_tile<DataFormat::Int32>(0, 3, 1, 0);
        typecast_tile_init<static_cast<uint32_t>(DataFormat::Int32), static_cast<uint32_t>(DataFormat::UInt8)>();
        typecast_tile<static_cast<uint32_t>(DataFormat::Int32), static_cast<uint32_t>(DataFormat::UInt8)>(0);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_c);
        tile_regs_release();
        a.pop_front(a_tiles);
        b.pop_front(b_tiles);
        c.push_back(c_tiles);
    }
}

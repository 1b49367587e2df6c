// main: compute kernel, generated from TileLang.
//
// Work: 4 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 1 tile column of the output
//   by: 2 blocks, each 1 tile row of the output
// Circular buffers:
//   a (id 0): 2 blocks of 1 x 1 tile, Float32, reader -> compute
//   a_1 (id 1): 2 blocks of 1 x 1 tile, Float32, compute -> writer
//   index (id 2): 1 block of 1 x 1 tile, Float16_b, compute -> compute
// Compute: HiFi4, 32-bit DST, half-sync.

#include <bit>
#include <cstdint>

#include "api/compute/common.h"
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
#include "api/compute/transpose_dest.h"
#include "api/dataflow/circular_buffer.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t start_id = get_arg_val<uint32_t>(0);
    const uint32_t count = get_arg_val<uint32_t>(1);
    const uint32_t Nt = get_arg_val<uint32_t>(3);

    constexpr uint32_t cb_index = get_named_compile_time_arg_val("cb_index");
    CircularBuffer index(cb_index);
    constexpr uint32_t cb_a = get_named_compile_time_arg_val("cb_a");
    CircularBuffer a(cb_a);
    constexpr uint32_t cb_a_1 = get_named_compile_time_arg_val("cb_a_1");
    CircularBuffer a_1(cb_a_1);

    const uint32_t bx_blocks = Nt;
    constexpr uint32_t index_tiles = 1;
    compute_kernel_hw_startup(cb_index, cb_index, cb_a_1);
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
    constexpr uint32_t a_tiles = 1;
    constexpr uint32_t a_1_tiles = 1;
    pack_reconfig_data_format(cb_a_1);

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work % bx_blocks;
        const uint32_t by = work / bx_blocks;
        a.wait_front(a_tiles);
        a_1.reserve_back(a_1_tiles);
        tile_regs_acquire();
        reconfig_data_format_srca(cb_index);
        copy_init(cb_index);
        copy_tile(cb_index, 0, 0);
        unary_ge_tile_init();
        unary_ge_tile(0, std::bit_cast<uint32_t>(static_cast<float>(static_cast<int32_t>(bx * 32 - by * 32))));
        reconfig_data_format_srca(cb_a);
        copy_init(cb_a);
        copy_tile(cb_a, 0, 1);
        fill_tile_init();
        fill_tile_bitcast(2, 0xbf800000u /* -1 */);
        where_tile_init();
        where_tile<DataFormat::Float32>(0, 1, 2, 0);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_a_1);
        tile_regs_release();
        a.pop_front(a_tiles);
        a_1.push_back(a_1_tiles);
    }
    index.pop_front(index_tiles);
}

// main: compute kernel, generated from TileLang.
//
// Work: 3 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 3 blocks
// Circular buffers:
//   a (id 0): 2 blocks of 1 x 2 tiles, Float16_b, reader -> compute
//   a_1 (id 1): 2 blocks of 1 x 2 tiles, Float16_b, compute -> writer
//   a_t (id 2): 1 block of 2 x 1 tiles, Float32, compute -> compute
//   a_sums (id 3): 1 block of 2 x 1 tiles, Float32, compute -> compute
// Compute: HiFi4, 32-bit DST, half-sync.

#include <cstdint>

#include "api/compute/common.h"
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/cumsum.h"
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

    constexpr uint32_t cb_a = get_named_compile_time_arg_val("cb_a");
    CircularBuffer a(cb_a);
    constexpr uint32_t cb_a_t = get_named_compile_time_arg_val("cb_a_t");
    CircularBuffer a_t(cb_a_t);
    constexpr uint32_t cb_a_sums = get_named_compile_time_arg_val("cb_a_sums");
    CircularBuffer a_sums(cb_a_sums);
    constexpr uint32_t cb_a_1 = get_named_compile_time_arg_val("cb_a_1");
    CircularBuffer a_1(cb_a_1);

    constexpr uint32_t a_tiles = 2;
    constexpr uint32_t a_t_tiles = 2;
    constexpr uint32_t a_sums_tiles = 2;
    constexpr uint32_t a_1_tiles = 2;
    compute_kernel_hw_startup(cb_a, cb_a, cb_a_t);
    cumsum_tile_init();

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        a.wait_front(a_tiles);
        a_t.reserve_back(a_t_tiles);
        reconfig_data_format_srca(cb_a);
        pack_reconfig_data_format(cb_a_t);
        tile_regs_acquire();
        copy_init(cb_a);
        for (uint32_t i = 0; i < 2; ++i) {
            copy_tile(cb_a, i, i);
        }
        transpose_dest_init<true>();
        for (uint32_t i = 0; i < 2; ++i) {
            transpose_dest<true>(i);
        }
        tile_regs_commit();
        tile_regs_wait();
        for (uint32_t i = 0; i < 2; ++i) {
            pack_tile(i, cb_a_t);
        }
        tile_regs_release();
        a_t.push_back(a_t_tiles);
        a.pop_front(a_tiles);
        a_t.wait_front(a_t_tiles);
        a_sums.reserve_back(a_sums_tiles);
        reconfig_data_format_srca(cb_a_t);
        copy_init(cb_a_t);
        tile_regs_acquire();
        for (uint32_t i = 0; i < 2; ++i) {
            copy_tile(cb_a_t, i, i);
            cumsum_tile(i, i == 0);
        }
        tile_regs_commit();
        tile_regs_wait();
        for (uint32_t i = 0; i < 2; ++i) {
            pack_tile(i, cb_a_sums);
        }
        tile_regs_release();
        a_sums.push_back(a_sums_tiles);
        a_t.pop_front(a_t_tiles);
        a_sums.wait_front(a_sums_tiles);
        a_1.reserve_back(a_1_tiles);
        pack_reconfig_data_format(cb_a_1);
        tile_regs_acquire();
        copy_init(cb_a_sums);
        for (uint32_t i = 0; i < 2; ++i) {
            copy_tile(cb_a_sums, i, i);
        }
        transpose_dest_init<true>();
        for (uint32_t i = 0; i < 2; ++i) {
            transpose_dest<true>(i);
        }
        tile_regs_commit();
        tile_regs_wait();
        for (uint32_t i = 0; i < 2; ++i) {
            pack_tile(i, cb_a_1);
        }
        tile_regs_release();
        a_sums.pop_front(a_sums_tiles);
        a_1.push_back(a_1_tiles);
    }
}

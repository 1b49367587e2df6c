// main: compute kernel, generated from TileLang.
//
// Work: 2 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 1 tile column of the output
//   by: 1 blocks, each 1 tile row of the output
// Circular buffers:
//   a (id 0): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   b (id 1): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   C_sum_in (id 2): 2 blocks of 1 x 1 tile, Float32, reader -> compute
//   C_out (id 3): 2 blocks of 1 x 1 tile, Float32, compute -> writer
//   C_sum (id 4): 2 blocks of 1 x 1 tile, Float32, compute -> compute
//   c (id 5): 1 block of 1 x 1 tile, Float32, compute -> compute
// Compute: HiFi4, 32-bit DST, half-sync.

#include <cstdint>

#include "api/compute/common.h"
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/eltwise_binary_sfpu.h"
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

    constexpr uint32_t cb_C_sum = get_named_compile_time_arg_val("cb_C_sum");
    CircularBuffer C_sum(cb_C_sum);
    constexpr uint32_t cb_a = get_named_compile_time_arg_val("cb_a");
    CircularBuffer a(cb_a);
    constexpr uint32_t cb_b = get_named_compile_time_arg_val("cb_b");
    CircularBuffer b(cb_b);
    constexpr uint32_t cb_c = get_named_compile_time_arg_val("cb_c");
    CircularBuffer c(cb_c);
    constexpr uint32_t cb_C_sum_in = get_named_compile_time_arg_val("cb_C_sum_in");
    CircularBuffer C_sum_in(cb_C_sum_in);
    constexpr uint32_t cb_C_out = get_named_compile_time_arg_val("cb_C_out");
    CircularBuffer C_out(cb_C_out);

    constexpr uint32_t C_sum_tiles = 1;
    constexpr uint32_t a_tiles = 1;
    constexpr uint32_t b_tiles = 1;
    constexpr uint32_t c_tiles = 1;
    constexpr uint32_t C_sum_in_tiles = 1;
    constexpr uint32_t C_out_tiles = 1;
    constexpr uint32_t bz_steps = 4;
    compute_kernel_hw_startup(cb_C_sum_in, cb_C_sum_in, cb_C_sum);
    reconfig_data_format_srcb(cb_a);
    add_binary_tile_init();

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        C_sum_in.wait_front(C_sum_in_tiles);
        C_sum.reserve_back(C_sum_tiles);
        reconfig_data_format_srca(cb_C_sum_in);
        copy_init(cb_C_sum_in);
        tile_regs_acquire();
        copy_tile(cb_C_sum_in, 0, 0);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_C_sum);
        tile_regs_release();
        C_sum.push_back(C_sum_tiles);
        C_sum_in.pop_front(C_sum_in_tiles);
        for (uint32_t bz = 0; bz < bz_steps; ++bz) {
            a.wait_front(a_tiles);
            b.wait_front(b_tiles);
            c.reserve_back(c_tiles);
            reconfig_data_format_srca(cb_b);
            matmul_block_init(cb_a, cb_b, 0, 1, 1, 1);
            pack_reconfig_l1_acc(0);
            tile_regs_acquire();
            matmul_block(cb_a, cb_b, 0, 0, 0, 0, 1, 1, 1);
            tile_regs_commit();
            tile_regs_wait();
            pack_tile<true>(0, cb_c, 0);
            tile_regs_release();
            pack_reconfig_l1_acc(0);
            c.push_back(c_tiles);
            a.pop_front(a_tiles);
            b.pop_front(b_tiles);
            C_sum.wait_front(C_sum_tiles);
            c.wait_front(c_tiles);
            C_sum.reserve_back(C_sum_tiles);
            reconfig_data_format_srca(cb_C_sum);
            copy_init(cb_C_sum);
            tile_regs_acquire();
            copy_tile(cb_C_sum, 0, 0);
            copy_tile(cb_c, 0, 1);
            add_binary_tile(0, 1, 0);
            tile_regs_commit();
            tile_regs_wait();
            pack_tile(0, cb_C_sum);
            tile_regs_release();
            C_sum.pop_front(C_sum_tiles);
            C_sum.push_back(C_sum_tiles);
            c.pop_front(c_tiles);
        }
        C_sum.wait_front(C_sum_tiles);
        C_out.reserve_back(C_out_tiles);
        tile_regs_acquire();
        copy_tile(cb_C_sum, 0, 0);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_C_out);
        tile_regs_release();
        C_sum.pop_front(C_sum_tiles);
        C_out.push_back(C_out_tiles);
    }
}

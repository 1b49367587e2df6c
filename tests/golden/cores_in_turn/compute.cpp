// main: compute kernel, generated from TileLang.
//
// Work: 8 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 1 tile column of the output, spread over 2 columns of cores
//   by: 1 blocks, each 2 tile rows of the output
//   bz: 4 blocks, spread over 4 rows of cores, which pass on their sums of C
// Circular buffers:
//   a (id 0): 2 blocks of 2 x 2 tiles, Float16_b, reader -> compute
//   b (id 1): 2 blocks of 2 x 1 tiles, Float16_b, reader -> compute
//   C_sum (id 2): 2 blocks of 2 x 1 tiles, Float32, reader -> compute
//   C_sum_1 (id 3): 2 blocks of 2 x 1 tiles, Float32, compute -> writer
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

    constexpr uint32_t cb_a = get_named_compile_time_arg_val("cb_a");
    CircularBuffer a(cb_a);
    constexpr uint32_t cb_b = get_named_compile_time_arg_val("cb_b");
    CircularBuffer b(cb_b);
    constexpr uint32_t cb_C_sum = get_named_compile_time_arg_val("cb_C_sum");
    CircularBuffer C_sum(cb_C_sum);
    constexpr uint32_t cb_C_sum_1 = get_named_compile_time_arg_val("cb_C_sum_1");
    CircularBuffer C_sum_1(cb_C_sum_1);

    constexpr uint32_t a_tiles = 4;
    constexpr uint32_t b_tiles = 2;
    constexpr uint32_t C_sum_tiles = 2;
    constexpr uint32_t C_sum_1_tiles = 2;
    constexpr uint32_t k_steps = 8;
    compute_kernel_hw_startup<SrcOrder::Reverse>(cb_a, cb_b, cb_C_sum_1);
    add_binary_tile_init();

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        tile_regs_acquire();
        reconfig_data_format_srca(cb_b);
        matmul_block_init(cb_a, cb_b, 0, 1, 2, 2);
        for (uint32_t k = 0; k < k_steps; ++k) {
            a.wait_front(a_tiles);
            b.wait_front(b_tiles);
            for (uint32_t kt = 0; kt < 2; ++kt) {
                matmul_block(cb_a, cb_b, kt, kt, 0, 0, 1, 2, 2);
            }
            a.pop_front(a_tiles);
            b.pop_front(b_tiles);
        }
        C_sum.wait_front(C_sum_tiles);
        C_sum_1.reserve_back(C_sum_1_tiles);
        reconfig_data_format_srca(cb_C_sum);
        copy_init(cb_C_sum);
        for (uint32_t i = 0; i < 2; ++i) {
            copy_tile(cb_C_sum, i, 2);
            add_binary_tile(2, i, i);
        }
        tile_regs_commit();
        tile_regs_wait();
        for (uint32_t i = 0; i < 2; ++i) {
            pack_tile(i, cb_C_sum_1);
        }
        tile_regs_release();
        C_sum.pop_front(C_sum_tiles);
        C_sum_1.push_back(C_sum_1_tiles);
    }
}

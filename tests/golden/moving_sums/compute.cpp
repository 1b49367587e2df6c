// main: compute kernel, generated from TileLang.
//
// Work: 2 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks
// Circular buffers:
//   a (id 0): 2 blocks of 1 x 2 tiles, Float32, reader -> compute
//   C_sum (id 1): 2 blocks of 1 x 2 tiles, Float32, writer -> compute
//   C_sum_1 (id 2): 2 blocks of 1 x 2 tiles, Float32, compute -> writer
// Compute: HiFi4, 32-bit DST, half-sync.

#include <cstdint>

#include "api/compute/common.h"
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/eltwise_binary_sfpu.h"
#include "api/compute/eltwise_unary/binop_with_scalar.h"
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
    constexpr uint32_t cb_C_sum = get_named_compile_time_arg_val("cb_C_sum");
    CircularBuffer C_sum(cb_C_sum);
    constexpr uint32_t cb_C_sum_1 = get_named_compile_time_arg_val("cb_C_sum_1");
    CircularBuffer C_sum_1(cb_C_sum_1);

    constexpr uint32_t a_tiles = 2;
    constexpr uint32_t C_sum_tiles = 2;
    constexpr uint32_t C_sum_1_tiles = 2;
    constexpr uint32_t k_steps = 4;
    constexpr uint32_t by_steps = 3;
    compute_kernel_hw_startup(cb_C_sum, cb_C_sum, cb_C_sum_1);
    copy_init(cb_C_sum);

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        for (uint32_t by = 0; by < by_steps; ++by) {
            for (uint32_t k = 0; k < k_steps; ++k) {
                a.wait_front(a_tiles);
                C_sum.wait_front(C_sum_tiles);
                C_sum_1.reserve_back(C_sum_1_tiles);
                tile_regs_acquire();
                for (uint32_t i = 0; i < 2; ++i) {
                    copy_tile(cb_C_sum, i, i * 2);
                    copy_tile(cb_a, i, i * 2 + 1);
                }
                binop_with_scalar_tile_init();
                for (uint32_t i = 0; i < 2; ++i) {
                    mul_unary_tile(i * 2 + 1, 0x40000000u /* 2 */);
                }
                add_binary_tile_init();
                for (uint32_t i = 0; i < 2; ++i) {
                    add_binary_tile(i * 2, i * 2 + 1, i * 2);
                }
                tile_regs_commit();
                tile_regs_wait();
                for (uint32_t i = 0; i < 2; ++i) {
                    pack_tile(i * 2, cb_C_sum_1);
                }
                tile_regs_release();
                a.pop_front(a_tiles);
                C_sum.pop_front(C_sum_tiles);
                C_sum_1.push_back(C_sum_1_tiles);
            }
        }
    }
}

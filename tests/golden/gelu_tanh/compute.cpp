// main: compute kernel, generated from TileLang.
//
// Work: 4 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 1 tile column of the output
//   by: 2 blocks, each 1 tile row of the output
// Circular buffers:
//   A_s (id 0): 2 blocks of 1 x 1 tile, Float32, reader -> compute
//   C_l (id 1): 2 blocks of 1 x 1 tile, Float32, compute -> writer
// Compute: HiFi4, 32-bit DST, half-sync.

#include <cstdint>

#include "api/compute/common.h"
#include "api/compute/compute_kernel_api.h"
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

    constexpr uint32_t cb_A_s = get_named_compile_time_arg_val("cb_A_s");
    CircularBuffer A_s(cb_A_s);
    constexpr uint32_t cb_C_l = get_named_compile_time_arg_val("cb_C_l");
    CircularBuffer C_l(cb_C_l);

    constexpr uint32_t A_s_tiles = 1;
    constexpr uint32_t C_l_tiles = 1;
    compute_kernel_hw_startup(cb_A_s, cb_A_s, cb_C_l);
    copy_init(cb_A_s);

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        A_s.wait_front(A_s_tiles);
        C_l.reserve_back(C_l_tiles);
        tile_regs_acquire();
        copy_tile(cb_A_s, 0, 0);
        binop_with_scalar_tile_init();
        mul_unary_tile(0, 0x3d372713u /* 0.044715 */);
        copy_tile(cb_A_s, 0, 1);
        mul_binary_tile_init();
        mul_binary_tile(0, 1, 0);
        copy_tile(cb_A_s, 0, 1);
        mul_binary_tile(0, 1, 0);
        copy_tile(cb_A_s, 0, 1);
        add_binary_tile_init();
        add_binary_tile(1, 0, 1);
        binop_with_scalar_tile_init();
        mul_unary_tile(1, 0x3f4c422au /* 0.7978846 */);
        tanh_tile_init();
        tanh_tile(1);
        binop_with_scalar_tile_init();
        add_unary_tile(1, 0x3f800000u /* 1 */);
        copy_tile(cb_A_s, 0, 0);
        mul_unary_tile(0, 0x3f000000u /* 0.5 */);
        mul_binary_tile_init();
        mul_binary_tile(0, 1, 0);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_C_l);
        tile_regs_release();
        A_s.pop_front(A_s_tiles);
        C_l.push_back(C_l_tiles);
    }
}

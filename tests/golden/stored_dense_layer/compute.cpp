// main: compute kernel, generated from TileLang.
//
// Work: 4 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 2 tile columns of the output
//   by: 2 blocks, each 2 tile rows of the output
// Circular buffers:
//   bias_s (id 0): 2 blocks of 1 x 2 tiles, Bfp8_b, reader -> compute
//   A_s (id 1): 2 blocks of 2 x 1 tiles, Float16_b, reader -> compute
//   B_s (id 2): 2 blocks of 1 x 2 tiles, Bfp8_b, reader -> compute
//   C_out (id 3): 2 blocks of 2 x 2 tiles, Bfp8_b, compute -> writer
// Compute: HiFi4, 32-bit DST, full-sync.

#include <cstdint>

#include "api/compute/bcast.h"
#include "api/compute/common.h"
#include "api/compute/compute_kernel_api.h"
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/eltwise_binary_sfpu.h"
#include "api/compute/matmul.h"
#include "api/compute/pack.h"
#include "api/compute/reconfig_data_format.h"
#include "api/compute/reg_api.h"
#include "api/dataflow/circular_buffer.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t start_id = get_arg_val<uint32_t>(0);
    const uint32_t count = get_arg_val<uint32_t>(1);

    constexpr uint32_t cb_bias_s = get_named_compile_time_arg_val("cb_bias_s");
    CircularBuffer bias_s(cb_bias_s);
    constexpr uint32_t cb_A_s = get_named_compile_time_arg_val("cb_A_s");
    CircularBuffer A_s(cb_A_s);
    constexpr uint32_t cb_B_s = get_named_compile_time_arg_val("cb_B_s");
    CircularBuffer B_s(cb_B_s);
    constexpr uint32_t cb_C_out = get_named_compile_time_arg_val("cb_C_out");
    CircularBuffer C_out(cb_C_out);

    constexpr uint32_t bias_s_tiles = 2;
    constexpr uint32_t A_s_tiles = 2;
    constexpr uint32_t B_s_tiles = 2;
    constexpr uint32_t C_out_tiles = 4;
    constexpr uint32_t k_steps = 2;
    compute_kernel_hw_startup<SrcOrder::Reverse>(cb_A_s, cb_B_s, cb_C_out);

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        tile_regs_acquire();
        bias_s.wait_front(bias_s_tiles);
        reconfig_data_format_srcb(cb_A_s);
        matmul_block_init(cb_A_s, cb_B_s, 0, 2, 2, 1);
        for (uint32_t k = 0; k < k_steps; ++k) {
            A_s.wait_front(A_s_tiles);
            B_s.wait_front(B_s_tiles);
            matmul_block(cb_A_s, cb_B_s, 0, 0, 0, 0, 2, 2, 1);
            A_s.pop_front(A_s_tiles);
            B_s.pop_front(B_s_tiles);
        }
        C_out.reserve_back(C_out_tiles);
        reconfig_data_format_srcb(cb_bias_s);
        unary_bcast_init<BroadcastType::ROW>(cb_bias_s);
        for (uint32_t i = 0; i < 4; ++i) {
            unary_bcast<BroadcastType::ROW>(cb_bias_s, i % 2, 4);
            add_binary_tile_init();
            add_binary_tile(i, 4, i);
            unary_max_tile_init();
            unary_max_tile(i, 0x00000000u /* 0 */);
        }
        tile_regs_commit();
        tile_regs_wait();
        for (uint32_t i = 0; i < 4; ++i) {
            pack_tile(i, cb_C_out);
        }
        tile_regs_release();
        bias_s.pop_front(bias_s_tiles);
        C_out.push_back(C_out_tiles);
    }
}

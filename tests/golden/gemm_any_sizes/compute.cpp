// main: compute kernel, generated from TileLang.
//
// Work: up to 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: (n + 63) / 64 blocks, each 2 tile columns of the output
//   by: (m + 63) / 64 blocks, each 2 tile rows of the output
// Sizes: this text serves all of k, m, n; the launch brings them.
// Circular buffers:
//   A_s (id 0): 2 blocks of 2 x 2 tiles, Float16_b, reader -> compute
//   B_s (id 1): 2 blocks of 2 x 2 tiles, Float16_b, reader -> compute
//   C_out (id 2): 2 blocks of 2 x 2 tiles, Float16_b, compute -> writer
// Compute: HiFi4, 32-bit DST, half-sync.

#include <cstdint>

#include "api/compute/common.h"
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/matmul.h"
#include "api/compute/pack.h"
#include "api/compute/reg_api.h"
#include "api/dataflow/circular_buffer.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t start_id = get_arg_val<uint32_t>(0);
    const uint32_t count = get_arg_val<uint32_t>(1);
    const uint32_t k = get_arg_val<uint32_t>(4);

    constexpr uint32_t cb_A_s = get_named_compile_time_arg_val("cb_A_s");
    CircularBuffer A_s(cb_A_s);
    constexpr uint32_t cb_B_s = get_named_compile_time_arg_val("cb_B_s");
    CircularBuffer B_s(cb_B_s);
    constexpr uint32_t cb_C_out = get_named_compile_time_arg_val("cb_C_out");
    CircularBuffer C_out(cb_C_out);

    constexpr uint32_t A_s_tiles = 4;
    constexpr uint32_t B_s_tiles = 4;
    constexpr uint32_t C_out_tiles = 4;
    const uint32_t k_steps = (k + 63) / 64;
    compute_kernel_hw_startup<SrcOrder::Reverse>(cb_A_s, cb_B_s, cb_C_out);
    matmul_block_init(cb_A_s, cb_B_s, 0, 2, 2, 2);

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        tile_regs_acquire();
        for (uint32_t k_1 = 0; k_1 < k_steps; ++k_1) {
            A_s.wait_front(A_s_tiles);
            B_s.wait_front(B_s_tiles);
            for (uint32_t kt = 0; kt < 2; ++kt) {
                matmul_block(cb_A_s, cb_B_s, kt, kt * 2, 0, 0, 2, 2, 2);
            }
            A_s.pop_front(A_s_tiles);
            B_s.pop_front(B_s_tiles);
        }
        C_out.reserve_back(C_out_tiles);
        tile_regs_commit();
        tile_regs_wait();
        for (uint32_t i = 0; i < 4; ++i) {
            pack_tile(i, cb_C_out);
        }
        tile_regs_release();
        C_out.push_back(C_out_tiles);
    }
}

// main: compute kernel, generated from TileLang.
//
// Work: 16 of 4 x 4 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 4 blocks, each 1 tile column of the output, spread over 4 columns of cores
//   by: 8 blocks, each 1 tile row of the output, spread over 4 rows of cores
// Circular buffers:
//   A_s (id 0): 9 blocks of 1 x 1 tile, Float16_b, writer -> compute
//   B_s (id 1): 9 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   C_out (id 2): 2 blocks of 1 x 1 tile, Float16_b, compute -> writer
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

    constexpr uint32_t cb_A_s = get_named_compile_time_arg_val("cb_A_s");
    CircularBuffer A_s(cb_A_s);
    constexpr uint32_t cb_B_s = get_named_compile_time_arg_val("cb_B_s");
    CircularBuffer B_s(cb_B_s);
    constexpr uint32_t cb_C_out = get_named_compile_time_arg_val("cb_C_out");
    CircularBuffer C_out(cb_C_out);

    constexpr uint32_t A_s_tiles = 1;
    constexpr uint32_t B_s_tiles = 1;
    constexpr uint32_t C_out_tiles = 1;
    constexpr uint32_t k_steps = 3;
    compute_kernel_hw_startup<SrcOrder::Reverse>(cb_A_s, cb_B_s, cb_C_out);
    matmul_block_init(cb_A_s, cb_B_s, 0, 1, 1, 1);

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        tile_regs_acquire();
        for (uint32_t k = 0; k < k_steps; ++k) {
            A_s.wait_front(A_s_tiles);
            B_s.wait_front(B_s_tiles);
            matmul_block(cb_A_s, cb_B_s, 0, 0, 0, 0, 1, 1, 1);
            A_s.pop_front(A_s_tiles);
            B_s.pop_front(B_s_tiles);
        }
        C_out.reserve_back(C_out_tiles);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_C_out);
        tile_regs_release();
        C_out.push_back(C_out_tiles);
    }
}

// main: compute kernel, generated from TileLang.
//
// Work: 7 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 7 blocks
// Circular buffers:
//   A_s (id 0): 2 blocks of 1 x 2 tiles, Float16_b, reader -> compute
//   B_s (id 1): 2 blocks of 2 x 1 tiles, Float16_b, reader -> compute
//   C_block (id 2): 2 blocks of 1 x 1 tile, Float32, compute -> writer
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
    const int32_t start_id = get_arg_val<uint32_t>(0);
    const int32_t count = get_arg_val<uint32_t>(1);

    constexpr uint32_t cb_A_s = get_named_compile_time_arg_val("cb_A_s");
    CircularBuffer A_s(cb_A_s);
    constexpr uint32_t cb_B_s = get_named_compile_time_arg_val("cb_B_s");
    CircularBuffer B_s(cb_B_s);
    constexpr uint32_t cb_C_block = get_named_compile_time_arg_val("cb_C_block");
    CircularBuffer C_block(cb_C_block);

    constexpr int32_t A_s_tiles = 2;
    constexpr int32_t B_s_tiles = 2;
    constexpr int32_t C_block_tiles = 1;
    compute_kernel_hw_startup<SrcOrder::Reverse>(cb_A_s, cb_B_s, cb_C_block);
    matmul_block_init(cb_A_s, cb_B_s, 0, 1, 1, 2);

    for (int32_t work = start_id; work < start_id + count; ++work) {
        tile_regs_acquire();
        A_s.wait_front(A_s_tiles);
        B_s.wait_front(B_s_tiles);
        for (int32_t kt = 0; kt < 2; ++kt) {
            matmul_block(cb_A_s, cb_B_s, kt, kt, 0, 0, 1, 1, 2);
        }
        A_s.pop_front(A_s_tiles);
        B_s.pop_front(B_s_tiles);
        C_block.reserve_back(C_block_tiles);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_C_block);
        tile_regs_release();
        C_block.push_back(C_block_tiles);
    }
}

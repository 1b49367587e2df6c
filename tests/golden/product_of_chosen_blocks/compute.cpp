// main: compute kernel, generated from TileLang.
//
// Work: 4 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 1 tile column of the output
//   by: 2 blocks, each 1 tile row of the output
// Circular buffers:
//   A_s (id 0): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   B_s (id 1): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   C_l (id 2): 2 blocks of 1 x 1 tile, Float32, compute -> writer
//   scalars (id 3): 2 pages of 32 bytes, Int32, reader -> compute
// Compute: HiFi4, 32-bit DST, half-sync.

#include <cstdint>

#include "api/compute/cb_api.h"
#include "api/compute/common.h"
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/eltwise_unary/fill.h"
#include "api/compute/matmul.h"
#include "api/compute/pack.h"
#include "api/compute/reg_api.h"
#include "api/dataflow/circular_buffer.h"

void kernel_main() {
    // Runtime arguments of this core.
    const int32_t start_id = get_arg_val<uint32_t>(0);
    const int32_t count = get_arg_val<uint32_t>(1);

    constexpr uint32_t cb_scalars = get_named_compile_time_arg_val("cb_scalars");
    CircularBuffer scalars(cb_scalars);
    constexpr uint32_t cb_C_l = get_named_compile_time_arg_val("cb_C_l");
    CircularBuffer C_l(cb_C_l);
    constexpr uint32_t cb_A_s = get_named_compile_time_arg_val("cb_A_s");
    CircularBuffer A_s(cb_A_s);
    constexpr uint32_t cb_B_s = get_named_compile_time_arg_val("cb_B_s");
    CircularBuffer B_s(cb_B_s);

    constexpr int32_t C_l_tiles = 1;
    constexpr int32_t A_s_tiles = 1;
    constexpr int32_t B_s_tiles = 1;
    constexpr int32_t k_steps = 4;
    compute_kernel_hw_startup<SrcOrder::Reverse>(cb_A_s, cb_B_s, cb_C_l);
    matmul_block_init(cb_A_s, cb_B_s, 0, 1, 1, 1);
    fill_tile_init();

    for (int32_t work = start_id; work < start_id + count; ++work) {
        tile_regs_acquire();
        for (int32_t i = 0; i < 1; ++i) {
            fill_tile_bitcast(i, 0x00000000u /* 0 */);
        }
        for (int32_t k = 0; k < k_steps; ++k) {
            scalars.wait_front(1);
            const int32_t Mask_element = read_tile_value(cb_scalars, 0, 0);
            scalars.pop_front(1);
            if (Mask_element != 0) {
                A_s.wait_front(A_s_tiles);
                B_s.wait_front(B_s_tiles);
                matmul_block(cb_A_s, cb_B_s, 0, 0, 0, 0, 1, 1, 1);
                A_s.pop_front(A_s_tiles);
                B_s.pop_front(B_s_tiles);
            }
        }
        C_l.reserve_back(C_l_tiles);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_C_l);
        tile_regs_release();
        C_l.push_back(C_l_tiles);
    }
}

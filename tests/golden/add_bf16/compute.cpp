// main: compute kernel, generated from TileLang.
//
// Work: 4 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 2 tile columns of the output
//   by: 2 blocks, each 1 tile row of the output
// Circular buffers:
//   A_s (id 0): 2 blocks of 1 x 2 tiles, Float16_b, reader -> compute
//   B_s (id 1): 2 blocks of 1 x 2 tiles, Float16_b, reader -> compute
//   C_l (id 2): 2 blocks of 1 x 2 tiles, Float16_b, compute -> writer
// Compute: HiFi4, 16-bit DST, half-sync.

#include <cstdint>

#include "api/compute/common.h"
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/eltwise_binary.h"
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
    constexpr uint32_t cb_C_l = get_named_compile_time_arg_val("cb_C_l");
    CircularBuffer C_l(cb_C_l);

    constexpr uint32_t A_s_tiles = 2;
    constexpr uint32_t B_s_tiles = 2;
    constexpr uint32_t C_l_tiles = 2;
    compute_kernel_hw_startup(cb_A_s, cb_B_s, cb_C_l);
    add_init(cb_A_s, cb_B_s);

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        A_s.wait_front(A_s_tiles);
        B_s.wait_front(B_s_tiles);
        C_l.reserve_back(C_l_tiles);
        tile_regs_acquire();
        for (uint32_t i = 0; i < 2; ++i) {
            add_tiles(cb_A_s, cb_B_s, i, i, i);
        }
        tile_regs_commit();
        tile_regs_wait();
        for (uint32_t i = 0; i < 2; ++i) {
            pack_tile(i, cb_C_l);
        }
        tile_regs_release();
        A_s.pop_front(A_s_tiles);
        B_s.pop_front(B_s_tiles);
        C_l.push_back(C_l_tiles);
    }
}

// main: compute kernel, generated from TileLang.
//
// Work: 1 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 1 blocks, each 2 tile columns of the output
//   by: 1 blocks, each 2 tile rows of the output
// Circular buffers:
//   A_s (id 0): 2 blocks of 2 x 2 tiles, Float32, reader -> compute
//   B_s (id 1): 2 blocks of 2 x 2 tiles, Float32, reader -> compute
//   C_s (id 2): 2 blocks of 2 x 2 tiles, Float32, reader -> compute
//   D_s (id 3): 2 blocks of 2 x 2 tiles, Float32, reader -> compute
//   E_l (id 4): 2 blocks of 2 x 2 tiles, Float32, compute -> writer
// Compute: HiFi4, 32-bit DST, half-sync.

#include <cstdint>

#include "api/compute/common.h"
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/eltwise_binary_sfpu.h"
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
    constexpr uint32_t cb_B_s = get_named_compile_time_arg_val("cb_B_s");
    CircularBuffer B_s(cb_B_s);
    constexpr uint32_t cb_C_s = get_named_compile_time_arg_val("cb_C_s");
    CircularBuffer C_s(cb_C_s);
    constexpr uint32_t cb_D_s = get_named_compile_time_arg_val("cb_D_s");
    CircularBuffer D_s(cb_D_s);
    constexpr uint32_t cb_E_l = get_named_compile_time_arg_val("cb_E_l");
    CircularBuffer E_l(cb_E_l);

    constexpr uint32_t A_s_tiles = 4;
    constexpr uint32_t B_s_tiles = 4;
    constexpr uint32_t C_s_tiles = 4;
    constexpr uint32_t D_s_tiles = 4;
    constexpr uint32_t E_l_tiles = 4;
    compute_kernel_hw_startup(cb_A_s, cb_A_s, cb_E_l);
    copy_init(cb_A_s);

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        A_s.wait_front(A_s_tiles);
        B_s.wait_front(B_s_tiles);
        C_s.wait_front(C_s_tiles);
        D_s.wait_front(D_s_tiles);
        E_l.reserve_back(E_l_tiles);
        for (uint32_t t = 0; t < 4; ++t) {
            tile_regs_acquire();
            copy_tile(cb_A_s, t, 0);
            copy_tile(cb_B_s, t, 1);
            add_binary_tile_init();
            add_binary_tile(0, 1, 0);
            copy_tile(cb_C_s, t, 1);
            copy_tile(cb_D_s, t, 2);
            sub_binary_tile_init();
            sub_binary_tile(1, 2, 1);
            mul_binary_tile_init();
            mul_binary_tile(0, 1, 0);
            tile_regs_commit();
            tile_regs_wait();
            pack_tile(0, cb_E_l);
            tile_regs_release();
        }
        A_s.pop_front(A_s_tiles);
        B_s.pop_front(B_s_tiles);
        C_s.pop_front(C_s_tiles);
        D_s.pop_front(D_s_tiles);
        E_l.push_back(E_l_tiles);
    }
}

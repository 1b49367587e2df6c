// main: compute kernel, generated from TileLang.
//
// Work: 6 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 3 blocks, each 1 tile column of the output
//   by: 2 blocks, each 1 tile row of the output
// Circular buffers:
//   A_s (id 0): 2 blocks of 1 x 1 tile, Float32, reader -> compute
//   B_s (id 1): 2 blocks of 1 x 1 tile, Float32, reader -> compute
//   P_l_2 (id 2): 2 blocks of 1 x 1 tile, Float32, compute -> writer
//   P_l (id 3): 1 block of 1 x 1 tile, Float32, compute -> compute
//   Q_l (id 4): 1 block of 1 x 1 tile, Float32, compute -> compute
//   P_l_1 (id 5): 1 block of 1 x 1 tile, Float32, compute -> compute
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
    constexpr uint32_t cb_P_l = get_named_compile_time_arg_val("cb_P_l");
    CircularBuffer P_l(cb_P_l);
    constexpr uint32_t cb_Q_l = get_named_compile_time_arg_val("cb_Q_l");
    CircularBuffer Q_l(cb_Q_l);
    constexpr uint32_t cb_P_l_1 = get_named_compile_time_arg_val("cb_P_l_1");
    CircularBuffer P_l_1(cb_P_l_1);
    constexpr uint32_t cb_P_l_2 = get_named_compile_time_arg_val("cb_P_l_2");
    CircularBuffer P_l_2(cb_P_l_2);

    constexpr uint32_t A_s_tiles = 1;
    constexpr uint32_t B_s_tiles = 1;
    constexpr uint32_t P_l_tiles = 1;
    constexpr uint32_t Q_l_tiles = 1;
    constexpr uint32_t P_l_1_tiles = 1;
    constexpr uint32_t P_l_2_tiles = 1;
    compute_kernel_hw_startup(cb_A_s, cb_A_s, cb_P_l);
    copy_init(cb_A_s);

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        A_s.wait_front(A_s_tiles);
        B_s.wait_front(B_s_tiles);
        P_l.reserve_back(P_l_tiles);
        add_binary_tile_init();
        tile_regs_acquire();
        copy_tile(cb_A_s, 0, 0);
        copy_tile(cb_B_s, 0, 1);
        add_binary_tile(0, 1, 0);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_P_l);
        tile_regs_release();
        P_l.push_back(P_l_tiles);
        Q_l.reserve_back(Q_l_tiles);
        sub_binary_tile_init();
        tile_regs_acquire();
        copy_tile(cb_A_s, 0, 0);
        copy_tile(cb_B_s, 0, 1);
        sub_binary_tile(0, 1, 0);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_Q_l);
        tile_regs_release();
        Q_l.push_back(Q_l_tiles);
        B_s.pop_front(B_s_tiles);
        P_l.wait_front(P_l_tiles);
        Q_l.wait_front(Q_l_tiles);
        P_l_1.reserve_back(P_l_1_tiles);
        mul_binary_tile_init();
        tile_regs_acquire();
        copy_tile(cb_P_l, 0, 0);
        copy_tile(cb_Q_l, 0, 1);
        mul_binary_tile(0, 1, 0);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_P_l_1);
        tile_regs_release();
        P_l_1.push_back(P_l_1_tiles);
        P_l.pop_front(P_l_tiles);
        Q_l.pop_front(Q_l_tiles);
        P_l_1.wait_front(P_l_1_tiles);
        P_l_2.reserve_back(P_l_2_tiles);
        add_binary_tile_init();
        tile_regs_acquire();
        copy_tile(cb_P_l_1, 0, 0);
        copy_tile(cb_A_s, 0, 1);
        add_binary_tile(0, 1, 0);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_P_l_2);
        tile_regs_release();
        A_s.pop_front(A_s_tiles);
        P_l_1.pop_front(P_l_1_tiles);
        P_l_2.push_back(P_l_2_tiles);
    }
}

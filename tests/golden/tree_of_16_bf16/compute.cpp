// main: compute kernel, generated from TileLang.
//
// Work: 2 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 1 tile column of the output
//   by: 1 blocks, each 1 tile row of the output
// Circular buffers:
//   A_s (id 0): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   A_s_1 (id 1): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   A_s_2 (id 2): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   A_s_3 (id 3): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   A_s_4 (id 4): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   A_s_5 (id 5): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   A_s_6 (id 6): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   A_s_7 (id 7): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   A_s_8 (id 8): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   A_s_9 (id 9): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   A_s_10 (id 10): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   A_s_11 (id 11): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   A_s_12 (id 12): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   A_s_13 (id 13): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   A_s_14 (id 14): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   A_s_15 (id 15): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   C_l (id 16): 2 blocks of 1 x 1 tile, Float16_b, compute -> writer
// Compute: HiFi4, 16-bit DST, half-sync.

#include <cstdint>

#include "api/compute/common.h"
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/eltwise_binary.h"
#include "api/compute/eltwise_binary_sfpu.h"
#include "api/compute/pack.h"
#include "api/compute/reg_api.h"
#include "api/dataflow/circular_buffer.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t start_id = get_arg_val<uint32_t>(0);
    const uint32_t count = get_arg_val<uint32_t>(1);

    constexpr uint32_t cb_A_s = get_named_compile_time_arg_val("cb_A_s");
    CircularBuffer A_s(cb_A_s);
    constexpr uint32_t cb_A_s_1 = get_named_compile_time_arg_val("cb_A_s_1");
    CircularBuffer A_s_1(cb_A_s_1);
    constexpr uint32_t cb_A_s_2 = get_named_compile_time_arg_val("cb_A_s_2");
    CircularBuffer A_s_2(cb_A_s_2);
    constexpr uint32_t cb_A_s_3 = get_named_compile_time_arg_val("cb_A_s_3");
    CircularBuffer A_s_3(cb_A_s_3);
    constexpr uint32_t cb_A_s_4 = get_named_compile_time_arg_val("cb_A_s_4");
    CircularBuffer A_s_4(cb_A_s_4);
    constexpr uint32_t cb_A_s_5 = get_named_compile_time_arg_val("cb_A_s_5");
    CircularBuffer A_s_5(cb_A_s_5);
    constexpr uint32_t cb_A_s_6 = get_named_compile_time_arg_val("cb_A_s_6");
    CircularBuffer A_s_6(cb_A_s_6);
    constexpr uint32_t cb_A_s_7 = get_named_compile_time_arg_val("cb_A_s_7");
    CircularBuffer A_s_7(cb_A_s_7);
    constexpr uint32_t cb_A_s_8 = get_named_compile_time_arg_val("cb_A_s_8");
    CircularBuffer A_s_8(cb_A_s_8);
    constexpr uint32_t cb_A_s_9 = get_named_compile_time_arg_val("cb_A_s_9");
    CircularBuffer A_s_9(cb_A_s_9);
    constexpr uint32_t cb_A_s_10 = get_named_compile_time_arg_val("cb_A_s_10");
    CircularBuffer A_s_10(cb_A_s_10);
    constexpr uint32_t cb_A_s_11 = get_named_compile_time_arg_val("cb_A_s_11");
    CircularBuffer A_s_11(cb_A_s_11);
    constexpr uint32_t cb_A_s_12 = get_named_compile_time_arg_val("cb_A_s_12");
    CircularBuffer A_s_12(cb_A_s_12);
    constexpr uint32_t cb_A_s_13 = get_named_compile_time_arg_val("cb_A_s_13");
    CircularBuffer A_s_13(cb_A_s_13);
    constexpr uint32_t cb_A_s_14 = get_named_compile_time_arg_val("cb_A_s_14");
    CircularBuffer A_s_14(cb_A_s_14);
    constexpr uint32_t cb_A_s_15 = get_named_compile_time_arg_val("cb_A_s_15");
    CircularBuffer A_s_15(cb_A_s_15);
    constexpr uint32_t cb_C_l = get_named_compile_time_arg_val("cb_C_l");
    CircularBuffer C_l(cb_C_l);

    constexpr uint32_t A_s_tiles = 1;
    constexpr uint32_t A_s_1_tiles = 1;
    constexpr uint32_t A_s_2_tiles = 1;
    constexpr uint32_t A_s_3_tiles = 1;
    constexpr uint32_t A_s_4_tiles = 1;
    constexpr uint32_t A_s_5_tiles = 1;
    constexpr uint32_t A_s_6_tiles = 1;
    constexpr uint32_t A_s_7_tiles = 1;
    constexpr uint32_t A_s_8_tiles = 1;
    constexpr uint32_t A_s_9_tiles = 1;
    constexpr uint32_t A_s_10_tiles = 1;
    constexpr uint32_t A_s_11_tiles = 1;
    constexpr uint32_t A_s_12_tiles = 1;
    constexpr uint32_t A_s_13_tiles = 1;
    constexpr uint32_t A_s_14_tiles = 1;
    constexpr uint32_t A_s_15_tiles = 1;
    constexpr uint32_t C_l_tiles = 1;
    compute_kernel_hw_startup(cb_A_s, cb_A_s_1, cb_C_l);
    add_init(cb_A_s, cb_A_s_1);
    add_binary_tile_init();

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        A_s.wait_front(A_s_tiles);
        A_s_1.wait_front(A_s_1_tiles);
        A_s_2.wait_front(A_s_2_tiles);
        A_s_3.wait_front(A_s_3_tiles);
        A_s_4.wait_front(A_s_4_tiles);
        A_s_5.wait_front(A_s_5_tiles);
        A_s_6.wait_front(A_s_6_tiles);
        A_s_7.wait_front(A_s_7_tiles);
        A_s_8.wait_front(A_s_8_tiles);
        A_s_9.wait_front(A_s_9_tiles);
        A_s_10.wait_front(A_s_10_tiles);
        A_s_11.wait_front(A_s_11_tiles);
        A_s_12.wait_front(A_s_12_tiles);
        A_s_13.wait_front(A_s_13_tiles);
        A_s_14.wait_front(A_s_14_tiles);
        A_s_15.wait_front(A_s_15_tiles);
        C_l.reserve_back(C_l_tiles);
        tile_regs_acquire();
        add_tiles(cb_A_s, cb_A_s_1, 0, 0, 0);
        add_tiles(cb_A_s_2, cb_A_s_3, 0, 0, 1);
        add_binary_tile(0, 1, 0);
        add_tiles(cb_A_s_4, cb_A_s_5, 0, 0, 1);
        add_tiles(cb_A_s_6, cb_A_s_7, 0, 0, 2);
        add_binary_tile(1, 2, 1);
        add_binary_tile(0, 1, 0);
        add_tiles(cb_A_s_8, cb_A_s_9, 0, 0, 1);
        add_tiles(cb_A_s_10, cb_A_s_11, 0, 0, 2);
        add_binary_tile(1, 2, 1);
        add_tiles(cb_A_s_12, cb_A_s_13, 0, 0, 2);
        add_tiles(cb_A_s_14, cb_A_s_15, 0, 0, 3);
        add_binary_tile(2, 3, 2);
        add_binary_tile(1, 2, 1);
        add_binary_tile(0, 1, 0);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_C_l);
        tile_regs_release();
        A_s.pop_front(A_s_tiles);
        A_s_1.pop_front(A_s_1_tiles);
        A_s_2.pop_front(A_s_2_tiles);
        A_s_3.pop_front(A_s_3_tiles);
        A_s_4.pop_front(A_s_4_tiles);
        A_s_5.pop_front(A_s_5_tiles);
        A_s_6.pop_front(A_s_6_tiles);
        A_s_7.pop_front(A_s_7_tiles);
        A_s_8.pop_front(A_s_8_tiles);
        A_s_9.pop_front(A_s_9_tiles);
        A_s_10.pop_front(A_s_10_tiles);
        A_s_11.pop_front(A_s_11_tiles);
        A_s_12.pop_front(A_s_12_tiles);
        A_s_13.pop_front(A_s_13_tiles);
        A_s_14.pop_front(A_s_14_tiles);
        A_s_15.pop_front(A_s_15_tiles);
        C_l.push_back(C_l_tiles);
    }
}

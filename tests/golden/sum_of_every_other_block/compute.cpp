// main: compute kernel, generated from TileLang.
//
// Work: 3 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 3 blocks
// Circular buffers:
//   A_s (id 0): 2 blocks of 1 x 1 tile, Float32, reader -> compute
//   C_out (id 1): 2 blocks of 1 x 1 tile, Float32, compute -> writer
//   C_l (id 2): 2 blocks of 1 x 1 tile, Float32, compute -> compute
//   scalars (id 3): 2 pages of 32 bytes, Int32, reader -> compute
// Compute: HiFi4, 32-bit DST, half-sync.

#include <cstdint>

#include "api/compute/cb_api.h"
#include "api/compute/common.h"
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/eltwise_binary_sfpu.h"
#include "api/compute/eltwise_unary/fill.h"
#include "api/compute/pack.h"
#include "api/compute/reg_api.h"
#include "api/compute/tile_move_copy.h"
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
    constexpr uint32_t cb_C_out = get_named_compile_time_arg_val("cb_C_out");
    CircularBuffer C_out(cb_C_out);

    constexpr int32_t C_l_tiles = 1;
    constexpr int32_t A_s_tiles = 1;
    constexpr int32_t C_out_tiles = 1;
    compute_kernel_hw_startup(cb_C_l, cb_C_l, cb_C_l);
    copy_init(cb_C_l);

    for (int32_t work = start_id; work < start_id + count; ++work) {
        int32_t block = 0;
        C_l.reserve_back(C_l_tiles);
        fill_tile_init();
        tile_regs_acquire();
        fill_tile_bitcast(0, 0x00000000u /* 0 */);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_C_l);
        tile_regs_release();
        C_l.push_back(C_l_tiles);
        scalars.wait_front(1);
        const int32_t First_element = read_tile_value(cb_scalars, 0, 0);
        scalars.pop_front(1);
        block = First_element;
        add_binary_tile_init();
        while (block < 8) {
            A_s.wait_front(A_s_tiles);
            C_l.wait_front(C_l_tiles);
            C_l.reserve_back(C_l_tiles);
            tile_regs_acquire();
            copy_tile(cb_C_l, 0, 0);
            copy_tile(cb_A_s, 0, 1);
            add_binary_tile(0, 1, 0);
            tile_regs_commit();
            tile_regs_wait();
            pack_tile(0, cb_C_l);
            tile_regs_release();
            C_l.pop_front(C_l_tiles);
            C_l.push_back(C_l_tiles);
            A_s.pop_front(A_s_tiles);
            block = block + 2;
        }
        C_l.wait_front(C_l_tiles);
        C_out.reserve_back(C_out_tiles);
        tile_regs_acquire();
        copy_tile(cb_C_l, 0, 0);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_C_out);
        tile_regs_release();
        C_l.pop_front(C_l_tiles);
        C_out.push_back(C_out_tiles);
    }
}

// main: compute kernel, generated from TileLang.
//
// Work: 4 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 1 tile column of the output
//   by: 2 blocks, each 1 tile row of the output
// Circular buffers:
//   C_l (id 0): 2 blocks of 1 x 1 tile, Float16_b, compute -> writer
// Compute: HiFi4, 16-bit DST, half-sync.

#include <cstdint>

#include "api/compute/common.h"
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/eltwise_unary/fill.h"
#include "api/compute/pack.h"
#include "api/compute/reg_api.h"
#include "api/dataflow/circular_buffer.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t start_id = get_arg_val<uint32_t>(0);
    const uint32_t count = get_arg_val<uint32_t>(1);

    constexpr uint32_t cb_C_l = get_named_compile_time_arg_val("cb_C_l");
    CircularBuffer C_l(cb_C_l);

    constexpr uint32_t C_l_tiles = 1;
    compute_kernel_hw_startup(cb_C_l, cb_C_l, cb_C_l);
    fill_tile_init();

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        C_l.reserve_back(C_l_tiles);
        tile_regs_acquire();
        fill_tile_bitcast(0, 0x40200000u /* 2.5 */);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_C_l);
        tile_regs_release();
        C_l.push_back(C_l_tiles);
    }
}

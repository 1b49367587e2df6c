// main: compute kernel, generated from TileLang.
//
// Work: 2 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 1 blocks, each 1 tile column of the output
//   by: 2 blocks, each 1 tile row of the output
// Circular buffers:
//   pixels (id 0): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   taps (id 1): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   out_out (id 2): 2 blocks of 1 x 1 tile, Float16_b, compute -> writer
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

    constexpr uint32_t cb_pixels = get_named_compile_time_arg_val("cb_pixels");
    CircularBuffer pixels(cb_pixels);
    constexpr uint32_t cb_taps = get_named_compile_time_arg_val("cb_taps");
    CircularBuffer taps(cb_taps);
    constexpr uint32_t cb_out_out = get_named_compile_time_arg_val("cb_out_out");
    CircularBuffer out_out(cb_out_out);

    constexpr uint32_t pixels_tiles = 1;
    constexpr uint32_t taps_tiles = 1;
    constexpr uint32_t out_out_tiles = 1;
    constexpr uint32_t k_steps = 1;
    compute_kernel_hw_startup<SrcOrder::Reverse>(cb_pixels, cb_taps, cb_out_out);
    matmul_block_init(cb_pixels, cb_taps, 0, 1, 1, 1);

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        tile_regs_acquire();
        for (uint32_t k = 0; k < k_steps; ++k) {
            pixels.wait_front(pixels_tiles);
            taps.wait_front(taps_tiles);
            matmul_block(cb_pixels, cb_taps, 0, 0, 0, 0, 1, 1, 1);
            pixels.pop_front(pixels_tiles);
            taps.pop_front(taps_tiles);
        }
        out_out.reserve_back(out_out_tiles);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_out_out);
        tile_regs_release();
        out_out.push_back(out_out_tiles);
    }
}

// main: compute kernel, generated from TileLang.
//
// Work: 2 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 1 blocks, each 1 tile column of the output
//   by: 2 blocks, each 1 tile row of the output
// Circular buffers:
//   taps (id 0): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   pixels_rows (id 1): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   out_out (id 2): 2 blocks of 1 x 1 tile, Float16_b, compute -> writer
//   acc (id 3): 1 block of 1 x 1 tile, Float32, compute -> compute
//   pixels (id 4): 1 block of 1 x 1 tile, Float16_b, compute -> compute
// Compute: HiFi4, 32-bit DST, half-sync.

#include <cstdint>

#include "api/compute/common.h"
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/matmul.h"
#include "api/compute/pack.h"
#include "api/compute/reconfig_data_format.h"
#include "api/compute/reg_api.h"
#include "api/compute/tile_move_copy.h"
#include "api/compute/tilize.h"
#include "api/dataflow/circular_buffer.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t start_id = get_arg_val<uint32_t>(0);
    const uint32_t count = get_arg_val<uint32_t>(1);

    constexpr uint32_t cb_acc = get_named_compile_time_arg_val("cb_acc");
    CircularBuffer acc(cb_acc);
    constexpr uint32_t cb_pixels = get_named_compile_time_arg_val("cb_pixels");
    CircularBuffer pixels(cb_pixels);
    constexpr uint32_t cb_taps = get_named_compile_time_arg_val("cb_taps");
    CircularBuffer taps(cb_taps);
    constexpr uint32_t cb_pixels_rows = get_named_compile_time_arg_val("cb_pixels_rows");
    CircularBuffer pixels_rows(cb_pixels_rows);
    constexpr uint32_t cb_out_out = get_named_compile_time_arg_val("cb_out_out");
    CircularBuffer out_out(cb_out_out);

    constexpr uint32_t acc_tiles = 1;
    constexpr uint32_t pixels_tiles = 1;
    constexpr uint32_t taps_tiles = 1;
    constexpr uint32_t pixels_rows_tiles = 1;
    constexpr uint32_t out_out_tiles = 1;
    constexpr uint32_t k_steps = 1;
    compute_kernel_hw_startup(cb_pixels_rows, cb_pixels_rows, cb_pixels);

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        acc.reserve_back(acc_tiles);
        pack_reconfig_data_format(cb_acc);
        reconfig_data_format_srca(cb_pixels_rows);
        for (uint32_t k = 0; k < k_steps; ++k) {
            pixels_rows.wait_front(pixels_rows_tiles);
            pixels.reserve_back(pixels_tiles);
            pack_reconfig_data_format(cb_pixels);
            tilize_init(cb_pixels_rows, 1, cb_pixels);
            tilize_block(cb_pixels_rows, 1, cb_pixels, 0, 0);
            tilize_uninit(cb_pixels_rows, cb_pixels);
            pixels.push_back(pixels_tiles);
            pixels_rows.pop_front(pixels_rows_tiles);
            taps.wait_front(taps_tiles);
            pixels.wait_front(pixels_tiles);
            matmul_block_init(cb_pixels, cb_taps, 0, 1, 1, 1);
            pack_reconfig_data_format(cb_acc);
            pack_reconfig_l1_acc(k > 0 ? 1 : 0);
            tile_regs_acquire();
            matmul_block(cb_pixels, cb_taps, 0, 0, 0, 0, 1, 1, 1);
            tile_regs_commit();
            tile_regs_wait();
            pack_tile<true>(0, cb_acc, 0);
            tile_regs_release();
            pack_reconfig_l1_acc(0);
            pixels.pop_front(pixels_tiles);
            taps.pop_front(taps_tiles);
        }
        acc.push_back(acc_tiles);
        acc.wait_front(acc_tiles);
        out_out.reserve_back(out_out_tiles);
        reconfig_data_format_srca(cb_acc);
        pack_reconfig_data_format(cb_out_out);
        copy_init(cb_acc);
        tile_regs_acquire();
        copy_tile(cb_acc, 0, 0);
        tile_regs_commit();
        tile_regs_wait();
        pack_tile(0, cb_out_out);
        tile_regs_release();
        acc.pop_front(acc_tiles);
        out_out.push_back(out_out_tiles);
    }
}

// main: reader kernel, generated from TileLang.
//
// Work: 2 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 1 blocks, each 1 tile column of the output
//   by: 2 blocks, each 1 tile row of the output
// Circular buffers:
//   taps (id 0): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   pixels_rows (id 1): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t image_addr = get_arg_val<uint32_t>(0);
    const uint32_t weights_addr = get_arg_val<uint32_t>(1);
    const uint32_t start_id = get_arg_val<uint32_t>(2);
    const uint32_t count = get_arg_val<uint32_t>(3);
    const uint32_t Nt = get_arg_val<uint32_t>(5);

    constexpr uint32_t cb_taps = get_named_compile_time_arg_val("cb_taps");
    CircularBuffer taps(cb_taps);
    constexpr uint32_t cb_pixels_rows = get_named_compile_time_arg_val("cb_pixels_rows");
    CircularBuffer pixels_rows(cb_pixels_rows);

    constexpr auto image_args = TensorAccessorArgs<0>();
    const auto image = TensorAccessor(image_args, image_addr);
    constexpr auto weights_args = TensorAccessorArgs<2>();
    const auto weights = TensorAccessor(weights_args, weights_addr);
    const Noc noc;

    const uint32_t bx_blocks = Nt;
    constexpr uint32_t pixels_rows_tiles = 1;
    constexpr uint32_t image_height = 2;
    constexpr uint32_t image_width = 64;
    constexpr uint32_t image_channels = 32;
    constexpr uint32_t image_out_height = 1;
    constexpr uint32_t image_out_width = 32;
    constexpr uint32_t image_pixels = 64;
    constexpr uint32_t image_taps = 1;
    constexpr uint32_t pixels_rows_run_bytes = 64;
    constexpr uint32_t pixels_rows_row_bytes = 64;
    constexpr uint32_t pixels_rows_pixels = 32;
    constexpr uint32_t taps_tiles = 1;
    constexpr uint32_t taps_tile_bytes = 2048;
    constexpr uint32_t k_steps = 1;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work % bx_blocks;
        const uint32_t by = work / bx_blocks;
        for (uint32_t k = 0; k < k_steps; ++k) {
            pixels_rows.reserve_back(pixels_rows_tiles);
            for (uint32_t row = 0; row < pixels_rows_pixels; ++row) {
                const uint32_t pixel = by * 32 + row;
                const uint32_t image_1 = pixel / (image_out_width * image_out_height);
                const uint32_t out_row = pixel / image_out_width % image_out_height;
                const uint32_t out_col = pixel % image_out_width;
                const uint32_t k_1 = k * 32;
                const uint32_t tap = k_1 / image_channels;
                const uint32_t h = out_row * 2 + tap;
                const uint32_t w = out_col * 2;
                const uint32_t offset = row * pixels_rows_row_bytes;
                if (pixel < image_pixels && tap < image_taps && h < image_height && w < image_width) {
                    const uint32_t page = (image_1 * image_height + h) * image_width + w;
                    const uint32_t start = k_1 % image_channels * 2;
                    noc.async_read(image, pixels_rows, pixels_rows_run_bytes, {.page_id = page, .offset_bytes = start}, {.offset_bytes = offset});
                } else {
                    noc.async_write_zeros(pixels_rows, pixels_rows_run_bytes, {.offset_bytes = offset});
                }
            }
            taps.reserve_back(taps_tiles);
            const uint32_t page = k + bx;
            constexpr uint32_t offset = 0;
            noc.async_read(weights, taps, taps_tile_bytes, {.page_id = page}, {.offset_bytes = offset});
            noc.async_read_barrier();
            noc.write_zeros_l1_barrier();
            pixels_rows.push_back(pixels_rows_tiles);
            taps.push_back(taps_tiles);
        }
    }
}

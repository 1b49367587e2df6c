// main: reader kernel, generated from TileLang.
//
// Work: 2 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks
// Circular buffers:
//   a (id 0): 2 blocks of 1 x 2 tiles, Float32, reader -> compute

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t A_addr = get_arg_val<uint32_t>(0);
    const uint32_t start_id = get_arg_val<uint32_t>(1);
    const uint32_t count = get_arg_val<uint32_t>(2);

    constexpr uint32_t cb_a = get_named_compile_time_arg_val("cb_a");
    CircularBuffer a(cb_a);

    constexpr auto A_args = TensorAccessorArgs<0>();
    const auto A = TensorAccessor(A_args, A_addr);
    const Noc noc;

    constexpr uint32_t a_tiles = 2;
    constexpr uint32_t a_cols = 2;
    constexpr uint32_t A_dim0_tiles = 24;
    constexpr uint32_t A_dim1_tiles = 8;
    constexpr uint32_t A_row_tiles = 2;
    constexpr uint32_t a_tile_bytes = 4096;
    constexpr uint32_t k_steps = 4;
    constexpr uint32_t by_steps = 3;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work;
        for (uint32_t by = 0; by < by_steps; ++by) {
            for (uint32_t k = 0; k < k_steps; ++k) {
                a.reserve_back(a_tiles);
                for (uint32_t col = 0; col < a_cols; ++col) {
                    const uint32_t page = bx * A_dim0_tiles + by * A_dim1_tiles + k * A_row_tiles + col;
                    const uint32_t offset = col * a_tile_bytes;
                    noc.async_read(A, a, a_tile_bytes, {.page_id = page}, {.offset_bytes = offset});
                }
                noc.async_read_barrier();
                a.push_back(a_tiles);
            }
        }
    }
}

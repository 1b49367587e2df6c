// main: reader kernel, generated from TileLang.
//
// Work: 2 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 1 tile row of the output
// Circular buffers:
//   X_l (id 0): 2 blocks of 1 x 4 tiles, Float32, reader -> compute

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

    constexpr uint32_t cb_X_l = get_named_compile_time_arg_val("cb_X_l");
    CircularBuffer X_l(cb_X_l);

    constexpr auto A_args = TensorAccessorArgs<0>();
    const auto A = TensorAccessor(A_args, A_addr);
    const Noc noc;

    constexpr uint32_t X_l_tiles = 4;
    constexpr uint32_t X_l_cols = 4;
    constexpr uint32_t A_row_tiles = 4;
    constexpr uint32_t X_l_tile_bytes = 4096;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work;
        X_l.reserve_back(X_l_tiles);
        for (uint32_t col = 0; col < X_l_cols; ++col) {
            const uint32_t page = bx * A_row_tiles + col;
            const uint32_t offset = col * X_l_tile_bytes;
            noc.async_read(A, X_l, X_l_tile_bytes, {.page_id = page}, {.offset_bytes = offset});
        }
        noc.async_read_barrier();
        X_l.push_back(X_l_tiles);
    }
}

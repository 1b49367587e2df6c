// main: reader kernel, generated from TileLang.
//
// Work: 4 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 1 tile row of the output
//   by: 2 blocks
//   bz: 1 blocks
// Circular buffers:
//   Q_s (id 0): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   K_s (id 1): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   V_s (id 2): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t Q_addr = get_arg_val<uint32_t>(0);
    const uint32_t K_addr = get_arg_val<uint32_t>(1);
    const uint32_t V_addr = get_arg_val<uint32_t>(2);
    const uint32_t start_id = get_arg_val<uint32_t>(3);
    const uint32_t count = get_arg_val<uint32_t>(4);

    constexpr uint32_t cb_Q_s = get_named_compile_time_arg_val("cb_Q_s");
    CircularBuffer Q_s(cb_Q_s);
    constexpr uint32_t cb_K_s = get_named_compile_time_arg_val("cb_K_s");
    CircularBuffer K_s(cb_K_s);
    constexpr uint32_t cb_V_s = get_named_compile_time_arg_val("cb_V_s");
    CircularBuffer V_s(cb_V_s);

    constexpr auto Q_args = TensorAccessorArgs<0>();
    const auto Q = TensorAccessor(Q_args, Q_addr);
    constexpr auto K_args = TensorAccessorArgs<2>();
    const auto K = TensorAccessor(K_args, K_addr);
    constexpr auto V_args = TensorAccessorArgs<4>();
    const auto V = TensorAccessor(V_args, V_addr);
    const Noc noc;

    constexpr uint32_t Q_s_tiles = 1;
    constexpr uint32_t Q_dim0_tiles = 4;
    constexpr uint32_t Q_dim1_tiles = 2;
    constexpr uint32_t Q_s_tile_bytes = 2048;
    constexpr uint32_t K_s_tiles = 1;
    constexpr uint32_t K_dim0_tiles = 2;
    constexpr uint32_t K_dim1_tiles = 2;
    constexpr uint32_t K_s_tile_bytes = 2048;
    constexpr uint32_t V_s_tiles = 1;
    constexpr uint32_t V_dim0_tiles = 2;
    constexpr uint32_t V_dim1_tiles = 2;
    constexpr uint32_t V_s_tile_bytes = 2048;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work % 2;
        const uint32_t by = work / 2 % 2;
        const uint32_t bz = work / 2 / 2;
        Q_s.reserve_back(Q_s_tiles);
        const uint32_t page = bz * Q_dim0_tiles + by * Q_dim1_tiles + bx;
        constexpr uint32_t offset = 0;
        noc.async_read(Q, Q_s, Q_s_tile_bytes, {.page_id = page}, {.offset_bytes = offset});
        noc.async_read_barrier();
        Q_s.push_back(Q_s_tiles);
        for (uint32_t k = 0; k < bx + 1; ++k) {
            K_s.reserve_back(K_s_tiles);
            const uint32_t page_1 = bz * K_dim0_tiles + by / 2 * K_dim1_tiles + k;
            constexpr uint32_t offset_1 = 0;
            noc.async_read(K, K_s, K_s_tile_bytes, {.page_id = page_1}, {.offset_bytes = offset_1});
            V_s.reserve_back(V_s_tiles);
            const uint32_t page_2 = bz * V_dim0_tiles + by / 2 * V_dim1_tiles + k;
            constexpr uint32_t offset_2 = 0;
            noc.async_read(V, V_s, V_s_tile_bytes, {.page_id = page_2}, {.offset_bytes = offset_2});
            noc.async_read_barrier();
            K_s.push_back(K_s_tiles);
            V_s.push_back(V_s_tiles);
        }
    }
}

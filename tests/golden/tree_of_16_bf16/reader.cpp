// main: reader kernel, generated from TileLang.
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
    const uint32_t Nt = get_arg_val<uint32_t>(4);

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

    constexpr auto A_args = TensorAccessorArgs<0>();
    const auto A = TensorAccessor(A_args, A_addr);
    const Noc noc;

    const uint32_t bx_blocks = Nt;
    constexpr uint32_t A_s_tiles = 1;
    constexpr uint32_t A_row_tiles = 2;
    constexpr uint32_t A_s_tile_bytes = 2048;
    constexpr uint32_t A_s_1_tiles = 1;
    constexpr uint32_t A_dim0_tiles = 2;
    constexpr uint32_t A_s_1_tile_bytes = 2048;
    constexpr uint32_t A_s_2_tiles = 1;
    constexpr uint32_t A_s_2_tile_bytes = 2048;
    constexpr uint32_t A_s_3_tiles = 1;
    constexpr uint32_t A_s_3_tile_bytes = 2048;
    constexpr uint32_t A_s_4_tiles = 1;
    constexpr uint32_t A_s_4_tile_bytes = 2048;
    constexpr uint32_t A_s_5_tiles = 1;
    constexpr uint32_t A_s_5_tile_bytes = 2048;
    constexpr uint32_t A_s_6_tiles = 1;
    constexpr uint32_t A_s_6_tile_bytes = 2048;
    constexpr uint32_t A_s_7_tiles = 1;
    constexpr uint32_t A_s_7_tile_bytes = 2048;
    constexpr uint32_t A_s_8_tiles = 1;
    constexpr uint32_t A_s_8_tile_bytes = 2048;
    constexpr uint32_t A_s_9_tiles = 1;
    constexpr uint32_t A_s_9_tile_bytes = 2048;
    constexpr uint32_t A_s_10_tiles = 1;
    constexpr uint32_t A_s_10_tile_bytes = 2048;
    constexpr uint32_t A_s_11_tiles = 1;
    constexpr uint32_t A_s_11_tile_bytes = 2048;
    constexpr uint32_t A_s_12_tiles = 1;
    constexpr uint32_t A_s_12_tile_bytes = 2048;
    constexpr uint32_t A_s_13_tiles = 1;
    constexpr uint32_t A_s_13_tile_bytes = 2048;
    constexpr uint32_t A_s_14_tiles = 1;
    constexpr uint32_t A_s_14_tile_bytes = 2048;
    constexpr uint32_t A_s_15_tiles = 1;
    constexpr uint32_t A_s_15_tile_bytes = 2048;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work % bx_blocks;
        const uint32_t by = work / bx_blocks;
        A_s.reserve_back(A_s_tiles);
        const uint32_t page = by * A_row_tiles + bx;
        constexpr uint32_t offset = 0;
        noc.async_read(A, A_s, A_s_tile_bytes, {.page_id = page}, {.offset_bytes = offset});
        A_s_1.reserve_back(A_s_1_tiles);
        const uint32_t page_1 = A_dim0_tiles + by * A_row_tiles + bx;
        constexpr uint32_t offset_1 = 0;
        noc.async_read(A, A_s_1, A_s_1_tile_bytes, {.page_id = page_1}, {.offset_bytes = offset_1});
        A_s_2.reserve_back(A_s_2_tiles);
        const uint32_t page_2 = 2 * A_dim0_tiles + by * A_row_tiles + bx;
        constexpr uint32_t offset_2 = 0;
        noc.async_read(A, A_s_2, A_s_2_tile_bytes, {.page_id = page_2}, {.offset_bytes = offset_2});
        A_s_3.reserve_back(A_s_3_tiles);
        const uint32_t page_3 = 3 * A_dim0_tiles + by * A_row_tiles + bx;
        constexpr uint32_t offset_3 = 0;
        noc.async_read(A, A_s_3, A_s_3_tile_bytes, {.page_id = page_3}, {.offset_bytes = offset_3});
        A_s_4.reserve_back(A_s_4_tiles);
        const uint32_t page_4 = 4 * A_dim0_tiles + by * A_row_tiles + bx;
        constexpr uint32_t offset_4 = 0;
        noc.async_read(A, A_s_4, A_s_4_tile_bytes, {.page_id = page_4}, {.offset_bytes = offset_4});
        A_s_5.reserve_back(A_s_5_tiles);
        const uint32_t page_5 = 5 * A_dim0_tiles + by * A_row_tiles + bx;
        constexpr uint32_t offset_5 = 0;
        noc.async_read(A, A_s_5, A_s_5_tile_bytes, {.page_id = page_5}, {.offset_bytes = offset_5});
        A_s_6.reserve_back(A_s_6_tiles);
        const uint32_t page_6 = 6 * A_dim0_tiles + by * A_row_tiles + bx;
        constexpr uint32_t offset_6 = 0;
        noc.async_read(A, A_s_6, A_s_6_tile_bytes, {.page_id = page_6}, {.offset_bytes = offset_6});
        A_s_7.reserve_back(A_s_7_tiles);
        const uint32_t page_7 = 7 * A_dim0_tiles + by * A_row_tiles + bx;
        constexpr uint32_t offset_7 = 0;
        noc.async_read(A, A_s_7, A_s_7_tile_bytes, {.page_id = page_7}, {.offset_bytes = offset_7});
        A_s_8.reserve_back(A_s_8_tiles);
        const uint32_t page_8 = 8 * A_dim0_tiles + by * A_row_tiles + bx;
        constexpr uint32_t offset_8 = 0;
        noc.async_read(A, A_s_8, A_s_8_tile_bytes, {.page_id = page_8}, {.offset_bytes = offset_8});
        A_s_9.reserve_back(A_s_9_tiles);
        const uint32_t page_9 = 9 * A_dim0_tiles + by * A_row_tiles + bx;
        constexpr uint32_t offset_9 = 0;
        noc.async_read(A, A_s_9, A_s_9_tile_bytes, {.page_id = page_9}, {.offset_bytes = offset_9});
        A_s_10.reserve_back(A_s_10_tiles);
        const uint32_t page_10 = 10 * A_dim0_tiles + by * A_row_tiles + bx;
        constexpr uint32_t offset_10 = 0;
        noc.async_read(A, A_s_10, A_s_10_tile_bytes, {.page_id = page_10}, {.offset_bytes = offset_10});
        A_s_11.reserve_back(A_s_11_tiles);
        const uint32_t page_11 = 11 * A_dim0_tiles + by * A_row_tiles + bx;
        constexpr uint32_t offset_11 = 0;
        noc.async_read(A, A_s_11, A_s_11_tile_bytes, {.page_id = page_11}, {.offset_bytes = offset_11});
        A_s_12.reserve_back(A_s_12_tiles);
        const uint32_t page_12 = 12 * A_dim0_tiles + by * A_row_tiles + bx;
        constexpr uint32_t offset_12 = 0;
        noc.async_read(A, A_s_12, A_s_12_tile_bytes, {.page_id = page_12}, {.offset_bytes = offset_12});
        A_s_13.reserve_back(A_s_13_tiles);
        const uint32_t page_13 = 13 * A_dim0_tiles + by * A_row_tiles + bx;
        constexpr uint32_t offset_13 = 0;
        noc.async_read(A, A_s_13, A_s_13_tile_bytes, {.page_id = page_13}, {.offset_bytes = offset_13});
        A_s_14.reserve_back(A_s_14_tiles);
        const uint32_t page_14 = 14 * A_dim0_tiles + by * A_row_tiles + bx;
        constexpr uint32_t offset_14 = 0;
        noc.async_read(A, A_s_14, A_s_14_tile_bytes, {.page_id = page_14}, {.offset_bytes = offset_14});
        A_s_15.reserve_back(A_s_15_tiles);
        const uint32_t page_15 = 15 * A_dim0_tiles + by * A_row_tiles + bx;
        constexpr uint32_t offset_15 = 0;
        noc.async_read(A, A_s_15, A_s_15_tile_bytes, {.page_id = page_15}, {.offset_bytes = offset_15});
        noc.async_read_barrier();
        A_s.push_back(A_s_tiles);
        A_s_1.push_back(A_s_1_tiles);
        A_s_2.push_back(A_s_2_tiles);
        A_s_3.push_back(A_s_3_tiles);
        A_s_4.push_back(A_s_4_tiles);
        A_s_5.push_back(A_s_5_tiles);
        A_s_6.push_back(A_s_6_tiles);
        A_s_7.push_back(A_s_7_tiles);
        A_s_8.push_back(A_s_8_tiles);
        A_s_9.push_back(A_s_9_tiles);
        A_s_10.push_back(A_s_10_tiles);
        A_s_11.push_back(A_s_11_tiles);
        A_s_12.push_back(A_s_12_tiles);
        A_s_13.push_back(A_s_13_tiles);
        A_s_14.push_back(A_s_14_tiles);
        A_s_15.push_back(A_s_15_tiles);
    }
}

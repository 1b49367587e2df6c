// main: reader kernel, generated from TileLang.
//
// Work: 16 of 4 x 4 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 4 blocks, each 1 tile column of the output, spread over 4 columns of cores
//   by: 8 blocks, each 1 tile row of the output, spread over 4 rows of cores
// Circular buffers:
//   A_s (id 0): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   B_s (id 1): 2 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   A_s_ahead (id 3): 1 block of 1 x 1 tile, Float16_b, reader -> reader
//   B_s_ahead (id 4): 1 block of 1 x 1 tile, Float16_b, reader -> reader
// Shared by multicast:
//   A_s: each of the 4 cores of a row reads its share and sends it to all
//   B_s: each of the 4 cores of a column reads its share and sends it to all

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/dataflow/noc_semaphore.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t A_addr = get_arg_val<uint32_t>(0);
    const uint32_t B_addr = get_arg_val<uint32_t>(1);
    const uint32_t start_id = get_arg_val<uint32_t>(2);
    const uint32_t count = get_arg_val<uint32_t>(3);
    const uint32_t core_x = get_arg_val<uint32_t>(6);
    const uint32_t core_y = get_arg_val<uint32_t>(7);
    const uint32_t noc_y = get_arg_val<uint32_t>(core_y + 12);
    const uint32_t noc_x_first = get_arg_val<uint32_t>(8);
    const uint32_t noc_x_last = get_arg_val<uint32_t>(11);
    const uint32_t noc_x = get_arg_val<uint32_t>(core_x + 8);
    const uint32_t noc_y_first = get_arg_val<uint32_t>(12);
    const uint32_t noc_y_last = get_arg_val<uint32_t>(15);

    constexpr uint32_t cb_A_s = get_named_compile_time_arg_val("cb_A_s");
    CircularBuffer A_s(cb_A_s);
    constexpr uint32_t cb_B_s = get_named_compile_time_arg_val("cb_B_s");
    CircularBuffer B_s(cb_B_s);
    constexpr uint32_t cb_A_s_ahead = get_named_compile_time_arg_val("cb_A_s_ahead");
    CircularBuffer A_s_ahead(cb_A_s_ahead);
    constexpr uint32_t cb_B_s_ahead = get_named_compile_time_arg_val("cb_B_s_ahead");
    CircularBuffer B_s_ahead(cb_B_s_ahead);

    Semaphore<> arrival(get_named_compile_time_arg_val("sem_arrival"));
    Semaphore<> A_s_ready(get_named_compile_time_arg_val("sem_A_s_ready"));
    Semaphore<> A_s_arrived(get_named_compile_time_arg_val("sem_A_s_arrived"));
    Semaphore<> B_s_ready(get_named_compile_time_arg_val("sem_B_s_ready"));
    Semaphore<> B_s_arrived(get_named_compile_time_arg_val("sem_B_s_arrived"));

    constexpr auto A_args = TensorAccessorArgs<0>();
    const auto A = TensorAccessor(A_args, A_addr);
    constexpr auto B_args = TensorAccessorArgs<2>();
    const auto B = TensorAccessor(B_args, B_addr);
    const Noc noc;

    constexpr uint32_t A_row_tiles = 3;
    constexpr uint32_t A_s_ahead_tile_bytes = 2048;
    constexpr uint32_t B_row_tiles = 4;
    constexpr uint32_t B_s_ahead_tile_bytes = 2048;
    constexpr uint32_t A_s_tiles = 1;
    constexpr uint32_t A_s_bytes = 2048;
    constexpr uint32_t B_s_tiles = 1;
    constexpr uint32_t B_s_bytes = 2048;
    constexpr uint32_t k_steps = 3;
    constexpr uint32_t A_s_ahead_tiles = 1;
    constexpr uint32_t B_s_ahead_tiles = 1;
    A_s_ahead.reserve_back(A_s_ahead_tiles);
    B_s_ahead.reserve_back(B_s_ahead_tiles);

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t core = work / 2;
        const uint32_t round = work % 2;
        const uint32_t bx = core % 4;
        if (round == 0) {
            const uint32_t first_round = core_x / 3;
            const uint32_t first_k = core_x % 3;
            const uint32_t first_by = core / 4 * 2 + first_round;
            noc.async_writes_flushed();
            const uint32_t page = first_by * A_row_tiles + first_k;
            constexpr uint32_t offset = 0;
            noc.async_read<NocOptions::TXN_ID>(A, A_s_ahead, A_s_ahead_tile_bytes, {.page_id = page}, {.offset_bytes = offset}, {.trid = 1});
        }
        if (round == 0) {
            const uint32_t first_k = core_y % 3;
            noc.async_writes_flushed();
            const uint32_t page = first_k * B_row_tiles + bx;
            constexpr uint32_t offset = 0;
            noc.async_read<NocOptions::TXN_ID>(B, B_s_ahead, B_s_ahead_tile_bytes, {.page_id = page}, {.offset_bytes = offset}, {.trid = 2});
        }
        for (uint32_t k = 0; k < k_steps; ++k) {
            const uint32_t step = round * 3 + k;
            A_s.reserve_back(A_s_tiles);
            A_s_arrived.set(0);
            if (step % 4 != core_x) {
                A_s_ready.up(noc, get_arg_val<uint32_t>(step % 4 + 8), noc_y, 1);
            }
            B_s.reserve_back(B_s_tiles);
            B_s_arrived.set(0);
            if (step % 4 != core_y) {
                B_s_ready.up(noc, noc_x, get_arg_val<uint32_t>(step % 4 + 12), 1);
            }
            if (step % 4 == core_x) {
                noc.async_read_barrier<NocOptions::TXN_ID>({.trid = 1});
                A_s_ready.wait(3);
                A_s_ready.set(0);
                noc.async_write_multicast<NocOptions::MCAST_INCL_SRC>(A_s_ahead, A_s, A_s_bytes, 4, {.offset_bytes = 0}, {.noc_x_start = noc_x_first, .noc_y_start = noc_y, .noc_x_end = noc_x_last, .noc_y_end = noc_y, .offset_bytes = 0}, true);
                arrival.relay_multicast<NocOptions::MCAST_INCL_SRC>(noc, A_s_arrived, noc_x_first, noc_y, noc_x_last, noc_y, 4);
            }
            if (step % 4 == core_y) {
                noc.async_read_barrier<NocOptions::TXN_ID>({.trid = 2});
                B_s_ready.wait(3);
                B_s_ready.set(0);
                noc.async_write_multicast<NocOptions::MCAST_INCL_SRC>(B_s_ahead, B_s, B_s_bytes, 4, {.offset_bytes = 0}, {.noc_x_start = noc_x, .noc_y_start = noc_y_first, .noc_x_end = noc_x, .noc_y_end = noc_y_last, .offset_bytes = 0}, true);
                arrival.relay_multicast<NocOptions::MCAST_INCL_SRC>(noc, B_s_arrived, noc_x, noc_y_first, noc_x, noc_y_last, 4);
            }
            A_s_arrived.wait(1);
            A_s.push_back(A_s_tiles);
            B_s_arrived.wait(1);
            B_s.push_back(B_s_tiles);
            if (step % 4 == core_x && step + 4 < 6) {
                const uint32_t next_round = (step + 4) / 3;
                const uint32_t next_k = (step + 4) % 3;
                const uint32_t next_by = core / 4 * 2 + next_round;
                noc.async_writes_flushed();
                const uint32_t page = next_by * A_row_tiles + next_k;
                constexpr uint32_t offset = 0;
                noc.async_read<NocOptions::TXN_ID>(A, A_s_ahead, A_s_ahead_tile_bytes, {.page_id = page}, {.offset_bytes = offset}, {.trid = 1});
            }
            if (step % 4 == core_y && step + 4 < 6) {
                const uint32_t next_k = (step + 4) % 3;
                noc.async_writes_flushed();
                const uint32_t page = next_k * B_row_tiles + bx;
                constexpr uint32_t offset = 0;
                noc.async_read<NocOptions::TXN_ID>(B, B_s_ahead, B_s_ahead_tile_bytes, {.page_id = page}, {.offset_bytes = offset}, {.trid = 2});
            }
        }
    }
    noc.async_atomic_barrier();
    noc.async_write_barrier();
}

// main: reader kernel, generated from TileLang.
//
// Work: 16 of 4 x 4 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 4 blocks, each 1 tile column of the output, spread over 4 columns of cores
//   by: 8 blocks, each 1 tile row of the output, spread over 4 rows of cores
// Circular buffers:
//   B_s (id 1): 9 blocks of 1 x 1 tile, Float16_b, reader -> compute
//   B_s_ahead (id 4): 3 blocks of 1 x 1 tile, Float16_b, reader -> reader
// Shared by multicast:
//   B_s: each of the 4 cores of a column reads its share and sends it to all

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/dataflow/noc_semaphore.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t B_addr = get_arg_val<uint32_t>(0);
    const uint32_t start_id = get_arg_val<uint32_t>(1);
    const uint32_t count = get_arg_val<uint32_t>(2);
    const uint32_t core_x = get_arg_val<uint32_t>(5);
    const uint32_t core_y = get_arg_val<uint32_t>(6);
    const uint32_t noc_x = get_arg_val<uint32_t>(core_x + 7);
    const uint32_t noc_y_first = get_arg_val<uint32_t>(11);
    const uint32_t noc_y_last = get_arg_val<uint32_t>(14);

    constexpr uint32_t cb_B_s = get_named_compile_time_arg_val("cb_B_s");
    CircularBuffer B_s(cb_B_s);
    constexpr uint32_t cb_B_s_ahead = get_named_compile_time_arg_val("cb_B_s_ahead");
    CircularBuffer B_s_ahead(cb_B_s_ahead);

    Semaphore<> arrival(get_named_compile_time_arg_val("sem_arrival"));
    Semaphore<> B_s_ready(get_named_compile_time_arg_val("sem_B_s_ready"));
    Semaphore<> B_s_arrived(get_named_compile_time_arg_val("sem_B_s_arrived"));

    constexpr auto B_args = TensorAccessorArgs<0>();
    const auto B = TensorAccessor(B_args, B_addr);
    const Noc noc;

    constexpr uint32_t B_row_tiles = 4;
    constexpr uint32_t B_s_ahead_tiles = 1;
    constexpr uint32_t B_s_ahead_tile_bytes = 2048;
    constexpr uint32_t block_steps = 3;
    constexpr uint32_t B_s_group_tiles = 3;
    constexpr uint32_t B_s_group_bytes = 6144;
    constexpr uint32_t B_s_tiles = 1;
    constexpr uint32_t k_steps = 3;
    constexpr uint32_t B_s_ahead_group_tiles = 3;
    B_s_ahead.reserve_back(B_s_ahead_group_tiles);

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t core = work / 2;
        const uint32_t round = work % 2;
        const uint32_t bx = core % 4;
        if (round == 0) {
            if (core_y < 2) {
                for (uint32_t block = 0; block < block_steps; ++block) {
                    const uint32_t page = block * B_row_tiles + bx;
                    const uint32_t offset = block * B_s_ahead_tiles * B_s_ahead_tile_bytes;
                    noc.async_read<NocOptions::TXN_ID>(B, B_s_ahead, B_s_ahead_tile_bytes, {.page_id = page}, {.offset_bytes = offset}, {.trid = 1});
                }
            }
            B_s.reserve_back(B_s_group_tiles);
            B_s_arrived.set(0);
            if (core_y != 0) {
                B_s_ready.up(noc, noc_x, get_arg_val<uint32_t>(11), 1);
            }
            if (core_y == 0) {
                noc.async_read_barrier<NocOptions::TXN_ID>({.trid = 1});
                B_s_ready.wait(3);
                B_s_ready.set(0);
                noc.async_write_multicast<NocOptions::MCAST_INCL_SRC>(B_s_ahead, B_s, B_s_group_bytes, 4, {.offset_bytes = 0}, {.noc_x_start = noc_x, .noc_y_start = noc_y_first, .noc_x_end = noc_x, .noc_y_end = noc_y_last, .offset_bytes = 0}, true);
                arrival.relay_multicast<NocOptions::MCAST_INCL_SRC>(noc, B_s_arrived, noc_x, noc_y_first, noc_x, noc_y_last, 4);
                noc.async_writes_flushed();
            }
        }
        for (uint32_t k = 0; k < k_steps; ++k) {
            const uint32_t step = round * 3 + k;
            if (k % 3 == 0) {
                B_s_arrived.wait(1);
            }
            B_s.push_back(B_s_tiles);
            if (k % 3 == 2 && step + 1 < 6) {
                const uint32_t turn = (step + 1) / 3 % 4;
                B_s.reserve_back(B_s_group_tiles);
                B_s_arrived.set(0);
                if (core_y != turn) {
                    B_s_ready.up(noc, noc_x, get_arg_val<uint32_t>(turn + 11), 1);
                }
                if (core_y == turn) {
                    noc.async_read_barrier<NocOptions::TXN_ID>({.trid = 1});
                    B_s_ready.wait(3);
                    B_s_ready.set(0);
                    noc.async_write_multicast<NocOptions::MCAST_INCL_SRC>(B_s_ahead, B_s, B_s_group_bytes, 4, {.offset_bytes = 0}, {.noc_x_start = noc_x, .noc_y_start = noc_y_first, .noc_x_end = noc_x, .noc_y_end = noc_y_last, .offset_bytes = 0}, true);
                    arrival.relay_multicast<NocOptions::MCAST_INCL_SRC>(noc, B_s_arrived, noc_x, noc_y_first, noc_x, noc_y_last, 4);
                    noc.async_writes_flushed();
                }
            }
        }
    }
    noc.async_atomic_barrier();
    noc.async_write_barrier();
}

// main: writer kernel, generated from TileLang.
//
// Work: 16 of 4 x 4 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 4 blocks, each 1 tile column of the output, spread over 4 columns of cores
//   by: 8 blocks, each 1 tile row of the output, spread over 4 rows of cores
// Circular buffers:
//   A_s (id 0): 9 blocks of 1 x 1 tile, Float16_b, writer -> compute
//   C_out (id 2): 2 blocks of 1 x 1 tile, Float16_b, compute -> writer
//   A_s_ahead (id 3): 3 blocks of 1 x 1 tile, Float16_b, writer -> writer
// Shared by multicast:
//   A_s: each of the 4 cores of a row reads its share and sends it to all

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/dataflow/noc_semaphore.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t A_addr = get_arg_val<uint32_t>(0);
    const uint32_t C_addr = get_arg_val<uint32_t>(1);
    const uint32_t start_id = get_arg_val<uint32_t>(2);
    const uint32_t count = get_arg_val<uint32_t>(3);
    const uint32_t core_y = get_arg_val<uint32_t>(7);
    const uint32_t core_x = get_arg_val<uint32_t>(6);
    const uint32_t noc_y = get_arg_val<uint32_t>(core_y + 12);
    const uint32_t noc_x_first = get_arg_val<uint32_t>(8);
    const uint32_t noc_x_last = get_arg_val<uint32_t>(11);

    constexpr uint32_t cb_A_s = get_named_compile_time_arg_val("cb_A_s");
    CircularBuffer A_s(cb_A_s);
    constexpr uint32_t cb_C_out = get_named_compile_time_arg_val("cb_C_out");
    CircularBuffer C_out(cb_C_out);
    constexpr uint32_t cb_A_s_ahead = get_named_compile_time_arg_val("cb_A_s_ahead");
    CircularBuffer A_s_ahead(cb_A_s_ahead);

    Semaphore<> arrival(get_named_compile_time_arg_val("sem_arrival"));
    Semaphore<> A_s_ready(get_named_compile_time_arg_val("sem_A_s_ready"));
    Semaphore<> A_s_arrived(get_named_compile_time_arg_val("sem_A_s_arrived"));

    constexpr auto A_args = TensorAccessorArgs<0>();
    const auto A = TensorAccessor(A_args, A_addr);
    constexpr auto C_args = TensorAccessorArgs<2>();
    const auto C = TensorAccessor(C_args, C_addr);
    const Noc noc;

    constexpr uint32_t A_row_tiles = 3;
    constexpr uint32_t A_s_ahead_tiles = 1;
    constexpr uint32_t A_s_ahead_tile_bytes = 2048;
    constexpr uint32_t block_steps = 3;
    constexpr uint32_t A_s_group_tiles = 3;
    constexpr uint32_t A_s_group_bytes = 6144;
    constexpr uint32_t A_s_tiles = 1;
    constexpr uint32_t k_steps = 3;
    constexpr uint32_t C_out_tiles = 1;
    constexpr uint32_t C_row_tiles = 4;
    constexpr uint32_t C_out_tile_bytes = 2048;
    constexpr uint32_t A_s_ahead_group_tiles = 3;
    A_s_ahead.reserve_back(A_s_ahead_group_tiles);

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t core = work / 2;
        const uint32_t round = work % 2;
        const uint32_t bx = core % 4;
        const uint32_t by = core / 4 * 2 + round;
        if (round == 0) {
            if (core_x < 2) {
                for (uint32_t block = 0; block < block_steps; ++block) {
                    const uint32_t first_by = core / 4 * 2 + core_x;
                    const uint32_t page = first_by * A_row_tiles + block;
                    const uint32_t offset = block * A_s_ahead_tiles * A_s_ahead_tile_bytes;
                    noc.async_read<NocOptions::TXN_ID>(A, A_s_ahead, A_s_ahead_tile_bytes, {.page_id = page}, {.offset_bytes = offset}, {.trid = 1});
                }
            }
            A_s.reserve_back(A_s_group_tiles);
            A_s_arrived.set(0);
            if (core_x != 0) {
                A_s_ready.up(noc, get_arg_val<uint32_t>(8), noc_y, 1);
            }
            if (core_x == 0) {
                noc.async_read_barrier<NocOptions::TXN_ID>({.trid = 1});
                A_s_ready.wait(3);
                A_s_ready.set(0);
                noc.async_write_multicast<NocOptions::MCAST_INCL_SRC>(A_s_ahead, A_s, A_s_group_bytes, 4, {.offset_bytes = 0}, {.noc_x_start = noc_x_last, .noc_y_start = noc_y, .noc_x_end = noc_x_first, .noc_y_end = noc_y, .offset_bytes = 0}, true);
                arrival.relay_multicast<NocOptions::MCAST_INCL_SRC>(noc, A_s_arrived, noc_x_last, noc_y, noc_x_first, noc_y, 4);
                noc.async_writes_flushed();
            }
        }
        for (uint32_t k = 0; k < k_steps; ++k) {
            const uint32_t step = round * 3 + k;
            if (k % 3 == 0) {
                A_s_arrived.wait(1);
            }
            A_s.push_back(A_s_tiles);
            if (k % 3 == 2 && step + 1 < 6) {
                const uint32_t turn = (step + 1) / 3 % 4;
                A_s.reserve_back(A_s_group_tiles);
                A_s_arrived.set(0);
                if (core_x != turn) {
                    A_s_ready.up(noc, get_arg_val<uint32_t>(turn + 8), noc_y, 1);
                }
                if (core_x == turn) {
                    noc.async_read_barrier<NocOptions::TXN_ID>({.trid = 1});
                    A_s_ready.wait(3);
                    A_s_ready.set(0);
                    noc.async_write_multicast<NocOptions::MCAST_INCL_SRC>(A_s_ahead, A_s, A_s_group_bytes, 4, {.offset_bytes = 0}, {.noc_x_start = noc_x_last, .noc_y_start = noc_y, .noc_x_end = noc_x_first, .noc_y_end = noc_y, .offset_bytes = 0}, true);
                    arrival.relay_multicast<NocOptions::MCAST_INCL_SRC>(noc, A_s_arrived, noc_x_last, noc_y, noc_x_first, noc_y, 4);
                    noc.async_writes_flushed();
                }
            }
        }
        C_out.wait_front(C_out_tiles);
        const uint32_t page = by * C_row_tiles + bx;
        constexpr uint32_t offset = 0;
        noc.async_write(C_out, C, C_out_tile_bytes, {.offset_bytes = offset}, {.page_id = page});
        noc.async_writes_flushed();
        C_out.pop_front(C_out_tiles);
    }
    noc.async_atomic_barrier();
    noc.async_write_barrier();
}

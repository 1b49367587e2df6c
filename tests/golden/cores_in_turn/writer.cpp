// main: writer kernel, generated from TileLang.
//
// Work: 8 of 8 x 8 cores (wormhole_b0); each core does the items [start_id, start_id + count).
//   bx: 2 blocks, each 1 tile column of the output, spread over 2 columns of cores
//   by: 1 blocks, each 2 tile rows of the output
//   bz: 4 blocks, spread over 4 rows of cores, which pass on their sums of C
// Circular buffers:
//   C_sum (id 2): 2 blocks of 2 x 1 tiles, Float32, reader -> compute
//   C_sum_1 (id 3): 2 blocks of 2 x 1 tiles, Float32, compute -> writer

#include <cstdint>

#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/endpoints.h"
#include "api/dataflow/noc.h"
#include "api/dataflow/noc_semaphore.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    // Runtime arguments of this core.
    const uint32_t C_addr = get_arg_val<uint32_t>(0);
    const uint32_t start_id = get_arg_val<uint32_t>(1);
    const uint32_t count = get_arg_val<uint32_t>(2);
    const uint32_t Mt = get_arg_val<uint32_t>(3);
    const uint32_t Nt = get_arg_val<uint32_t>(4);

    constexpr uint32_t cb_C_sum = get_named_compile_time_arg_val("cb_C_sum");
    CircularBuffer C_sum(cb_C_sum);
    constexpr uint32_t cb_C_sum_1 = get_named_compile_time_arg_val("cb_C_sum_1");
    CircularBuffer C_sum_1(cb_C_sum_1);

    Semaphore<> C_ready(get_named_compile_time_arg_val("sem_C_ready"));
    Semaphore<> C_arrived(get_named_compile_time_arg_val("sem_C_arrived"));

    constexpr auto C_args = TensorAccessorArgs<0>();
    const auto C = TensorAccessor(C_args, C_addr);
    const Noc noc;

    const uint32_t bx_blocks = Nt;
    const uint32_t by_blocks = Mt / 2;
    constexpr uint32_t C_sum_1_tiles = 2;
    constexpr uint32_t C_sum_1_rows = 2;
    constexpr uint32_t C_row_tiles = 2;
    constexpr uint32_t C_sum_1_tile_bytes = 4096;
    constexpr uint32_t C_sum_1_bytes = 8192;

    for (uint32_t work = start_id; work < start_id + count; ++work) {
        const uint32_t bx = work % bx_blocks;
        const uint32_t by = work / bx_blocks % by_blocks;
        const uint32_t bz = work / bx_blocks / by_blocks;
        C_sum_1.wait_front(C_sum_1_tiles);
        if (bz == 3) {
            for (uint32_t row = 0; row < C_sum_1_rows; ++row) {
                const uint32_t page = (by * 2 + row) * C_row_tiles + bx;
                const uint32_t offset = row * C_sum_1_tile_bytes;
                noc.async_write(C_sum_1, C, C_sum_1_tile_bytes, {.offset_bytes = offset}, {.page_id = page});
            }
            noc.async_writes_flushed();
        } else {
            const uint32_t next_x = get_arg_val<uint32_t>(work % 2 + 5);
            const uint32_t next_y = get_arg_val<uint32_t>(work / 2 + 8);
            C_ready.wait(1);
            noc.async_write(C_sum_1, UnicastEndpoint{}, C_sum_1_bytes, {.offset_bytes = 0}, {.noc_x = next_x, .noc_y = next_y, .addr = C_sum.get_write_ptr()});
            noc.async_write_barrier();
            C_arrived.up(noc, next_x, next_y, 1);
        }
        C_sum_1.pop_front(C_sum_1_tiles);
    }
    noc.async_atomic_barrier();
    noc.async_write_barrier();
}

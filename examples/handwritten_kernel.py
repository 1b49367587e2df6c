"""TT-Metalium kernels written by hand: C = gelu(A) * B on 64 simulated cores, and what a mistake looks like.

The texts are what one would write for a card; the calls have the names of ttnn's generic_op.

Usage: python examples/handwritten_kernel.py
"""

import torch
from tilelang_tenstorrent import simulator as sim

READER = """
#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    const uint32_t first = get_arg_val<uint32_t>(0);
    const uint32_t count = get_arg_val<uint32_t>(1);
    constexpr auto a_args = TensorAccessorArgs<0>();
    constexpr auto b_args = TensorAccessorArgs<a_args.next_compile_time_args_offset()>();
    const auto a = TensorAccessor(a_args, get_arg_val<uint32_t>(2));
    const auto b = TensorAccessor(b_args, get_arg_val<uint32_t>(3));
    CircularBuffer cb_a(0), cb_b(1);
    const Noc noc;
    for (uint32_t tile = first; tile < first + count; ++tile) {
        cb_a.reserve_back(1);
        cb_b.reserve_back(1);
        noc.async_read(a, cb_a, cb_a.get_tile_size(), {.page_id = tile}, {.offset_bytes = 0});
        noc.async_read(b, cb_b, cb_b.get_tile_size(), {.page_id = tile}, {.offset_bytes = 0});
        noc.async_read_barrier();
        cb_a.push_back(1);
        cb_b.push_back(1);
    }
}
"""

COMPUTE = """
#include "api/compute/common.h"
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/eltwise_binary_sfpu.h"
#include "api/compute/eltwise_unary/gelu.h"
#include "api/compute/pack.h"
#include "api/compute/reg_api.h"
#include "api/compute/tile_move_copy.h"
#include "api/dataflow/circular_buffer.h"

void kernel_main() {
    const uint32_t count = get_arg_val<uint32_t>(0);
    CircularBuffer cb_a(0), cb_b(1), cb_c(2);
    compute_kernel_hw_startup(0, 2);
    for (uint32_t tile = 0; tile < count; ++tile) {
        cb_a.wait_front(1);
        cb_b.wait_front(1);
        tile_regs_acquire();
        copy_init(0);
        copy_tile(0, 0, 0);  // A to DST[0]
        copy_tile(1, 0, 1);  // B to DST[1]
        gelu_tile_init<false>();  // false: the accurate variant
        gelu_tile<false>(0);
        mul_binary_tile_init();
        mul_binary_tile(0, 1, 0);
        tile_regs_commit();
        cb_a.pop_front(1);
        cb_b.pop_front(1);
        cb_c.reserve_back(1);
        tile_regs_wait();
        pack_tile(0, 2);
        tile_regs_release();
        cb_c.push_back(1);
    }
}
"""

WRITER = """
#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/dataflow_api.h"
#include "api/dataflow/noc.h"
#include "api/tensor/noc_traits.h"

void kernel_main() {
    const uint32_t first = get_arg_val<uint32_t>(0);
    const uint32_t count = get_arg_val<uint32_t>(1);
    const auto c = TensorAccessor(TensorAccessorArgs<0>(), get_arg_val<uint32_t>(2));
    CircularBuffer cb_c(2);
    const Noc noc;
    for (uint32_t tile = first; tile < first + count; ++tile) {
        cb_c.wait_front(1);
        noc.async_write(cb_c, c, cb_c.get_tile_size(), {.offset_bytes = 0}, {.page_id = tile});
        noc.async_writes_flushed();
        cb_c.pop_front(1);
    }
    noc.async_write_barrier();
}
"""


def program(a, b, c, reader=READER):
    """The three kernels on the whole grid, every core with an equal run of tiles."""
    columns, rows = a.device.grid
    cores = sim.CoreRangeSet(sim.CoreRange(sim.CoreCoord(0, 0), sim.CoreCoord(columns - 1, rows - 1)))
    share = a.num_pages // (columns * rows)
    reader_args, compute_args, writer_args = sim.RuntimeArgs(), sim.RuntimeArgs(), sim.RuntimeArgs()
    for index, core in enumerate(cores.cores()):
        reader_args[core] = [index * share, share, a.buffer_address(), b.buffer_address()]
        compute_args[core] = [share]
        writer_args[core] = [index * share, share, c.buffer_address()]

    def accessor(*tensors):
        return [word for tensor in tensors for word in sim.TensorAccessorArgs(tensor).get_compile_time_args()]

    def kernel(name, text, config, runtime_args, compile_time_args=()):
        return sim.KernelDescriptor(
            kernel_source=text,
            source_type=sim.SourceType.SOURCE_CODE,
            name=name,
            core_ranges=cores,
            config=config,
            compile_time_args=compile_time_args,
            runtime_args=runtime_args,
        )

    def double_buffer(index, tensor):
        form = sim.CBFormatDescriptor(index, tensor.data_format, tensor.page_size)
        return sim.CBDescriptor(2 * tensor.page_size, cores, [form])

    return sim.ProgramDescriptor(
        kernels=[
            kernel("reader", reader, sim.ReaderConfigDescriptor(), reader_args, accessor(a, b)),
            kernel("compute", COMPUTE, sim.ComputeConfigDescriptor(), compute_args),
            kernel("writer", WRITER, sim.WriterConfigDescriptor(), writer_args, accessor(c)),
        ],
        cbs=[double_buffer(0, a), double_buffer(1, b), double_buffer(2, c)],
    )


def main():
    device = sim.Device()  # Wormhole, 8 x 8 cores
    torch.manual_seed(0)
    A, B = torch.randn(256, 512).bfloat16(), torch.randn(256, 512).bfloat16()
    a, b = sim.from_torch(A, device), sim.from_torch(B, device)
    c = sim.empty(A.shape, "bfloat16", device)

    C = sim.to_torch(sim.generic_op([a, b, c], program(a, b, c)))
    expected = torch.nn.functional.gelu(A.float()) * B.float()
    error = (C.float() - expected).abs().max().item()
    print(f"largest error against torch: {error:.4f} (values up to {expected.abs().max().item():.1f})")

    # The same with a mistake: the reader never says that a tile of B is there.
    forgetful = READER.replace("cb_b.push_back(1);", "")
    try:
        sim.generic_op([a, b, c], program(a, b, c, forgetful))
    except sim.SimulationError as error:
        print("\nWithout cb_b.push_back(1):")
        print("\n".join(str(error).splitlines()[:5]))  # the first of the cores


if __name__ == "__main__":
    main()

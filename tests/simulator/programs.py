"""Hand-written kernels and the programs around them."""

from tilelang_tenstorrent import simulator as sim

DATAFLOW = """
#include "api/dataflow/circular_buffer.h"
#include "api/dataflow/noc.h"
#include "api/tensor/noc_traits.h"
"""

READ_TILES = (
    DATAFLOW
    + """
// Reads the same tiles of every input into circular buffers 0, 1, ...
void kernel_main() {
  constexpr uint32_t num_inputs = get_named_compile_time_arg_val("num_inputs");
  const uint32_t first = get_arg_val<uint32_t>(0);
  const uint32_t count = get_arg_val<uint32_t>(1);
  constexpr auto args0 = TensorAccessorArgs<0>();
  constexpr auto args1 = TensorAccessorArgs<num_inputs == 2 ? 2 : 0>();
  const auto in0 = TensorAccessor(args0, get_arg_val<uint32_t>(2));
  const auto in1 = TensorAccessor(args1, get_arg_val<uint32_t>(num_inputs == 2 ? 3 : 2));
  Noc noc;
  CircularBuffer cb0(0), cb1(1);
  for (uint32_t tile = first; tile < first + count; ++tile) {
    cb0.reserve_back(1);
    noc.async_read(in0, cb0, get_tile_size(0), {.page_id = tile}, {.offset_bytes = 0});
    if constexpr (num_inputs == 2) {
      cb1.reserve_back(1);
      noc.async_read(in1, cb1, get_tile_size(1), {.page_id = tile}, {.offset_bytes = 0});
    }
    noc.async_read_barrier();
    cb0.push_back(1);
    if constexpr (num_inputs == 2) cb1.push_back(1);
  }
}
"""
)

WRITE_TILES = (
    DATAFLOW
    + """
void kernel_main() {
  const uint32_t first = get_arg_val<uint32_t>(0);
  const uint32_t count = get_arg_val<uint32_t>(1);
  const auto out = TensorAccessor(TensorAccessorArgs<0>(), get_arg_val<uint32_t>(2));
  Noc noc;
  CircularBuffer cb(16);
  for (uint32_t tile = first; tile < first + count; ++tile) {
    cb.wait_front(1);
    noc.async_write(cb, out, get_tile_size(16), {.offset_bytes = 0}, {.page_id = tile});
    noc.async_writes_flushed();
    cb.pop_front(1);
  }
  noc.async_write_barrier();
}
"""
)

COMPUTE_HEADERS = """
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/eltwise_binary.h"
#include "api/compute/eltwise_binary_sfpu.h"
#include "api/compute/tile_move_copy.h"
#include "api/compute/transpose.h"
#include "api/compute/bcast.h"
#include "api/dataflow/circular_buffer.h"
"""


def compute_text(num_inputs: int, setup: str, operation: str, headers: str = "") -> str:
    """A compute kernel: one output tile from one tile of each input, `operation` writes DST[0]."""
    inputs = range(num_inputs)
    waits = "\n    ".join(f"cb{i}.wait_front(1);" for i in inputs)
    pops = "\n    ".join(f"cb{i}.pop_front(1);" for i in inputs)
    return (
        COMPUTE_HEADERS
        + headers
        + f"""
void kernel_main() {{
  const uint32_t count = get_arg_val<uint32_t>(0);
  CircularBuffer cb0(0), cb1(1), cb_out(16);
  compute_kernel_hw_startup(0, {num_inputs - 1}, 16);
  {setup}
  for (uint32_t tile = 0; tile < count; ++tile) {{
    {waits}
    tile_regs_acquire();
    {operation}
    tile_regs_commit();
    {pops}
    cb_out.reserve_back(1);
    tile_regs_wait();
    pack_tile(0, 16);
    tile_regs_release();
    cb_out.push_back(1);
  }}
}}
"""
    )


def elementwise_program(inputs, output, compute, grid=(1, 1), config=None, pages=2):
    """The program that feeds `compute` one tile after another on each core of `grid`."""
    cores = sim.CoreRangeSet(sim.CoreRange(sim.CoreCoord(0, 0), sim.CoreCoord(*(g - 1 for g in grid))))
    coords = cores.cores()
    share, rest = divmod(output.num_pages, len(coords))
    reader, computer, writer = sim.RuntimeArgs(), sim.RuntimeArgs(), sim.RuntimeArgs()
    first = 0
    for index, core in enumerate(coords):
        count = share + (index < rest)
        reader[core.x][core.y] = [first, count, *(t.buffer_address() for t in inputs)]
        computer[core.x][core.y] = [count]
        writer[core.x][core.y] = [first, count, output.buffer_address()]
        first += count
    accessor_words = [w for t in inputs for w in sim.TensorAccessorArgs(t).get_compile_time_args()]
    text = sim.KernelDescriptor.SourceType.SOURCE_CODE
    return sim.ProgramDescriptor(
        kernels=[
            sim.KernelDescriptor(
                READ_TILES,
                cores,
                sim.ReaderConfigDescriptor(),
                source_type=text,
                compile_time_args=accessor_words,
                named_compile_time_args=[("num_inputs", len(inputs))],
                runtime_args=reader,
            ),
            sim.KernelDescriptor(
                compute,
                cores,
                config or sim.ComputeConfigDescriptor(),
                source_type=text,
                runtime_args=computer,
            ),
            sim.KernelDescriptor(
                WRITE_TILES,
                cores,
                sim.WriterConfigDescriptor(),
                source_type=text,
                compile_time_args=sim.TensorAccessorArgs(output).get_compile_time_args(),
                runtime_args=writer,
            ),
        ],
        cbs=[
            sim.CBDescriptor(
                pages * t.page_size, cores, [sim.CBFormatDescriptor(index, t.data_format, t.page_size)]
            )
            for index, t in [*enumerate(inputs), (16, output)]
        ],
    )


def run_elementwise(device, inputs, compute, grid=(1, 1), dtype="bfloat16", config=None, input_dtype=None):
    """The output of `elementwise_program` on torch tensors; its shape is that of the first input."""
    tensors = [sim.from_torch(data, device, dtype=input_dtype) for data in inputs]
    output = sim.empty(inputs[0].shape, dtype, device)
    program = elementwise_program(tensors, output, compute, grid, config)
    return sim.to_torch(sim.generic_op([*tensors, output], program))

"""Hand-written matmul programs against torch, on one core and on the whole grid."""

import pytest
import torch
from tilelang_tenstorrent import simulator as sim

from simulator.programs import DATAFLOW, WRITE_TILES

READER = (
    DATAFLOW
    + """
void kernel_main() {
  constexpr uint32_t Kt = get_compile_time_arg_val(0);
  constexpr uint32_t Nt = get_compile_time_arg_val(1);
  const uint32_t first = get_arg_val<uint32_t>(2);
  const uint32_t count = get_arg_val<uint32_t>(3);
  constexpr auto a_args = TensorAccessorArgs<2>();
  constexpr auto b_args = TensorAccessorArgs<a_args.next_compile_time_args_offset()>();
  const auto a = TensorAccessor(a_args, get_arg_val<uint32_t>(0));
  const auto b = TensorAccessor(b_args, get_arg_val<uint32_t>(1));
  Noc noc;
  CircularBuffer cb_a(0), cb_b(1);
  for (uint32_t tile = first; tile < first + count; ++tile) {
    for (uint32_t k = 0; k < Kt; ++k) {
      cb_a.reserve_back(1);
      cb_b.reserve_back(1);
      noc.async_read(a, cb_a, get_tile_size(0), {.page_id = tile / Nt * Kt + k}, {});
      noc.async_read(b, cb_b, get_tile_size(1), {.page_id = k * Nt + tile % Nt}, {});
      noc.async_read_barrier();
      cb_a.push_back(1);
      cb_b.push_back(1);
    }
  }
}
"""
)

COMPUTE = """
#include "api/compute/matmul.h"
#include "api/dataflow/circular_buffer.h"
void kernel_main() {
  constexpr uint32_t Kt = get_compile_time_arg_val(0);
  const uint32_t count = get_arg_val<uint32_t>(0);
  CircularBuffer cb_a(0), cb_b(1), cb_c(16);
  compute_kernel_hw_startup<SrcOrder::Reverse>(0, 1, 16);
  matmul_init(0, 1);
  for (uint32_t tile = 0; tile < count; ++tile) {
    tile_regs_acquire();
    for (uint32_t k = 0; k < Kt; ++k) {
      cb_a.wait_front(1);
      cb_b.wait_front(1);
      matmul_tiles(0, 1, 0, 0, 0);
      cb_a.pop_front(1);
      cb_b.pop_front(1);
    }
    tile_regs_commit();
    cb_c.reserve_back(1);
    tile_regs_wait();
    pack_tile(0, 16);
    tile_regs_release();
    cb_c.push_back(1);
  }
}
"""


def run(device, a, b, dtype="bfloat16", grid=(1, 1), **config):
    a_tensor, b_tensor = sim.from_torch(a, device, dtype=dtype), sim.from_torch(b, device, dtype=dtype)
    c_tensor = sim.empty((a.shape[0], b.shape[1]), dtype, device)
    cores = sim.CoreRangeSet(sim.CoreRange(sim.CoreCoord(0, 0), sim.CoreCoord(*(g - 1 for g in grid))))
    reader, compute, writer = sim.RuntimeArgs(), sim.RuntimeArgs(), sim.RuntimeArgs()
    share, first = c_tensor.num_pages // len(cores.cores()), 0
    for core in cores.cores():
        reader[core] = [a_tensor.buffer_address(), b_tensor.buffer_address(), first, share]
        compute[core] = [share]
        writer[core] = [first, share, c_tensor.buffer_address()]
        first += share

    def words(tensor):
        return sim.TensorAccessorArgs(tensor).get_compile_time_args()

    kt, nt = a.shape[1] // 32, b.shape[1] // 32
    text = sim.KernelDescriptor.SourceType.SOURCE_CODE
    program = sim.ProgramDescriptor(
        kernels=[
            sim.KernelDescriptor(
                READER,
                cores,
                sim.ReaderConfigDescriptor(),
                source_type=text,
                compile_time_args=[kt, nt, *words(a_tensor), *words(b_tensor)],
                runtime_args=reader,
            ),
            sim.KernelDescriptor(
                COMPUTE,
                cores,
                sim.ComputeConfigDescriptor(**config),
                source_type=text,
                compile_time_args=[kt],
                runtime_args=compute,
            ),
            sim.KernelDescriptor(
                WRITE_TILES,
                cores,
                sim.WriterConfigDescriptor(),
                source_type=text,
                compile_time_args=words(c_tensor),
                runtime_args=writer,
            ),
        ],
        cbs=[
            sim.CBDescriptor(
                2 * t.page_size, cores, [sim.CBFormatDescriptor(index, t.data_format, t.page_size)]
            )
            for index, t in ((0, a_tensor), (1, b_tensor), (16, c_tensor))
        ],
    )
    return sim.to_torch(sim.generic_op([a_tensor, b_tensor, c_tensor], program))


def integers(*shape, seed):
    return torch.randint(-2, 3, shape, generator=torch.Generator().manual_seed(seed)).float()


@pytest.mark.parametrize("grid", [(1, 1), (8, 8)])
def test_small_integers_are_exact(device, grid):
    a, b = integers(256, 128, seed=0), integers(128, 256, seed=1)
    assert torch.equal(run(device, a.bfloat16(), b.bfloat16(), grid=grid).float(), a @ b)


def test_float32_accumulation(device):
    generator = torch.Generator().manual_seed(2)
    a = torch.randn(64, 256, generator=generator).bfloat16()
    b = torch.randn(256, 64, generator=generator).bfloat16()
    result = run(device, a, b, fp32_dest_acc_en=True).float()
    torch.testing.assert_close(result, a.float() @ b.float(), rtol=1e-2, atol=5e-2)


def test_block_float_operands(device):
    a, b = integers(64, 64, seed=3), integers(64, 64, seed=4)
    assert torch.equal(run(device, a, b, dtype="bfloat8_b", math_fidelity="HiFi2"), a @ b)


def test_lofi_cuts_the_operands(device):
    a, b = torch.full((32, 32), 1.0), torch.full((32, 32), 1.0 + 2.0**-6)
    assert torch.equal(
        run(device, a.bfloat16(), b.bfloat16(), math_fidelity="LoFi").float(), torch.full((32, 32), 32.0)
    )


def test_fast_numerics_agree_up_to_rounding(tmp_path):
    device = sim.Device(numerics="fast", cache_dir=tmp_path)
    a, b = integers(64, 64, seed=5), integers(64, 64, seed=6)
    assert torch.equal(run(device, a.bfloat16(), b.bfloat16()).float(), a @ b)


def test_deadlock_lists_every_wait(device):
    def kernel(text, config):
        return sim.KernelDescriptor(
            DATAFLOW + f"void kernel_main() {{ {text} }}",
            sim.CoreRangeSet(sim.CoreCoord(2, 1)),
            config,
            source_type=sim.KernelDescriptor.SourceType.SOURCE_CODE,
        )

    program = sim.ProgramDescriptor(
        [
            kernel("cb_wait_front(0, 1);", sim.ReaderConfigDescriptor()),
            kernel("cb_wait_front(1, 2);", sim.WriterConfigDescriptor()),
        ],
        cbs=[
            sim.CBDescriptor(
                4096,
                sim.CoreRangeSet(sim.CoreCoord(2, 1)),
                [sim.CBFormatDescriptor(index, "bfloat16", 2048)],
            )
            for index in (0, 1)
        ],
    )
    with pytest.raises(sim.DeadlockError) as caught:
        device.run(program)
    assert [(w["core"], w["call"]) for w in caught.value.waits] == [
        ([2, 1], "cb_wait_front(cb 1, 2)"),
        ([2, 1], "cb_wait_front(cb 0, 1)"),
    ]

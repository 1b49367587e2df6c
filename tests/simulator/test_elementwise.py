"""Hand-written element-wise programs against torch."""

import pytest
import torch
from tilelang_tenstorrent import simulator as sim

from simulator.programs import compute_text
from simulator.programs import run_elementwise as run


def random(*shape, dtype=torch.bfloat16):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0)).to(dtype)


@pytest.mark.parametrize("grid", [(1, 1), (8, 8)])
def test_copy_is_exact(device, grid):
    data = random(256, 256)
    result = run(device, [data], compute_text(1, "copy_init(0);", "copy_tile(0, 0, 0);"), grid)
    assert torch.equal(result, data)


def test_add_of_two_tensors(device):
    a, b = random(64, 96), random(64, 96) * 3
    compute = compute_text(2, "add_init(0, 1);", "add_tiles(0, 1, 0, 0, 0);")
    torch.testing.assert_close(run(device, [a, b], compute), a + b, rtol=1e-2, atol=1e-2)


def test_subtraction_on_the_vector_unit(device):
    a, b = random(32, 64), random(32, 64) * 3
    setup = "copy_init(0); sub_binary_tile_init();"
    operation = "copy_tile(0, 0, 0); copy_tile(1, 0, 1); sub_binary_tile(0, 1, 0);"
    result = run(device, [a, b], compute_text(2, setup, operation))
    torch.testing.assert_close(result, a - b, rtol=1e-2, atol=1e-2)


def test_transpose_of_each_tile(device):
    data = random(32, 32)
    result = run(device, [data], compute_text(1, "transpose_init(0);", "transpose_tile(0, 0, 0);"))
    assert torch.equal(result, data.T)


def test_float32_through_dst_is_exact(device):
    data = random(64, 64, dtype=torch.float32)
    config = sim.ComputeConfigDescriptor(fp32_dest_acc_en=True, unpack_to_dest_fp32=[0])
    compute = compute_text(1, "copy_init(0);", "copy_tile(0, 0, 0);")
    assert torch.equal(run(device, [data], compute, dtype="float32", config=config), data)


def test_row_major_tensors_and_batches_round_trip(device):
    data = random(3, 2, 32, 64)
    for layout in ("tile", "row_major"):
        assert torch.equal(sim.to_torch(sim.from_torch(data, device, layout=layout)), data)


def test_errors_carry_the_place(device):
    data = random(32, 32)
    compute = compute_text(1, "", "copy_tile(0, 0, 0);")
    with pytest.raises(sim.SimulationError) as caught:
        run(device, [data], compute)
    assert caught.value.violation == "InitMissing"
    assert caught.value.core == (0, 0)
    assert caught.value.kernel == "compute.cpp"
    assert caught.value.line == 1 + compute[: compute.index("copy_tile(0")].count("\n")


def test_compile_errors_name_the_kernel(device):
    with pytest.raises(sim.KernelCompileError, match="no_such_function") as caught:
        run(device, [random(32, 32)], compute_text(1, "", "no_such_function();"))
    assert caught.value.kernel == "compute.cpp"

"""Arguments of the simulator's Python calls that cannot be right."""

import pytest
import torch
from tilelang_tenstorrent import simulator as sim

from errors.refusal import assert_refused_without_location


@pytest.fixture(scope="module")
def device():
    return sim.Device(grid=(2, 1))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"memory": "l2"}, "memory must be 'dram' or 'l1', not 'l2'"),
        ({"layout": "tiled"}, "layout must be 'tile' or 'row_major', not 'tiled'"),
        ({"dtype": "float64"}, "data format 'float64' is unknown"),
        ({"shape": (32,)}, "a tensor needs at least 2 dimensions"),
        ({"shape": (32, 48)}, "the last two dimensions of (32, 48) must be multiples of 32"),
    ],
    ids=str,
)
def test_tensors(device, arguments, message):
    arguments = {"shape": (32, 32), "dtype": "bfloat16", "device": device, **arguments}
    assert_refused_without_location(lambda: sim.empty(**arguments), message)


def test_data_of_another_shape(device):
    tensor = sim.empty((32, 64), "bfloat16", device)
    assert_refused_without_location(
        lambda: tensor.write(torch.zeros(64, 32)), "the data has shape (64, 32), the tensor (32, 64)"
    )


def test_data_of_another_size(device):
    rows = sim.empty((2, 16), "float32", device, layout="row_major")
    assert_refused_without_location(
        lambda: rows.read_into(torch.zeros(2, 8)), "the tensor has 64 bytes, the buffer 128"
    )


def test_data_that_are_not_contiguous(device):
    tensor = sim.empty((32, 64), "bfloat16", device)
    assert_refused_without_location(
        lambda: tensor.read_into(torch.zeros(64, 32).bfloat16().T), "the tensor must be contiguous"
    )


def test_data_of_a_type_without_format(device):
    tensor = sim.empty((32, 32), "float32", device)
    with pytest.raises(TypeError, match="host tensors must be float32, bfloat16, float16, int32"):
        tensor.write(torch.zeros(32, 32, dtype=torch.complex64))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"arch": "grayskull"}, "architecture 'grayskull' is unknown; use wormhole_b0 or blackhole"),
        ({"grid": (9, 8)}, "column grid 9 is larger than the architecture's 8"),
        ({"numerics": "rough"}, "numerics must be 'exact' or 'fast', not 'rough'"),
        ({"timing": "off-ish"}, "timing must be 'on', 'off' or 'timeline', not 'off-ish'"),
        ({"ignored_violations": ["Deadlok"]}, "there is no violation named 'Deadlok'"),
    ],
    ids=str,
)
def test_device_options(options, message):
    assert_refused_without_location(lambda: sim.Device(**options), message)


def test_no_tensors():
    program = sim.ProgramDescriptor(kernels=[])
    assert_refused_without_location(
        lambda: sim.generic_op([], program), "generic_op needs at least the output tensor"
    )


def test_a_program_without_kernels(device):
    output = sim.empty((32, 32), "bfloat16", device)
    with pytest.raises(sim.DescriptorError, match="the program has no kernels"):
        sim.generic_op([output], sim.ProgramDescriptor(kernels=[]))


def test_a_kernel_file_that_is_not_there(device):
    kernel = sim.KernelDescriptor("absent.cpp", sim.CoreCoord(0, 0), sim.ReaderConfigDescriptor())
    with pytest.raises(sim.DescriptorError, match=r"kernel file 'absent\.cpp' cannot be read"):
        device.run(sim.ProgramDescriptor(kernels=[kernel]))

"""Launches with arguments that do not fit: the message, and that no output was touched."""

import pytest
import tilelang
import tilelang_tenstorrent as tt
import torch

from errors.refusal import assert_refused_without_location
from kernels import kernel

_CASE = kernel("add_fp32")  # A, B, C: 64 x 128, float32


@pytest.fixture(scope="module")
def program():
    return tt.build(_CASE.make())


@pytest.fixture(scope="module")
def compiled():
    return tilelang.compile(_CASE.make(), target="tenstorrent")


def _tensors():
    return [torch.ones(64, 128), torch.ones(64, 128), torch.full((64, 128), 7.0)]


def _launch_with(program, index, tensor):
    tensors = _tensors()
    tensors[index] = tensor
    try:
        program(*tensors)
    finally:
        if index != 2:
            assert torch.equal(tensors[2], torch.full((64, 128), 7.0)), "an output was touched"


def test_dtype(program):
    assert_refused_without_location(
        lambda: _launch_with(program, 1, torch.ones(64, 128, dtype=torch.bfloat16)),
        "Argument 1 ('B') of kernel 'main' is of dtype bfloat16, expected float32. Convert it with .to().",
    )


def test_shape(program):
    assert_refused_without_location(
        lambda: _launch_with(program, 0, torch.ones(128, 64)),
        "Argument 0 ('A') of kernel 'main' has shape (128, 64), expected (64, 128).",
    )


def test_rank(program):
    assert_refused_without_location(
        lambda: _launch_with(program, 0, torch.ones(1, 64, 128)),
        "Argument 0 ('A') of kernel 'main' has shape (1, 64, 128), expected (64, 128).",
    )


def test_tensor_that_is_not_contiguous(program):
    assert_refused_without_location(
        lambda: _launch_with(program, 0, torch.ones(128, 64).t()),
        "Argument 0 ('A') of kernel 'main' is not contiguous. Use .contiguous().",
    )


def test_output_that_is_not_contiguous(program):
    output = torch.full((128, 64), 7.0)
    assert_refused_without_location(
        lambda: _launch_with(program, 2, output.t()),
        "Argument 2 ('C') of kernel 'main' is not contiguous. Use .contiguous().",
    )
    assert torch.equal(output, torch.full((128, 64), 7.0))


def test_missing_tensor(program):
    assert_refused_without_location(lambda: program(*_tensors()[:2]), "Kernel 'main' takes 3 tensors, got 2.")


def test_too_many_tensors(program):
    assert_refused_without_location(
        lambda: program(*_tensors(), torch.ones(1)), "Kernel 'main' takes 3 tensors, got 4."
    )


def test_something_that_is_no_tensor(program):
    assert_refused_without_location(
        lambda: _launch_with(program, 0, 1.0),
        "Argument 0 ('A') of kernel 'main' is a float, expected a tensor.",
        TypeError,
    )


@pytest.mark.parametrize("numbers", [slice(0, 64), slice(1, 65)])
def test_view_with_an_offset(program, numbers):
    """A contiguous view into a larger tensor is fine, wherever it starts."""
    base = torch.arange(80 * 128, dtype=torch.float32).reshape(80, 128)
    tensors = _tensors()
    tensors[0] = base[numbers]
    program(*tensors)
    assert torch.equal(tensors[2], base[numbers] + 1)


def test_the_same_checks_for_a_compiled_kernel(compiled):
    tensors = _tensors()
    tensors[1] = tensors[1].bfloat16()
    with pytest.raises(ValueError, match=r"Argument 1 \('B'\) of kernel 'main' is of dtype bfloat16"):
        compiled(*tensors)
    assert torch.equal(tensors[2], torch.full((64, 128), 7.0))

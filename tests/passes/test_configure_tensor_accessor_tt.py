"""ConfigureTensorAccessorTT: accessors get their argument slots."""

from __future__ import annotations

import tvm

from kernels.elementwise_sources import slices
from kernels.gemm_sources import gemm
from lowering import as_module, run_passes
from passes.structure import accessor


def _accessors(func, role):
    module = run_passes(as_module(func), "ConfigureTensorAccessorTT")[-1][1]
    return dict(module[f"main_{role}"].attrs["tt.tensor_accessor"])


def test_each_tensor_takes_the_next_slots():
    expected = {
        "A": accessor("A", [2, 1], 4, offset=0, address=0),
        "B": accessor("B", [1, 1], 2, offset=2, address=1),
    }
    tvm.ir.assert_structural_equal(_accessors(gemm(64, 32, 64, 32, 32, 32), "reader"), expected)


def test_slots_are_counted_per_kernel():
    expected = {"C": accessor("C", [1, 1], 2, offset=0, address=0)}
    tvm.ir.assert_structural_equal(_accessors(gemm(64, 32, 64, 32, 32, 32), "writer"), expected)


def test_a_kernel_that_moves_nothing_has_no_accessor():
    assert _accessors(gemm(64, 32, 64, 32, 32, 32), "compute") == {}


def test_a_tensor_read_often_has_one_accessor():
    assert list(_accessors(slices(32, 32, 32, 4, sum), "reader")) == ["A"]

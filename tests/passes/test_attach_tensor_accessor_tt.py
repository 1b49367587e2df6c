"""AttachTensorAccessorTT: how tensors are addressed, page by page."""

from __future__ import annotations

import tvm

from kernels.elementwise_sources import mixed_dtypes
from kernels.gemm_sources import gemm_batched
from lowering import as_module, run_passes
from passes.structure import accessor


def _accessors(func):
    module = run_passes(as_module(func), "AttachTensorAccessorTT")[-1][1]
    return module["main"].attrs["tt.tensor_accessor"]


def test_pages_are_tiles_in_row_major_order():
    expected = {
        "A": accessor("A", [3, 1], 6, "bfloat16"),
        "B": accessor("B", [3, 1], 6, "float32"),
        "C": accessor("C", [3, 1], 6, "float32"),
    }
    tvm.ir.assert_structural_equal(dict(_accessors(mixed_dtypes(64, 96, 32))), expected)


def test_leading_dimensions_step_over_whole_matrices():
    accessors = _accessors(gemm_batched(2, 32, 64, 96, 32, 32, 32))
    tvm.ir.assert_structural_equal(accessors["B"], accessor("B", [6, 2, 1], 12))


def test_nothing_is_bound_yet():
    for bound in _accessors(mixed_dtypes(32, 32, 32)).values():
        assert (bound.compile_arg_offset, bound.address_arg) == (-1, -1)

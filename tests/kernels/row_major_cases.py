"""Kernels whose tensors stay row-major in DRAM: the device makes tiles of rows, and rows of tiles."""

from __future__ import annotations

import functools

from kernels.arranged_cases import convolved
from kernels.arranged_sources import convolution
from kernels.case import KernelCase, Tensors, specs
from kernels.elementwise_sources import copy
from kernels.gemm_cases import gemm_case
from kernels.gemm_sources import gemm_batched
from kernels.normalization_sources import softmax

_part = functools.partial
_DEVICE = {"tilize": "device"}


def _product(t: Tensors) -> Tensors:
    return {"C": t["A"] @ t["B"]}


def row_major_cases() -> list[KernelCase]:
    """All cases of this file."""
    two = "A:in:{0}:{1} C:out:{0}:{1}"
    return [
        *(
            KernelCase(
                f"rows_copy_{dtype}_{rows}x{cols}",
                _part(copy, rows, cols, 64, 64, name, name),
                specs(two.format(dtype, f"{rows}x{cols}")),
                lambda t: {"C": t["A"]},
                target=_DEVICE,
            )
            for rows, cols in ((128, 128), (70, 90))
            for dtype, name in (("bf16", "bfloat16"), ("fp32", "float32"), ("fp16", "float16"))
        ),
        gemm_case("rows_gemm", 64, 64, 64, (64, 64, 32), target=_DEVICE),
        gemm_case("rows_gemm_tail", 70, 100, 50, (32, 64, 64), target=_DEVICE),
        KernelCase(
            "rows_gemm_batched",
            _part(gemm_batched, 2, 64, 64, 64, 32, 32, 32),
            specs("A:in:bf16:2x64x64 B:in:bf16:2x64x64 C:out:fp32:2x64x64"),
            _product,
            target=_DEVICE,
        ),
        KernelCase(
            "rows_softmax",
            _part(softmax, 64, 96, 32),
            specs(two.format("fp32", "64x96")),
            lambda t: {"C": t["A"].softmax(-1)},
            target=_DEVICE,
            integers=None,
            tolerance=1e-5,
        ),
        KernelCase(
            "rows_convolution_fp32",
            _part(convolution, 1, 2, 32, 32, 32, 3, 1, 1, 1, dtype="float32"),
            specs("image:in:fp32:1x2x32x32 weights:in:fp32:3x3x32x32 out:out:fp32:1x2x32x32"),
            _part(convolved, 1, 1, 1),
            target=_DEVICE,
            integers=(-1, 1),
        ),
    ]

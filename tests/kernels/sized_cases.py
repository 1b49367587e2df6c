"""Kernels with symbolic sizes, with the numbers of one launch."""

from __future__ import annotations

import dataclasses

import tilelang.language as T

from kernels.case import KernelCase
from kernels.gemm_cases import gemm_case
from kernels.gemm_sources import gemm


def any_size_gemm(block: tuple[int, int, int], **options):
    """C = A @ B of symbolic m, n and k."""
    return gemm(T.dynamic("m"), T.dynamic("n"), T.dynamic("k"), *block, **options)


def sized_cases() -> list[KernelCase]:
    """All cases of this file."""
    block = (64, 64, 64)
    product = gemm_case("gemm_any_sizes", 100, 150, 70, block)
    return [
        dataclasses.replace(product, make=lambda: any_size_gemm(block), sizes={"m": 100, "n": 150, "k": 70})
    ]

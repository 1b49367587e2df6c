"""The kernels under test."""

from __future__ import annotations

from kernels.arranged_cases import arranged_cases
from kernels.case import KernelCase
from kernels.chosen_cases import chosen_cases
from kernels.control_flow_cases import control_flow_cases
from kernels.elementwise_cases import elementwise_cases
from kernels.fused_cases import fused_cases
from kernels.gemm_cases import gemm_case, gemm_cases
from kernels.integer_cases import integer_cases
from kernels.operator_cases import operator_cases
from kernels.padded_cases import padded_cases
from kernels.quantised_cases import quantised_cases
from kernels.row_major_cases import row_major_cases
from kernels.scalar_cases import scalar_cases
from kernels.scan_cases import scan_cases
from kernels.sized_cases import sized_cases
from kernels.storage_cases import storage_cases

KERNELS = [
    *gemm_cases(),
    *elementwise_cases(),
    *control_flow_cases(),
    *operator_cases(),
    *fused_cases(),
    *arranged_cases(),
    *integer_cases(),
    *scan_cases(),
    *scalar_cases(),
    *row_major_cases(),
    *padded_cases(),
    *storage_cases(),
    *quantised_cases(),
    *chosen_cases(),
]
assert len({case.name for case in KERNELS}) == len(KERNELS)

# What needs numbers to be run; the texts are those of all sizes.
SIZED_KERNELS = sized_cases()

SMALL_KERNELS = [case for case in KERNELS if case.small]


def kernel(name: str) -> KernelCase:
    """The case of that name."""
    return next(case for case in [*KERNELS, *SIZED_KERNELS] if case.name == name)


__all__ = ["KERNELS", "SIZED_KERNELS", "SMALL_KERNELS", "KernelCase", "gemm_case", "kernel"]

"""Running sums and transposes."""

from __future__ import annotations

import functools

from kernels import scan_sources as sources
from kernels.case import SHORT, KernelCase, Tensors, specs

_part = functools.partial


def _running_sum(dim: int, reverse: bool, t: Tensors) -> Tensors:
    values = t["A"].flip(dim).cumsum(dim).flip(dim) if reverse else t["A"].cumsum(dim)
    return {"C": values}


def scan_cases() -> list[KernelCase]:
    """All cases of this file."""
    return [
        *(
            KernelCase(
                f"running_sum_{SHORT[dtype]}_dim{dim}{'_reverse' if reverse else ''}",
                _part(sources.running_sum, 96, 64, dtype, dim, reverse, 32),
                specs(f"A:in:{SHORT[dtype]}:96x64 C:out:{SHORT[dtype]}:96x64"),
                _part(_running_sum, dim, reverse),
            )
            for dtype in ("float32", "bfloat16")
            for dim in (0, 1)
            for reverse in (False, True)
        ),
        KernelCase(
            "running_sum_of_vector",
            _part(sources.running_sum_of_vector, 3, 96),
            specs("A:in:fp32:3x96 C:out:fp32:3x96"),
            _part(_running_sum, 1, False),
        ),
        *(
            KernelCase(
                f"transposed_{SHORT.get(dtype, dtype)}",
                _part(sources.transposed, 64, 96, dtype),
                specs(f"A:in:{SHORT.get(dtype, dtype)}:64x96 C:out:{SHORT.get(dtype, dtype)}:96x64"),
                lambda t: {"C": t["A"].T},
            )
            for dtype in ("bfloat16", "float32", "int32")
        ),
    ]

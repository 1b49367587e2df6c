"""Kernels that take rows, columns and elements of blocks one at a time."""

from __future__ import annotations

import functools

import torch

from kernels import chosen_sources as sources
from kernels.case import SHORT, KernelCase, Tensors, specs

_part = functools.partial


def _rows(t: Tensors) -> Tensors:
    a = t["A"]
    c = torch.zeros_like(a[0])
    for row in a.flip(0):
        c = row * a.amax(0) + row - c
    return {"C": c}


def _columns(t: Tensors) -> Tensors:
    return {"C": t["A"] - (t["A"].cumsum(1) - t["A"])}


def _elements(t: Tensors) -> Tensors:
    a = t["A"]
    picked = sum(a[int(place), k] for k, place in enumerate(t["Places"]))
    return {"C": a * a.diagonal()[:8].sum(), "S": picked.reshape(1)}


def _parts(t: Tensors) -> Tensors:
    return {"L": t["A"].sum(2).T}


def _combined(t: Tensors) -> Tensors:
    weights = torch.softmax(t["L"] * torch.log(torch.tensor(2.0, dtype=torch.float64)), 1)
    return {"Out": (t["Partial"] * weights[:, :, None]).sum(1)}


def _rows_of_a_tensor(t: Tensors) -> Tensors:
    a, d = t["A"], t["D"].clone()
    count = (len(a) - 1) // 3
    chosen = a[0 : count * 3 : 3]
    d[0 : count * 3 : 3] = a[1 : count * 3 + 1 : 3]
    return {"C": a[:32] + (chosen * torch.arange(count)[:, None]).sum(0), "D": d}


def chosen_cases() -> list[KernelCase]:
    """All cases of this file."""
    return [
        *(
            KernelCase(
                f"chosen_rows_{rows}x{cols}_{SHORT[dtype]}",
                _part(sources.chosen_rows, rows, cols, dtype),
                specs(f"A:in:{SHORT[dtype]}:{rows}x{cols} C:out:fp32:{cols}"),
                _rows,
                small=False,
            )
            for rows, cols, dtype in ((8, 64, "float32"), (40, 32, "bfloat16"))
        ),
        KernelCase(
            "chosen_columns",
            _part(sources.chosen_columns, 64, 8),
            specs("A:in:fp32:64x8 C:out:fp32:64x8"),
            _columns,
        ),
        KernelCase(
            "chosen_elements",
            _part(sources.chosen_elements, 32, 64),
            specs("A:in:fp32:32x64 Places:in:int32:8=3,0,31,8,8,17,2,16 C:out:fp32:32x64 S:out:fp32:1"),
            _elements,
            small=False,
        ),
        KernelCase(
            "parts_of_a_vector",
            _part(sources.parts_of_a_vector, 12, 3, 64),
            specs("A:in:fp32:3x12x64 L:out:fp32:12x3"),
            _parts,
            small=False,
        ),
        *(
            KernelCase(
                f"rows_of_a_tensor_{SHORT[dtype]}",
                _part(sources.rows_of_a_tensor, 44, 64, dtype),
                specs(f"A:in:{SHORT[dtype]}:44x64 C:out:fp32:32x64 D:inout:{SHORT[dtype]}:44x64"),
                _rows_of_a_tensor,
                small=False,
            )
            for dtype in ("float32", "bfloat16")
        ),
        KernelCase(
            "combined_parts",
            _part(sources.combined_parts, 4, 8, 64),
            specs("L:in:fp32:4x8 Partial:in:fp32:4x8x64 Out:out:fp32:4x64"),
            _combined,
            integers=None,
            tolerance=0.001,
        ),
    ]

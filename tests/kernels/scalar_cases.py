"""Kernels whose loops, branches and slices depend on variables and on elements of tensors."""

from __future__ import annotations

import functools
import itertools

import torch

from kernels import scalar_sources as sources
from kernels.case import KernelCase, Tensors, specs

_part = functools.partial


def _chosen(t: Tensors) -> Tensors:
    chosen = t["Mask"].repeat_interleave(32, 0).repeat_interleave(32, 1)
    partial = torch.stack([a @ b for a, b in zip(t["A"].split(32, 1), t["B"].split(32, 0), strict=True)], -1)
    return {"C": (partial * chosen).sum(-1)}


def _groups(sizes: tuple[int, ...], t: Tensors) -> Tensors:
    return {"C": torch.cat([a @ b for a, b in zip(t["A"].split(sizes), t["B"], strict=True)])}


def _starts(sizes: list[int]) -> str:
    return ",".join(map(str, [0, *itertools.accumulate(sizes)][:-1]))


def _groups_case(sizes: tuple[int, ...], dtype: str, name: str) -> KernelCase:
    count, rows = len(sizes), sum(sizes)
    padded = [(size + 31) // 32 * 32 for size in sizes]
    tensors = (
        f"A:in:{dtype}:{rows}x64 B:in:{dtype}:{count}x64x32 "
        f"Sizes:in:int32:{count}={','.join(map(str, sizes))} Starts:in:int32:{count}={_starts(sizes)} "
        f"Padded:in:int32:{count}={_starts(padded)} C:out:fp32:{rows}x32"
    )
    return KernelCase(
        name,
        _part(sources.products_of_groups, sizes, specs(tensors)[0].dtype),
        specs(tensors),
        _part(_groups, sizes),
        small=False,
    )


def _from_anywhere(t: Tensors) -> Tensors:
    longer = torch.cat([t["A"], torch.zeros(64, 48, dtype=torch.float64)])
    return {"C": torch.stack([longer[int(start) :][:64] for start in t["Starts"]])}


def _overlapping(t: Tensors) -> Tensors:
    longer = torch.cat([t["A"], torch.zeros(64, 32, dtype=torch.float64)])
    return {"C": torch.stack([longer[24 * b + 15 :][:64] for b in range(4)])}


def _block_masks() -> torch.Tensor:
    i, j = torch.arange(32)[:, None] // 4, torch.arange(32) // 4
    return torch.stack([i >= j, i >= j, i == j, torch.ones(32, 32).bool()]).double()


def _listed(t: Tensors) -> Tensors:
    zero = torch.zeros(32, 32, dtype=torch.float64)
    rows = zip(t["List"].long(), t["Counts"].long(), strict=True)
    return {"C": torch.stack([sum((t["A"][i] for i in names[:count]), zero) for names, count in rows])}


def _by_lengths(t: Tensors) -> Tensors:
    inside = torch.arange(64) < t["Lengths"][:, None, None]
    return {"C": t["A"] * inside * (1 - 2 * (t["Lengths"][:, None, None] % 2))}


def scalar_cases() -> list[KernelCase]:
    """All cases of this file."""
    mask = ",".join("1011010011100001")
    rows = [
        (
            sources.product_of_chosen_blocks,
            f"A:in:bf16:64x128 B:in:bf16:128x64 Mask:in:bool:2x2x4={mask} C:out:fp32:64x64",
            _chosen,
        ),
        (sources.shifted_rows, "A:in:fp32:96x32 C:inout:fp32:99x32", _shifted),
        (sources.overlapping_rows, "A:in:bf16:90x32 C:out:bf16:4x64x32", _overlapping),
        (sources.mask_of_blocks, "C:out:fp32:4x32x32", lambda _: {"C": _block_masks()}),
        (
            sources.blocks_moved_up,
            "A:in:fp32:96x32 C:out:fp32:128x32",
            lambda t: {"C": torch.cat([torch.zeros(32, 32, dtype=torch.float64), t["A"]])},
        ),
        (
            sources.products_of_rows,
            "A:in:bf16:100x32 Sizes:in:int32:3=33,0,67 Starts:in:int32:3=0,33,33 C:out:fp32:3x32x32",
            lambda t: {"C": torch.stack([a.T @ a for a in t["A"].split([33, 0, 67])])},
        ),
        (
            sources.sum_of_every_other_block,
            "A:in:fp32:8x32x32 First:in:int32:3=1,6,8 C:out:fp32:3x32x32",
            lambda t: {"C": torch.stack([t["A"][int(first) :: 2].sum(0) for first in t["First"]])},
        ),
        (
            sources.sum_of_listed_blocks,
            "A:in:fp32:6x32x32 List:in:int32:2x4=5,0,5,1,3,2,1,0 Counts:in:int32:2=3,0 C:out:fp32:2x32x32",
            _listed,
        ),
        (
            sources.masked_by_lengths,
            "A:in:fp32:4x32x64 Lengths:in:int32:4=64,0,33,7 C:out:fp32:4x32x64",
            _by_lengths,
        ),
    ]
    cases = [
        KernelCase(make.__name__, make, specs(tensors), reference, small=False)
        for make, tensors, reference in rows
    ]
    for dtype in ("bfloat16", "float32"):
        tensors = f"A:in:{dtype}:100x48 Starts:in:int32:5=0,21,37,48,99 C:out:{dtype}:5x64x48"
        make = _part(sources.rows_from_anywhere, dtype)
        cases.append(
            KernelCase(f"rows_from_anywhere_{dtype}", make, specs(tensors), _from_anywhere, small=False)
        )
    cases.append(_groups_case((32, 64), "bf16", "products_of_groups_on_tiles"))
    cases.append(_groups_case((31, 45, 3, 70), "bf16", "products_of_groups_bf16"))
    cases.append(_groups_case((5, 40), "fp32", "products_of_groups_fp32"))
    return cases


def _shifted(t: Tensors) -> Tensors:
    return {"C": torch.cat([t["C"][:3], t["A"]])}

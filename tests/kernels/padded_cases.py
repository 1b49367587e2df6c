"""Kernels whose blocks are no multiples of a tile, and grow to tiles."""

from __future__ import annotations

import functools
import math

import tilelang.language as T

from kernels import padded_sources as sources
from kernels.case import KernelCase, Tensors, specs

_part = functools.partial
_REDUCTIONS = {
    "sum": (T.reduce_sum, lambda a, dim: a.sum(dim)),
    "max": (T.reduce_max, lambda a, dim: a.amax(dim)),
    "min": (T.reduce_min, lambda a, dim: a.amin(dim)),
}


def _reduced(reference, dim, t: Tensors) -> Tensors:
    values = t["A"].exp()
    return {"C": values, "R": reference(values, dim)}


def _decode(groups, t: Tensors) -> Tensors:
    per_group = t["Q"].shape[0] // groups
    k, v = (t[name].transpose(0, 1).repeat_interleave(per_group, 0) for name in "KV")
    scores = (t["Q"][:, None] @ k.mT) / math.sqrt(t["Q"].shape[-1])
    return {"Out": (scores.softmax(-1) @ v)[:, 0]}


def padded_cases() -> list[KernelCase]:
    """All cases of this file."""
    qkv = "Q:in:bf16:{0}x{3} K:in:bf16:{1}x{2}x{3} V:in:bf16:{1}x{2}x{3} Out:out:bf16:{0}x{3}"
    return [
        *(
            KernelCase(
                f"padded_{rows}_rows_{dtype}",
                _part(sources.scaled_rows, M, N, rows, name),
                specs(f"A:in:{dtype}:{M}x{N} C:out:{dtype}:{M}x{N}"),
                lambda t: {"C": 2 * t["A"]},
                small=False,
            )
            for rows, M, N, dtype, name in (
                (12, 36, 64, "fp32", "float32"),
                (40, 80, 32, "bf16", "bfloat16"),
                (16, 64, 48, "bf16", "bfloat16"),
            )
        ),
        *(
            KernelCase(
                f"padded_{name}_{M}x{N}_dim{dim}",
                _part(sources.reduced, M, N, reduce, dim),
                specs(f"A:in:fp32:{M}x{N} C:out:fp32:{M}x{N} R:out:fp32:{M if dim else N}"),
                _part(_reduced, reference, dim),
                integers=None,
                tolerance=1e-5,
                small=M == 32,
            )
            for name, (reduce, reference) in _REDUCTIONS.items()
            for M, N, dim in ((32, 40, 1), (20, 64, 0))
        ),
        KernelCase(
            "padded_product",
            _part(sources.product, 16, 48, 40),
            specs("A:in:bf16:16x40 B:in:bf16:40x48 C:out:fp32:16x48"),
            lambda t: {"C": t["A"] @ t["B"]},
            small=False,
        ),
        *(
            KernelCase(
                f"decode_{heads}_heads_{groups}_groups_blocks_{block_H}x{block_N}",
                _part(sources.decode, heads, groups, 128, 32, block_H, block_N),
                specs(qkv.format(heads, 128, groups, 32)),
                _part(_decode, groups),
                integers=None,
                tolerance=0.05,
                small=False,
            )
            for heads, groups, block_H, block_N in (
                (8, 2, 64, 64),
                (32, 2, 16, 64),
                (16, 4, 4, 32),
                (8, 4, 64, 16),
            )
        ),
    ]

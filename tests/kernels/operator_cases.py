"""Operators beside products and sums: functions, selections, vectors, reductions, ragged tensors."""

from __future__ import annotations

import functools
import math

import tilelang.language as T
import torch

from kernels import elementwise_sources as elementwise
from kernels import operator_sources as operators
from kernels.case import SHORT, KernelCase, specs

_part = functools.partial


def _wide(value):
    """TVM's power takes no bfloat16."""
    return T.cast(value, "float32")


# Expressions of four inputs by class: in TileLang, in torch, range of the inputs (None: integers are exact).
_EXPRESSIONS = [
    (
        "exponentials",
        lambda a, b, c, d: T.exp(a) - T.exp2(b) + T.log(c) * T.log1p(d),
        lambda a, b, c, d: torch.exp(a) - torch.exp2(b) + torch.log(c) * torch.log1p(d),
        (0.1, 2.0),
    ),
    (
        "logarithms",
        lambda a, b, c, d: T.log2(a) * T.log10(b) + T.exp10(c) - d,
        lambda a, b, c, d: torch.log2(a) * torch.log10(b) + 10**c - d,
        (0.1, 2.0),
    ),
    (
        "roots",
        lambda a, b, c, d: T.sqrt(a) + T.rsqrt(b) - 1.0 / c + a / d,
        lambda a, b, c, d: torch.sqrt(a) + torch.rsqrt(b) - 1 / c + a / d,
        (0.25, 2.0),
    ),
    (
        "powers",
        lambda a, b, c, d: T.pow(_wide(a), 1.5) + T.pow(_wide(b), _wide(c)) - T.pow(_wide(d), 2.0),
        lambda a, b, c, d: a**1.5 + b**c - d**2,
        (0.1, 2.0),
    ),
    (
        "circular",
        lambda a, b, c, d: T.sin(a) * T.cos(b) - T.tan(c * 0.5) + T.atan(d),
        lambda a, b, c, d: torch.sin(a) * torch.cos(b) - torch.tan(c * 0.5) + torch.atan(d),
        (-2.0, 2.0),
    ),
    (
        "inverse_circular",
        lambda a, b, c, d: T.asin(a) - T.acos(b) + T.atanh(c) * T.asinh(d),
        lambda a, b, c, d: torch.asin(a) - torch.acos(b) + torch.atanh(c) * torch.asinh(d),
        (-0.9, 0.9),
    ),
    (
        "hyperbolic",
        lambda a, b, c, d: T.sinh(a) - T.cosh(b) + T.tanh(c) * T.acosh(d),
        lambda a, b, c, d: torch.sinh(a) - torch.cosh(b) + torch.tanh(c) * torch.acosh(d),
        (1.1, 2.0),
    ),
    (
        "gates",
        lambda a, b, c, d: a * T.sigmoid(a) + 0.5 * b * (1.0 + T.erf(b * math.sqrt(0.5))) - c * T.tanh(d),
        lambda a, b, c, d: a * torch.sigmoid(a) + torch.nn.functional.gelu(b) - c * torch.tanh(d),
        (-2.0, 2.0),
    ),
    (
        "rounding",
        lambda a, b, c, d: (
            T.floor(a * 0.4) + T.ceil(b * 0.4) * T.trunc(c * 0.4) - T.nearbyint(T.abs(d) * 0.5)
        ),
        lambda a, b, c, d: (
            torch.floor(a * 0.4) + torch.ceil(b * 0.4) * torch.trunc(c * 0.4) - torch.round(d.abs() * 0.5)
        ),
        None,
    ),
    (
        "extremes",
        lambda a, b, c, d: T.max(a, T.min(b, c)) - T.max(d, 1.0) + T.min(-1.0, a) * T.clamp(b, -1.5, 2.0),
        lambda a, b, c, d: (
            torch.maximum(a, torch.minimum(b, c)) - d.clamp_min(1) + a.clamp_max(-1) * b.clamp(-1.5, 2)
        ),
        None,
    ),
    (
        "selections",
        lambda a, b, c, d: (
            T.if_then_else(a > b, c, -d)
            + T.Select(c <= 1.0, a, b) * T.if_then_else(c <= a, 2.0, d)
            - T.if_then_else(d == 1.0, 3.0, b)
        ),
        lambda a, b, c, d: (
            torch.where(a > b, c, -d)
            + torch.where(c <= 1, a, b) * torch.where(c <= a, 2.0, d)
            - torch.where(d == 1, 3.0, b)
        ),
        None,
    ),
    (
        "conditions",
        lambda a, b, c, d: (
            T.if_then_else(T.And(a >= b, T.Not(c < d)), a, b)
            + T.if_then_else(T.Or(a != 0.0, b < 1.0), c, d * 2.0)
        ),
        lambda a, b, c, d: torch.where((a >= b) & ~(c < d), a, b) + torch.where((a != 0) | (b < 1), c, d * 2),
        None,
    ),
]


def _expressions() -> list[KernelCase]:
    cases = []
    for dtype in ("float32", "bfloat16"):
        short = SHORT[dtype]
        tensors = specs(" ".join(f"{n}:in:{short}:32x64" for n in "ABCD") + f" E:out:{short}:32x64")
        for name, op, reference, uniform in _EXPRESSIONS:
            cases.append(
                KernelCase(
                    f"{name}_{short}",
                    _part(elementwise.quaternary, 32, 64, 32, op, dtype),
                    tensors,
                    lambda t, reference=reference: {"E": reference(t["A"], t["B"], t["C"], t["D"])},
                    integers=(-3, 3) if uniform is None else None,
                    uniform=uniform,
                    # The vector unit's erf is good for bfloat16 only.
                    tolerance=0.05 if dtype == "bfloat16" or name == "gates" else 1e-4,
                )
            )
    return cases


def _vectors() -> list[KernelCase]:
    cases = []
    for dtype in ("float32", "bfloat16"):
        short = SHORT[dtype]
        make = {"tolerance": 0.05 if dtype == "bfloat16" else 1e-4}
        cases += [
            KernelCase(
                f"affine_{short}",
                _part(operators.affine, 64, 96, 32, dtype),
                specs(f"A:in:{short}:64x96 S:in:{short}:64 R:in:{short}:96 C:out:{short}:64x96"),
                lambda t: {"C": t["A"] * t["S"][:, None] + t["R"]},
                **make,
            ),
            KernelCase(
                f"vectors_{short}",
                _part(operators.vectors, 128, 64, lambda a, b: a * 2.0 - T.max(a, b), dtype),
                specs(f"A:in:{short}:128 B:in:{short}:128 C:out:{short}:128"),
                lambda t: {"C": t["A"] * 2 - torch.maximum(t["A"], t["B"])},
                **make,
            ),
            KernelCase(
                f"vectors_ragged_{short}",
                _part(operators.vectors, 100, 64, lambda a, b: a * b + 1.0, dtype),
                specs(f"A:in:{short}:100 B:in:{short}:100 C:out:{short}:100"),
                lambda t: {"C": t["A"] * t["B"] + 1},
                **make,
            ),
        ]
    return [
        *cases,
        KernelCase(
            "affine_ragged",
            _part(operators.affine, 50, 70, 32),
            specs("A:in:fp32:50x70 S:in:fp32:50 R:in:fp32:70 C:out:fp32:50x70"),
            lambda t: {"C": t["A"] * t["S"][:, None] + t["R"]},
            tolerance=1e-4,
        ),
        KernelCase(
            "affine_large_blocks",
            _part(operators.affine, 128, 128, 64),
            specs("A:in:fp32:128x128 S:in:fp32:128 R:in:fp32:128 C:out:fp32:128x128"),
            lambda t: {"C": t["A"] * t["S"][:, None] + t["R"]},
            tolerance=1e-4,
        ),
        KernelCase(
            "outer_product",
            _part(operators.outer_product, 64, 96, 32),
            specs("S:in:fp32:64 R:in:fp32:96 C:out:fp32:64x96"),
            lambda t: {"C": torch.outer(t["S"], t["R"])},
            tolerance=1e-4,
        ),
        KernelCase(
            "repeated_row",
            _part(operators.repeated_row, 64, 40),
            specs("R:in:fp32:40 C:out:fp32:64x40"),
            lambda t: {"C": (t["R"] - 3).expand(64, 40)},
            tolerance=1e-4,
        ),
        KernelCase(
            "scaled_by_element",
            _part(operators.scaled_by_element, 64, 96),
            specs("A:in:fp32:64x96 S:in:fp32:1 C:out:fp32:64x96"),
            lambda t: {"C": t["A"] * t["S"]},
            tolerance=1e-4,
        ),
    ]


# Reductions: in torch, and what joins the result with what was there.
_REDUCTIONS = {
    "sum": (torch.sum, torch.add),
    "abssum": (lambda t, dim: t.abs().sum(dim), torch.add),
    "max": (torch.amax, torch.maximum),
    "absmax": (lambda t, dim: t.abs().amax(dim), torch.maximum),
    "min": (torch.amin, torch.minimum),
}


def _reduced(t, kind, dim, start):
    reduce, join = _REDUCTIONS[kind]
    result = reduce(t["A"], dim)
    return {"C": result if start is None else join(result, torch.full_like(result, start))}


def _reductions() -> list[KernelCase]:
    cases = []
    rows = [
        (kind, dim, clear, "float32") for kind in _REDUCTIONS for dim in (0, 1) for clear in (True, False)
    ]
    rows += [("sum", 1, True, "bfloat16"), ("max", 0, False, "bfloat16"), ("min", 1, True, "bfloat16")]
    for kind, dim, clear, dtype in rows:
        start = None if clear else -2.0
        name = f"reduce_{kind}_{'rows' if dim == 1 else 'cols'}{'' if clear else '_onto'}_{SHORT[dtype]}"
        length = 96 if dim == 1 else 64
        cases.append(
            KernelCase(
                name,
                _part(operators.reduction, 96, 64, kind, dim, clear, dtype, -2.0),
                specs(f"A:in:{SHORT[dtype]}:96x64 C:out:{SHORT[dtype]}:{length}"),
                _part(_reduced, kind=kind, dim=dim, start=start),
                integers=(-2, 2) if dtype == "float32" else (0, 2),
                tolerance=1e-4 if dtype == "float32" else 0.02,
            )
        )
    return [
        *cases,
        KernelCase(
            "reduce_of_shared",
            _part(operators.reduction_of_shared, 50, 96, "sum"),
            specs("A:in:fp32:50x96 C:out:fp32:50"),
            lambda t: {"C": t["A"].sum(1)},
            tolerance=1e-4,
        ),
        KernelCase(
            "carried_reductions",
            _part(operators.carried_reductions, 64, 192, 64),
            specs("A:in:fp32:64x192 High:out:fp32:64 Total:out:fp32:64"),
            lambda t: {"High": t["A"].amax(1), "Total": t["A"].sum(1)},
            tolerance=1e-4,
        ),
        KernelCase(
            "both_reductions",
            _part(operators.both_reductions, 96, 64),
            specs("A:in:fp32:96x64 C:out:fp32:96x64"),
            lambda t: {"C": t["A"] - t["A"].amax(1, keepdim=True) - t["A"].amin(0)},
            tolerance=1e-4,
        ),
        KernelCase(
            "repeated_reductions",
            _part(operators.repeated_reductions, 64, 64),
            specs("A:in:fp32:64x64 C:out:fp32:64x64"),
            lambda t: {"C": t["A"] - t["A"].amax(1, keepdim=True)},
            tolerance=1e-4,
        ),
        KernelCase(
            "total",
            _part(operators.total, 96, 64),
            specs("A:in:fp32:96x64 C:out:fp32:96x64"),
            lambda t: {"C": t["A"] / t["A"].abs().amax()},
            integers=None,
            tolerance=1e-4,
        ),
    ]


def _shapes_and_paths() -> list[KernelCase]:
    ragged = [
        KernelCase(
            f"ragged_{'x'.join(map(str, shape))}_{SHORT[dtype]}",
            _part(operators.ragged, shape, block, lambda a: 2.0 - a, dtype),
            specs("A:in:{0}:{1} C:out:{0}:{1}".format(SHORT[dtype], "x".join(map(str, shape)))),
            lambda t: {"C": 2 - t["A"]},
            tolerance=0.05 if dtype == "bfloat16" else 1e-4,
        )
        for shape, block, dtype in [
            ((50, 70), 32, "float32"),
            ((33, 64), 64, "bfloat16"),
            ((3, 40, 100), 64, "float32"),
            ((1, 1), 32, "bfloat16"),
        ]
    ]
    return [
        *ragged,
        KernelCase(
            "branches",
            _part(operators.branches, 32),
            specs("A:in:fp32:96x64 C:out:fp32:96x64"),
            lambda t: {"C": torch.cat([t["A"][:32] + 1, t["A"][32:] * 2])},
            tolerance=1e-4,
        ),
        KernelCase(
            "updated_by_loop",
            _part(operators.updated_by_loop, 64, 3),
            specs("A:in:fp32:B C:out:fp32:B", 64),
            lambda t: {"C": t["A"] + 3},
            tolerance=1e-4,
        ),
        *(
            KernelCase(
                f"used_between_products_{block}",
                _part(operators.used_between_products, block),
                specs("A:in:bf16:2xB C:out:fp32:2xB", block),
                lambda t: {"C": torch.cumsum(t["A"] @ t["A"], 0) + 1},
            )
            for block in (32, 128)
        ),
        *(
            KernelCase(
                f"rescaled_products_{block}",
                _part(operators.rescaled_products, block, 3),
                specs("A:in:bf16:3xB B:in:bf16:B C:out:fp32:B", block),
                lambda t: {"C": (t["A"][0] / 4 + t["A"][1] / 2 + t["A"][2]) @ t["B"]},
            )
            for block in (32, 96)
        ),
        KernelCase(
            "exchanged",
            _part(operators.exchanged, 32),
            specs("A:in:fp32:B B:in:fp32:B C:out:fp32:B D:out:fp32:B", 32),
            lambda t: {"C": t["B"] - t["A"], "D": t["A"] + t["B"]},
            tolerance=1e-4,
        ),
    ]


def operator_cases() -> list[KernelCase]:
    """All cases of this file."""
    return [*_expressions(), *_vectors(), *_reductions(), *_shapes_and_paths()]

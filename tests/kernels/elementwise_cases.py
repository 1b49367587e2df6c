"""Element-wise and copy kernels: expressions, temporaries, carried blocks, dtypes."""

from __future__ import annotations

import functools

import torch

from kernels import elementwise_sources as elementwise
from kernels.case import SHORT, KernelCase, Tensors, specs


def _add(a, b):
    return a + b


def _sub(a, b):
    return a - b


def _mul(a, b):
    return a * b


def _balanced(terms, op=_add):
    """Combines terms pairwise, as a balanced tree."""
    while len(terms) > 1:
        terms = [op(a, b) for a, b in zip(terms[::2], terms[1::2], strict=True)]
    return terms[0]


def _from_right(terms):
    """a0 - (a1 - (a2 - ...))."""
    result = terms[-1]
    for term in reversed(terms[:-1]):
        result = term - result
    return result


def _alternating(terms):
    """Differences of sums of products: a balanced tree with all three operations."""
    products = [a * b for a, b in zip(terms[::2], terms[1::2], strict=True)]
    return _balanced([_balanced(products[:4]), _balanced(products[4:])], _sub)


def _elementwise_expressions() -> list[KernelCase]:
    part = functools.partial
    cases = []
    for dtype in ("bfloat16", "float32"):
        short = SHORT[dtype]
        tolerance = 0.05 if dtype == "bfloat16" else 1e-3
        two = f"A:in:{short}:64x128 B:in:{short}:64x128 C:out:{short}:64x128"
        for name, op in (("add", _add), ("sub", _sub), ("mul", _mul)):
            cases.append(
                KernelCase(
                    f"{name}_{short}",
                    part(elementwise.binary, 64, 128, 32, 64, op, dtype),
                    specs(two),
                    lambda t, op=op: {"C": op(t["A"], t["B"])},
                    tolerance=tolerance,
                )
            )
        for name, op in (
            ("scale_and_shift", lambda a: a * 2.0 + 1.0),
            ("constant_minus", lambda a: 3.0 - a),
            ("constant_times", lambda a: 4.0 * (a - 2.0)),
            ("constants_on_both_sides", lambda a: 1.0 - 2.0 * (3.0 - a * 0.5)),
            ("square_minus_self", lambda a: a * a - a),
            ("double", lambda a: a + a),
            ("cancel", lambda a: a - a),
        ):
            cases.append(
                KernelCase(
                    f"{name}_{short}",
                    part(elementwise.unary, 64, 64, 32, op, dtype),
                    specs(f"A:in:{short}:64x64 C:out:{short}:64x64"),
                    lambda t, op=op: {"C": op(t["A"])},
                    tolerance=2 * tolerance if name == "square_minus_self" else tolerance,
                )
            )
        for name, op in (
            ("chain_left", lambda a, b, c, d: ((a + b) * c) - d),
            ("chain_right", lambda a, b, c, d: a - (b * (c + d))),
            ("chain_balanced", lambda a, b, c, d: (a + b) * (c - d)),
            ("chain_with_constants", lambda a, b, c, d: (a * 2.0 - b) - (1.0 - c * d)),
            ("chain_shared_operand", lambda a, b, c, d: (a + b) * (a - b) + a * (c - d)),
        ):
            cases.append(
                KernelCase(
                    f"{name}_{short}",
                    part(elementwise.quaternary, 64, 64, 64, op, dtype),
                    specs(" ".join(f"{n}:in:{short}:64x64" for n in "ABCD") + f" E:out:{short}:64x64"),
                    lambda t, op=op: {"E": op(t["A"], t["B"], t["C"], t["D"])},
                    tolerance=tolerance * 2,
                )
            )
        for name, count, op in (
            ("tree_of_16", 16, _balanced),
            ("difference_tree_of_16", 16, lambda terms: _balanced(terms, _sub)),
            ("mixed_tree_of_16", 16, _alternating),
            ("right_chain_of_12", 12, _from_right),
        ):
            cases.append(
                KernelCase(
                    f"{name}_{short}",
                    part(elementwise.slices, 32, 64, 32, count, op, dtype),
                    specs(f"A:in:{short}:{count}x32x64 C:out:{short}:32x64"),
                    lambda t, op=op: {"C": op(list(t["A"]))},
                    tolerance=tolerance * 2,
                )
            )
    return cases


def _elementwise_programs() -> list[KernelCase]:
    part = functools.partial
    cases = []
    for dtype in ("bfloat16", "float32"):
        short = SHORT[dtype]
        tolerance = 0.05 if dtype == "bfloat16" else 1e-3
        ab = f"A:in:{short}:64x96 B:in:{short}:64x96"
        make = {"tolerance": tolerance}
        cases += [
            KernelCase(
                f"tail_{short}",
                part(elementwise.binary, 96, 160, 64, 64, _add, dtype),
                specs(f"A:in:{short}:96x160 B:in:{short}:96x160 C:out:{short}:96x160"),
                lambda t: {"C": t["A"] + t["B"]},
                **make,
            ),
            KernelCase(
                f"temporaries_{short}",
                part(elementwise.temporaries, 64, 96, 32, dtype),
                specs(f"{ab} D:out:{short}:64x96"),
                lambda t: {"D": (t["A"] + t["B"]) * (t["A"] - t["B"]) + t["A"]},
                tolerance=2 * tolerance,
            ),
            KernelCase(
                f"reused_buffer_{short}",
                part(elementwise.reused_buffer, 64, 96, 32, dtype),
                specs(f"{ab} C:out:{short}:64x96 D:out:{short}:64x96"),
                lambda t: {"C": t["A"] + t["B"], "D": t["A"] - t["B"]},
                **make,
            ),
            KernelCase(
                f"carried_sum_{short}",
                part(elementwise.carried_sum, 5, 64, 64, 32, dtype),
                specs(f"A:in:{short}:5x64x64 C:out:{short}:64x64"),
                lambda t: {"C": t["A"].sum(0)},
                **make,
            ),
            KernelCase(
                f"update_tensor_{short}",
                part(elementwise.update_tensor, 64, 64, 32, dtype),
                specs(f"A:inout:{short}:64x64 B:in:{short}:64x64"),
                lambda t: {"A": t["A"] + t["B"]},
                **make,
            ),
            KernelCase(
                f"rows_per_item_{short}",
                part(elementwise.rows_per_item, 64, 128, 32, dtype),
                specs(f"A:in:{short}:64x128 B:in:{short}:64x128 C:out:{short}:64x128"),
                lambda t: {"C": t["A"] + t["B"]},
                **make,
            ),
            KernelCase(
                f"fill_{short}",
                part(elementwise.fill, 64, 64, 32, 2.5, dtype),
                specs(f"C:out:{short}:64x64"),
                lambda t: {"C": torch.full((64, 64), 2.5, dtype=torch.float64)},
                **make,
            ),
        ]
    return [
        *cases,
        KernelCase(
            "carried_pair",
            part(elementwise.carried_pair, 4, 64, 32, 32),
            specs("A:in:fp32:4x64x32 C:out:fp32:64x32 D:out:fp32:64x32"),
            _carried_pair,
            tolerance=1e-3,
        ),
        KernelCase(
            "mixed_dtypes",
            part(elementwise.mixed_dtypes, 64, 64, 32),
            specs("A:in:bf16:64x64 B:in:fp32:64x64 C:out:fp32:64x64"),
            lambda t: {"C": t["A"] * t["B"] + t["A"]},
            tolerance=1e-3,
        ),
        KernelCase(
            "add_eager",
            part(elementwise.add_eager.get_tir, M=128, N=64),
            specs("A:in:fp32:128x64 B:in:fp32:128x64 C:out:fp32:128x64"),
            lambda t: {"C": t["A"] + t["B"]},
            tolerance=1e-3,
        ),
    ]


def _carried_pair(t: Tensors) -> Tensors:
    C, D = torch.ones_like(t["A"][0]), torch.zeros_like(t["A"][0])
    for step in t["A"]:
        C = C + step
        D = C - D
    return {"C": C, "D": D}


def _copies() -> list[KernelCase]:
    part = functools.partial
    cases = []
    for source in ("bfloat16", "float32"):
        for target in ("bfloat16", "float32"):
            cases.append(
                KernelCase(
                    f"copy_{SHORT[source]}_{SHORT[target]}",
                    part(elementwise.copy, 96, 160, 64, 64, source, target),
                    specs(f"A:in:{SHORT[source]}:96x160 C:out:{SHORT[target]}:96x160"),
                    lambda t: {"C": t["A"]},
                )
            )
    cases.append(
        KernelCase(
            "swap_blocks",
            part(elementwise.swap_blocks, 128, 64),
            specs("A:in:bf16:128x128 C:out:bf16:128x128"),
            lambda t: {"C": t["A"].reshape(2, 64, 2, 64).permute(2, 1, 0, 3).reshape(128, 128)},
        )
    )
    return cases


def elementwise_cases() -> list[KernelCase]:
    """All cases of this file."""
    return [*_elementwise_expressions(), *_elementwise_programs(), *_copies()]

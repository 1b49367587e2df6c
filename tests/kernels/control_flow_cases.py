"""Kernels whose loops and branches carry, hold or skip blocks."""

from __future__ import annotations

import functools

import torch

from kernels import control_flow_sources as control
from kernels.case import KernelCase, Tensors, specs


def _square(block):
    return block @ block


def _squares(blocks):
    return sum((_square(block) for block in blocks), torch.zeros_like(blocks[0]))


def _control_flow(block: int) -> list[KernelCase]:
    """Loops and branches around blocks, with accumulators in DST (block 32) and in L1 (block 128)."""
    b, f = "bf16", "fp32"
    zero = torch.zeros(block, block, dtype=torch.float64)
    rows = [
        (
            control.product_per_row,
            f"A:in:{b}:{2 * block}x{2 * block} C:out:{f}:{2 * block}x{block}",
            lambda t: {
                "C": torch.cat([_squares(list(row.split(block, 1))) for row in t["A"].split(block, 0)])
            },
        ),
        (
            control.held_operand,
            f"A:in:{b}:B B:in:{b}:2xB C:out:{f}:B",
            lambda t: {"C": t["A"] @ t["B"].sum(0)},
        ),
        (
            control.held_operand_in_a_loop,
            f"A:in:{b}:2xB B:in:{b}:2xB C:out:{f}:B",
            lambda t: {"C": t["A"].sum(0) @ t["B"].sum(0)},
        ),
        (
            control.product_of_later_blocks,
            f"A:in:{b}:4xB C:out:{f}:2xB",
            lambda t: {"C": torch.stack([_squares(t["A"][x + 1 :]) for x in range(2)])},
        ),
        (
            control.product_of_earlier_blocks,
            f"A:in:{b}:2xB C:out:{f}:2xB",
            lambda t: {"C": torch.stack([zero, _square(t["A"][0])])},
        ),
        (
            control.product_in_one_branch,
            f"A:in:{b}:B C:out:{f}:2xB",
            lambda t: {"C": torch.stack([zero, _square(t["A"])])},
        ),
        (
            control.product_in_both_branches,
            f"A:in:{b}:4xB B:in:{b}:4xB C:out:{f}:B",
            lambda t: {"C": _squares(t["A"][::2]) + _squares(t["B"][1::2])},
        ),
        (
            control.doubled_then_accumulated,
            f"A:in:{b}:B C:out:{f}:B",
            lambda t: {"C": 3 * _square(t["A"]) + t["A"]},
        ),
        (
            control.accumulator_reused,
            f"A:in:{b}:B C:out:{f}:B D:out:{f}:B",
            lambda t: {"C": _square(t["A"]), "D": t["A"] @ t["A"].T},
        ),
        (control.cleared_twice, f"A:in:{b}:B C:out:{f}:B", lambda t: {"C": _square(t["A"])}),
        (control.loop_from_one, f"A:in:{b}:4xB C:out:{f}:B", lambda t: {"C": _squares(t["A"][1:])}),
        (
            control.transposed_copies,
            f"A:in:{f}:{2 * block}x{2 * block} C:out:{f}:{2 * block}x{2 * block}",
            lambda t: {"C": torch.cat([torch.cat(row.split(block, 1)) for row in t["A"].split(block, 0)], 1)},
        ),
        (
            control.updated_twice,
            f"A:in:{f}:2xB C:out:{f}:B",
            lambda t: {"C": 2 * (2 * (1 + t["A"][0]) + t["A"][1])},
        ),
        (control.exchanged, f"A:in:{f}:2xB C:out:{f}:B", _exchanged),
        (
            control.updated_in_a_branch,
            f"A:in:{f}:4xB C:out:{f}:2xB",
            lambda t: {"C": torch.stack([1 + t["A"][x + 1 :].sum(0) for x in range(2)])},
        ),
        (
            control.two_stores_in_a_nest,
            f"A:in:{f}:B C:out:{f}:B D:out:{f}:B",
            lambda t: {"C": (t["A"] + 1) * t["A"], "D": t["A"] + 1},
        ),
        (
            control.one_block_for_both_readers,
            f"A:in:{f}:B C:out:{f}:B D:out:{f}:B",
            lambda t: {"C": t["A"], "D": t["A"] + 1},
        ),
        (control.updated_rows, f"A:inout:{f}:3xB", lambda t: {"A": t["A"] + 1}),
    ]
    part = functools.partial
    cases = [
        KernelCase(f"{make.__name__}_{block}", part(make, block), specs(tensors, block), reference)
        for make, tensors, reference in rows
    ]
    for label, trans_A, trans_B in (("left", True, False), ("right", False, True)):
        cases.append(
            KernelCase(
                f"product_with_itself_{label}_{block}",
                part(control.product_with_itself, block, trans_A, trans_B),
                specs(f"A:in:{b}:2x{block}x{block} C:out:{f}:{block}x{block}"),
                lambda t, left=trans_A: {
                    "C": sum((a.T @ a if left else a @ a.T) for a in t["A"]),
                },
            )
        )
    return cases


def _exchanged(t: Tensors) -> Tensors:
    P, Q = torch.ones_like(t["A"][0]), 2 * torch.ones_like(t["A"][0])
    for step in t["A"]:
        R = P + step
        P = Q + P
        Q = R + Q
    return {"C": Q - P}


def control_flow_cases() -> list[KernelCase]:
    """All cases of this file."""
    return [*_control_flow(32), *_control_flow(128)]

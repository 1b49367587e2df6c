"""Runs a group of the table's rows and compares it with float64."""

from __future__ import annotations

import functools
import math
import operator

import tilelang_tenstorrent as tt
import torch

from operators.sources import evaluate, kernel
from operators.table import (
    COLUMN_REDUCTIONS,
    ELEMENTWISE,
    MOVES,
    PRODUCTS,
    ROW_REDUCTIONS,
    START,
    Arrangement,
    Dtype,
    Group,
    Operator,
)


class Torch:
    """What T means in a reference: torch, and where TileLang's names differ, this."""

    if_then_else = Select = staticmethod(torch.where)
    And, Or, Not = operator.and_, operator.or_, operator.inv
    nearbyint = staticmethod(torch.round)

    def __getattr__(self, name):
        return getattr(torch, name)

    @staticmethod
    def max(a, b):
        return torch.maximum(a, torch.as_tensor(b, dtype=a.dtype))

    @staticmethod
    def min(a, b):
        return torch.minimum(a, torch.as_tensor(b, dtype=a.dtype))

    @staticmethod
    def exp10(a):
        return 10.0**a

    @staticmethod
    def cast(a, dtype):
        """A cast to a wider dtype changes nothing."""
        return (a.to(torch.bfloat16) if dtype == "bfloat16" else a).double()

    # Statements: they return the block that they make.

    @staticmethod
    def copy(a, c):
        return a

    @staticmethod
    def fill(c, value):
        return torch.full_like(c, value)

    @staticmethod
    def clear(c):
        return torch.zeros_like(c)

    @staticmethod
    def gemm(a, b, c, transpose_A=False, transpose_B=False, clear_accum=False):
        product = (a.mT if transpose_A else a) @ (b.mT if transpose_B else b)
        return product if clear_accum else c + product

    @staticmethod
    def _reduced(values, c, dim, clear, reduce, join):
        values = reduce(values, dim - 2)
        return values if clear else join(values, torch.full_like(values, START))

    def reduce_sum(self, a, c, dim, clear=True):
        return self._reduced(a, c, dim, clear, torch.sum, torch.add)

    def reduce_abssum(self, a, c, dim, clear=True):
        return self._reduced(a.abs(), c, dim, clear, torch.sum, torch.add)

    def reduce(self, a, c, kind, dim, clear):
        return getattr(self, f"reduce_{kind}")(a, c, dim, clear)

    def reduce_max(self, a, c, dim, clear=True):
        return self._reduced(a, c, dim, clear, torch.amax, torch.maximum)

    def reduce_absmax(self, a, c, dim, clear=True):
        return self._reduced(a.abs(), c, dim, clear, torch.amax, torch.maximum)

    def reduce_min(self, a, c, dim, clear=True):
        return self._reduced(a, c, dim, clear, torch.amin, torch.minimum)


@functools.cache
def errors(group: Group, seed: int = 0) -> dict[Operator, float]:
    """The largest error of each operator of a group, in ulps."""
    # Operators of one kernel may have different arguments: one launch for each range.
    program = tt.build(kernel(group), {"kind": "tenstorrent", **group.dtype.options})
    found = {}
    for inputs in dict.fromkeys(row.inputs for row in group.operators):
        tensors = _tensors(group, inputs, seed)
        program(*tensors.values())
        for k, row in enumerate(group.operators):
            if row.inputs == inputs:
                found[row] = _error(group, row, tensors, tensors["C"][k])
    return found


def _tensors(group: Group, inputs: tuple[float, float], seed: int) -> dict[str, torch.Tensor]:
    """Random operands, the same for every group of an arrangement, and a result full of what none has."""
    generator = torch.Generator().manual_seed(seed)
    arrangement, kind = group.arrangement, group.operators[0].kind
    if kind == PRODUCTS:
        arrangement = arrangement.square()
    shapes = {"A": arrangement.shape}
    if kind in (ELEMENTWISE, PRODUCTS):
        shapes["B"] = arrangement.shape
    if kind == ELEMENTWISE:
        shapes |= {
            "D": arrangement.shape,
            "R": arrangement.extents[-1:],
            "S": arrangement.extents[:1],
            "E": (1,),
        }
    low, high = inputs
    tensors = {
        name: (torch.rand(shape, generator=generator, dtype=torch.float64) * (high - low) + low).to(
            getattr(torch, group.dtype.host)
        )
        for name, shape in shapes.items()
    }
    result = getattr(torch, group.operators[0].result or group.dtype.host)
    untouched = math.nan if result.is_floating_point else 99
    tensors["C"] = torch.full((len(group.operators), *_result_shape(group)), untouched, dtype=result)
    return tensors


def _result_shape(group: Group) -> tuple[int, ...]:
    arrangement, kind = group.arrangement, group.operators[0].kind
    if kind in (ELEMENTWISE, MOVES):
        return arrangement.shape
    if kind == PRODUCTS:
        return arrangement.square().shape
    kept = 0 if kind == ROW_REDUCTIONS else 1
    return (*(arrangement.shape[dim] for dim in arrangement.others), arrangement.extents[kept])


def _canonical(tensor: torch.Tensor, arrangement: Arrangement) -> torch.Tensor:
    """A tensor of the arrangement with rows and columns last."""
    if arrangement.rows is None:
        return tensor
    return tensor.permute(*arrangement.others, arrangement.rows, arrangement.cols)


def _error(group: Group, row: Operator, tensors: dict[str, torch.Tensor], result: torch.Tensor) -> float:
    arrangement = group.arrangement
    carried = {
        name: tensor.to(getattr(torch, group.dtype.carrier)).double()
        for name, tensor in tensors.items()
        if name != "C"
    }
    operands = {
        name: _canonical(carried[tensor], arrangement)
        for name, tensor in {"a": "A", "b": "B", "c": "D"}.items()
        if tensor in carried
    }
    if row.kind in (ELEMENTWISE, MOVES, PRODUCTS):
        result = _canonical(result, arrangement)
    if row.kind == ELEMENTWISE:
        operands |= _vectors_and_positions(carried, arrangement)
    else:
        operands["c"] = torch.full_like(operands["a"], START)
    if row.kind in (ROW_REDUCTIONS, COLUMN_REDUCTIONS):
        operands["a"] = _padded(operands["a"])
    exact = evaluate(row.reference, {"T": Torch(), **operands})
    scale = evaluate(row.scale, {"T": Torch(), **operands}) if row.scale else exact
    if row.kind in (ROW_REDUCTIONS, COLUMN_REDUCTIONS):  # without what the padding makes
        exact, scale = (values[..., : result.shape[-1]] for values in (exact, scale))
    return ulps(result, exact, scale, group.dtype, row.result)


def _padded(a: torch.Tensor) -> torch.Tensor:
    """With the zeros that blocks have outside of the tensor."""
    rows, cols = a.shape[-2:]
    return torch.nn.functional.pad(a, (0, -cols % 32, 0, -rows % 32))


def _vectors_and_positions(carried, arrangement: Arrangement) -> dict[str, torch.Tensor]:
    rows, cols = (arrangement.extents[0], arrangement.extents[-1])
    row = torch.arange(rows)[:, None].expand(rows, cols)
    return {
        "across": carried["R"],
        "down": carried["S"][:, None],
        "element": carried["E"],
        "row": row,
        "col": torch.arange(cols).expand(rows, cols),
        "block": row // arrangement.block[0],
    }


def ulps(
    result: torch.Tensor, exact: torch.Tensor, scale: torch.Tensor, dtype: Dtype, rounded_to: str = ""
) -> float:
    """The largest error in units in the last place of `scale`; NaN counts as infinity."""
    mantissa = {"bfloat16": 7, "": dtype.mantissa}.get(rounded_to, dtype.mantissa)
    exponent = torch.floor(torch.log2(scale.abs().clamp_min(2.0**dtype.lowest)))
    error = (result.double() - exact).abs() / 2.0 ** (exponent - mantissa)
    return error.nan_to_num(nan=math.inf).max().item()

"""Runs a group of the table's rows and compares it with float64."""

from __future__ import annotations

import functools
import math
import operator
import re

import tilelang_tenstorrent as tt
import torch

from kernels.block_formats import stored_by_host
from operators.sources import evaluate, kernel
from operators.table import (
    COLUMN_REDUCTIONS,
    ELEMENTWISE,
    PRODUCTS,
    ROW_REDUCTIONS,
    START,
    Arrangement,
    Dtype,
    Group,
    Operator,
    arranged,
)

_REDUCTIONS = (ROW_REDUCTIONS, COLUMN_REDUCTIONS)


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
    def cumsum(a, c, dim, reverse=False):
        if reverse:
            return a.flip(dim - 2).cumsum(dim - 2).flip(dim - 2)
        return a.cumsum(dim - 2)

    @staticmethod
    def transpose(a, c):
        return a.mT

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
    for inputs in dict.fromkeys(_inputs(group, row) for row in group.operators):
        tensors = _tensors(group, inputs, seed)
        program(*tensors.values())
        for k, row in enumerate(group.operators):
            if _inputs(group, row) == inputs:
                found[row] = _error(group, row, tensors, tensors["C"][k])
    return found


def _inputs(group: Group, row: Operator) -> tuple[float, float]:
    return row.inputs if row.result else group.dtype.inputs or row.inputs


def _tensors(group: Group, inputs: tuple[float, float], seed: int) -> dict[str, torch.Tensor]:
    """Random operands, the same for every group of an arrangement, and a result full of what none has."""
    generator = torch.Generator().manual_seed(seed)
    kind = group.operators[0].kind
    arrangement = arranged(kind, group.arrangement)
    shape, extents = arrangement.shape, arrangement.extents
    shapes = {"A": shape}
    if kind in (ELEMENTWISE, PRODUCTS):
        shapes["B"] = shape
    if kind == ELEMENTWISE:
        shapes |= {"D": shape, "R": extents[-1:], "S": extents[:1], "E": (1,)}
    low, high = inputs
    tensors = {
        name: (torch.rand(shape, generator=generator, dtype=torch.float64) * (high - low) + low).to(
            getattr(torch, group.dtype.host)
        )
        for name, shape in shapes.items()
    }
    if kind in _REDUCTIONS:
        kept = extents[0 if kind == ROW_REDUCTIONS else 1]
        shape = (*(shape[dim] for dim in arrangement.others), kept)
    result = getattr(torch, group.operators[0].result or group.dtype.host)
    untouched = math.nan if result.is_floating_point else 99
    tensors["C"] = torch.full((len(group.operators), *shape), untouched, dtype=result)
    return tensors


def _error(group: Group, row: Operator, tensors: dict[str, torch.Tensor], result: torch.Tensor) -> float:
    arrangement = group.arrangement
    operands = _operands(group, row, tensors)
    exact = evaluate(row.reference, {"T": Torch(), **operands})
    scale = evaluate(row.scale, {"T": Torch(), **operands}) if row.scale else exact
    if row.kind in _REDUCTIONS:  # without what the padding makes
        exact, scale = (values[..., : result.shape[-1]] for values in (exact, scale))
    else:
        result = _canonical(result, arrangement)
    if group.dtype.mantissa == 0:
        return (result.double() - _wrapped(exact, str(result.dtype)).double()).abs().max().item()
    return ulps(result, exact, scale, group.dtype)


def _operands(group: Group, row: Operator, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """What the names of a reference are, with rows and columns as the last dimensions."""
    arrangement = group.arrangement
    carrier, wide = (
        getattr(torch, group.dtype.carrier),
        torch.float64 if group.dtype.mantissa else torch.int64,
    )
    carried = {name: tensor.to(carrier).to(wide) for name, tensor in tensors.items() if name != "C"}
    if storage := group.dtype.storage:  # in the device's order
        carried |= {name: stored_by_host(carried[name], storage) for name in "RSE" if name in carried}
    operands = {
        name: _canonical(carried[tensor], arrangement)
        for name, tensor in {"a": "A", "b": "B", "c": "D"}.items()
        if tensor in carried
    }
    if storage:
        operands = {name: stored_by_host(values, storage) for name, values in operands.items()}
    if row.kind == ELEMENTWISE:
        return operands | _vectors_and_positions(carried, arrangement)
    operands["c"] = torch.full_like(operands["a"], START)
    if row.kind in _REDUCTIONS:  # blocks have zeros outside of the tensor
        rows, cols = operands["a"].shape[-2:]
        operands["a"] = torch.nn.functional.pad(operands["a"], (0, -cols % 32, 0, -rows % 32))
    return operands


def _canonical(tensor: torch.Tensor, arrangement: Arrangement) -> torch.Tensor:
    """A tensor of the arrangement with rows and columns last."""
    if arrangement.rows is None:
        return tensor
    return tensor.permute(*arrangement.others, arrangement.rows, arrangement.cols)


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


def _wrapped(values: torch.Tensor, dtype: str) -> torch.Tensor:
    """Whole numbers modulo the range of an integer dtype; other dtypes take them as they are."""
    match = re.search(r"(u?)int(\d+)", dtype)
    if not match:
        return values
    bits = int(match[2])
    values = values & (1 << bits) - 1
    return values if match[1] else values - (values >> bits - 1 << bits)


def ulps(result: torch.Tensor, exact: torch.Tensor, scale: torch.Tensor, dtype: Dtype) -> float:
    """The largest error in units in the last place of `scale`; NaN counts as infinity."""
    mantissa = 7 if result.dtype == torch.bfloat16 else dtype.mantissa
    exponent = torch.floor(torch.log2(scale.abs().clamp_min(2.0**dtype.lowest)))
    error = (result.double() - exact).abs() / 2.0 ** (exponent - mantissa)
    return error.nan_to_num(nan=math.inf).max().item()

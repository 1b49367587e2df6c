"""Random expressions of all operators, and random reductions, against torch in float64.

Each operation may be off by some ulps of the dtype that it is computed in; `bounded` follows what becomes of
these errors through the expression.
"""

from __future__ import annotations

import math

import tilelang_tenstorrent as tt
import torch
from hypothesis import given
from hypothesis import strategies as st

from lowering import PASSES, as_module, find_violation, run_passes
from properties import sources
from properties.bounded import Bounded
from properties.effort import effort
from properties.expressions import BLOCKS, COLUMN, ROW, Number, Tile, evaluate, leaves_of, trees
from reference import interpret

_extent = st.one_of(st.sampled_from([32, 64, 96]), st.integers(1, 100))
_block = st.sampled_from([32, 64, 96])
_dtype = st.sampled_from(["float32", "bfloat16"])
_seed = st.integers(0, 999)


def _inputs(seed: int, dtype: str, **shapes) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return {
        name: (torch.rand(shape, generator=generator) * 4 - 2).to(getattr(torch, dtype))
        for name, shape in shapes.items()
    }


def _outputs(dtype: str, **shapes) -> dict[str, torch.Tensor]:
    return {name: torch.full(shape, math.nan, dtype=getattr(torch, dtype)) for name, shape in shapes.items()}


@st.composite
def _elementwise(draw):
    """A kernel, its arguments, and its output with bounds."""
    M, N, dtype = draw(_extent), draw(_extent), draw(_dtype)
    tree, block = draw(trees()), (draw(_block), draw(_block))
    used = sorted(leaves_of(tree))
    func = sources.elementwise(M, N, *block, BLOCKS, used, lambda x: evaluate(tree, x, Tile), dtype)
    inputs = _inputs(draw(_seed), dtype, A=(BLOCKS, M, N), R=(N,), S=(M,))
    numbers = {
        **{k: Bounded.exact(inputs["A"][k], dtype) for k in range(BLOCKS)},
        ROW: Bounded.exact(inputs["R"].expand(M, N), dtype),
        COLUMN: Bounded.exact(inputs["S"][:, None].expand(M, N), dtype),
    }
    expected = evaluate(tree, numbers, Number)
    return func, inputs | _outputs(dtype, C=(M, N)), {"C": expected}


_JOINED = {
    "sum": (lambda x, dim: x.total(dim), lambda a, b: a + b),
    "abssum": (lambda x, dim: abs(x).total(dim), lambda a, b: a + b),
    "max": (lambda x, dim: x.highest(dim), Bounded.maximum),
    "absmax": (lambda x, dim: abs(x).highest(dim), Bounded.maximum),
    "min": (lambda x, dim: -(-x).highest(dim), Bounded.minimum),
}


@st.composite
def _reduced(draw, odd_blocks):
    """A kernel with a reduction, its arguments, and its outputs with bounds.

    Its block is as large as the tensor, or whole tiles, of which the part outside of the tensor is zero.
    """
    M, N, dtype = draw(_extent), draw(_extent), draw(_dtype)
    kind, dim = draw(st.sampled_from(list(_JOINED))), draw(st.integers(0, 1))
    start = draw(st.sampled_from([None, -2.0, 0.5]))
    before, behind = draw(trees(1, 4)), draw(trees(2, 4).filter(lambda tree: 1 in leaves_of(tree)))
    tiles = min(M, N) == 1 or not (odd_blocks and draw(st.booleans()))
    rows, cols = (-(-M // 32) * 32, -(-N // 32) * 32) if tiles else (M, N)
    func = sources.reduced(
        M,
        N,
        (rows, cols),
        kind,
        dim,
        start,
        lambda a: evaluate(before, [a], Tile),
        lambda a, v: evaluate(behind, [a, v], Tile),
        dtype,
    )
    inputs = _inputs(draw(_seed), dtype, A=(M, N))
    padded = torch.nn.functional.pad(inputs["A"], (0, cols - N, 0, rows - M))
    A = Bounded.exact(padded, dtype)
    reduce, join = _JOINED[kind]
    X = evaluate(before, [A], Number)
    V = reduce(X.rounded(X.value, X.error, 0.5), dim)
    V = V if start is None else join(V, start)
    V = V.rounded(V.value, V.error, 0.5)
    spread = Bounded(*(part.unsqueeze(dim).expand(rows, cols) for part in (V.value, V.error)), dtype)
    C = evaluate(behind, [A, spread], Number)
    length = M if dim == 1 else N
    expected = {
        "V": Bounded(V.value[:length], V.error[:length], dtype),
        "C": Bounded(C.value[:M, :N], C.error[:M, :N], dtype),
    }
    return func, inputs | _outputs(dtype, V=(length,), C=(M, N)), expected


def _check(results, expected, what):
    for name, bounded in expected.items():
        bounded.check(results[name], f"{what}: {name}")


def _check_levels(func, arguments, expected):
    before = []
    for name, module in run_passes(as_module(func), PASSES[-1]):
        assert find_violation(module) == "", name
        bodies = [function.body for _, function in module.functions_items()]
        same = len(before) == len(bodies) and all(a.same_as(b) for a, b in zip(before, bodies, strict=True))
        if not same:
            _check(interpret(module, arguments), expected, name or "the front end")
        before = bodies


@given(_elementwise())
@effort(12)
def test_every_level_means_the_expression(case):
    _check_levels(*case)


@given(_elementwise())
@effort(8)
def test_program_computes_the_expression(case):
    func, arguments, expected = case
    tt.build(func)(*arguments.values())
    _check(arguments, expected, "the simulator")


@given(_reduced(odd_blocks=False))
@effort(12)
def test_every_level_means_the_reduction(case):
    _check_levels(*case)


@given(_reduced(odd_blocks=True), st.sampled_from(["host", "device"]))
@effort(12)
def test_program_computes_the_reduction(case, tilize):
    func, arguments, expected = case
    tt.build(func, {"kind": "tenstorrent", "tilize": tilize})(*arguments.values())
    _check(arguments, expected, "the simulator")

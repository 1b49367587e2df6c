"""Random element-wise trees: sums, differences, products and constants over up to five inputs."""

from __future__ import annotations

import operator

import numpy as np
import tilelang_tenstorrent as tt
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from kernels.elementwise_sources import slices
from lowering import PASSES, as_module, run_passes
from properties.effort import effort
from reference import interpret
from reference.numbers import round_to

_OPERATIONS = {"+": operator.add, "-": operator.sub, "*": operator.mul}
_INPUTS = 5

_leaf = st.integers(0, _INPUTS - 1)
_constant = st.sampled_from([-2.0, -1.0, 0.5, 1.0, 2.0, 3.0])
_tree = st.recursive(
    _leaf,
    lambda children: st.one_of(
        st.tuples(st.sampled_from(list(_OPERATIONS)), children, children),
        st.tuples(st.sampled_from(list(_OPERATIONS)), children, _constant),
        st.tuples(st.sampled_from(list(_OPERATIONS)), _constant, children),
    ),
    max_leaves=24,
)


def _evaluate(tree, inputs, check=None):
    """The value of a tree; `check` sees every intermediate value."""
    if isinstance(tree, tuple):
        name, left, right = tree
        value = _OPERATIONS[name](_evaluate(left, inputs, check), _evaluate(right, inputs, check))
        if check is not None:
            check(value)
        return value
    return tree if isinstance(tree, float) else inputs[tree]


def _case(tree, dtype, seed):
    """The kernel of a tree, its inputs and its exact result; all intermediate values fit the dtype."""

    def fits(value):
        assume(np.array_equal(round_to(value, dtype), value))

    assume(isinstance(tree, tuple))
    used = sorted(set(_leaves(tree)))
    tree = _renumber(tree, {leaf: i for i, leaf in enumerate(used)})
    A = np.random.default_rng(seed).integers(-2, 3, (len(used), 32, 64)).astype(np.float64)
    expected = _evaluate(tree, A, fits)
    func = slices(32, 64, 32, len(used), lambda blocks: _evaluate(tree, blocks), dtype)
    torch_dtype = getattr(torch, dtype)
    arguments = {
        "A": torch.from_numpy(A).to(torch_dtype),
        "C": torch.full((32, 64), float("nan"), dtype=torch_dtype),
    }
    return func, arguments, torch.from_numpy(np.asarray(expected)).to(torch_dtype)


def _leaves(tree):
    if isinstance(tree, tuple):
        return _leaves(tree[1]) + _leaves(tree[2])
    return [] if isinstance(tree, float) else [tree]


def _renumber(tree, numbers):
    if isinstance(tree, tuple):
        return (tree[0], _renumber(tree[1], numbers), _renumber(tree[2], numbers))
    return tree if isinstance(tree, float) else numbers[tree]


@given(_tree, st.sampled_from(["bfloat16", "float32"]), st.integers(0, 99))
@effort(25)
def test_every_level_means_the_expression(tree, dtype, seed):
    func, arguments, expected = _case(tree, dtype, seed)
    for name, module in run_passes(as_module(func), PASSES[-1])[5:]:
        assert torch.equal(interpret(module, arguments)["C"], expected), name


@given(_tree, st.sampled_from(["bfloat16", "float32"]), st.integers(0, 99))
@effort(8)
def test_program_computes_the_expression(tree, dtype, seed):
    func, arguments, expected = _case(tree, dtype, seed)
    tt.build(func)(*arguments.values())
    assert torch.equal(arguments["C"], expected)

"""Random expressions over blocks, vectors and constants, for TileLang and for numbers with bounds alike.

Every function gets an argument it is defined for: a tree says `log`, and means log(|x| + 0.5).
"""

from __future__ import annotations

import operator

import tilelang.language as T
import torch
from hypothesis import strategies as st

from properties.bounded import Bounded

BLOCKS = 3
ROW, COLUMN = BLOCKS, BLOCKS + 1  # leaves that are vectors: one element for each column, for each row


class Tile:
    """The names that a tree uses, for an element of TileLang."""

    maximum, minimum = T.max, T.min
    exp, exp2, log, log1p = T.exp, T.exp2, T.log, T.log1p
    sqrt, rsqrt, tanh, sigmoid, sin = T.sqrt, T.rsqrt, T.tanh, T.sigmoid, T.sin
    floor, ceil = T.floor, T.ceil
    abs, negative = T.abs, operator.neg

    @staticmethod
    def choose(compare, a, b, yes, no):
        return T.if_then_else(compare(a, b), yes, no)


def _sigmoid(x):
    return torch.sigmoid(x)


class Number:
    """The same names, for numbers with bounds; ulps are those of docs/schema.md's functions in float32."""

    maximum, minimum = Bounded.maximum, Bounded.minimum
    abs, negative = operator.abs, operator.neg

    @staticmethod
    def exp(x):
        return x.monotone(torch.exp, 2)

    @staticmethod
    def exp2(x):
        return x.monotone(torch.exp2, 2)

    @staticmethod
    def log(x):
        return x.monotone(torch.log, 4, low=2.0**-126)

    @staticmethod
    def log1p(x):
        return x.monotone(torch.log1p, 2, low=-0.999)

    @staticmethod
    def sqrt(x):
        return x.monotone(torch.sqrt, 2, low=0)

    @staticmethod
    def rsqrt(x):
        return x.monotone(torch.rsqrt, 2, low=2.0**-126)

    @staticmethod
    def tanh(x):
        return x.monotone(torch.tanh, 4)

    @staticmethod
    def sigmoid(x):
        return x.monotone(_sigmoid, 3)

    @staticmethod
    def sin(x):
        return x.lipschitz(torch.sin, 4)

    @staticmethod
    def floor(x):
        return x.monotone(torch.floor, 0)

    @staticmethod
    def ceil(x):
        return x.monotone(torch.ceil, 0)

    @staticmethod
    def choose(compare, a, b, yes, no):
        return a.choose(compare, b, yes, no)


# Operations by name: how they are written with the names of either world.
UNARY = {
    "negative": lambda w, x: w.negative(x),
    "abs": lambda w, x: w.abs(x),
    "exp": lambda w, x: w.exp(w.minimum(x, 2.0)),
    "exp2": lambda w, x: w.exp2(w.minimum(x, 3.0)),
    "log": lambda w, x: w.log(w.abs(x) + 1.5),
    "log1p": lambda w, x: w.log1p(w.abs(x) + 0.5),
    "sqrt": lambda w, x: w.sqrt(w.abs(x) + 0.25),
    "rsqrt": lambda w, x: w.rsqrt(w.abs(x) + 0.5),
    "tanh": lambda w, x: w.tanh(x),
    "sigmoid": lambda w, x: w.sigmoid(w.maximum(x, -4.0)),
    "sin": lambda w, x: w.sin(w.maximum(w.minimum(x, 1.5), -1.5)),
    "floor": lambda w, x: w.floor(x),
    "ceil": lambda w, x: w.ceil(x),
    "reciprocal": lambda w, x: 1.0 / (w.abs(x) + 0.5),
    "square": lambda w, x: x * x,
}
BINARY = {
    "+": lambda w, a, b: a + b,
    "-": lambda w, a, b: a - b,
    "*": lambda w, a, b: a * b,
    "/": lambda w, a, b: a / (w.abs(b) + 0.5),
    "max": lambda w, a, b: w.maximum(a, b),
    "min": lambda w, a, b: w.minimum(a, b),
}
WITH_CONSTANT = {
    **{name: BINARY[name] for name in ("+", "-", "*", "max", "min")},
    "from": lambda w, a, c: c - a,
    "over": lambda w, a, c: c / (w.abs(a) + 0.5),
    "by": lambda w, a, c: a / c,
}
COMPARISONS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq}

_constant = st.sampled_from([-3.0, -1.0, -0.5, 0.5, 1.5, 2.0])


def trees(operands: int = COLUMN + 1, leaves: int = 12):
    """Trees as nested tuples; leaves are positions of operands."""
    return st.recursive(
        st.integers(0, operands - 1),
        lambda children: st.one_of(
            st.tuples(st.just("binary"), st.sampled_from(list(BINARY)), children, children),
            st.tuples(st.just("constant"), st.sampled_from(list(WITH_CONSTANT)), children, _constant),
            st.tuples(st.just("unary"), st.sampled_from(list(UNARY)), children),
            st.tuples(st.just("choose"), st.sampled_from(list(COMPARISONS)), *[children] * 4),
        ),
        max_leaves=leaves,
    ).filter(lambda tree: isinstance(tree, tuple))


def evaluate(tree, operands, world):
    """The value of a tree in one of the two worlds."""
    if not isinstance(tree, tuple):
        return operands[tree]
    kind, name, *rest = tree
    if kind == "constant":
        return WITH_CONSTANT[name](world, evaluate(rest[0], operands, world), rest[1])
    values = [evaluate(child, operands, world) for child in rest]
    if kind == "choose":
        return world.choose(COMPARISONS[name], *values)
    return (UNARY if kind == "unary" else BINARY)[name](world, *values)


def leaves_of(tree) -> set[int]:
    """The operands that a tree uses."""
    if not isinstance(tree, tuple):
        return {tree}
    parts = tree[2:3] if tree[0] == "constant" else tree[2:]
    return set().union(*(leaves_of(part) for part in parts))

"""Element-wise functions by name: those of expressions, and those of the vector unit."""

from __future__ import annotations

import math

import numpy as np

from .numbers import round_to

UNARY = {
    "exp": np.exp,
    "exp2": np.exp2,
    "log": np.log,
    "log1p": np.log1p,
    "sqrt": np.sqrt,
    "rsqrt": lambda x: 1 / np.sqrt(x),
    "recip": lambda x: 1 / x,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "erf": np.vectorize(math.erf, otypes=[np.float64]),
    "abs": np.abs,
    "negative": np.negative,
    "square": np.square,
    "floor": np.floor,
    "ceil": np.ceil,
    "trunc": np.trunc,
    "nearbyint": np.rint,
    "isnan": np.isnan,
    "gtz": lambda x: x > 0,
    "gez": lambda x: x >= 0,
    "ltz": lambda x: x < 0,
    "lez": lambda x: x <= 0,
    "eqz": lambda x: x == 0,
    "nez": lambda x: x != 0,
    "round_bf16": lambda x: round_to(x, "bfloat16"),
}
BINARY = {
    "add": np.add,
    "sub": np.subtract,
    "rsub": lambda x, y: y - x,
    "mul": np.multiply,
    "div": np.divide,
    "pow": np.power,
    "max": np.maximum,
    "min": np.minimum,
    "gt": np.greater,
    "ge": np.greater_equal,
    "lt": np.less,
    "le": np.less_equal,
    "eq": np.equal,
    "ne": np.not_equal,
    "log_scaled": lambda x, y: np.log(x) * y,
}
# Calls in expressions that the machine has under another name, or not at all.
CALLS = {
    "tirx.fabs": np.abs,
    "tirx.log2": np.log2,
    "tirx.log10": np.log10,
    "tirx.exp10": lambda x: np.power(10.0, x),
    "tirx.pow": np.power,
    "tl.clamp": lambda x, low, high: np.maximum(np.minimum(x, high), low),
}
CALLS |= {f"tirx.{name}": function for name, function in UNARY.items() if f"tirx.{name}" not in CALLS}

# Reductions along an axis, and what joins the results of two.
REDUCTIONS = {
    "sum": (np.sum, np.add),
    "abssum": (lambda x, axis: np.sum(np.abs(x), axis), np.add),
    "max": (np.max, np.maximum),
    "absmax": (lambda x, axis: np.max(np.abs(x), axis), np.maximum),
    "min": (np.min, np.minimum),
}


def _along_rows(values: np.ndarray, reduce) -> np.ndarray:
    """Column 0 of a tile gets what is reduced along the rows; the rest is not defined."""
    result = np.full(values.shape, np.nan)
    result[:, 0] = reduce(values, 1)
    return result


# Functions of a whole tile.
TILEWISE = {
    "sum_rows": lambda x: _along_rows(x, np.sum),
    "sum_cols": lambda x: _along_rows(x.T, np.sum).T,
    "max_rows": lambda x: _along_rows(x, np.max),
    "max_cols": lambda x: _along_rows(x.T, np.max).T,
    "cumsum": lambda x: np.cumsum(x, 0),
}

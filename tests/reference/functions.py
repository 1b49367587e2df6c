"""Element-wise functions by name: those of expressions, and those of the vector unit."""

from __future__ import annotations

import math

import numpy as np

from .numbers import round_to, wrap


def _bits(function):
    """A function of 64-bit integers, of whole numbers held as float64; undefined ones stay so."""

    def of_floats(*values):
        arrays = [np.asarray(value, np.float64) for value in values]
        undefined = np.any([np.isnan(array) for array in np.broadcast_arrays(*arrays)], 0)
        result = function(*(np.nan_to_num(array).astype(np.int64) for array in arrays))
        return np.where(undefined, np.nan, result.astype(np.float64))

    return of_floats


def _unsigned(values):
    return wrap(values, "uint32")


_AND, _OR, _XOR = _bits(np.bitwise_and), _bits(np.bitwise_or), _bits(np.bitwise_xor)
_LEFT, _RIGHT = _bits(np.left_shift), _bits(np.right_shift)

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
# Of integers in DST, which hold 32 bits: int32 unless the name says otherwise.
INTEGER_UNARY = {
    "bitwise_not": _bits(np.invert),
    "float_to_int": np.trunc,
    "float_to_uint": np.trunc,
    "uint16_to_int": lambda x: x,
    "uint8_to_int": lambda x: x,
    "int8_to_int": lambda x: x,
    "int_to_uint16": lambda x: x,
    "int_to_uint8": lambda x: x,
    "int_to_int8": lambda x: x,
}
FROM_INTEGER = {"int_to_float": lambda x: x, "uint_to_float": _unsigned}
INTEGER_BINARY = {
    "int_add": np.add,
    "int_sub": np.subtract,
    "int_mul": _bits(np.multiply),
    "int_max": np.maximum,
    "int_min": np.minimum,
    "uint_max": lambda x, y: np.maximum(_unsigned(x), _unsigned(y)),
    "uint_min": lambda x, y: np.minimum(_unsigned(x), _unsigned(y)),
    "bitwise_and": _AND,
    "bitwise_or": _OR,
    "bitwise_xor": _XOR,
    "shift_left": _LEFT,
    "int_shift_right": _RIGHT,
    "uint_shift_right": lambda x, y: _RIGHT(_unsigned(x), y),
    "int_eq": np.equal,
    "int_ne": np.not_equal,
    "int_lt": np.less,
    "int_le": np.less_equal,
    "int_gt": np.greater,
    "int_ge": np.greater_equal,
    "uint_lt": lambda x, y: _unsigned(x) < _unsigned(y),
    "uint_le": lambda x, y: _unsigned(x) <= _unsigned(y),
    "uint_gt": lambda x, y: _unsigned(x) > _unsigned(y),
    "uint_ge": lambda x, y: _unsigned(x) >= _unsigned(y),
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
    "tirx.reinterpret": lambda x: x,  # of integers; the result wraps around
    "tirx.fabs": np.abs,
    "tirx.log2": np.log2,
    "tirx.log10": np.log10,
    "tirx.exp10": lambda x: np.power(10.0, x),
    "tirx.pow": np.power,
    "tirx.bitwise_and": _AND,
    "tirx.bitwise_or": _OR,
    "tirx.bitwise_xor": _XOR,
    "tirx.bitwise_not": _bits(np.invert),
    "tirx.shift_left": _LEFT,
    "tirx.shift_right": _RIGHT,
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
}
INTEGER_TILEWISE = {
    f"int_{name}": TILEWISE[name] for name in ("sum_rows", "sum_cols", "max_rows", "max_cols")
}

"""The operator table: what TileLang offers here, where it is proved, and how exact it is.

Rows are data: docs/operators.md prints them, test_operators.py runs them. An operator is a text of TileLang
as its user writes it. Its reference is the same text with T meaning torch in float64, unless the row has
another. Adding an operator, a dtype or an arrangement is adding a row.
"""

from __future__ import annotations

import collections
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Dtype:
    """A dtype of tensors.

    Attributes:
        name: in the table.
        host: the tensors' dtype.
        carrier: the dtype that the device holds them in.
        mantissa: bits after the leading one of an ulp: those of the host's dtype or of the carrier, whichever
            has fewer. 0 for integers, which must come out exact.
        lowest: the exponent below which an ulp shrinks no more.
        options: of the target.
        inputs: range of the operands, where it is not the operator's: of integers, which wrap around.
        storage: the block format in which the device holds the operands.
    """

    name: str
    host: str
    carrier: str
    mantissa: int
    lowest: int = -126
    options: Mapping[str, object] = field(default_factory=dict, hash=False)
    inputs: tuple[int, int] | None = None
    storage: str = ""

    def __str__(self) -> str:
        return self.name


FLOAT32 = Dtype("float32", "float32", "float32", 23)
BFLOAT16 = Dtype("bfloat16", "bfloat16", "bfloat16", 7)
FLOAT16 = Dtype("float16", "float16", "bfloat16", 7, -14)
FLOAT16_AS_FLOAT32 = Dtype("float16 as float32", "float16", "float32", 10, -14, {"fp16_as": "float32"})
FLOATS = (FLOAT32, BFLOAT16, FLOAT16, FLOAT16_AS_FLOAT32)


def _integer(name: str, low: int, high: int) -> Dtype:
    return Dtype(name, name, name, 0, inputs=(low, high))


INT32 = _integer("int32", -70000, 70000)
UINT32 = _integer("uint32", 0, 70000)
UINT16 = _integer("uint16", 0, 65535)
INT8 = _integer("int8", -128, 127)
UINT8 = _integer("uint8", 0, 255)
INTEGERS = (INT32, UINT32, UINT16, INT8, UINT8)
# Elements of block formats are bfloat16 numbers, but not all of them.
BFP8 = replace(BFLOAT16, name="bfloat16 in bfp8_b", storage="bfp8_b")
BFP4 = replace(BFLOAT16, name="bfloat16 in bfp4_b", storage="bfp4_b")
DTYPES = (*FLOATS, BFP8, BFP4, *INTEGERS)
# Tensors that are row-major on the device, too.
IN_ROWS = tuple(
    replace(dtype, name=f"{dtype.name} in rows", options={"tilize": "device"})
    for dtype in (FLOAT32, BFLOAT16)
)


@dataclass(frozen=True)
class Arrangement:
    """A shape of tensors, the two dimensions of it that blocks cover, and the block.

    `rows` is None for vectors. Dimensions that are neither rows nor columns are counted by the grid's third
    axis.
    """

    shape_class: str
    layout: str
    shape: tuple[int, ...]
    rows: int | None
    cols: int
    block: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.shape_class} {self.layout}"

    @property
    def others(self) -> list[int]:
        """The dimensions that blocks do not cover."""
        return [dim for dim in range(len(self.shape)) if dim not in (self.rows, self.cols)]

    @property
    def extents(self) -> tuple[int, ...]:
        """Elements along the dimension of rows and that of columns; of a vector, its length."""
        return tuple(self.shape[dim] for dim in (self.rows, self.cols) if dim is not None)

    @property
    def thin(self) -> bool:
        """Whether blocks have fewer rows than a tile, and grow to one."""
        return self.block[0] < 32

    def square(self) -> Arrangement:
        """With as many columns as rows, in one block of whole tiles."""
        extent, (rows, cols) = self.extents[0], (self.rows, self.cols)
        shape = tuple(extent if dim in (rows, cols) else size for dim, size in enumerate(self.shape))
        return replace(self, shape=shape, block=(-(-extent // 32) * 32,) * 2)

    def whole(self, dim: int) -> Arrangement:
        """With blocks that hold one dimension of blocks as a whole."""
        block = list(self.block)
        block[dim] = -(-self.extents[dim] // 32) * 32
        return replace(self, block=tuple(block))


WHOLE = Arrangement("whole tiles", "as is", (64, 64), 0, 1, (32, 64))
ARRANGEMENTS = (
    WHOLE,
    Arrangement("padded edge", "as is", (50, 70), 0, 1, (32, 64)),
    Arrangement("3-D", "as is", (2, 40, 70), 1, 2, (32, 64)),
    Arrangement("vector", "as is", (100,), None, 0, (64,)),
    Arrangement("thin rows", "as is", (40, 64), 0, 1, (8, 64)),
    Arrangement("3-D", "permuted", (40, 2, 70), 0, 2, (32, 64)),
    Arrangement("4-D", "as is", (2, 2, 40, 64), 2, 3, (32, 64)),
    Arrangement("4-D", "permuted", (2, 40, 2, 64), 1, 3, (32, 64)),
)

# What a reduction that does not clear is joined with, and what a product adds to.
START = 0.5

# How a row's kernel is built (operators.sources).
ELEMENTWISE, MOVES, PRODUCTS, TRANSPOSES = "elementwise", "moves", "products", "transposes"
ROW_REDUCTIONS, COLUMN_REDUCTIONS = "row reductions", "column reductions"
ROW_SCANS, COLUMN_SCANS = "row scans", "column scans"


def arranged(kind: str, arrangement: Arrangement) -> Arrangement:
    """An arrangement with the blocks that a kind of kernel needs."""
    if kind in (ROW_REDUCTIONS, ROW_SCANS):
        return arrangement.whole(1)
    if kind in (COLUMN_REDUCTIONS, COLUMN_SCANS):
        return arrangement.whole(0)
    return arrangement.square() if kind in (PRODUCTS, TRANSPOSES) else arrangement


_WHOLE_NUMBERS = {dtype.host for dtype in INTEGERS}


@dataclass(frozen=True)
class Operator:
    """A row of the table.

    Attributes:
        tilelang: an expression of the blocks a, b and c, of `across`, a vector along the columns, `down`, one
            along the rows, and `element`, a vector of one; of row, col and block, positions of the element
            and of its block of rows. Or a statement that makes the block c of a and b.
        ulps: the largest error of a float32 result, in units in the last place of `scale`: measured over
            2^18 arguments, and rounded up to the next half.
        becomes: the tile intrinsics it becomes, without "tt.", in 32-bit DST.
        inputs: range of the blocks' elements.
        torch: the reference, if it is not `tilelang` with T meaning torch.
        narrow, unsigned: the intrinsics of bfloat16 and of uint32, where those differ.
        narrow_ulps: the largest error of bfloat16; None if that is computed in 32 bits and rounded once.
        dtypes: those it is there for.
        result: the dtype of the result, if it is not that of the operands.
        scale: what an ulp is one of, as a reference: the exact result, if empty.
        by_host: the simulator computes it by the host's library, so the bound says nothing about a card.
    """

    tilelang: str
    ulps: float
    becomes: str
    inputs: tuple[float, float] = (-4.0, 4.0)
    torch: str = ""
    narrow: str = ""
    unsigned: str = ""
    narrow_ulps: float | None = None
    dtypes: tuple[Dtype, ...] = FLOATS
    result: str = ""
    scale: str = ""
    by_host: bool = False
    kind: str = ELEMENTWISE
    family: str = ""

    def __str__(self) -> str:
        return self.tilelang

    @property
    def reference(self) -> str:
        return self.torch or self.tilelang

    def becomes_in(self, dtype: Dtype) -> set[str]:
        """Names of its tile intrinsics."""
        names = {"bfloat16": self.narrow, "uint32": self.unsigned}.get(dtype.carrier) or self.becomes
        return {f"tt.{name}" for name in names.split()}

    def bound(self, dtype: Dtype) -> float:
        """The largest error in ulps of the dtype: that of float32, and one rounding to a narrower dtype."""
        if dtype.mantissa == 0:
            return self.ulps
        if dtype.carrier == "bfloat16" and self.narrow_ulps is not None:
            return self.narrow_ulps
        if dtype.mantissa == FLOAT32.mantissa or self.ulps == 0:
            return self.ulps
        return 0.5 + self.ulps * 2.0 ** (dtype.mantissa - FLOAT32.mantissa)

    def fits(self, arrangement: Arrangement) -> bool:
        """Whether the arrangement has the dimensions that the operator needs."""
        if arrangement.rows is None:
            return self.kind in (ELEMENTWISE, MOVES) and self.family not in ("Broadcasts", "Positions")
        # A block whose index is a value, or that holds the rows as a whole, does not grow to a tile.
        whole = self.kind in (COLUMN_REDUCTIONS, COLUMN_SCANS, PRODUCTS, TRANSPOSES)
        grows = not whole and not re.search(r"\bblock\b", self.tilelang)
        return grows or not arrangement.thin


_POSITIVE = (0.5, 4.0)
_WIDE = (-8.0, 8.0)


def _family(name: str, *rows: Operator, **common) -> tuple[Operator, ...]:
    return tuple(replace(row, family=name, **common) for row in rows)


def _choice(condition: str, becomes: str) -> Operator:
    return Operator(f"T.if_then_else({condition}, a, c)", 0, f"copy {becomes} sfpu.where")


def _position(text: str, ulps: float, becomes: str, columns: bool = True) -> Operator:
    """Positions are made of the rows' index, a running sum down a tile, and of its transpose."""
    turned = "fpu.transpose_dst " if columns else ""
    return Operator(text, ulps, f"copy fill sfpu.cumsum sfpu.sub_scalar {turned}{becomes}")


_ARITHMETIC = _family(
    "Arithmetic",
    Operator("a + b", 0.5, "copy sfpu.add", narrow="fpu.add", narrow_ulps=1),
    Operator("a - b", 0.5, "copy sfpu.sub", narrow="fpu.sub", narrow_ulps=1),
    Operator("a * b", 0.5, "copy sfpu.mul", narrow="fpu.mul", narrow_ulps=2),
    Operator("a / b", 1.5, "copy sfpu.div", _POSITIVE),
    Operator("a + 1.5", 0.5, "copy sfpu.add_scalar"),
    Operator("a - 1.5", 0.5, "copy sfpu.sub_scalar"),
    Operator("1.5 - a", 0.5, "copy sfpu.rsub_scalar"),
    Operator("a * 1.5", 0.5, "copy sfpu.mul_scalar"),
    Operator("a / 3.0", 1, "copy sfpu.mul_scalar"),
    Operator("3.0 / a", 1.5, "copy fill sfpu.div", _POSITIVE),
    Operator("1.0 / a", 1.5, "copy sfpu.recip", _POSITIVE),
    Operator("-1.0 * a", 0, "copy sfpu.negative"),
    Operator("a + b + c", 1, "copy sfpu.add", _POSITIVE, narrow="fpu.add fpu.add_reuse", narrow_ulps=1),
    Operator(
        "(a + b) * c",
        1.5,
        "copy sfpu.add sfpu.mul",
        _POSITIVE,
        narrow="fpu.add fpu.mul_reuse",
        narrow_ulps=2.5,
    ),
    Operator(
        "a * b - c",
        1,
        "copy sfpu.mul sfpu.sub",
        narrow="fpu.mul fpu.sub_reuse",
        narrow_ulps=2.5,
        scale="a.abs() * b.abs() + c.abs()",
    ),
    Operator(
        "a - b * c",
        1,
        "copy sfpu.mul sfpu.sub",
        narrow="fpu.mul fpu.rsub_reuse",
        narrow_ulps=2.5,
        scale="a.abs() + b.abs() * c.abs()",
    ),
    dtypes=(*FLOATS, BFP8),  # of bfp4 many are 0, by which nothing is divided
)
_CHOICES = _family(
    "Comparisons and choices",
    Operator("T.max(a, b)", 0, "copy sfpu.max"),
    Operator("T.min(a, b)", 0, "copy sfpu.min"),
    Operator("T.max(a, 1.0)", 0, "copy sfpu.max_scalar"),
    Operator("T.min(a, 1.0)", 0, "copy sfpu.min_scalar"),
    Operator("T.clamp(a, -1.0, 1.5)", 0, "copy sfpu.max_scalar sfpu.min_scalar"),
    _choice("T.floor(a) > T.floor(b)", "sfpu.floor sfpu.sub sfpu.gtz"),
    _choice("T.floor(a) >= T.floor(b)", "sfpu.floor sfpu.sub sfpu.gez"),
    _choice("T.floor(a) < T.floor(b)", "sfpu.floor sfpu.sub sfpu.ltz"),
    _choice("T.floor(a) <= T.floor(b)", "sfpu.floor sfpu.sub sfpu.lez"),
    _choice("T.floor(a) == T.floor(b)", "sfpu.floor sfpu.sub sfpu.eqz"),
    _choice("T.floor(a) != T.floor(b)", "sfpu.floor sfpu.sub sfpu.nez"),
    _choice("T.floor(a) > 1.0", "sfpu.floor sfpu.gt_scalar"),
    _choice("T.floor(a) >= 1.0", "sfpu.floor sfpu.ge_scalar"),
    _choice("T.floor(a) < 1.0", "sfpu.floor sfpu.lt_scalar"),
    _choice("T.floor(a) <= 1.0", "sfpu.floor sfpu.le_scalar"),
    _choice("T.floor(a) == 1.0", "sfpu.floor sfpu.eq_scalar"),
    _choice("T.floor(a) != 1.0", "sfpu.floor sfpu.ne_scalar"),
    _choice("T.And(a > 0.0, b > 0.0)", "sfpu.gt_scalar sfpu.mul"),
    _choice("T.Or(a > 0.0, b > 0.0)", "sfpu.gt_scalar sfpu.max"),
    _choice("T.Not(a > 0.0)", "sfpu.gt_scalar sfpu.eqz"),
    Operator("T.Select(a > 0.0, b, c)", 0, "copy sfpu.gt_scalar sfpu.where"),
    _choice("T.isnan(T.sqrt(T.cast(a, 'float32')))", "sfpu.sqrt sfpu.isnan"),
)
_FUNCTIONS = _family(
    "Functions",
    Operator("T.exp(a)", 1.5, "copy sfpu.exp", _WIDE),
    Operator("T.exp2(a)", 1.5, "copy sfpu.exp2", _WIDE),
    Operator("T.exp10(a)", 2, "copy fill sfpu.pow", (-3.0, 3.0)),
    Operator("T.log(a)", 1, "copy sfpu.log", (1.1, 50.0)),
    Operator("T.log2(a)", 2, "copy sfpu.log_scaled", (1.1, 50.0)),
    Operator("T.log10(a)", 2.5, "copy sfpu.log_scaled", (1.1, 50.0)),
    Operator("T.log1p(a)", 1.5, "copy sfpu.log1p", (-0.5, 10.0)),
    Operator("T.sqrt(a)", 1.5, "copy sfpu.sqrt", (0.0, 50.0)),
    Operator("T.rsqrt(a)", 1.5, "copy sfpu.rsqrt", (0.01, 50.0)),
    Operator("T.pow(T.cast(a, 'float32'), 1.5)", 2.5, "copy fill sfpu.pow", (0.1, 8.0)),
    Operator("T.pow(T.cast(a, 'float32'), 2.0)", 0.5, "copy sfpu.square", _WIDE),
    Operator("T.pow(T.cast(a, 'float32'), T.cast(b, 'float32'))", 5, "copy sfpu.pow", (0.1, 4.0)),
    Operator("T.sin(a)", 2, "copy sfpu.sin", (-3.0, 3.0)),
    Operator("T.cos(a)", 2, "copy sfpu.cos", (-1.5, 1.5)),
    Operator("T.tan(a)", 2, "copy sfpu.tan", (-1.5, 1.5)),
    Operator("T.asin(a)", 0.5, "copy sfpu.asin", (-1.0, 1.0), by_host=True),
    Operator("T.acos(a)", 0.5, "copy sfpu.acos", (-1.0, 0.9), by_host=True),
    Operator("T.atan(a)", 0.5, "copy sfpu.atan", (-50.0, 50.0), by_host=True),
    Operator("T.sinh(a)", 0.5, "copy sfpu.sinh", _WIDE, by_host=True),
    Operator("T.cosh(a)", 0.5, "copy sfpu.cosh", _WIDE, by_host=True),
    Operator("T.tanh(a)", 3, "copy sfpu.tanh", _WIDE),
    Operator("T.asinh(a)", 0.5, "copy sfpu.asinh", (-50.0, 50.0), by_host=True),
    Operator("T.acosh(a)", 0.5, "copy sfpu.acosh", (1.1, 50.0), by_host=True),
    Operator("T.atanh(a)", 0.5, "copy sfpu.atanh", (-0.95, 0.95), by_host=True),
    Operator("T.sigmoid(a)", 2.5, "copy sfpu.sigmoid", _WIDE),
    Operator("T.erf(a)", 53500, "copy sfpu.erf", narrow_ulps=1.5),
    Operator("T.abs(a)", 0, "copy sfpu.abs"),
    Operator("T.floor(a)", 0, "copy sfpu.floor", (-50.0, 50.0)),
    Operator("T.ceil(a)", 0, "copy sfpu.ceil", (-50.0, 50.0)),
    Operator("T.trunc(a)", 0, "copy sfpu.trunc", (-50.0, 50.0)),
    Operator("T.nearbyint(a)", 0, "copy sfpu.nearbyint", (-50.0, 50.0)),
)
_ACTIVATIONS = _family(
    "Activations, as kernels write them",
    Operator("T.max(a, 0.0)", 0, "copy sfpu.max_scalar"),
    Operator("a * T.sigmoid(a)", 3, "copy sfpu.sigmoid sfpu.mul", _WIDE),
    Operator("T.log1p(T.exp(a))", 2, "copy sfpu.exp sfpu.log1p", _WIDE),
    Operator(
        "0.5 * a * (1.0 + T.tanh(0.7978846 * (a + 0.044715 * a * a * a)))",
        2,
        "copy sfpu.mul sfpu.mul_scalar sfpu.add sfpu.add_scalar sfpu.tanh",
        _POSITIVE,
    ),
    Operator(
        "0.5 * a * (1.0 + T.erf(a * 0.70710678))",
        19500,
        "copy sfpu.mul sfpu.mul_scalar sfpu.add_scalar sfpu.erf",
        _POSITIVE,
        narrow_ulps=1,
    ),
)
_BROADCASTS = _family(
    "Broadcasts",
    Operator("a + across", 0.5, "copy copy_row sfpu.add"),
    Operator("a * down", 0.5, "copy copy_col fpu.transpose_dst sfpu.mul"),
    Operator("a - element", 0.5, "copy copy_scalar sfpu.sub"),
    Operator("down * across", 0.5, "copy copy_row copy_col fpu.transpose_dst sfpu.mul"),
    dtypes=(*FLOATS, BFP8, BFP4),
)
_POSITIONS = _family(
    "Positions",
    _position("T.if_then_else(row >= col, a, -1.0)", 0, "sfpu.mul_scalar sfpu.add sfpu.ge_scalar sfpu.where"),
    _position(
        "T.if_then_else(row < col + 3, a, 0.0)", 0, "sfpu.mul_scalar sfpu.add sfpu.lt_scalar sfpu.where"
    ),
    _position("T.if_then_else(row == col, 1.0, a)", 0, "sfpu.mul_scalar sfpu.add sfpu.eq_scalar sfpu.where"),
    _position("T.if_then_else(row != col, a, 0.0)", 0, "sfpu.mul_scalar sfpu.add sfpu.ne_scalar sfpu.where"),
    _position(
        "T.if_then_else(T.And(row - col < 8, col - row < 8), a, 0.0)",
        0,
        "sfpu.mul_scalar sfpu.add sfpu.lt_scalar sfpu.mul sfpu.where",
    ),
    _position("a + T.cast(row, 'float32')", 0.5, "sfpu.add_scalar sfpu.add", columns=False),
    _position("a + T.cast(row * 64 + col, 'float32')", 0.5, "sfpu.mul_scalar sfpu.add_scalar sfpu.add"),
    _position("a * T.cast(col // 7, 'float32')", 0.5, "sfpu.add_scalar sfpu.mul_scalar sfpu.floor sfpu.mul"),
    _position(
        "a * T.cast((row + col) % 5, 'float32')",
        0.5,
        "sfpu.add sfpu.add_scalar sfpu.mul_scalar sfpu.floor sfpu.sub sfpu.mul",
    ),
    Operator("a * T.cast(block + 1, 'float32')", 0.5, "copy fill sfpu.mul"),
    Operator("T.if_then_else(block == 1, a, 2.0 * a)", 0, "copy fill sfpu.mul_scalar sfpu.where"),
)


def _integers(text: str, becomes: str, unsigned: str = "") -> Operator:
    return Operator(text, 0, f"copy {becomes}", unsigned=f"copy {unsigned}" if unsigned else "")


def _comparison(symbol: str, name: str) -> Operator:
    """Of the low bits, so that some are equal."""
    kind = "int" if name in ("eq", "ne") else "uint"
    becomes = "int_fill sfpu.bitwise_and sfpu.{}_{} sfpu.int_to_float sfpu.int_where"
    text = f"T.if_then_else((a & 3) {symbol} (b & 3), a, c)"
    return _integers(text, becomes.format("int", name), becomes.format(kind, name))


_INTEGERS = _family(
    "Integers",
    _integers("a + b", "sfpu.int_add"),
    _integers("a - b", "sfpu.int_sub"),
    _integers("a * b", "sfpu.int_mul"),
    _integers("T.max(a, b)", "sfpu.int_max", "sfpu.uint_max"),
    _integers("T.min(a, b)", "sfpu.int_min", "sfpu.uint_min"),
    _integers("a & b", "sfpu.bitwise_and"),
    _integers("a | b", "sfpu.bitwise_or"),
    _integers("a ^ b", "sfpu.bitwise_xor"),
    _integers("~a", "sfpu.bitwise_not"),
    _integers("a << 3", "int_fill sfpu.shift_left"),
    _integers("a >> 3", "int_fill sfpu.int_shift_right", "int_fill sfpu.uint_shift_right"),
    _integers("a // 8", "int_fill sfpu.int_shift_right", "int_fill sfpu.uint_shift_right"),
    _integers("a % 16", "int_fill sfpu.bitwise_and"),
    _comparison("==", "eq"),
    _comparison("!=", "ne"),
    _comparison("<", "lt"),
    _comparison("<=", "le"),
    _comparison(">", "gt"),
    _comparison(">=", "ge"),
    dtypes=INTEGERS,
)
_COPIES = _family(
    "Copies and casts",
    Operator("T.copy(a, c)", 0, "", dtypes=DTYPES, kind=MOVES),
    Operator("T.copy(a, c)", 0, "tilize untilize", dtypes=IN_ROWS, kind=MOVES),
    Operator("T.fill(c, 1.5)", 0, "fill", kind=MOVES),
    Operator("T.clear(c)", 0, "fill", kind=MOVES),
    Operator(
        "T.cast(T.cast(a, 'bfloat16'), 'float32')",
        0,
        "copy sfpu.round_bf16",
        dtypes=(FLOAT32, FLOAT16_AS_FLOAT32),
    ),
)


def _cast(source: Dtype, target: str, becomes: str, ulps: float = 0) -> Operator:
    """A cast by a copy, of what both dtypes have; floats are cut off towards zero."""
    ranges = [dtype.inputs for dtype in INTEGERS if dtype.host == target]
    if source.inputs:
        ranges.append(source.inputs)
    low, high = max([-300, *(low for low, _ in ranges)]), min([300, *(high for _, high in ranges)])
    reference = "a.trunc()" if target in _WHOLE_NUMBERS else ""
    row = Operator("T.copy(a, c)", ulps, becomes, (low, high), reference)
    return replace(row, dtypes=(source,), result=target, kind=MOVES)


_CASTS = _family(
    "Copies and casts",
    _cast(BFLOAT16, "float32", "copy"),
    _cast(INT32, "float32", "copy sfpu.int_to_float"),
    _cast(UINT32, "float32", "copy sfpu.uint_to_float"),
    _cast(UINT16, "float32", "copy sfpu.uint16_to_int sfpu.int_to_float"),
    _cast(INT8, "float32", "copy sfpu.int8_to_int sfpu.int_to_float"),
    _cast(FLOAT32, "bfloat16", "copy", 0.5),
    _cast(UINT8, "bfloat16", "copy sfpu.uint8_to_int sfpu.int_to_float"),
    _cast(FLOAT32, "int32", "copy sfpu.float_to_int"),
    _cast(INT8, "int32", "copy sfpu.int8_to_int"),
    _cast(FLOAT32, "uint32", "copy sfpu.float_to_uint"),
    _cast(UINT16, "uint32", "copy sfpu.uint16_to_int"),
    _cast(FLOAT32, "uint16", "copy sfpu.float_to_int int_fill sfpu.bitwise_and sfpu.int_to_uint16"),
    _cast(
        FLOAT32,
        "int8",
        "copy sfpu.float_to_int int_fill sfpu.shift_left sfpu.int_shift_right sfpu.int_to_int8",
    ),
    _cast(
        UINT8, "int8", "copy sfpu.uint8_to_int int_fill sfpu.shift_left sfpu.int_shift_right sfpu.int_to_int8"
    ),
    _cast(BFLOAT16, "uint8", "copy sfpu.float_to_int int_fill sfpu.bitwise_and sfpu.int_to_uint8"),
    _cast(INT32, "uint8", "copy int_fill sfpu.bitwise_and sfpu.int_to_uint8"),
)


def _reductions(dim: int, kind: str, axis: str) -> tuple[Operator, ...]:
    turned = "fpu.transpose_dst " if dim == 1 else ""
    rows = []
    for clear in (True, False):
        joined = "" if clear else "fill "
        for name, ulps, becomes in (
            ("sum", 1, f"sfpu.add sfpu.sum_{axis}"),
            ("abssum", 2, f"sfpu.abs sfpu.add sfpu.sum_{axis}"),
            ("max", 0, f"sfpu.max sfpu.max_{axis}"),
            ("absmax", 0, f"sfpu.abs sfpu.max sfpu.max_{axis}"),
            ("min", 0, f"sfpu.negative sfpu.max sfpu.max_{axis}"),
        ):
            text = f"T.reduce_{name}(a, c, dim={dim}{'' if clear else ', clear=False'})"
            if name == "abssum" and not clear:  # its own function always clears
                text = f"T.reduce(a, c, 'abssum', {dim}, clear=False)"
            scale = f"a.abs().sum({dim - 2}) + {0 if clear else START}" if name == "sum" else ""
            rows.append(Operator(text, ulps, f"copy {joined}{turned}{becomes}", scale=scale))
    return _family("Reductions", *rows, kind=kind)


_INTEGER_REDUCTIONS = (
    Operator(
        "T.reduce_sum(a, c, dim=1)",
        0,
        "copy fpu.transpose_dst sfpu.int_add sfpu.int_sum_rows",
        kind=ROW_REDUCTIONS,
    ),
    Operator(
        "T.reduce_max(a, c, dim=1)",
        0,
        "copy fpu.transpose_dst sfpu.int_max sfpu.int_max_rows",
        kind=ROW_REDUCTIONS,
    ),
    Operator("T.reduce_sum(a, c, dim=0)", 0, "copy sfpu.int_add sfpu.int_sum_cols", kind=COLUMN_REDUCTIONS),
    Operator("T.reduce_max(a, c, dim=0)", 0, "copy sfpu.int_max sfpu.int_max_cols", kind=COLUMN_REDUCTIONS),
)


def _scan(dim: int, kind: str, reverse: bool, becomes: str) -> Operator:
    text = f"T.cumsum(a, c, dim={dim}{', reverse=True' if reverse else ''})"
    return Operator(text, 2, f"copy {becomes}", scale=f"a.abs().sum({dim - 2}, keepdim=True)", kind=kind)


_FROM_THE_END = "sfpu.cumsum sfpu.add sfpu.sub"
_SCANS = _family(
    "Scans",
    _scan(1, ROW_SCANS, False, "fpu.transpose_dst sfpu.cumsum"),
    _scan(1, ROW_SCANS, True, f"copy_col fpu.transpose_dst sfpu.sum_rows {_FROM_THE_END}"),
    _scan(0, COLUMN_SCANS, False, "sfpu.cumsum"),
    _scan(0, COLUMN_SCANS, True, f"copy_row sfpu.sum_cols {_FROM_THE_END}"),
)
_TRANSPOSES = _family(
    "Transposes",
    Operator(
        "T.transpose(a, c)", 0, "copy fpu.transpose_dst", narrow="fpu.transpose", dtypes=(*FLOATS, INT32)
    ),
    kind=TRANSPOSES,
)


def _product(options: str, becomes: str, narrow: str = "") -> Operator:
    """Source registers keep 10 bits of mantissa, so each operand of float32 is off by up to 2^13 ulps."""
    scale = f"T.gemm(a.abs(), b.abs(), c{options})"
    return Operator(f"T.gemm(a, b, c{options})", 2**14, becomes, scale=scale, narrow=narrow, narrow_ulps=1)


_TURNED = ("fpu.transpose mm.init mm.mma", "copy fpu.transpose mm.init mm.mma")
_PRODUCTS = _family(
    "Products",
    _product("", "mm.init mm.mma"),
    _product(", transpose_A=True", *_TURNED),
    _product(", transpose_B=True", "mm.init mm.mma"),
    _product(", transpose_A=True, transpose_B=True", *_TURNED),
    _product(", clear_accum=True", "mm.mma", "copy mm.mma"),
    kind=PRODUCTS,
    dtypes=(*FLOATS, BFP8, BFP4),
)

OPERATORS = (
    *_ARITHMETIC,
    *_CHOICES,
    *_FUNCTIONS,
    *_ACTIVATIONS,
    *_BROADCASTS,
    *_POSITIONS,
    *_INTEGERS,
    *_COPIES,
    *_CASTS,
    *_reductions(1, ROW_REDUCTIONS, "rows"),
    *_reductions(0, COLUMN_REDUCTIONS, "cols"),
    *_family("Reductions", *_INTEGER_REDUCTIONS, dtypes=(INT32,)),
    *_SCANS,
    *_TRANSPOSES,
    *_PRODUCTS,
)


@dataclass(frozen=True)
class Group:
    """Operators that one kernel computes: so many rows of the table."""

    operators: tuple[Operator, ...]
    dtype: Dtype
    arrangement: Arrangement


_PER_KERNEL = 16


def _chunks() -> list[tuple[Operator, ...]]:
    """Operators that may share a kernel, in the table's order."""
    chunks = []
    for _, rows in itertools.groupby(OPERATORS, key=lambda row: (row.kind, row.result, row.dtypes)):
        rows = list(rows)
        size = -(-len(rows) // -(-len(rows) // _PER_KERNEL))
        chunks += [tuple(rows[first : first + size]) for first in range(0, len(rows), size)]
    return chunks


def groups(every: bool) -> Iterator[Group]:
    """What is tested: each operator and dtype on whole tiles, and on `every` arrangement or on one more.

    The one is what the dtype has met least. Dtypes that are carried by others have none, and casts neither.
    """
    met = collections.Counter()
    for chunk in _chunks():
        fitting = [a for a in ARRANGEMENTS[1:] if any(row.fits(a) for row in chunk)]
        for dtype in chunk[0].dtypes:
            chosen = fitting if every else []
            if not every and dtype in (FLOAT32, BFLOAT16, INT32) and not chunk[0].result:
                # In another order for each dtype.
                order = fitting if dtype is FLOAT32 else fitting[::-1]
                chosen = [min(order, key=lambda a, dtype=dtype: met[dtype, a])]
                met[dtype, chosen[0]] += 1
            for arrangement in (WHOLE, *chosen):
                yield Group(tuple(row for row in chunk if row.fits(arrangement)), dtype, arrangement)

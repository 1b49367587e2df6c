"""TileLang sources of the table's rows: many operators in one kernel, on tensors of any arrangement.

The texts of the table are evaluated where the kernel is built, with T meaning TileLang. Annotations of
kernels are evaluated as code, so this file does not postpone annotations.
"""

import math
import re

import tilelang.language as T
import tilelang_tenstorrent as tt

from operators.table import (
    COLUMN_REDUCTIONS,
    ELEMENTWISE,
    PRODUCTS,
    ROW_REDUCTIONS,
    START,
    Arrangement,
    Group,
    arranged,
)


def evaluate(text: str, values: dict):
    """A text of the table with its names bound."""
    return eval(text, {}, values)


def kernel(group: Group):
    """The kernel of a group: its tensors are A, B, D, then R along columns, S along rows, E of one, and C.

    Where the operands are whole tensors, R, S and E are left out. C has the operators as its first dimension.
    """
    texts = [operator.tilelang for operator in group.operators]
    dtype, result = group.dtype.host, group.operators[0].result or group.dtype.host
    kind = group.operators[0].kind
    arrangement = arranged(kind, group.arrangement)
    if kind in (ROW_REDUCTIONS, COLUMN_REDUCTIONS):
        return reductions(arrangement, 0 if kind == ROW_REDUCTIONS else 1, texts, dtype, result)
    make = {ELEMENTWISE: elementwise, PRODUCTS: products}.get(kind, moves)
    return make(arrangement, texts, dtype, result, group.dtype.storage)


def _stored(storage: str, *tensors) -> dict:
    """The block format of each tensor, if there is one."""
    return dict.fromkeys(tensors, storage) if storage else {}


def _grid(arrangement: Arrangement) -> tuple[int, int, int]:
    blocks = [-(-extent // step) for extent, step in zip(arrangement.extents, arrangement.block, strict=True)]
    others = math.prod(arrangement.shape[dim] for dim in arrangement.others)
    return (blocks[-1], blocks[0] if len(blocks) == 2 else 1, others)


def _counted(sizes, bz) -> list:
    """A grid index as one index for each size."""
    indices = []
    for size in reversed(sizes[1:]):
        indices.insert(0, bz % size)
        bz = bz // size
    return [bz, *indices] if sizes else []


def _at(arrangement: Arrangement, bx, by, bz) -> tuple:
    """The slice of a tensor that a block of the grid covers."""
    index = [None] * len(arrangement.shape)
    others = arrangement.others
    for dim, value in zip(others, _counted([arrangement.shape[dim] for dim in others], bz), strict=True):
        index[dim] = value
    index[arrangement.cols] = slice(bx * arrangement.block[-1], (bx + 1) * arrangement.block[-1])
    if arrangement.rows is not None:
        index[arrangement.rows] = slice(by * arrangement.block[0], (by + 1) * arrangement.block[0])
    return tuple(index)


def _vector(arrangement: Arrangement, kept: int, bx, by, bz) -> tuple:
    """The slice that a block covers of a tensor that has one of its dimensions only."""
    others = [arrangement.shape[dim] for dim in arrangement.others]
    step, index = arrangement.block[kept], (by, bx)[kept]
    return (*_counted(others, bz), slice(index * step, (index + 1) * step))


def elementwise(arrangement: Arrangement, texts: list[str], dtype: str, _: str, storage: str):
    """C[k] = texts[k], an expression of elements."""
    shape, block, extents = arrangement.shape, arrangement.block, arrangement.extents
    words = set(re.findall(r"\w+", " ".join(texts)))

    @T.prim_func
    def main(
        A: T.Tensor(shape, dtype),
        B: T.Tensor(shape, dtype),
        D: T.Tensor(shape, dtype),
        R: T.Tensor(extents[-1:], dtype),
        S: T.Tensor(extents[:1], dtype),
        E: T.Tensor((1,), dtype),
        C: T.Tensor((len(texts), *shape), dtype),
    ):
        with T.Kernel(*_grid(arrangement), threads=128) as (bx, by, bz):
            tt.annotate_storage(_stored(storage, A, B, D, R, S, E))
            at = _at(arrangement, bx, by, bz)
            blocks = {}
            if "a" in words:
                blocks["a"] = T.alloc_shared(block, dtype)
                T.copy(A[at], blocks["a"])
            if "b" in words:
                blocks["b"] = T.alloc_shared(block, dtype)
                T.copy(B[at], blocks["b"])
            if "c" in words:
                blocks["c"] = T.alloc_shared(block, dtype)
                T.copy(D[at], blocks["c"])
            if "across" in words:
                blocks["across"] = T.alloc_shared(block[-1:], dtype)
                T.copy(R[bx * block[-1]], blocks["across"])
            if "down" in words:
                blocks["down"] = T.alloc_shared(block[:1], dtype)
                T.copy(S[by * block[0]], blocks["down"])
            if "element" in words:
                blocks["element"] = T.alloc_shared((1,), dtype)
                T.copy(E, blocks["element"])
            for k, text in enumerate(texts):
                c = T.alloc_fragment(block, dtype)
                if len(block) == 2:
                    for i, j in T.Parallel(*block):
                        c[i, j] = evaluate(text, _elements(blocks, block, by, bx, i, j))
                else:
                    for i in T.Parallel(*block):
                        c[i] = evaluate(text, _elements(blocks, block, by, bx, i))
                T.copy(c, C[(k, *at)])

    return main


def _elements(blocks, block, by, bx, *indices) -> dict:
    """What the names of an expression are at an element of the block."""
    at = {"across": indices[-1:], "down": indices[:1], "element": (0,)}
    elements = {name: value[at.get(name, indices)] for name, value in blocks.items()}
    positions = {"row": by * block[0] + indices[0], "col": bx * block[-1] + indices[-1], "block": by}
    return {"T": T, **elements, **positions}


def moves(arrangement: Arrangement, texts: list[str], dtype: str, result: str, storage: str):
    """C[k] = what the statement texts[k] makes of A's blocks."""
    shape, block = arrangement.shape, arrangement.block

    @T.prim_func
    def main(A: T.Tensor(shape, dtype), C: T.Tensor((len(texts), *shape), result)):
        with T.Kernel(*_grid(arrangement), threads=128) as (bx, by, bz):
            tt.annotate_storage(_stored(storage, A))
            at = _at(arrangement, bx, by, bz)
            for k, text in enumerate(texts):
                blocks = {"T": T, "c": T.alloc_fragment(block, result)}
                if "(a" in text:
                    blocks["a"] = T.alloc_shared(block, dtype)
                    T.copy(A[at], blocks["a"])
                evaluate(text, blocks)
                T.copy(blocks["c"], C[(k, *at)])

    return main


def reductions(arrangement: Arrangement, kept: int, texts: list[str], dtype: str, result: str):
    """C[k] = what texts[k] makes of A's blocks: a vector along the dimension that is kept."""
    shape, block = arrangement.shape, arrangement.block
    others = [shape[dim] for dim in arrangement.others]

    @T.prim_func
    def main(
        A: T.Tensor(shape, dtype),
        C: T.Tensor((len(texts), *others, arrangement.extents[kept]), result),
    ):
        with T.Kernel(*_grid(arrangement), threads=128) as (bx, by, bz):
            a = T.alloc_fragment(block, dtype)
            T.copy(A[_at(arrangement, bx, by, bz)], a)
            for k, text in enumerate(texts):
                c = T.alloc_fragment((block[kept],), result)
                if "clear=False" in text:
                    T.fill(c, START)
                evaluate(text, {"T": T, "a": a, "c": c})
                T.copy(c, C[(k, *_vector(arrangement, kept, bx, by, bz))])

    return main


def products(arrangement: Arrangement, texts: list[str], dtype: str, result: str, storage: str):
    """C[k] = what texts[k] makes of square A and B, on top of START; sums are float32."""
    shape, block = arrangement.shape, arrangement.block

    @T.prim_func
    def main(
        A: T.Tensor(shape, dtype),
        B: T.Tensor(shape, dtype),
        C: T.Tensor((len(texts), *shape), result),
    ):
        with T.Kernel(*_grid(arrangement), threads=128) as (bx, by, bz):
            tt.annotate_storage(_stored(storage, A, B))
            at = _at(arrangement, bx, by, bz)
            a = T.alloc_shared(block, dtype)
            b = T.alloc_shared(block, dtype)
            T.copy(A[at], a)
            T.copy(B[at], b)
            for k, text in enumerate(texts):
                c = T.alloc_fragment(block, "float32")
                if "clear_accum" not in text:
                    T.fill(c, START)
                evaluate(text, {"T": T, "a": a, "b": b, "c": c})
                T.copy(c, C[(k, *at)])

    return main

"""Positions of elements in expressions: masks, index arithmetic, scalars of the block."""

from __future__ import annotations

import pytest
import tilelang.language as T
import tilelang_tenstorrent as tt
import torch


def _kernel(value, rows=96, cols=64, dtype="float32"):
    """C[r, c] = value(a, r, c, by) with r and c the position in the tensor, in blocks of 32 x 64."""

    @T.prim_func
    def main(A: T.Tensor((rows, cols), dtype), C: T.Tensor((rows, cols), dtype)):
        with T.Kernel(T.ceildiv(cols, 64), T.ceildiv(rows, 32), threads=128) as (bx, by):
            a = T.alloc_shared((32, 64), dtype)
            c = T.alloc_fragment((32, 64), dtype)
            T.copy(A[by * 32, bx * 64], a)
            for i, j in T.Parallel(32, 64):
                c[i, j] = value(a[i, j], by * 32 + i, bx * 64 + j, by)
            T.copy(c, C[by * 32, bx * 64])

    return main


_choose = T.if_then_else

# name, in TileLang, in torch
EXPRESSIONS = [
    ("causal", lambda a, r, c, b: _choose(r >= c, a, -1.0), lambda a, r, c, b: torch.where(r >= c, a, -1.0)),
    (
        "below",
        lambda a, r, c, b: _choose(r < c + 3, a, 0.0),
        lambda a, r, c, b: torch.where(r < c + 3, a, 0.0),
    ),
    ("diagonal", lambda a, r, c, b: _choose(r == c, 1.0, a), lambda a, r, c, b: torch.where(r == c, 1.0, a)),
    ("off", lambda a, r, c, b: _choose(r != c, a, 0.0), lambda a, r, c, b: torch.where(r != c, a, 0.0)),
    (
        "band",
        lambda a, r, c, b: T.if_then_else(T.And(r - c < 8, c - r < 8), a, 0.0),
        lambda a, r, c, b: torch.where((r - c).abs() < 8, a, 0.0),
    ),
    ("row", lambda a, r, c, b: a + T.cast(r, "float32"), lambda a, r, c, b: a + r),
    ("linear", lambda a, r, c, b: a + T.cast(r * 64 + c, "float32"), lambda a, r, c, b: a + (r * 64 + c)),
    ("quotient", lambda a, r, c, b: a * T.cast(c // 7, "float32"), lambda a, r, c, b: a * (c // 7)),
    ("rest", lambda a, r, c, b: a * T.cast((r + c) % 5, "float32"), lambda a, r, c, b: a * ((r + c) % 5)),
    ("block", lambda a, r, c, b: a * T.cast(b + 1, "float32"), lambda a, r, c, b: a * (r // 32 + 1)),
    (
        "block_choice",
        lambda a, r, c, b: T.if_then_else(b == 1, a, 2.0 * a),
        lambda a, r, c, b: torch.where(r // 32 == 1, a, 2 * a),
    ),
]


@pytest.mark.parametrize(
    "name, value, reference", EXPRESSIONS, ids=lambda item: item if isinstance(item, str) else ""
)
@pytest.mark.parametrize("rows, cols", [(96, 64), (70, 100)], ids=["whole", "ragged"])
def test_positions(name, value, reference, rows, cols):
    program = tt.build(_kernel(value, rows, cols))
    a, c = torch.randn(rows, cols), torch.zeros(rows, cols)
    program(a, c)
    r, col = torch.arange(rows)[:, None].expand(rows, cols), torch.arange(cols)[None].expand(rows, cols)
    torch.testing.assert_close(c, reference(a, r, col, None), rtol=2**-22, atol=0)


def test_a_mask_that_is_never_needed_costs_nothing():
    program = tt.build(_kernel(lambda a, r, c, b: T.if_then_else(c < 64, a, 0.0)))
    assert "index" not in program.sources["compute.cpp"]
    assert "where_tile" not in program.sources["compute.cpp"]


def test_the_index_tile_is_filled_once_per_core():
    text = tt.build(_kernel(lambda a, r, c, b: T.if_then_else(r >= c, a, 0.0))).sources["compute.cpp"]
    assert text.index("cumsum_tile(") < text.index("for (uint32_t work")
    assert text.count("cumsum_tile(") == 2, "rows, and the transpose of rows"


def test_branches_lets_and_several_stores():
    @T.prim_func
    def main(
        A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32"), R: T.Tensor((64,), "float32")
    ):
        with T.Kernel(2, threads=128) as bx:
            c = T.alloc_fragment((32, 64), "float32")
            s = T.alloc_fragment((32,), "float32")
            for i, j in T.Parallel(32, 64):
                x = A[bx * 32 + i, j]
                c[i, j] = x
                if i < j:
                    c[i, j] = x * 2.0
                else:
                    c[i, j] = c[i, j] + 1.0
                if bx * 32 + i < 64:
                    C[bx * 32 + i, j] = c[i, j]
            T.reduce_sum(c, s, dim=1)
            for i in T.Parallel(32):
                R[bx * 32 + i] = s[i]

    a, c, r = torch.randint(-8, 8, (64, 64)).float(), torch.zeros(64, 64), torch.zeros(64)
    tt.build(main)(a, c, r)
    i, j = torch.arange(64)[:, None] % 32, torch.arange(64)[None]
    expected = torch.where(i < j, 2 * a, a + 1)
    assert torch.equal(c, expected)
    assert torch.equal(r, expected.sum(1))


@pytest.mark.parametrize("rows", [1, 2, 8])
def test_blocks_of_few_rows_grow_to_a_tile(rows):
    @T.prim_func
    def main(
        A: T.Tensor((100, 64), "float32"), C: T.Tensor((100, 64), "float32"), S: T.Tensor((100,), "float32")
    ):
        with T.Kernel(T.ceildiv(100, rows), threads=128) as bx:
            a = T.alloc_fragment((rows, 64), "float32")
            s = T.alloc_fragment((rows,), "float32")
            T.copy(A[bx * rows, 0], a)
            T.reduce_sum(a, s, dim=1)
            for i, j in T.Parallel(rows, 64):
                a[i, j] = a[i, j] - s[i]
            for i in T.Parallel(rows):
                S[bx * rows + i] = s[i]
            T.copy(a, C[bx * rows, 0])

    program = tt.build(main)
    a, c, s = torch.randint(-8, 8, (100, 64)).float(), torch.zeros(100, 64), torch.zeros(100)
    program(a, c, s)
    assert torch.equal(s, a.sum(1))
    assert torch.equal(c, a - a.sum(1, keepdim=True))
    assert sum(core["values"][-3] for core in program.plan["kernels"][0]["core_args"]) <= 100


@pytest.mark.parametrize("grid", [[1, 1], [8, 8]])
@pytest.mark.parametrize("whole", [True, False], ids=["block", "elements"])
def test_atomic_additions_of_a_split_reduction(grid, whole):
    @T.prim_func
    def main(
        A: T.Tensor((64, 256), "bfloat16"),
        B: T.Tensor((256, 64), "bfloat16"),
        C: T.Tensor((64, 64), "float32"),
    ):
        with T.Kernel(2, 2, 4, threads=128) as (bx, by, bz):
            a = T.alloc_shared((32, 64), "bfloat16")
            b = T.alloc_shared((64, 32), "bfloat16")
            c = T.alloc_fragment((32, 32), "float32")
            T.copy(A[by * 32, bz * 64], a)
            T.copy(B[bz * 64, bx * 32], b)
            T.gemm(a, b, c, clear_accum=True)
            if whole:
                T.atomic_add(C[by * 32, bx * 32], c)
            else:
                for i, j in T.Parallel(32, 32):
                    T.atomic_add(C[by * 32 + i, bx * 32 + j], c[i, j])

    a = torch.randint(-4, 4, (64, 256)).bfloat16()
    b = torch.randint(-4, 4, (256, 64)).bfloat16()
    start = torch.randint(-8, 8, (64, 64)).float()
    c = start.clone()
    tt.build(main, {"kind": "tenstorrent", "core_grid": grid})(a, b, c)
    assert torch.equal(c, start + a.float() @ b.float())

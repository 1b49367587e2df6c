"""PropagateTTLayout, first step: every vector becomes a row or a column of tiles."""

from __future__ import annotations

import pytest
import tilelang.language as TL
from tvm import tirx
from tvm.script import tirx as T

from errors.refusal import assert_refused
from kernels.operator_sources import both_reductions, reduction, scaled_by_element, vectors
from lowering import as_module, run_passes
from passes.structure import after, assert_code


def _oriented(func):
    return run_passes(as_module(func), "PropagateTTLayout")[-1][1]


def _shapes(func):
    """Shapes of the block buffers, by name."""
    shapes = {}

    def visit(node):
        if isinstance(node, tirx.SBlock):
            for buffer in node.alloc_buffers:
                shapes[str(buffer.name)] = tuple(int(extent) for extent in buffer.shape)

    tirx.stmt_functor.post_order_visit(_oriented(func)["main"].body, visit)
    return shapes


def test_a_vector_runs_as_its_index_does_and_a_column_is_read_through_a_row():
    @T.prim_func(private=True)
    def func(S_handle: T.handle, R_handle: T.handle, C_handle: T.handle):
        S = T.match_buffer(S_handle, (64,))
        R = T.match_buffer(R_handle, (96,))
        C = T.match_buffer(C_handle, (64, 96))
        with T.sblock("root"):
            T.reads()
            T.writes()
            S_s = T.sblock_alloc_buffer((32,), scope="shared.dyn")
            R_s = T.sblock_alloc_buffer((32,), scope="shared.dyn")
            C_l = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
            T.copy(T.region(S[32], 1, 32), T.region(S_s[0], 2, 32))
            T.copy(T.region(R[64], 1, 32), T.region(R_s[0], 2, 32))
            for i in T.parallel(32):
                for j in T.parallel(32):
                    C_l[i, j] = S_s[i] + R_s[j]
            T.copy(T.region(C_l[0, 0], 1, 32, 32), T.region(C[32, 64], 2, 32, 32))

    @T.prim_func(private=True)
    def expected(S_handle: T.handle, R_handle: T.handle, C_handle: T.handle):
        S = T.match_buffer(S_handle, (64,))
        R = T.match_buffer(R_handle, (96,))
        C = T.match_buffer(C_handle, (64, 96))
        with T.sblock("root"):
            T.reads()
            T.writes()
            S_s = T.sblock_alloc_buffer((32, 1), scope="shared.dyn")
            R_s = T.sblock_alloc_buffer((1, 32), scope="shared.dyn")
            C_l = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
            S_s_row = T.sblock_alloc_buffer((1, 32), scope="shared.dyn")
            T.copy(T.region(S[32], 1, 32), T.region(S_s_row[0, 0], 2, 1, 32))
            T.copy(T.region(S_s_row[0, 0], 1, 1, 32), T.region(S_s[0, 0], 2, 32, 1))
            T.copy(T.region(R[64], 1, 32), T.region(R_s[0, 0], 2, 1, 32))
            for i in T.parallel(32):
                for j in T.parallel(32):
                    C_l[i, j] = S_s[i, 0] + R_s[0, j]
            T.copy(T.region(C_l[0, 0], 1, 32, 32), T.region(C[32, 64], 2, 32, 32))

    assert_code(after("PropagateTTLayout", func, {}), expected)


@pytest.mark.parametrize(
    ("dim", "shapes"),
    [
        (1, {"A_l": (64, 96), "C_l": (64, 1), "C_l_row": (1, 64)}),
        (0, {"A_l": (64, 96), "C_l": (1, 96)}),
    ],
    ids=["rows", "cols"],
)
def test_a_reduction_of_rows_leaves_a_column_and_one_of_columns_a_row(dim, shapes):
    assert _shapes(reduction(64, 96, "max", dim, True)) == shapes


def test_each_vector_of_a_block_has_its_own_direction():
    assert _shapes(both_reductions(64, 96)) == {"A_l": (64, 96), "high": (64, 1), "low": (1, 96)}


def test_vectors_of_nothing_but_vectors_run_along():
    assert set(_shapes(vectors(64, 32, lambda a, b: a + b)).values()) == {(1, 32)}


def test_one_element_needs_no_direction():
    assert _shapes(scaled_by_element(32, 64))["S_s"] == (1, 1)


def _tied():
    """`scale` is computed with `high`, and `saved` is a copy of it."""

    @TL.prim_func
    def main(A: TL.Tensor((32, 32), "float32"), C: TL.Tensor((32,), "float32")):
        with TL.Kernel(1, threads=128) as _:
            a = TL.alloc_fragment((32, 32), "float32")
            high = TL.alloc_fragment((32,), "float32")
            scale = TL.alloc_fragment((32,), "float32")
            saved = TL.alloc_fragment((32,), "float32")
            TL.copy(A, a)
            TL.reduce_max(a, high, dim=1)
            for i in TL.Parallel(32):
                scale[i] = high[i] * 2.0
            TL.copy(scale, saved)
            TL.copy(saved, C)

    return main


def test_vectors_that_are_computed_or_copied_together_run_the_same_way():
    shapes = _shapes(_tied())
    assert shapes["high"] == shapes["scale"] == shapes["saved"] == (32, 1)


def test_a_nest_that_reads_a_vector_across_reads_a_turned_copy():
    @TL.prim_func
    def main(A: TL.Tensor((32, 32), "float32"), C: TL.Tensor((32, 32), "float32")):
        with TL.Kernel(1, threads=128) as _:
            a = TL.alloc_fragment((32, 32), "float32")
            v = TL.alloc_fragment((32,), "float32")
            TL.copy(A, a)
            TL.reduce_max(a, v, dim=1)
            for i, j in TL.Parallel(32, 32):
                a[i, j] = a[i, j] - v[j]
            TL.copy(a, C)

    shapes = _shapes(main)
    assert shapes["v"] == (32, 1)
    assert shapes["v_row"] == (1, 32)


def test_a_vector_cannot_be_made_both_ways():
    @TL.prim_func
    def main(A: TL.Tensor((32, 32), "float32"), C: TL.Tensor((32, 32), "float32")):
        with TL.Kernel(1, threads=128) as _:
            a = TL.alloc_fragment((32, 32), "float32")
            v = TL.alloc_fragment((32,), "float32")
            TL.copy(A, a)
            TL.reduce_max(a, v, dim=1)
            for i, j in TL.Parallel(32, 32):
                v[j] = a[i, j]  # <- refused
            TL.copy(a, C)

    assert_refused(
        main,
        "Vector 'v' runs down the rows of one block and along the columns of another. Supported: one "
        "direction for a vector and those it is computed with; use a second buffer for the other.",
    )


def test_a_column_of_a_tensor_goes_through_a_column():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 1))
        C = T.match_buffer(C_handle, (1, 32))
        with T.sblock("root"):
            T.reads()
            T.writes()
            v = T.sblock_alloc_buffer((32,), scope="local.fragment")
            s = T.sblock_alloc_buffer((1,), scope="local.fragment")
            T.copy(T.region(A[7, 0], 1, 32, 1), T.region(v[0], 2, 32))
            T.reduce(T.region(v[0], 1, 32), T.region(s[0], 2, 1), "sum", 0, T.bool(True))
            for _i in T.parallel(1):
                for j in T.parallel(32):
                    v[j] = v[j] * s[0]
            T.copy(T.region(v[0], 1, 32), T.region(C[0, 0], 2, 1, 32))

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 1))
        C = T.match_buffer(C_handle, (1, 32))
        with T.sblock("root"):
            T.reads()
            T.writes()
            v = T.sblock_alloc_buffer((1, 32), scope="local.fragment")
            s = T.sblock_alloc_buffer((1, 1), scope="local.fragment")
            v_column = T.sblock_alloc_buffer((32, 1), scope="local.fragment")
            T.copy(T.region(A[7, 0], 1, 32, 1), T.region(v_column[0, 0], 2, 32, 1))
            T.copy(T.region(v_column[0, 0], 1, 32, 1), T.region(v[0, 0], 2, 1, 32))
            T.reduce(T.region(v[0, 0], 1, 1, 32), T.region(s[0, 0], 2, 1, 1), "sum", 1, T.bool(True))
            for _i in T.parallel(1):
                for j in T.parallel(32):
                    v[0, j] = v[0, j] * s[0, 0]
            T.copy(T.region(v[0, 0], 1, 1, 32), T.region(C[0, 0], 2, 1, 32))

    assert_code(after("PropagateTTLayout", func, {}), expected)

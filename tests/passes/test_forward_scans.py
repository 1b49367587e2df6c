"""PropagateTTLayout, running sums: every T.cumsum runs down the rows, from the first."""

from __future__ import annotations

from tvm.script import tirx as T

from passes.structure import after, assert_code


def test_along_the_rows_is_down_the_transposed_block():
    @T.prim_func(private=True)
    def func(A_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 32))
        for _bx in T.thread_binding(1, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                x = T.sblock_alloc_buffer((64, 32), scope="local.fragment")
                T.copy(T.region(A[0, 0], 1, 64, 32), T.region(x[0, 0], 2, 64, 32))
                T.cumsum(T.region(x[0, 0], 1, 64, 32), T.region(x[0, 0], 2, 64, 32), 1, T.bool(False))
                T.copy(T.region(x[0, 0], 1, 64, 32), T.region(A[0, 0], 2, 64, 32))

    @T.prim_func(private=True)
    def expected(A_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 32))
        for _bx in T.thread_binding(1, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                x = T.sblock_alloc_buffer((64, 32), scope="local.fragment")
                x_t = T.sblock_alloc_buffer((32, 64), scope="local.fragment")
                x_sums = T.sblock_alloc_buffer((32, 64), scope="local.fragment")
                T.copy(T.region(A[0, 0], 1, 64, 32), T.region(x[0, 0], 2, 64, 32))
                T.transpose(T.region(x[0, 0], 1, 64, 32), T.region(x_t[0, 0], 2, 32, 64))
                T.cumsum(T.region(x_t[0, 0], 1, 32, 64), T.region(x_sums[0, 0], 2, 32, 64), 0, T.bool(False))
                T.transpose(T.region(x_sums[0, 0], 1, 32, 64), T.region(x[0, 0], 2, 64, 32))
                T.copy(T.region(x[0, 0], 1, 64, 32), T.region(A[0, 0], 2, 64, 32))

    assert_code(after("PropagateTTLayout", func, {}), expected)


def test_from_the_end_is_what_the_total_has_over_the_sums_before():
    @T.prim_func(private=True)
    def func(A_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 32))
        for _bx in T.thread_binding(1, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                x = T.sblock_alloc_buffer((64, 32), scope="local.fragment")
                T.copy(T.region(A[0, 0], 1, 64, 32), T.region(x[0, 0], 2, 64, 32))
                T.cumsum(T.region(x[0, 0], 1, 64, 32), T.region(x[0, 0], 2, 64, 32), 0, T.bool(True))
                T.copy(T.region(x[0, 0], 1, 64, 32), T.region(A[0, 0], 2, 64, 32))

    @T.prim_func(private=True)
    def expected(A_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 32))
        for _bx in T.thread_binding(1, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                x = T.sblock_alloc_buffer((64, 32), scope="local.fragment")
                x_forward = T.sblock_alloc_buffer((64, 32), scope="local.fragment")
                x_total = T.sblock_alloc_buffer((1, 32), scope="local.fragment")
                T.copy(T.region(A[0, 0], 1, 64, 32), T.region(x[0, 0], 2, 64, 32))
                T.cumsum(T.region(x[0, 0], 1, 64, 32), T.region(x_forward[0, 0], 2, 64, 32), 0, T.bool(False))
                T.reduce(
                    T.region(x[0, 0], 1, 64, 32), T.region(x_total[0, 0], 2, 1, 32), "sum", 0, T.bool(True)
                )
                for i in T.parallel(64):
                    for j in T.parallel(32):
                        x[i, j] = x_total[0, j] - x_forward[i, j] + x[i, j]
                T.copy(T.region(x[0, 0], 1, 64, 32), T.region(A[0, 0], 2, 64, 32))

    assert_code(after("PropagateTTLayout", func, {}), expected)

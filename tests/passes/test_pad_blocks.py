"""PropagateTTLayout, blocks that are no multiples of a tile: they grow, and what grew does not count."""

from __future__ import annotations

from tvm.script import tirx as T

from passes.structure import after, assert_code


def test_new_elements_are_neutral_where_they_are_reduced():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, R_handle: T.handle):
        A = T.match_buffer(A_handle, (60, 40))
        R = T.match_buffer(R_handle, (60, 1))
        for _bx in T.thread_binding(1, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((20, 40), scope="local.fragment")
                r = T.sblock_alloc_buffer((20, 1), scope="local.fragment")
                for s in range(3):
                    T.copy(T.region(A[s * 20, 0], 1, 20, 40), T.region(a[0, 0], 2, 20, 40))
                    for i in T.parallel(20):
                        for j in T.parallel(40):
                            a[i, j] = a[i, j] * a[i, j]
                    T.reduce(
                        T.region(a[0, 0], 1, 20, 40), T.region(r[0, 0], 2, 20, 1), "max", 1, T.bool(True)
                    )
                    T.copy(T.region(r[0, 0], 1, 20, 1), T.region(R[s * 20, 0], 2, 20, 1))

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, R_handle: T.handle):
        A = T.match_buffer(A_handle, (60, 40))
        R = T.match_buffer(R_handle, (60, 1))
        for _bx in T.thread_binding(1, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((32, 64), scope="local.fragment")
                r = T.sblock_alloc_buffer((32, 1), scope="local.fragment")
                for s in range(3):
                    T.copy(T.region(A[s * 20, 0], 1, 20, 64), T.region(a[0, 0], 2, 32, 64))
                    for i in T.parallel(32):
                        for j in T.parallel(64):
                            a[i, j] = a[i, j] * a[i, j]
                    for i in T.parallel(32):
                        for j in T.parallel(64):
                            a[i, j] = T.if_then_else(j < 40, a[i, j], T.float32("-inf"))
                    T.reduce(
                        T.region(a[0, 0], 1, 32, 64), T.region(r[0, 0], 2, 32, 1), "max", 1, T.bool(True)
                    )
                    T.copy(T.region(r[0, 0], 1, 32, 1), T.region(R[s * 20, 0], 2, 20, 1))

    assert_code(after("PropagateTTLayout", func, {}), expected)


def test_vectors_and_whole_tiles_stay():
    @T.prim_func(private=True)
    def func(A_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 96))
        for _bx in T.thread_binding(1, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((64, 96), scope="local.fragment")
                r = T.sblock_alloc_buffer((64, 1), scope="local.fragment")
                T.copy(T.region(A[0, 0], 1, 64, 96), T.region(a[0, 0], 2, 64, 96))
                T.reduce(T.region(a[0, 0], 1, 64, 96), T.region(r[0, 0], 2, 64, 1), "sum", 1, T.bool(True))
                for i in T.parallel(64):
                    for j in T.parallel(96):
                        a[i, j] = a[i, j] * r[i, 0]
                T.copy(T.region(a[0, 0], 1, 64, 96), T.region(A[0, 0], 2, 64, 96))

    assert_code(after("PropagateTTLayout", func, {}), func)

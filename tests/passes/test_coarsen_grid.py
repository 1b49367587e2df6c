"""PropagateTTLayout, thin blocks: a grid axis that steps by less than a tile takes larger steps."""

from __future__ import annotations

from tvm.script import tirx as T

from passes.structure import after, assert_code


def test_rows_one_by_one_become_tiles():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, G_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (100, 64))
        G = T.match_buffer(G_handle, (64,))
        C = T.match_buffer(C_handle, (100, 64))
        for bx in T.thread_binding(100, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((1, 64), scope="local.fragment")
                g = T.sblock_alloc_buffer((64,), scope="local.fragment")
                s = T.sblock_alloc_buffer((1,), scope="local.fragment")
                T.copy(T.region(A[bx, 0], 1, 1, 64), T.region(a[0, 0], 2, 1, 64))
                T.copy(T.region(G[0], 1, 64), T.region(g[0], 2, 64))
                T.reduce(T.region(a[0, 0], 1, 1, 64), T.region(s[0], 2, 1), "sum", 1, T.bool(True))
                for i in T.parallel(1):
                    for j in T.parallel(64):
                        a[i, j] = a[i, j] * g[j] - s[i]
                T.copy(T.region(a[0, 0], 1, 1, 64), T.region(C[bx, 0], 2, 1, 64))

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, G_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (100, 64))
        G = T.match_buffer(G_handle, (64,))
        C = T.match_buffer(C_handle, (100, 64))
        for bx in T.thread_binding(4, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((32, 64), scope="local.fragment")
                g = T.sblock_alloc_buffer((1, 64), scope="local.fragment")
                s = T.sblock_alloc_buffer((32, 1), scope="local.fragment")
                T.copy(T.region(A[bx * 32, 0], 1, 32, 64), T.region(a[0, 0], 2, 32, 64))
                T.copy(T.region(G[0], 1, 64), T.region(g[0, 0], 2, 1, 64))
                T.reduce(T.region(a[0, 0], 1, 32, 64), T.region(s[0, 0], 2, 32, 1), "sum", 1, T.bool(True))
                for i in T.parallel(32):
                    for j in T.parallel(64):
                        a[i, j] = a[i, j] * g[0, j] - s[i, 0]
                T.copy(T.region(a[0, 0], 1, 32, 64), T.region(C[bx * 32, 0], 2, 32, 64))

    assert_code(after("PropagateTTLayout", func, {}), expected)


def test_an_axis_that_is_also_a_number_keeps_its_steps():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 64))
        C = T.match_buffer(C_handle, (64, 64))
        for bx in T.thread_binding(64, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((1, 64), scope="local.fragment")
                T.copy(T.region(A[bx, 0], 1, 1, 64), T.region(a[0, 0], 2, 1, 64))
                for i in T.parallel(1):
                    for j in T.parallel(64):
                        a[i, j] = a[i, j] * T.Cast("float32", bx)
                T.copy(T.region(a[0, 0], 1, 1, 64), T.region(C[bx, 0], 2, 1, 64))

    assert_code(after("PropagateTTLayout", func, {}), func)


def test_a_loop_that_counts_within_its_block_keeps_it():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 64))
        C = T.match_buffer(C_handle, (64, 64))
        for bx in T.thread_binding(8, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((8, 64), scope="local.fragment")
                T.copy(T.region(A[bx * 8, 0], 1, 8, 64), T.region(a[0, 0], 2, 8, 64))
                for i in T.parallel(8):
                    for j in T.parallel(64):
                        a[i, j] = T.if_then_else(i < 5, a[i, j], T.float32(0))
                T.copy(T.region(a[0, 0], 1, 8, 64), T.region(C[bx * 8, 0], 2, 8, 64))

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 64))
        C = T.match_buffer(C_handle, (64, 64))
        for bx in T.thread_binding(8, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((32, 64), scope="local.fragment")
                T.copy(T.region(A[bx * 8, 0], 1, 8, 64), T.region(a[0, 0], 2, 32, 64))
                for i in T.parallel(32):
                    for j in T.parallel(64):
                        a[i, j] = T.if_then_else(i < 5, a[i, j], T.float32(0))
                T.copy(T.region(a[0, 0], 1, 32, 64), T.region(C[bx * 8, 0], 2, 8, 64))

    assert_code(after("PropagateTTLayout", func, {}), expected)

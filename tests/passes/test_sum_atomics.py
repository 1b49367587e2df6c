"""PropagateTTLayout, atomic additions: grid axes that add to one slice are loops of the core."""

from __future__ import annotations

from tvm.script import tirx as T

from passes.structure import after, assert_code


def test_the_axis_that_the_slice_does_not_depend_on_is_a_loop():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (4, 64, 32))
        C = T.match_buffer(C_handle, (64, 32))
        for bx in T.thread_binding(2, thread="blockIdx.x"):
            for by in T.thread_binding(4, thread="blockIdx.y"):
                with T.sblock("kernel"):
                    T.reads()
                    T.writes()
                    a = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                    T.copy(T.region(A[by, bx * 32, 0], 1, 1, 32, 32), T.region(a[0, 0], 2, 32, 32))
                    T.atomicadd(T.region(a[0, 0], 1, 32, 32), T.region(C[bx * 32, 0], 2, 32, 32))

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (4, 64, 32))
        C = T.match_buffer(C_handle, (64, 32))
        for bx in T.thread_binding(2, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                C_sum = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                T.copy(T.region(C[bx * 32, 0], 1, 32, 32), T.region(C_sum[0, 0], 2, 32, 32))
                for by in range(4):
                    T.copy(T.region(A[by, bx * 32, 0], 1, 1, 32, 32), T.region(a[0, 0], 2, 32, 32))
                    for i in T.parallel(32):
                        for j in T.parallel(32):
                            C_sum[i, j] = C_sum[i, j] + a[i, j]
                T.copy(T.region(C_sum[0, 0], 1, 32, 32), T.region(C[bx * 32, 0], 2, 32, 32))

    assert_code(after("PropagateTTLayout", func, {}), expected)


def test_a_slice_that_moves_is_read_and_written_at_each_addition():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (4, 64, 32))
        C = T.match_buffer(C_handle, (2, 64, 32))
        for bx in T.thread_binding(2, thread="blockIdx.x"):
            for by in T.thread_binding(4, thread="blockIdx.y"):
                with T.sblock("kernel"):
                    T.reads()
                    T.writes()
                    a = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                    for k in range(2):
                        T.copy(T.region(A[by, k * 32, 0], 1, 1, 32, 32), T.region(a[0, 0], 2, 32, 32))
                        T.atomicadd(T.region(a[0, 0], 1, 32, 32), T.region(C[bx, k * 32, 0], 2, 1, 32, 32))

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (4, 64, 32))
        C = T.match_buffer(C_handle, (2, 64, 32))
        for bx in T.thread_binding(2, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                C_sum = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                for by in range(4):
                    for k in range(2):
                        T.copy(T.region(A[by, k * 32, 0], 1, 1, 32, 32), T.region(a[0, 0], 2, 32, 32))
                        T.copy(T.region(C[bx, k * 32, 0], 1, 1, 32, 32), T.region(C_sum[0, 0], 2, 32, 32))
                        for i in T.parallel(32):
                            for j in T.parallel(32):
                                C_sum[i, j] = C_sum[i, j] + a[i, j]
                        T.copy(T.region(C_sum[0, 0], 1, 32, 32), T.region(C[bx, k * 32, 0], 2, 1, 32, 32))

    assert_code(after("PropagateTTLayout", func, {}), expected)


def test_an_axis_that_two_indices_are_computed_from_stays():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (6, 32, 32))
        C = T.match_buffer(C_handle, (2, 3, 32, 32))
        for bx in T.thread_binding(6, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                T.copy(T.region(A[bx, 0, 0], 1, 1, 32, 32), T.region(a[0, 0], 2, 32, 32))
                T.atomicadd(T.region(a[0, 0], 1, 32, 32), T.region(C[bx // 3, bx % 3, 0, 0], 2, 1, 1, 32, 32))

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (6, 32, 32))
        C = T.match_buffer(C_handle, (2, 3, 32, 32))
        for bx in T.thread_binding(6, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                C_sum = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                T.copy(T.region(C[bx // 3, bx % 3, 0, 0], 1, 1, 1, 32, 32), T.region(C_sum[0, 0], 2, 32, 32))
                T.copy(T.region(A[bx, 0, 0], 1, 1, 32, 32), T.region(a[0, 0], 2, 32, 32))
                for i in T.parallel(32):
                    for j in T.parallel(32):
                        C_sum[i, j] = C_sum[i, j] + a[i, j]
                T.copy(T.region(C_sum[0, 0], 1, 32, 32), T.region(C[bx // 3, bx % 3, 0, 0], 2, 1, 1, 32, 32))

    assert_code(after("PropagateTTLayout", func, {}), expected)


def test_an_axis_behind_one_that_becomes_a_loop_moves_up():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (2, 4, 32, 32))
        C = T.match_buffer(C_handle, (2, 32, 32))
        for bx in T.thread_binding(4, thread="blockIdx.x"):
            for by in T.thread_binding(2, thread="blockIdx.y"):
                with T.sblock("kernel"):
                    T.reads()
                    T.writes()
                    a = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                    T.copy(T.region(A[by, bx, 0, 0], 1, 1, 1, 32, 32), T.region(a[0, 0], 2, 32, 32))
                    T.atomicadd(T.region(a[0, 0], 1, 32, 32), T.region(C[by, 0, 0], 2, 1, 32, 32))

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (2, 4, 32, 32))
        C = T.match_buffer(C_handle, (2, 32, 32))
        for by in T.thread_binding(2, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                C_sum = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                T.copy(T.region(C[by, 0, 0], 1, 1, 32, 32), T.region(C_sum[0, 0], 2, 32, 32))
                for bx in range(4):
                    T.copy(T.region(A[by, bx, 0, 0], 1, 1, 1, 32, 32), T.region(a[0, 0], 2, 32, 32))
                    for i in T.parallel(32):
                        for j in T.parallel(32):
                            C_sum[i, j] = C_sum[i, j] + a[i, j]
                T.copy(T.region(C_sum[0, 0], 1, 32, 32), T.region(C[by, 0, 0], 2, 1, 32, 32))

    assert_code(after("PropagateTTLayout", func, {}), expected)

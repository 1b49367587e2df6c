"""PropagateTTLayout, scalars: variables have a scope of their own, elements of tensors a let each."""

from __future__ import annotations

from tvm.script import tirx as T

from passes.structure import after, assert_code


def test_a_condition_on_an_element_of_a_tensor_gets_a_let():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, M_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (128, 32))
        M = T.match_buffer(M_handle, (4, 2), "int32")
        C = T.match_buffer(C_handle, (128, 32))
        for bx in T.thread_binding(4, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                A_s = T.sblock_alloc_buffer((32, 32), scope="shared.dyn")
                T.copy(T.region(A[bx * 32, 0], 1, 32, 32), T.region(A_s[0, 0], 2, 32, 32))
                if M[bx, 1] > bx:
                    T.copy(T.region(A_s[0, 0], 1, 32, 32), T.region(C[M[bx, 0] * 32, 0], 2, 32, 32))

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, M_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (128, 32))
        M = T.match_buffer(M_handle, (4, 2), "int32")
        C = T.match_buffer(C_handle, (128, 32))
        for bx in T.thread_binding(4, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                A_s = T.sblock_alloc_buffer((32, 32), scope="shared.dyn")
                T.copy(T.region(A[bx * 32, 0], 1, 32, 32), T.region(A_s[0, 0], 2, 32, 32))
                M_element: T.int32 = T.tt.scalar.load(M[bx, 1])
                if M_element > bx:
                    M_element_1: T.int32 = T.tt.scalar.load(M[bx, 0])
                    T.copy(T.region(A_s[0, 0], 1, 32, 32), T.region(C[M_element_1 * 32, 0], 2, 32, 32))

    assert_code(after("PropagateTTLayout", func, {}), expected)


def test_a_variable_is_read_by_name_where_it_is_used_and_in_place_where_it_is_set():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (128, 32))
        C = T.match_buffer(C_handle, (128, 32))
        for _bx in T.thread_binding(1, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                A_s = T.sblock_alloc_buffer((32, 32), scope="shared.dyn")
                at = T.sblock_alloc_buffer((1,), "int32", scope="local")
                at[0] = 0
                while at[0] < 128:
                    T.copy(T.region(A[at[0], 0], 1, 32, 32), T.region(A_s[0, 0], 2, 32, 32))
                    T.copy(T.region(A_s[0, 0], 1, 32, 32), T.region(C[at[0], 0], 2, 32, 32))
                    at[0] = at[0] + 32

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (128, 32))
        C = T.match_buffer(C_handle, (128, 32))
        for _bx in T.thread_binding(1, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                A_s = T.sblock_alloc_buffer((32, 32), scope="shared.dyn")
                at = T.alloc_buffer((1,), "int32", scope="tt.scalar")
                at[0] = 0
                while at[0] < 128:
                    now: T.int32 = at[0]
                    T.copy(T.region(A[now, 0], 1, 32, 32), T.region(A_s[0, 0], 2, 32, 32))
                    now_1: T.int32 = at[0]
                    T.copy(T.region(A_s[0, 0], 1, 32, 32), T.region(C[now_1, 0], 2, 32, 32))
                    at[0] = at[0] + 32

    assert_code(after("PropagateTTLayout", func, {}), expected)


def test_a_block_of_scalars_is_the_tensor_it_was_copied_from():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, L_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (128, 32))
        L = T.match_buffer(L_handle, (4, 8), "int32")
        C = T.match_buffer(C_handle, (128, 32))
        for bx in T.thread_binding(4, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                names = T.sblock_alloc_buffer((8,), "int32", scope="local.fragment")
                A_s = T.sblock_alloc_buffer((32, 32), scope="shared.dyn")
                T.copy(T.region(L[bx, 0], 1, 1, 8), T.region(names[0], 2, 8))
                for k in range(8):
                    T.copy(T.region(A[names[k], 0], 1, 32, 32), T.region(A_s[0, 0], 2, 32, 32))
                    T.copy(T.region(A_s[0, 0], 1, 32, 32), T.region(C[bx * 32, 0], 2, 32, 32))

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, L_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (128, 32))
        L = T.match_buffer(L_handle, (4, 8), "int32")
        C = T.match_buffer(C_handle, (128, 32))
        for bx in T.thread_binding(4, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                A_s = T.sblock_alloc_buffer((32, 32), scope="shared.dyn")
                T.evaluate(0)
                for k in range(8):
                    L_element: T.int32 = T.tt.scalar.load(L[bx, k])
                    T.copy(T.region(A[L_element, 0], 1, 32, 32), T.region(A_s[0, 0], 2, 32, 32))
                    T.copy(T.region(A_s[0, 0], 1, 32, 32), T.region(C[bx * 32, 0], 2, 32, 32))

    assert_code(after("PropagateTTLayout", func, {}), expected)


def test_a_variable_of_floats_is_a_block_of_one_element():
    @T.prim_func(private=True)
    def func(C_handle: T.handle):
        C = T.match_buffer(C_handle, (32, 32))
        with T.sblock("kernel"):
            T.reads()
            T.writes()
            x = T.sblock_alloc_buffer((1,), scope="local")
            c = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
            x[0] = T.float32(1)
            for _k in range(4):
                x[0] = x[0] + x[0]
            for i in T.parallel(32):
                for j in T.parallel(32):
                    c[i, j] = x[0]
            T.copy(T.region(c[0, 0], 1, 32, 32), T.region(C[0, 0], 2, 32, 32))

    @T.prim_func(private=True)
    def expected(C_handle: T.handle):
        C = T.match_buffer(C_handle, (32, 32))
        with T.sblock("kernel"):
            T.reads()
            T.writes()
            x = T.sblock_alloc_buffer((1, 1), scope="local.fragment")
            c = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
            T.fill(T.region(x[0, 0], 2, 1, 1), T.float32(1))
            for _k in range(4):
                for i in T.parallel(1):
                    x[i, 0] = x[0, 0] + x[0, 0]
            for i in T.parallel(32):
                for j in T.parallel(32):
                    c[i, j] = x[0, 0]
            T.copy(T.region(c[0, 0], 1, 32, 32), T.region(C[0, 0], 2, 32, 32))

    assert_code(after("PropagateTTLayout", func, {}), expected)

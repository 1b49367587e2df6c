"""PropagateTTLayout, copies between tensors: they go through a block."""

from __future__ import annotations

from tvm.script import tirx as T

from passes.structure import after, assert_code


def test_the_block_has_the_dimensions_that_are_not_one():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (4, 64, 32))
        C = T.match_buffer(C_handle, (4, 64, 32), "bfloat16")
        for bx in T.thread_binding(4, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                T.copy(T.region(A[bx, 0, 0], 1, 1, 64, 32), T.region(C[bx, 0, 0], 2, 1, 64, 32))

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (4, 64, 32))
        C = T.match_buffer(C_handle, (4, 64, 32), "bfloat16")
        for bx in T.thread_binding(4, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                A_block = T.sblock_alloc_buffer((64, 32), scope="shared.dyn")
                T.copy(T.region(A[bx, 0, 0], 1, 1, 64, 32), T.region(A_block[0, 0], 2, 64, 32))
                T.copy(T.region(A_block[0, 0], 1, 64, 32), T.region(C[bx, 0, 0], 2, 1, 64, 32))

    assert_code(after("PropagateTTLayout", func, {}), expected)

"""PropagateTTLayout, atomic additions: grid axes that add to one slice are loops of the core."""

from __future__ import annotations

import tilelang.language as TL
from tvm.script import tirx as T

from errors.refusal import assert_refused
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


def test_a_slice_that_moves_inside_of_the_kernel():
    @TL.prim_func
    def main(A: TL.Tensor((64, 32), "float32"), C: TL.Tensor((64, 32), "float32")):
        with TL.Kernel(1, threads=128) as _:
            a = TL.alloc_fragment((32, 32), "float32")
            for k in TL.serial(2):
                TL.copy(A[k * 32, 0], a)
                TL.atomic_add(C[k * 32, 0], a)  # <- refused

    assert_refused(
        main,
        "T.atomic_add to a slice that starts at k * 32. Supported: starts computed from the indices of "
        "T.Kernel.",
    )

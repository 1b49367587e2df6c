"""PropagateTTLayout, wide blocks: chunks of columns where L1 does not hold whole rows."""

from __future__ import annotations

import tilelang.language as TL
from tvm.script import tirx as T

from lowering import as_module, run_passes
from passes.structure import after, assert_code


def test_each_use_gets_a_loop_over_chunks_that_computes_what_it_needs():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 8192))
        C = T.match_buffer(C_handle, (64, 8192))
        for bx in T.thread_binding(2, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((32, 8192), scope="local.fragment")
                p = T.sblock_alloc_buffer((32, 8192), scope="local.fragment")
                s = T.sblock_alloc_buffer((32, 1), scope="local.fragment")
                T.copy(T.region(A[bx * 32, 0], 1, 32, 8192), T.region(a[0, 0], 2, 32, 8192))
                for i in T.parallel(32):
                    for j in T.parallel(8192):
                        p[i, j] = a[i, j] * a[i, j]
                T.reduce(T.region(p[0, 0], 1, 32, 8192), T.region(s[0, 0], 2, 32, 1), "sum", 1, T.bool(True))
                for i in T.parallel(32):
                    for j in T.parallel(8192):
                        a[i, j] = a[i, j] * s[i, 0]
                T.copy(T.region(a[0, 0], 1, 32, 8192), T.region(C[bx * 32, 0], 2, 32, 8192))

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 8192))
        C = T.match_buffer(C_handle, (64, 8192))
        for bx in T.thread_binding(2, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((32, 512), scope="local.fragment")
                p = T.sblock_alloc_buffer((32, 512), scope="local.fragment")
                s = T.sblock_alloc_buffer((32, 1), scope="local.fragment")
                T.fill(T.region(s[0, 0], 2, 32, 1), T.float32(0))
                for chunk in range(16):
                    T.copy(T.region(A[bx * 32, chunk * 512], 1, 32, 512), T.region(a[0, 0], 2, 32, 512))
                    for i in T.parallel(32):
                        for j in T.parallel(512):
                            p[i, j] = a[i, j] * a[i, j]
                    T.reduce(
                        T.region(p[0, 0], 1, 32, 512), T.region(s[0, 0], 2, 32, 1), "sum", 1, T.bool(False)
                    )
                for chunk in range(16):
                    T.copy(T.region(A[bx * 32, chunk * 512], 1, 32, 512), T.region(a[0, 0], 2, 32, 512))
                    for i in T.parallel(32):
                        for j in T.parallel(512):
                            a[i, j] = a[i, j] * s[i, 0]
                    T.copy(T.region(a[0, 0], 1, 32, 512), T.region(C[bx * 32, chunk * 512], 2, 32, 512))

    assert_code(after("PropagateTTLayout", func, {}), expected)


def _widths(kernel) -> dict[str, int]:
    """Columns of the blocks of a kernel, in tiles."""
    module = run_passes(as_module(kernel), "PropagateTTLayout")[-1][1]
    return {str(name): int(desc.cols) for name, desc in module["main"].attrs["tt.cb_desc"].items()}


def _norm(columns: int, update: bool = False):
    @TL.prim_func
    def main(A: TL.Tensor((32, columns), "float32"), C: TL.Tensor((32, columns), "float32")):
        with TL.Kernel(1, threads=128) as _:
            a = TL.alloc_fragment((32, columns), "float32")
            b = TL.alloc_fragment((32, columns), "float32")
            s = TL.alloc_fragment((32,), "float32")
            TL.copy(A, a)
            TL.reduce_max(a, s, dim=1)
            for i, j in TL.Parallel(32, columns):
                b[i, j] = TL.if_then_else(j < 100, a[i, j] - s[i], 0.0)
            TL.copy(b, A if update else C)
            if update:
                TL.copy(b, C)

    return main


def test_blocks_that_fit_stay_whole():
    assert _widths(_norm(1024)) == {"a": 32, "b": 32, "s": 1}


def test_blocks_that_do_not_fit_are_cut():
    assert _widths(_norm(8192)) == {"a": 16, "b": 16, "s": 1}


def test_rows_that_are_overwritten_are_not_read_again():
    assert _widths(_norm(8192, update=True))["a"] == 256

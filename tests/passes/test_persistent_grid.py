"""PropagateTTLayout, persistent kernels: rounds of a fixed number of blocks are work items like others."""

from __future__ import annotations

import pytest
import tilelang.language as TL
from tvm import tirx
from tvm.script import tirx as T

from kernels.gemm_sources import gemm_persistent
from lowering import as_module, run_passes
from passes.structure import after, assert_code


def _grid(func) -> list[int]:
    """Extents of the launch axes, and of the loops that are in no other."""
    body = run_passes(as_module(func), "PropagateTTLayout")[-1][1]["main"].body
    extents = []

    def visit(node):
        if isinstance(node, tirx.For) and node.kind == tirx.ForKind.THREAD_BINDING:
            extents.append(int(node.extent))

    tirx.stmt_functor.post_order_visit(body, visit)
    return extents[::-1]


def test_what_the_number_of_a_block_is_divided_by_are_the_axes():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (128, 64))
        C = T.match_buffer(C_handle, (128, 64))
        for bx in T.thread_binding(4, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((32, 32), scope="shared.dyn")
                for w in range(2):
                    col: T.int32 = T.truncmod(w * 4 + bx, 2)
                    row: T.int32 = T.Div(w * 4 + bx, 2)
                    if w * 4 + bx < 8:
                        T.copy(T.region(A[row * 32, col * 32], 1, 32, 32), T.region(a[0, 0], 2, 32, 32))
                        T.copy(T.region(a[0, 0], 1, 32, 32), T.region(C[row * 32, col * 32], 2, 32, 32))

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (128, 64))
        C = T.match_buffer(C_handle, (128, 64))
        for bx_0 in T.thread_binding(2, thread="blockIdx.x"):
            for bx_1 in T.thread_binding(4, thread="blockIdx.y"):
                with T.sblock("kernel"):
                    T.reads()
                    T.writes()
                    a = T.sblock_alloc_buffer((32, 32), scope="shared.dyn")
                    col: T.int32 = bx_0
                    row: T.int32 = bx_1
                    T.copy(T.region(A[row * 32, col * 32], 1, 32, 32), T.region(a[0, 0], 2, 32, 32))
                    T.copy(T.region(a[0, 0], 1, 32, 32), T.region(C[row * 32, col * 32], 2, 32, 32))

    assert_code(after("PropagateTTLayout", func, {}), expected)


def test_groups_of_a_persistent_product_are_axes():
    # 8 x 16 blocks, numbered in groups of 8 columns.
    assert _grid(gemm_persistent(512, 256, 64, 32, 32, 32, workers=64)) == [8, 16]
    assert _grid(gemm_persistent(512, 512, 64, 32, 32, 32, workers=64)) == [8, 16, 2]


def _persistent(keep=False, first=False, own=False, back=False):
    """Four workers in two rounds.

    They `keep` a block, clear it in the `first` round only, use their `own` index, read `back` writes.
    """

    @TL.prim_func
    def main(A: TL.Tensor((256, 32), "float32"), C: TL.Tensor((256, 32), "float32")):
        with TL.Kernel(4, threads=128) as worker:
            a = TL.alloc_fragment((32, 32), "float32")
            total = TL.alloc_fragment((32, 32), "float32")
            for w in TL.serial(2):
                TL.copy((C if back else A)[(w * 4 + worker) * 32, 0], a)
                if not keep and not first:
                    TL.clear(total)
                if first:  # noqa: SIM102 - the inner one is of the kernel
                    if (w * 4 + worker) // 4 == 0:
                        TL.clear(total)
                for i, j in TL.Parallel(32, 32):
                    total[i, j] += a[i, j]
                TL.copy(total, C[(worker * 2 + w if own else w * 4 + worker) * 32, 0])

    return main


def test_a_loop_of_the_user_is_one_as_well():
    assert _grid(_persistent()) == [8]


@pytest.mark.parametrize("option", ["keep", "first", "own", "back"])
def test_rounds_that_need_their_order_stay(option):
    assert _grid(_persistent(**{option: True})) == [4]

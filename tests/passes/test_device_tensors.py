"""InferTTLayout, tensors as the device sees them: dtype, shape and order that the host makes."""

from __future__ import annotations

import pytest
import tilelang.language as TL
from tvm.script import tirx as T

from errors.refusal import assert_refused
from lowering import as_module, run_pass
from passes.structure import assert_code


def _inferred(func, target="tenstorrent"):
    return run_pass("InferTTLayout", as_module(func, target))


def _attention_like(dtype):
    @TL.prim_func
    def main(
        Q: TL.Tensor((2, 64, 3, 32), dtype), L: TL.Tensor((2, 3, 64), dtype), C: TL.Tensor((64, 32), dtype)
    ):
        with TL.Kernel(3, 2, threads=128) as (h, b):
            q = TL.alloc_shared((32, 32), dtype)
            v = TL.alloc_shared((32,), dtype)
            TL.copy(Q[b, 32:64, h, :], q)
            TL.copy(L[b, h, 32:64], v)
            TL.copy(q, C[0, 0])

    return main


def test_what_blocks_cover_comes_last():
    layouts = _inferred(_attention_like("bfloat16"))["main"].attrs["tt.layout_desc"]
    assert list(layouts["Q"].shape) == [2, 3, 64, 32]
    assert list(layouts["Q"].order) == [0, 2, 1, 3]
    assert list(layouts["Q"].host_shape) == [2, 64, 3, 32]
    assert list(layouts["L"].shape) == [2, 3, 1, 64]
    assert list(layouts["L"].order) == [0, 1, 3, 2]
    assert list(layouts["C"].order) == [0, 1]


@pytest.mark.parametrize("carrier", ["bfloat16", "float32"])
def test_float16_is_carried(carrier):
    func = _inferred(_attention_like("float16"), {"kind": "tenstorrent", "fp16_as": carrier})["main"]
    layout = func.attrs["tt.layout_desc"]["Q"]
    assert (str(layout.dtype), str(layout.host_dtype)) == (carrier, "float16")
    assert "float16" not in func.without_attr("tt.layout_desc").script().replace("bfloat16", "")


def test_accesses_follow_the_order():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (32, 4, 32), "float16")
        C = T.match_buffer(C_handle, (32, 32), "float16")
        with T.sblock("root"):
            T.reads()
            T.writes()
            a = T.sblock_alloc_buffer((32, 32), "float16", scope="shared.dyn")
            T.copy(T.region(A[0, 2, 0], 1, 32, 1, 32), T.region(a[0, 0], 2, 32, 32))
            T.copy(T.region(a[0, 0], 1, 32, 32), T.region(C[0, 0], 2, 32, 32))

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (4, 32, 32), "bfloat16")
        C = T.match_buffer(C_handle, (32, 32), "bfloat16")
        with T.sblock("root"):
            T.reads()
            T.writes()
            a = T.sblock_alloc_buffer((32, 32), "bfloat16", scope="shared.dyn")
            T.copy(T.region(A[2, 0, 0], 1, 1, 32, 32), T.region(a[0, 0], 2, 32, 32))
            T.copy(T.region(a[0, 0], 1, 32, 32), T.region(C[0, 0], 2, 32, 32))

    from tvm import IRModule

    assert_code(_inferred(IRModule({"main": func})), expected)


def test_a_let_of_float16_holds_what_carries_it():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (32, 32), "float16")
        C = T.match_buffer(C_handle, (32, 32), "float16")
        with T.sblock("root"):
            T.reads()
            T.writes()
            for i in T.parallel(32):
                for j in T.parallel(32):
                    x: T.float16 = A[i, j]
                    C[i, j] = x * x

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (32, 32), "bfloat16")
        C = T.match_buffer(C_handle, (32, 32), "bfloat16")
        with T.sblock("root"):
            T.reads()
            T.writes()
            for i in T.parallel(32):
                for j in T.parallel(32):
                    x: T.bfloat16 = A[i, j]
                    C[i, j] = x * x

    from tvm import IRModule

    assert_code(_inferred(IRModule({"main": func})), expected)


def test_a_tensor_of_two_shapes():
    @TL.prim_func
    def main(A: TL.Tensor((64, 32), "float32"), C: TL.Tensor((32, 32), "float32")):
        with TL.Kernel(1, threads=128) as _:
            a = TL.alloc_shared((32, 32), "float32")
            b = TL.alloc_shared((32, 32), "float32")
            flat = TL.Tensor((32, 64), "float32", A.data)
            TL.copy(A[0, 0], a)
            TL.copy(flat[0, 0], b)  # <- refused
            TL.copy(a, C)

    assert_refused(
        main, "Tensor 'A' is used with the shapes (64, 32) and (32, 64). Supported: one shape in a kernel."
    )


def test_vectors_that_start_anywhere_run_down_the_rows():
    @TL.prim_func
    def main(L: TL.Tensor((12, 3), "float32"), M: TL.Tensor((3, 128), "float32")):
        with TL.Kernel(3, 3, threads=128) as (bx, by):
            v = TL.alloc_fragment((64,), "float32")
            TL.clear(v)
            for i in TL.Parallel(64):
                if i < 4:
                    L[bx * 4 + i, by] = v[i]
            TL.copy(v, M[by, 64:128])

    layouts = _inferred(main)["main"].attrs["tt.layout_desc"]
    assert list(layouts["L"].shape) == [3, 12, 1]
    assert list(layouts["L"].order) == [1, 0, 2]
    assert list(layouts["M"].shape) == [3, 1, 128]

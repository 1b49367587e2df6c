"""LowerSharedToCB, second step: accumulations that cannot stay open become sums."""

from __future__ import annotations

import pytest
from tvm.script import tirx as T

from kernels.attention_sources import flash_attention
from kernels.gemm_sources import gemm, gemm_clear_accum
from kernels.operator_sources import rescaled_products, used_between_products
from lowering import as_module, run_passes
from passes.structure import assert_code


def _staged(func):
    return run_passes(as_module(func), "LowerSharedToCB")[-1][1]


def test_a_product_into_a_rescaled_block_is_computed_apart_and_added():
    @T.prim_func(private=True)
    def expected(A_handle: T.handle, B_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (3, 32, 32), "bfloat16", strides=(1024, 32, 1))
        B = T.match_buffer(B_handle, (32, 32), "bfloat16", strides=(32, 1))
        C = T.match_buffer(C_handle, (32, 32), strides=(32, 1))
        B_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_l = T.alloc_buffer((32, 32), scope="tt.cb")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_l_step = T.alloc_buffer((32, 32), scope="tt.cb")
        C_out = T.alloc_buffer((32, 32), scope="tt.cb")
        T.attr(0, "tt.work_loop", 1)
        work: T.int32 = T.tt.work_index()
        bx: T.int32 = work  # noqa: F841
        T.tt.read_to_cb(B[0, 0], B_s.data, 32, 32)
        T.fill(T.region(C_l[0, 0], 2, 32, 32), 0)
        for k in range(3):
            T.tt.read_to_cb(A[k, 0, 0], A_s.data, 32, 32)
            for i in T.parallel(32):
                for j in T.parallel(32):
                    C_l[i, j] = C_l[i, j] * T.float32(0.5)
            T.fill(T.region(C_l_step[0, 0], 2, 32, 32), T.float32(0.0))
            T.gemm(
                T.region(A_s[0, 0], 1, 32, 32),
                T.region(B_s[0, 0], 1, 32, 32),
                T.region(C_l_step[0, 0], 3, 32, 32),
                T.bool(False),
                T.bool(False),
                32,
                32,
                32,
                0,
                T.bool(False),
                0,
                0,
                0,
            )
            for i in T.parallel(32):
                for j in T.parallel(32):
                    C_l[i, j] = C_l[i, j] + C_l_step[i, j]
        T.copy(T.region(C_l[0, 0], 1, 32, 32), T.region(C_out[0, 0], 2, 32, 32))
        T.tt.write_from_cb(C_out.data, C[0, 0], 32, 32)

    assert_code(_staged(rescaled_products(32, 3)), expected)


@pytest.mark.parametrize(
    ("func", "separated"),
    [
        (gemm(32, 32, 64, 32, 32, 32), set()),
        (gemm_clear_accum(32, 32, 64, 32, 32, "first"), set()),
        (used_between_products(32), {"S_l_step"}),
        (flash_attention(1, 64, 64, 32), {"O_l_step"}),
    ],
    ids=["accumulated", "cleared by the product", "read between steps", "attention"],
)
def test_only_accumulations_that_are_touched_between_their_steps_are_separated(func, separated):
    names = {str(name) for name in _staged(func)["main"].attrs["tt.cb_desc"]}
    assert {name for name in names if name.endswith("_step")} == separated

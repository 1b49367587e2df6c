"""LowerSharedToCB, first step: one circular buffer for each web of definitions, one store for each nest."""

from __future__ import annotations

from tvm.script import tirx as T

from kernels.control_flow_sources import cleared_twice
from kernels.operator_sources import branches, exchanged, updated_by_loop
from lowering import as_module, run_passes
from passes.structure import assert_code


def _staged(func):
    return run_passes(as_module(func), "LowerSharedToCB")[-1][1]


def test_definitions_that_meet_in_a_use_share_a_buffer():
    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (96, 64), strides=(64, 1))
        C = T.match_buffer(C_handle, (96, 64), strides=(64, 1))
        A_s = T.alloc_buffer((32, 64), scope="tt.cb")
        B_l = T.alloc_buffer((32, 64), scope="tt.cb")
        C_out = T.alloc_buffer((32, 64), scope="tt.cb")
        T.attr(0, "tt.work_loop", 3)
        work: T.int32 = T.tt.work_index()
        bx: T.int32 = work
        T.tt.read_to_cb(A[bx * 32, 0], A_s.data, 32, 64)
        if bx == 0:
            for i in T.parallel(32):
                for j in T.parallel(64):
                    B_l[i, j] = A_s[i, j] + T.float32(1.0)
        else:
            for i in T.parallel(32):
                for j in T.parallel(64):
                    B_l[i, j] = A_s[i, j] * T.float32(2.0)
        T.copy(T.region(B_l[0, 0], 1, 32, 64), T.region(C_out[0, 0], 2, 32, 64))
        T.tt.write_from_cb(C_out.data, C[bx * 32, 0], 32, 64)

    assert_code(_staged(branches(32)), expected)


def test_a_fill_that_nothing_reads_is_dropped():
    module = _staged(cleared_twice(32))
    assert "T.fill" not in module.script()
    assert {str(name) for name in module["main"].attrs["tt.cb_desc"]} == {"A_s", "C_l"}


def test_what_a_tensor_and_compute_both_fill_takes_the_tensor_through_an_input_buffer():
    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (32, 32), strides=(32, 1))
        C = T.match_buffer(C_handle, (32, 32), strides=(32, 1))
        A_s = T.alloc_buffer((32, 32), scope="tt.cb")
        A_s_in = T.alloc_buffer((32, 32), scope="tt.cb")
        C_out = T.alloc_buffer((32, 32), scope="tt.cb")
        T.attr(0, "tt.work_loop", 1)
        work: T.int32 = T.tt.work_index()
        bx: T.int32 = work  # noqa: F841
        T.tt.read_to_cb(A[0, 0], A_s_in.data, 32, 32)
        T.copy(T.region(A_s_in[0, 0], 1, 32, 32), T.region(A_s[0, 0], 2, 32, 32))
        for _ in range(3):
            for i in T.parallel(32):
                for j in T.parallel(32):
                    A_s[i, j] = A_s[i, j] + T.float32(1.0)
        T.copy(T.region(A_s[0, 0], 1, 32, 32), T.region(C_out[0, 0], 2, 32, 32))
        T.tt.write_from_cb(C_out.data, C[0, 0], 32, 32)

    assert_code(_staged(updated_by_loop(32, 3)), expected)


def test_a_value_that_is_read_before_its_block_changes_becomes_a_block():
    """Bindings are inlined into the nests they are used in, but for one that would be read too late."""

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, B_handle: T.handle, C_handle: T.handle, D_handle: T.handle):
        A = T.match_buffer(A_handle, (32, 32), strides=(32, 1))
        B = T.match_buffer(B_handle, (32, 32), strides=(32, 1))
        C = T.match_buffer(C_handle, (32, 32), strides=(32, 1))
        D = T.match_buffer(D_handle, (32, 32), strides=(32, 1))
        A_l = T.alloc_buffer((32, 32), scope="tt.cb")
        B_l = T.alloc_buffer((32, 32), scope="tt.cb")
        difference = T.alloc_buffer((32, 32), scope="tt.cb")
        B_l_1 = T.alloc_buffer((32, 32), scope="tt.cb")
        A_l_1 = T.alloc_buffer((32, 32), scope="tt.cb")
        T.attr(0, "tt.work_loop", 1)
        work: T.int32 = T.tt.work_index()
        bx: T.int32 = work  # noqa: F841
        T.tt.read_to_cb(A[0, 0], A_l.data, 32, 32)
        T.tt.read_to_cb(B[0, 0], B_l.data, 32, 32)
        for i in T.parallel(32):
            for j in T.parallel(32):
                difference[i, j] = B_l[i, j] - A_l[i, j]
        for i in T.parallel(32):
            for j in T.parallel(32):
                B_l_1[i, j] = A_l[i, j] + B_l[i, j]
        for i in T.parallel(32):
            for j in T.parallel(32):
                A_l_1[i, j] = difference[i, j]
        T.tt.write_from_cb(A_l_1.data, C[0, 0], 32, 32)
        T.tt.write_from_cb(B_l_1.data, D[0, 0], 32, 32)

    assert_code(_staged(exchanged(32)), expected)

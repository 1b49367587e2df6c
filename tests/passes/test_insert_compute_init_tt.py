"""InsertComputeInitTT: the engine is in the mode each operation needs, and set no more often than that."""

from __future__ import annotations

import itertools

import pytest
from tvm.script import tirx as T

from kernels import SMALL_KERNELS, kernel
from lowering import state_of
from passes.structure import after, circular_buffer, compute_config, function, operations

_INITS = ("tt.engine", "tt.pack.init")


def _is_init(op: str) -> bool:
    return op.startswith(_INITS) or op.split()[0].endswith("_init")


def _initialised(func, *descs, config=None):
    attrs = {
        "tt.kernel_role": "compute",
        "tt.cb_desc": {str(desc.name): desc for desc in descs},
        "tt.compute_config": config or compute_config(),
    }
    return operations(after("InsertComputeInitTT", func, attrs)["main"].body)


def _cbs(*names, dtype="bfloat16"):
    return [circular_buffer(name, 1, 1, dtype=dtype) for name in names]


def test_one_product_is_initialised_once_per_core():
    @T.prim_func(private=True)
    def func():
        acc = T.alloc_buffer((1,), scope="tt.dst")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        B_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            T.tt.mm.init(acc.data, T.float32(0.0))
            for _k in range(3):
                T.tt.mm.mma(A_s.data, B_s.data, acc.data, T.bool(False), T.bool(False))
            for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                T.tt.pack(acc[t], C_s.data, t)

    assert _initialised(func, *_cbs("A_s", "B_s", "C_s")) == [
        "tt.engine.init_common_matmul A_s B_s C_s",
        "tt.fpu.matmul_init A_s B_s 0 1 1 1",
        "tt.mm.init acc 0.0",
        "tt.mm.mma A_s B_s acc False False",
        "tt.pack acc[t] C_s t",
    ]


def test_the_product_is_told_its_sub_block():
    @T.prim_func(private=True)
    def func():
        acc = T.alloc_buffer((4,), scope="tt.dst")
        A_s = T.alloc_buffer((64, 96), "bfloat16", scope="tt.cb")
        B_s = T.alloc_buffer((96, 64), "bfloat16", scope="tt.cb")
        C_s = T.alloc_buffer((64, 64), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            T.tt.mm.mma(A_s.data, B_s.data, acc.data, T.bool(False), T.bool(False))
            for t in T.serial(4, annotations={"tt.tile_loop": 1}):
                T.tt.pack(acc[t], C_s.data, t)

    descs = (circular_buffer("A_s", 2, 3), circular_buffer("B_s", 3, 2), circular_buffer("C_s", 2, 2))
    assert "tt.fpu.matmul_init A_s B_s 0 2 2 3" in _initialised(func, *descs)


def test_modes_that_alternate_in_a_loop_are_set_in_it():
    @T.prim_func(private=True)
    def func():
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        B_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                d0 = T.alloc_buffer((1,), scope="tt.dst")
                T.tt.fpu.add(A_s.data, t, B_s.data, t, d0[0])
                T.tt.fpu.mul_reuse(B_s.data, t, d0[0])
                T.tt.pack(d0[0], C_s.data, t)

    assert _initialised(func, *_cbs("A_s", "B_s", "C_s"), config=compute_config(False)) == [
        "tt.engine.init_common A_s B_s C_s",
        "tt.fpu.add_init A_s B_s",
        "tt.fpu.add A_s t B_s t d0",
        "tt.fpu.mul_reuse_init B_s",
        "tt.fpu.mul_reuse B_s t d0",
        "tt.pack d0 C_s t",
    ]


def test_the_vector_unit_keeps_its_mode_while_the_matrix_unit_changes():
    @T.prim_func(private=True)
    def func():
        A_s = T.alloc_buffer((32, 32), "float32", scope="tt.cb")
        C_s = T.alloc_buffer((32, 32), "float32", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                d0 = T.alloc_buffer((1,), scope="tt.dst")
                d1 = T.alloc_buffer((1,), scope="tt.dst")
                T.tt.copy(A_s.data, t, d0[0])
                T.tt.fpu.transpose(A_s.data, t, d1[0])
                T.tt.sfpu.add(d0[0], d1[0], d0[0])
                T.tt.pack(d0[0], C_s.data, t)

    assert _initialised(func, *_cbs("A_s", "C_s", dtype="float32")) == [
        "tt.engine.init_common A_s A_s C_s",
        "tt.sfpu.add_init",
        "tt.fpu.copy_init A_s",
        "tt.copy A_s t d0",
        "tt.fpu.transpose_init A_s",
        "tt.fpu.transpose A_s t d1",
        "tt.sfpu.add d0 d1 d0",
        "tt.pack d0 C_s t",
    ]


def test_data_formats_are_reconfigured_where_they_change():
    @T.prim_func(private=True)
    def func():
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        B_s = T.alloc_buffer((32, 32), "float32", scope="tt.cb")
        C_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        D_s = T.alloc_buffer((32, 32), "float32", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                d0 = T.alloc_buffer((1,), scope="tt.dst")
                T.tt.copy(A_s.data, t, d0[0])
                T.tt.pack(d0[0], C_s.data, t)
            for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                d0 = T.alloc_buffer((1,), scope="tt.dst")
                T.tt.copy(B_s.data, t, d0[0])
                T.tt.pack(d0[0], D_s.data, t)

    descs = [*_cbs("A_s", "C_s"), *_cbs("B_s", "D_s", dtype="float32")]
    ops = [op for op in _initialised(func, *descs) if _is_init(op)]
    assert "tt.engine.reconfig_srca B_s" in ops
    assert "tt.engine.reconfig_srca A_s" in ops
    assert "tt.pack.init D_s" in ops
    assert "tt.pack.init C_s" in ops


def test_a_branch_leaves_only_what_both_sides_agree_on():
    @T.prim_func(private=True)
    def func():
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            if work == 0:
                for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                    d0 = T.alloc_buffer((1,), scope="tt.dst")
                    T.tt.fpu.transpose(A_s.data, t, d0[0])
                    T.tt.pack(d0[0], C_s.data, t)
            for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                d0 = T.alloc_buffer((1,), scope="tt.dst")
                T.tt.copy(A_s.data, t, d0[0])
                T.tt.pack(d0[0], C_s.data, t)

    assert _initialised(func, *_cbs("A_s", "C_s")) == [
        "tt.engine.init_common A_s A_s C_s",
        "tt.fpu.transpose_init A_s",
        "tt.fpu.transpose A_s t d0",
        "tt.pack d0 C_s t",
        "tt.fpu.copy_init A_s",
        "tt.copy A_s t d0",
        "tt.pack d0 C_s t",
    ]


def test_readers_and_writers_stay():
    states = ("LowerCBIntrinsics", "InsertComputeInitTT")
    before, after_ = (state_of(kernel("gemm_tail"), name) for name in states)
    for name in ("main_reader", "main_writer"):
        assert after_[name].body.same_as(before[name].body)


@pytest.mark.parametrize("case", SMALL_KERNELS, ids=str)
def test_no_initialisation_is_made_twice_in_a_row(case):
    """Between two settings of one kind there is an operation that needed the first."""
    module = state_of(case, "InsertComputeInitTT")
    ops = operations(function(module, "compute").body)
    for op, following in itertools.pairwise(ops):
        assert not (_is_init(op) and op == following), op


def test_the_body_of_while_is_initialised_in_front_of_it():
    @T.prim_func(private=True)
    def func():
        at = T.alloc_buffer((1,), "int32", scope="tt.scalar")
        a = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        b = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            at[0] = 0
            for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                d0 = T.alloc_buffer((1,), scope="tt.dst")
                T.tt.copy(a.data, t, d0[0])
                T.tt.sfpu.exp(d0[0])
                T.tt.pack(d0[0], b.data, t)
            while at[0] < 3:
                for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                    d0 = T.alloc_buffer((1,), scope="tt.dst")
                    T.tt.copy(a.data, t, d0[0])
                    T.tt.sfpu.sqrt(d0[0])
                    T.tt.pack(d0[0], b.data, t)
                at[0] = at[0] + 1

    names = [op.split()[0] for op in _initialised(func, *_cbs("a", "b"))]
    assert names.index("tt.sfpu.sqrt_init") == names.index("tt.sfpu.sqrt") - 2, names
    assert names.count("tt.sfpu.sqrt_init") == 1

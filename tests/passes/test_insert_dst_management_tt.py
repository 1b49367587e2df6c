"""InsertDSTManagementTT: tile compute is cut to the capacity of DST, and DST has its life cycle."""

from __future__ import annotations

import pytest
from tvm import tirx
from tvm.script import tirx as T

from kernels import SMALL_KERNELS
from lowering import state_of
from passes.structure import after, assert_code, circular_buffer, compute_config, function


def _managed(func, *descs, config=None):
    attrs = {
        "tt.kernel_role": "compute",
        "tt.cb_desc": {str(desc.name): desc for desc in descs},
        "tt.compute_config": config or compute_config(),
    }
    return after("InsertDSTManagementTT", func, attrs)


def test_a_resident_accumulator_is_acquired_accumulated_and_packed():
    @T.prim_func(private=True)
    def func():
        acc = T.alloc_buffer((4,), scope="tt.dst")
        A_s = T.alloc_buffer((64, 64), "bfloat16", scope="tt.cb")
        B_s = T.alloc_buffer((64, 64), "bfloat16", scope="tt.cb")
        C_s = T.alloc_buffer((64, 64), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            T.tt.mm.init(acc.data, T.float32(0.0))
            for _k in range(8):
                T.tt.mm.mma(A_s.data, B_s.data, acc.data, T.bool(False), T.bool(False))
            for t in T.serial(4, annotations={"tt.tile_loop": 1}):
                T.tt.pack(acc[t], C_s.data, t)

    @T.prim_func(private=True)
    def expected():
        A_s = T.alloc_buffer((64, 64), "bfloat16", scope="tt.cb")
        B_s = T.alloc_buffer((64, 64), "bfloat16", scope="tt.cb")
        C_s = T.alloc_buffer((64, 64), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            T.tt.dst.acquire()
            for _k in range(8):
                for kt in range(2):
                    T.tt.fpu.matmul_block(A_s.data, B_s.data, kt, kt * 2, 0, 0, 2, 2, 2)
            T.tt.dst.commit()
            T.tt.dst.wait()
            for i in range(4):
                T.tt.pack_tile(i, C_s.data)
            T.tt.dst.release()

    descs = [circular_buffer(name, 2, 2) for name in ("A_s", "B_s", "C_s")]
    assert_code(_managed(func, *descs), expected)


def test_an_accumulator_that_starts_at_a_value_is_filled():
    @T.prim_func(private=True)
    def func():
        acc = T.alloc_buffer((2,), scope="tt.dst")
        C_s = T.alloc_buffer((32, 64), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            T.tt.mm.init(acc.data, T.float32(1.5))
            for t in T.serial(2, annotations={"tt.tile_loop": 1}):
                T.tt.pack(acc[t], C_s.data, t)

    @T.prim_func(private=True)
    def expected():
        C_s = T.alloc_buffer((32, 64), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            T.tt.dst.acquire()
            for i in range(2):
                T.tt.fill(i, T.float32(1.5))
            T.tt.dst.commit()
            T.tt.dst.wait()
            for i in range(2):
                T.tt.pack_tile(i, C_s.data)
            T.tt.dst.release()

    assert_code(_managed(func, circular_buffer("C_s", 1, 2)), expected)


def test_an_accumulator_in_l1_is_added_onto_and_overwritten_in_the_first_step():
    @T.prim_func(private=True)
    def func():
        A_s = T.alloc_buffer((96, 32), "bfloat16", scope="tt.cb")
        B_s = T.alloc_buffer((32, 64), "bfloat16", scope="tt.cb")
        acc = T.alloc_buffer((96, 64), "float32", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            T.tt.mm.init(acc.data, T.float32(0.0))
            for _k in range(8):
                T.tt.mm.mma(A_s.data, B_s.data, acc.data, T.bool(False), T.bool(False))

    @T.prim_func(private=True)
    def expected():
        A_s = T.alloc_buffer((96, 32), "bfloat16", scope="tt.cb")
        B_s = T.alloc_buffer((32, 64), "bfloat16", scope="tt.cb")
        acc = T.alloc_buffer((96, 64), "float32", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            for k in range(8):
                T.tt.pack.l1_accumulate(T.Select(k > 0, 1, 0))
                for sub_col in range(2):
                    T.tt.dst.acquire()
                    T.tt.fpu.matmul_block(A_s.data, B_s.data, 0, sub_col, 0, 0, 1, 3, 1)
                    T.tt.dst.commit()
                    T.tt.dst.wait()
                    for r in range(3):
                        T.tt.pack_tile_at(r, acc.data, r * 2 + sub_col)
                    T.tt.dst.release()
                T.tt.pack.l1_accumulate(0)

    descs = (
        circular_buffer("A_s", 3, 1),
        circular_buffer("B_s", 1, 2),
        circular_buffer("acc", 3, 2, 1, "float32"),
    )
    assert_code(_managed(func, *descs), expected)


def test_an_accumulator_in_l1_is_zeroed_where_no_step_surely_overwrites_it():
    @T.prim_func(private=True)
    def func():
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        acc = T.alloc_buffer((32, 32), "float32", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            T.tt.mm.init(acc.data, T.float32(0.0))
            for k in range(8):
                if k > work:
                    T.tt.mm.mma(A_s.data, A_s.data, acc.data, T.bool(False), T.bool(False))

    @T.prim_func(private=True)
    def expected():
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        acc = T.alloc_buffer((32, 32), "float32", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            T.tt.dst.acquire()
            T.tt.fill(0, T.float32(0.0))
            T.tt.dst.commit()
            T.tt.dst.wait()
            for i in range(1):
                T.tt.pack_tile_at(0, acc.data, i)
            T.tt.dst.release()
            for k in range(8):
                if k > work:
                    T.tt.pack.l1_accumulate(1)
                    T.tt.dst.acquire()
                    T.tt.fpu.matmul_block(A_s.data, A_s.data, 0, 0, 0, 0, 1, 1, 1)
                    T.tt.dst.commit()
                    T.tt.dst.wait()
                    T.tt.pack_tile_at(0, acc.data, 0)
                    T.tt.dst.release()
                    T.tt.pack.l1_accumulate(0)

    descs = (circular_buffer("A_s", 1, 1), circular_buffer("acc", 1, 1, 1, "float32"))
    assert_code(_managed(func, *descs), expected)


def _tile_loop(tiles):
    """A tile program of two registers over a row of tiles."""

    @T.prim_func(private=True)
    def func():
        A_s = T.alloc_buffer((32, 32 * tiles), "bfloat16", scope="tt.cb")
        C_s = T.alloc_buffer((32, 32 * tiles), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            for t in T.serial(tiles, annotations={"tt.tile_loop": 1}):
                d0 = T.alloc_buffer((1,), scope="tt.dst")
                d1 = T.alloc_buffer((1,), scope="tt.dst")
                T.tt.copy(A_s.data, t, d0[0])
                T.tt.copy(A_s.data, t, d1[0])
                T.tt.sfpu.mul(d0[0], d1[0], d0[0])
                T.tt.pack(d0[0], C_s.data, t)

    return func, (circular_buffer("A_s", 1, tiles), circular_buffer("C_s", 1, tiles))


def test_a_tile_loop_goes_through_dst_as_many_tiles_at_a_time_as_fit():
    @T.prim_func(private=True)
    def expected():
        A_s = T.alloc_buffer((32, 192), "bfloat16", scope="tt.cb")
        C_s = T.alloc_buffer((32, 192), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            for t in range(0, 6, 2):
                T.tt.dst.acquire()
                for i in range(2):
                    T.tt.copy(A_s.data, t + i, i * 2)
                    T.tt.copy(A_s.data, t + i, i * 2 + 1)
                    T.tt.sfpu.mul(i * 2, i * 2 + 1, i * 2)
                T.tt.dst.commit()
                T.tt.dst.wait()
                for i in range(2):
                    T.tt.pack_tile(i * 2, C_s.data)
                T.tt.dst.release()

    func, descs = _tile_loop(6)
    assert_code(_managed(func, *descs), expected)


@pytest.mark.parametrize(
    ("tiles", "fp32_dest", "at_once"),
    [(1, True, 1), (2, True, 2), (5, True, 1), (8, False, 4), (6, False, 3)],
)
def test_tiles_at_a_time_divide_the_block(tiles, fp32_dest, at_once):
    func, descs = _tile_loop(tiles)
    body = _managed(func, *descs, config=compute_config(fp32_dest))["main"].body
    steps = []
    tirx.stmt_functor.post_order_visit(
        body,
        lambda node: (
            steps.append(int(node.step)) if isinstance(node, tirx.For) and node.step is not None else None
        ),
    )
    assert steps == ([] if at_once == tiles else [at_once] if at_once > 1 else steps)
    highest = _highest_dst_index(body)
    assert highest == 2 * at_once - 1


def _highest_dst_index(body) -> int:
    """The largest index that copies into DST reach, over all iterations of their loops."""
    import itertools

    highest = []

    def visit(stmt, loops):
        if isinstance(stmt, tirx.For):
            visit(stmt.body, [*loops, stmt])
        elif isinstance(stmt, tirx.SeqStmt):
            for part in stmt.seq:
                visit(part, loops)
        elif isinstance(stmt, tirx.AttrStmt):
            visit(stmt.body, loops)
        elif isinstance(stmt, tirx.Evaluate) and stmt.value.op.name == "tt.copy":
            index = stmt.value.args[2]
            for values in itertools.product(*(range(int(loop.extent)) for loop in loops)):
                replaced = tirx.stmt_functor.substitute(
                    index, {loop.loop_var: value for loop, value in zip(loops, values, strict=True)}
                )
                import tvm

                highest.append(int(tvm.arith.Analyzer().simplify(replaced)))

    visit(body, [])
    return max(highest)


def test_initialisations_stand_between_the_runs_of_operations():
    @T.prim_func(private=True)
    def func():
        A_s = T.alloc_buffer((32, 64), "bfloat16", scope="tt.cb")
        C_s = T.alloc_buffer((32, 64), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            for t in T.serial(2, annotations={"tt.tile_loop": 1}):
                d0 = T.alloc_buffer((1,), scope="tt.dst")
                T.tt.fpu.copy_init(A_s.data)
                T.tt.copy(A_s.data, t, d0[0])
                T.tt.fpu.mul_reuse_init(A_s.data)
                T.tt.fpu.mul_reuse(A_s.data, t, d0[0])
                T.tt.pack(d0[0], C_s.data, t)

    @T.prim_func(private=True)
    def expected():
        A_s = T.alloc_buffer((32, 64), "bfloat16", scope="tt.cb")
        C_s = T.alloc_buffer((32, 64), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            T.tt.dst.acquire()
            T.tt.fpu.copy_init(A_s.data)
            for i in range(2):
                T.tt.copy(A_s.data, i, i)
            T.tt.fpu.mul_reuse_init(A_s.data)
            for i in range(2):
                T.tt.fpu.mul_reuse(A_s.data, i, i)
            T.tt.dst.commit()
            T.tt.dst.wait()
            for i in range(2):
                T.tt.pack_tile(i, C_s.data)
            T.tt.dst.release()

    descs = (circular_buffer("A_s", 1, 2), circular_buffer("C_s", 1, 2))
    assert_code(_managed(func, *descs, config=compute_config(False)), expected)


def test_with_b_transposed_a_sub_block_is_one_tile_wide():
    @T.prim_func(private=True)
    def func():
        A_s = T.alloc_buffer((64, 64), "bfloat16", scope="tt.cb")
        B_s = T.alloc_buffer((96, 64), "bfloat16", scope="tt.cb")
        acc = T.alloc_buffer((64, 96), "float32", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            T.tt.mm.init(acc.data, T.float32(0.0))
            T.tt.mm.mma(A_s.data, B_s.data, acc.data, T.bool(True), T.bool(False))

    @T.prim_func(private=True)
    def expected():
        A_s = T.alloc_buffer((64, 64), "bfloat16", scope="tt.cb")
        B_s = T.alloc_buffer((96, 64), "bfloat16", scope="tt.cb")
        acc = T.alloc_buffer((64, 96), "float32", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            T.tt.pack.l1_accumulate(0)
            for sub_col in range(3):
                T.tt.dst.acquire()
                for kt in range(2):
                    T.tt.fpu.matmul_block(A_s.data, B_s.data, kt, sub_col * 2 + kt, 0, 1, 1, 2, 2)
                T.tt.dst.commit()
                T.tt.dst.wait()
                for r in range(2):
                    T.tt.pack_tile_at(r, acc.data, r * 3 + sub_col)
                T.tt.dst.release()
            T.tt.pack.l1_accumulate(0)

    descs = (
        circular_buffer("A_s", 2, 2),
        circular_buffer("B_s", 3, 2),
        circular_buffer("acc", 2, 3, 1, "float32"),
    )
    assert_code(_managed(func, *descs), expected)


@pytest.mark.parametrize("case", SMALL_KERNELS, ids=str)
def test_no_virtual_register_is_left(case):
    scopes = set()
    tirx.stmt_functor.post_order_visit(
        function(state_of(case, "InsertDSTManagementTT"), "compute").body,
        lambda node: scopes.add(str(node.buffer.scope())) if isinstance(node, tirx.AllocBuffer) else None,
    )
    assert "tt.dst" not in scopes

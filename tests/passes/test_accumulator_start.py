"""InsertDSTManagementTT: an accumulator is zeroed only where no matmul surely starts it by overwriting."""

from __future__ import annotations

import pytest
from tvm.script import tirx as T

from passes.structure import after, circular_buffer, compute_config, operations


def _zeroes_in_l1(func) -> bool:
    """Whether the accumulator in L1 is filled before the products."""
    attrs = {
        "tt.kernel_role": "compute",
        "tt.cb_desc": {
            "A_s": circular_buffer("A_s", 1, 1),
            "acc": circular_buffer("acc", 1, 1, 1, "float32"),
        },
        "tt.compute_config": compute_config(),
    }
    found = operations(after("InsertDSTManagementTT", func, attrs)["main"].body, "tt.fill", "tt.fpu")
    assert found[-1].startswith("tt.fpu.matmul_block")
    return len(found) > 1


@T.prim_func(private=True)
def _certain_loop():
    A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
    acc = T.alloc_buffer((32, 32), scope="tt.cb")
    with T.attr(0, "tt.work_loop", 2):
        T.tt.mm.init(acc.data, T.float32(0.0))
        for _k in range(8):
            T.tt.mm.mma(A_s.data, A_s.data, acc.data, T.bool(False), T.bool(False))


@T.prim_func(private=True)
def _named_extent():
    A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
    acc = T.alloc_buffer((32, 32), scope="tt.cb")
    k_steps: T.int32 = 8
    with T.attr(0, "tt.work_loop", 2):
        T.tt.mm.init(acc.data, T.float32(0.0))
        for _k in range(k_steps):
            T.tt.mm.mma(A_s.data, A_s.data, acc.data, T.bool(False), T.bool(False))


@T.prim_func(private=True)
def _loop_that_may_not_run():
    A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
    acc = T.alloc_buffer((32, 32), scope="tt.cb")
    with T.attr(0, "tt.work_loop", 2):
        work: T.int32 = T.tt.work_index()
        T.tt.mm.init(acc.data, T.float32(0.0))
        for _k in range(work):
            T.tt.mm.mma(A_s.data, A_s.data, acc.data, T.bool(False), T.bool(False))


@T.prim_func(private=True)
def _branch():
    A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
    acc = T.alloc_buffer((32, 32), scope="tt.cb")
    with T.attr(0, "tt.work_loop", 2):
        work: T.int32 = T.tt.work_index()
        T.tt.mm.init(acc.data, T.float32(0.0))
        if work == 0:
            T.tt.mm.mma(A_s.data, A_s.data, acc.data, T.bool(False), T.bool(False))


@T.prim_func(private=True)
def _other_value():
    A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
    acc = T.alloc_buffer((32, 32), scope="tt.cb")
    with T.attr(0, "tt.work_loop", 2):
        T.tt.mm.init(acc.data, T.float32(1.0))
        for _k in range(8):
            T.tt.mm.mma(A_s.data, A_s.data, acc.data, T.bool(False), T.bool(False))


@pytest.mark.parametrize(
    ("func", "zeroed"),
    [
        (_certain_loop, False),
        (_named_extent, False),
        (_loop_that_may_not_run, True),
        (_branch, True),
        (_other_value, True),
    ],
    ids=["loop", "named extent", "loop that may not run", "branch", "another value"],
)
def test_a_fill_stands_only_where_it_is_needed(func, zeroed):
    assert _zeroes_in_l1(func) == zeroed

"""LowerCBIntrinsics, compute: a block is in its circular buffer exactly while its value is live."""

from __future__ import annotations

from tvm.script import tirx as T

from passes.structure import after, assert_code, circular_buffer, operations

_INPUT = {"producer": "reader", "consumer": "compute"}
_OUTPUT = {"producer": "compute", "consumer": "writer"}
_INNER = {"producer": "compute", "consumer": "compute"}


def _compute(func, **roles):
    attrs = {
        "tt.kernel_role": "compute",
        "tt.cb_desc": {name: circular_buffer(name, 1, 1, **role) for name, role in roles.items()},
        "tt.tensor_accessor": {},
    }
    return after("LowerCBIntrinsics", func, attrs)


def test_a_block_that_a_loop_only_uses_is_waited_for_ahead_of_it_and_popped_behind_it():
    @T.prim_func(private=True)
    def func():
        acc = T.alloc_buffer((1,), scope="tt.dst")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            T.tt.receive(A_s.data)
            for _k in range(3):
                T.tt.mm.mma(A_s.data, A_s.data, acc.data, T.bool(False), T.bool(False))

    @T.prim_func(private=True)
    def expected():
        acc = T.alloc_buffer((1,), scope="tt.dst")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        A_s_tiles: T.int32 = 1
        k_steps: T.int32 = 3
        with T.attr(0, "tt.work_loop", 2):
            T.tt.cb_wait_front(A_s.data, A_s_tiles)
            for _k in range(k_steps):
                T.tt.mm.mma(A_s.data, A_s.data, acc.data, T.bool(False), T.bool(False))
            T.tt.cb_pop_front(A_s.data, A_s_tiles)

    assert_code(_compute(func, A_s=_INPUT), expected)


def test_a_branch_that_does_not_want_a_block_pops_it():
    @T.prim_func(private=True)
    def func():
        acc = T.alloc_buffer((1,), scope="tt.dst")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            T.tt.receive(A_s.data)
            if work == 0:
                T.tt.mm.mma(A_s.data, A_s.data, acc.data, T.bool(False), T.bool(False))

    @T.prim_func(private=True)
    def expected():
        acc = T.alloc_buffer((1,), scope="tt.dst")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        A_s_tiles: T.int32 = 1
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            T.tt.cb_wait_front(A_s.data, A_s_tiles)
            if work == 0:
                T.tt.mm.mma(A_s.data, A_s.data, acc.data, T.bool(False), T.bool(False))
                T.tt.cb_pop_front(A_s.data, A_s_tiles)
            else:
                T.tt.cb_pop_front(A_s.data, A_s_tiles)

    assert_code(_compute(func, A_s=_INPUT), expected)


def test_each_branch_reserves_and_pushes_what_it_defines():
    @T.prim_func(private=True)
    def func():
        S = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            if work == 0:
                for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                    d0 = T.alloc_buffer((1,), scope="tt.dst")
                    T.tt.fill(d0[0], T.float32(1.0))
                    T.tt.pack(d0[0], S.data, t)
            else:
                for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                    d0 = T.alloc_buffer((1,), scope="tt.dst")
                    T.tt.fill(d0[0], T.float32(2.0))
                    T.tt.pack(d0[0], S.data, t)
            for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                d0 = T.alloc_buffer((1,), scope="tt.dst")
                T.tt.copy(S.data, t, d0[0])
                T.tt.pack(d0[0], C_s.data, t)
            T.tt.send(C_s.data)

    @T.prim_func(private=True)
    def expected():
        S = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        S_tiles: T.int32 = 1
        C_s_tiles: T.int32 = 1
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            if work == 0:
                T.tt.cb_reserve_back(S.data, S_tiles)
                for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                    d0 = T.alloc_buffer((1,), scope="tt.dst")
                    T.tt.fill(d0[0], T.float32(1.0))
                    T.tt.pack(d0[0], S.data, t)
                T.tt.cb_push_back(S.data, S_tiles)
            else:
                T.tt.cb_reserve_back(S.data, S_tiles)
                for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                    d0 = T.alloc_buffer((1,), scope="tt.dst")
                    T.tt.fill(d0[0], T.float32(2.0))
                    T.tt.pack(d0[0], S.data, t)
                T.tt.cb_push_back(S.data, S_tiles)
            T.tt.cb_wait_front(S.data, S_tiles)
            T.tt.cb_reserve_back(C_s.data, C_s_tiles)
            for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                d0 = T.alloc_buffer((1,), scope="tt.dst")
                T.tt.copy(S.data, t, d0[0])
                T.tt.pack(d0[0], C_s.data, t)
            T.tt.cb_pop_front(S.data, S_tiles)
            T.tt.cb_push_back(C_s.data, C_s_tiles)

    assert_code(_compute(func, S=_INNER, C_s=_OUTPUT), expected)


def test_a_block_that_nobody_uses_is_taken_out_again():
    @T.prim_func(private=True)
    def func():
        S = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                d0 = T.alloc_buffer((1,), scope="tt.dst")
                T.tt.fill(d0[0], T.float32(1.0))
                T.tt.pack(d0[0], S.data, t)

    @T.prim_func(private=True)
    def expected():
        S = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        S_tiles: T.int32 = 1
        with T.attr(0, "tt.work_loop", 2):
            T.tt.cb_reserve_back(S.data, S_tiles)
            for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                d0 = T.alloc_buffer((1,), scope="tt.dst")
                T.tt.fill(d0[0], T.float32(1.0))
                T.tt.pack(d0[0], S.data, t)
            T.tt.cb_push_back(S.data, S_tiles)
            T.tt.cb_wait_front(S.data, S_tiles)
            T.tt.cb_pop_front(S.data, S_tiles)

    assert_code(_compute(func, S=_INNER), expected)


def test_a_block_that_a_loop_carries_is_popped_behind_the_loop_if_nothing_follows():
    @T.prim_func(private=True)
    def func():
        S = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                d0 = T.alloc_buffer((1,), scope="tt.dst")
                T.tt.fill(d0[0], T.float32(1.0))
                T.tt.pack(d0[0], S.data, t)
            for _k in range(3):
                for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                    d0 = T.alloc_buffer((1,), scope="tt.dst")
                    T.tt.copy(S.data, t, d0[0])
                    T.tt.pack(d0[0], S.data, t)

    @T.prim_func(private=True)
    def expected():
        S = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        S_tiles: T.int32 = 1
        k_steps: T.int32 = 3
        with T.attr(0, "tt.work_loop", 2):
            T.tt.cb_reserve_back(S.data, S_tiles)
            for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                d0 = T.alloc_buffer((1,), scope="tt.dst")
                T.tt.fill(d0[0], T.float32(1.0))
                T.tt.pack(d0[0], S.data, t)
            T.tt.cb_push_back(S.data, S_tiles)
            for _k in range(k_steps):
                T.tt.cb_wait_front(S.data, S_tiles)
                T.tt.cb_reserve_back(S.data, S_tiles)
                for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                    d0 = T.alloc_buffer((1,), scope="tt.dst")
                    T.tt.copy(S.data, t, d0[0])
                    T.tt.pack(d0[0], S.data, t)
                T.tt.cb_pop_front(S.data, S_tiles)
                T.tt.cb_push_back(S.data, S_tiles)
            T.tt.cb_wait_front(S.data, S_tiles)
            T.tt.cb_pop_front(S.data, S_tiles)

    assert_code(_compute(func, S=_INNER), expected)


def test_a_branch_that_does_not_want_a_block_waits_for_it_if_the_other_one_renews_it():
    @T.prim_func(private=True)
    def func():
        S = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                d0 = T.alloc_buffer((1,), scope="tt.dst")
                T.tt.fill(d0[0], T.float32(1.0))
                T.tt.pack(d0[0], S.data, t)
            if work == 0:
                for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                    d0 = T.alloc_buffer((1,), scope="tt.dst")
                    T.tt.copy(S.data, t, d0[0])
                    T.tt.pack(d0[0], S.data, t)
                for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                    d0 = T.alloc_buffer((1,), scope="tt.dst")
                    T.tt.copy(S.data, t, d0[0])
                    T.tt.pack(d0[0], C_s.data, t)
                T.tt.send(C_s.data)

    found = operations(_compute(func, S=_INNER, C_s=_OUTPUT)["main"].body, "tt.cb_")
    assert [op for op in found if " S " in op] == [
        "tt.cb_reserve_back S S_tiles",
        "tt.cb_push_back S S_tiles",
        "tt.cb_wait_front S S_tiles",
        "tt.cb_reserve_back S S_tiles",
        "tt.cb_pop_front S S_tiles",
        "tt.cb_push_back S S_tiles",
        "tt.cb_wait_front S S_tiles",
        "tt.cb_pop_front S S_tiles",
        "tt.cb_wait_front S S_tiles",  # in the other branch
        "tt.cb_pop_front S S_tiles",
    ]

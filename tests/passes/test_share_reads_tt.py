"""ShareReadsTT: cores that read the same blocks read each of them once, and send it to the others."""

from __future__ import annotations

import pytest
from tvm import tirx
from tvm.script import tirx as T

from passes.structure import after, assert_code, circular_buffer

_DESCS = {name: circular_buffer(name, 1, 1) for name in ("A_s", "B_s", "V_s")}


def _shared(func, cores=(4, 4), axes=("x", "y"), rounds=1, descs=_DESCS, target="tenstorrent"):
    """The module after the pass, for blocks spread over `cores` columns and rows."""
    columns, rows = cores
    attrs = {
        "tt.core_axes": list(axes),
        "tt.core_ranges": [T.tt.CoreRange(x0=0, y0=0, x1=columns - 1, y1=rows - 1)],
        "tt.work_partition": [
            T.tt.CoreWork(x=core % columns, y=core // columns, start=core * rounds, count=rounds)
            for core in range(columns * rows)
        ],
        "tt.grid_axes": [T.tt.GridAxis(name=name, extent=1, output_dim=-1, tiles=0) for name in axes],
        "tt.cb_desc": descs,
        "tt.semaphores": [],
    }
    return after("ShareReadsTT", func, attrs, target)


def _large(name):
    """Blocks that are worth a handshake each: 32 KB."""
    return circular_buffer(name, 4, 4)


def _sharers(module) -> list[str]:
    """The buffers that are shared, by the semaphores they have."""
    names = [str(desc.name) for desc in module["main"].attrs["tt.semaphores"]]
    return [name.removesuffix("_arrived") for name in names if name.endswith("_arrived")]


def test_each_core_of_a_row_reads_every_fourth_block_and_sends_it():
    @T.prim_func(private=True)
    def reads(A_handle: T.handle):
        A = T.match_buffer(A_handle, (128, 224), "bfloat16")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 16):
            work: T.int32 = T.tt.work_index()
            bx: T.int32 = work % 4  # noqa: F841
            by: T.int32 = work // 4
            for k in range(7):
                T.tt.read_to_cb(A[by * 32, k * 32], A_s.data, 32, 32)

    @T.prim_func(private=True)
    def expected(A_handle: T.handle):
        A = T.match_buffer(A_handle, (128, 224), "bfloat16")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        arrival = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        A_s_ahead = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        A_s_ready = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        A_s_arrived = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        core_x: T.int32 = T.tt.core_position(1)
        with T.attr(0, "tt.work_loop", 16):
            work: T.int32 = T.tt.work_index()
            bx: T.int32 = work % 4  # noqa: F841
            by: T.int32 = work // 4
            if core_x < 2:
                T.tt.read_to_cb(A[by * 32, core_x * 32], A_s_ahead.data, 32, 32)
            T.tt.ask_for_blocks(A_s.data, 1, 0, 1, A_s_ready.data, A_s_arrived.data)
            T.tt.send_blocks(
                A_s_ahead.data, A_s.data, 1, 0, 1, A_s_ready.data, A_s_arrived.data, arrival.data
            )
            for k in range(7):
                T.tt.await_blocks(A_s.data, A_s_arrived.data)
                T.tt.take_block(A_s.data)
                if k + 1 < 7:
                    turn: T.int32 = (k + 1) % 4
                    T.tt.ask_for_blocks(A_s.data, 1, turn, 1, A_s_ready.data, A_s_arrived.data)
                    T.tt.send_blocks(
                        A_s_ahead.data, A_s.data, 1, turn, 1, A_s_ready.data, A_s_arrived.data, arrival.data
                    )
                    if (turn + 1) % 4 == core_x and k + 2 < 7:
                        T.tt.read_to_cb(A[by * 32, (k + 2) * 32], A_s_ahead.data, 32, 32)

    module = _shared(reads)
    assert_code(module, expected)
    semaphores = [(str(d.name), d.initial_value) for d in module["main"].attrs["tt.semaphores"]]
    assert semaphores == [("arrival", 1), ("A_s_ready", 0), ("A_s_arrived", 0)]
    ahead = module["main"].attrs["tt.cb_desc"]["A_s_ahead"]
    assert (ahead.rows, ahead.cols, ahead.depth, ahead.page_size) == (1, 1, 1, 2048)


def test_turns_go_on_from_one_work_item_to_the_next():
    @T.prim_func(private=True)
    def reads(B_handle: T.handle):
        B = T.match_buffer(B_handle, (96, 256), "bfloat16")
        B_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 32):
            work: T.int32 = T.tt.work_index()
            core: T.int32 = work // 2
            round: T.int32 = work % 2
            bx: T.int32 = core % 4 * 2 + round
            by: T.int32 = core // 4  # noqa: F841
            for k in range(3):
                T.tt.read_to_cb(B[k * 32, bx * 32], B_s.data, 32, 32)

    @T.prim_func(private=True)
    def expected(B_handle: T.handle):
        B = T.match_buffer(B_handle, (96, 256), "bfloat16")
        B_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        arrival = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        B_s_ahead = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        B_s_ready = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        B_s_arrived = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        core_y: T.int32 = T.tt.core_position(2)
        with T.attr(0, "tt.work_loop", 32):
            work: T.int32 = T.tt.work_index()
            core: T.int32 = work // 2
            round: T.int32 = work % 2
            bx: T.int32 = core % 4 * 2 + round  # noqa: F841
            by: T.int32 = core // 4  # noqa: F841
            if round == 0:
                if core_y < 2:
                    first_round: T.int32 = core_y // 3
                    first_k: T.int32 = core_y % 3
                    first_bx: T.int32 = core % 4 * 2 + first_round
                    T.tt.read_to_cb(B[first_k * 32, first_bx * 32], B_s_ahead.data, 32, 32)
                T.tt.ask_for_blocks(B_s.data, 1, 0, 2, B_s_ready.data, B_s_arrived.data)
                T.tt.send_blocks(
                    B_s_ahead.data, B_s.data, 1, 0, 2, B_s_ready.data, B_s_arrived.data, arrival.data
                )
            for k in range(3):
                step: T.int32 = round * 3 + k
                T.tt.await_blocks(B_s.data, B_s_arrived.data)
                T.tt.take_block(B_s.data)
                if step + 1 < 6:
                    turn: T.int32 = (step + 1) % 4
                    T.tt.ask_for_blocks(B_s.data, 1, turn, 2, B_s_ready.data, B_s_arrived.data)
                    T.tt.send_blocks(
                        B_s_ahead.data, B_s.data, 1, turn, 2, B_s_ready.data, B_s_arrived.data, arrival.data
                    )
                    if (turn + 1) % 4 == core_y and step + 2 < 6:
                        next_round: T.int32 = (step + 2) // 3
                        next_k: T.int32 = (step + 2) % 3
                        next_bx: T.int32 = core % 4 * 2 + next_round
                        T.tt.read_to_cb(B[next_k * 32, next_bx * 32], B_s_ahead.data, 32, 32)

    assert_code(_shared(reads, rounds=2, descs={"B_s": _large("B_s")}), expected)


def test_turns_go_on_from_one_inner_loop_to_the_next():
    @T.prim_func(private=True)
    def reads(A_handle: T.handle):
        A = T.match_buffer(A_handle, (128, 192), "bfloat16")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 16):
            work: T.int32 = T.tt.work_index()
            bx: T.int32 = work % 4  # noqa: F841
            by: T.int32 = work // 4
            for part in range(3):
                for k in range(2):
                    T.tt.read_to_cb(A[by * 32, part * 64 + k * 32], A_s.data, 32, 32)

    @T.prim_func(private=True)
    def expected(A_handle: T.handle):
        A = T.match_buffer(A_handle, (128, 192), "bfloat16")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        arrival = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        A_s_ahead = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        A_s_ready = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        A_s_arrived = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        core_x: T.int32 = T.tt.core_position(1)
        with T.attr(0, "tt.work_loop", 16):
            work: T.int32 = T.tt.work_index()
            bx: T.int32 = work % 4  # noqa: F841
            by: T.int32 = work // 4
            if core_x < 2:
                first_part: T.int32 = core_x // 2
                first_k: T.int32 = core_x % 2
                T.tt.read_to_cb(A[by * 32, first_part * 64 + first_k * 32], A_s_ahead.data, 32, 32)
            T.tt.ask_for_blocks(A_s.data, 1, 0, 1, A_s_ready.data, A_s_arrived.data)
            T.tt.send_blocks(
                A_s_ahead.data, A_s.data, 1, 0, 1, A_s_ready.data, A_s_arrived.data, arrival.data
            )
            for part in range(3):
                for k in range(2):
                    step: T.int32 = part * 2 + k
                    T.tt.await_blocks(A_s.data, A_s_arrived.data)
                    T.tt.take_block(A_s.data)
                    if step + 1 < 6:
                        turn: T.int32 = (step + 1) % 4
                        T.tt.ask_for_blocks(A_s.data, 1, turn, 1, A_s_ready.data, A_s_arrived.data)
                        T.tt.send_blocks(
                            A_s_ahead.data,
                            A_s.data,
                            1,
                            turn,
                            1,
                            A_s_ready.data,
                            A_s_arrived.data,
                            arrival.data,
                        )
                        if (turn + 1) % 4 == core_x and step + 2 < 6:
                            next_part: T.int32 = (step + 2) // 2
                            next_k: T.int32 = (step + 2) % 2
                            T.tt.read_to_cb(A[by * 32, next_part * 64 + next_k * 32], A_s_ahead.data, 32, 32)

    assert_code(_shared(reads, descs={"A_s": _large("A_s")}), expected)


def test_a_block_outside_of_loops_is_sent_by_one_core():
    @T.prim_func(private=True)
    def reads(V_handle: T.handle):
        V = T.match_buffer(V_handle, (1, 32), "bfloat16")
        V_s = T.alloc_buffer((1, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 16):
            work: T.int32 = T.tt.work_index()
            bx: T.int32 = work  # noqa: F841
            T.tt.read_to_cb(V[0, 0], V_s.data, 1, 32)

    @T.prim_func(private=True)
    def expected(V_handle: T.handle):
        V = T.match_buffer(V_handle, (1, 32), "bfloat16")
        V_s = T.alloc_buffer((1, 32), "bfloat16", scope="tt.cb")
        arrival = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        V_s_ahead = T.alloc_buffer((1, 32), "bfloat16", scope="tt.cb")
        V_s_ready = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        V_s_arrived = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        core_index: T.int32 = T.tt.core_position(3)
        with T.attr(0, "tt.work_loop", 16):
            work: T.int32 = T.tt.work_index()
            bx: T.int32 = work  # noqa: F841
            if core_index < 1:
                T.tt.read_to_cb(V[0, 0], V_s_ahead.data, 1, 32)
            T.tt.ask_for_blocks(V_s.data, 1, 0, 3, V_s_ready.data, V_s_arrived.data)
            T.tt.send_blocks(
                V_s_ahead.data, V_s.data, 1, 0, 3, V_s_ready.data, V_s_arrived.data, arrival.data
            )
            T.tt.await_blocks(V_s.data, V_s_arrived.data)
            T.tt.take_block(V_s.data)

    assert_code(_shared(reads, axes=("xy",)), expected)


@T.prim_func(private=True)
def _product(A_handle: T.handle, B_handle: T.handle):
    A = T.match_buffer(A_handle, (128, 512), "bfloat16")
    B = T.match_buffer(B_handle, (512, 128), "bfloat16")
    A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
    B_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
    with T.attr(0, "tt.work_loop", 16):
        work: T.int32 = T.tt.work_index()
        bx: T.int32 = work % 4
        by: T.int32 = work // 4
        for k in range(16):
            T.tt.read_to_cb(A[by * 32, k * 32], A_s.data, 32, 32)
            T.tt.read_to_cb(B[k * 32, bx * 32], B_s.data, 32, 32)


def _names(stmt) -> list[str]:
    """The intrinsics that a list of statements calls, and its branches."""
    parts = stmt.seq if isinstance(stmt, tirx.SeqStmt) else [stmt]

    def name(part) -> str:
        called = isinstance(part, tirx.Evaluate)
        return str(part.value.op.name).removeprefix("tt.") if called else type(part).__name__

    return [name(part) for part in parts]


def _loop(module):
    loops = []
    tirx.stmt_functor.post_order_visit(
        module["main"].body, lambda node: loops.append(node) if isinstance(node, tirx.For) else None
    )
    return next(loop for loop in loops if str(loop.loop_var.name) == "k")


def test_neighbouring_blocks_are_on_their_way_together():
    module = _shared(_product, descs={name: _large(name) for name in ("A_s", "B_s")})
    both = ["await_blocks", "await_blocks", "take_block", "take_block"]
    asks = ["ask_for_blocks", "ask_for_blocks", "send_blocks", "send_blocks"]
    *steps, more = _loop(module).body.seq
    assert _names(tirx.SeqStmt(steps)) == both
    assert _names(more.then_case) == ["Bind", *asks, "IfThenElse", "IfThenElse"]
    assert _sharers(module) == ["A_s", "B_s"]


def test_steps_are_grouped_as_long_as_there_are_two_groups():
    """Of 16 steps, a group has 8; the circular buffers hold three of them, and a sender one more."""
    module = _shared(_product)
    descs = module["main"].attrs["tt.cb_desc"]
    assert [descs[name].depth for name in ("A_s", "B_s", "A_s_ahead", "B_s_ahead")] == [24, 24, 8, 8]
    condition = _loop(module).body.seq[-1].condition
    assert str(condition) == "k % 8 == 7 and k + 1 < 16"


def test_a_group_is_no_larger_than_a_handshake_is_worth():
    descs = {"A_s": circular_buffer("A_s", 4, 4), "B_s": circular_buffer("B_s", 1, 1)}
    descs = _shared(_product, descs=descs)["main"].attrs["tt.cb_desc"]
    assert [descs[name].depth for name in ("A_s", "A_s_ahead", "B_s", "B_s_ahead")] == [3, 1, 3, 1]


def test_groups_leave_room_in_l1():
    # Of 681 tiles, A and B have 420, and 210 to send: there is room for a third block of A.
    descs = {"A_s": circular_buffer("A_s", 1, 10), "B_s": circular_buffer("B_s", 1, 200)}
    descs = _shared(_product, descs=descs)["main"].attrs["tt.cb_desc"]
    assert [descs[name].depth for name in ("A_s", "B_s")] == [3, 2]


def _producers(module) -> list[str]:
    descs = module["main"].attrs["tt.cb_desc"]
    return [str(descs[name].producer) for name in ("A_s", "A_s_ahead", "B_s", "B_s_ahead")]


def test_the_writer_fills_what_rows_of_cores_share():
    assert _producers(_shared(_product)) == ["writer", "writer", "", ""]


def test_the_reader_keeps_all_if_the_writer_has_work_in_the_loop():
    @T.prim_func(private=True)
    def reads(A_handle: T.handle, B_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (128, 512), "bfloat16")
        B = T.match_buffer(B_handle, (512, 128), "bfloat16")
        C = T.match_buffer(C_handle, (2048, 128), "bfloat16")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        B_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 16):
            work: T.int32 = T.tt.work_index()
            bx: T.int32 = work % 4
            by: T.int32 = work // 4
            for k in range(16):
                T.tt.read_to_cb(A[by * 32, k * 32], A_s.data, 32, 32)
                T.tt.read_to_cb(B[k * 32, bx * 32], B_s.data, 32, 32)
                T.tt.write_from_cb(C_s.data, C[k * 128 + by * 32, bx * 32], 32, 32)

    descs = {name: circular_buffer(name, 1, 1) for name in ("A_s", "B_s", "C_s")}
    assert _producers(_shared(reads, descs=descs)) == ["", "", "", ""]


def test_few_cores_read_for_themselves():
    assert _sharers(_shared(_product, cores=(4, 3))) == ["A_s"]
    assert _sharers(_shared(_product, cores=(3, 4))) == ["B_s"]
    assert _sharers(_shared(_product, cores=(2, 2))) == []


def test_cores_deal_items_out_in_order_if_nothing_is_spread():
    assert _sharers(_shared(_product, axes=())) == []


def test_a_full_l1_is_left_alone():
    # Circular buffers have 681 tiles of 2 KiB on Wormhole: room for one more block of A, but not of B.
    descs = {"A_s": circular_buffer("A_s", 1, 1), "B_s": circular_buffer("B_s", 1, 227)}
    assert _sharers(_shared(_product, descs=descs)) == ["A_s"]


@T.prim_func(private=True)
def _own_blocks(A_handle: T.handle):
    A = T.match_buffer(A_handle, (128, 128), "bfloat16")
    A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
    with T.attr(0, "tt.work_loop", 16):
        work: T.int32 = T.tt.work_index()
        bx: T.int32 = work % 4
        by: T.int32 = work // 4
        T.tt.read_to_cb(A[by * 32, bx * 32], A_s.data, 32, 32)


@T.prim_func(private=True)
def _own_condition(A_handle: T.handle):
    A = T.match_buffer(A_handle, (128, 128), "bfloat16")
    A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
    with T.attr(0, "tt.work_loop", 16):
        work: T.int32 = T.tt.work_index()
        bx: T.int32 = work % 4
        by: T.int32 = work // 4
        if by < bx:
            T.tt.read_to_cb(A[0, 0], A_s.data, 32, 32)


@T.prim_func(private=True)
def _own_number_of_steps(A_handle: T.handle):
    A = T.match_buffer(A_handle, (128, 128), "bfloat16")
    A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
    with T.attr(0, "tt.work_loop", 16):
        work: T.int32 = T.tt.work_index()
        bx: T.int32 = work % 4
        by: T.int32 = work // 4
        last: T.int32 = bx + by
        for k in range(last):
            T.tt.read_to_cb(A[0, k * 32], A_s.data, 32, 32)


@T.prim_func(private=True)
def _own_item(A_handle: T.handle):
    A = T.match_buffer(A_handle, (512, 32), "bfloat16")
    A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
    with T.attr(0, "tt.work_loop", 16):
        work: T.int32 = T.tt.work_index()
        bx: T.int32 = work % 4  # noqa: F841
        by: T.int32 = work // 4  # noqa: F841
        T.tt.read_to_cb(A[work * 32, 0], A_s.data, 32, 32)


@T.prim_func(private=True)
def _chosen_by_a_tensor(A_handle: T.handle, I_handle: T.handle):
    A = T.match_buffer(A_handle, (128, 32), "bfloat16")
    I = T.match_buffer(I_handle, (32,), "int32")  # noqa: E741
    A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
    with T.attr(0, "tt.work_loop", 16):
        work: T.int32 = T.tt.work_index()
        bx: T.int32 = work % 4  # noqa: F841
        by: T.int32 = work // 4  # noqa: F841
        T.tt.read_to_cb(A[I[0] * 32, 0], A_s.data, 32, 32)


@T.prim_func(private=True)
def _two_reads_of_one_buffer(A_handle: T.handle):
    A = T.match_buffer(A_handle, (128, 32), "bfloat16")
    A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
    with T.attr(0, "tt.work_loop", 16):
        work: T.int32 = T.tt.work_index()
        bx: T.int32 = work % 4  # noqa: F841
        by: T.int32 = work // 4  # noqa: F841
        T.tt.read_to_cb(A[0, 0], A_s.data, 32, 32)
        T.tt.read_to_cb(A[32, 0], A_s.data, 32, 32)


@pytest.mark.parametrize(
    "reads",
    [
        _own_blocks,
        _own_condition,
        _own_number_of_steps,
        _own_item,
        _chosen_by_a_tensor,
        _two_reads_of_one_buffer,
    ],
)
def test_what_cores_do_differently_is_not_shared(reads):
    module = _shared(reads)
    assert _sharers(module) == []
    assert_code(module, reads)

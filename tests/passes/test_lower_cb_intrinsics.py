"""LowerCBIntrinsics: circular buffer and NoC protocol."""

from __future__ import annotations

from tvm.script import tirx as T

from lowering import run_pass
from passes.structure import accessor, after, assert_code, before, circular_buffer, operations


def _reader(func, descs, accessors):
    attrs = {"tt.kernel_role": "reader", "tt.cb_desc": descs, "tt.tensor_accessor": accessors}
    return after("LowerCBIntrinsics", func, attrs)


def _writer(func, descs, accessors):
    attrs = {"tt.kernel_role": "writer", "tt.cb_desc": descs, "tt.tensor_accessor": accessors}
    return after("LowerCBIntrinsics", func, attrs)


def _compute(func, *descs):
    attrs = {
        "tt.kernel_role": "compute",
        "tt.cb_desc": {str(desc.name): desc for desc in descs},
        "tt.tensor_accessor": {},
    }
    return run_pass("LowerCBIntrinsics", before("LowerCBIntrinsics", func, attrs))


def _protocol(module):
    return operations(module["main"].body, "tt.cb_", "tt.noc", "tt.mm", "tt.pack")


_INPUT = {"producer": "reader", "consumer": "compute"}
_OUTPUT = {"producer": "compute", "consumer": "writer"}
_INNER = {"producer": "compute", "consumer": "compute"}


def test_a_reader_reserves_reads_waits_and_pushes():
    @T.prim_func(private=True)
    def split(A_handle: T.handle):
        A = T.match_buffer(A_handle, (128, 64), "bfloat16")
        A_s = T.alloc_buffer((64, 64), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            T.tt.read_to_cb(A[work * 64, 0], A_s.data, 64, 64)

    @T.prim_func(private=True)
    def expected(A_handle: T.handle):
        A = T.match_buffer(A_handle, (128, 64), "bfloat16")
        A_s = T.alloc_buffer((64, 64), "bfloat16", scope="tt.cb")
        A_s_tiles: T.int32 = 4
        A_s_rows: T.int32 = 2
        A_s_cols: T.int32 = 2
        A_row_tiles: T.int32 = 2
        A_s_tile_bytes: T.int32 = 2048
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            T.tt.cb_reserve_back(A_s.data, A_s_tiles)
            for row, col in T.grid(A_s_rows, A_s_cols):
                page: T.uint32 = T.Cast("uint32", (work * 2 + row) * A_row_tiles + col)
                offset: T.uint32 = T.Cast("uint32", (row * A_s_cols + col) * A_s_tile_bytes)
                T.tt.noc.read_page(A.data, page, A_s.data, offset, A_s_tile_bytes)
            T.tt.noc.read_barrier()
            T.tt.cb_push_back(A_s.data, A_s_tiles)

    module = _reader(split, {"A_s": circular_buffer("A_s", 2, 2, **_INPUT)}, {"A": accessor("A", [2, 1], 8)})
    assert_code(module, expected)


def test_pages_outside_of_the_tensor_are_zeroed():
    @T.prim_func(private=True)
    def split(A_handle: T.handle):
        A = T.match_buffer(A_handle, (96, 32), "bfloat16")
        A_s = T.alloc_buffer((64, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            T.tt.read_to_cb(A[work * 64, 0], A_s.data, 64, 32)

    @T.prim_func(private=True)
    def expected(A_handle: T.handle):
        A = T.match_buffer(A_handle, (96, 32), "bfloat16")
        A_s = T.alloc_buffer((64, 32), "bfloat16", scope="tt.cb")
        A_s_tiles: T.int32 = 2
        A_s_rows: T.int32 = 2
        A_tile_rows: T.int32 = 3
        A_s_tile_bytes: T.int32 = 2048
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            T.tt.cb_reserve_back(A_s.data, A_s_tiles)
            for row in range(A_s_rows):
                page: T.uint32 = T.Cast("uint32", work * 2 + row)
                offset: T.uint32 = T.Cast("uint32", row * A_s_tile_bytes)
                if work * 2 + row < A_tile_rows:
                    T.tt.noc.read_page(A.data, page, A_s.data, offset, A_s_tile_bytes)
                else:
                    T.tt.noc.zero(A_s.data, offset, A_s_tile_bytes)
            T.tt.noc.read_barrier()
            T.tt.noc.zero_barrier()
            T.tt.cb_push_back(A_s.data, A_s_tiles)

    module = _reader(split, {"A_s": circular_buffer("A_s", 2, 1, **_INPUT)}, {"A": accessor("A", [1, 1], 3)})
    assert_code(module, expected)


def test_a_condition_of_the_program_proves_that_a_page_is_inside():
    @T.prim_func(private=True)
    def split(A_handle: T.handle):
        A = T.match_buffer(A_handle, (96, 32), "bfloat16")
        A_s = T.alloc_buffer((64, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            if work < 1:
                T.tt.read_to_cb(A[work * 64, 0], A_s.data, 64, 32)

    module = _reader(split, {"A_s": circular_buffer("A_s", 2, 1, **_INPUT)}, {"A": accessor("A", [1, 1], 3)})
    assert not operations(module["main"].body, "tt.noc.zero")


def test_neighbouring_reads_share_one_barrier():
    @T.prim_func(private=True)
    def split(A_handle: T.handle):
        A = T.match_buffer(A_handle, (32, 64), "bfloat16")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        B_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 1):
            T.tt.read_to_cb(A[0, 0], A_s.data, 32, 32)
            T.tt.read_to_cb(A[0, 32], B_s.data, 32, 32)

    descs = {name: circular_buffer(name, 1, 1, **_INPUT) for name in ("A_s", "B_s")}
    names = [op.split()[0] for op in _protocol(_reader(split, descs, {"A": accessor("A", [2, 1], 2)}))]
    assert names == [
        "tt.cb_reserve_back",
        "tt.noc.read_page",
        "tt.cb_reserve_back",
        "tt.noc.read_page",
        "tt.noc.read_barrier",
        "tt.cb_push_back",
        "tt.cb_push_back",
    ]


def test_a_second_read_into_a_buffer_waits_for_the_first_to_be_pushed():
    @T.prim_func(private=True)
    def split(A_handle: T.handle):
        A = T.match_buffer(A_handle, (32, 64), "bfloat16")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 1):
            T.tt.read_to_cb(A[0, 0], A_s.data, 32, 32)
            T.tt.read_to_cb(A[0, 32], A_s.data, 32, 32)

    module = _reader(split, {"A_s": circular_buffer("A_s", 1, 1, **_INPUT)}, {"A": accessor("A", [2, 1], 2)})
    names = [op.split()[0] for op in _protocol(module)]
    assert names == 2 * [
        "tt.cb_reserve_back",
        "tt.noc.read_page",
        "tt.noc.read_barrier",
        "tt.cb_push_back",
    ]


def test_leading_dimensions_step_over_matrices():
    @T.prim_func(private=True)
    def split(A_handle: T.handle):
        A = T.match_buffer(A_handle, (4, 64, 32), "bfloat16")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 4):
            work: T.int32 = T.tt.work_index()
            T.tt.read_to_cb(A[work, 32, 0], A_s.data, 32, 32)

    @T.prim_func(private=True)
    def expected(A_handle: T.handle):
        A = T.match_buffer(A_handle, (4, 64, 32), "bfloat16")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        A_s_tiles: T.int32 = 1
        A_dim0_tiles: T.int32 = 2
        A_s_tile_bytes: T.int32 = 2048
        with T.attr(0, "tt.work_loop", 4):
            work: T.int32 = T.tt.work_index()
            T.tt.cb_reserve_back(A_s.data, A_s_tiles)
            page: T.uint32 = T.Cast("uint32", work * A_dim0_tiles + 1)
            offset: T.uint32 = T.uint32(0)
            T.tt.noc.read_page(A.data, page, A_s.data, offset, A_s_tile_bytes)
            T.tt.noc.read_barrier()
            T.tt.cb_push_back(A_s.data, A_s_tiles)

    module = _reader(
        split, {"A_s": circular_buffer("A_s", 1, 1, **_INPUT)}, {"A": accessor("A", [2, 1, 1], 8)}
    )
    assert_code(module, expected)


def test_a_writer_waits_writes_flushes_and_pops_and_waits_for_all_at_the_end():
    @T.prim_func(private=True)
    def split(C_handle: T.handle):
        C = T.match_buffer(C_handle, (96, 32), "float32")
        C_s = T.alloc_buffer((64, 32), "float32", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            T.tt.write_from_cb(C_s.data, C[work * 64, 0], 64, 32)

    @T.prim_func(private=True)
    def expected(C_handle: T.handle):
        C = T.match_buffer(C_handle, (96, 32), "float32")
        C_s = T.alloc_buffer((64, 32), "float32", scope="tt.cb")
        C_s_tiles: T.int32 = 2
        C_s_rows: T.int32 = 2
        C_tile_rows: T.int32 = 3
        C_s_tile_bytes: T.int32 = 4096
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            T.tt.cb_wait_front(C_s.data, C_s_tiles)
            for row in range(C_s_rows):
                page: T.uint32 = T.Cast("uint32", work * 2 + row)
                offset: T.uint32 = T.Cast("uint32", row * C_s_tile_bytes)
                if work * 2 + row < C_tile_rows:
                    T.tt.noc.write_page(C_s.data, offset, C.data, page, C_s_tile_bytes)
            T.tt.noc.writes_flushed()
            T.tt.cb_pop_front(C_s.data, C_s_tiles)
        T.tt.noc.write_barrier()

    module = _writer(
        split,
        {"C_s": circular_buffer("C_s", 2, 1, dtype="float32", **_OUTPUT)},
        {"C": accessor("C", [1, 1], 3, "float32")},
    )
    assert_code(module, expected)


def test_compute_waits_for_its_inputs_and_pops_them_after_their_last_use():
    @T.prim_func(private=True)
    def split():
        acc = T.alloc_buffer((1,), scope="tt.dst")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        B_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            T.tt.receive(A_s.data)
            T.tt.mm.init(acc.data, T.float32(0.0))
            for _k in range(3):
                T.tt.receive(B_s.data)
                T.tt.mm.mma(A_s.data, B_s.data, acc.data, T.bool(False), T.bool(False))
            for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                T.tt.pack(acc[t], C_s.data, t)
            T.tt.send(C_s.data)

    module = _compute(
        split,
        circular_buffer("A_s", 1, 1, **_INPUT),
        circular_buffer("B_s", 1, 1, **_INPUT),
        circular_buffer("C_s", 1, 1, **_OUTPUT),
    )
    assert _protocol(module) == [
        "tt.cb_wait_front A_s A_s_tiles",
        "tt.mm.init acc 0.0",
        "tt.cb_wait_front B_s B_s_tiles",
        "tt.mm.mma A_s B_s acc False False",
        "tt.cb_pop_front B_s B_s_tiles",
        "tt.cb_pop_front A_s A_s_tiles",
        "tt.cb_reserve_back C_s C_s_tiles",
        "tt.pack acc[t] C_s t",
        "tt.cb_push_back C_s C_s_tiles",
    ]


def test_an_accumulator_in_l1_is_reserved_until_it_is_complete():
    @T.prim_func(private=True)
    def split():
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        acc = T.alloc_buffer((32, 32), "float32", scope="tt.cb")
        C_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            T.tt.mm.init(acc.data, T.float32(0.0))
            for _k in range(3):
                T.tt.receive(A_s.data)
                T.tt.mm.mma(A_s.data, A_s.data, acc.data, T.bool(False), T.bool(False))
            for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                d0 = T.alloc_buffer((1,), scope="tt.dst")
                T.tt.copy(acc.data, t, d0[0])
                T.tt.pack(d0[0], C_s.data, t)
            T.tt.send(C_s.data)

    module = _compute(
        split,
        circular_buffer("A_s", 1, 1, **_INPUT),
        circular_buffer("acc", 1, 1, 1, "float32", **_INNER),
        circular_buffer("C_s", 1, 1, **_OUTPUT),
    )
    assert _protocol(module) == [
        "tt.cb_reserve_back acc acc_tiles",
        "tt.mm.init acc 0.0",
        "tt.cb_wait_front A_s A_s_tiles",
        "tt.mm.mma A_s A_s acc False False",
        "tt.cb_pop_front A_s A_s_tiles",
        "tt.cb_push_back acc acc_tiles",
        "tt.cb_wait_front acc acc_tiles",
        "tt.cb_reserve_back C_s C_s_tiles",
        "tt.pack d0 C_s t",
        "tt.cb_pop_front acc acc_tiles",
        "tt.cb_push_back C_s C_s_tiles",
    ]


def test_an_update_in_a_loop_takes_the_old_block_and_gives_the_new_one():
    @T.prim_func(private=True)
    def split():
        S = T.alloc_buffer((32, 32), "float32", scope="tt.cb")
        C_s = T.alloc_buffer((32, 32), "float32", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                d0 = T.alloc_buffer((1,), scope="tt.dst")
                T.tt.fill(d0[0], T.float32(1.0))
                T.tt.pack(d0[0], S.data, t)
            for _k in range(3):
                for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                    d0 = T.alloc_buffer((1,), scope="tt.dst")
                    T.tt.copy(S.data, t, d0[0])
                    T.tt.sfpu.add_scalar(d0[0], T.float32(1.0))
                    T.tt.pack(d0[0], S.data, t)
            for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                d0 = T.alloc_buffer((1,), scope="tt.dst")
                T.tt.copy(S.data, t, d0[0])
                T.tt.pack(d0[0], C_s.data, t)
            T.tt.send(C_s.data)

    module = _compute(
        split,
        circular_buffer("S", 1, 1, 2, "float32", **_INNER),
        circular_buffer("C_s", 1, 1, 2, "float32", **_OUTPUT),
    )
    assert _protocol(module) == [
        "tt.cb_reserve_back S S_tiles",
        "tt.pack d0 S t",
        "tt.cb_push_back S S_tiles",
        "tt.cb_wait_front S S_tiles",
        "tt.cb_reserve_back S S_tiles",
        "tt.pack d0 S t",
        "tt.cb_pop_front S S_tiles",
        "tt.cb_push_back S S_tiles",
        "tt.cb_wait_front S S_tiles",
        "tt.cb_reserve_back C_s C_s_tiles",
        "tt.pack d0 C_s t",
        "tt.cb_pop_front S S_tiles",
        "tt.cb_push_back C_s C_s_tiles",
    ]


def test_an_empty_kernel_stays_empty():
    @T.prim_func(private=True)
    def split():
        T.evaluate(0)

    assert operations(_reader(split, {}, {})["main"].body) == []


def test_an_element_of_a_tensor_is_read_through_a_page_and_handed_on():
    @T.prim_func(private=True)
    def split(N_handle: T.handle, A_handle: T.handle):
        N = T.match_buffer(N_handle, (40,), "int32")
        A = T.match_buffer(A_handle, (1280, 32), "bfloat16")
        scalars = T.alloc_buffer((1, 8), "int32", scope="tt.cb")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 40):
            work: T.int32 = T.tt.work_index()
            n: T.int32 = T.tt.scalar.read(N[work], scalars.data, T.bool(True))
            if n > 0:
                T.tt.read_to_cb(A[work * 32, 0], A_s.data, 32, 32)

    @T.prim_func(private=True)
    def expected(N_handle: T.handle, A_handle: T.handle):
        N = T.match_buffer(N_handle, (40,), "int32")
        A = T.match_buffer(A_handle, (1280, 32), "bfloat16")
        scalars = T.alloc_buffer((1, 8), "int32", scope="tt.cb")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        scalars_page_bytes: T.int32 = 32
        A_s_tiles: T.int32 = 1
        A_s_tile_bytes: T.int32 = 2048
        with T.attr(0, "tt.work_loop", 40):
            work: T.int32 = T.tt.work_index()
            T.tt.cb_reserve_back(scalars.data, 1)
            page: T.uint32 = T.Cast("uint32", work // 32)
            start: T.uint32 = T.Cast("uint32", work % 32 // 16 * 1024 + work % 16 // 8 * 32)
            T.tt.noc.read_part(N.data, page, start, scalars.data, 0, scalars_page_bytes)
            T.tt.noc.read_barrier()
            n: T.int32 = T.tt.l1.int32(scalars.data, work % 8)
            T.tt.l1.store(scalars.data, n)
            T.tt.cb_push_back(scalars.data, 1)
            if n > 0:
                T.tt.cb_reserve_back(A_s.data, A_s_tiles)
                page_1: T.uint32 = T.Cast("uint32", work)
                offset: T.uint32 = T.uint32(0)
                T.tt.noc.read_page(A.data, page_1, A_s.data, offset, A_s_tile_bytes)
                T.tt.noc.read_barrier()
                T.tt.cb_push_back(A_s.data, A_s_tiles)

    descs = {
        "scalars": circular_buffer("scalars", 1, 1, page_size=32, dtype="float32", **_INPUT),
        "A_s": circular_buffer("A_s", 1, 1, **_INPUT),
    }
    module = _reader(split, descs, {"N": accessor("N", [1], 2, "float32"), "A": accessor("A", [1, 1], 40)})
    assert_code(module, expected)


def test_compute_takes_an_element_from_its_page():
    @T.prim_func(private=True)
    def split():
        scalars = T.alloc_buffer((1, 8), "int32", scope="tt.cb")
        C_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            n: T.int32 = T.tt.scalar.receive(scalars.data)
            for i in T.serial(1, annotations={"tt.tile_loop": 1}):
                d = T.alloc_buffer((1,), scope="tt.dst")
                T.tt.fill(d[0], T.Cast("float32", n))
                T.tt.pack(d[0], C_s.data, i)
            T.tt.send(C_s.data)

    descs = [
        circular_buffer("scalars", 1, 1, page_size=32, dtype="float32", **_INPUT),
        circular_buffer("C_s", 1, 1, **_OUTPUT),
    ]
    module = _compute(split, *descs)
    assert _protocol(module) == [
        "tt.cb_wait_front scalars 1",
        "tt.cb_pop_front scalars 1",
        "tt.cb_reserve_back C_s C_s_tiles",
        "tt.pack d C_s i",
        "tt.cb_push_back C_s C_s_tiles",
    ]
    assert "n: T.int32 = T.tt.cb_value(scalars.data)" in module.script()


def _blocks_of_rows(rows):
    """A reader of blocks of so many rows, 32 columns wide, of a tensor whose sizes the launch brings."""

    @T.prim_func(private=True)
    def split(A_handle: T.handle):
        m = T.int32(is_size_var=True)
        k = T.int32(is_size_var=True)
        A = T.match_buffer(A_handle, (m, k), "bfloat16")
        A_s = T.alloc_buffer((rows, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", (m + (rows - 1)) // rows):
            work: T.int32 = T.tt.work_index()
            bx: T.int32 = work
            for step in range((k + 31) // 32):
                T.tt.read_to_cb(A[bx * rows, step * 32], A_s.data, rows, 32)

    m, k = split.buffer_map[split.params[0]].shape
    attrs = {
        "tt.kernel_role": "reader",
        "tt.cb_desc": {"A_s": circular_buffer("A_s", rows // 32, 1, **_INPUT)},
        "tt.tensor_accessor": {"A": accessor("A", [(k + 31) // 32, 1], (m + 31) // 32 * ((k + 31) // 32))},
        "tt.grid_axes": [T.tt.GridAxis(name="bx", extent=(m + (rows - 1)) // rows, output_dim=-1, tiles=0)],
    }
    return after("LowerCBIntrinsics", split, attrs)


def test_numbers_of_pages_and_steps_are_made_of_sizes():
    @T.prim_func(private=True)
    def expected(A_handle: T.handle):
        m = T.int32(is_size_var=True)
        k = T.int32(is_size_var=True)
        A = T.match_buffer(A_handle, (m, k), "bfloat16")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        A_s_tiles: T.int32 = 1
        A_row_tiles: T.int32 = (k + 31) // 32
        A_s_tile_bytes: T.int32 = 2048
        step_steps: T.int32 = (k + 31) // 32
        with T.attr(0, "tt.work_loop", (m + 31) // 32):
            work: T.int32 = T.tt.work_index()
            bx: T.int32 = work
            for step in range(step_steps):
                T.tt.cb_reserve_back(A_s.data, A_s_tiles)
                page: T.uint32 = T.Cast("uint32", bx * A_row_tiles + step)
                offset: T.uint32 = T.uint32(0)
                T.tt.noc.read_page(A.data, page, A_s.data, offset, A_s_tile_bytes)
                T.tt.noc.read_barrier()
                T.tt.cb_push_back(A_s.data, A_s_tiles)

    assert_code(_blocks_of_rows(32), expected)


def test_a_block_that_may_reach_over_a_symbolic_edge_is_compared_with_it():
    body = str(_blocks_of_rows(64)["main"].body)
    assert "A_tile_rows: T.int32 = (m + 31) // 32" in body
    assert "if bx * 2 + row < A_tile_rows:" in body
    assert "A_tile_cols" not in body


def test_a_writer_waits_for_its_writes_before_it_reads_them():
    @T.prim_func(private=True)
    def split(A_handle: T.handle):
        A = T.match_buffer(A_handle, (128, 32), "bfloat16")
        A_old = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        A_new = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 1):
            work: T.int32 = T.tt.work_index()
            for _k in range(2):
                T.tt.read_to_cb(A[work * 32, 0], A_old.data, 32, 32)
                T.tt.write_from_cb(A_new.data, A[work * 32, 0], 32, 32)

    descs = {
        "A_old": circular_buffer("A_old", 1, 1, producer="writer", consumer="compute"),
        "A_new": circular_buffer("A_new", 1, 1, **_OUTPUT),
    }
    module = _writer(split, descs, {"A": accessor("A", [1, 1], 4)})
    assert [op.split()[0] for op in _protocol(module)] == [
        "tt.noc.write_barrier",
        "tt.cb_reserve_back",
        "tt.noc.read_page",
        "tt.noc.read_barrier",
        "tt.cb_push_back",
        "tt.cb_wait_front",
        "tt.noc.write_page",
        "tt.noc.writes_flushed",
        "tt.cb_pop_front",
        "tt.noc.write_barrier",
    ]


_EIGHT_CORES = {"tt.core_ranges": [T.tt.CoreRange(x0=0, y0=0, x1=1, y1=3)]}


def _sum_kernel(func, role, cb):
    attrs = {
        "tt.kernel_role": role,
        "tt.cb_desc": {
            name: circular_buffer(name, 1, 1, **(_INPUT if name == "C_before" else _OUTPUT))
            for name in ("C_before", cb)
        },
        "tt.tensor_accessor": {"C": accessor("C", [1, 1], 2)},
        **_EIGHT_CORES,
    }
    return after("LowerCBIntrinsics", func, attrs)


def test_a_core_makes_room_and_waits_for_the_sum_of_the_one_before():
    @T.prim_func(private=True)
    def split(C_handle: T.handle):
        C = T.match_buffer(C_handle, (64, 32), "bfloat16")
        C_before = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_ready = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        C_arrived = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        with T.attr(0, "tt.work_loop", 8):
            work: T.int32 = T.tt.work_index()
            if work // 2 == 0:
                T.tt.read_to_cb(C[work % 2 * 32, 0], C_before.data, 32, 32)
            else:
                T.tt.ask_core(C_before.data, C_ready.data, work - 2)
                T.tt.await_blocks(C_before.data, C_arrived.data)
                T.tt.take_block(C_before.data)

    @T.prim_func(private=True)
    def expected(C_handle: T.handle):
        C = T.match_buffer(C_handle, (64, 32), "bfloat16")
        C_before = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_ready = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        C_arrived = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        C_before_tiles: T.int32 = 1
        C_before_tile_bytes: T.int32 = 2048
        with T.attr(0, "tt.work_loop", 8):
            work: T.int32 = T.tt.work_index()
            T.tt.cb_reserve_back(C_before.data, C_before_tiles)
            if work // 2 == 0:
                page: T.uint32 = T.Cast("uint32", work % 2)
                offset: T.uint32 = T.uint32(0)
                T.tt.noc.read_page(C.data, page, C_before.data, offset, C_before_tile_bytes)
                T.tt.noc.read_barrier()
            else:
                sender_x: T.int32 = T.tt.noc_x((work - 2) % 2)
                sender_y: T.int32 = T.tt.noc_y((work - 2) // 2)
                T.tt.semaphore.up(C_ready.data, sender_x, sender_y)
                T.tt.semaphore.wait(C_arrived.data, 1)
            T.tt.cb_push_back(C_before.data, C_before_tiles)
        T.tt.noc.atomic_barrier()

    assert_code(_sum_kernel(split, "reader", "C_out"), expected)


def test_a_core_sends_its_sum_once_the_next_one_has_room():
    @T.prim_func(private=True)
    def split(C_handle: T.handle):
        C = T.match_buffer(C_handle, (64, 32), "bfloat16")
        C_before = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_out = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_ready = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        C_arrived = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        with T.attr(0, "tt.work_loop", 8):
            work: T.int32 = T.tt.work_index()
            if work // 2 == 3:
                T.tt.write_from_cb(C_out.data, C[work % 2 * 32, 0], 32, 32)
            else:
                T.tt.send_to_core(C_out.data, C_before.data, C_ready.data, C_arrived.data, work + 2)

    @T.prim_func(private=True)
    def expected(C_handle: T.handle):
        C = T.match_buffer(C_handle, (64, 32), "bfloat16")
        C_before = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_out = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_ready = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        C_arrived = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        C_out_tiles: T.int32 = 1
        C_out_tile_bytes: T.int32 = 2048
        C_out_bytes: T.int32 = 2048
        with T.attr(0, "tt.work_loop", 8):
            work: T.int32 = T.tt.work_index()
            T.tt.cb_wait_front(C_out.data, C_out_tiles)
            if work // 2 == 3:
                page: T.uint32 = T.Cast("uint32", work % 2)
                offset: T.uint32 = T.uint32(0)
                T.tt.noc.write_page(C_out.data, offset, C.data, page, C_out_tile_bytes)
                T.tt.noc.writes_flushed()
            else:
                next_x: T.int32 = T.tt.noc_x((work + 2) % 2)
                next_y: T.int32 = T.tt.noc_y((work + 2) // 2)
                T.tt.semaphore.wait(C_ready.data, 1)
                T.tt.noc.write_core(C_out.data, C_before.data, C_out_bytes, next_x, next_y)
                T.tt.noc.write_barrier()
                T.tt.semaphore.up(C_arrived.data, next_x, next_y)
            T.tt.cb_pop_front(C_out.data, C_out_tiles)
        T.tt.noc.atomic_barrier()
        T.tt.noc.write_barrier()

    assert_code(_sum_kernel(split, "writer", "C_out"), expected)

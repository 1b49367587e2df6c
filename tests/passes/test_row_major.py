"""Row-major tensors: what each pass does with rows that become tiles, and tiles that become rows."""

from __future__ import annotations

from tvm.script import tirx as T

from kernels.arranged_sources import convolution
from kernels.elementwise_sources import copy
from lowering import as_module, run_pass, run_passes
from passes.structure import accessor, after, assert_code, circular_buffer, compute_config

_DEVICE = {"kind": "tenstorrent", "tilize": "device"}


def _layouts(func, target="tenstorrent"):
    layouts = run_pass("InferTTLayout", as_module(func, target))["main"].attrs["tt.layout_desc"]
    return {str(name): (str(desc.layout), list(desc.tile_shape)) for name, desc in layouts.items()}


def test_images_that_are_unfolded_have_pixels_as_pages():
    tiles = ("interleaved", [32, 32])
    assert _layouts(convolution(1, 8, 8, 64, 32, 3, 1, 1, 1)) == {
        "image": ("row_major", [1, 64]),
        "weights": tiles,
        "out": tiles,
    }


def test_the_device_makes_tiles_if_asked_to():
    assert _layouts(copy(64, 96, 32, 32), _DEVICE) == {
        "A": ("row_major", [1, 96]),
        "C": ("row_major", [1, 96]),
    }


def test_integers_are_made_tiles_by_the_host():
    layouts = _layouts(copy(64, 96, 32, 32, "int32", "int32"), _DEVICE)
    assert layouts == {"A": ("interleaved", [32, 32]), "C": ("interleaved", [32, 32])}


def test_an_accessor_counts_rows():
    module = run_passes(as_module(copy(64, 96, 32, 32), _DEVICE), "AttachTensorAccessorTT")[-1][1]
    access = module["main"].attrs["tt.tensor_accessor"]["A"]
    assert (list(access.tile_strides), access.page_size, access.num_pages) == ([1, 1], 192, 64)


def test_blocks_go_through_buffers_of_rows():
    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 96), "bfloat16", strides=(96, 1))
        C = T.match_buffer(C_handle, (64, 96), "bfloat16", strides=(96, 1))
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        A_s_rows = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        A_s_rows_1 = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        T.attr(0, "tt.work_loop", 6)
        work: T.int32 = T.tt.work_index()
        bx: T.int32 = work % 3
        by: T.int32 = work // 3
        T.tt.read_lines(A[by * 32, bx * 32], A_s_rows.data, 32, 32, 32)
        T.tt.tilize(A_s_rows.data, 1, A_s.data)
        T.tt.untilize(A_s.data, A_s_rows_1.data)
        T.tt.write_lines(A_s_rows_1.data, C[by * 32, bx * 32], 32, 32, 32)

    module = run_passes(as_module(copy(64, 96, 32, 32), _DEVICE), "LowerSharedToCB")[-1][1]
    assert_code(module, expected)


def _moved(role, func, tensor, rows, cols):
    ends = {"producer": "reader", "consumer": "compute"}
    if role == "writer":
        ends = {"producer": "compute", "consumer": "writer"}
    attrs = {
        "tt.kernel_role": role,
        "tt.cb_desc": {"R": circular_buffer("R", rows, cols, **ends)},
        "tt.tensor_accessor": {"A": accessor("A", *tensor)},
    }
    return after("LowerCBIntrinsics", func, attrs)


def test_a_row_of_a_block_is_a_piece_of_a_page():
    @T.prim_func(private=True)
    def split(A_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 128), "bfloat16")
        R = T.alloc_buffer((32, 64), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            T.tt.read_lines(A[work * 32, 64], R.data, 32, 32, 64)

    @T.prim_func(private=True)
    def expected(A_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 128), "bfloat16")
        R = T.alloc_buffer((32, 64), "bfloat16", scope="tt.cb")
        R_tiles: T.int32 = 2
        R_lines: T.int32 = 32
        R_line_bytes: T.int32 = 128
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            T.tt.cb_reserve_back(R.data, R_tiles)
            for row in range(R_lines):
                offset: T.uint32 = T.Cast("uint32", row * R_line_bytes)
                page: T.uint32 = T.Cast("uint32", work * 32 + row)
                start: T.uint32 = T.uint32(128)
                T.tt.noc.read_part(A.data, page, start, R.data, offset, R_line_bytes)
            T.tt.noc.read_barrier()
            T.tt.cb_push_back(R.data, R_tiles)

    assert_code(_moved("reader", split, ([1, 1], 64), 1, 2), expected)


def test_rows_that_do_not_exist_are_zeroed():
    @T.prim_func(private=True)
    def split(A_handle: T.handle):
        A = T.match_buffer(A_handle, (2, 40, 32), "bfloat16")
        R = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            T.tt.read_lines(A[work, 32, 0], R.data, 32, 32, 32)

    @T.prim_func(private=True)
    def expected(A_handle: T.handle):
        A = T.match_buffer(A_handle, (2, 40, 32), "bfloat16")
        R = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        R_tiles: T.int32 = 1
        R_lines: T.int32 = 32
        R_line_bytes: T.int32 = 64
        A_dim0_rows: T.int32 = 40
        A_rows: T.int32 = 40
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            T.tt.cb_reserve_back(R.data, R_tiles)
            for row in range(R_lines):
                offset: T.uint32 = T.Cast("uint32", row * R_line_bytes)
                if 32 + row < A_rows:
                    page: T.uint32 = T.Cast("uint32", work * A_dim0_rows + (32 + row))
                    start: T.uint32 = T.uint32(0)
                    T.tt.noc.read_part(A.data, page, start, R.data, offset, R_line_bytes)
                else:
                    T.tt.noc.zero(R.data, offset, R_line_bytes)
            T.tt.noc.read_barrier()
            T.tt.noc.zero_barrier()
            T.tt.cb_push_back(R.data, R_tiles)

    assert_code(_moved("reader", split, ([40, 1, 1], 80), 1, 1), expected)


def test_a_block_over_the_right_edge_is_zeroed_before():
    @T.prim_func(private=True)
    def split(A_handle: T.handle):
        A = T.match_buffer(A_handle, (32, 40), "bfloat16")
        R = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            T.tt.read_lines(A[0, work * 32], R.data, 32, 32, 32)

    @T.prim_func(private=True)
    def expected(A_handle: T.handle):
        A = T.match_buffer(A_handle, (32, 40), "bfloat16")
        R = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        R_tiles: T.int32 = 1
        R_lines: T.int32 = 32
        R_line_bytes: T.int32 = 64
        R_block_bytes: T.int32 = 2048
        A_line_bytes: T.int32 = 80
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            T.tt.cb_reserve_back(R.data, R_tiles)
            T.tt.noc.zero(R.data, 0, R_block_bytes)
            T.tt.noc.zero_barrier()
            for row in range(R_lines):
                offset: T.uint32 = T.Cast("uint32", row * R_line_bytes)
                page: T.uint32 = T.Cast("uint32", row)
                start: T.uint32 = T.Cast("uint32", work * 32 * 2)
                bytes: T.uint32 = T.min(
                    T.Cast("uint32", R_line_bytes), T.Cast("uint32", A_line_bytes) - start
                )
                T.tt.noc.read_part(A.data, page, start, R.data, offset, bytes)
            T.tt.noc.read_barrier()
            T.tt.cb_push_back(R.data, R_tiles)

    assert_code(_moved("reader", split, ([1, 1], 32), 1, 1), expected)


def test_only_rows_that_exist_are_written():
    @T.prim_func(private=True)
    def split(A_handle: T.handle):
        A = T.match_buffer(A_handle, (40, 32), "bfloat16")
        R = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            T.tt.write_lines(R.data, A[work * 32, 0], 32, 32, 32)

    @T.prim_func(private=True)
    def expected(A_handle: T.handle):
        A = T.match_buffer(A_handle, (40, 32), "bfloat16")
        R = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        R_tiles: T.int32 = 1
        R_lines: T.int32 = 32
        R_line_bytes: T.int32 = 64
        A_rows: T.int32 = 40
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            T.tt.cb_wait_front(R.data, R_tiles)
            for row in range(R_lines):
                offset: T.uint32 = T.Cast("uint32", row * R_line_bytes)
                if work * 32 + row < A_rows:
                    page: T.uint32 = T.Cast("uint32", work * 32 + row)
                    start: T.uint32 = T.uint32(0)
                    T.tt.noc.write_part(R.data, offset, A.data, page, start, R_line_bytes)
            T.tt.noc.writes_flushed()
            T.tt.cb_pop_front(R.data, R_tiles)
        T.tt.noc.write_barrier()

    assert_code(_moved("writer", split, ([1, 1], 40), 1, 1), expected)


def _compute(name, func, *descs):
    attrs = {
        "tt.kernel_role": "compute",
        "tt.cb_desc": {str(desc.name): desc for desc in descs},
        "tt.compute_config": compute_config(),
    }
    return after(name, func, attrs)


def test_changes_of_order_have_modes_that_end_behind_them():
    @T.prim_func(private=True)
    def func():
        R = T.alloc_buffer((32, 64), "bfloat16", scope="tt.cb")
        A = T.alloc_buffer((32, 64), "bfloat16", scope="tt.cb")
        S = T.alloc_buffer((32, 64), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            T.tt.tilize(R.data, 2, A.data)
            T.tt.untilize(A.data, S.data)

    @T.prim_func(private=True)
    def expected():
        R = T.alloc_buffer((32, 64), "bfloat16", scope="tt.cb")
        A = T.alloc_buffer((32, 64), "bfloat16", scope="tt.cb")
        S = T.alloc_buffer((32, 64), "bfloat16", scope="tt.cb")
        T.tt.engine.init_common(R.data, R.data, A.data)
        with T.attr(0, "tt.work_loop", 2):
            T.tt.fpu.tilize_init(R.data, 2, A.data)
            T.tt.tilize(R.data, 2, A.data)
            T.tt.fpu.tilize_uninit(R.data, A.data)
            T.tt.fpu.copy_init(A.data)
            T.tt.pack.untilize_init(S.data, 2, 2)
            T.tt.untilize(A.data, S.data)
            T.tt.pack.untilize_uninit(S.data)

    descs = [circular_buffer(name, 1, 2) for name in "RAS"]
    assert_code(_compute("InsertComputeInitTT", func, *descs), expected)


def test_rows_of_tiles_go_through_dst_in_pieces():
    """Of 6 tiles a row, 3 are untilized at a time: DST holds 4 of 32 bits, and pieces are equal."""

    @T.prim_func(private=True)
    def func():
        R = T.alloc_buffer((64, 192), "bfloat16", scope="tt.cb")
        A = T.alloc_buffer((64, 192), "bfloat16", scope="tt.cb")
        S = T.alloc_buffer((64, 192), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            T.tt.tilize(R.data, 6, A.data)
            T.tt.untilize(A.data, S.data)

    @T.prim_func(private=True)
    def expected():
        R = T.alloc_buffer((64, 192), "bfloat16", scope="tt.cb")
        A = T.alloc_buffer((64, 192), "bfloat16", scope="tt.cb")
        S = T.alloc_buffer((64, 192), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            for i in range(2):
                T.tt.fpu.tilize_block(R.data, 6, A.data, i * 6, i * 6)
            for i in range(2):
                for piece in range(2):
                    T.tt.dst.acquire()
                    for j in range(3):
                        T.tt.copy(A.data, i * 6 + piece * 3 + j, j)
                    T.tt.dst.commit()
                    T.tt.dst.wait()
                    T.tt.pack.untilize(S.data, 3, 6, piece)
                    T.tt.dst.release()
                T.tt.cb_push_back(S.data, 6)

    descs = [circular_buffer(name, 2, 6) for name in "RAS"]
    assert_code(_compute("InsertDSTManagementTT", func, *descs), expected)

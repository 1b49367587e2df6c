"""SplitDeviceKernel: one function becomes reader, compute and writer."""

from __future__ import annotations

import tvm
from tvm import tirx
from tvm.script import tirx as T

from kernels.elementwise_sources import copy, fill
from kernels.gemm_sources import gemm_serial
from lowering import PASSES, as_module, run_pass, run_passes
from passes.structure import assert_code, before, circular_buffer, operations


def _split(func):
    return run_passes(as_module(func), "SplitDeviceKernel")[-1][1]


def _split_by_hand(func, descs):
    return run_pass("SplitDeviceKernel", before("SplitDeviceKernel", func, {"tt.cb_desc": descs}))


def test_every_role_keeps_its_leaves_and_the_control_flow_around_them():
    module = _split(gemm_serial(64, 64, 64, 64, 32, 32))

    @T.prim_func(private=True)
    def reader(A_handle: T.handle, B_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 64), "bfloat16", strides=(64, 1))
        B = T.match_buffer(B_handle, (64, 64), "bfloat16", strides=(64, 1))
        A_s = T.alloc_buffer((64, 32), "bfloat16", scope="tt.cb")
        B_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        T.attr(0, "tt.work_loop", 2)
        work: T.int32 = T.tt.work_index()
        bx: T.int32 = work % 2
        by: T.int32 = work // 2
        for k in range(2):
            T.tt.read_to_cb(A[by * 64, k * 32], A_s.data, 64, 32)
            T.tt.read_to_cb(B[k * 32, bx * 32], B_s.data, 32, 32)

    @T.prim_func(private=True)
    def compute():
        C_l_acc = T.alloc_buffer((2,), scope="tt.dst")
        A_s = T.alloc_buffer((64, 32), "bfloat16", scope="tt.cb")
        B_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_s = T.alloc_buffer((64, 32), "bfloat16", scope="tt.cb")
        T.attr(0, "tt.work_loop", 2)
        T.tt.mm.init(C_l_acc.data, T.float32(0.0))
        for _k in range(2):
            T.tt.receive(A_s.data)
            T.tt.receive(B_s.data)
            T.tt.mm.mma(A_s.data, B_s.data, C_l_acc.data, T.bool(False), T.bool(False))
        for t in T.serial(2, annotations={"tt.tile_loop": 1}):
            T.tt.pack(C_l_acc[t], C_s.data, t)
        T.tt.send(C_s.data)

    @T.prim_func(private=True)
    def writer(C_handle: T.handle):
        C = T.match_buffer(C_handle, (64, 64), "bfloat16", strides=(64, 1))
        C_s = T.alloc_buffer((64, 32), "bfloat16", scope="tt.cb")
        T.attr(0, "tt.work_loop", 2)
        work: T.int32 = T.tt.work_index()
        bx: T.int32 = work % 2
        by: T.int32 = work // 2
        T.tt.write_from_cb(C_s.data, C[by * 64, bx * 32], 64, 32)

    assert_code(module, reader, "main_reader")
    assert_code(module, compute, "main_compute")
    assert_code(module, writer, "main_writer")


def test_functions_are_named_and_marked_by_role():
    module = _split(copy(32, 32, 32, 32))
    roles = {var.name_hint: str(f.attrs["tt.kernel_role"]) for var, f in module.functions_items()}
    assert roles == {"main_reader": "reader", "main_compute": "compute", "main_writer": "writer"}


def test_a_role_keeps_only_the_tensors_it_moves():
    module = _split(gemm_serial(64, 64, 64, 64, 32, 32))
    tensors = {
        var.name_hint: [str(f.buffer_map[p].name) for p in f.params] for var, f in module.functions_items()
    }
    assert tensors == {"main_reader": ["A", "B"], "main_compute": [], "main_writer": ["C"]}


def test_branches_stay_in_every_role_that_acts_in_them():
    @T.prim_func(private=True)
    def staged(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 32), "bfloat16")
        C = T.match_buffer(C_handle, (64, 32), "bfloat16")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            if work > 0:
                T.tt.read_to_cb(A[work * 32, 0], A_s.data, 32, 32)
                T.tt.write_from_cb(A_s.data, C[work * 32, 0], 32, 32)

    @T.prim_func(private=True)
    def writer(C_handle: T.handle):
        C = T.match_buffer(C_handle, (64, 32), "bfloat16")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            if work > 0:
                T.tt.write_from_cb(A_s.data, C[work * 32, 0], 32, 32)

    descs = {"A_s": circular_buffer("A_s", 1, 1, producer="reader", consumer="writer", id=0)}
    assert_code(_split_by_hand(staged, descs), writer, "main_writer")


def test_elements_of_tensors_go_through_pages_and_from_the_reader_to_compute():
    @T.prim_func(private=True)
    def staged(A_handle: T.handle, N_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 32), "bfloat16")
        N = T.match_buffer(N_handle, (2,), "int32")
        C = T.match_buffer(C_handle, (64, 32), "bfloat16")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            steps: T.int32 = T.tt.scalar.load(N[work])
            row: T.int32 = T.tt.scalar.load(N[work + 1])
            for _k in range(steps):
                T.tt.read_to_cb(A[row, 0], A_s.data, 32, 32)
                for i in T.serial(1, annotations={"tt.tile_loop": 1}):
                    T.tt.pack(A_s.data, C_s.data, i)
                T.tt.write_from_cb(C_s.data, C[0, 0], 32, 32)

    @T.prim_func(private=True)
    def reader(A_handle: T.handle, N_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 32), "bfloat16")
        N = T.match_buffer(N_handle, (2,), "int32")
        scalars = T.alloc_buffer((1, 8), "int32", scope="tt.cb")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            steps: T.int32 = T.tt.scalar.read(N[work], scalars.data, T.bool(True))
            row: T.int32 = T.tt.scalar.read(N[work + 1], scalars.data, T.bool(False))
            for _k in range(steps):
                T.tt.read_to_cb(A[row, 0], A_s.data, 32, 32)

    @T.prim_func(private=True)
    def compute():
        scalars = T.alloc_buffer((1, 8), "int32", scope="tt.cb")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            steps: T.int32 = T.tt.scalar.receive(scalars.data)
            for _k in range(steps):
                T.tt.receive(A_s.data)
                for i in T.serial(1, annotations={"tt.tile_loop": 1}):
                    T.tt.pack(A_s.data, C_s.data, i)
                T.tt.send(C_s.data)

    @T.prim_func(private=True)
    def writer(N_handle: T.handle, C_handle: T.handle):
        N = T.match_buffer(N_handle, (2,), "int32")
        C = T.match_buffer(C_handle, (64, 32), "bfloat16")
        writer_scalars = T.alloc_buffer((1, 8), "int32", scope="tt.cb")
        C_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            steps: T.int32 = T.tt.scalar.read(N[work], writer_scalars.data, T.bool(False))
            for _k in range(steps):
                T.tt.write_from_cb(C_s.data, C[0, 0], 32, 32)

    descs = {
        "A_s": circular_buffer("A_s", 1, 1, producer="reader", consumer="compute", id=0),
        "C_s": circular_buffer("C_s", 1, 1, producer="compute", consumer="writer", id=1),
    }
    module = _split_by_hand(staged, descs)
    assert_code(module, reader, "main_reader")
    assert_code(module, compute, "main_compute")
    assert_code(module, writer, "main_writer")
    pages = module["main_writer"].attrs["tt.cb_desc"]
    assert [(int(pages[name].id), str(pages[name].consumer)) for name in ("scalars", "writer_scalars")] == [
        (2, "compute"),
        (3, "writer"),
    ]


def test_variables_stay_where_a_role_needs_them():
    @T.prim_func(private=True)
    def staged(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 32), "bfloat16")
        C = T.match_buffer(C_handle, (64, 32), "bfloat16")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            at = T.alloc_buffer((1,), "int32", scope="tt.scalar")
            at[0] = 3
            while at[0] < 5:
                at[0] = at[0] + 1
            now: T.int32 = at[0]
            T.tt.read_to_cb(A[now, 0], A_s.data, 32, 32)
            T.tt.write_from_cb(A_s.data, C[0, 0], 32, 32)

    @T.prim_func(private=True)
    def reader(A_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 32), "bfloat16")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            at = T.alloc_buffer((1,), "int32", scope="tt.scalar")
            at[0] = 3
            while at[0] < 5:
                at[0] = at[0] + 1
            now: T.int32 = at[0]
            T.tt.read_to_cb(A[now, 0], A_s.data, 32, 32)

    @T.prim_func(private=True)
    def writer(C_handle: T.handle):
        C = T.match_buffer(C_handle, (64, 32), "bfloat16")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            T.tt.write_from_cb(A_s.data, C[0, 0], 32, 32)

    descs = {"A_s": circular_buffer("A_s", 1, 1, producer="reader", consumer="writer", id=0)}
    module = _split_by_hand(staged, descs)
    assert_code(module, reader, "main_reader")
    assert_code(module, writer, "main_writer")


def test_else_branches_are_kept_without_their_then_branches():
    @T.prim_func(private=True)
    def staged(A_handle: T.handle, B_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 32), "bfloat16")
        B = T.match_buffer(B_handle, (64, 32), "bfloat16")
        C = T.match_buffer(C_handle, (64, 32), "bfloat16")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        B_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            if work == 0:
                T.tt.read_to_cb(A[0, 0], A_s.data, 32, 32)
                T.tt.write_from_cb(A_s.data, C[0, 0], 32, 32)
            else:
                T.tt.read_to_cb(B[0, 0], B_s.data, 32, 32)
                T.tt.write_from_cb(B_s.data, C[32, 0], 32, 32)

    descs = {
        name: circular_buffer(name, 1, 1, producer="reader", consumer="writer", id=i)
        for i, name in enumerate(("A_s", "B_s"))
    }
    module = _split_by_hand(staged, descs)
    branches = []
    tirx.stmt_functor.post_order_visit(
        module["main_writer"].body,
        lambda node: branches.append(node) if isinstance(node, tirx.IfThenElse) else None,
    )
    assert len(branches) == 1
    assert branches[0].else_case is not None


def test_a_kernel_without_inputs_has_an_empty_reader():
    module = _split(fill(32, 32, 32, 1.0))
    assert not list(module["main_reader"].params)
    tvm.ir.assert_structural_equal(module["main_reader"].body, tirx.Evaluate(0))


def test_the_functions_are_split_in_the_middle_of_the_pipeline():
    position = PASSES.index("SplitDeviceKernel")
    assert PASSES[position - 1 : position + 2] == [
        "BuildTileDFGTT",
        "SplitDeviceKernel",
        "ConfigureTensorAccessorTT",
    ]


def test_compute_does_not_care_whether_a_block_comes_from_a_tensor_or_a_core():
    @T.prim_func(private=True)
    def staged(C_handle: T.handle):
        C = T.match_buffer(C_handle, (64, 32), "bfloat16")
        C_before = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_ready = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        C_arrived = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        C_out = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            if work == 0:
                T.tt.read_to_cb(C[0, 0], C_before.data, 32, 32)
            else:
                T.tt.ask_core(C_before.data, C_ready.data, work - 1)
                T.tt.await_blocks(C_before.data, C_arrived.data)
                T.tt.take_block(C_before.data)
            for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                d0 = T.alloc_buffer((1,), scope="tt.dst")
                T.tt.copy(C_before.data, t, d0[0])
                T.tt.pack(d0[0], C_out.data, t)
            if work == 1:
                T.tt.write_from_cb(C_out.data, C[0, 0], 32, 32)
            else:
                T.tt.send_to_core(C_out.data, C_before.data, C_ready.data, C_arrived.data, work + 1)

    @T.prim_func(private=True)
    def compute():
        C_before = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_out = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        with T.attr(0, "tt.work_loop", 2):
            T.tt.receive(C_before.data)
            for t in T.serial(1, annotations={"tt.tile_loop": 1}):
                d0 = T.alloc_buffer((1,), scope="tt.dst")
                T.tt.copy(C_before.data, t, d0[0])
                T.tt.pack(d0[0], C_out.data, t)
            T.tt.send(C_out.data)

    descs = {
        "C_before": circular_buffer("C_before", 1, 1, producer="reader", consumer="compute"),
        "C_out": circular_buffer("C_out", 1, 1, producer="compute", consumer="writer"),
    }
    module = _split_by_hand(staged, descs)
    assert_code(module, compute, "main_compute")
    assert operations(module["main_reader"].body) == [
        "tt.read_to_cb C[0, 0] C_before 32 32",
        "tt.ask_core C_before C_ready work - 1",
        "tt.await_blocks C_before C_arrived",
        "tt.take_block C_before",
    ]
    assert operations(module["main_writer"].body) == [
        "tt.write_from_cb C_out C[0, 0] 32 32",
        "tt.send_to_core C_out C_before C_ready C_arrived work + 1",
    ]

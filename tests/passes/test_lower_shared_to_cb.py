"""LowerSharedToCB: block buffers become circular buffers, copies of tensors become abstract moves."""

from __future__ import annotations

from tvm import tirx
from tvm.script import tirx as T

from kernels.arranged_sources import moving_sums, operands_used_twice
from kernels.elementwise_sources import carried_sum, copy, reused_buffer
from kernels.gemm_sources import gemm_bias, gemm_onto_block, gemm_serial, gemm_two_outputs
from lowering import as_module, run_passes
from passes.structure import assert_code


def _staged(func):
    return run_passes(as_module(func), "LowerSharedToCB")[-1][1]


def _moves(module):
    """(intrinsic, circular buffer) of all abstract moves, in order."""
    moves = []

    def visit(node):
        if isinstance(node, tirx.Call) and node.op.name in ("tt.read_to_cb", "tt.write_from_cb"):
            cb = node.args[1] if node.op.name == "tt.read_to_cb" else node.args[0]
            moves.append((node.op.name, cb.name))

    tirx.stmt_functor.post_order_visit(module["main"].body, visit)
    return moves


def _names(module):
    return sorted(str(name) for name in module["main"].attrs["tt.cb_desc"])


def test_moves_and_circular_buffers_of_a_gemm():
    @T.prim_func(private=True)
    def expected(A_handle: T.handle, B_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 64), "bfloat16", strides=(64, 1))
        B = T.match_buffer(B_handle, (64, 64), "bfloat16", strides=(64, 1))
        C = T.match_buffer(C_handle, (64, 64), "bfloat16", strides=(64, 1))
        C_l = T.alloc_buffer((32, 32), scope="tt.cb")
        A_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        B_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_s = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        T.attr(0, "tt.work_loop", 4)
        work: T.int32 = T.tt.work_index()
        bx: T.int32 = work % 2
        by: T.int32 = work // 2
        T.fill(T.region(C_l[0, 0], 2, 32, 32), 0)
        for k in range(2):
            T.tt.read_to_cb(A[by * 32, k * 32], A_s.data, 32, 32)
            T.tt.read_to_cb(B[k * 32, bx * 32], B_s.data, 32, 32)
            T.gemm(
                T.region(A_s[0, 0], 1, 32, 32),
                T.region(B_s[0, 0], 1, 32, 32),
                T.region(C_l[0, 0], 3, 32, 32),
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
        T.copy(T.region(C_l[0, 0], 1, 32, 32), T.region(C_s[0, 0], 2, 32, 32))
        T.tt.write_from_cb(C_s.data, C[by * 32, bx * 32], 32, 32)

    assert_code(_staged(gemm_serial(64, 64, 64, 32, 32, 32)), expected)


def test_a_pure_copy_passes_through_one_buffer():
    module = _staged(copy(64, 64, 32, 32))
    assert _moves(module) == [("tt.read_to_cb", "A_s"), ("tt.write_from_cb", "A_s")]
    assert _names(module) == ["A_s"]


def test_every_definition_gets_a_buffer_of_its_own():
    module = _staged(reused_buffer(32, 32, 32))
    assert _moves(module) == [
        ("tt.read_to_cb", "A_s"),
        ("tt.read_to_cb", "B_s"),
        ("tt.write_from_cb", "R_l"),
        ("tt.read_to_cb", "A_s_1"),
        ("tt.write_from_cb", "R_l_1"),
    ]


def test_a_block_that_is_stored_and_used_is_copied_to_an_output_buffer():
    module = _staged(gemm_two_outputs(64, 64, 32, 32, 32))
    writes = [cb for move, cb in _moves(module) if move == "tt.write_from_cb"]
    assert writes == ["C_out", "D_l"]
    assert str(module["main"].attrs["tt.cb_desc"]["C_out"].data_format) == "Float16_b"


def test_an_expression_is_stored_in_the_dtype_of_the_tensor():
    """The float32 temporary ahead of the bfloat16 output goes, its value is narrowed at the store."""
    module = _staged(gemm_bias(32, 32, 32, 32, 32, 32))
    assert _moves(module)[-1] == ("tt.write_from_cb", "C_out")
    assert "D_l" not in _names(module)
    stores = []
    tirx.stmt_functor.post_order_visit(
        module["main"].body, lambda node: stores.append(node) if isinstance(node, tirx.BufferStore) else None
    )
    assert [(str(store.buffer.name), str(store.value.dtype)) for store in stores] == [("C_out", "bfloat16")]
    assert isinstance(stores[0].value, tirx.Cast)


def test_an_update_that_a_loop_carries_stays_in_place():
    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (3, 32, 32), strides=(1024, 32, 1))
        C = T.match_buffer(C_handle, (32, 32), strides=(32, 1))
        C_l = T.alloc_buffer((32, 32), scope="tt.cb")
        A_s = T.alloc_buffer((32, 32), scope="tt.cb")
        C_out = T.alloc_buffer((32, 32), scope="tt.cb")
        T.attr(0, "tt.work_loop", 1)
        work: T.int32 = T.tt.work_index()
        bx: T.int32 = 0
        by: T.int32 = work
        T.fill(T.region(C_l[0, 0], 2, 32, 32), 0)
        for s in range(3):
            T.tt.read_to_cb(A[s, by * 32, bx * 32], A_s.data, 32, 32)
            for i in T.parallel(32):
                for j in T.parallel(32):
                    C_l[i, j] = C_l[i, j] + A_s[i, j]
        T.copy(T.region(C_l[0, 0], 1, 32, 32), T.region(C_out[0, 0], 2, 32, 32))
        T.tt.write_from_cb(C_out.data, C[by * 32, bx * 32], 32, 32)

    assert_code(_staged(carried_sum(3, 32, 32, 32)), expected)


def test_a_copy_between_blocks_is_a_definition():
    """C_l starts as a copy of C_s, so that the accumulator has compute as its producer."""
    module = _staged(gemm_onto_block(32, 32, 32, 32, 32))
    assert ("tt.read_to_cb", "C_s") in _moves(module)
    assert {"C_s", "C_l"} <= set(_names(module))


def test_no_block_buffer_is_left():
    scopes = set()

    def visit(node):
        if isinstance(node, tirx.AllocBuffer):
            scopes.add(str(node.buffer.scope()))
        assert not isinstance(node, tirx.SBlock)

    for func in (reused_buffer(32, 32, 32), gemm_serial(64, 64, 64, 32, 32, 32)):
        tirx.stmt_functor.post_order_visit(_staged(func)["main"].body, visit)
    assert scopes == {"tt.cb"}


def test_names_do_not_clash_with_tensors():
    import tilelang.language as TL

    @TL.prim_func
    def main(A: TL.Tensor((32, 32), "float32"), C: TL.Tensor((32, 32), "bfloat16")):
        with TL.Kernel(1, threads=128) as _:
            C_out = TL.alloc_shared((32, 32), "float32")
            TL.copy(A, C_out)
            TL.copy(C_out, C)

    module = _staged(main)
    names = _names(module)
    assert len(names) == 2
    assert not {"A", "C"} & set(names)


def test_the_writer_reads_what_the_step_before_wrote():
    descs = _staged(moving_sums(2, 3))["main"].attrs["tt.cb_desc"]
    assert {str(name): str(desc.producer) for name, desc in descs.items()} == {
        "a": "",
        "C_sum": "writer",
        "C_sum_1": "",
    }


def test_an_operand_that_is_used_otherwise_is_copied_once():
    copies = []

    def visit(node):
        if isinstance(node, tirx.Call) and node.op.name == "tl.tileop.copy":
            copies.append(tuple(arg.args[0].buffer.name for arg in node.args[:2]))

    tirx.stmt_functor.post_order_visit(_staged(operands_used_twice(2))["main"].body, visit)
    assert copies == [("a", "a_operand"), ("a", "c"), ("product", "product_operand"), ("c", "C_out")]

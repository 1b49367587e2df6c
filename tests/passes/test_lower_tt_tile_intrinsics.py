"""LowerTTTileIntrinsics: tile operators become tile compute."""

from __future__ import annotations

import pytest
import tvm
from tvm.script import tirx as T

from kernels.elementwise_sources import copy, fill, mixed_dtypes, quaternary, slices, unary
from kernels.gemm_sources import gemm, gemm_clear_accum, gemm_fill, gemm_scale_in_place, gemm_serial
from lowering import as_module, run_passes
from passes.structure import assert_code, compute_config, operations


def _lowered(func, target="tenstorrent"):
    return run_passes(as_module(func, target), "LowerTTTileIntrinsics")[-1][1]


def _program(func, target="tenstorrent"):
    """The compute operations of a kernel, without the moves."""
    return operations(
        _lowered(func, target)["main"].body, "tt.mm", "tt.fpu", "tt.sfpu", "tt.copy", "tt.fill", "tt.pack"
    )


def test_an_accumulator_that_fits_stays_in_dst():
    @T.prim_func(private=True)
    def expected(A_handle: T.handle, B_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 64), "bfloat16", strides=(64, 1))
        B = T.match_buffer(B_handle, (64, 64), "bfloat16", strides=(64, 1))
        C = T.match_buffer(C_handle, (64, 64), "bfloat16", strides=(64, 1))
        C_l_acc = T.alloc_buffer((4,), scope="tt.dst")
        A_s = T.alloc_buffer((64, 32), "bfloat16", scope="tt.cb")
        B_s = T.alloc_buffer((32, 64), "bfloat16", scope="tt.cb")
        C_s = T.alloc_buffer((64, 64), "bfloat16", scope="tt.cb")
        T.attr(0, "tt.work_loop", 1)
        work: T.int32 = T.tt.work_index()
        bx: T.int32 = 0
        by: T.int32 = work
        T.tt.mm.init(C_l_acc.data, T.float32(0.0))
        for k in range(2):
            T.tt.read_to_cb(A[by * 64, k * 32], A_s.data, 64, 32)
            T.tt.read_to_cb(B[k * 32, bx * 64], B_s.data, 32, 64)
            T.tt.mm.mma(A_s.data, B_s.data, C_l_acc.data, T.bool(False), T.bool(False))
        for t in T.serial(4, annotations={"tt.tile_loop": 1}):
            T.tt.pack(C_l_acc[t], C_s.data, t)
        T.tt.write_from_cb(C_s.data, C[by * 64, bx * 64], 64, 64)

    module = _lowered(gemm_serial(64, 64, 64, 64, 64, 32))
    assert_code(module, expected)
    assert "C_l" not in module["main"].attrs["tt.cb_desc"]


def test_an_accumulator_that_does_not_fit_lives_in_l1():
    assert _program(gemm(96, 96, 32, 96, 96, 32)) == [
        "tt.mm.init C_l 0.0",
        "tt.mm.mma A_s B_s C_l False False",
        "tt.copy C_l t d0",
        "tt.pack d0 C_out t",
    ]


def test_twice_as_many_tiles_fit_in_a_16_bit_dst():
    narrow = {"kind": "tenstorrent", "fp32_dest_acc_en": False}
    assert _program(gemm(128, 128, 32, 128, 128, 32), narrow)[-1] == "tt.pack C_l_acc[t] C_out t"
    assert _program(gemm(128, 128, 32, 128, 128, 32))[-1] == "tt.pack d0 C_out t"


def test_an_accumulator_takes_the_whole_of_dst_only_if_half_is_too_small():
    def whole(func):
        module = run_passes(as_module(func), "LowerTTTileIntrinsics")[-1][1]
        return bool(module["main"].attrs["tt.compute_config"].dst_full_sync_en)

    assert not whole(gemm(64, 64, 32, 64, 64, 32))
    assert whole(gemm(64, 128, 32, 64, 128, 32))
    assert not whole(gemm(96, 96, 32, 96, 96, 32))


def test_an_accumulator_starts_at_the_filled_value():
    assert _program(gemm_fill(32, 32, 32, 32, 32, 1.5))[0] == "tt.mm.init C_l_acc 1.5"


def test_a_transposed_a_is_transposed_ahead_of_the_product():
    assert _program(gemm(64, 64, 32, 64, 64, 32, trans_A=True)) == [
        "tt.mm.init C_l 0.0",
        "tt.fpu.transpose A_s t d0",
        "tt.pack d0 A_s_t t",
        "tt.mm.mma A_s_t B_s C_l False False",
        "tt.copy C_l t d0",
        "tt.pack d0 C_out t",
    ]


def test_a_block_is_transposed_tile_by_tile_and_as_a_grid():
    program = _program(gemm(64, 64, 96, 64, 64, 96, trans_A=True))
    assert "tt.fpu.transpose A_s t % 3 * 2 + t // 3 d0" in program


def test_a_transposed_b_is_left_to_the_product():
    assert _program(gemm(64, 64, 32, 64, 64, 32, trans_B=True))[1] == "tt.mm.mma A_s B_s C_l_acc True False"


def test_clearing_is_left_to_the_product():
    program = _program(gemm_clear_accum(32, 32, 64, 32, 32, "first"))
    assert "tt.mm.mma A_s B_s C_l False k == 0" in program


def test_an_epilogue_computes_on_the_accumulator_in_place():
    assert _program(gemm_scale_in_place(32, 32, 32, 32, 32)) == [
        "tt.mm.init C_l_acc 0.0",
        "tt.mm.mma A_s B_s C_l_acc False False",
        "tt.sfpu.mul_scalar C_l_acc[t] 0.5",
        "tt.pack C_l_acc[t] C_l_1 t",
    ]


def _expression(op, dtype="bfloat16"):
    return _program(quaternary(32, 32, 32, op, dtype))


def test_bfloat16_blocks_are_combined_on_the_matrix_unit():
    assert _expression(lambda a, b, c, d: (a + b) * c - d) == [
        "tt.fpu.add A_s t B_s t d0",
        "tt.fpu.mul_reuse C_s t d0",
        "tt.fpu.sub_reuse D_s t d0",
        "tt.pack d0 E_l t",
    ]


def test_a_difference_keeps_its_order_when_the_left_side_is_the_block():
    assert _expression(lambda a, b, c, d: d - (c - (a - b)))[:3] == [
        "tt.fpu.sub A_s t B_s t d0",
        "tt.fpu.rsub_reuse C_s t d0",
        "tt.fpu.rsub_reuse D_s t d0",
    ]


def test_two_registers_are_combined_on_the_vector_unit():
    assert _expression(lambda a, b, c, d: (a + b) - (c + d)) == [
        "tt.fpu.add A_s t B_s t d0",
        "tt.fpu.add C_s t D_s t d1",
        "tt.sfpu.sub d0 d1 d0",
        "tt.pack d0 E_l t",
    ]


def test_float32_blocks_are_copied_to_registers():
    assert _expression(lambda a, b, c, d: (a + b) * (c - d), "float32") == [
        "tt.copy A_s t d0",
        "tt.copy B_s t d1",
        "tt.sfpu.add d0 d1 d0",
        "tt.copy C_s t d1",
        "tt.copy D_s t d2",
        "tt.sfpu.sub d1 d2 d1",
        "tt.sfpu.mul d0 d1 d0",
        "tt.pack d0 E_l t",
    ]


def test_the_heavier_side_is_computed_first():
    assert _expression(lambda a, b, c, d: a - (b * (c + d)), "float32") == [
        "tt.copy C_s t d0",
        "tt.copy D_s t d1",
        "tt.sfpu.add d0 d1 d0",
        "tt.copy B_s t d1",
        "tt.sfpu.mul d1 d0 d1",
        "tt.copy A_s t d0",
        "tt.sfpu.sub d0 d1 d0",
        "tt.pack d0 E_l t",
    ]


@pytest.mark.parametrize(
    ("op", "expected"),
    [
        (lambda a: a + 2.0, ["tt.sfpu.add_scalar d0 2.0"]),
        (lambda a: 2.0 + a, ["tt.sfpu.add_scalar d0 2.0"]),
        (lambda a: a - 2.0, ["tt.sfpu.sub_scalar d0 2.0"]),
        (lambda a: 2.0 - a, ["tt.sfpu.rsub_scalar d0 2.0"]),
        (lambda a: a * 2.0, ["tt.sfpu.mul_scalar d0 2.0"]),
        (lambda a: 2.0 * (1.0 - a), ["tt.sfpu.rsub_scalar d0 1.0", "tt.sfpu.mul_scalar d0 2.0"]),
    ],
    ids=["add", "radd", "sub", "rsub", "mul", "nested"],
)
def test_constants_are_combined_on_the_vector_unit(op, expected):
    assert _program(unary(32, 32, 32, op)) == ["tt.copy A_s t d0", *expected, "tt.pack d0 C_l t"]


def test_a_product_of_blocks_never_lands_on_a_register_that_held_a_value():
    """The matrix unit adds products onto their register, so a used one takes a copy and then the product."""
    program = _expression(lambda a, b, c, d: (a * 2.0 - b) - (1.0 - c * d))
    assert program[4:6] == ["tt.copy C_s t d1", "tt.fpu.mul_reuse D_s t d1"]


def _pairs(terms):
    """A balanced tree of sums."""
    while len(terms) > 1:
        terms = [a + b for a, b in zip(terms[::2], terms[1::2], strict=True)]
    return terms[0]


def test_an_expression_that_needs_too_many_registers_is_cut_by_a_temporary():
    module = _lowered(slices(32, 32, 32, 16, _pairs, "float32"))
    program = operations(module["main"].body, "tt.copy", "tt.pack")
    assert [op for op in program if op.startswith("tt.pack")] == ["tt.pack d0 C_l_part t", "tt.pack d1 C_l t"]
    assert "tt.copy C_l_part t d1" in program
    assert "C_l_part" in module["main"].attrs["tt.cb_desc"]


def test_bfloat16_operands_of_a_float32_expression_are_widened_by_the_copy():
    assert _program(mixed_dtypes(32, 32, 32)) == [
        "tt.copy A_s t d0",
        "tt.copy B_s t d1",
        "tt.sfpu.mul d0 d1 d0",
        "tt.copy A_s t d1",
        "tt.sfpu.add d0 d1 d0",
        "tt.pack d0 C_l t",
    ]


def test_a_fill_and_a_copy_are_tile_programs():
    assert _program(fill(64, 64, 32, 2.5)) == ["tt.fill d0 2.5", "tt.pack d0 C_l t"]
    assert _program(copy(64, 64, 32, 32, "bfloat16", "float32")) == ["tt.copy A_s t d0", "tt.pack d0 C_s t"]


def _config(func, target="tenstorrent"):
    return _lowered(func, target)["main"].attrs["tt.compute_config"]


@pytest.mark.parametrize(
    ("func", "wide"),
    [
        (gemm(32, 32, 32, 32, 32, 32), True),
        (gemm(32, 32, 32, 32, 32, 32, accum="bfloat16"), False),
        (fill(32, 32, 32, 1.0, "bfloat16"), False),
        (unary(32, 32, 32, lambda a: a * 2.0, "float32"), True),
        (copy(32, 32, 32, 32, "bfloat16", "float32"), True),
        (copy(32, 32, 32, 32, "float32", "bfloat16"), True),
        (copy(32, 32, 32, 32, "bfloat16", "bfloat16"), False),
    ],
    ids=["fp32 accumulator", "bf16 accumulator", "bf16 fill", "fp32 expression", "widen", "narrow", "copy"],
)
def test_dst_is_as_wide_as_the_kernel_needs(func, wide):
    tvm.ir.assert_structural_equal(_config(func), compute_config(wide))


def test_the_target_decides_fidelity_and_width():
    target = {"kind": "tenstorrent", "math_fidelity": "LoFi", "fp32_dest_acc_en": False}
    config = _config(gemm(32, 32, 32, 32, 32, 32), target)
    tvm.ir.assert_structural_equal(config, compute_config(False, "LoFi"))

"""LowerTTTileIntrinsics: reductions fold tiles, then reduce inside of one."""

from __future__ import annotations

import pytest
from tvm.script import tirx as T

from kernels.operator_sources import carried_reductions, reduction, total
from lowering import as_module, run_passes
from passes.structure import assert_code, operations


def _lowered(func):
    return run_passes(as_module(func), "LowerTTTileIntrinsics")[-1][1]


def _program(func):
    """The compute operations of the reduction, from its first copy to its pack."""
    program = operations(_lowered(func)["main"].body, "tt.fpu", "tt.sfpu", "tt.copy", "tt.fill", "tt.pack")
    begin = next(i for i, op in enumerate(program) if op.startswith("tt.copy A_l"))
    return program[begin : program.index("tt.pack d0 C_l t", begin) + 1]


def test_the_tiles_of_a_row_are_folded_in_a_loop():
    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 96), strides=(96, 1))
        C = T.match_buffer(C_handle, (64,), strides=(1,))
        A_l = T.alloc_buffer((64, 96), scope="tt.cb")
        C_l = T.alloc_buffer((64, 1), scope="tt.cb")
        C_l_row = T.alloc_buffer((1, 64), scope="tt.cb")
        T.attr(0, "tt.work_loop", 1)
        work: T.int32 = T.tt.work_index()
        bx: T.int32 = work  # noqa: F841
        T.tt.read_to_cb(A[0, 0], A_l.data, 64, 96)
        for t in T.serial(2, annotations={"tt.tile_loop": 1}):
            d0 = T.alloc_buffer((1,), scope="tt.dst")
            d1 = T.alloc_buffer((1,), scope="tt.dst")
            T.tt.copy(A_l.data, t * 3, d0[0])
            for step in T.serial(1, 3):
                T.tt.copy(A_l.data, t * 3 + step, d1[0])
                T.tt.sfpu.add(d0[0], d1[0], d0[0])
            T.tt.sfpu.sum_rows(d0[0])
            T.tt.pack(d0[0], C_l.data, t)
        for t in T.serial(2, annotations={"tt.tile_loop": 1}):
            d0 = T.alloc_buffer((1,), scope="tt.dst")
            T.tt.copy(C_l.data, t, d0[0])
            T.tt.fpu.transpose_dst(d0[0])
            T.tt.pack(d0[0], C_l_row.data, t)
        T.tt.write_from_cb(C_l_row.data, C[0], 1, 64)

    assert_code(_lowered(reduction(64, 96, "sum", 1, True)), expected)


def test_the_tiles_of_a_column_are_as_far_apart_as_a_row_is_wide():
    program = _program(reduction(96, 128, "max", 0, True))
    assert program == [
        "tt.copy A_l t d0",
        "tt.copy A_l t + step * 4 d1",
        "tt.sfpu.max d0 d1 d0",
        "tt.sfpu.max_cols d0",
        "tt.pack d0 C_l t",
    ]


def test_two_tiles_need_no_loop():
    program = _program(reduction(64, 96, "max", 0, True))
    assert program[:3] == ["tt.copy A_l t d0", "tt.copy A_l t + 3 d1", "tt.sfpu.max d0 d1 d0"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("sum", ["tt.sfpu.sum_rows d0"]),
        ("max", ["tt.sfpu.max_rows d0"]),
        ("abssum", ["tt.sfpu.abs d0", "tt.sfpu.sum_rows d0"]),
        ("absmax", ["tt.sfpu.abs d0", "tt.sfpu.max_rows d0"]),
        ("min", ["tt.sfpu.negative d0", "tt.sfpu.max_rows d0", "tt.sfpu.negative d0"]),
    ],
)
def test_one_tile_is_reduced_without_folding(kind, expected):
    """A minimum is the negative of the maximum of negatives."""
    assert _program(reduction(32, 32, kind, 1, True)) == ["tt.copy A_l t d0", *expected, "tt.pack d0 C_l t"]


def test_along_one_element_nothing_is_reduced():
    """Around a column there is nothing that could take part."""
    program = operations(_lowered(total(64, 32))["main"].body, "tt.sfpu", "tt.copy ", "tt.pack")
    assert "tt.sfpu.max_cols d0" in program
    assert _program(reduction(64, 1, "sum", 1, True)) == ["tt.copy A_l t d0", "tt.pack d0 C_l t"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("sum", ["tt.sfpu.sum_rows d0", "tt.copy C_l t d1", "tt.sfpu.add d0 d1 d0"]),
        (
            "min",
            [
                "tt.sfpu.negative d0",
                "tt.sfpu.max_rows d0",
                "tt.copy C_l t d1",
                "tt.sfpu.negative d1",
                "tt.sfpu.max d0 d1 d0",
                "tt.sfpu.negative d0",
            ],
        ),
    ],
)
def test_what_the_vector_held_is_joined_behind_the_reduction(kind, expected):
    program = _program(reduction(32, 32, kind, 1, False, start=1.0))
    assert program == ["tt.copy A_l t d0", *expected, "tt.pack d0 C_l t"]


def test_reductions_need_wide_registers():
    module = _lowered(carried_reductions(32, 64, 32, "bfloat16"))
    assert bool(module["main"].attrs["tt.compute_config"].fp32_dest_acc_en)

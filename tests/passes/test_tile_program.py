"""LowerTTTileIntrinsics: expressions become tile programs in as few registers as they need."""

from __future__ import annotations

import pytest
import tilelang.language as TL
from tvm import tirx

from kernels.elementwise_sources import quaternary, slices, unary
from kernels.operator_sources import affine, outer_product, scaled_by_element
from lowering import as_module, run_passes
from passes.structure import operations

_PROGRAM = ("tt.fpu", "tt.sfpu", "tt.copy", "tt.fill", "tt.pack")


def _lowered(func):
    return run_passes(as_module(func), "LowerTTTileIntrinsics")[-1][1]


def _program(func):
    return operations(_lowered(func)["main"].body, *_PROGRAM)


def _registers(func) -> list[int]:
    """How many registers each tile program takes."""
    found = []

    def visit(node):
        if isinstance(node, tirx.For) and "tt.tile_loop" in node.annotations:
            found.append(len([s for s in node.body.seq if isinstance(s, tirx.AllocBuffer)]))

    tirx.stmt_functor.post_order_visit(_lowered(func)["main"].body, visit)
    return found


def _balanced(terms):
    while len(terms) > 1:
        terms = [a - b for a, b in zip(terms[::2], terms[1::2], strict=True)]
    return terms[0]


@pytest.mark.parametrize(("leaves", "registers"), [(2, 2), (4, 3), (8, 4)])
def test_a_balanced_tree_takes_a_register_a_level_and_one(leaves, registers):
    """Sethi and Ullman's number of a full tree whose leaves must be loaded."""
    assert _registers(slices(32, 32, 32, leaves, _balanced, "float32")) == [registers]


def test_a_chain_takes_two_registers_from_either_side():
    def from_left(terms):
        result = terms[0]
        for term in terms[1:]:
            result = result - term
        return result

    def from_right(terms):
        return from_left(terms[:1]) - from_right(terms[1:]) if len(terms) > 1 else terms[0]

    assert _registers(slices(32, 32, 32, 12, from_left, "float32")) == [2]
    assert _registers(slices(32, 32, 32, 12, from_right, "float32")) == [2]


def test_a_tree_that_is_too_deep_for_dst_is_cut_where_it_just_fits():
    """Of 16 leaves, four registers hold one half; the other half goes through a block first."""
    module = _lowered(slices(32, 32, 32, 16, _balanced, "float32"))
    assert _registers(slices(32, 32, 32, 16, _balanced, "float32")) == [4, 4]
    packs = operations(module["main"].body, "tt.pack")
    assert [pack.split()[2] for pack in packs] == ["C_l_part", "C_l"]
    assert "tt.copy C_l_part t" in " ".join(operations(module["main"].body, "tt.copy"))


def test_a_deeper_tree_is_cut_again_and_again():
    func = slices(32, 32, 32, 64, _balanced, "float32")
    assert max(_registers(func)) == 4
    stored = [pack.split()[2] for pack in operations(_lowered(func)["main"].body, "tt.pack")]
    assert len(stored) == len(set(stored))
    assert stored[-1] == "C_l"


def test_a_selection_needs_three_registers_and_frees_two():
    func = quaternary(32, 32, 32, lambda a, b, c, d: TL.if_then_else(a > b, c, d) + d, "float32")
    assert _program(func) == [
        "tt.copy A_s t d0",
        "tt.copy B_s t d1",
        "tt.sfpu.sub d0 d1 d0",
        "tt.sfpu.gtz d0",
        "tt.copy C_s t d1",
        "tt.copy D_s t d2",
        "tt.sfpu.where d0 d1 d2 d0",
        "tt.copy D_s t d2",
        "tt.sfpu.add d0 d2 d0",
        "tt.pack d0 E_l t",
    ]


@pytest.mark.parametrize(
    ("op", "expected"),
    [
        (lambda a: TL.exp(a), ["tt.sfpu.exp d0"]),
        (lambda a: a / 4.0, ["tt.sfpu.mul_scalar d0 0.25"]),
        (lambda a: 1.0 / a, ["tt.sfpu.recip d0"]),
        (lambda a: -1.0 * a, ["tt.sfpu.negative d0"]),
        (lambda a: TL.pow(a, 2.0), ["tt.sfpu.square d0"]),
        (lambda a: TL.max(1.0, a), ["tt.sfpu.max_scalar d0 1.0"]),
        (lambda a: TL.clamp(a, -1.0, 2.0), ["tt.sfpu.min_scalar d0 2.0", "tt.sfpu.max_scalar d0 -1.0"]),
        (
            lambda a: TL.if_then_else(a >= 1.0, a, 0.0),
            ["tt.sfpu.ge_scalar d0 1.0", "tt.copy A_s t d1", "tt.fill d2 0.0", "tt.sfpu.where d0 d1 d2 d0"],
        ),
        (
            lambda a: TL.if_then_else(a < 1.0, 2.0, a),
            ["tt.sfpu.lt_scalar d0 1.0", "tt.fill d1 2.0", "tt.copy A_s t d2", "tt.sfpu.where d0 d1 d2 d0"],
        ),
    ],
    ids=["function", "divisor", "reciprocal", "negative", "square", "max", "clamp", "select", "turned"],
)
def test_constants_are_operands_where_the_vector_unit_takes_them(op, expected):
    program = _program(unary(32, 32, 32, op, "float32"))
    assert program == ["tt.copy A_s t d0", *expected, "tt.pack d0 C_l t"]


def test_vectors_are_repeated_by_the_tile_of_their_row_or_column():
    assert [op for op in _program(affine(128, 96, 64)) if "A_s" in op or "copy_" in op] == [
        "tt.copy A_s t d0",
        "tt.copy_col S_s t // 2 d1",
        "tt.copy_row R_s t % 2 d1",
    ]
    assert "tt.copy_col S_s 0 d0" in _program(outer_product(32, 32, 32))
    assert "tt.copy_row R_s 0 d1" in _program(outer_product(32, 32, 32))
    assert "tt.copy_scalar S_s 0 d1" in _program(scaled_by_element(32, 64))

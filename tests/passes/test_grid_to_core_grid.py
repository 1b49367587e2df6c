"""GridToCoreGrid: from the launch nest to the persistent form."""

from __future__ import annotations

import pytest
import tvm
from tvm import tirx
from tvm.script import tirx as T

from kernels.elementwise_sources import copy, rows_per_item, swap_blocks
from kernels.gemm_sources import gemm_batched, gemm_persistent
from lowering import as_module, run_passes
from passes.structure import code


def _placed(func):
    return run_passes(as_module(func), "GridToCoreGrid")[-1][1]["main"]


def _statements(func):
    """The statements of the work region."""
    assert isinstance(func.body, tirx.AttrStmt)
    assert func.body.attr_key == "tt.work_loop"
    body = func.body.body
    return list(body.seq) if isinstance(body, tirx.SeqStmt) else [body]


def _assert_indices(func, expected):
    """The bindings ahead of the block of the kernel must be those of `expected`."""
    bindings = [stmt for stmt in _statements(func) if isinstance(stmt, tirx.Bind)]
    wanted = [stmt for stmt in _statements(expected) if isinstance(stmt, tirx.Bind)]
    tvm.ir.assert_structural_equal(tirx.SeqStmt(bindings), tirx.SeqStmt(wanted))
    assert [stmt.var.name for stmt in bindings] == [stmt.var.name for stmt in wanted]
    tvm.ir.assert_structural_equal(func.body.value, expected.body.value)


def _axes(func):
    return [(str(axis.name), axis.extent, axis.output_dim, axis.tiles) for axis in func.attrs["tt.grid_axes"]]


def test_block_indices_come_from_the_work_item_innermost_first():
    @T.prim_func(private=True)
    def expected():
        with T.attr(0, "tt.work_loop", 6):
            work: T.int32 = T.tt.work_index()
            bx: T.int32 = work % 3
            by: T.int32 = work // 3
            T.evaluate(bx + by)

    _assert_indices(_placed(copy(64, 96, 32, 32)), expected)


def test_one_axis_is_the_work_item_itself():
    @T.prim_func(private=True)
    def expected():
        with T.attr(0, "tt.work_loop", 2):
            work: T.int32 = T.tt.work_index()
            bx: T.int32 = work
            T.evaluate(bx)

    _assert_indices(_placed(rows_per_item(64, 64, 32)), expected)


def test_three_axes():
    @T.prim_func(private=True)
    def expected():
        with T.attr(0, "tt.work_loop", 12):
            work: T.int32 = T.tt.work_index()
            bx: T.int32 = work % 3
            by: T.int32 = work // 3 % 2
            bz: T.int32 = work // 3 // 2
            T.evaluate(bx + by + bz)

    _assert_indices(_placed(gemm_batched(2, 64, 96, 32, 32, 32, 32)), expected)


def _triangle(blocks, extent):
    """A kernel whose blocks sum as many blocks of A as `extent` says for their index."""
    import tilelang.language as TL

    @TL.prim_func
    def main(A: TL.Tensor((32 * blocks, 32 * blocks), "float32"), C: TL.Tensor((32 * blocks, 32), "float32")):
        with TL.Kernel(blocks, threads=128) as bx:
            a = TL.alloc_shared((32, 32), "float32")
            c = TL.alloc_fragment((32, 32), "float32")
            TL.clear(c)
            for k in TL.serial(extent(bx)):
                TL.copy(A[bx * 32, k * 32], a)
                for i, j in TL.Parallel(32, 32):
                    c[i, j] += a[i, j]
            TL.copy(c, C[bx * 32, 0])

    return main


def _index_of(func, core_grid) -> list[str]:
    target = {"kind": "tenstorrent", "core_grid": core_grid}
    placed = run_passes(as_module(func, target), "GridToCoreGrid")[-1][1]["main"]
    return [str(stmt.value) for stmt in _statements(placed) if isinstance(stmt, tirx.Bind)]


@pytest.mark.parametrize("extent", [lambda bx: bx + 1, lambda bx: 8 - bx, lambda bx: (bx + 2) // 2])
def test_items_of_unequal_length_are_taken_from_both_ends(extent):
    _, turn, index = _index_of(_triangle(8, extent), [2, 2])
    assert turn == "work"
    assert index == "T.Select(bx_turn % 2 == 0, bx_turn // 2, 7 - bx_turn // 2)"


@pytest.mark.parametrize("extent", [lambda bx: 8, lambda bx: bx % 2 + 1])
def test_items_in_no_order_of_length_stay_as_they_are(extent):
    assert _index_of(_triangle(8, extent), [2, 2])[1:] == ["work"]


def test_cores_with_one_item_take_it_as_it_comes():
    assert _index_of(_triangle(4, lambda bx: bx + 1), [2, 2])[1:] == ["work"]


def test_thread_placeholders_are_dropped():
    assert "launch_thread_idx" not in code(_placed(copy(64, 96, 32, 32))).script()


def test_nothing_else_changes():
    states = run_passes(as_module(copy(64, 96, 32, 32)), "GridToCoreGrid")
    blocks = []
    for _, module in states[-2:]:
        tirx.stmt_functor.post_order_visit(
            module["main"].body,
            lambda node: blocks.append(node) if isinstance(node, tirx.SBlock) else None,
        )
    before = next(block for block in blocks if block.name_hint == "tilelang_root")
    tvm.ir.assert_structural_equal(blocks[-1].body, before.body, map_free_vars=True)


def test_bindings_ahead_of_a_persistent_loop_move_into_it():
    func = _placed(gemm_persistent(64, 64, 32, 32, 32, 32, workers=3))
    loops = []
    tirx.stmt_functor.post_order_visit(
        func.body, lambda node: loops.append(node) if isinstance(node, tirx.For) else None
    )
    names = [stmt.var.name for stmt in loops[-1].body.seq if isinstance(stmt, tirx.Bind)]
    assert sorted(names) == ["bx", "by"]
    assert not tirx.analysis.undefined_vars(code(func).body, [b.data for b in func.buffer_map.values()])


def test_axes_record_what_they_walk():
    assert _axes(_placed(copy(64, 192, 32, 64))) == [("bx", 3, 1, 2), ("by", 2, 0, 1)]


def test_axes_of_a_batch_walk_no_dimension_of_the_matrix():
    assert _axes(_placed(gemm_batched(2, 64, 96, 32, 32, 32, 32))) == [
        ("bx", 3, 1, 1),
        ("by", 2, 0, 1),
        ("bz", 2, -1, 0),
    ]


def test_axes_follow_the_output_not_the_input():
    assert _axes(_placed(swap_blocks(64, 32))) == [("bx", 2, 1, 1), ("by", 2, 0, 1)]


def test_an_axis_of_workers_walks_nothing():
    axes = _axes(_placed(gemm_persistent(64, 64, 32, 32, 32, 32, workers=3)))
    assert [axis[1:] for axis in axes] == [(3, -1, 0)]


def test_extents_may_be_made_of_sizes():
    import tilelang.language as TL

    func = _placed(gemm_batched(3, TL.dynamic("m"), TL.dynamic("n"), 64, 32, 32, 32))
    assert [(name, str(extent), dim, tiles) for name, extent, dim, tiles in _axes(func)] == [
        ("bx", "n // 32", 1, 1),
        ("by", "m // 32", 0, 1),
        ("bz", "3", -1, 0),
    ]
    assert str(func.body.value) == "n // 32 * (m // 32) * 3"

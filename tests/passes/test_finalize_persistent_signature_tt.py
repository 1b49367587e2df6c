"""FinalizePersistentSignatureTT: the arguments of the kernels, in one order."""

from __future__ import annotations

import tvm
from tvm import tirx
from tvm.script import tirx as T

from kernels import kernel
from kernels.elementwise_sources import copy, fill
from kernels.gemm_sources import gemm, gemm_batched, gemm_persistent
from lowering import as_module, run_passes, state_of
from passes.structure import function


def _final(func, target="tenstorrent"):
    return run_passes(as_module(func, target), "FinalizePersistentSignatureTT")[-1][1]


def _runtime_arguments(func):
    return [(str(arg.name), str(arg.kind), str(arg.tensor)) for arg in func.attrs["tt.runtime_args"]]


def _compile_arguments(func):
    return [(str(arg.name), str(arg.kind), arg.position) for arg in func.attrs["tt.compile_args"]]


def _prologue(func):
    """name = value of the bindings ahead of the work loop that come from arguments."""
    bindings = []
    for stmt in func.body.seq:
        if isinstance(stmt, tirx.AttrStmt):
            break
        if isinstance(stmt, tirx.Bind) and not isinstance(stmt.value, tirx.IntImm):
            bindings.append(f"{stmt.var.name} = {stmt.value.script(show_meta=False).strip()}")
    return bindings


_COMMON = [("start_id", "start_id", ""), ("count", "count", ""), ("Mt", "Mt", ""), ("Nt", "Nt", "")]


def test_addresses_come_first_then_the_work_then_the_tiles():
    module = _final(gemm(64, 64, 64, 32, 32, 32))
    assert _runtime_arguments(function(module, "reader")) == [
        ("A_addr", "address", "A"),
        ("B_addr", "address", "B"),
        *_COMMON,
    ]
    assert _runtime_arguments(function(module, "compute")) == _COMMON
    assert _runtime_arguments(function(module, "writer")) == [("C_addr", "address", "C"), *_COMMON]


def test_accessors_and_circular_buffers_are_compile_time_arguments():
    module = _final(gemm(64, 64, 64, 32, 32, 32))
    assert _compile_arguments(function(module, "reader")) == [
        ("A", "accessor", 0),
        ("B", "accessor", 2),
        ("A_s", "circular_buffer", -1),
        ("B_s", "circular_buffer", -1),
    ]
    assert _compile_arguments(function(module, "compute")) == [
        ("A_s", "circular_buffer", -1),
        ("B_s", "circular_buffer", -1),
        ("C_out", "circular_buffer", -1),
    ]


def test_the_work_loop_runs_over_the_items_of_the_core():
    for role in ("reader", "compute", "writer"):
        body = function(_final(gemm(64, 64, 64, 32, 32, 32)), role).body
        loop = next(stmt for stmt in body.seq if isinstance(stmt, tirx.AttrStmt))
        assert loop.value.op.name == "tt.work_range"
        assert [arg.name for arg in loop.value.args] == ["start_id", "count"]


def test_numbers_of_blocks_come_from_the_tiles_of_the_output():
    names = _prologue(function(_final(gemm(64, 192, 64, 32, 64, 32)), "writer"))
    assert names == [
        'C_addr = T.Cast("uint32", T.tt.runtime_arg(0))',
        "start_id = T.tt.runtime_arg(1)",
        "count = T.tt.runtime_arg(2)",
        "Nt = T.tt.runtime_arg(4)",
        "bx_blocks = Nt // 2",
    ]


def test_numbers_of_blocks_are_rounded_up_where_the_last_block_is_a_part():
    names = _prologue(function(_final(gemm(64, 160, 64, 32, 64, 32)), "writer"))
    assert names[-1] == "bx_blocks = (Nt + 1) // 2"


def test_block_indices_are_computed_with_them():
    @T.prim_func(private=True)
    def expected(bx_blocks: T.int32, work: T.int32):
        T.evaluate(work % bx_blocks)
        T.evaluate(work // bx_blocks)

    writer = function(_final(gemm(64, 192, 64, 32, 64, 32)), "writer")
    region = next(stmt for stmt in writer.body.seq if isinstance(stmt, tirx.AttrStmt)).body
    bindings = {stmt.var.name: stmt.value for stmt in region.seq if isinstance(stmt, tirx.Bind)}
    for name, stmt in zip(("bx", "by"), expected.body.seq, strict=True):
        tvm.ir.assert_structural_equal(bindings[name], stmt.value, map_free_vars=True)


def test_an_axis_that_walks_no_dimension_keeps_its_extent():
    """The rows of all batches are not the rows of one."""
    names = _prologue(function(_final(gemm_batched(3, 64, 64, 32, 32, 32, 32)), "writer"))
    assert "by_blocks = Mt" not in names
    names = _prologue(function(_final(gemm_persistent(64, 64, 32, 32, 32, 32, 3)), "writer"))
    assert not [name for name in names if "_blocks" in name]


def test_a_kernel_without_work_has_its_arguments_all_the_same():
    module = _final(fill(32, 32, 32, 1.0))
    assert _runtime_arguments(function(module, "reader")) == _COMMON


def test_one_axis_needs_no_number_of_blocks():
    assert not [n for n in _prologue(function(_final(copy(64, 32, 32, 32)), "reader")) if "by_blocks" in n]


def test_unused_arguments_are_not_fetched():
    compute = function(state_of(kernel("gemm_tail"), "FinalizePersistentSignatureTT"), "compute")
    assert _prologue(compute) == ["start_id = T.tt.runtime_arg(0)", "count = T.tt.runtime_arg(1)"]


def test_sizes_come_last_in_the_kernels_that_use_them():
    import tilelang.language as TL

    module = _final(gemm(TL.dynamic("m"), TL.dynamic("n"), TL.dynamic("k"), 64, 64, 64))
    assert _runtime_arguments(function(module, "compute")) == [*_COMMON, ("k", "size", "")]
    assert _runtime_arguments(function(module, "writer")) == [
        ("C_addr", "address", "C"),
        *_COMMON,
        ("m", "size", ""),
        ("n", "size", ""),
    ]
    assert _prologue(function(module, "writer"))[3:] == [
        "Nt = T.tt.runtime_arg(4)",
        "m = T.tt.runtime_arg(5)",
        "n = T.tt.runtime_arg(6)",
        "bx_blocks = (Nt + 1) // 2",
        "C_tile_rows = (m + 31) // 32",
        "C_row_tiles = (n + 31) // 32",
        "C_tile_cols = (n + 31) // 32",
    ]

"""LayoutAwareWorkPartitionTT: which core does which work items."""

from __future__ import annotations

import pytest

from kernels.elementwise_sources import binary
from kernels.gemm_sources import gemm, gemm_batched
from lowering import as_module, run_passes


def _add(a, b):
    return a + b


def _attrs(func, grid=None, arch="wormhole_b0", **options):
    target = {"kind": "tenstorrent", "arch": arch, **options}
    if grid is not None:
        target["core_grid"] = grid
    module = run_passes(as_module(func, target), "LayoutAwareWorkPartitionTT")[-1][1]
    return module["main"].attrs


def _cores(attrs):
    return [(core.x, core.y, core.start, core.count) for core in attrs["tt.work_partition"]]


def _ranges(attrs):
    return [(r.x0, r.y0, r.x1, r.y1) for r in attrs["tt.core_ranges"]]


def test_the_first_cores_take_one_item_more():
    attrs = _attrs(binary(96, 96, 32, 32, _add), [2, 2])
    assert _cores(attrs) == [(0, 0, 0, 3), (1, 0, 3, 2), (0, 1, 5, 2), (1, 1, 7, 2)]
    assert _ranges(attrs) == [(0, 0, 1, 1)]


def test_fewer_items_than_cores_leave_cores_idle():
    attrs = _attrs(binary(96, 32, 32, 32, _add))
    assert _cores(attrs) == [(0, 0, 0, 1), (1, 0, 1, 1), (2, 0, 2, 1)]
    assert _ranges(attrs) == [(0, 0, 2, 0)]


def test_cores_that_are_no_rectangle_are_two():
    attrs = _attrs(binary(160, 32, 32, 32, _add), [2, 3])
    assert _ranges(attrs) == [(0, 0, 1, 1), (0, 2, 0, 2)]


def test_one_core_does_everything():
    attrs = _attrs(binary(96, 96, 32, 32, _add), [1, 1])
    assert _cores(attrs) == [(0, 0, 0, 9)]


@pytest.mark.parametrize("grid", [[1, 1], [2, 3], [8, 8], [7, 1]])
@pytest.mark.parametrize("rows", [1, 5, 12, 70])
def test_every_item_is_done_once_and_every_core_of_the_ranges_works(rows, grid):
    attrs = _attrs(binary(32 * rows, 32, 32, 32, _add), grid)
    done = [item for _, _, start, count in _cores(attrs) for item in range(start, start + count)]
    assert done == list(range(rows))
    counts = [count for *_, count in _cores(attrs)]
    assert max(counts) - min(counts) <= 1
    in_ranges = [
        (x, y) for x0, y0, x1, y1 in _ranges(attrs) for y in range(y0, y1 + 1) for x in range(x0, x1 + 1)
    ]
    assert sorted(in_ranges) == sorted((x, y) for x, y, *_ in _cores(attrs))


def test_the_grid_is_that_of_the_machine_unless_the_target_says_otherwise():
    func = binary(32, 32, 32, 32, _add)
    assert list(_attrs(func)["tt.core_grid"]) == [8, 8]
    assert list(_attrs(func, arch="blackhole")["tt.core_grid"]) == [13, 10]
    assert list(_attrs(func, [4, 2])["tt.core_grid"]) == [4, 2]


def test_interleaved_tensors_are_partitioned_globally():
    assert str(_attrs(binary(64, 64, 32, 32, _add))["tt.partition_mode"]) == "global"


def test_the_output_is_measured_in_tiles():
    assert list(_attrs(binary(64, 96, 32, 32, _add))["tt.grid_tiles"]) == [2, 3]


def test_leading_dimensions_of_the_output_count_as_rows():
    assert list(_attrs(gemm_batched(2, 64, 96, 32, 32, 32, 32))["tt.grid_tiles"]) == [4, 3]


def _spread(attrs):
    return [str(axis) for axis in attrs["tt.core_axes"]]


def test_blocks_of_a_product_are_spread_over_columns_and_rows():
    attrs = _attrs(gemm(256, 512, 64, 32, 32, 32))
    assert _spread(attrs) == ["x", "y"]
    assert _ranges(attrs) == [(0, 0, 7, 7)]
    # Two of the 16 columns of blocks each; the items of a core are numbered one after another.
    assert _cores(attrs)[:2] + _cores(attrs)[8:9] == [(0, 0, 0, 2), (1, 0, 2, 2), (0, 1, 16, 2)]


def test_a_small_product_takes_a_rectangle_of_cores():
    attrs = _attrs(gemm(128, 160, 64, 32, 32, 32))
    assert _spread(attrs) == ["y", "x"]
    assert _ranges(attrs) == [(0, 0, 3, 4)]
    assert {count for *_, count in _cores(attrs)} == {1}


def test_batches_are_the_rounds_of_a_core():
    attrs = _attrs(gemm_batched(3, 256, 256, 64, 32, 32, 32))
    assert _spread(attrs) == ["x", "y", ""]
    assert {count for *_, count in _cores(attrs)} == {3}


@pytest.mark.parametrize(
    ("func", "grid"),
    [
        (gemm(96, 96, 64, 32, 32, 32), None),  # three cores a line are too few
        (gemm(256, 544, 64, 32, 32, 32), None),  # 17 columns of blocks do not divide
        (binary(256, 256, 32, 32, _add), None),  # every block is read once
    ],
)
def test_blocks_that_cannot_be_shared_are_dealt_out_in_order(func, grid):
    assert _spread(_attrs(func, grid)) == []


def test_sharing_can_be_switched_off():
    assert _spread(_attrs(gemm(256, 256, 64, 32, 32, 32), multicast=False)) == []


def test_items_whose_number_depends_on_sizes_are_dealt_out_at_the_launch():
    import tilelang.language as TL

    attrs = _attrs(gemm(TL.dynamic("m"), 64, 64, 64, 32, 32))
    assert _cores(attrs) == [] and _ranges(attrs) == []
    assert [str(tiles) for tiles in attrs["tt.grid_tiles"]] == ["(m + 31) // 32", "2"]
    assert list(attrs["tt.core_axes"]) == []


def test_cores_share_reads_where_the_grid_does_not_depend_on_sizes():
    import tilelang.language as TL

    attrs = _attrs(gemm(256, 256, TL.dynamic("k"), 32, 32, 32))
    assert len(_cores(attrs)) == 64 and list(attrs["tt.core_axes"]) == ["x", "y"]

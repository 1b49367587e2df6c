"""Positions of elements in expressions: masks, index arithmetic, scalars of the block."""

from __future__ import annotations

import pytest
import tilelang.language as T
import tilelang_tenstorrent as tt
import torch

from kernels import arranged_sources as sources


def _kernel(value, rows=96, cols=64):
    return sources.positions(rows, cols, (32, 64), value)


def test_a_mask_that_is_never_needed_costs_nothing():
    program = tt.build(_kernel(lambda a, r, c, b: T.if_then_else(c < 64, a, 0.0)))
    assert "index" not in program.sources["compute.cpp"]
    assert "where_tile" not in program.sources["compute.cpp"]


def test_the_index_tile_is_filled_once_per_core():
    text = tt.build(_kernel(lambda a, r, c, b: T.if_then_else(r >= c, a, 0.0))).sources["compute.cpp"]
    assert text.index("cumsum_tile(") < text.index("for (uint32_t work")
    assert text.count("cumsum_tile(") == 2, "rows, and the transpose of rows"


@pytest.mark.parametrize("rows", [1, 2, 8])
def test_blocks_of_few_rows_grow_to_a_tile(rows):
    program = tt.build(sources.thin_rows(100, 64, rows))
    a, c, s = torch.randint(-8, 8, (100, 64)).float(), torch.zeros(100, 64), torch.zeros(100)
    program(a, c, s)
    assert torch.equal(s, a.sum(1))
    assert torch.equal(c, a - a.sum(1, keepdim=True))
    assert sum(core["values"][-3] for core in program.plan["kernels"][0]["core_args"]) <= 100


@pytest.mark.parametrize("grid", [[1, 1], [8, 8]])
@pytest.mark.parametrize("whole", [True, False], ids=["block", "elements"])
def test_atomic_additions_of_a_split_reduction(grid, whole):
    main = sources.split_product(64, 64, 256, 4, whole)
    a = torch.randint(-4, 4, (64, 256)).bfloat16()
    b = torch.randint(-4, 4, (256, 64)).bfloat16()
    start = torch.randint(-8, 8, (64, 64)).float()
    c = start.clone()
    tt.build(main, {"kind": "tenstorrent", "core_grid": grid})(a, b, c)
    assert torch.equal(c, start + a.float() @ b.float())


@pytest.mark.parametrize("split", [4, 128])
def test_cores_that_take_turns_leave_the_bits_of_one_core(split):
    main = sources.long_split_product(64, 32, 64 * 128, split)
    generator = torch.Generator().manual_seed(1)
    a = torch.randn(64, 64 * 128, generator=generator).bfloat16()
    b = torch.randn(64 * 128, 64, generator=generator).bfloat16()
    sums, cycles = [], []
    for grid in ([1, 1], [2, 1], [5, 3], [8, 8]):
        program = tt.build(main, {"kind": "tenstorrent", "core_grid": grid})
        c = torch.ones(64, 64)
        cycles.append(tt.profile(program, a, b, c).cycles)
        sums.append(c)
    assert all(torch.equal(c, sums[0]) for c in sums)
    assert cycles[-1] < 0.5 * cycles[1], "two cores would do it without turns"


def test_cores_take_turns_only_where_nothing_else_is_written():
    main = sources.split_product_with_copy(64, 32, 4096, 4)
    assert not tt.build(main).plan["semaphores"]

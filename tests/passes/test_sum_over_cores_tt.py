"""SumOverCoresTT: cores that add to the same blocks hand the sums on, from L1 to L1."""

from __future__ import annotations

import pytest
from tvm.script import tirx as T

from passes.structure import after, assert_code, circular_buffer

_DESCS = {name: circular_buffer(name, 1, 1) for name in ("C_before", "C_out")}


def _summed(func, axes=(), ranges=((0, 0, 7, 0),), sums=()):
    """The module after the pass, for cores dealt out in order or spread over axes."""
    attrs = {
        "tt.core_axes": list(axes),
        "tt.core_ranges": [T.tt.CoreRange(x0=x0, y0=y0, x1=x1, y1=y1) for x0, y0, x1, y1 in ranges],
        "tt.grid_axes": [
            T.tt.GridAxis(name="bx", extent=2, output_dim=-1, tiles=0),
            T.tt.GridAxis(name="bz", extent=4, output_dim=-1, tiles=0),
        ],
        "tt.cb_desc": _DESCS,
        "tt.core_sums": dict(sums),
    }
    return after("SumOverCoresTT", func, attrs)


@T.prim_func(private=True)
def _sum(C_handle: T.handle):
    C = T.match_buffer(C_handle, (64, 32), "bfloat16")
    C_before = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
    C_out = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
    with T.attr(0, "tt.work_loop", 8):
        work: T.int32 = T.tt.work_index()
        bx: T.int32 = work % 2
        bz: T.int32 = work // 2  # noqa: F841
        T.tt.read_to_cb(C[bx * 32, 0], C_before.data, 32, 32)
        T.tt.write_from_cb(C_out.data, C[bx * 32, 0], 32, 32)


@pytest.mark.parametrize(
    ("axes", "ranges", "step"),
    [((), ((0, 0, 7, 0),), 2), (("x", "y"), ((0, 0, 1, 3),), 2), (("y", "x"), ((0, 0, 3, 1),), 1)],
    ids=["in order", "along columns", "along rows"],
)
def test_the_first_core_reads_the_last_one_writes(axes, ranges, step):
    @T.prim_func(private=True)
    def expected(C_handle: T.handle):
        C = T.match_buffer(C_handle, (64, 32), "bfloat16")
        C_before = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_out = T.alloc_buffer((32, 32), "bfloat16", scope="tt.cb")
        C_ready = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        C_arrived = T.alloc_buffer((1,), "uint32", scope="tt.semaphore")
        with T.attr(0, "tt.work_loop", 8):
            work: T.int32 = T.tt.work_index()
            bx: T.int32 = work % 2
            bz: T.int32 = work // 2
            if bz == 0:
                T.tt.read_to_cb(C[bx * 32, 0], C_before.data, 32, 32)
            else:
                T.tt.ask_core(C_before.data, C_ready.data, work - step)
                T.tt.await_blocks(C_before.data, C_arrived.data)
                T.tt.take_block(C_before.data)
            if bz == 3:
                T.tt.write_from_cb(C_out.data, C[bx * 32, 0], 32, 32)
            else:
                T.tt.send_to_core(C_out.data, C_before.data, C_ready.data, C_arrived.data, work + step)

    module = _summed(_sum, axes, ranges, {"C": 1})
    assert_code(module, expected)
    names = [str(desc.name) for desc in module["main"].attrs["tt.semaphores"]]
    assert names == ["C_ready", "C_arrived"]


def test_kernels_without_sums_stay_as_they_are():
    module = _summed(_sum)
    assert_code(module, _sum)
    assert list(module["main"].attrs["tt.semaphores"]) == []

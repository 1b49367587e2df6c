"""PropagateTTLayout: the geometry of circular buffers."""

from __future__ import annotations

import pytest
import tvm

from kernels.elementwise_sources import carried_pair, slices
from kernels.gemm_sources import gemm, gemm_serial
from lowering import as_module, run_passes
from passes.structure import circular_buffer


def _descriptors(func):
    module = run_passes(as_module(func), "PropagateTTLayout")[-1][1]
    return module["main"].attrs["tt.cb_desc"]


def test_blocks_are_measured_in_tiles_of_their_dtype():
    descs = _descriptors(gemm(128, 128, 64, 64, 96, 32))
    expected = {
        "A_s": circular_buffer("A_s", 2, 1),
        "B_s": circular_buffer("B_s", 1, 3),
        "C_l": circular_buffer("C_l", 2, 3, dtype="float32"),
    }
    tvm.ir.assert_structural_equal(dict(descs), expected)


@pytest.mark.parametrize(("stages", "depth"), [(0, 2), (1, 1), (2, 2), (3, 3), (4, 4)])
def test_what_a_pipelined_loop_fills_is_as_deep_as_its_stages(stages, depth):
    descs = _descriptors(gemm(64, 64, 64, 32, 32, 32, stages=stages))
    assert descs["A_s"].depth == descs["B_s"].depth == depth


def test_a_plain_loop_leaves_the_default_depth():
    descs = _descriptors(gemm_serial(64, 64, 64, 32, 32, 32))
    assert {name: desc.depth for name, desc in descs.items()} == {"A_s": 2, "B_s": 2, "C_l": 2, "C_s": 2}


def test_only_copies_from_tensors_take_the_depth_of_the_loop():
    func = carried_pair(4, 32, 32, 32)
    descs = _descriptors(func)
    assert {name: desc.depth for name, desc in descs.items()} == {"A_s": 2, "C_l": 2, "D_l": 2}


def test_buffers_without_a_name_get_one_each():
    names = list(_descriptors(slices(32, 32, 32, 3, sum)))
    assert len(names) == len(set(names)) == 4
    assert "" not in names

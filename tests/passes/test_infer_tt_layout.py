"""InferTTLayout: where and how every tensor lies."""

from __future__ import annotations

import tvm
from tvm import tirx
from tvm.script import tirx as T

from kernels.elementwise_sources import copy, mixed_dtypes
from kernels.gemm_sources import gemm, gemm_batched
from kernels.storage_sources import gemm as stored_gemm
from lowering import as_module, run_pass


def _inferred(func):
    return run_pass("InferTTLayout", as_module(func))["main"]


def _interleaved(dtype, shape):
    return T.tt.LayoutDesc(
        memory="DRAM",
        layout="interleaved",
        dtype=dtype,
        data_format={"bfloat16": "Float16_b", "float32": "Float32"}[dtype],
        shape=shape,
        tile_shape=[32, 32],
        shard_shape=[],
        shard_grid=[],
        host_dtype=dtype,
        host_shape=shape,
        order=list(range(len(shape))),
    )


def test_tensors_lie_interleaved_in_dram_in_their_own_dtype():
    layouts = _inferred(mixed_dtypes(64, 96, 32)).attrs["tt.layout_desc"]
    expected = {
        "A": _interleaved("bfloat16", [64, 96]),
        "B": _interleaved("float32", [64, 96]),
        "C": _interleaved("float32", [64, 96]),
    }
    tvm.ir.assert_structural_equal(dict(layouts), expected)


def test_leading_dimensions_are_kept():
    layouts = _inferred(gemm_batched(2, 32, 64, 96, 32, 32, 32)).attrs["tt.layout_desc"]
    tvm.ir.assert_structural_equal(layouts["B"], _interleaved("bfloat16", [2, 96, 64]))


def test_parameters_are_recorded_in_the_order_of_the_call():
    func = _inferred(mixed_dtypes(64, 96, 32))
    assert list(func.attrs["tt.params"]) == ["A", "B", "C"]


def test_the_body_stays():
    module = as_module(copy(64, 64, 32, 32))
    assert run_pass("InferTTLayout", module)["main"].body.same_as(module["main"].body)


def test_a_tensor_of_one_tile_needs_no_exact_strides():
    """Strides of dimensions of extent 1 say nothing."""
    func = gemm_batched(1, 32, 32, 32, 32, 32, 32)
    assert list(_inferred(func).attrs["tt.layout_desc"]["A"].shape) == [1, 32, 32]


def test_annotated_tensors_have_block_formats_and_the_annotation_goes():
    func = _inferred(stored_gemm(64, 64, 64, (64, 64, 32), a="bfp4_b"))
    layouts = func.attrs["tt.layout_desc"]
    formats = {str(name): str(layout.data_format) for name, layout in layouts.items()}
    assert formats == {"A": "Bfp4_b", "B": "Bfp8_b", "C": "Float16_b"}
    assert {str(layout.dtype) for layout in layouts.values()} == {"bfloat16"}
    assert "tt.storage" not in func.script()


def test_symbols_of_shapes_become_sizes():
    import tilelang.language as TL

    func = _inferred(gemm(TL.dynamic("m"), 64, TL.dynamic("k"), 32, 32, 32))
    layouts = func.attrs["tt.layout_desc"]
    m, k = layouts["A"].shape
    assert isinstance(m, tirx.SizeVar) and isinstance(k, tirx.SizeVar)
    assert (m.name, k.name) == ("m", "k")
    assert layouts["B"].shape[0].same_as(k) and list(layouts["B"].shape)[1] == 64
    assert layouts["C"].shape[0].same_as(m) and layouts["C"].host_shape[0].same_as(m)
    assert func.buffer_map[func.params[2]].shape[0].same_as(m)

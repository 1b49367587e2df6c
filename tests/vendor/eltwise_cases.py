"""Vendor's element-wise and matmul kernels with real arguments; each case compares with torch."""

from __future__ import annotations

import torch
from tilelang_tenstorrent import simulator as sim

from vendor.cases import Case, bits, case, compare, random

UNARY = "operations/eltwise/unary/device/kernels"
BINARY = "operations/eltwise/binary_ng/device/kernels"
BINARY_NG = "operations/eltwise/binary_ng/device/kernels_ng"
TERNARY = "operations/eltwise/ternary/device/kernels"
NO_ACTIVATIONS = {
    "PROCESS_LHS_ACTIVATIONS(i)": "",
    "PROCESS_RHS_ACTIVATIONS(i)": "",
    "PROCESS_POST_ACTIVATIONS(i)": "",
}


@case("unary", "exp, positional arguments")
def unary(c: Case) -> None:
    x = random(64, 96)
    source, out = c.tensor(x), c.empty(x.shape)
    c.cb(0, 2), c.cb(2, 2)
    pages = source.num_pages
    c.reader(
        f"{UNARY}/dataflow/reader_unary_interleaved_start_id.cpp",
        words=source.accessor_words,
        args=[source.address, pages, 0],
    )
    defines = {"SFPU_OP_CHAIN_0": "exp_tile_init(); exp_tile(0);", "SFPU_OP_EXP_INCLUDE": "1"}
    c.compute(f"{UNARY}/compute/eltwise_sfpu.cpp", args=[pages], defines=defines)
    c.writer(
        f"{UNARY}/dataflow/writer_unary_interleaved_start_id.cpp",
        words=[2, *out.accessor_words],
        args=[out.address, pages, 0],
    )
    c.run()
    compare(out, x.float().exp(), 2e-2)


@case("unary", "relu of gelu, named bindings")
def unary_named(c: Case) -> None:
    x = random(64, 96)
    source, out = c.tensor(x), c.empty(x.shape)
    c.cb(4, 2), c.cb(7, 2)
    pages = source.num_pages
    names = ("num_pages", "start_id")
    c.reader(
        f"{UNARY}/dataflow/reader_unary_interleaved_start_id_metal2.cpp",
        args=[pages, 0],
        bindings=sim.NamedBindings(runtime_args=names, dfbs={"in": 4}, tensors={"src": source}),
    )
    defines = {
        "SFPU_OP_CHAIN_0": "gelu_tile_init(); gelu_tile(0); relu_tile_init(); relu_tile(0);",
        "SFPU_OP_GELU_INCLUDE": "1",
        "SFPU_OP_RELU_FAMILY_INCLUDE": "1",
    }
    c.compute(
        f"{UNARY}/compute/eltwise_sfpu_metal2.cpp",
        defines=defines,
        bindings=sim.NamedBindings(compile_time_args={"num_tiles": pages}, dfbs={"in": 4, "out": 7}),
    )
    c.writer(
        f"{UNARY}/dataflow/writer_unary_interleaved_start_id_metal2.cpp",
        args=[pages, 0],
        bindings=sim.NamedBindings(runtime_args=names, dfbs={"out": 7}, tensors={"dst": out}),
    )
    c.run()
    compare(out, torch.nn.functional.gelu(x.float()).relu(), 4e-2)  # the approximate gelu


def _binary(c: Case, compute: str, defines: dict[str, str], dtype=torch.bfloat16, config=None):
    """Two tensors of equal shape through the kernels of binary_ng."""
    a, b = random(2, 3, 64, 96, dtype=dtype), random(2, 3, 64, 96, dtype=dtype)
    lhs, rhs, out = c.tensor(a), c.tensor(b), c.empty(a.shape, lhs_dtype(dtype))
    for index in range(3):
        c.cb(index, 2, lhs_dtype(dtype))
    height, width, channels, batch = 2, 3, 3, 2
    n_stride = channels * height * width
    strides = [batch * n_stride, batch * n_stride, n_stride, height * width]  # of outer, D, N, C
    shape = [1, batch, channels, height, width, 1]  # D, N, C, Ht, Wt, outer
    tiles = lhs.num_pages
    c.reader(
        f"{BINARY_NG}/dataflow/reader_interleaved_no_bcast.cpp",
        words=[*lhs.accessor_words, *rhs.accessor_words, 0],
        args=[lhs.address, 0, tiles, tiles, 0, *strides, *shape, rhs.address, *strides, tiles, width, width],
        defines={"SRC_SHARDED": "0", "SRC_SHARDED_B": "0"},
    )
    c.compute(compute, words=[1], args=[tiles, 0, 0], defines={**NO_ACTIVATIONS, **defines}, config=config)
    c.writer(
        f"{BINARY_NG}/dataflow/writer_interleaved_no_bcast.cpp",
        words=[*out.accessor_words, 0],
        args=[out.address, 0, tiles, 0, *shape],
        defines={"DST_SHARDED": "0"},
    )
    c.run()
    return a, b, out


def lhs_dtype(dtype) -> str:
    return str(dtype).rsplit(".", 1)[-1]


@case("binary_ng", "add on the matrix unit")
def binary(c: Case) -> None:
    defines = {"BINARY_OP": "add_tiles", "BINARY_OP_TYPE": "EltwiseBinaryType::ELWADD"}
    a, b, out = _binary(c, f"{BINARY}/compute/eltwise_binary_no_bcast.cpp", defines)
    compare(out, a.float() + b.float(), 1e-2)


@case("binary_ng", "multiply float32 on the vector unit")
def binary_sfpu(c: Case) -> None:
    defines = {"BINARY_SFPU_INIT": "mul_binary_tile_init();", "BINARY_SFPU_OP": "mul_binary_tile"}
    config = {"fp32_dest_acc_en": True, "unpack_to_dest_fp32": [0, 1]}
    a, b, out = _binary(
        c, f"{BINARY}/compute/eltwise_binary_sfpu_no_bcast.cpp", defines, torch.float32, config
    )
    compare(out, a * b, 1e-6)


@case("ternary", "where(predicate, a, b)")
def ternary(c: Case) -> None:
    predicate = (random(64, 64) > 0).to(torch.bfloat16)
    a, b = random(64, 64), random(64, 64)
    inputs, out = [c.tensor(t) for t in (predicate, a, b)], c.empty(a.shape)
    for index in range(4):
        c.cb(index, 2)
    tiles = out.num_pages
    words = [0, 1, 2]
    for tensor in inputs:
        words += tensor.accessor_words
    c.reader(
        f"{TERNARY}/dataflow/ternary_reader_nobcast_ttt.cpp",
        words=words,
        args=[*(t.address for t in inputs), tiles, 0],
    )
    c.compute(
        f"{TERNARY}/compute/ternary_sfpu_no_bcast_ttt.cpp",
        words=[1, 0],
        args=[tiles, 0],
        defines={
            "TERNARY_SFPU_OP_INIT": "where_tile_init",
            "TERNARY_SFPU_OP_FUNC": "where_tile<DataFormat::Float16_b>",
        },
    )
    c.writer(
        f"{UNARY}/dataflow/writer_unary_interleaved_start_id.cpp",
        words=[3, *out.accessor_words],
        args=[out.address, tiles, 0],
    )
    c.run()
    compare(out, torch.where(predicate > 0, a.float(), b.float()), 0)
    assert bits(1.0) == 0x3F800000

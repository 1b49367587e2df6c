"""Calls that work on tiles in DST, each in a compute kernel of its own, against torch."""

import pytest
import torch
from tilelang_tenstorrent import simulator as sim

from simulator.programs import DATAFLOW, compute_text, elementwise_program, run_elementwise

HEADERS = "".join(
    f'#include "api/compute/{name}.h"\n'
    for name in (
        "compute_kernel_api",
        "binary_max_min",
        "cumsum",
        "transpose_dest",
        "eltwise_unary/binop_with_scalar",
        "eltwise_unary/comp",
        "eltwise_unary/exp",
        "eltwise_unary/fill",
        "eltwise_unary/recip",
        "eltwise_unary/rsqrt",
        "eltwise_unary/sqrt",
        "eltwise_unary/typecast",
        "eltwise_unary/where",
    )
)
BF16, FP32 = torch.bfloat16, torch.float32
COPY_TWO = "copy_tile(0, 0, 0); copy_tile(1, 0, 1);"


def run(device, inputs, setup, operation, dtype=None, fp32_dest=None):
    """The output of `operation`; float32 inputs go straight to DST."""
    dtype = dtype or inputs[0].dtype
    fp32_dest = inputs[0].dtype != BF16 if fp32_dest is None else fp32_dest
    to_dest = [i for i, t in enumerate(inputs) if t.dtype == FP32]
    config = sim.ComputeConfigDescriptor(fp32_dest_acc_en=fp32_dest, unpack_to_dest_fp32=to_dest)
    compute = compute_text(len(inputs), setup, operation, HEADERS)
    return run_elementwise(device, inputs, compute, dtype=str(dtype).removeprefix("torch."), config=config)


def on_copy(device, tile, init, call, **settings):
    return run(device, [tile], f"copy_init(0); {init}", f"copy_tile(0, 0, 0); {call}", **settings)


def on_copies(device, tiles, init, call):
    return run(device, tiles, f"copy_init(0); {init}", f"{COPY_TWO} {call}")


def normal(dtype, seed=0):
    return torch.randn(32, 32, generator=torch.Generator().manual_seed(seed)).to(dtype)


def patterns():
    """Random float32 patterns without the exponents of denormals, infinity and NaN."""
    bits = torch.randint(-(2**31), 2**31, (32, 32), generator=torch.Generator().manual_seed(0))
    exponent = (bits >> 23) & 255
    bits[(exponent == 0) | (exponent == 255)] = 0x3F800001
    return bits.to(torch.int32).view(FP32)


def ulps(result, exact):
    """Largest error in units in the last place of the result's type; `exact` is float64."""
    digits = {BF16: 7, FP32: 23}[result.dtype]
    unit = torch.exp2(torch.floor(torch.log2(exact.abs())).clamp(min=-126) - digits)
    return ((result.double() - exact).abs() / unit).max().item()


@pytest.mark.parametrize("faces", ["", ", false"])
def test_transpose_in_a_32_bit_dst_keeps_every_bit(device, faces):
    tile = patterns()
    result = on_copy(
        device,
        tile,
        "",
        f"transpose_dest_init<true{faces}>(); transpose_dest<true{faces}>(0); copy_init(0);",
    )
    if faces:
        expected = torch.cat(
            [torch.cat([f.T for f in rows.split(16, 1)], 1) for rows in tile.split(16, 0)], 0
        )
    else:
        expected = tile.T
    assert torch.equal(result.view(torch.int32), expected.contiguous().view(torch.int32))


def test_transpose_in_a_16_bit_dst(device):
    tile = normal(BF16)
    result = on_copy(device, tile, "", "transpose_dest_init(); transpose_dest(0); copy_init(0);")
    assert torch.equal(result, tile.T)


def test_the_narrow_transpose_cuts_float32_to_the_source_register(device):
    tile = patterns()
    result = on_copy(device, tile, "", "transpose_dest_init(); transpose_dest(0); copy_init(0);")
    expected = tile.T.contiguous().view(torch.int32) & ~0x1FFF
    assert torch.equal(result.view(torch.int32), expected)


@pytest.mark.parametrize("init", ["", "transpose_dest_init();"])
def test_a_transpose_needs_the_init_of_its_width(device, init):
    with pytest.raises(sim.SimulationError) as caught:
        on_copy(device, normal(FP32), "", f"{init} transpose_dest<true>(0);")
    assert caught.value.violation == "InitMissing"


def test_a_copy_after_a_transpose_needs_its_init_again(device):
    with pytest.raises(sim.SimulationError) as caught:
        on_copy(device, normal(FP32), "", "transpose_dest_init(); transpose_dest(0); copy_tile(0, 0, 1);")
    assert caught.value.violation == "InitMissing"


BROADCASTS = {
    "ROW": lambda x: x[:1].expand(32, 32),
    "COL": lambda x: x[:, :1].expand(32, 32),
    "SCALAR": lambda x: x[:1, :1].expand(32, 32),
}


@pytest.mark.parametrize("kind", BROADCASTS)
@pytest.mark.parametrize("dtype", [BF16, FP32])
def test_broadcast_of_a_tile_from_a_buffer_is_exact(device, kind, dtype):
    tile = patterns().to(dtype) if dtype == FP32 else normal(BF16)
    call = f"<BroadcastType::{kind}>"
    result = run(device, [tile], f"unary_bcast_init{call}(0);", f"unary_bcast{call}(0, 0, 0);")
    assert torch.equal(result, BROADCASTS[kind](tile))


@pytest.mark.parametrize("kind", BROADCASTS)
def test_broadcast_of_bfloat16_into_a_32_bit_dst(device, kind):
    tile = normal(BF16)
    call = f"<BroadcastType::{kind}>"
    result = run(
        device,
        [tile],
        f"unary_bcast_init{call}(0);",
        f"unary_bcast{call}(0, 0, 0);",
        dtype=FP32,
        fp32_dest=True,
    )
    assert torch.equal(result, BROADCASTS[kind](tile.float()))


@pytest.mark.parametrize("dtype", [BF16, FP32])
@pytest.mark.parametrize("name, op", [("max", torch.maximum), ("min", torch.minimum)])
def test_binary_extrema(device, name, op, dtype):
    a, b = normal(dtype, 1), normal(dtype, 2)
    result = on_copies(device, [a, b], f"binary_{name}_tile_init();", f"binary_{name}_tile(0, 1, 0);")
    assert torch.equal(result, op(a, b))


@pytest.mark.parametrize("dtype", [BF16, FP32])
def test_where(device, dtype):
    a, b = normal(dtype, 1), normal(dtype, 2)
    a[3] = 0
    result = on_copies(
        device,
        [a, b],
        "",
        "copy_tile(0, 0, 2); gtz_tile_init(); gtz_tile(0); where_tile_init();"
        f"where_tile<DataFormat::{'Float32' if dtype == FP32 else 'Float16_b'}>(0, 2, 1, 0);",
    )
    assert torch.equal(result, torch.where(a > 0, a, b))


COMPARISONS = {name: getattr(torch, name) for name in ("eq", "ne", "lt", "gt", "le", "ge")}


@pytest.mark.parametrize("dtype", [BF16, FP32])
@pytest.mark.parametrize("name", COMPARISONS)
def test_comparison_with_a_scalar(device, name, dtype):
    tile = normal(dtype)
    tile[::3, ::5] = 0.5
    result = on_copy(device, tile, f"unary_{name}_tile_init();", f"unary_{name}_tile(0, 0x3f000000u);")
    assert torch.equal(result, COMPARISONS[name](tile, 0.5).to(dtype))


@pytest.mark.parametrize("dtype", [BF16, FP32])
@pytest.mark.parametrize("name", COMPARISONS)
def test_comparison_of_tiles(device, name, dtype):
    a, b = normal(dtype, 1), normal(dtype, 2)
    b[::3, ::5] = a[::3, ::5]
    a[1, 1], b[1, 1] = 0.0, -0.0
    result = on_copies(device, [a, b], f"{name}_binary_tile_init();", f"{name}_binary_tile(0, 1, 0);")
    assert torch.equal(result, COMPARISONS[name](a, b).to(dtype))


@pytest.mark.parametrize("call", ["fill_tile(0, 0.1f);", "fill_tile_bitcast(0, 0x3dcccccdu);"])
@pytest.mark.parametrize("dtype", [BF16, FP32])
def test_fill(device, call, dtype):
    result = on_copy(device, normal(dtype), "fill_tile_init();", call)
    # A store to a 16-bit DST truncates.
    value = torch.tensor(0.1) if dtype == FP32 else torch.tensor(0x3DCC, dtype=torch.int16).view(BF16)
    assert torch.equal(result, value.expand(32, 32))


#: name: function, range of its argument, ulps in float32 and in bfloat16. The vendor's programs are
#: within 1.1 ulps of float32 here; those that round before a store to a 16-bit DST, within half a one.
FUNCTIONS = {
    "exp": (torch.exp, (-20, 20), 1.0, 1.0),
    "exp2": (torch.exp2, (-20, 20), 1.0, 1.0),
    "log": (torch.log, (0.01, 100), 0.6, 0.6),
    "recip": (torch.reciprocal, (-50, 50), 1.0, 0.5),
    "rsqrt": (torch.rsqrt, (0.01, 100), 1.1, 0.5),
    "sqrt": (torch.sqrt, (0.01, 100), 1.1, 0.5),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("dtype", [BF16, FP32])
def test_function(device, name, dtype):
    function, (low, high), float32_limit, bfloat16_limit = FUNCTIONS[name]
    generator = torch.Generator().manual_seed(0)
    tile = (torch.rand(32, 32, generator=generator) * (high - low) + low).to(dtype)
    result = on_copy(device, tile, f"{name}_tile_init();", f"{name}_tile(0);")
    error = ulps(result, function(tile.double()))
    assert error <= (float32_limit if dtype == FP32 else bfloat16_limit), error


def integers(dtype, low, high):
    return torch.randint(low, high, (32, 32), generator=torch.Generator().manual_seed(0)).to(dtype)


CASTS = [
    ("Float32", "Float16_b", patterns(), lambda x: x.to(BF16)),
    ("Float16_b", "Float32", normal(BF16), lambda x: x.float()),
    ("Float32", "Int32", normal(FP32) * 1e6, lambda x: x.to(torch.int32)),
    ("Int32", "Float32", integers(torch.int32, -(2**31), 2**31), lambda x: x.float()),
    ("Int32", "Float16_b", integers(torch.int32, -255, 256), lambda x: x.to(BF16)),
    ("UInt32", "Float32", integers(torch.uint32, 0, 2**32), lambda x: x.long().float()),
    ("Float32", "UInt32", normal(FP32).abs() * 1e6, lambda x: x.long().to(torch.uint32)),
]


@pytest.mark.parametrize("source, target, tile, cast", CASTS, ids=[f"{c[0]}-{c[1]}" for c in CASTS])
def test_typecast(device, source, target, tile, cast):
    formats = f"<(uint32_t)DataFormat::{source}, (uint32_t)DataFormat::{target}>"
    expected = cast(tile)
    result = on_copy(
        device,
        tile,
        f"typecast_tile_init{formats}();",
        f"typecast_tile{formats}(0);",
        dtype=expected.dtype,
        fp32_dest=True,
    )
    assert result.dtype == expected.dtype
    assert torch.equal(result, expected)


INDEX = torch.arange(32, dtype=FP32)[:, None].expand(32, 32)


@pytest.mark.parametrize("along, expected", [("rows", INDEX), ("columns", INDEX.T)])
def test_index_tile_from_a_running_sum(device, along, expected):
    """The vector unit's way to an index tile: ones summed down the rows, transposed for columns."""
    transpose = "transpose_dest_init<true>(); transpose_dest<true>(0); copy_init(0);"
    result = on_copy(
        device,
        normal(FP32),
        "",
        f"""fill_tile_init(); fill_tile(0, 1.0f); cumsum_tile_init(); cumsum_tile(0);
        binop_with_scalar_tile_init(); sub_unary_tile(0, 0x3f800000u);
        {transpose if along == "columns" else ""}""",
    )
    assert torch.equal(result, expected)


def test_index_tile_written_by_the_reader(device):
    """The reader's way: stores of a RISC into the buffer, in the order of the faces."""
    reader = (
        DATAFLOW
        + """
void kernel_main() {
  CircularBuffer cb(0);
  for (uint32_t tile = get_arg_val<uint32_t>(0); tile < get_arg_val<uint32_t>(1); ++tile) {
    cb.reserve_back(1);
    volatile tt_l1_ptr uint32_t* words =
        reinterpret_cast<volatile tt_l1_ptr uint32_t*>(cb.get_write_ptr());
    for (uint32_t i = 0; i < 1024; ++i) words[i] = 32 * tile + (i >> 8 & 1) * 16 + (i & 15);
    cb.push_back(1);
  }
}
"""
    )
    formats = "<(uint32_t)DataFormat::Int32, (uint32_t)DataFormat::Float32>"
    compute = compute_text(
        1,
        f"copy_init(0); typecast_tile_init{formats}();",
        f"copy_tile(0, 0, 0); typecast_tile{formats}(0);",
        HEADERS,
    )
    placeholder = sim.from_torch(torch.zeros(32, 64, dtype=torch.int32), device)
    output = sim.empty((32, 64), "float32", device)
    program = elementwise_program(
        [placeholder], output, compute, config=sim.ComputeConfigDescriptor(fp32_dest_acc_en=True)
    )
    program.kernels[0].kernel_source = reader
    result = sim.to_torch(sim.generic_op([placeholder, output], program))
    assert torch.equal(result, torch.arange(64, dtype=FP32).expand(32, 64))

"""Every data format through unpacker, DST and packer, and what float16 computes."""

from __future__ import annotations

import pytest
import torch
from tilelang_tenstorrent import simulator as sim

from kernels.block_formats import stored_by_host
from simulator.programs import compute_text
from simulator.programs import run_elementwise as run

COPY = compute_text(1, "copy_init(0);", "copy_tile(0, 0, 0);")
WIDE = {"fp32_dest_acc_en": True}


def normal(*shape, dtype=torch.float32, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).to(dtype)


def integers(low, high, dtype):
    generator = torch.Generator().manual_seed(0)
    return torch.randint(low, high, (64, 64), generator=generator, dtype=torch.int64).to(dtype)


def truncated(data, bits):
    """float32 without its low `bits`."""
    return (data.view(torch.int32) >> bits << bits).view(torch.float32)


# Nothing below the smallest normal float16.
SMALL = normal(64, 64)
SMALL = torch.where(SMALL.abs() < 2**-12, 1.0, SMALL)
# Data, dtype of the tensors if another, compute configuration, result if another.
CASES = {
    "bfloat16": (SMALL.bfloat16(), None, {}, SMALL.bfloat16()),
    "float16": (SMALL.half(), None, {}, SMALL.half()),
    "float16, 32-bit DST": (SMALL.bfloat16().half(), None, WIDE, SMALL.bfloat16().half()),
    "float32 through a source register": (SMALL, None, WIDE, truncated(SMALL, 13)),
    "float32 through a 16-bit DST": (SMALL, None, {}, truncated(SMALL, 16)),
    "float32 straight to DST": (SMALL, None, WIDE | {"unpack_to_dest_fp32": [0]}, SMALL),
    "bfloat8_b": (SMALL, "bfloat8_b", {}, stored_by_host(SMALL, "bfp8_b").float()),
    "bfloat4_b": (SMALL, "bfloat4_b", {}, stored_by_host(SMALL, "bfp4_b").float()),
    "int32": (integers(-(2**31), 2**31, torch.int32), None, WIDE, None),
    "uint32": (integers(0, 2**32, torch.uint32), None, WIDE, None),
    "uint16": (integers(0, 2**16, torch.uint16), None, {}, None),
    "uint8": (integers(0, 256, torch.uint8), None, WIDE, None),
}


@pytest.mark.parametrize("name", CASES)
def test_a_copy_keeps_what_the_format_keeps(device, name):
    data, dtype, config, expected = CASES[name]
    tensor_dtype = dtype or str(data.dtype).removeprefix("torch.")
    result = run(
        device,
        [data],
        COPY,
        dtype=tensor_dtype,
        config=sim.ComputeConfigDescriptor(**config),
        input_dtype=dtype,
    )
    assert torch.equal(result, data if expected is None else expected)


def test_float16_tensors_round_trip(device):
    data = normal(3, 64, 96, dtype=torch.float16)
    for layout in ("tile", "row_major"):
        result = sim.to_torch(sim.from_torch(data, device, layout=layout))
        assert result.dtype == torch.float16
        assert torch.equal(result, data)


@pytest.mark.parametrize("config", [{}, WIDE], ids=["16-bit", "32-bit"])
def test_float16_arithmetic(device, config):
    a, b = normal(64, 64, dtype=torch.float16), normal(64, 64, dtype=torch.float16, seed=1)
    compute = compute_text(2, "add_init(0, 1);", "add_tiles(0, 1, 0, 0, 0);")
    result = run(device, [a, b], compute, dtype="float16", config=sim.ComputeConfigDescriptor(**config))
    # Operands lose what is below the larger one's last bit; a 32-bit DST is packed by way of bfloat16.
    ulp = 2**-8 if config else 2**-10
    torch.testing.assert_close(result.float(), (a.float() + b.float()), rtol=ulp, atol=4 * 2**-11)


def test_the_vector_unit_needs_a_32_bit_dst_for_float16(device):
    a = normal(32, 32, dtype=torch.float16)
    compute = compute_text(
        1, "copy_init(0); add_binary_tile_init();", "copy_tile(0, 0, 0); add_binary_tile(0, 0, 0);"
    )
    with pytest.raises(sim.SimulationError, match="Float16 in a 16-bit DST; set fp32_dest_acc_en"):
        run(device, [a], compute, dtype="float16")
    result = run(device, [a], compute, dtype="float16", config=sim.ComputeConfigDescriptor(**WIDE))
    torch.testing.assert_close(result.float(), 2 * a.float(), rtol=2**-8, atol=0)


def test_exponents_of_two_widths_are_refused(device):
    with pytest.raises(sim.DescriptorError, match="is Float16 and circular buffer 16 is Float16_b"):
        run(device, [normal(32, 32, dtype=torch.float16)], COPY, dtype="bfloat16")


def test_float32_through_source_registers_beside_float16_is_refused(device):
    with pytest.raises(sim.SimulationError, match="Float32 through the source registers beside Float16"):
        run(device, [normal(32, 32)], COPY, dtype="float16")

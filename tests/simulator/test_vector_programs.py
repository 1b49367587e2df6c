"""Kernels that program the vector unit register by register, and the scale of the approximate exponential."""

from __future__ import annotations

import math
import struct

import pytest
import torch
from tilelang_tenstorrent import simulator as sim

from simulator.programs import compute_text
from simulator.programs import run_elementwise as run

HEADERS = """
#include "api/compute/eltwise_unary/exp.h"
#include "experimental/llk_sfpu/ckernel_sfpu_sdpa.h"
"""
TWO_TILES = "copy_tile(0, 0, 0); copy_tile(1, 0, 1);"
WIDE = sim.ComputeConfigDescriptor(fp32_dest_acc_en=True, unpack_to_dest_fp32=[0, 1])
NARROW = sim.ComputeConfigDescriptor()


def normal(*shape, dtype=torch.float32, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).to(dtype)


def bits(value: float) -> int:
    return struct.unpack("<I", struct.pack("<f", value))[0]


def program(device, inputs, operation, functions="", config=WIDE):
    """One tile of each input in DST[0] and DST[1]; `operation` leaves the result in DST[0]."""
    load = TWO_TILES if len(inputs) == 2 else "copy_tile(0, 0, 0);"
    text = compute_text(
        len(inputs), "copy_init(0); exp_tile_init();", f"{load} {operation}", HEADERS + functions
    )
    dtype = str(inputs[0].dtype).removeprefix("torch.")
    return run(device, inputs, text, dtype=dtype, config=config)


SELECT = """
// b where a < 0, else a * b + 1, and twice that where it is above 2.
inline void Select(uint32_t a, uint32_t b, uint32_t out) {
  for (int i = 0; i < 8; ++i) {
    const sfpi::vFloat x = sfpi::dst_reg[32 * a];
    const sfpi::vFloat y = sfpi::dst_reg[32 * b];
    sfpi::vFloat result = x * y + 1.0f;
    v_if(x < 0.0f) { result = y; }
    v_elseif(result > 2.0f) { result *= 2.0f; }
    v_endif;
    sfpi::dst_reg[32 * out] = result;
    sfpi::dst_reg++;
  }
}
"""


@pytest.mark.parametrize(("dtype", "config"), [(torch.float32, WIDE), (torch.bfloat16, NARROW)], ids=str)
def test_registers_lanes_and_conditions(device, dtype, config):
    x, y = normal(64, 64, dtype=dtype), normal(64, 64, dtype=dtype, seed=1)
    operation = "MATH((_llk_math_eltwise_binary_sfpu_params_(Select, 0, 1, 0)));"
    result = program(device, [x, y], operation, SELECT, config)
    product = x.float() * y.float() + 1.0
    expected = torch.where(x < 0, y.float(), torch.where(product > 2, 2 * product, product))
    if dtype == torch.bfloat16:
        expected = (expected.view(torch.int32) >> 16 << 16).view(torch.float32)  # the store truncates
    assert torch.equal(result.float(), expected)


@pytest.mark.parametrize(
    ("call", "arguments", "function", "tolerance"),
    [
        ("calculate_recip_first_column", "(true)", lambda x: 1 / x, 2**-22),
        ("calculate_exponential_first_column", "(true, 0x3f00, true)", lambda x: torch.exp(x / 2), 2**-22),
        ("calculate_exponential_first_column", "(false, 0x3f00, true)", lambda x: torch.exp(x / 2), 2**-17),
    ],
)
def test_first_column_programs(device, call, arguments, function, tolerance):
    x = normal(32, 32)
    operation = f"MATH((SFPU_UNARY_CALL(DST_SYNC_MODE, true, {call}, {arguments}, 0, VectorMode::C)));"
    result = program(device, [x], operation)
    exact = function(x.double())
    # Even columns of the left half; the rest of the tile stays.
    touched = torch.zeros(32, 32, dtype=torch.bool)
    touched[:, 0:16:2] = True
    assert ((result.double() - exact) / exact)[touched].abs().max() <= tolerance
    assert torch.equal(result[~touched], x[~touched])


def test_merging_two_parts_of_a_row(device):
    """Maximum and sum of two halves: exp(m - max) of both, the maximum, and the scaled sum."""
    a, b = normal(32, 32), normal(32, 32, seed=1)
    fused = (
        "MATH((SFPU_UNARY_CALL(DST_SYNC_MODE, true, calculate_fused_max_sub_exp_add_tile, (true, true), 0, "
        "VectorMode::C, 0x3f80)));"
    )
    for shown, expected in enumerate(
        [
            torch.exp(a - torch.maximum(a, b)),
            torch.exp(b - torch.maximum(a, b)),
            torch.maximum(a, b),
            torch.exp(a - torch.maximum(a, b)) * b + torch.exp(b - torch.maximum(a, b)) * a,
        ]
    ):
        show = f"copy_dest_values_init(); copy_dest_values<DataFormat::Float32>({shown}, 0);" if shown else ""
        result = program(
            device,
            [a, b],
            f"copy_tile(0, 0, 2); copy_tile(1, 0, 3); {fused} {show}",
            '#include "api/compute/copy_dest_values.h"\n',
        )
        torch.testing.assert_close(result[:, 0:16:2], expected[:, 0:16:2], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("clamped", [True, False])
def test_the_approximation_takes_its_scale_from_its_init(device, clamped):
    x = -2 * normal(64, 64).abs()  # without clamping, results from 2 on saturate
    arguments = f"true, {bits(0.25)}u, InputClamping::{'ClampToNegative' if clamped else 'None'}"
    call = f"true, false, InputClamping::{'ClampToNegative' if clamped else 'None'}, 32"
    operation = f"exp_tile_init<{arguments}>(); exp_tile<{call}>(0, VectorMode::None);"
    result = program(device, [x], operation)
    torch.testing.assert_close(result, torch.exp(x / 4), rtol=0.04, atol=0)


def test_the_scale_of_the_accurate_exponential_is_applied_before_rounding(device):
    x = normal(64, 64, dtype=torch.bfloat16)
    operation = "exp_tile<false, true>(0, VectorMode::RC, 0x3ea8);"
    result = program(device, [x], operation, config=NARROW)
    exact = torch.exp(x.double() * struct.unpack("<f", struct.pack("<I", 0x3EA80000))[0])
    assert ((result.double() - exact) / exact).abs().max() <= 2**-7


def test_another_form_of_the_exponential_needs_its_own_init(device):
    with pytest.raises(sim.SimulationError) as caught:
        program(device, [normal(32, 32)], "exp_tile<true>(0);")
    assert caught.value.violation == "InitMissing"
    assert math.isfinite(caught.value.at_cycle)


def test_only_the_math_thread_drives_the_vector_unit(device):
    call = "SFPU_UNARY_CALL(DST_SYNC_MODE, true, calculate_recip_first_column, (true), 0, VectorMode::C)"
    with pytest.raises(sim.SimulationError, match="only the math thread drives the vector unit"):
        program(device, [normal(32, 32)], f"PACK(({call}));")

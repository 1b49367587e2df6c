"""Cores that share what they read: the same bits as if each read for itself, and as many bytes less."""

from __future__ import annotations

import pytest
import tilelang_tenstorrent as tt
import torch

from kernels.attention_sources import flash_attention
from kernels.gemm_sources import gemm, gemm_batched
from kernels.normalization_sources import rms_norm

TILE = 32 * 32


def _run(kernel, **target):
    """Outputs of a kernel on random inputs, and the bytes that DRAM gave."""
    program = tt.build(kernel, {"kind": "tenstorrent", **target})
    generator = torch.Generator().manual_seed(3)
    tensors = [
        torch.randn(tensor["host_shape"], generator=generator).to(getattr(torch, tensor["host_dtype"]))
        for tensor in program.plan["tensors"]
    ]
    profile = program.profile(*tensors)
    written = sum(
        tensor["num_pages"] * tensor["page_size"] for tensor in program.plan["tensors"] if tensor["is_output"]
    )
    outputs = [t for t, spec in zip(tensors, program.plan["tensors"], strict=True) if spec["is_output"]]
    return program, outputs, profile.dram_bytes - written


# M, N, K, core grid, further options, and how often A and B are read: once for each round of a core that has
# other blocks of the other operand, or by each core that has none to share with.
_PRODUCTS = {
    "one round": (128, 160, 256, [8, 8], {}, 1, 1),
    "several rounds": (256, 256, 96, [4, 4], {}, 2, 2),
    "fewer steps than cores": (128, 256, 64, [8, 8], {}, 1, 1),
    "rows only": (96, 128, 160, [4, 3], {}, 1, 3),
    "transposed": (128, 128, 128, [4, 4], {"trans_A": True, "trans_B": True}, 1, 1),
    "ragged": (120, 128, 100, [4, 4], {}, 1, 1),
}


@pytest.mark.parametrize(
    ("M", "N", "K", "grid", "options", "a", "b"), _PRODUCTS.values(), ids=_PRODUCTS.keys()
)
def test_operands_are_read_once_by_a_line_of_cores(M, N, K, grid, options, a, b):
    kernel = gemm(M, N, K, 32, 32, 32, **options)
    rows, cols, depth = (-(-extent // 32) for extent in (M, N, K))
    _, together, read = _run(kernel, core_grid=grid)
    assert read == 2 * TILE * depth * (rows * a + cols * b)
    _, alone, read = _run(kernel, core_grid=grid, multicast=False)
    assert read == 2 * TILE * depth * 2 * rows * cols
    assert torch.equal(*together, *alone)


def test_batches_are_shared_one_after_another():
    kernel = gemm_batched(3, 128, 128, 64, 32, 32, 32)
    _, together, read = _run(kernel, core_grid=[4, 4])
    assert read == 3 * 2 * (128 + 128) * 64
    assert torch.equal(*together, *_run(kernel, multicast=False)[1])


def test_the_weights_of_a_norm_are_read_by_one_core():
    rows, cols = 256, 128
    _, together, read = _run(rms_norm(rows, cols, 32, "bfloat16"))
    assert read == 2 * rows * cols + 2 * TILE * (cols // 32)
    assert torch.equal(*together, *_run(rms_norm(rows, cols, 32, "bfloat16"), multicast=False)[1])


def test_keys_and_values_are_read_once_for_a_row_of_queries():
    heads, sequence, dim, block = 2, 256, 64, 64
    kernel = flash_attention(heads, sequence, dim, block)
    _, together, read = _run(kernel)
    assert read == 3 * heads * sequence * dim * 2
    assert torch.equal(*together, *_run(kernel, multicast=False)[1])


@pytest.mark.parametrize("arch", ["wormhole_b0", "blackhole"])
def test_one_core_and_the_whole_grid_agree(arch):
    kernel = gemm(512, 768, 128, 64, 64, 64)
    assert torch.equal(*_run(kernel, arch=arch)[1], *_run(kernel, arch=arch, core_grid=[1, 1])[1])

"""Bytes that kernels move from and to DRAM, exactly: what docs/performance.md says of the examples."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

import pytest
import tilelang_tenstorrent as tt
import torch

from kernels.elementwise_sources import quaternary, temporaries, unary
from kernels.fused_cases import gelu_tanh

_EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
TILE = 32 * 32


@cache
def _example(name: str):
    spec = importlib.util.spec_from_file_location(f"example_{name}", _EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _traffic(kernel) -> tuple[int, int]:
    """Bytes that a kernel reads and writes, if no core gets blocks from others."""
    program = tt.build(kernel, {"kind": "tenstorrent", "multicast": False})
    tensors = [
        torch.ones(tensor["host_shape"], dtype=getattr(torch, tensor["host_dtype"]))
        for tensor in program.plan["tensors"]
    ]
    profile = program.profile(*tensors)
    read, written = profile.counters["noc_read_bytes"], profile.counters["noc_write_bytes"]
    assert profile.dram_bytes == read + written, "nothing but DRAM is read and written"
    return read, written


# Kernels that read every tensor of theirs once and write every one once: elements of each, and their bytes.
_ONCE = {
    "chain of four operands": (lambda: quaternary(128, 192, 64, _chain), 4 * 128 * 192 * 2, 128 * 192 * 2),
    "temporaries": (lambda: temporaries(128, 192, 64, "float32"), 2 * 128 * 192 * 4, 128 * 192 * 4),
    "gelu": (lambda: unary(128, 128, 64, gelu_tanh, "float32"), 128 * 128 * 4, 128 * 128 * 4),
    "squared distance": (
        lambda: _example("elementwise").squared_distance(128, 192),
        2 * 128 * 192 * 4,
        128 * 192 * 4,
    ),
    "cast": (lambda: _example("copies").cast(128, 64, "float32", "bfloat16"), 128 * 64 * 4, 128 * 64 * 2),
    "heads first": (
        lambda: _example("copies").heads_first(2, 64, 4, 64),
        2 * 64 * 4 * 64 * 2,
        2 * 64 * 4 * 64 * 2,
    ),
    "gather of every second block": (
        lambda: _example("copies").gather_rows(256, 64, 2),
        128 * 64 * 2,
        128 * 64 * 2,
    ),
    "softmax": (lambda: _example("softmax").softmax(96, 256), 96 * 256 * 2, 96 * 256 * 2),
}


def _chain(a, b, c, d):
    return (a + b) * c - d * 1.5


@pytest.mark.parametrize(("make", "read", "written"), _ONCE.values(), ids=_ONCE.keys())
def test_each_tile_once_from_and_once_to_dram(make, read, written):
    assert _traffic(make()) == (read, written)


def test_online_softmax_reads_its_rows_twice():
    assert _traffic(_example("softmax").online_softmax(64, 256)) == (2 * 64 * 256 * 2, 64 * 256 * 2)


@pytest.mark.parametrize(("name", "vectors"), [("layer_norm", 2), ("rms_norm", 1)])
def test_norms_read_vectors_as_tiles_for_each_block(name, vectors):
    rows, cols, block = 96, 256, 32
    read, written = _traffic(getattr(_example("norms"), name)(rows, cols, block))
    assert written == rows * cols * 2
    assert read == rows * cols * 2 + vectors * (rows // block) * (cols // 32) * TILE * 2


@pytest.mark.parametrize("causal", [False, True])
def test_attention_keeps_scores_and_weights_on_the_core(causal):
    batch, sequence, heads, dim, groups, block = 1, 256, 4, 64, 2, 64
    kernel = _example("flash_attention").attention(batch, sequence, heads, dim, groups, causal, block)
    queries, blocks = batch * sequence * heads * dim * 2, sequence // block
    steps = blocks * (blocks + 1) // 2 if causal else blocks * blocks
    keys_and_values = 2 * batch * heads * steps * block * dim * 2
    assert _traffic(kernel) == (queries + keys_and_values, queries)


def test_a_product_reads_operands_for_each_block_of_the_other():
    M, N, K, block = 128, 192, 256, 64
    read, written = _traffic(_example("gemm").gemm(M, N, K, block, block, block))
    assert (read, written) == (2 * (M * K * (N // block) + K * N * (M // block)), M * N * 2)


def test_a_split_product_reads_and_writes_its_sum_once():
    M, N, K, block = 128, 128, 256, 64
    read, written = _traffic(_example("gemm_schedules").split_k(M, N, K, parts=2, block=block))
    assert read == 2 * (M * K * (N // block) + K * N * (M // block)) + M * N * 4
    assert written == M * N * 4

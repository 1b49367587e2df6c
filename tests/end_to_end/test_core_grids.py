"""The result does not depend on how many cores share the work."""

from __future__ import annotations

import pytest
import tilelang_tenstorrent as tt
import torch

from kernels import kernel

_CASES = [
    "gemm_32x32x32",
    "gemm_tail",
    "gemm_transpose_ab",
    "gemm_128x128x32",
    "gemm_persistent_3",
    "gemm_batched",
    "gemm_bias_bf16",
    "temporaries_fp32",
    "carried_sum_bf16",
    "copy_bf16_fp32",
    "affine_ragged",
    "carried_reductions",
    "moving_sums",
    "groups_of_sums",
    "softmax_bf16",
    "attention_2x128x64",
]


@pytest.mark.parametrize("name", _CASES)
def test_same_bits_on_any_number_of_cores(name):
    case = kernel(name)
    results = []
    for grid in ([1, 1], [3, 2], [8, 8]):
        arguments = case.arguments("normal", seed=2)
        tt.build(case.make(), {"kind": "tenstorrent", "core_grid": grid})(*arguments.values())
        results.append(arguments)
    for result in results[1:]:
        for output in case.outputs():
            assert torch.equal(result[output], results[0][output]), output


def test_same_bits_on_both_architectures():
    case = kernel("gemm_64x64x32")
    results = []
    for arch in ("wormhole_b0", "blackhole"):
        arguments = case.arguments("normal", seed=2)
        tt.build(case.make(), {"kind": "tenstorrent", "arch": arch})(*arguments.values())
        results.append(arguments["C"])
    assert torch.equal(*results)

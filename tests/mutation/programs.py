"""The programs whose texts are mutated: every idiom of the generated code, on few cores and tiles."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import torch

from kernels import arranged_sources as arranged
from kernels import elementwise_sources as elementwise
from kernels import gemm_sources as gemms
from kernels import normalization_sources as normalization


@dataclass(frozen=True)
class Case:
    """A kernel, its tensors' shapes and dtypes in order, and the grid of cores it runs on.

    Every core does several work items, so that state left by one item meets the next, and no two extents
    are equal where that would hide a swap of two arguments.
    """

    title: str
    make: Callable[[], object]
    tensors: tuple[tuple[tuple[int, ...], torch.dtype], ...]
    core_grid: tuple[int, int]
    scale: float = 1.0  # of the numbers

    def arguments(self) -> list[torch.Tensor]:
        """Random tensors, also for outputs: what a program leaves alone keeps its value."""
        generator = torch.Generator().manual_seed(1)
        return [
            (self.scale * torch.randn(shape, generator=generator)).to(dtype) for shape, dtype in self.tensors
        ]


def _chain(a, b, c, d):
    return (a + b) * c - d * 1.5


BF16, FP32 = torch.bfloat16, torch.float32
_part = functools.partial
PROGRAMS = {
    "gemm": Case(
        "GEMM, accumulator in DST",
        _part(gemms.gemm, 128, 192, 96, 64, 64, 32),
        (((128, 96), BF16), ((96, 192), BF16), ((128, 192), BF16)),
        (1, 2),
    ),
    "gemm_l1": Case(
        "GEMM of 128 x 128 blocks, accumulator in L1",
        _part(gemms.gemm, 128, 256, 64, 128, 128, 32),
        (((128, 64), BF16), ((64, 256), BF16), ((128, 256), BF16)),
        (1, 1),
    ),
    "gemm_transposed": Case(
        "GEMM with both operands transposed",
        _part(gemms.gemm, 128, 64, 128, 64, 64, 64, trans_A=True, trans_B=True),
        (((128, 128), BF16), ((64, 128), BF16), ((128, 64), BF16)),
        (1, 1),
    ),
    "gemm_ragged": Case(
        "GEMM with ragged edges filled with zeros",
        _part(gemms.gemm, 96, 160, 96, 64, 64, 64),
        (((96, 96), BF16), ((96, 160), BF16), ((96, 160), BF16)),
        (1, 3),
    ),
    "gemm_shared": Case(
        "GEMM whose cores share a row of blocks by multicast",
        _part(gemms.gemm, 384, 128, 96, 64, 32, 32),
        (((384, 96), BF16), ((96, 128), BF16), ((384, 128), BF16)),
        (4, 1),
    ),
    "gemm_split": Case(
        "GEMM split over K, whose cores pass on their sums",
        _part(arranged.long_split_product, 64, 32, 2048, 2, M=128),
        (((128, 2048), BF16), ((2048, 64), BF16), ((128, 64), FP32)),
        (4, 2),
    ),
    "chain": Case(
        "bf16 expression (A + B) * C - D * 1.5",
        _part(elementwise.quaternary, 64, 96, 32, _chain),
        (((64, 96), BF16),) * 5,
        (1, 2),
    ),
    "temporary": Case(
        "fp32 expressions with a temporary",
        _part(elementwise.temporary, 64, 96, 32),
        (((64, 96), FP32),) * 3,
        (1, 2),
    ),
    "carried_sum": Case(
        "fp32 sum carried by a loop",
        _part(elementwise.carried_sum, 3, 64, 96, 32),
        (((3, 64, 96), FP32), ((64, 96), FP32)),
        (1, 2),
    ),
    "copy": Case(
        "copy from fp32 to bf16, ragged",
        _part(elementwise.copy, 96, 160, 64, 64, "float32", "bfloat16"),
        (((96, 160), FP32), ((96, 160), BF16)),
        (1, 3),
    ),
    "softmax": Case(
        "softmax of rows",
        _part(normalization.softmax, 96, 64, 32, "bfloat16"),
        (((96, 64), BF16), ((96, 64), BF16)),
        (1, 2),
        100.0,  # without the maxima, or with those of one tile alone, some exponentials overflow
    ),
}

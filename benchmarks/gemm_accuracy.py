"""Results of matrix products: their correlation with torch, and their bits on 1 core and on 64."""

from __future__ import annotations

from collections.abc import Iterator

import tilelang_tenstorrent as tt
import torch

from kernels.gemm_sources import gemm
from report import Row

TITLE = "GEMM against torch in float64: lowest PCC of six sizes, and its bits on 1 core and on 64"

SIZES = [
    (256, 256, 256),
    (512, 512, 512),
    (1024, 1024, 1024),
    (1024, 256, 512),
    (128, 1024, 256),
    (96, 160, 224),
]
BLOCKS = [
    (32, 32, 32),
    (64, 64, 32),
    (64, 64, 64),
    (64, 128, 32),
    (128, 64, 64),
    (128, 128, 32),
    (128, 128, 64),
    (256, 128, 32),
]
# (operands, accumulator): lowest correlation
GOALS = {
    ("bfloat16", "float32"): 0.9999,
    ("float32", "float32"): 0.9999,
    ("bfloat16", "bfloat16"): 0.999,
}


def pcc(actual: torch.Tensor, expected: torch.Tensor) -> float:
    """Pearson correlation coefficient."""
    return torch.corrcoef(torch.stack([actual.flatten().double(), expected.flatten()]))[0, 1].item()


def _operands(size: tuple[int, int, int], dtype: str) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """A, B and their product in float64."""
    M, N, K = size
    generator = torch.Generator().manual_seed(M + N + K)
    A = torch.randn(M, K, generator=generator).to(getattr(torch, dtype))
    B = torch.randn(K, N, generator=generator).to(getattr(torch, dtype))
    return A, B, A.double() @ B.double()


def _product(func, grid: list[int], A: torch.Tensor, B: torch.Tensor) -> torch.Tensor:
    C = torch.full((A.shape[0], B.shape[1]), float("nan")).bfloat16()
    tt.build(func, {"kind": "tenstorrent", "core_grid": grid})(A, B, C)
    return C


def rows() -> Iterator[Row]:
    for (dtype, accum), goal in GOALS.items():
        operands = {size: _operands(size, dtype) for size in SIZES}
        for block in BLOCKS:
            lowest, same = 1.0, True
            for size, (A, B, expected) in operands.items():
                func = gemm(*size, *block, dtype=dtype, accum=accum)
                C = _product(func, [8, 8], A, B)
                lowest = min(lowest, pcc(C, expected))
                same &= torch.equal(C, _product(func, [1, 1], A, B))
            yield Row(
                f"{dtype}, {accum} accumulator, {'×'.join(map(str, block))} blocks",
                f"≥ {goal}, same bits",
                f"{lowest:.6f}, {'the same' if same else 'DIFFERENT'}",
                lowest >= goal and same,
            )

"""Time from a TileLang function to the five files, in memory."""

from __future__ import annotations

from collections.abc import Iterator

import tilelang_tenstorrent as tt

from kernels.gemm_sources import gemm
from report import Row, at_most, median_milliseconds

TITLE = "TileLang function to sources and plan (TileLang's own parsing included)"

REPEATS = 15


def _compile(size: tuple[int, int, int]) -> None:
    tt.build(gemm(*size, 64, 64, 32))


def rows() -> Iterator[Row]:
    _compile((256, 256, 256))  # the first call imports and registers what the others find there
    sizes = [(256, 256, 256), (1024, 1024, 1024), (8192, 256, 256), (256, 8192, 256), (256, 256, 8192)]
    times = {}
    for size in sizes:
        times[size] = median_milliseconds(lambda size=size: _compile(size), REPEATS)
        yield at_most(f"GEMM {'×'.join(map(str, size))}, median of {REPEATS}", 60, times[size], "ms", 1)
    ratio = max(times.values()) / times[sizes[0]]
    yield Row("slowest of these against 256×256×256", "flat: ≤ 1.3", f"{ratio:.2f}", ratio <= 1.3)

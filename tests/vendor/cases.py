"""Cases of vendor kernels: registry, tensors and comparison."""

from __future__ import annotations

import dataclasses
import math
import struct
from collections.abc import Callable
from pathlib import Path

import torch
from tilelang_tenstorrent import simulator as sim

from vendor.program import VendorProgram


@dataclasses.dataclass(frozen=True)
class Entry:
    """One case: the operation, what of it, and the function that runs and checks it."""

    operation: str
    what: str
    run: Callable[[Case], None]
    cores: tuple[int, int]
    ignoring: tuple[str, ...]  # rules that these kernels break on purpose

    @property
    def name(self) -> str:
        return self.run.__name__


CASES: list[Entry] = []


def case(operation: str, what: str, cores: tuple[int, int] = (1, 1), ignoring: tuple[str, ...] = ()):
    """Enters a function into the list of cases."""

    def enter(run):
        CASES.append(Entry(operation, what, run, cores, ignoring))
        return run

    return enter


class Case(VendorProgram):
    """A program with tensors on its device. `ran` counts the runs."""

    def __init__(self, wheel: Path, entry: Entry):
        super().__init__(wheel, sim.Device(ignored_violations=entry.ignoring), entry.cores)
        self.ran = 0

    def tensor(self, data, **options) -> sim.Tensor:
        return sim.from_torch(data, self.device, **options)

    def empty(self, shape, dtype: str = "bfloat16", **options) -> sim.Tensor:
        return sim.empty(shape, dtype, self.device, **options)

    def run(self) -> dict:
        self.ran += 1
        return super().run()


def random(*shape: int, dtype=torch.bfloat16, seed: int = 0) -> torch.Tensor:
    """Normal numbers that depend on shape and seed alone."""
    generator = torch.Generator().manual_seed(seed + math.prod(shape))
    return torch.randn(shape, generator=generator).to(dtype)


def bits(value: float) -> int:
    """The pattern of a float32."""
    return struct.unpack("<I", struct.pack("<f", value))[0]


def compare(out: sim.Tensor, expected: torch.Tensor, tolerance: float) -> None:
    """Every element within `tolerance`, relative to the larger of 1 and its size; 0 means equal."""
    result = sim.to_torch(out).float()
    expected = expected.float().reshape(result.shape)
    error = ((result - expected).abs() / expected.abs().clamp(min=1.0)).max().item()
    assert error <= tolerance, f"an element is off by {error:.3g}, more than {tolerance:.3g}"

"""Published measurements beside what the simulator says for the same kernels.

Every module has ``cases()``: one :class:`Case` for each published figure that a kernel can express, and
``LEFT_OUT``: what cannot be expressed, and why.
"""

from __future__ import annotations

import csv
import statistics
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

# The vendor's programs are the tests'.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

PUBLISHED = Path(__file__).resolve().parent.parent / "published"


@dataclass(frozen=True)
class Case:
    """One published figure and ours; ``reason`` says why they differ where they do by more than 25 %."""

    table: str
    row: str
    unit: str
    measured: float
    simulated: float
    reason: str = ""

    @property
    def error(self) -> float:
        return self.simulated / self.measured - 1


def read(name: str) -> Iterator[dict[str, str]]:
    """Rows of a published table; its first line names the source."""
    with (PUBLISHED / name).open(newline="") as file:
        next(file)
        yield from csv.DictReader(file)


def source(name: str) -> str:
    """Where a published table comes from."""
    with (PUBLISHED / name).open() as file:
        return file.readline().strip().strip('"').removeprefix("#").removeprefix(" source:").strip()


def median_error(cases: Iterable[Case]) -> float:
    return statistics.median(abs(case.error) for case in cases)

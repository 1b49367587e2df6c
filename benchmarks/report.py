"""What a section of the benchmark measures, and how it is shown."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """One figure: what it is, what it should be, what it is here, and whether that is good enough."""

    what: str
    goal: str
    measured: str
    ok: bool


def at_most(what: str, limit: float, value: float, unit: str, digits: int = 0) -> Row:
    """A figure that must not exceed a limit, both in `unit`."""
    return Row(what, f"≤ {limit:g} {unit}", f"{value:.{digits}f} {unit}", value <= limit)


def milliseconds(action: Callable[[], object], repeats: int) -> list[float]:
    """Wall time of every repeat of an action."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1e3)
    return times


def median_milliseconds(action: Callable[[], object], repeats: int) -> float:
    return statistics.median(milliseconds(action, repeats))


def show(console: Console, title: str, rows: Iterator[Row]) -> bool:
    """Measures a section with progress and prints its table; whether every goal is reached."""
    table = Table(title=title, title_justify="left", title_style="bold", expand=False)
    for name, justify in (("what", "left"), ("goal", "right"), ("measured", "right"), ("ok", "center")):
        table.add_column(name, justify=justify)
    reached = True
    with console.status(title) as status:
        for row in rows:
            status.update(f"{title}: {row.what}")
            table.add_row(row.what, row.goal, row.measured, "[green]yes" if row.ok else "[red]NO")
            reached &= row.ok
    console.print(table, "")
    return reached

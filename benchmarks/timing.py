"""Simulated time against published measurements, row by row; docs/timing.md keeps the result."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import validation.page
from report import Row
from validation import Case, median_error

TITLE = "Simulated time against published measurements"


def rows() -> Iterator[Row]:
    tables: dict[str, list[Case]] = defaultdict(list)
    for case in validation.page.all_cases():
        tables[case.table].append(case)
        yield Row(
            f"{case.table}: {case.row}",
            f"{case.measured:,.1f} {case.unit}",
            f"{case.simulated:,.1f} ({case.error:+.1%})",
            abs(case.error) <= validation.page.LARGEST_ERROR or bool(case.reason),
        )
    for table, cases in tables.items():
        limit, median = validation.page.MEDIAN_GOALS[table], median_error(cases)
        yield Row(f"{table}: median of {len(cases)}", f"≤ {limit:.0%}", f"{median:.1%}", median <= limit)

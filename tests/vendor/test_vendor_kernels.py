"""The vendor's own kernels, unmodified, with real arguments, against torch; and the page that lists them."""

from __future__ import annotations

import pytest

from vendor import sweep, table
from vendor.cases import CASES, Case, Entry
from vendor.suites import load

load()


@pytest.mark.parametrize("entry", CASES, ids=lambda entry: f"{entry.operation}-{entry.name}")
def test_kernels_agree_with_torch(vendor, entry: Entry):
    program = Case(vendor, entry)
    entry.run(program)
    assert program.ran
    assert table.row(entry, program) in table.PAGE.read_text(), "run tests/vendor/table.py to update the page"


def test_page_lists_these_cases_only():
    rows = [line for line in table.PAGE.read_text().splitlines() if line.startswith("| ")][1:]
    cases = [line for line in rows if not line.startswith(("| kernels", "| compute", "| data movement"))]
    assert len(cases) == len(CASES)


def test_most_kernels_compile(vendor):
    """A share of the sweep: every twentieth kernel outside of what needs several chips."""
    outside = [kernel for kernel in sweep.kernels(vendor) if not kernel.inside]
    results = sweep.sweep(outside[::20], vendor, jobs=2)
    assert len(results) > 30
    compiled = sum(not errors for errors in results.values())
    assert compiled >= 0.6 * len(results), sweep.table(results)

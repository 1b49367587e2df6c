"""Simulated time against published measurements: medians as gates, and a reason for every large error.

Simulated time is deterministic, so these are exact gates, not measurements.
"""

import sys
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "benchmarks"))

from validation import median_error, page  # noqa: E402


@pytest.mark.parametrize("module", page.MODULES, ids=lambda module: module.__name__)
def test_medians_and_reasons(module):
    tables = defaultdict(list)
    for case in module.cases():
        tables[case.table].append(case)
        if abs(case.error) > page.LARGEST_ERROR:
            assert case.reason, f"{case.row}: {case.simulated:.1f} for {case.measured:.1f} {case.unit}"
    assert tables
    for name, cases in tables.items():
        reached = median_error(cases) <= page.MEDIAN_GOALS[name]
        assert reached == (name not in page.MISSED), name


def test_the_page_is_that_of_the_model():
    text = page.text(list(page.all_cases()))
    assert page.PAGE.read_text() == text, "write it again: python -m validation.page in benchmarks/"

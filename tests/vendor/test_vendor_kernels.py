"""The vendor's own kernels, unmodified, with real arguments, against torch."""

from __future__ import annotations

import pytest
import vendor.eltwise_cases  # noqa: F401  enters its cases
from vendor.cases import CASES, Case, Entry


@pytest.mark.parametrize("entry", CASES, ids=lambda entry: f"{entry.operation}-{entry.name}")
def test_kernels_agree_with_torch(vendor, entry: Entry):
    program = Case(vendor, entry.cores)
    entry.run(program)
    assert program.ran

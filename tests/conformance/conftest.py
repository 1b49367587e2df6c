"""The type checker, once per session."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
for folder in (HERE, HERE.parent):  # this folder's modules, and the list of kernels
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


@pytest.fixture(scope="session")
def checker(vendor, tmp_path_factory):
    from type_check import TypeChecker

    # One folder of results for all workers of a parallel run.
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "type_checks"
    shared.mkdir(exist_ok=True)
    with TypeChecker(vendor, shared) as checker:
        yield checker

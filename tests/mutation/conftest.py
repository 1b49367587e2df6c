"""Options of the mutation tests, and the path to their modules."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mutation-full", action="store_true", help="run every mutant, not a seeded share")

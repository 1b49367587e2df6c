"""Options of the mutation tests."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mutation-full", action="store_true", help="run every mutant, not a seeded share")

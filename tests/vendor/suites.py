"""Loads every module of cases."""

from __future__ import annotations

import importlib
from pathlib import Path


def load() -> None:
    """Imports the modules named *_cases, which enter their cases into the list."""
    for path in sorted(Path(__file__).parent.glob("*_cases.py")):
        importlib.import_module(f"vendor.{path.stem}")

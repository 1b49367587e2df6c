"""Console entry points of the native tools in the package."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def tt_opt() -> None:
    """Becomes the native tt-opt with this process's arguments."""
    program = Path(__file__).parent / "bin" / "tt-opt"
    if not program.exists():
        sys.exit(f"tt-opt is not at {program}. Install the package with `pip install .`.")
    os.execv(program, ["tt-opt", *sys.argv[1:]])

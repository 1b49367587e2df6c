"""Console entry points of the native tools in the package."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def native_tool(name: str) -> Path:
    """Path of a native program: in the package, or in the build folder that the library comes from."""
    library = os.environ.get("TILELANG_TENSTORRENT_LIBRARY")
    folder = Path(library).parent / "tools" if library else Path(__file__).parent / "bin"
    return folder / name


def tt_opt() -> None:
    """Becomes the native tt-opt with this process's arguments."""
    program = native_tool("tt-opt")
    if not program.exists():
        sys.exit(f"tt-opt is not at {program}. Install the package with `pip install .`.")
    os.execv(program, ["tt-opt", *sys.argv[1:]])

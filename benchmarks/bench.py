"""Measures the package against its goals.

Usage: python benchmarks/bench.py [SECTION ...]

Every section is a module of this folder with a TITLE and a function rows(); adding one to SECTIONS is all.
Exit code 1 if a goal is missed. Times are wall times: give the machine to it.
"""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import sys
from pathlib import Path

from rich.console import Console

from report import show

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))  # kernels: what is measured

SECTIONS = ("gemm_accuracy", "compile_time", "run_time", "simulator_speed", "memory", "timing")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"default: {', '.join(SECTIONS)}")
    names = parser.parse_args().sections or SECTIONS
    unknown = set(names) - set(SECTIONS)
    if unknown:
        parser.error(f"no section is named {', '.join(sorted(unknown))}")
    console = Console()
    console.width = max(console.width, 110)  # also into a file
    machine = f"{os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}"
    console.print(f"{machine}, Python {platform.python_version()}\n")
    reached = True
    for name in names:
        section = importlib.import_module(name)
        reached &= show(console, section.TITLE, section.rows())
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())

"""The page docs/vendor_kernels.md: `python tests/vendor/table.py` runs all cases and writes it."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import vendor_wheel
from vendor.cases import CASES, Case, Entry
from vendor.suites import load

PAGE = Path(__file__).parents[2] / "docs" / "vendor_kernels.md"
_HEAD = """# The vendor's kernels

Kernels of the `ttnn` {version} wheel, unmodified, on the simulator. Each row is a program of the files named
in it, with the arguments that the vendor's host code would give them; the output is compared with torch. The
rows are the cases of `tests/vendor`; a test runs each and compares this page with what ran.

{counts}

| operation | what | cores | kernels | rules switched off |
|---|---|---|---|---|
"""
_TAIL = """
Rules are switched off where the vendor's kernels break one on purpose: a tile of which one column is written
is read whole, and the results in the other columns are never used (`UninitialisedL1Read`); constants stay in
their buffers (`CbDirtyAtExit`); buffers that one kernel fills and reads are updated in place, without the
protocol between its own threads (the others). `tests/vendor` says so beside each case.

## How many compile

`python tests/vendor/sweep.py` hands every kernel file of the wheel to the simulator and parses what it would
compile. With g++ 12 and, for the kernels on which g++ 12 crashes, with clang++ 14:

{sweep}

The others use what is not there: most instructions of the vector unit (`TTI_*`, integers of `sfpi::`),
circular buffers between cores, the fabric between chips, tiles smaller than 32x32, or values of arguments
that the sweep does not guess. g++ 12 itself crashes on 44 compute kernels of `moreh` (templates with
structures as parameters); clang++ 14 takes them: set `CXX=clang++`.
"""


def row(entry: Entry, program: Case) -> str:
    """The line of the table for a case that has run."""
    files = ", ".join(f"`{Path(file).name}`" for file in dict.fromkeys(program.files))
    cores = f"{entry.cores[0]}x{entry.cores[1]}"
    return f"| {entry.operation} | {entry.what} | {cores} | {files} | {', '.join(entry.ignoring)} |"


def counts(files: set[str]) -> str:
    """The sentence above the table."""
    compute = sum("/compute/" in file for file in files)
    kinds = f"{compute} compute, {len(files) - compute} data movement"
    return f"{len(CASES)} programs, {len(files)} kernel files: {kinds}."


def main() -> None:
    load()
    wheel = vendor_wheel.package_folder()
    rows, files = [], set()
    for entry in CASES:
        program = Case(wheel, entry)
        entry.run(program)
        rows.append(row(entry, program))
        files |= set(program.files)
    old = PAGE.read_text() if PAGE.exists() else ""
    sweep = (
        old.split("clang++ 14:\n\n")[-1].split("\n\nThe others")[0] if "clang++ 14:\n\n" in old else "not run"
    )
    text = _HEAD.format(version=vendor_wheel.VERSION, counts=counts(files)) + "\n".join(rows) + "\n"
    PAGE.write_text(text + _TAIL.format(sweep=sweep))


if __name__ == "__main__":
    main()

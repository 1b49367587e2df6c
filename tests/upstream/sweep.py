"""TileLang's own example files, unmodified, on this target: a table PASS / WRONG / ERROR.

    python tests/upstream/sweep.py [SOURCE] [--only TEXT] [--jobs N]

SOURCE is a checkout of TileLang; without one the published sources are fetched. Each example runs in a
process of its own through `cuda_is_the_card.py`, with sizes a simulator is done with quickly where the file
takes sizes. PASS: the file's own comparison with torch holds. WRONG: it does not. ERROR: it did not get that
far.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import source as published
from examples import EXAMPLES, Example
from rich.console import Console
from rich.table import Table

_RUNNER = Path(__file__).with_name("cuda_is_the_card.py")
# float16 of the examples has 11 bits of mantissa, which they compare by; bfloat16 has 8.
_TARGET = '{"kind": "tenstorrent", "fp16_as": "float32"}'
_MISMATCH = ("Tensor-likes are not close", "Mismatched elements", "not equal", "mismatch")


@dataclass(frozen=True)
class Outcome:
    """How one example ended: PASS, WRONG or ERROR, and the line that says why."""

    example: Example
    verdict: str
    reason: str


def _reason(output: str) -> str:
    """The line of a Python error, or the last one."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for line in reversed(lines):
        name, _, text = line.partition(": ")
        if text and (name.endswith("Error") or name.endswith("Exception")):
            return line
    return lines[-1] if lines else "no output"


def run(source: Path, example: Example, timeout: float) -> Outcome:
    """Runs one example file in a process of its own."""
    environment = {**os.environ, "TILELANG_DEFAULT_TARGET": _TARGET}
    command = [sys.executable, str(_RUNNER), str(source / "examples" / example.file), *example.arguments]
    try:
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=timeout, cwd=_RUNNER.parent
        )
    except subprocess.TimeoutExpired:
        return Outcome(example, "ERROR", f"not done after {timeout:.0f} s")
    if done.returncode == 0:
        return Outcome(example, "PASS", "")
    output = done.stdout + done.stderr
    wrong = any(text in output for text in _MISMATCH)
    return Outcome(example, "WRONG" if wrong else "ERROR", _reason(output))


def sweep(source: Path, examples: list[Example], jobs: int, timeout: float) -> list[Outcome]:
    """Runs the examples, `jobs` at a time, in their order."""
    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(lambda example: run(source, example, timeout), examples))


def table(outcomes: list[Outcome]) -> Table:
    """The outcomes as a table with the count in its title."""
    passed = sum(outcome.verdict == "PASS" for outcome in outcomes)
    result = Table(title=f"TileLang's examples, unmodified: {passed} of {len(outcomes)} pass")
    for column in ("example", "verdict", "why"):
        result.add_column(column, overflow="fold")
    for outcome in outcomes:
        result.add_row(outcome.example.file, outcome.verdict, outcome.reason[:400])
    return result


def main() -> int:
    """Prints the table; fails if an example that is known to pass does not."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("source", type=Path, nargs="?", help="source tree of TileLang")
    parser.add_argument("--only", default="", help="run the examples whose path contains this text")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--timeout", type=float, default=180.0, help="seconds for one example")
    options = parser.parse_args()
    source = options.source or published.folder()
    if not (source / "examples").is_dir():
        parser.error(f"{source} has no directory 'examples'; give a source tree of TileLang.")
    chosen = [example for example in EXAMPLES if options.only in example.file]
    outcomes = sweep(source, chosen, options.jobs, options.timeout)
    Console(width=160).print(table(outcomes))
    broken = [o for o in outcomes if o.example.passes and o.verdict != "PASS"]
    for outcome in broken:
        print(f"{outcome.example.file} is expected to pass: {outcome.verdict} {outcome.reason}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

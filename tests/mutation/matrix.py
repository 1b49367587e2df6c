"""Runs every mutant, prints the matrix and writes it to docs/mutation.md.

Usage: python tests/mutation/matrix.py [--results FILE] [--processes N] [--sample N]

With --results, outcomes are kept in a file and only what is missing there is run.
With --sample, a seeded sample is run, and the page says so.
"""

from __future__ import annotations

import argparse
import collections
import json
import random
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from mutation.mutators import MUTATORS, Mutant  # noqa: E402
from mutation.programs import PROGRAMS  # noqa: E402
from mutation.rules import RULES, reason_of, rule_of  # noqa: E402
from mutation.runner import Outcome, all_mutants, run_all  # noqa: E402

PAGE = ROOT / "docs" / "mutation.md"
KILLED = ("violation", "deadlock", "result")


@dataclass(frozen=True)
class Verdict:
    """A mutant, how it ended and what that means.

    Attributes:
        kind: "killed", "compile error", "equivalent" or "survived".
    """

    mutant: Mutant
    outcome: Outcome
    kind: str


def judge(mutant: Mutant, outcome: Outcome) -> Verdict:
    if outcome.end in KILLED:
        kind = "killed"
    elif outcome.end == "compile error":
        kind = "compile error"
    else:
        kind = "equivalent" if rule_of(mutant) else "survived"
    return Verdict(mutant, outcome, kind)


def _table(head: list[str], rows: Iterable[Iterable[object]]) -> list[str]:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows] + [""]


def _cell(verdicts: list[Verdict]) -> str:
    kinds = collections.Counter(verdict.kind for verdict in verdicts)
    if not verdicts:
        return ""
    return f"{kinds['killed']} / {kinds['equivalent']} / {kinds['survived']}"


def matrix(verdicts: list[Verdict]) -> list[str]:
    """Mutators by programs, each cell "killed / equivalent / survived"."""

    def row(title: str, chosen: list[Verdict]) -> list[str]:
        cells = [_cell([v for v in chosen if v.mutant.program == name]) for name in PROGRAMS]
        return [title, *cells, _cell(chosen)]

    rows = [row(name, [v for v in verdicts if v.mutant.mutator == name]) for name in MUTATORS]
    return _table(["mutator", *PROGRAMS, "all"], [*rows, row("**all**", verdicts)])


def killed_share(verdicts: Iterable[Verdict]) -> float:
    """Killed mutants of those that compile and are not equivalent."""
    kinds = collections.Counter(verdict.kind for verdict in verdicts)
    return kinds["killed"] / max(kinds["killed"] + kinds["survived"], 1)


def page(verdicts: list[Verdict], total: int) -> str:
    """The text of docs/mutation.md for the verdicts on all or some of `total` mutants."""
    ends = collections.Counter(verdict.outcome.end for verdict in verdicts)
    kinds = collections.Counter(verdict.kind for verdict in verdicts)
    lines = [
        "# Mutation matrix",
        "",
        "<!-- Written by tests/mutation/matrix.py; edit that. -->",
        "",
        "How much of what can be wrong with a generated program does the simulator notice? Each mutant is",
        "one small change to the text of one kernel (reader, compute or writer) of a generated program. It",
        "is compiled and run, and its tensors are compared bit by bit with those of the unchanged program.",
        "",
        *([f"A seeded sample of the {total} mutants:", ""] if len(verdicts) != total else []),
        f"Of {len(verdicts)} mutants, {kinds['compile error']} do not compile, {kinds['equivalent']} are",
        f"equivalent by the rules below, {kinds['killed']} are killed and {kinds['survived']} survive:",
        f"**{100 * killed_share(verdicts):.1f} % of the mutants that compile and mean something else are "
        "killed**.",
        "",
        "Every one of them ends by itself: by an error of the simulator, or by finishing. The pytest suite",
        "runs a seeded share; `pytest tests/mutation --mutation-full` runs all of them, and",
        "`python tests/mutation/matrix.py` runs all of them and writes this page.",
        "",
        "## Programs",
        "",
        *_table(
            ["program", "what it is", "cores"],
            [
                (f"`{name}`", case.title, case.core_grid[0] * case.core_grid[1])
                for name, case in PROGRAMS.items()
            ],
        ),
        "## Matrix",
        "",
        "Each cell counts killed / equivalent / survived. Mutants that do not compile are left out.",
        "",
        *matrix(verdicts),
        "Declarations are not dropped or duplicated: that does not compile. *buffer* names another circular",
        "buffer, *guard* turns `<` of an `if` into `<=`, *offset* adds 16 bytes or 2048, *bytes* halves a",
        "transfer, *flag* inverts, and the other changes add or subtract 1.",
        "",
        "## How they were killed",
        "",
        *_table(["end", "mutants"], [(end, ends[end]) for end in (*KILLED, "compile error")]),
        "A compile error says nothing about the simulator. A wrong result is a mutant that keeps the rules",
        "of the machine but computes something else; the simulator cannot object, the check of results does.",
        "",
    ]
    by_name = collections.Counter(v.outcome.detail for v in verdicts if v.outcome.end == "violation")
    ordered = sorted(by_name.items(), key=lambda item: (-item[1], item[0]))
    lines += _table(["violation", "mutants"], ordered)
    results = collections.Counter(v.mutant.mutator for v in verdicts if v.outcome.end == "result")
    lines += ["### Killed by their results only", ""]
    lines += _table(["mutator", "mutants"], [(name, results[name]) for name in MUTATORS if results[name]])
    lines += ["<details><summary>Each of them</summary>", ""]
    lines += [f"- {_name(v)}" for v in verdicts if v.outcome.end == "result"]
    lines += ["", "</details>", "", "## Equivalent mutants", ""]
    lines += [
        "A rule looks at what was changed, not at how it ended; it counts where the results are the same.",
        "",
    ]
    by_rule = collections.Counter(rule_of(v.mutant).name for v in verdicts if v.kind == "equivalent")
    lines += _table(
        ["rule", "mutants", "why the program is the same"],
        [(rule.name, by_rule[rule.name], rule.reason) for rule in RULES],
    )
    lines += ["## Survivors", ""]
    survivors = [v for v in verdicts if v.kind == "survived"]
    lines += [f"- {_name(v)}: {reason_of(v.mutant)}" for v in survivors] or ["None."]
    return "\n".join(lines).rstrip() + "\n"


def _name(verdict: Verdict) -> str:
    m = verdict.mutant
    after = f" to `{m.after}`" if m.after else ""
    return f"`{m.program}` {m.file} line {m.line}, {m.mutator}: `{m.before}`{after}"


def run_matrix(results: Path | None, processes: int, sample: int) -> tuple[list[Verdict], int]:
    """Verdicts of all mutants, with the outcomes that a file holds taken from there."""
    known = {}
    if results and results.exists():
        known = {key: Outcome(**value) for key, value in json.loads(results.read_text()).items()}
    found = all_mutants()
    chosen = random.Random(3).sample(found, sample) if sample else found
    missing = [mutant for mutant in chosen if mutant.key not in known]
    for count, (mutant, outcome) in enumerate(run_all(missing, processes), 1):
        known[mutant.key] = outcome
        if count % 50 == 0 or count == len(missing):
            print(f"{count} of {len(missing)}", file=sys.stderr, flush=True)
            if results:
                results.write_text(json.dumps({key: asdict(value) for key, value in known.items()}))
    return [judge(mutant, known[mutant.key]) for mutant in chosen], len(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--results", type=Path)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--sample", type=int, default=0, help="so many mutants instead of all")
    arguments = parser.parse_args()
    verdicts, total = run_matrix(arguments.results, arguments.processes, arguments.sample)
    PAGE.write_text(page(verdicts, total))
    print("\n".join(matrix(verdicts)))
    print(f"killed: {100 * killed_share(verdicts):.2f} %")
    for verdict in verdicts:
        if verdict.kind == "survived":
            print("survived:", verdict.mutant.name)


if __name__ == "__main__":
    main()

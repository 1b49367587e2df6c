"""docs/timing.md: the model in words, and every published figure beside ours.

Usage: python -m validation.page (from benchmarks/) writes the page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from . import Case, dram, gemm, launch, median_error, noc, source, tensix

PAGE = Path(__file__).resolve().parents[2] / "docs" / "timing.md"
MODULES = (noc, dram, tensix, launch, gemm)
LARGEST_ERROR = 0.25
# Goals for the median of the errors: what is on the NoC is held to more.
MEDIAN_GOALS = {
    "NoC latencies": 0.05,
    "NoC plots": 0.05,
    "NoC ideal bandwidth": 0.05,
    "DRAM bandwidth": 0.10,
    "Tensix engines": 0.10,
    "Launch": 0.10,
    "GEMM": 0.10,
}
# Tables whose median is above its goal, and what is known of why.
MISSED: dict[str, str] = {}

_LEFT_OUT = {
    "dram_bandwidth_models_wh.csv": "whole models, and a micro-benchmark whose kernels are not given",
    "npe_device_model.csv": "constants of another model, not measurements",
}

_INTRODUCTION = """\
<!-- Written by benchmarks/validation/page.py; edit that. -->
# Simulated time

Every run is timed. `tt.profile(kernel, *args)` says how long it took and where the time went,
`kernel.get_profiler().do_bench()` gives TileLang's users and its auto-tuner the latency in
milliseconds, and errors carry the cycle at which they happened.

```python
report = tt.profile(kernel, a, b, c)       # or program.profile(...), with timeline=True for a trace
print(report)                              # total, critical resource, utilisation, waits by buffer and line
report.cycles, report.latency_ms, report.utilisation(), report.cb_waits()
report.save_picture("noc.svg")             # cores and links, coloured by how busy they are
report.save_trace("trace.json")            # for ui.perfetto.dev: cores x RISCs, fill of circular buffers
```

## How it works

The simulator runs kernels as before and records, for each RISC, the events that take or exchange time:
transfers, barriers, waits and pushes on circular buffers, semaphores, operations of the engines
([event.h](../src/simulator/timing/event.h)). A discrete-event replay
([replay.cc](../src/simulator/timing/replay.cc)) turns the records into times. Each RISC has a clock, each
TRISC one more for its engine; a wait takes the maximum with the clock of whoever ends it. What competes
for a shared resource is done in the order of simulated time. The replay only reads the records, so
**time cannot change a result**, and it does not see in which order the simulator ran its fibers, so
**the order of execution cannot change a time**: the same program takes the same number of cycles on every
run, to the cycle.

- NoC: two tori in opposite directions, X then Y and Y then X; latency per hop; packets of a header and up
  to 256 flits; every link and NIU port is taken by one packet after another, in the order in which they
  reach it.
- Multicast: a tree; without a linked predecessor its path is reserved first, there and back to the
  farthest core; acknowledgements take time at the sender.
- DRAM: banks, each with its rate and latency; a request waits for its bank; short writes are
  read-modify-writes.
- RISCs: cycles to issue a transfer, to compute an address, to poll and update a counter, to load from and
  store to L1; arithmetic in between is free.
- Unpacker, FPU, SFPU, packer: bytes by rate, and cycles by tile, fidelity and operation; two banks of
  source registers, two halves of DST.
- Launch: dispatch by binary sizes, processors, arguments and groups of cores; go and completion; the
  time from one launch to the next.

All parameters are physical and stand in [timing_model.cc](../src/target/timing_model.cc), each with its
source; none belongs to a row below. NoC, DRAM and launch parameters were derived from slopes and
intercepts of the tables below (links, hops and packets from documentation): the tables show that one set
of physical parameters explains all rows, and are no proof for other programs. Parameters of the Tensix
engines come from the few figures that are published, so their table shows little more than that.

Known limits: routers' buffers are not modelled, so a blocked packet does not block others behind it, and
many writes that cross at random are faster than measured;
which rows of a card are harvested is not known, the first eight are taken; the size of a RISC-V binary is
assumed unless the descriptor has `binary_bytes`; vector operations without a published figure have the
cost of their class; contention for L1 between engines and NoC is not modelled.

"""


def all_cases() -> Iterator[Case]:
    for module in MODULES:
        yield from module.cases()


def text(cases: list[Case]) -> str:
    """The page for these cases."""
    tables: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        tables[case.table].append(case)
    out = [_INTRODUCTION, "## Against published measurements\n\n"]
    out.append("| table | rows | median error | goal | largest | rows off by more than 25 % |\n")
    out.append("|---" * 6 + "|\n")
    for name, rows in tables.items():
        largest = max(rows, key=lambda case: abs(case.error)).error
        off = sum(abs(case.error) > LARGEST_ERROR for case in rows)
        out.append(
            f"| {name} | {len(rows)} | {median_error(rows):.1%} | {MEDIAN_GOALS[name]:.0%} "
            f"| {largest:+.1%} | {off} |\n"
        )
    out += [f"\n{name} misses its goal. {reason}.\n" for name, reason in MISSED.items()]
    out.append("\nRows that are off by more than 25 %, and why:\n\n")
    reasons: dict[tuple[str, str], list[Case]] = defaultdict(list)
    for case in cases:
        if abs(case.error) > LARGEST_ERROR:
            reasons[case.table, case.reason].append(case)
    for (table, reason), rows in reasons.items():
        names = "; ".join(f"{case.row} ({case.error:+.0%})" for case in rows)
        out.append(f"- {table}: {names}. {reason[:1].upper()}{reason[1:]}.\n")
    out.append("\nNot compared:\n\n")
    left_out = {name: reason for module in MODULES for name, reason in module.LEFT_OUT.items()} | _LEFT_OUT
    out += [f"- {name}: {reason}.\n" for name, reason in left_out.items()]
    out.append("\nSources:\n\n")
    out += [f"- `{file}`: {source(file)}\n" for module in MODULES for file in module.FILES]
    for name, rows in tables.items():
        out.append(
            f"\n### {name}\n\n| row | unit | measured | simulated | error |\n|---|---|---:|---:|---:|\n"
        )
        out += [
            f"| {case.row} | {case.unit} | {case.measured:,.1f} | {case.simulated:,.1f} "
            + f"| {case.error:+.1%} |\n"
            for case in rows
        ]
    return "".join(out)


if __name__ == "__main__":
    PAGE.write_text(text(list(all_cases())))

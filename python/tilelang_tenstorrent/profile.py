"""What a run took in simulated time, and where the time went."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import profile_pictures

if TYPE_CHECKING:
    from .program_sequence import SequenceProfile

_ENGINE_OF_RISC = {"TRISC0 (unpack)": "unpacker", "TRISC1 (math)": "FPU", "TRISC2 (pack)": "packer"}


class Profile:
    """The time report of one run. ``print(profile)`` shows it.

    Attributes:
        name: of the program.
        cycles: AICLK cycles from the first instruction of the first core to the end of the last RISC.
        clock_ghz: AICLK.
        counters: what was done: tile operations, NoC bytes and transactions.
        launch: the dispatcher's time per program, and whether it overlaps with the program before.
        zones: passes through the kernels' ``DeviceZoneScopedN`` zones.
        threads, circular_buffers, lines, links, banks: the details, as the simulator reports them.
    """

    def __init__(self, name: str, report: Mapping[str, Any], plan: Mapping[str, Any] | None = None):
        time = report["time"]
        if time is None:
            raise ValueError(f"The run of {name!r} was not timed; use timing='on'.")
        self.name = name
        self.cycles: int = time["cycles"]
        self.clock_ghz: float = time["clock_ghz"]
        self.counters: dict[str, int] = report["counters"]
        self.threads: list[dict[str, Any]] = time["threads"]
        self.circular_buffers: list[dict[str, Any]] = time["cbs"]
        self.lines: list[dict[str, Any]] = time["lines"]
        self.links: list[dict[str, Any]] = time["links"]
        self.banks: list[dict[str, Any]] = time["banks"]
        self.zones: list[dict[str, Any]] = time["zones"]
        self.launch: dict[str, Any] = time["launch"]
        self.noc_extent: tuple[int, int] = tuple(time["noc_extent"])
        self.core_places = [((x, y), (px, py)) for x, y, px, py in time["core_places"]]
        self.bank_places = list(enumerate(time["bank_places"]))
        self._spans = time.get("spans")
        self._counters = time.get("counters")
        self._grid_columns: int = time["grid_columns"]
        self._cb_names = {}
        if plan:
            self._cb_names = {cb["id"]: cb["name"] for cb in plan["circular_buffers"] if cb.get("name")}

    # ---- numbers -----------------------------------------------------------------------------------

    @property
    def seconds(self) -> float:
        """Time of the kernels on the device, without launch."""
        return self.cycles / self.clock_ghz * 1e-9

    @property
    def latency_ms(self) -> float:
        """Time from one launch to the next when the program is launched again and again.

        The dispatcher sends the next program while one runs, so this is the longer of the two; if both
        do not fit into the cores' configuration rings, one comes after the other.
        """
        run_ns, dispatch_ns = self.cycles / self.clock_ghz, self.launch["dispatch_ns"]
        if not self.launch["overlaps"]:
            return (run_ns + dispatch_ns) * 1e-6
        return max(run_ns + self.launch["go_cycles"] / self.clock_ghz, dispatch_ns) * 1e-6

    @property
    def cores(self) -> int:
        """Cores that ran a kernel."""
        return len({tuple(thread["core"]) for thread in self.threads})

    def busy(self) -> dict[str, int]:
        """Busy cycles of each kind of resource where it is busiest: no run can be shorter than that."""
        busy: dict[str, int] = defaultdict(int)
        for thread in self.threads:
            engine = _ENGINE_OF_RISC.get(thread["risc"])
            if engine is None:
                issue = thread["end"] - thread["start"] - sum(thread["waits"].values())
                busy[f"{thread['risc']} issue"] = max(busy[f"{thread['risc']} issue"], issue)
                continue
            work = thread["engine_busy"]
            if engine == "FPU":
                busy["SFPU"] = max(busy["SFPU"], thread["vector_busy"])
                work -= thread["vector_busy"]
            busy[engine] = max(busy[engine], work)
        for link in self.links:
            most = max(link["horizontal"], link["vertical"], link["inject"], link["absorb"])
            busy[f"NoC {link['noc']}"] = max(busy[f"NoC {link['noc']}"], round(most))
        busy["DRAM"] = max((round(bank["busy"]) for bank in self.banks), default=0)
        return dict(busy)

    def utilisation(self) -> dict[str, float]:
        """Share of the run for which each kind of engine worked, over the cores that have it."""
        work: dict[str, list[int]] = defaultdict(list)
        for thread in self.threads:
            engine = _ENGINE_OF_RISC.get(thread["risc"])
            if engine is None:
                continue
            work[engine].append(thread["engine_busy"] - (thread["vector_busy"] if engine == "FPU" else 0))
            if engine == "FPU":
                work["SFPU"].append(thread["vector_busy"])
        result = {name: sum(cycles) / len(cycles) / max(self.cycles, 1) for name, cycles in work.items()}
        for noc in (0, 1):
            links = [
                link[way]
                for link in self.links
                if link["noc"] == noc
                for way in ("horizontal", "vertical")
                if link[way]
            ]
            if links:
                result[f"NoC {noc}"] = sum(links) / len(links) / max(self.cycles, 1)
        result["DRAM"] = sum(bank["busy"] for bank in self.banks) / max(len(self.banks) * self.cycles, 1)
        return result

    @property
    def critical(self) -> str:
        """The resource with the most busy cycles: what to relieve first."""
        busy = self.busy()
        return max(busy, key=lambda name: (busy[name], name)) if busy else ""

    @property
    def dram_bytes(self) -> int:
        return sum(bank["bytes"] for bank in self.banks)

    def cb_waits(self) -> dict[str, dict[str, int]]:
        """Cycles spent waiting for data and for space in each circular buffer, summed over cores."""
        waits: dict[str, dict[str, int]] = {}
        for cb in self.circular_buffers:
            name = self._cb_names.get(cb["id"], f"cb {cb['id']}")
            row = waits.setdefault(name, {"pages": 0, "wait_for_data": 0, "wait_for_space": 0})
            for key in row:
                row[key] += cb[key]
        return waits

    # ---- output ------------------------------------------------------------------------------------

    def __str__(self) -> str:
        busy, utilisation = self.busy(), self.utilisation()
        out = [
            f"{self.name}: {self.cycles:,} cycles = {self.seconds * 1e6:,.2f} us at {self.clock_ghz} GHz "
            f"on {self.cores} cores; launch after launch {self.latency_ms * 1e3:,.2f} us"
        ]
        seconds = max(self.seconds, 1e-12)
        if self.counters["tile_matmuls"]:
            flops = self.counters["tile_matmuls"] * 2 * 32**3
            out.append(
                f"{flops / seconds * 1e-12:.2f} TFLOP/s, "
                f"{flops / max(self.dram_bytes, 1):.0f} FLOP per byte of DRAM"
            )
        out.append(f"{self.dram_bytes / seconds * 1e-9:.1f} GB/s of DRAM")
        out += ["", f"{'resource':<16}{'busiest, cycles':>16}{'of the run':>12}{'mean':>9}"]
        for name in sorted(busy, key=lambda name: -busy[name]):
            mean = f"{utilisation[name]:9.1%}" if name in utilisation else ""
            mark = "  <- critical" if name == self.critical else ""
            out.append(f"{name:<16}{busy[name]:>16,}{busy[name] / max(self.cycles, 1):>12.1%}{mean}{mark}")
        waits = self.cb_waits()
        if waits:
            out += ["", f"{'circular buffer':<20}{'pages':>9}{'wait for data':>15}{'wait for space':>16}"]
            out += [
                f"{name:<20}{row['pages']:>9,}{row['wait_for_data'] / self.cores:>15,.0f}"
                f"{row['wait_for_space'] / self.cores:>16,.0f}"
                for name, row in waits.items()
            ]
            out.append("(cycles, mean over cores)")
        if self.lines:
            out += ["", f"{'longest waits':<18}{'line':>5}  {'for':<12}{'cycles a core':>14}"]
            out += [
                f"{row['risc']:<18}{row['line']:>5}  {row['waits_for']:<12}"
                f"{row['cycles'] / self.cores:>14,.0f}"
                for row in self.lines[:6]
            ]
        return "\n".join(out)

    def save_trace(self, path: str | Path) -> Path:
        """Writes a trace for https://ui.perfetto.dev or chrome://tracing: cores, RISCs, buffers."""
        if self._spans is None:
            raise ValueError("The run kept no timeline; profile it with timeline=True.")
        path = Path(path)
        events = profile_pictures.trace_events(
            self._spans, self._counters, self._grid_columns, self.clock_ghz, self._cb_names
        )
        path.write_text(json.dumps({"traceEvents": events, "displayTimeUnit": "ns"}))
        return path

    def save_picture(self, path: str | Path) -> Path:
        """Writes an SVG of the NoC: cores by utilisation of their FPU, links by traffic."""
        path = Path(path)
        path.write_text(profile_pictures.grid_svg(self))
        return path


def profile(kernel, *tensors, timeline: bool = False) -> Profile | SequenceProfile:
    """Runs a kernel once on the simulated device and reports its time.

    Args:
        kernel: what ``tilelang.compile`` or ``@tilelang.jit`` made, or what :func:`build` made.
        tensors: its arguments; outputs that the kernel allocates itself may be left out.
        timeline: keep every span, for :meth:`Profile.save_trace`.
    """
    from .program import Program, program, sizes_of
    from .program_sequence import ProgramSequence

    ready = isinstance(kernel, (Program, ProgramSequence))
    compiled = kernel if ready else program(kernel, sizes_of(kernel, tensors))
    return compiled.profile(*_with_outputs(compiled.tensors, tensors), timeline=timeline)


def _with_outputs(expected: list[Mapping[str, Any]], tensors) -> list:
    """The arguments in the order of the plan; left-out outputs are made."""
    import torch

    outputs = [tensor for tensor in expected if tensor["is_output"]]
    if len(tensors) != len(expected) - len(outputs) or not outputs:
        return list(tensors)
    given = iter(tensors)
    return [
        torch.zeros(tensor["host_shape"], dtype=getattr(torch, tensor["host_dtype"]))
        if tensor["is_output"]
        else next(given)
        for tensor in expected
    ]

"""Transfers by one core: latencies of tt-metal's data-movement tests."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

import torch
from tilelang_tenstorrent import simulator as sim

from . import Case, read

FILES = ("noc_latencies.csv", "noc_perf_plots.csv", "noc_ideal_bandwidth.csv")
LEFT_OUT: dict[str, str] = {}

_BYTES = 65536
_KERNEL = """
#include "api/dataflow/dataflow_api.h"
enum Kind { READ, WRITE, MULTICAST, READ_BANK };
void kernel_main() {
  const uint32_t kind = get_arg_val<uint32_t>(0), n = get_arg_val<uint32_t>(1);
  const uint32_t bytes = get_arg_val<uint32_t>(2), local = get_arg_val<uint32_t>(3);
  const uint32_t linked = get_arg_val<uint32_t>(4), destinations = get_arg_val<uint32_t>(5);
  const uint32_t count = get_arg_val<uint32_t>(6);
  const uint64_t low = get_arg_val<uint32_t>(7), first = get_arg_val<uint32_t>(8);
  {
    DeviceZoneScopedN("transfers");
    for (uint32_t other = 0; other < count; ++other) {
      // With several others the loop over them is the outer one and looks up where each is.
      const uint64_t high = count > 1 ? get_arg_val<uint32_t>(8 + other) : first;
      const uint64_t remote = high << 32 | low;
      for (uint32_t i = 0; i < n; ++i) {
        if (kind == READ) noc_async_read(remote, local, bytes);
        if (kind == WRITE) noc_async_write(local, remote, bytes);
        if (kind == READ_BANK) {
          noc_async_read(get_noc_addr_from_bank_id<true>(i % NUM_DRAM_BANKS, low), local, bytes);
        }
        if (kind == MULTICAST) {
          noc_async_write_multicast(local, remote, bytes, destinations, linked && i + 1 < n);
        }
      }
    }
    if (kind == READ || kind == READ_BANK) noc_async_read_barrier();
    if (kind == WRITE || kind == MULTICAST) noc_async_write_barrier();
  }
}
"""
_READ, _WRITE, _MULTICAST, _READ_BANK = range(4)


class Bench:
    """One device with 64 KiB to send from and 64 KiB to write to in every L1, and pages in DRAM."""

    def __init__(self, arch: str):
        self.device = sim.Device(arch)
        self.columns, self.rows = self.device.grid
        cores = self.columns * self.rows
        data = torch.zeros(cores, _BYTES // 2, dtype=torch.bfloat16)
        place = {"memory": "l1", "layout": "row_major"}
        self.sent = sim.from_torch(data, self.device, **place)
        self.landed = sim.empty(data.shape, "bfloat16", self.device, **place)

    @functools.cache  # noqa: B019, a bench lives as long as the program
    def dram(self, page: int) -> sim.Tensor:
        data = torch.zeros(self.device.num_dram_banks, page // 2, dtype=torch.bfloat16)
        return sim.from_torch(data, self.device, layout="row_major")

    def core(self, index: int) -> sim.CoreCoord:
        return sim.CoreCoord(index % self.columns, index // self.columns)

    def address(self, core: sim.CoreCoord, local: int) -> int:
        at = self.device.worker_core_from_logical_core(core)
        return at.y << 42 | at.x << 36 | local

    def rectangle(self, columns: int, rows: int, local: int) -> int:
        worker = self.device.worker_core_from_logical_core
        first, last = worker(sim.CoreCoord(0, 0)), worker(sim.CoreCoord(columns - 1, rows - 1))
        return first.y << 54 | first.x << 48 | last.y << 42 | last.x << 36 | local

    def cycles(self, kind: int, n: int, size: int, local: int, remote: Sequence[int], **options) -> int:
        """From the first instruction of the loop to the end of the barrier; n transfers to each remote."""
        arguments = sim.RuntimeArgs()
        arguments[0][0] = [
            kind,
            n,
            size,
            local,
            options.get("linked", 0),
            options.get("destinations", 0),
            len(remote),
            remote[0] & 0xFFFFFFFF,
            *(address >> 32 for address in remote),
        ]
        writes = kind in (_WRITE, _MULTICAST)
        kernel = sim.KernelDescriptor(
            kernel_source=_KERNEL,
            source_type=sim.KernelDescriptor.SourceType.SOURCE_CODE,
            core_ranges=sim.CoreRangeSet(sim.CoreCoord(0, 0)),
            # The published tests run writes on NoC 0 too.
            config=sim.DataMovementConfigDescriptor(int(not writes), 0),
            runtime_args=arguments,
        )
        (zone,) = self.device.run(sim.ProgramDescriptor([kernel]))["time"]["zones"]
        return zone["end"] - zone["start"]

    def l1(self, kind: int, n: int, size: int, cores: Sequence[int]) -> int:
        read = kind == _READ
        own, other = (self.landed, self.sent) if read else (self.sent, self.landed)
        remote = [self.address(self.core(core), other.buffer_address()) for core in cores]
        return self.cycles(kind, n // len(cores), size, own.buffer_address(), remote)

    def dram_bank(self, kind: int, n: int, size: int) -> int:
        """To or from bank 0; with _READ_BANK from all banks in turn.

        The published loops name a constant page, whose address a compiler takes out of the loop.
        """
        own = self.sent if kind == _WRITE else self.landed
        at = self.device.dram_core_from_bank(0)
        remote = [at.y << 42 | at.x << 36 | self.dram(size).buffer_address()]
        return self.cycles(kind, n, size, own.buffer_address(), remote)

    def multicast(self, n: int, size: int, columns: int, rows: int, linked: bool) -> int:
        remote = [self.rectangle(columns, rows, self.landed.buffer_address())]
        return self.cycles(
            _MULTICAST,
            n,
            size,
            self.sent.buffer_address(),
            remote,
            linked=int(linked),
            destinations=columns * rows - 1,
        )


@functools.cache
def bench(arch: str) -> Bench:
    return Bench(arch)


_ARCHES = {"wh": "wormhole_b0", "bh": "blackhole"}


def _sizes(row: dict[str, str]) -> list[tuple[int, float]]:
    """(bytes, cycles) of a row; the DRAM rows repeat their last value where nothing was measured."""
    found = [(int(key[4:-1]), float(value)) for key, value in row.items() if key.startswith("lat_") and value]
    while len(found) > 1 and found[-1][1] == found[-2][1]:
        found.pop()
    return found


def _latency(arch: str, row: dict[str, str], size: int) -> int:
    on = bench(_ARCHES[arch])
    n, pattern = int(row["num_transactions"]), row["pattern"]
    kind = _READ if pattern.startswith("read") else _WRITE
    if row["memory"] != "L1":
        return on.dram_bank(_READ_BANK if pattern == "read_one_from_all" else kind, n, size)
    if pattern in ("read_one_from_one", "write_one_to_one"):
        # The other core: below (the same column), or below and to the right.
        return on.l1(kind, n, size, [on.columns if row["same_axis"] == "1" else on.columns + 1])
    others = int(row["num_subordinates"])
    side = {4: 2, 25: 5}.get(others)
    cores = (
        [y * on.columns + x for y in range(side) for x in range(side)] if side else list(range(1, others + 1))
    )
    return on.l1(kind, n, size, cores)


def _latencies() -> Iterator[Case]:
    for row in read("noc_latencies.csv"):
        arch, n = row["arch"], int(row["num_transactions"])
        kind = f"{row['pattern']} {row['memory']}{' same column' if row['same_axis'] == '1' else ''}"
        for size, measured in _sizes(row):
            yield Case(
                "NoC latencies",
                f"{arch} {kind}, {n} x {size} B",
                "cycles",
                measured,
                _latency(arch, row, size),
            )


def _plots() -> Iterator[Case]:
    on = bench("wormhole_b0")
    for row in read("noc_perf_plots.csv"):
        n = int(row["num_transactions"])
        for size, measured in _sizes(row):
            if "DRAM" in row["test"]:
                simulated = on.dram_bank(_READ if row["kernel"] == "read" else _WRITE, n, size)
            else:
                simulated = on.multicast(n, size, 5, 5, "Linked" in row["test"])
            name = row["test"].split("(")[0].strip()
            yield Case(
                "NoC plots", f"wh {name} {row['kernel']}, {n} x {size} B", "cycles", measured, simulated
            )


def _bandwidth(on: Bench, primitive: str, packet: int) -> float:
    """Bytes a cycle at the sending or receiving core, 256 transfers of the longest packet."""
    others = list(range(1, on.columns * on.rows))[:63]
    n = 252  # four for each of the others
    cycles = {
        "DRAM Read": lambda: on.dram_bank(_READ, n, packet),
        "DRAM Write": lambda: on.dram_bank(_WRITE, n, packet),
        "One To One": lambda: on.l1(_WRITE, n, packet, [on.columns + 1]),
        "One From One": lambda: on.l1(_READ, n, packet, [on.columns + 1]),
        "One To All (Unicast)": lambda: on.l1(_WRITE, n, packet, others),
        "One From All": lambda: on.l1(_READ, n, packet, others),
        "One To All (Multicast)": lambda: on.multicast(n, packet, on.columns, on.rows, False),
        "One To All (Multicast + Linked)": lambda: on.multicast(n, packet, on.columns, on.rows, True),
    }[primitive]()
    return n * packet / cycles


_BH_DRAM_RATE = (
    "33 to 35 B/cycle need pages of 32 KiB; smaller pages of the same bank run at 23.5, which the model has"
)


def _ideal() -> Iterator[Case]:
    for row in read("noc_ideal_bandwidth.csv"):
        for arch, packet in (("wormhole_b0", 8192), ("blackhole", 16384)):
            primitive = row["primitive"]
            reason = _BH_DRAM_RATE if arch == "blackhole" and "DRAM" in primitive else ""
            simulated = _bandwidth(bench(arch), primitive, packet)
            yield Case(
                "NoC ideal bandwidth", f"{arch} {primitive}", "B/cycle", float(row[arch]), simulated, reason
            )


def cases() -> Iterator[Case]:
    yield from _latencies()
    yield from _plots()
    yield from _ideal()

"""Many cores and DRAM: bandwidth by pairing, from the table in tt-isa-documentation."""

from __future__ import annotations

import collections
import functools
import random
from collections.abc import Iterator

from tilelang_tenstorrent import simulator as sim

from . import Case, read

FILES = ("dram_bandwidth.csv",)
LEFT_OUT = {
    "rows with dynamic VCs": "the kernel API pins the virtual channel of a write, and read responses are "
    "dynamic in both halves of the table",
}

_DRAW = (
    "the published pairing is one draw that is not known; ours is the mean of eight draws, which ranged from "
    "{:.0f} to {:.0f} GB/s. Routers' buffers are not modelled either: on the machine a packet that waits for "
    "DRAM blocks packets behind it that go elsewhere"
)

_PACKET, _BYTES = 8192, 1 << 20
_SEEDS = range(8)
_KERNEL = """
#include "api/dataflow/dataflow_api.h"
void kernel_main() {
  const uint32_t reads = get_arg_val<uint32_t>(0), bank = get_arg_val<uint32_t>(1);
  const uint32_t remote = get_arg_val<uint32_t>(2), local = get_arg_val<uint32_t>(3);
  const uint32_t packets = get_arg_val<uint32_t>(4), bytes = get_arg_val<uint32_t>(5);
  const uint64_t address = get_noc_addr_from_bank_id<true>(bank, remote);
  {
    DeviceZoneScopedN("transfers");
    for (uint32_t i = 0; i < packets; ++i) {
      if (reads) noc_async_read(address, local, bytes);
      if (!reads) noc_async_write(local, address, bytes);
    }
    if (reads) noc_async_read_barrier();
    if (!reads) noc_async_write_barrier();
  }
}
"""


class Bench:
    def __init__(self):
        import torch

        self.device = sim.Device("wormhole_b0")
        self.cores = self.device.grid[0] * self.device.grid[1]
        zeros = functools.partial(torch.zeros, dtype=torch.bfloat16)
        row_major = {"layout": "row_major"}
        banks = self.device.num_dram_banks
        self.sent = sim.from_torch(zeros(self.cores, _PACKET // 2), self.device, memory="l1", **row_major)
        self.landed = sim.from_torch(zeros(self.cores, _PACKET // 2), self.device, memory="l1", **row_major)
        # A page of a bank for each of the cores that share it.
        self.pages = sim.from_torch(zeros(self.cores * banks, _PACKET // 2), self.device, **row_major)

    def bandwidth(self, pairs: list[tuple[int, int]], reads: bool, noc: int) -> float:
        """GB/s of all pairs of core and bank together, each with 1 MiB."""
        columns = self.device.grid[0]
        arguments, cores = sim.RuntimeArgs(), []
        for slot, (core, bank) in enumerate(pairs):
            at = sim.CoreCoord(core % columns, core // columns)
            cores.append(at)
            local = (self.landed if reads else self.sent).buffer_address()
            remote = self.pages.buffer_address() + slot * _PACKET
            arguments[at] = [int(reads), bank, remote, local, _BYTES // _PACKET, _PACKET]
        kernel = sim.KernelDescriptor(
            kernel_source=_KERNEL,
            source_type=sim.KernelDescriptor.SourceType.SOURCE_CODE,
            core_ranges=sim.CoreRangeSet(cores),
            config=sim.DataMovementConfigDescriptor(int(reads), noc),
            runtime_args=arguments,
        )
        time = self.device.run(sim.ProgramDescriptor([kernel]))["time"]
        cycles = max(z["end"] for z in time["zones"]) - min(z["start"] for z in time["zones"])
        return len(pairs) * _BYTES / cycles * time["clock_ghz"]

    @functools.cached_property
    def places(self):
        """Physical places of cores and banks, as the report of any run has them."""
        kernel = sim.KernelDescriptor(
            kernel_source="void kernel_main() {}",
            source_type=sim.KernelDescriptor.SourceType.SOURCE_CODE,
            core_ranges=sim.CoreRangeSet(sim.CoreCoord(0, 0)),
            config=sim.ReaderConfigDescriptor(),
        )
        time = self.device.run(sim.ProgramDescriptor([kernel]))["time"]
        return (
            [tuple(p[2:]) for p in time["core_places"]],
            [tuple(p) for p in time["bank_places"]],
            time["noc_extent"],
        )

    def careful(self, tiles: int, reads: bool, noc: int) -> list[tuple[int, int]]:
        """Pairs that share links as little as possible: the best of some greedy choices."""
        cores, banks, extent = self.places
        share = tiles // len(banks)

        def links(core: int, bank: int) -> list[tuple]:
            """Links the data take: along the row first on NoC 0, along the column first on NoC 1."""
            here, goal = (banks[bank], cores[core]) if reads else (cores[core], banks[bank])
            here, path = list(here), []
            for axis in (0, 1) if noc == 0 else (1, 0):
                while here[axis] != goal[axis]:
                    path.append((axis, *here))
                    here[axis] = (here[axis] + (1 if noc == 0 else -1)) % extent[axis]
            return path

        paths = {(core, bank): links(core, bank) for core in range(len(cores)) for bank in range(len(banks))}

        def choose(seed: int) -> tuple[int, list[tuple[int, int]]]:
            order = [bank for bank in range(len(banks)) for _ in range(share)]
            random.Random(seed).shuffle(order)
            load: dict[tuple, int] = collections.Counter()
            pairs, free = [], set(range(len(cores)))
            for bank in order:
                core = min(
                    free,
                    key=lambda core: (
                        max((load[link] for link in paths[core, bank]), default=0),
                        len(paths[core, bank]),
                        core,
                    ),
                )
                free.remove(core)
                load.update(paths[core, bank])
                pairs.append((core, bank))
            return max(load.values()), pairs

        return min(choose(seed) for seed in range(40))[1]

    def random_pairs(self, tiles: int, channels: int, seed: int) -> list[tuple[int, int]]:
        generator = random.Random(seed)
        banks = [i % channels for i in range(tiles)] if channels > 1 else [generator.randrange(12)] * tiles
        return list(zip(generator.sample(range(self.cores), tiles), banks, strict=True))


def cases() -> Iterator[Case]:
    on = Bench()
    for row in read("dram_bandwidth.csv"):
        reads = "read" in row["direction"]
        if row["vc"] == "Dynamic":
            continue
        tiles, _, how = row["tiles"].partition(", ")
        noc, channels = int(row["noc"][-1]), int(row["channels"])
        if "carefully" in how:
            simulated = on.bandwidth(on.careful(int(tiles), reads, noc), reads, noc)
        else:
            runs = [on.bandwidth(on.random_pairs(int(tiles), channels, seed), reads, noc) for seed in _SEEDS]
            simulated = sum(runs) / len(runs)
        name = f"{'read' if reads else 'write'} NoC {noc}, {row['tiles']}, {channels} channels"
        reason = "" if "carefully" in how or channels == 1 else _DRAW.format(min(runs), max(runs))
        yield Case("DRAM bandwidth", name, "GB/s", float(row["GBps"]), simulated, reason)

"""Launches: the period of back-to-back programs in tt-metal's dispatch benchmark."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tilelang_tenstorrent import simulator as sim
from tilelang_tenstorrent.profile import Profile

from . import Case, read

FILES = ("program_dispatch.csv",)
LEFT_OUT = {
    "eth_dispatch, tensix_eth": "Ethernet cores are not modelled",
    "kernel_groups_*_shadow": "the rows do not say what they launch in between",
    "maxed_config_params": "the rows do not say how many of each parameter they use",
}

_ARGUMENTS = (
    "the dispatcher sends arguments while it waits for the binaries of eight groups; the model adds both"
)
_IDLE = "void kernel_main() {}"
# One dependent load from L1 takes eight cycles, and nothing else here takes time.
_SLOW = """
#include "api/dataflow/dataflow_api.h"
void kernel_main() {
  const uint32_t loads = get_compile_time_arg_val(0);
  // The start of this core's L1, as a pointer, is below the address of the arguments.
  volatile uint32_t* zeros =
      reinterpret_cast<volatile uint32_t*>((get_arg_addr(0) & ~0x1fffffu) + MEM_ZEROS_BASE);
  for (uint32_t i = 0; i < loads; ++i) *zeros;
}
"""
_ALL = ("brisc", "ncrisc", "trisc")
_PROCESSORS = {
    "brisc_only": ("brisc",),
    "ncrisc_only": ("ncrisc",),
    "trisc_only": ("trisc",),
    "brisc_trisc_only": ("brisc", "trisc"),
}


def _kernels(processors, cores, size: int, loads: int = 0, words: int = 0, common: int = 0):
    configs = {
        "brisc": sim.DataMovementConfigDescriptor(0, 0),
        "ncrisc": sim.DataMovementConfigDescriptor(1, 1),
        "trisc": sim.ComputeConfigDescriptor(),
    }
    for processor in processors:
        arguments = sim.RuntimeArgs()
        for core in cores.cores() if words else ():
            arguments[core] = [0] * words
        yield sim.KernelDescriptor(
            kernel_source=_SLOW if loads and processor != "trisc" else _IDLE,
            source_type=sim.KernelDescriptor.SourceType.SOURCE_CODE,
            core_ranges=cores,
            config=configs[processor],
            compile_time_args=[loads] if loads and processor != "trisc" else [],
            runtime_args=arguments,
            common_runtime_args=[0] * common,
            binary_bytes=size,
        )


def _cbs(count: int, cores, page: int = 32):
    return [
        sim.CBDescriptor(page, cores, [sim.CBFormatDescriptor(cb, "bfloat16", page)]) for cb in range(count)
    ]


def _rows_of(grid) -> list[sim.CoreRangeSet]:
    columns, rows = grid
    return [
        sim.CoreRangeSet(sim.CoreRange(sim.CoreCoord(0, y), sim.CoreCoord(columns - 1, y)))
        for y in range(rows)
    ]


def _program(case: str, value: int, grid) -> sim.ProgramDescriptor | None:
    """The program of a published case, or None if the case cannot be expressed."""
    one = sim.CoreRangeSet(sim.CoreCoord(0, 0))
    every = sim.CoreRangeSet(sim.CoreRange(sim.CoreCoord(0, 0), sim.CoreCoord(grid[0] - 1, grid[1] - 1)))
    name = case.removesuffix("_trace")
    if name == "256_bytes_brisc_only_all_processors":
        return sim.ProgramDescriptor(list(_kernels(("brisc",), every, 256, loads=value // 8)))
    if match := re.fullmatch(r"(\d+)_kernel_all_cores_all_processors_32_cbs", name):
        slow = list(_kernels(_ALL, every, value, loads=int(match[1]) // 8))
        return sim.ProgramDescriptor(slow, cbs=_cbs(32, every))
    if name in _PROCESSORS:
        return sim.ProgramDescriptor(list(_kernels(_PROCESSORS[name], one, value)))
    if match := re.fullmatch(r"sems_(1_core|all_cores)_1_processor", name):
        cores = one if match[1] == "1_core" else every
        semaphores = [sim.SemaphoreDescriptor(0, cores)]
        return sim.ProgramDescriptor(list(_kernels(("brisc",), cores, value)), semaphores)
    if match := re.fullmatch(r"kernel_groups(?:_(\d+)_(rta|cb))?", name):
        words = int(match[1]) if match[2] == "rta" else 0
        kernels = [k for row in _rows_of(grid) for k in _kernels(_ALL, row, value, words=words)]
        return sim.ProgramDescriptor(kernels, cbs=_cbs(int(match[1]) if match[2] == "cb" else 0, every))
    pattern = r"(all_processors|one_processors?)(_1_core|_all_cores|)(?:_(\d+)(cb_8g|cb_1sem|cb|_rta|_crta))?"
    match = re.fullmatch(pattern, name)
    if not match:
        return None
    processors = _ALL if match[1] == "all_processors" else ("brisc",)
    cores = every if match[2] == "_all_cores" else one
    count, what = int(match[3] or 0), match[4] or ""
    kernels = list(
        _kernels(
            processors,
            cores,
            value,
            words=count if what == "_rta" else 0,
            common=count if what == "_crta" else 0,
        )
    )
    if what == "cb_8g":
        cbs = [cb for y, row in enumerate(_rows_of(grid)) for cb in _cbs(count, row, 32 * (y + 1))]
        return sim.ProgramDescriptor(kernels, cbs=cbs)
    semaphores = [sim.SemaphoreDescriptor(0, cores)] if what == "cb_1sem" else []
    return sim.ProgramDescriptor(kernels, semaphores, _cbs(count if "cb" in what else 0, cores))


def cases() -> Iterator[Case]:
    device = sim.Device("wormhole_b0")
    for row in read("program_dispatch.csv"):
        name, value = row["case"], int(row["kernel_bytes_or_cycles"])
        program = _program(name, value, device.grid)
        if program is None:
            continue
        reason = _ARGUMENTS if name.startswith("kernel_groups_128_rta") else ""
        simulated = Profile(name, device.run(program)).latency_ms * 1e6
        yield Case("Launch", f"{name}, {value}", "ns", float(row["ns"]), simulated, reason)

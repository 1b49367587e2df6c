"""Engines of one core alone: cycles per tile of unpacker, matrix unit, vector unit and packer."""

from __future__ import annotations

from collections.abc import Iterator

from tilelang_tenstorrent import simulator as sim

from . import Case, read

FILES = ("llk_cycles.csv",)
LEFT_OUT = {
    "sigmoid_appx": "the simulator runs one program for sigmoid_tile, whichever is asked for",
    "exp approx without clamp": "the simulator runs one approximate program for exp_tile<true>, with clamp",
    "exp (SDPA)": "a private program of that operation, not reached through the kernel API",
    "unpack_untilize": "the simulator has none; the packer's rows are plain pack_tile and are here",
    "1x7168x32 matmul": "the row does not say the data formats, which decide the unpacker's time",
}

_HEADERS = """
#include "api/compute/compute_kernel_hw_startup.h"
#include "api/compute/compute_kernel_api.h"
#include "api/compute/eltwise_unary/exp.h"
#include "api/compute/eltwise_unary/fill.h"
#include "api/compute/eltwise_unary/gelu.h"
#include "api/compute/matmul.h"
#include "api/compute/pack_untilize.h"
#include "api/compute/tile_move_copy.h"
#include "api/dataflow/circular_buffer.h"
"""
_MATH = """
void kernel_main() {
  const uint32_t n = get_arg_val<uint32_t>(0);
  compute_kernel_hw_startup(0, 0, 16);
  tile_regs_acquire();
  fill_tile_init();
  fill_tile(0, 1.0f);
  SETUP
  for (uint32_t i = 0; i < n; ++i) { CALL }
  tile_regs_commit();
  tile_regs_wait();
  tile_regs_release();
}
"""
_COPY_PACK = """
void kernel_main() {
  const uint32_t n = get_arg_val<uint32_t>(0);
  compute_kernel_hw_startup(0, 0, 16);
  copy_init(0);
  for (uint32_t i = 0; i < n; ++i) {
    tile_regs_acquire();
    copy_tile(0, 0, 0);
    tile_regs_commit();
    cb_reserve_back(16, 1);
    tile_regs_wait();
    pack_tile<true>(0, 16, 0);
    tile_regs_release();
  }
}
"""
_UNTILIZE = """
void kernel_main() {
  const uint32_t n = get_arg_val<uint32_t>(0);
  compute_kernel_hw_startup(0, 0, 16);
  pack_untilize_init<COLUMNS>(0, 16);
  for (uint32_t i = 0; i < n; ++i) {
    cb_reserve_back(16, COLUMNS);
    pack_untilize_block<COLUMNS>(0, 1, 16);
  }
}
"""
_MATMUL = """
void kernel_main() {
  const uint32_t n = get_arg_val<uint32_t>(0);
  compute_kernel_hw_startup<SrcOrder::Reverse>(0, 0, 16);
  matmul_block_init(0, 0, 0, COLUMNS, 1, 1);
  tile_regs_acquire();
  for (uint32_t i = 0; i < n; ++i) matmul_block(0, 0, 0, 0, 0, 0, COLUMNS, 1, 1);
  tile_regs_commit();
  tile_regs_wait();
  tile_regs_release();
}
"""


class Bench:
    """A compute kernel alone: its operands are whatever is in L1, which has no influence on time."""

    def __init__(self, arch: str):
        missing_data = ["CbReadPastFront", "UninitialisedL1Read", "CbDirtyAtExit"]
        self.device = sim.Device(arch, ignored_violations=missing_data)

    def run(self, text: str, n: int, **config) -> dict:
        arguments = sim.RuntimeArgs()
        arguments[0][0] = [n]
        cores = sim.CoreRangeSet(sim.CoreCoord(0, 0))
        kernel = sim.KernelDescriptor(
            kernel_source=_HEADERS + text,
            source_type=sim.KernelDescriptor.SourceType.SOURCE_CODE,
            core_ranges=cores,
            config=sim.ComputeConfigDescriptor(**config),
            runtime_args=arguments,
        )
        pages = 16
        cbs = [
            sim.CBDescriptor(pages * 2048, cores, [sim.CBFormatDescriptor(cb, "bfloat16", 2048)])
            for cb in (0, 16)
        ]
        return self.device.run(sim.ProgramDescriptor([kernel], cbs=cbs))["time"]

    def math(self, setup: str, call: str, **config) -> float:
        """Cycles per call: the slope over the number of calls."""
        text = _MATH.replace("SETUP", setup).replace("CALL", call)
        few, many = (self.run(text, n, **config)["cycles"] for n in (16, 80))
        return (many - few) / 64

    def busy(self, text: str, thread: int, tiles: int, **config) -> float:
        """Cycles per tile for which the engine of a thread works; `tiles` a pass."""
        few, many = (self.run(text, n, **config)["threads"][thread]["engine_busy"] for n in (16, 80))
        return (many - few) / 64 / tiles


_UNPACK, _MATH_THREAD, _PACK = range(3)


def _simulated(on: Bench, op: str, mode: str) -> Iterator[tuple[str, float]]:
    """(what it is, cycles per tile) of a published row; several for a formula."""
    if op.startswith("gelu_appx"):
        yield "", on.math("gelu_tile_init();", "gelu_tile(0);")
    elif op == "tanh approx bf16":
        yield "", on.math("tanh_tile_init<true>();", "tanh_tile<true>(0);")
    elif op == "tanh accurate bf16 dest16":
        yield "", on.math("tanh_tile_init();", "tanh_tile(0);")
    elif op == "tanh accurate dest32":
        yield "", on.math("tanh_tile_init();", "tanh_tile(0);", fp32_dest_acc_en=True)
    elif op in ("exp approx with clamp", "exp approx (no clamp)"):
        yield "", on.math("exp_tile_init<true>();", "exp_tile<true>(0);")
    elif op == "pack_untilize bf16":
        text = _UNTILIZE.replace("COLUMNS", "2" if on.device.arch == "wormhole_b0" else "8")
        yield (
            "",
            on.busy(text, _UNPACK, 2 if "2>" in text else 8)
            if mode == "UNPACK"
            else on.busy(text, _PACK, 2 if "2>" in text else 8),
        )
    elif op == "unpack_untilize bf16" and mode == "PACK":
        yield "", on.busy(_COPY_PACK, _PACK, 1)
    elif op == "pack_untilize (model)":
        for columns in (1, 2, 4, 8):
            text = _UNTILIZE.replace("COLUMNS", str(columns))
            yield f"block_ct {columns}", on.busy(text, _PACK, columns)
    elif op.startswith("matmul tile MAC HiFi2"):
        for columns in (4, 8):
            text = _MATMUL.replace("COLUMNS", str(columns))
            yield f"{columns} tiles", on.busy(text, _MATH_THREAD, columns, math_fidelity="HiFi2")


def _measured(row: dict[str, str], what: str) -> float:
    value = row["cycles_per_tile"]
    if row["op"] == "pack_untilize (model)":
        columns = int(what.split()[1])
        return 48 + 17 / columns if row["arch"] == "wormhole_b0" else 64 + 192 / columns
    if "/" in value:
        return float(value.split("/")[{"4 tiles": 0, "8 tiles": 1}[what]])
    return float(value)


def cases() -> Iterator[Case]:
    benches = {arch: Bench(arch) for arch in ("wormhole_b0", "blackhole")}
    for row in read("llk_cycles.csv"):
        op, mode = row["op"].strip(), row["thread_or_mode"]
        for what, simulated in _simulated(benches[row["arch"]], op, mode):
            name = f"{row['arch']} {op}, {mode}" + (f", {what}" if what else "")
            yield Case("Tensix engines", name, "cycles a tile", _measured(row, what), simulated)

"""How many of the vendor's kernels compile against the simulator's headers.

    python tests/vendor/sweep.py [--wheel DIR] [--only PART] [--outside] [--jobs N] [--errors]

Every file of the wheel with a `kernel_main` is handed to the simulator as a program of one kernel, and the
text that the simulator would compile is parsed by the host's compiler (no code is made). A kernel's arguments
are not known here, so compile-time words get a filling: a kernel counts if it compiles with one of FILLINGS.
Names that the vendor's host code injects as macros get the values of MACROS.
"""

from __future__ import annotations

import argparse
import collections
import concurrent.futures
import dataclasses
import functools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tilelang_tenstorrent import simulator as sim

import vendor_wheel

# Compile-time words: 2 makes every accessor an interleaved one in DRAM, 0 one in L1.
FILLINGS = (2, 0, 1)
# Tried when the compiler itself crashes, as g++ 12 does on templates with structures as parameters.
FALLBACK = "clang++-14"
WORDS = 160
# Kernels outside of these are the goal; the others need several chips or are the vendor's experiments.
INSIDE = ("/ccl/", "fabric", "experimental/")


@dataclasses.dataclass(frozen=True)
class Kernel:
    """A kernel file of the wheel."""

    path: Path
    name: str  # relative to the wheel's operations
    text: str
    compute: bool
    inside: bool


def kernels(wheel: Path) -> list[Kernel]:
    """Every file of the wheel with a kernel_main, sorted by name."""
    root = wheel / "ttnn" / "cpp"
    found = []
    for path in sorted(root.rglob("*.cpp")):
        text = path.read_text(errors="replace")
        if not re.search(r"\bvoid\s+kernel_main\s*\(", text):
            continue
        name = str(path.relative_to(root))
        compute = "/compute/" in name or (
            "/dataflow/" not in name and bool(re.search(r'#include "[^"]*compute[^"]*"', text))
        )
        found.append(Kernel(path, name, text, compute, any(part in name for part in INSIDE)))
    return found


def include_folders(wheel: Path) -> list[Path]:
    """Where the vendor's build looks for the operations' headers."""
    return [wheel, wheel / "ttnn" / "cpp", wheel / "ttnn"]


# ---- what the vendor's host code would say ---------------------------------------------------------

MACROS = {
    "ADDCMUL_DATA_FORMAT": "DataFormat::Int32",
    "BCAST_DIM": "BroadcastType::COL",
    "BCAST_INPUT": "0",
    "BCAST_LLKOP": "EltwiseBinaryType::ELWADD",
    "BF16_ROUNDING_MODE": "DstRoundingMode::Default",
    "BINARY_OP": "add_tiles",
    "BINARY_OP_INIT": "add_init",
    "BINARY_OP_TYPE": "EltwiseBinaryType::ELWADD",
    "BINARY_SFPU_INIT": "add_binary_tile_init();",
    "BINARY_SFPU_OP": "add_binary_tile",
    "CHAIN_BCAST_OP": "compute_kernel_lib::BinaryFpuOp::Add",
    "CLAMP_BITS": "0",
    "COPY_DEST_DATA_FORMAT": "DataFormat::Float16_b",
    "DATA_FORMAT": "Float16_b",
    "ELTWISE_OP": "add_tiles",
    "ELTWISE_OP_TYPE": "EltwiseBinaryType::ELWADD",
    "ENABLE_FP32_DEST_ACC": "0",
    "EXP_APPROX": "false",
    "EXP_APPROX_MODE": "0",
    "FILL_LLK": "fill_tile",
    "FILL_TILE_WITH_FIRST_COLUMN": "fill_tile_with_first_column_bfloat16",
    "FILL_TILE_WITH_FIRST_COLUMN_B": "fill_tile_with_first_column_bfloat16",
    "FILL_TILE_WITH_FIRST_ELEMENT": "fill_tile_with_first_element_bfloat16",
    "FILL_TILE_WITH_FIRST_ROW": "fill_tile_with_first_row_bfloat16",
    "FILL_WITH_VALUE": "fill_with_val_bfloat16",
    "FILL_WITH_VALUE_FLOAT": "fill_with_val<1024, float>",
    "NUM_BYTES": "2",
    "PROCESS_LHS_ACTIVATIONS(i)": "",
    "PROCESS_POST_ACTIVATIONS(i)": "",
    "PROCESS_RHS_ACTIVATIONS(i)": "",
    "REDUCE_DIM": "ReduceDim::REDUCE_ROW",
    "REDUCE_OP": "PoolType::SUM",
    "SFPU_OP_CHAIN_0": "",
    "TERNARY_SFPU_OP_FUNC": "where_tile<DataFormat::Float16_b>",
    "TERNARY_SFPU_OP_INIT": "where_tile_init",
    "WHERE_DATA_FORMAT": "Float16_b",
}


@functools.cache
def _included_text(path: Path, wheel: Path) -> str:
    """The text of a file and of what it includes from the wheel's operations."""
    seen: set[Path] = set()

    def visit(file: Path) -> Iterator[str]:
        if file in seen or not file.is_file():
            return
        seen.add(file)
        text = file.read_text(errors="replace")
        yield text
        for include in re.findall(r'^\s*#\s*include\s+"([^"]+)"', text, re.MULTILINE):
            for folder in (file.parent, *include_folders(wheel)):
                if (folder / include).is_file():
                    yield from visit((folder / include).resolve())
                    break

    return "\n".join(visit(path))


def bindings_of(text: str, filling: int) -> sim.NamedBindings | None:
    """Named bindings for every name that a text uses."""
    text = re.sub(r"//[^\n]*", "", text)

    def names(space: str) -> list[str]:
        found = set(re.findall(rf"(?<![\w:]){space}::(\w+)", text))
        found |= set(re.findall(rf"(?<![\w:]){space}::get_token_if_present<\"(\w+)\">", text))
        return sorted(
            found - {"get_token_if_present", "AccessPattern", "UNKNOWN", "STRIDED", "BLOCKED", "ALL"}
        )

    spaces = {space: names(space) for space in ("args", "dfb", "sem", "tensor", "scratch")}
    if not any(spaces.values()) and "kernel_args.h" not in text and "get_vararg" not in text:
        return None
    return sim.NamedBindings(
        compile_time_args=dict.fromkeys(spaces["args"], filling),
        dfbs={name: number % 32 for number, name in enumerate(spaces["dfb"])},
        semaphores={name: number % 16 for number, name in enumerate(spaces["sem"])},
        tensors={
            name: [_AnyTensor()] * 2
            if re.search(rf"(tuple_size_v<decltype|std::get<[^;]*>)\(tensor::{name}\)", text)
            else _AnyTensor()
            for name in spaces["tensor"]
        },
        scratchpads=dict.fromkeys(spaces["scratch"], 1024),
    )


class _AnyTensor:
    """Stands for an interleaved tensor in DRAM."""

    accessor_words = (2, 2048)

    def buffer_address(self) -> int:
        return 64


def descriptor(kernel: Kernel, wheel: Path, filling: int) -> sim.KernelDescriptor:
    """A descriptor with a value for everything that the kernel asks for."""
    text = _included_text(kernel.path, wheel)
    named = set(re.findall(r'get_named_(?:compile_time_arg_val|ct_arg)\(\s*"(\w+)"', text))
    config = (
        sim.ComputeConfigDescriptor()
        if kernel.compute
        else sim.WriterConfigDescriptor()
        if "writer" in kernel.path.name
        else sim.ReaderConfigDescriptor()
    )
    tokens = set(re.findall(r"\w+", text))
    defined = set(re.findall(r"#\s*define\s+(\w+)", text))
    names = {name: name.split("(")[0] for name in MACROS}
    undefined = [(n, MACROS[n]) for n in MACROS if names[n] in tokens and names[n] not in defined]
    return sim.KernelDescriptor(
        kernel_source=kernel.path,
        core_ranges=sim.CoreRangeSet(sim.CoreCoord(0, 0)),
        config=config,
        compile_time_args=[filling] * WORDS,
        named_compile_time_args=[(name, filling) for name in sorted(named)],
        defines=undefined,
        compiler_include_paths=include_folders(wheel),
        bindings=bindings_of(text, filling),
    )


# ---- compiling ---------------------------------------------------------------------------------------


def check(kernel: Kernel, wheel: Path, device: sim.Device) -> str:
    """The first error of the compiler; nothing if one filling compiles."""
    errors = ""
    for filling in FILLINGS:
        kernel_descriptor = descriptor(kernel, wheel, filling)
        formats = [sim.CBFormatDescriptor(index, "bfloat16", 2048) for index in range(32)]
        cbs = [sim.CBDescriptor(2048, kernel_descriptor.core_ranges, formats)]
        unit = device.translation_units(sim.ProgramDescriptor([kernel_descriptor], cbs=cbs))
        folders = [unit["kernel_api_dir"], kernel.path.parent, *include_folders(wheel)]
        result = _parse(os.environ.get("CXX", "g++"), unit["texts"][0], folders)
        if "internal compiler error" in result.stderr and shutil.which(FALLBACK):
            result = _parse(FALLBACK, unit["texts"][0], folders)
        if result.returncode == 0:
            return ""
        errors = errors or result.stderr
        if "No such file" in errors or "was not declared" in errors:
            break  # no filling helps
    return errors


def _parse(compiler: str, text: str, folders: list) -> subprocess.CompletedProcess[str]:
    command = [compiler, "-std=c++20", "-w", "-fno-exceptions", "-fno-rtti"]
    for folder in folders:
        command += ["-I", str(folder)]
    result = _run([*command, "-E", "-x", "c++", "-"], text)
    if result.returncode == 0:
        # As the simulator's compiler does: g++ 12 refuses template parameters in this pragma.
        expanded = re.sub(r"^#pragma GCC unroll.*$", "", result.stdout, flags=re.MULTILINE)
        result = _run([*command, "-fsyntax-only", "-x", "c++-cpp-output", "-"], expanded)
    return result


def _run(command: list[str], text: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=300)


def first_error(errors: str) -> str:
    """The line of the first error, without its place."""
    found = re.search(r"(?:fatal )?error: (.*)", errors)
    return found.group(1) if found else errors[:200]


def sweep(found: list[Kernel], wheel: Path, jobs: int) -> dict[Kernel, str]:
    """What the compiler says about each kernel; several at a time."""
    device = sim.Device()
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        return dict(zip(found, pool.map(lambda kernel: check(kernel, wheel, device), found), strict=True))


def table(results: dict[Kernel, str]) -> str:
    """Counts of kernels that compile, by kind and place."""
    lines = ["| kernels | outside `ccl/`, `fabric`, `experimental/` | inside |", "|---|---|---|"]
    for kind, compute in (("compute", True), ("data movement", False)):
        cells = []
        for inside in (False, True):
            group = [not e for k, e in results.items() if k.compute == compute and k.inside == inside]
            share = 100 * sum(group) / len(group) if group else 0
            cells.append(f"{sum(group)} of {len(group)} ({share:.0f} %)")
        lines.append(f"| {kind} | {cells[0]} | {cells[1]} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--wheel", type=Path, help="folder of the unpacked wheel; downloaded if not given")
    parser.add_argument("--only", default="", help="kernels whose name contains this")
    parser.add_argument("--outside", action="store_true", help="leave out ccl, fabric and experimental")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--errors", action="store_true", help="print the first error of each kernel")
    options = parser.parse_args()
    if options.wheel:
        os.environ[vendor_wheel.OVERRIDE] = str(options.wheel)
    wheel = vendor_wheel.package_folder()
    found = [k for k in kernels(wheel) if options.only in k.name and not (options.outside and k.inside)]
    results = sweep(found, wheel, options.jobs)
    if options.errors:
        for kernel, errors in results.items():
            if errors:
                print(f"{kernel.name}\n    {first_error(errors)}")
        reasons = collections.Counter(first_error(e) for e in results.values() if e)
        for reason, count in reasons.most_common():
            print(f"{count:5} {reason}")
    print(table(results))


if __name__ == "__main__":
    main()

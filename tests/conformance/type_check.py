"""Type-checks kernel texts with the host's compiler against the vendor's own headers."""

from __future__ import annotations

import concurrent.futures
import hashlib
import json
import os
import re
import shutil
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path

OWN_HEADERS = Path(__file__).parent / "kernel_include"

# Vendor folders as the runtime passes them; {arch} names the low-level kernels, {chip} the chip.
_FOLDERS = """.. ../ttnn ../ttnn/cpp . hw/inc tt-llk/common tt-llk/tools/include hostdevcommon/api api
hw/ckernels/{arch}/metal/common hw/ckernels/{arch}/metal/llk_io
hw/ckernels/{arch}/metal/llk_api hw/ckernels/{arch}/metal/llk_api/llk_sfpu
hw/inc/internal/tt-1xx hw/inc/internal/tt-1xx/{chip} hw/inc/internal/tt-1xx/{chip}/{arch}_defines
hw/inc/internal/tt-1xx/{chip}/noc tt-llk/tt_llk_{arch}/common/inc tt-llk/tt_llk_{arch}/llk_lib
hw/firmware/src/tt-1xx"""

_CHIPS = {"wormhole_b0": "wormhole", "blackhole": "blackhole"}
_CHIP_MACROS = {
    "wormhole_b0": "ARCH_WORMHOLE NUM_DRAM_BANKS=12 NUM_L1_BANKS=72 IS_NOT_POW2_NUM_DRAM_BANKS=1",
    "blackhole": "ARCH_BLACKHOLE NUM_DRAM_BANKS=8 NUM_L1_BANKS=130 LOG_BASE_2_OF_NUM_DRAM_BANKS=3",
}
_COMMON_MACROS = """TENSIX_FIRMWARE KERNEL_BUILD PROGRAMMABLE_CORE_TYPE=0 LOCAL_MEM_EN=0
IS_NOT_POW2_NUM_L1_BANKS=1 DISPATCH_MESSAGE_ADDR=0xffb70438"""
# Attributes of the vendor's compiler become ones that change nothing.
_DATA_MOVEMENT_MACROS = "NOC_MODE=0 PCIE_NOC_X=0 PCIE_NOC_Y=3 rvtt_l1_ptr=__unused__ rvtt_reg_ptr=__unused__"

# The processors that compile a text. "api" is none of the machine's: compute at the level of its public
# functions, whose bodies are empty there; the other three of compute reach down to the low-level kernels.
VIEWS = {
    "reader": "COMPILE_FOR_NCRISC PROCESSOR_INDEX=1 NOC_INDEX=0",
    "writer": "COMPILE_FOR_BRISC PROCESSOR_INDEX=0 NOC_INDEX=1",
    "api": "COMPILE_FOR_TRISC=1 PROCESSOR_INDEX=3",
    "unpack": "COMPILE_FOR_TRISC=0 PROCESSOR_INDEX=2 TRISC_UNPACK UCK_CHLKC_UNPACK",
    "math": "COMPILE_FOR_TRISC=1 PROCESSOR_INDEX=3 TRISC_MATH UCK_CHLKC_MATH",
    "pack": "COMPILE_FOR_TRISC=2 PROCESSOR_INDEX=4 TRISC_PACK UCK_CHLKC_PACK",
}
_PREINCLUDES = {"reader": "data_movement.h", "writer": "data_movement.h", "api": "compute_api.h"}

# Codes of data formats in the vendor's kernels (hostdevcommon/kernel_structs.h, enum DataFormat).
_FLOAT32, _TF32, _FLOAT16_B, _BFP8_B, _BFP4_B = 0, 4, 5, 6, 7
_FORMATS = {"Float32": _FLOAT32, "Float16_b": _FLOAT16_B, "Bfp8_b": _BFP8_B, "Bfp4_b": _BFP4_B}
# Bytes of a tile, in words of L1, which have 16.
_TILE_WORDS = {_FLOAT32: 256, _FLOAT16_B: 128, _BFP8_B: 68, _BFP4_B: 36}
_NUM_BUFFERS = {"wormhole_b0": 32, "blackhole": 64}


@dataclass(frozen=True)
class Arguments:
    """Compile-time facts of a kernel, as the plan states them."""

    positional: tuple[int, ...] = ()
    named: tuple[tuple[str, int], ...] = ()
    fp32_dest: bool = False
    math_fidelity: str = "HiFi4"
    formats: tuple[tuple[int, str], ...] = ()  # data format of every circular buffer
    unpack_to_dest: tuple[int, ...] = field(default=())

    @staticmethod
    def of(plan: dict, role: str) -> Arguments:
        kernel = next(kernel for kernel in plan["kernels"] if kernel["role"] == role)
        compute = next(kernel for kernel in plan["kernels"] if kernel["role"] == "compute")["compute"]
        return Arguments(
            tuple(kernel["compile_time_args"]),
            tuple((arg["name"], arg["value"]) for arg in kernel["named_compile_time_args"]),
            compute["fp32_dest_acc_en"],
            compute["math_fidelity"],
            tuple((cb["id"], cb["data_format"]) for cb in plan["circular_buffers"]),
            tuple(compute["unpack_to_dest_fp32"]),
        )


class TypeChecker:
    """Runs the compiler, at most two at a time, and each text only once in a test run."""

    def __init__(self, vendor: Path, shared: Path):
        self._metal = vendor / "tt_metal"
        self._shared = shared
        self._compiler = shutil.which("g++")
        # A worker of a parallel test run has neighbours: one process each.
        processes = 1 if "PYTEST_XDIST_WORKER" in os.environ else 2
        self._pool = concurrent.futures.ThreadPoolExecutor(processes)

    def __enter__(self) -> TypeChecker:
        return self

    def __exit__(self, *_) -> None:
        self._pool.shutdown()

    def header(self, name: str, arch: str) -> Path | None:
        """Where an included header is found, or None."""
        return next((folder / name for folder in self._folders(arch) if (folder / name).is_file()), None)

    def start(
        self, text: str, view: str, arch: str, arguments: Arguments, by_types: bool = False
    ) -> concurrent.futures.Future[str]:
        """Starts a check, whose result is what the compiler says: nothing for a good text.

        `by_types`: texts that differ in comments and numbers only are checked once.
        """
        return self._pool.submit(self.check, text, view, arch, arguments, by_types)

    def check(self, text: str, view: str, arch: str, arguments: Arguments, by_types: bool = False) -> str:
        tables = "" if view in _PREINCLUDES else _low_level_tables(arch, arguments)
        command = self._command(view, arch, arguments)
        same = [_type_class(text, arguments), view, arch] if by_types else [tables, text, command]
        key = hashlib.sha256(json.dumps(same).encode()).hexdigest()[:32]
        stored = self._shared / f"{key}.txt"
        if not stored.exists():
            partial = self._shared / f"{key}.{os.getpid()}.{threading.get_ident()}"
            partial.write_text(self._compile(tables, text, command))
            partial.rename(stored)
        return stored.read_text()

    def _compile(self, tables: str, text: str, command: list[str]) -> str:
        assert self._compiler, "g++ is needed to type-check kernels"
        source = f'{tables}#line 1 "kernel.cpp"\n{text}'
        result = subprocess.run(
            [self._compiler, *command, "-x", "c++", "-"],
            input=source,
            capture_output=True,
            text=True,
            timeout=120,
        )
        said = result.stderr.strip()
        return said or ("" if result.returncode == 0 else f"g++ returned {result.returncode}")

    def _folders(self, arch: str) -> list[Path]:
        names = [folder.format(arch=arch, chip=_CHIPS[arch]) for folder in _FOLDERS.split()]
        return [OWN_HEADERS, *(self._metal / name for name in names)]

    def _command(self, view: str, arch: str, arguments: Arguments) -> list[str]:
        # Vendor folders are system folders: their own warnings are theirs, ours are errors, and a call of a
        # deprecated function is ours. Addresses are 32 bits in the kernels, hence -fpermissive.
        options = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-fpermissive"]
        options += ["-fdiagnostics-color=never", "-fmax-errors=0"]
        macros = [*_COMMON_MACROS.split(), *_CHIP_MACROS[arch].split(), *VIEWS[view].split()]
        if view in ("reader", "writer"):
            macros += _DATA_MOVEMENT_MACROS.split()
        else:
            macros.append(f"DST_ACCUM_MODE={str(arguments.fp32_dest).lower()}")
        macros.append("KERNEL_COMPILE_TIME_ARGS=" + ",".join(map(str, arguments.positional)))
        if arguments.named:
            names = "".join(f'{{"{name}",{value}}},' for name, value in arguments.named)
            macros.append(f"KERNEL_COMPILE_TIME_ARG_MAP={names}")
        command = options + [f"-D{macro}" for macro in macros]
        for folder in self._folders(arch):
            command += ["-isystem", str(folder)]
        return [*command, "-include", str(OWN_HEADERS / _PREINCLUDES.get(view, "compute_processor.h"))]


def _low_level_tables(arch: str, arguments: Arguments) -> str:
    """What the runtime generates for compute: format and geometry of every circular buffer."""
    size = _NUM_BUFFERS[arch]
    source, unpacked, packed = ([_FLOAT16_B] * size for _ in range(3))
    for buffer, name in arguments.formats:
        source[buffer] = packed[buffer] = unpacked[buffer] = _FORMATS[name]
        if name == "Float32" and buffer not in arguments.unpack_to_dest:
            unpacked[buffer] = _TF32 if arguments.fp32_dest else _FLOAT16_B
    tables = {"unpack_src_format": source, "unpack_dst_format": unpacked}
    tables |= {"pack_src_format": packed, "pack_dst_format": packed}
    geometry = {
        "tile_num_faces": 4,
        "partial_face": 0,
        "tile_face_r_dim": 16,
        "narrow_tile": 0,
        "tile_r_dim": 32,
    }
    geometry |= {"tile_c_dim": 32, "num_faces_r_dim": 2, "num_faces_c_dim": 2}
    for side in ("unpack", "pack"):
        tables |= {f"{side}_{name}": [value] * size for name, value in geometry.items()}
        tables[f"{side}_tile_size"] = [_TILE_WORDS[code] for code in source]
    types = {"src_format": "unsigned char", "dst_format": "unsigned char", "tile_size": "std::uint16_t"}
    lines = [f"#define MATH_FIDELITY MathFidelity::{arguments.math_fidelity}"]
    for name, values in tables.items():
        kind = types.get(name.split("_", 1)[1], "std::uint8_t")
        lines.append(f"constexpr {kind} {name}[{size}] = {{{', '.join(map(str, values))}}};")
    return "\n".join(lines) + "\n"


def _type_class(text: str, arguments: Arguments) -> list:
    """What decides about the public functions' types: neither comments nor numbers do."""
    plain = re.sub(r"\b\d+\b", "0", re.sub(r"//[^\n]*", "", text))
    names = [name for name, _ in arguments.named]
    return [plain, names, len(arguments.positional), arguments.fp32_dest]

"""How fast the simulator is, beside tt-lang-sim on the same problems in the same run.

tt-lang-sim executes its own DSL with torch in float32 and has no protocol of circular buffers to check. It is
installed from PyPI into a folder of its own below build/, with torch and numpy of this environment; without
network its column stays empty.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path

import tilelang_tenstorrent as tt
import torch

from kernels.elementwise_sources import binary
from kernels.gemm_sources import gemm
from report import Row, milliseconds

TITLE = "Launches, tensors from and to the host included; beside tt-lang-sim 1.1.6"

REPEATS = 5
LIMIT = 300  # seconds for all of tt-lang-sim
PACKAGE = "tt-lang-sim==1.1.6"
FOLDER = Path(__file__).resolve().parents[1] / "build" / "tt-lang-sim"


def _tt_lang_sim() -> dict[str, float]:
    """Medians of tt-lang-sim in milliseconds, by row; empty if it cannot be had."""
    command = FOLDER / "bin" / "tt-lang-sim"
    try:
        if not command.exists():
            venv.create(FOLDER, with_pip=False, clear=True)
            site = next((FOLDER / "lib").glob("python*")) / "site-packages"
            (site / "shared.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
            pip = [sys.executable, "-m", "pip", "--python", FOLDER / "bin" / "python", "install", "--quiet"]
            subprocess.run([*pip, PACKAGE], check=True)
        script = Path(__file__).with_name("tt_lang_sim_kernels.py")
        # Its products are too small for torch's threads: on a busy machine they wait for each other.
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        done = subprocess.run(
            [command, script], stdout=subprocess.PIPE, text=True, check=True, env=environment, timeout=LIMIT
        )
    except (OSError, subprocess.SubprocessError) as error:
        print(f"tt-lang-sim is left out: {error}", file=sys.stderr)
        return {}
    times = json.loads(done.stdout.splitlines()[-1])
    return {name: statistics.median(values) for name, values in times.items()}


def _gemm(size: int, block: int, grid: list[int]) -> tt.Program:
    return tt.build(gemm(*[size] * 3, *[block] * 3), {"kind": "tenstorrent", "core_grid": grid})


def _add(size: int) -> tt.Program:
    return tt.build(binary(size, size, 32, 32, lambda a, b: a + b))


def _median(program: tt.Program, size: int, numerics: str) -> float:
    a, b = (torch.randn(size, size).bfloat16() for _ in range(2))
    out = torch.zeros_like(a)
    times = milliseconds(lambda: program(a, b, out, numerics=numerics), REPEATS + 1)
    return statistics.median(times[1:])


def rows() -> Iterator[Row]:
    other = _tt_lang_sim()
    one, single, blocked = _gemm(256, 32, [1, 1]), _gemm(1024, 32, [8, 8]), _gemm(2048, 128, [8, 8])
    cases = (
        ("GEMM 256", "GEMM 256³, single tiles, 1 core", one, 256, "exact", 20),
        ("GEMM 1024", "GEMM 1024³, single tiles, 8×8 cores", single, 1024, "exact", 400),
        ("GEMM 2048", "GEMM 2048³, 4×4-tile blocks, 8×8 cores", blocked, 2048, "exact", 3000),
        ("GEMM 2048", "GEMM 2048³, 4×4-tile blocks, 8×8 cores", blocked, 2048, "fast", 250),
        ("add 2048", "add 2048², single tiles, 8×8 cores", _add(2048), 2048, "exact", 50),
    )
    for name, what, program, size, numerics, goal in cases:
        time = _median(program, size, numerics)
        theirs = f", tt-lang-sim {other[name]:.0f} ms: {other[name] / time:.1f}×" if name in other else ""
        yield Row(f"{what}, {numerics}", f"≤ {goal} ms", f"{time:.0f} ms{theirs}", time <= goal)

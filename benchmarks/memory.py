"""Peak memory of a process that compiles and runs a kernel."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

from report import Row, at_most

TITLE = "Peak memory above `import torch, tilelang`"

_SCRIPT = """
import torch, tilelang
def status(name):
    # Not getrusage: its peak starts with that of the process that started this one.
    lines = open("/proc/self/status").read().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(name))) * 1024
before = status("VmRSS")
import tilelang_tenstorrent as tt
from kernels.gemm_sources import gemm
A, B, C = (torch.randn({size}, {size}).bfloat16() for _ in range(3))
tt.build(gemm({size}, {size}, {size}, 64, 64, 32))(A, B, C)
print(status("VmHWM") - before)
"""


def _peak_megabytes(size: int) -> float:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    script = _SCRIPT.format(size=size)
    done = subprocess.run([sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE, check=True)
    return int(done.stdout) / 1e6


def rows() -> Iterator[Row]:
    for size in (256, 1024):
        yield at_most(f"GEMM {size}×{size}×{size}, compiled and run", 500, _peak_megabytes(size), "MB")

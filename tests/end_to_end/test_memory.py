"""Memory: compiling and running a kernel costs little more than its tensors."""

from __future__ import annotations

import os
import subprocess
import sys

_SCRIPT = """
import tilelang_tenstorrent as tt
from kernels import kernel

def peak():
    # MiB. Not getrusage: its figure starts with that of the process that started this one.
    lines = open("/proc/self/status").read().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) // 1024

case = kernel("gemm_512")
arguments = case.arguments("normal")
before = peak()
program = tt.build(case.make())
for _ in range(3):
    program(*arguments.values())
print(peak() - before)
"""


def test_peak_memory_of_a_launch():
    """512 x 512 x 512 in bfloat16 are 1.5 MiB of tensors; 64 cores have 96 MiB of L1."""
    result = subprocess.run(
        [sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=True, env=_environment()
    )
    assert int(result.stdout) < 256


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": ":".join(path for path in sys.path if path)}

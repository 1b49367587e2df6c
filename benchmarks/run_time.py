"""Wall time of launches on the simulator, with and without compiling the kernel texts."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator

import tilelang_tenstorrent as tt
import torch

from kernels.gemm_sources import gemm
from report import Row, at_most, milliseconds

TITLE = "Launches on the simulated 8×8 cores, bfloat16"

FRESH_PROCESSES = 3


def _program_and_tensors(size, block):
    M, N, K = size
    tensors = torch.randn(M, K).bfloat16(), torch.randn(K, N).bfloat16(), torch.zeros(M, N).bfloat16()
    return tt.build(gemm(*size, *block)), tensors


def launches() -> list[float]:
    """Milliseconds of the first launch of 256×256×256 in this process and of twenty more."""
    program, tensors = _program_and_tensors((256, 256, 256), (64, 64, 32))
    return milliseconds(lambda: program(*tensors), 21)


def _launches_in_a_fresh_process() -> list[float]:
    with tempfile.TemporaryDirectory() as cache:
        environment = {
            **os.environ,
            "XDG_CACHE_HOME": cache,
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        }
        script = "import json, run_time; print(json.dumps(run_time.launches()))"
        command = [sys.executable, "-c", script]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def rows() -> Iterator[Row]:
    runs = [_launches_in_a_fresh_process() for _ in range(FRESH_PROCESSES)]
    first = statistics.median(run[0] for run in runs)
    yield at_most("first launch of 256×256×256, empty cache: three texts compiled", 1500, first, "ms")
    later = statistics.median(time for run in runs for time in run[1:])
    yield at_most("later launches of 256×256×256", 50, later, "ms", 1)
    program, tensors = _program_and_tensors((1024, 1024, 1024), (128, 128, 32))
    program(*tensors)
    steady = statistics.median(milliseconds(lambda: program(*tensors), 5))
    yield at_most("1024×1024×1024, 128×128×32 blocks, steady state", 1000, steady, "ms")

"""Every example runs as its head says and prints what it promises."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

EXPECTED = {
    "convolution.py": r"^3x3, stride 2, \(1, 7, 7, 64\): exact\n$",
    "copies.py": r"^cast to bfloat16: as torch\nheads first: as torch\n"
    r"every second block from the end: as torch\n$",
    "elementwise.py": r"void kernel_main\(\).*largest error against float64: \d\.\d+e-0[67]\n",
    "flash_attention.py": r"keys: largest error against float64: 0\.00\d+\n"
    r".*causal: largest error against float64: 0\.00\d+\n",
    "flash_decoding.py": r"^16 heads, 512 keys in 4 parts: largest error 0\.00\d+ of the largest value\n$",
    "gemm.py": r"64 cores of the 8x8 grid\nPCC against torch +0\.9999\d+\n.*first run.* ms\n.*reader\.cpp\n",
    "gemm_bias_scale.py": r"PCC against torch: 0\.9999\d+\n",
    "gemm_schedules.py": r"^persistent: exact\nsplit over K: exact\nbatched: exact\n$",
    "handwritten_kernel.py": r"largest error against torch: 0\.0\d+ .*\n"
    r"Without cb_b\.push_back\(1\):\nDeadlock: .*\n.*TRISC0 \(unpack\) waits in cb_wait_front\(cb 1, 1\)",
    "norms.py": r"^layer_norm: .* float64: 0\.0[0-2]\d*\nrms_norm: .* float64: 0\.0[0-3]\d*\n$",
    "quantised_gemm.py": r"  bfloat16 +131,072 bytes.*error 0\.00[12]\d .*\n"
    r"  bfp8_b +69,632 bytes.*error 0\.00\d+ .*\n"
    r"  bfp4_b +36,864 bytes.*error 0\.1[0-3]\d+ .*\n  int8 +65,536 bytes.*error 0\.00\d+ .*\n"
    r"  int4 +32,768 bytes.*error 0\.1[0-3]\d+ ",
    "ragged.py": r"^grouped product: exact\nblock-sparse product: exact\n$",
    "softmax.py": r"^softmax: .* float64: 0\.000\d+\nonline_softmax: .* float64: 0\.000\d+\n$",
}


def _run(name: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs an example in an empty folder."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.run(
        [sys.executable, EXAMPLES / name, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_every_example_is_listed():
    assert sorted(EXPECTED) == sorted(path.name for path in EXAMPLES.glob("*.py"))


@pytest.mark.parametrize("name", EXPECTED)
def test_example(name, tmp_path):
    done = _run(name, tmp_path)
    assert done.returncode == 0, done.stderr
    assert re.search(EXPECTED[name], done.stdout, re.DOTALL), done.stdout


def test_gemm_writes_five_files_and_shows_progress(tmp_path):
    done = _run("gemm.py", tmp_path, "64", "96", "32", "--output", "files")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "files").iterdir()) == [
        "compute.cpp",
        "main.cpp",
        "reader.cpp",
        "tt.plan.json",
        "writer.cpp",
    ]
    assert "4/4" in done.stderr  # steps done, of all


def test_gemm_takes_sizes_that_fill_no_tile(tmp_path):
    done = _run("gemm.py", tmp_path, "33", "64", "80")
    assert done.returncode == 0, done.stderr
    assert re.search(r"PCC against torch +0\.9999\d+\n", done.stdout)

"""The wheel, installed in a virtual environment of its own, works from there alone."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

KERNEL = """
import tilelang.language as T
import tilelang_tenstorrent as tt
import torch

def gemm(M, N, K):
    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"), B: T.Tensor((K, N), "bfloat16"), C: T.Tensor((M, N), "float32")
    ):
        with T.Kernel(N // 32, M // 32, threads=128) as (bx, by):
            A_shared = T.alloc_shared((32, 32), "bfloat16")
            B_shared = T.alloc_shared((32, 32), "bfloat16")
            C_local = T.alloc_fragment((32, 32), "float32")
            T.clear(C_local)
            for k in T.serial(K // 32):
                T.copy(A[by * 32, k * 32], A_shared)
                T.copy(B[k * 32, bx * 32], B_shared)
                T.gemm(A_shared, B_shared, C_local)
            T.copy(C_local, C[by * 32, bx * 32])

    return main

A, B, C = torch.ones(64, 64).bfloat16(), torch.ones(64, 32).bfloat16(), torch.zeros(64, 32)
"""


@pytest.fixture(scope="module")
def wheel() -> Path:
    """The wheel that `make` built, or that TT_WHEEL names."""
    named = os.environ.get("TT_WHEEL")
    found = [Path(named)] if named else sorted((ROOT / "dist").glob("tilelang_tenstorrent-*.whl"))
    if not found:
        pytest.skip("there is no wheel in dist/; `make install` builds one")
    return found[-1]


@pytest.fixture(scope="module")
def site(wheel, tmp_path_factory) -> Path:
    """site-packages of a new venv with the wheel and, as links, the packages it needs."""
    folder = tmp_path_factory.mktemp("packaging") / "venv"
    venv.create(folder, with_pip=False)
    site = next((folder / "lib").glob("python*")) / "site-packages"
    for package in Path(sysconfig.get_paths()["purelib"]).iterdir():
        if not package.name.startswith(("tilelang_tenstorrent", "_tilelang_tenstorrent", "__pycache__")):
            (site / package.name).symlink_to(package)
    pip = [sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", wheel], check=True)
    return site


def _environment(folder: Path) -> dict[str, str]:
    """The environment of a user who knows nothing of this checkout."""
    hidden = ("PYTHONPATH", "TILELANG_TENSTORRENT_LIBRARY", "TT_NUMERICS_SHIM")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return {**kept, "XDG_CACHE_HOME": str(folder / "cache"), "TILELANG_CACHE_DIR": str(folder / "tilelang")}


def _run(site: Path, folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    path = folder / "script.py"
    path.write_text(script)
    python = site.parents[2] / "bin" / "python"
    return subprocess.run(
        [python, path], cwd=folder, env=_environment(folder), capture_output=True, text=True, timeout=300
    )


def test_a_kernel_runs(site, tmp_path):
    script = KERNEL + (
        "import tilelang\n"
        "kernel = tilelang.compile(gemm(64, 32, 64), out_idx=[2], target='tenstorrent')\n"
        "print(tt.__file__, kernel(A, B).unique().tolist())\n"
    )
    done = _run(site, tmp_path, script)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"{site}/tilelang_tenstorrent/__init__.py [64.0]"


def test_a_broken_kernel_is_reported(site, tmp_path):
    script = KERNEL + (
        "program = tt.build(gemm(64, 32, 64))\n"
        "reader = program.sources['reader.cpp']\n"
        "program.sources['reader.cpp'] = reader.replace('B_shared.push_back(B_shared_tiles);', '')\n"
        "try:\n"
        "    program(A, B, C)\n"
        "except tt.DeadlockError as error:\n"
        "    print(error)\n"
        "print(C.unique().tolist())\n"
    )
    done = _run(site, tmp_path, script)
    assert done.returncode == 0, done.stderr
    assert "waits in cb_wait_front" in done.stdout
    assert "compute.cpp:" in done.stdout
    assert done.stdout.splitlines()[-1] == "[0.0]"


def test_a_broken_rule_is_reported_in_full(site, tmp_path):
    script = KERNEL + (
        "program = tt.build(gemm(64, 32, 64))\n"
        "writer = program.sources['writer.cpp']\n"
        "program.sources['writer.cpp'] = writer.replace('.wait_front(', '.pop_front(')\n"
        "try:\n"
        "    program(A, B, C)\n"
        "except tt.SimulationError as error:\n"
        "    print(error)\n"
        "    print(error.violation, error.core, error.risc, error.file, error.line > 0, error.cb_id >= 0)\n"
        "    print(error.at_cycle >= 0, bool(error.machine), bool(error.hint))\n"
    )
    done = _run(site, tmp_path, script)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("CbPopWithoutWait: cb_pop_front pops ")
    assert "writer.cpp:" in lines[1] and "cycle" in lines[1]
    assert lines[-2].startswith("CbPopWithoutWait (") and lines[-2].endswith("BRISC writer.cpp True True")
    assert lines[-1] == "True True True"


def test_a_refused_kernel_shows_its_line(site, tmp_path):
    done = _run(site, tmp_path, KERNEL.replace('"bfloat16"', '"float64"') + "tt.build(gemm(64, 32, 64))\n")
    assert done.returncode == 1
    assert "ValueError: " in done.stderr
    assert "Supported: bfloat16, float16, float32" in done.stderr
    assert "script.py:" in done.stderr


def test_tt_opt_is_a_command(site, tmp_path):
    command = site.parents[2] / "bin" / "tt-opt"
    done = subprocess.run([command, "--list"], env=_environment(tmp_path), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("InferTTLayout: ")


def test_the_wheel_names_no_folder_of_its_build(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        assert not [name for name in names if name.startswith("tests/") or "/build/" in name]
        for name in names:
            assert str(ROOT).encode() not in archive.read(name), name

"""The vendor's wheel: fetched once into the user's cache, unpacked, never imported."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

VERSION = "0.81.1"
OVERRIDE = "TT_TTNN_WHEEL_DIR"
# Only what the tests read: kernel headers, the library with the host API, and the operations' kernels.
_MEMBERS = ("ttnn/tt_metal/", "ttnn/build/lib/libtt_metal.so", "ttnn/ttnn/cpp/")


class VendorWheelError(RuntimeError):
    """The wheel is not there and cannot be fetched."""


def cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "tilelang-tenstorrent" / f"ttnn-{VERSION}-kernels"


def package_folder() -> Path:
    """The `ttnn` package folder of the unpacked wheel; fetches the wheel the first time.

    The environment variable TT_TTNN_WHEEL_DIR names an unpacked wheel to take instead.
    """
    override = os.environ.get(OVERRIDE)
    folder = Path(override) if override else cache_folder()
    if not override and not folder.is_dir():
        _fetch(folder)
    package = folder / "ttnn"
    if not (package / "tt_metal" / "hw" / "inc" / "api" / "compute").is_dir():
        origin = f"{OVERRIDE} is {override}" if override else f"The cache is {folder}"
        raise VendorWheelError(f"{origin}, but there are no kernel headers in {package / 'tt_metal'}.")
    return package


def _fetch(folder: Path) -> None:
    """Downloads and unpacks beside `folder`, then moves into place, so that it is whole or absent."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as work:
        unpacked = Path(work) / "unpacked"
        _unpack(_download(Path(work)), unpacked)
        try:
            unpacked.rename(folder)
        except OSError:
            if not folder.is_dir():  # otherwise another process was faster
                raise


def _download(folder: Path) -> Path:
    # The wheel holds native code of one Python version, which does not matter: nothing is imported.
    platform = ["--python-version", "3.12", "--platform", "manylinux_2_34_x86_64", "--only-binary=:all:"]
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--disable-pip-version-check"]
    command += [*platform, "--dest", str(folder), f"ttnn=={VERSION}"]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=900)
        message = result.stderr.strip()
    except subprocess.TimeoutExpired:
        result, message = None, "pip took longer than 15 minutes"
    wheels = sorted(folder.glob("ttnn-*.whl"))
    if result is None or result.returncode != 0 or not wheels:
        raise VendorWheelError(
            f"The conformance tests need the headers of the ttnn {VERSION} wheel, and pip could not download "
            f"it (about 100 MB). Unpack the wheel by hand and set {OVERRIDE} to its folder, or run pytest "
            f"with --without-vendor-headers to leave these tests out.\n{message[-2000:]}"
        )
    return wheels[0]


def _unpack(wheel: Path, folder: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        members = [name for name in archive.namelist() if name.startswith(_MEMBERS)]
        archive.extractall(folder, members)

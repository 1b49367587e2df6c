"""Loads the native library, once, after TileLang's own libraries."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

import tilelang  # noqa: F401  loads the libraries that ours links to

_NAME = "libtilelang_tenstorrent.so"


def _path() -> Path:
    override = os.environ.get("TILELANG_TENSTORRENT_LIBRARY")
    if override:
        return Path(override)
    return Path(__file__).parent / "lib" / _NAME


def _load() -> ctypes.CDLL:
    path = _path()
    if not path.exists():
        raise ImportError(f"{_NAME} is not at {path}. Install the package with `pip install .`.")
    return ctypes.CDLL(str(path), ctypes.RTLD_GLOBAL)


LIBRARY = _load()
LIBRARY_PATH = _path()

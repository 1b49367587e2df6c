"""TileLang's source distribution: its examples, fetched once into the user's cache."""

from __future__ import annotations

import json
import os
import tarfile
import tempfile
import urllib.request
from pathlib import Path

# The newest release whose sources are published; the package itself may be newer.
VERSION = "0.1.14"


def folder() -> Path:
    """A source tree with the directory `examples`; fetches it the first time."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tilelang-tenstorrent"
    target = base / f"tilelang-{VERSION}-examples"
    if not target.is_dir():
        base.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=base) as work:
            _unpack(_download(Path(work)), Path(work))
            (Path(work) / f"tilelang-{VERSION}").rename(target)
    return target


def _download(work: Path) -> Path:
    with urllib.request.urlopen(f"https://pypi.org/pypi/tilelang/{VERSION}/json") as answer:
        files = json.load(answer)["urls"]
    url = next(file["url"] for file in files if file["packagetype"] == "sdist")
    archive, _ = urllib.request.urlretrieve(url, work / "source.tar.gz")
    return Path(archive)


def _unpack(archive: Path, work: Path) -> None:
    with tarfile.open(archive) as source:
        wanted = [m for m in source.getmembers() if m.name.startswith(f"tilelang-{VERSION}/examples/")]
        source.extractall(work, members=wanted, filter="data")

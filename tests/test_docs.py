"""The documentation agrees with the sources, its links lead somewhere, and no file names a machine."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import tilelang_tenstorrent as tt

ROOT = Path(__file__).resolve().parents[1]
NOT_OURS = {"build", "dist", "out", "__pycache__"}  # and what starts with a dot, but for .ci
# Folders of people and of machines; nothing in the tree may depend on one.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:tmp|work|home|root|opt|mnt|Users)/\w+")


def _files() -> Iterator[Path]:
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [n for n in folders if n == ".ci" or (n not in NOT_OURS and not n.startswith("."))]
        yield from (Path(folder) / name for name in names)


PAGES = sorted(path.relative_to(ROOT).as_posix() for path in _files() if path.suffix == ".md")


def test_generated_pages_are_fresh():
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / "generate.py", "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def _anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name):
    page = ROOT / name
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"\w+://", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), f"{name} links to {link}"
        if anchor:
            assert anchor in _anchors(target), f"{name} links to {link}"


def test_every_page_is_reached_from_the_readme():
    reached, open_pages = set(), [ROOT / "README.md"]
    while open_pages:
        page = open_pages.pop()
        if page in reached or not (page.suffix == ".md" or page.is_dir()):
            continue
        reached.add(page)
        if page.is_dir():
            open_pages += page.glob("*.md")
            continue
        links = re.findall(r"\]\(([^)\s#]+)[^)\s]*\)", page.read_text())
        open_pages += [(page.parent / link).resolve() for link in links if "://" not in link]
    missing = {ROOT / name for name in PAGES if name.startswith("docs/")} - reached
    assert not missing


def test_readme_shows_the_kernel_that_the_demo_writes():
    spec = importlib.util.spec_from_file_location("gemm_example", ROOT / "examples" / "gemm.py")
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    written = tt.build(example.gemm(512, 512, 512)).sources["compute.cpp"]
    (shown,) = re.findall(r"^```cpp\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert shown == written[written.index("void kernel_main()") :]


def test_no_file_names_a_machine():
    found = []
    for path in _files():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {match}" for match in MACHINE_PATH.findall(text)]
    assert not found

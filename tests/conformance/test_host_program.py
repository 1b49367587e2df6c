"""main.cpp compiles against the host API as declared here, and the vendor's library exports what it calls.

The wheel holds the library but not its headers. A mangled name spells out the types of all parameters, so a
declaration that links is right about them; what mangled names do not hold (names and order of the fields of a
structure, results) follows the vendor's published sources.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from conformance import programs

DECLARATIONS = Path(__file__).parent / "host_include"

# Functions that main.cpp needs; the object file has to ask the library for each.
CALLED = [
    "tt::tt_metal::distributed::MeshDevice::create_unit_mesh(int, ",
    "tt::tt_metal::distributed::MeshDevice::mesh_command_queue(std::optional<unsigned char>) const",
    "tt::tt_metal::distributed::MeshDevice::shape() const",
    "tt::tt_metal::distributed::MeshDevice::close()",
    "tt::tt_metal::distributed::MeshBuffer::create(",
    "tt::tt_metal::distributed::MeshCoordinateRange::MeshCoordinateRange(",
    "tt::tt_metal::distributed::MeshWorkload::add_program(",
    "tt::tt_metal::distributed::EnqueueMeshWorkload(",
    "tt::tt_metal::CreateProgram()",
    "tt::tt_metal::CreateKernel(",
    "tt::tt_metal::CreateCircularBuffer(",
    "tt::tt_metal::CircularBufferConfig::set_page_size(unsigned char, unsigned int)",
    "tt::tt_metal::SetRuntimeArgs(tt::tt_metal::Program const&, unsigned int, ",
    "tt::tt_metal::TensorAccessorArgs::TensorAccessorArgs(tt::tt_metal::distributed::MeshBuffer const&, ",
    "tt::tt_metal::TensorAccessorArgs::append_to(",
]
# Declared with a body, because the vendor's headers hold one and the library exports nothing of the name.
INLINE = {
    "EnqueueWriteMeshBuffer": "template; calls MeshCommandQueue::enqueue_write_mesh_buffer",
    "EnqueueReadMeshBuffer": "template; resizes the vector, calls MeshCommandQueue::enqueue_read_mesh_buffer",
    "MeshBuffer::address": "returns a member",
    "bfloat16::bfloat16": "template; calls the exported bfloat16::from_float",
}
# Virtual functions are called through a table: the library's queues have to override just these.
VIRTUAL = [
    "MeshCommandQueueBase::enqueue_write_mesh_buffer("
    "std::shared_ptr<tt::tt_metal::distributed::MeshBuffer> const&, void const*, bool)",
    "MeshCommandQueueBase::enqueue_read_mesh_buffer("
    "void*, std::shared_ptr<tt::tt_metal::distributed::MeshBuffer> const&, bool)",
]


@pytest.fixture(scope="module")
def library(vendor) -> Path:
    return vendor / "build" / "lib" / "libtt_metal.so"


@pytest.fixture(scope="module")
def exported(library) -> str:
    """Names that the library exports, demangled, one a line."""
    names = _run("nm", "-D", "--defined-only", str(library)).stdout
    return _run("c++filt", input="\n".join(line.split()[-1] for line in names.splitlines())).stdout


def _run(tool: str, *arguments: str, input: str | None = None) -> subprocess.CompletedProcess:
    path = shutil.which(tool)
    assert path, f"{tool} is needed to check the host program"
    return subprocess.run([path, *arguments], input=input, capture_output=True, text=True, timeout=300)


def compile_host(text: str, folder: Path, *options: str) -> tuple[Path, str]:
    """The object file, and what the compiler says: nothing for a good text."""
    target = folder / "main.o"
    (folder / "main.cpp").write_text(text)
    flags = ["-std=c++20", "-Wall", "-Wextra", "-Werror", *options, f"-I{DECLARATIONS}"]
    result = _run("g++", *flags, "-c", str(folder / "main.cpp"), "-o", str(target))
    return target, result.stderr


def link(target: Path, library: Path) -> list[str]:
    """Names of functions that neither the vendor's library nor the C++ runtime has."""
    options = ["-ltt_metal", "-Wl,--allow-shlib-undefined", "-Wl,--unresolved-symbols=report-all"]
    result = _run("g++", str(target), f"-L{library.parent}", *options, "-o", str(target.with_suffix("")))
    missing = set(re.findall(r"undefined reference to [`'](.+)'", result.stderr))
    assert missing or result.returncode == 0, result.stderr
    # What the vendor's library itself wants from others (MPI, YAML...) is not the program's business.
    wanted = _run("nm", "-u", "-C", str(target)).stdout
    return sorted(name for name in missing if f"U {name}\n" in wanted)


@pytest.mark.parametrize("name", [*programs.HOST, *programs.goldens()])
def test_host_program_links(name, library, tmp_path):
    target, said = compile_host(programs.of(name).sources["main.cpp"], tmp_path)
    assert not said, said
    assert link(target, library) == []


def test_host_program_calls_the_library(library, tmp_path):
    """The link is no empty check: the object file asks for these, and for nothing listed as inline."""
    target, said = compile_host(programs.of("gemm_one_tile").sources["main.cpp"], tmp_path)
    assert not said, said
    wanted = _run("nm", "-u", "-C", str(target)).stdout
    assert [name for name in CALLED if f"U {name}" not in wanted] == []
    assert [name for name in INLINE if f"::{name}" in wanted] == []


def test_library_has_the_virtual_functions(exported):
    assert [name for name in VIRTUAL if f"tt::tt_metal::distributed::{name}\n" not in exported] == []


@pytest.mark.parametrize("name", ["tilize_nfaces", "untilize_nfaces"])
@pytest.mark.parametrize("dtype", ["bfloat16", "float"])
def test_library_has_the_conversion_of_every_dtype(name, dtype, exported):
    assert f"{name}<{dtype}>(" in exported


@pytest.mark.parametrize("name", ["pack_as_bfp8_tiles", "pack_as_bfp4_tiles"])
@pytest.mark.parametrize("dtype", ["bfloat16", "float"])
def test_library_packs_block_formats_of_every_dtype(name, dtype, exported):
    assert f"{name}<{dtype}>(" in exported


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("EnqueueMeshWorkload(queue, workload, false)", "EnqueueMeshWorkload(queue, workload)"),
        (".noc = NOC::NOC_0,\n            .compile_args", ".compile_args = {}, .noc = NOC::NOC_0, .defines"),
        ("CreateProgram()", "CreateEmptyProgram()"),
    ],
    ids=["too_few_arguments", "order_of_fields", "unknown_function"],
)
def test_mistakes_in_the_text_are_found(old, new, tmp_path):
    text = programs.of("gemm_one_tile").sources["main.cpp"]
    assert old in text
    _, said = compile_host(text.replace(old, new), tmp_path, "-fsyntax-only")
    assert "error" in said


@pytest.mark.parametrize(
    ("declaration", "missing"),
    [
        ("Program CreateProgram();", "tt::tt_metal::CreateProgram(int)"),
        ("bool close();", "MeshDevice::close(bool)"),
    ],
    ids=["function", "member"],
)
def test_wrong_declarations_are_found(declaration, missing, library, tmp_path):
    """A declaration that the library does not have, as after a change of the vendor's, is named."""
    parameter = re.search(r"\((\w+)\)$", missing)[1]
    headers = tmp_path / "tt-metalium"
    shutil.copytree(DECLARATIONS / "tt-metalium", headers)
    changed = 0
    for header in headers.iterdir():
        text = header.read_text()
        changed += text.count(declaration)
        header.write_text(text.replace(declaration, declaration.replace("()", f"({parameter} = {{}})")))
    assert changed == 1
    text = programs.of("gemm_one_tile").sources["main.cpp"]
    target, said = compile_host(text, tmp_path, f"-I{tmp_path}")
    assert not said, said
    assert any(missing in name for name in link(target, library))

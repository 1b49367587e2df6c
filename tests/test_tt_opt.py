"""tt-opt: passes from the shell, on modules that Python wrote."""

from __future__ import annotations

import json
import subprocess

import pytest
import tilelang_tenstorrent as tt
import tvm_ffi
from tilelang_tenstorrent._tools import native_tool

from kernels.elementwise_sources import binary
from kernels.gemm_sources import gemm
from lowering import as_module


@pytest.fixture(scope="module")
def func():
    return gemm(64, 64, 64, 32, 32, 32)


@pytest.fixture(scope="module")
def module_file(func, tmp_path_factory):
    path = tmp_path_factory.mktemp("modules") / "gemm.json"
    path.write_text(tt.to_json(func))
    return path


def _run(*arguments, given: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [native_tool("tt-opt"), *map(str, arguments)], input=given, capture_output=True, text=True
    )


def _printed(*arguments, given: str | None = None) -> str:
    done = _run(*arguments, given=given)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_prints_tvmscript(func, module_file):
    text = _printed(module_file, "--upto", "LowerSharedToCB")
    assert "@I.ir_module" in text
    # The same pipeline from Python; the targets differ in the digest of the library.
    expected = tt.lower(func, upto="LowerSharedToCB").script()
    assert "T.tt.read_to_cb(" in text
    assert text.count("\n") == pytest.approx(expected.count("\n"), abs=2)


def test_json_can_be_read_back(func, module_file):
    text = _printed(module_file, "--upto", "SplitDeviceKernel", "--emit", "json")
    module = tt.from_json(text)
    names = sorted(var.name_hint for var in module.functions)
    assert names == sorted(var.name_hint for var in tt.lower(func, upto="SplitDeviceKernel").functions)


def test_passes_one_by_one_are_the_pipeline(func, module_file):
    names = [row[0] for row in tt.passes()]
    options = [word for name in names[:5] for word in ("--pass", name)]
    half = _printed(module_file, *options, "--emit", "json")
    whole = _printed("-", "--upto", names[-1], "--emit", "json", "--verify-each", given=half)
    at_once = _printed(module_file, "--upto", names[-1], "--emit", "json")
    assert tvm_ffi.structural_equal(tt.from_json(whole), tt.from_json(at_once))


def test_sources_are_those_of_build(tmp_path):
    func = binary(64, 64, 32, 32, lambda a, b: a + b)
    path = tmp_path / "add.json"
    path.write_text(tt.to_json(func))
    output = tmp_path / "files"
    printed = _printed(path, "--emit", "sources", "--output", output)
    program = tt.build(func)
    assert {name: (output / name).read_text() for name in program.sources} == program.sources
    assert json.loads((output / "tt.plan.json").read_text()) == program.plan
    assert sorted(printed.split()) == sorted(str(file) for file in output.iterdir())


def test_sources_to_standard_output(func, module_file):
    text = _printed(module_file, "--emit", "sources")
    assert tt.build(func).sources["writer.cpp"] in text


def test_a_module_keeps_its_target(func, tmp_path):
    path = tmp_path / "blackhole.json"
    path.write_text(tt.to_json(as_module(func, {"kind": "tenstorrent", "arch": "blackhole"})))
    _printed(path, "--emit", "sources", "--output", tmp_path)
    assert json.loads((tmp_path / "tt.plan.json").read_text())["arch"] == "blackhole"


def test_target_option(module_file, tmp_path):
    target = '{"kind": "tenstorrent", "core_grid": [1, 2]}'
    _printed(module_file, "--target", target, "--emit", "sources", "--output", tmp_path)
    assert json.loads((tmp_path / "tt.plan.json").read_text())["core_grid"] == [1, 2]


def test_list_names_every_pass_in_order():
    assert [line.split(":")[0] for line in _printed("--list").splitlines()] == [row[0] for row in tt.passes()]


@pytest.mark.parametrize(
    ("arguments", "given", "code", "message"),
    [
        ((), "", 2, "give a FILE"),
        (("absent.json",), "", 2, "cannot read absent.json"),
        (("-",), "no json", 2, "standard input holds no serialised IRModule"),
        (("-", "--upto", "Fuse"), None, 2, "Fuse"),
        (("-", "--pass", "Fuse"), None, 2, "Fuse"),
        (("-", "--emit", "assembly"), None, 2, "assembly"),
        (("-", "--target", "gpu"), None, 2, "gpu"),
        (("-", "--target", '{"kind": "tenstorrent", "arch": "grayskull"}'), None, 2, "grayskull"),
        (("-", "--pass", "SplitDeviceKernel"), None, 1, "SplitDeviceKernel runs right after BuildTileDFGTT"),
    ],
)
def test_mistakes_end_with_a_message(arguments, given, code, message, module_file):
    done = _run(*arguments, given=module_file.read_text() if given is None else given)
    assert done.returncode == code
    assert message in done.stderr
    assert not done.stdout


def test_a_refused_program_shows_its_line(tmp_path):
    path = tmp_path / "misfit.json"
    path.write_text(tt.to_json(gemm(64, 64, 64, 32, 48, 32)))
    done = _run(path, "--upto", "VerifyTTIR")
    assert done.returncode == 1
    assert "Supported: multiples of 32 columns" in done.stderr
    assert "gemm_sources.py:" in done.stderr


def test_passes_that_already_ran_are_refused(module_file):
    lowered = _printed(module_file, "--upto", "SplitDeviceKernel", "--emit", "json")
    done = _run("-", "--upto", "InferTTLayout", given=lowered)
    assert done.returncode == 2
    assert "the last pass on it was SplitDeviceKernel" in done.stderr

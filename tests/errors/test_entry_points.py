"""Wrong arguments of the entry points: pass names, pass order, and what is no kernel."""

import pytest
import tilelang_tenstorrent as tt
import tvm_ffi
from tvm import IRModule

from errors.refusal import assert_refused_without_location
from kernels import kernel
from kernels.elementwise_sources import fill
from lowering import PASSES, as_module, run_pass, state_of


def _all_passes() -> str:
    return ", ".join(PASSES)


def test_unknown_pass_as_the_last():
    assert_refused_without_location(
        lambda: tt.lower(fill(32, 32, 32, 1.0), upto="LowerAll"),
        f"Unknown pass 'LowerAll'. Passes, in order: {_all_passes()}.",
    )


def test_unknown_pass_of_the_transform_module():
    assert_refused_without_location(
        lambda: tt.transform.LowerAll,
        f"no pass is named 'LowerAll'. Passes: {_all_passes()}",
        AttributeError,
    )


@pytest.mark.parametrize("name", PASSES[1:])
def test_pass_on_a_fresh_function(name):
    previous = PASSES[PASSES.index(name) - 1]
    assert_refused_without_location(
        lambda: run_pass(name, as_module(fill(32, 32, 32, 1.0))),
        f"{name} runs right after {previous}, but the last pass on this function was none. Run the passes in "
        "the order of the pipeline.",
    )


@pytest.mark.parametrize("name", PASSES[1:])
def test_pass_that_ran_already(name):
    module = state_of(kernel("add_bf16"), name)
    previous = PASSES[PASSES.index(name) - 1]
    assert_refused_without_location(
        lambda: run_pass(name, module),
        f"{name} runs right after {previous}, but the last pass on this function was {name}. Run the passes "
        "in the order of the pipeline.",
    )


def test_first_pass_twice():
    module = state_of(kernel("add_bf16"), PASSES[0])
    assert_refused_without_location(
        lambda: run_pass(PASSES[0], module),
        f"{PASSES[0]} runs on a fresh TileLang function, but the last pass on this function was {PASSES[0]}. "
        "Run the passes in the order of the pipeline.",
    )


def test_skipped_pass():
    module = state_of(kernel("add_bf16"), "InferTTLayout")
    assert_refused_without_location(
        lambda: run_pass("AttachTensorAccessorTT", module),
        "AttachTensorAccessorTT runs right after PropagateTTLayout, but the last pass on this function was "
        "InferTTLayout. Run the passes in the order of the pipeline.",
    )


def test_lowering_a_lowered_module():
    module = tt.lower(fill(32, 32, 32, 1.0))
    with pytest.raises(ValueError, match="InferTTLayout runs on a fresh TileLang function"):
        tt.lower(module)


def test_function_without_a_target():
    func = fill(32, 32, 32, 1.0)
    assert_refused_without_location(
        lambda: run_pass("InferTTLayout", IRModule({"main": func})),
        "The function has no target. Bind one first: "
        'tvm.tirx.transform.BindTarget(tvm.target.Target("tenstorrent")).',
    )


def test_something_that_is_no_function():
    assert_refused_without_location(
        lambda: tt.lower("main"), "Expected a TileLang PrimFunc or an IRModule, got str.", TypeError
    )


def test_program_of_something_that_is_no_kernel():
    assert_refused_without_location(
        lambda: tt.program("main"), "Expected a compiled TileLang kernel, got str.", TypeError
    )


_emit = tvm_ffi.get_global_func("tilelang_tenstorrent.codegen.EmitProgram")


def test_emitting_a_module_that_is_not_final():
    module = tt.lower(fill(32, 32, 32, 1.0), upto="BuildTileDFGTT")
    with pytest.raises(ValueError) as caught:
        _emit(module, {})
    assert str(caught.value).startswith("Function 'main'")


def test_attribute_object_with_missing_and_unknown_fields():
    from tvm.script import tirx as T

    assert_refused_without_location(
        lambda: T.tt.CoreRange(x0=0, y0=0, x1=1, z=1),
        "CoreRange takes the fields x0, y0, x1, y1; differs in y1, z",
        TypeError,
    )

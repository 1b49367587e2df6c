"""Printed modules of every level parse back to the same module."""

from __future__ import annotations

import pytest
import tvm_ffi
from tvm import IRModule, tirx
from tvm.script import from_source

from kernels import KERNELS, kernel
from lowering import PASSES, as_module, run_passes, state_of, states_of

_BEFORE_BLOCKS_GO = PASSES[: PASSES.index("LowerSharedToCB")]
# Calls of TileLang that TVMScript prints, but does not read back: they go with LowerTTTileIntrinsics.
_ONLY_PRINTED = ("T.clamp(", "T.infinity(")


def _as_parsed(module: IRModule) -> IRModule:
    """What TVMScript makes of TileLang's own parts, which our passes have not touched yet.

    Annotations lose their dtype when they are printed, and a function with blocks gets a root block.
    """

    def plain(node):
        if isinstance(node, tirx.SBlock):
            annotations = {str(key): _plain(value) for key, value in node.annotations.items()}
            return tirx.SBlock(
                node.iter_vars,
                node.reads,
                node.writes,
                node.name_hint,
                node.body,
                node.init,
                node.alloc_buffers,
                node.match_buffers,
                annotations,
            )
        annotations = {str(key): _plain(value) for key, value in node.annotations.items()}
        return tirx.For(
            node.loop_var,
            node.min,
            node.extent,
            node.kind,
            node.body,
            node.thread_binding,
            annotations,
            node.step,
        )

    functions = {}
    for var, func in module.functions_items():
        body = tirx.stmt_functor.ir_transform(func.body, None, plain, ["tirx.SBlock", "tirx.For"])
        if not isinstance(body, tirx.SBlockRealize):
            root = tirx.SBlock([], [], [], "root", body)
            body = tirx.SBlockRealize([], True, root)
        functions[var] = func.with_body(body)
    return IRModule(functions)


def _plain(value):
    if isinstance(value, tirx.IntImm):
        return int(value)
    return [_plain(item) for item in value] if isinstance(value, tvm_ffi.Array) else value


@pytest.mark.parametrize("case", KERNELS, ids=str)
def test_lowered_modules_parse_back(case):
    for name, module in states_of(case)[1:]:
        if name in _BEFORE_BLOCKS_GO:
            continue
        script = module.script()
        if name == "LowerSharedToCB" and any(call in script for call in _ONLY_PRINTED):
            continue
        assert tvm_ffi.structural_equal(from_source(script), module), name


@pytest.mark.parametrize("name", _BEFORE_BLOCKS_GO)
@pytest.mark.parametrize("case", ["gemm_tail", "temporaries_bf16", "carried_sum_fp32", "gemm_batched"])
def test_placed_modules_parse_back(case, name):
    module = _as_parsed(state_of(kernel(case), name))
    assert tvm_ffi.structural_equal(from_source(module.script()), module)


@pytest.mark.parametrize("name", ["gemm_64x64x32", "temporaries_fp32"])
def test_lowering_twice_gives_the_same_module(name):
    case = kernel(name)
    again = run_passes(as_module(case.make(), case.full_target), PASSES[-1])
    for (passed, module), (_, other) in zip(states_of(case), again, strict=True):
        assert tvm_ffi.structural_equal(module, other), passed
        assert tvm_ffi.structural_hash(module) == tvm_ffi.structural_hash(other), passed

"""Modules after every pass of the pipeline, lowered once for all tests."""

from __future__ import annotations

import functools

import tilelang_tenstorrent as tt
import tvm_ffi
from tilelang_tenstorrent.target import make_target
from tvm import IRModule, tirx

from kernels import KernelCase

PASSES = [row[0] for row in tt.passes()]

find_violation = tvm_ffi.get_global_func("tilelang_tenstorrent.pipeline.FindViolation")


def as_module(func: tirx.PrimFunc | IRModule, target="tenstorrent") -> IRModule:
    """A module that the first pass takes."""
    module = func if isinstance(func, IRModule) else IRModule({func.attrs["global_symbol"]: func})
    return tirx.transform.BindTarget(make_target(target))(module)


def run_pass(name: str, module: IRModule) -> IRModule:
    """The module after one pass."""
    return getattr(tt.transform, name)()(module)


def run_passes(module: IRModule, upto: str) -> list[tuple[str, IRModule]]:
    """(pass, module after it) for the passes up to and with `upto`; first ("", the module itself)."""
    states = [("", module)]
    for name in PASSES[: PASSES.index(upto) + 1]:
        states.append((name, run_pass(name, states[-1][1])))
    return states


@functools.cache
def states_of(case: KernelCase) -> list[tuple[str, IRModule]]:
    """The states of a kernel through the whole pipeline."""
    return run_passes(as_module(case.make(), case.full_target), PASSES[-1])


def state_of(case: KernelCase, after: str) -> IRModule:
    """The module of a kernel after one pass."""
    return dict(states_of(case))[after]

"""The pass pipeline as TileLang's backend calls it."""

from __future__ import annotations

import tvm_ffi
from tvm import IRModule, tirx
from tvm.target import Target


def pass_rows() -> list[tuple[str, str, str, str]]:
    """The pipeline: (pass, level it starts from, level it reaches, why it stands there)."""
    return [tuple(row) for row in tvm_ffi.get_global_func("tilelang_tenstorrent.pipeline.Rows")()]


def lower_module(mod: IRModule, target: Target, upto: str = "VerifyTTIR") -> IRModule:
    """Runs the passes up to and with `upto` on a module of TileLang functions.

    Raises:
        ValueError: the program asks for something unsupported, or `upto` is no pass.
    """
    mod = tirx.transform.BindTarget(target)(mod)
    return tvm_ffi.get_global_func("tilelang_tenstorrent.pipeline.Lowering")(upto)(mod)


def pass_pipeline(mod: IRModule, target: Target) -> IRModule:
    """Lowers a module and hands it on as launch stubs, which TileLang splits into host and device.

    A kernel with symbolic sizes is lowered when a launch brings them, several kernels of one function
    are lowered one by one.
    """
    if tvm_ffi.get_global_func("tilelang_tenstorrent.runtime.IsLoweredLater")(mod):
        lowered = tirx.transform.BindTarget(target)(mod)
    else:
        lowered = lower_module(mod, target)
    return tvm_ffi.get_global_func("tilelang_tenstorrent.runtime.MakeLaunchStubs")(lowered, target)

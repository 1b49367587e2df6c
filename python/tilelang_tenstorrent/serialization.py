"""Modules as JSON text, the form that tt-opt and the C++ tests read."""

from __future__ import annotations

import tvm_ffi
from tvm import IRModule, tirx
from tvm.ir import save_json

from .program import as_module


def to_json(func: tirx.PrimFunc | IRModule) -> str:
    """The JSON form of a PrimFunc or module: input of ``tt-opt`` and of :func:`from_json`."""
    return str(save_json(as_module(func)))


def from_json(text: str) -> IRModule:
    """The module that :func:`to_json` wrote.

    Raises:
        ValueError: the text holds no module.
    """
    return tvm_ffi.get_global_func("tilelang_tenstorrent.pipeline.ParseTIR")(text)

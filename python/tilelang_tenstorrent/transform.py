"""Every pass alone: ``tt.transform.<PassName>()``."""

from __future__ import annotations

import tvm_ffi

from .pipeline import pass_rows

_make_pass = tvm_ffi.get_global_func("tilelang_tenstorrent.pipeline.Pass")

__all__ = [row[0] for row in pass_rows()]


def __getattr__(name: str):
    if name not in __all__:
        raise AttributeError(f"no pass is named {name!r}. Passes: {', '.join(__all__)}")
    return lambda: _make_pass(name)


def __dir__() -> list[str]:
    return __all__

"""Runs a Python file written for CUDA with `cuda` meaning the host, and TileLang compiling for Tenstorrent.

    python cuda_is_the_card.py example.py [its arguments]

The file itself is not changed: TileLang's default target is the one of the environment, tensors that ask for
the device "cuda" are made on the CPU, and what only times kernels does nothing.
"""

from __future__ import annotations

import functools
import os
import runpy
import sys
import types
from pathlib import Path

os.environ.setdefault("TILELANG_DEFAULT_TARGET", "tenstorrent")

import tilelang
import tilelang.autotuner
import tilelang.profiler
import tilelang_tenstorrent  # noqa: F401  registers the target
import torch

_FACTORIES = (
    "randn", "rand", "randint", "zeros", "ones", "empty", "full", "arange", "tensor", "randperm",
    "zeros_like", "ones_like", "empty_like", "randn_like", "rand_like", "full_like", "linspace", "tril", "eye",
)  # fmt: skip


def _is_cuda(device) -> bool:
    return device is not None and str(device).startswith("cuda")


def _on_host(function):
    @functools.wraps(function)
    def made(*args, **options):
        if _is_cuda(options.get("device")):
            options["device"] = "cpu"
        return function(*args, **options)

    return made


def _to(original):
    @functools.wraps(original)
    def to(self, *args, **options):
        args = tuple("cpu" if isinstance(a, (str, torch.device)) and _is_cuda(a) else a for a in args)
        if _is_cuda(options.get("device")):
            options["device"] = "cpu"
        return original(self, *args, **options)

    return to


def _no_time(*_, **__) -> float:
    return 1.0


def _first_configuration(configs=None, **_):
    """`autotune` without trials: the first configuration of the list."""

    def decorate(function):
        listed = configs() if callable(configs) else configs
        first = dict(listed[0]) if listed else {}

        @functools.wraps(getattr(function, "func", function))
        def tuned(*args, **options):
            return function(*args, **{**first, **options})

        return tuned

    return decorate


def prepare() -> None:
    """Makes this process's torch and TileLang as described above."""
    for name in _FACTORIES:
        setattr(torch, name, _on_host(getattr(torch, name)))
    torch.Tensor.cuda = lambda self, *_, **__: self
    torch.Tensor.to = _to(torch.Tensor.to)
    torch.cuda.synchronize = lambda *_: None
    torch.cuda.get_device_capability = lambda *_: (9, 0)
    torch.cuda.get_device_properties = lambda *_: types.SimpleNamespace(multi_processor_count=64)
    torch.cuda.current_device = lambda: 0
    tilelang.profiler.do_bench = _no_time
    tilelang.profiler.Profiler.do_bench = _no_time
    from tilelang_tenstorrent import profiler

    profiler.SimulatedProfiler.do_bench = _no_time
    if os.environ.get("FIRST_CONFIGURATION"):
        tilelang.autotune = tilelang.autotuner.autotune = _first_configuration


def main() -> None:
    """Runs the file of the command line."""
    prepare()
    path = Path(sys.argv[1]).resolve()
    sys.argv = sys.argv[1:]
    sys.path.insert(0, str(path.parent))
    runpy.run_path(str(path), run_name="__main__")


if __name__ == "__main__":
    main()

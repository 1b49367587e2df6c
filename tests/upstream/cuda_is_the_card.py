"""Runs a Python file written for CUDA with `cuda` meaning the host, and TileLang compiling for Tenstorrent.

    python cuda_is_the_card.py example.py [its arguments]

The file itself is not changed: TileLang's default target is the one of the environment, tensors that ask for
the device "cuda" are made on the CPU, autotuned kernels take their first configuration, and what only times
kernels does nothing. Where flash_attn is not installed, torch computes what it is the reference for.
Comparisons allow for the precision of the matrix unit.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import runpy
import sys
import types
from pathlib import Path

os.environ.setdefault("TILELANG_DEFAULT_TARGET", "tenstorrent")

import tilelang
import tilelang.autotuner.tuner
import tilelang.profiler
import tilelang_tenstorrent  # noqa: F401  registers the target
import torch
from tilelang.carver.arch import driver

_FACTORIES = (
    "randn", "rand", "randint", "zeros", "ones", "empty", "full", "arange", "tensor", "randperm",
    "zeros_like", "ones_like", "empty_like", "randn_like", "rand_like", "full_like", "linspace", "eye",
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


def _first_configuration(tuner, *args, **options):
    """A call of an autotuned kernel without trials: the first configuration of the list."""
    listed = tuner.configs() if callable(tuner.configs) else tuner.configs
    made = tuner.jit_impl.compile if options.pop("__return_kernel", False) else tuner.jit_impl
    return made(*args, **{**(dict(listed[0]) if listed else {}), **options})


def _assert_close(original):
    """The matrix unit keeps 10 bits of one factor, so sums of products err by 2^-10 of their range."""

    @functools.wraps(original)
    def assert_close(actual, expected, *args, **options):
        reach = float(expected.abs().max()) if expected.is_floating_point() and expected.numel() else 0.0
        options["atol"] = max(options.get("atol") or 0.0, reach * 2**-9)
        options.setdefault("rtol", 1e-5)
        return original(actual, expected, *args, **options)

    return assert_close


def _assert_allclose(original):
    """The same for the comparison of TileLang's profiler."""

    @functools.wraps(original)
    def assert_allclose(self, reference, *args, rtol=0.0, atol=0.0, **options):
        return original(self, reference, *args, rtol=max(rtol, 2**-7), atol=max(atol, 2**-7), **options)

    return assert_allclose


def _attention_by_torch(q, k, v, starts_q, starts_k, *_, causal: bool = False, **__) -> torch.Tensor:
    """What flash_attn's variable-length attention computes: sequences one after the other, right-aligned."""
    parts = []
    for i in range(len(starts_q) - 1):
        rows = slice(int(starts_q[i]), int(starts_q[i + 1]))
        keys = slice(int(starts_k[i]), int(starts_k[i + 1]))
        group = q.shape[1] // k.shape[1]
        key, value = (x[keys].float().repeat_interleave(group, 1) for x in (k, v))
        scores = torch.einsum("ihd,jhd->hij", q[rows].float(), key) / q.shape[-1] ** 0.5
        if causal:
            sees = torch.ones_like(scores[0]).tril(scores.shape[2] - scores.shape[1]).bool()
            scores = scores.masked_fill(~sees, float("-inf"))
        parts.append(torch.einsum("hij,jhd->ihd", scores.softmax(-1).nan_to_num(), value))
    return torch.cat(parts).to(q.dtype)


def prepare() -> None:
    """Makes this process's torch and TileLang as described above."""
    for name in _FACTORIES:
        setattr(torch, name, _on_host(getattr(torch, name)))
    torch.Tensor.cuda = lambda self, *_, **__: self
    torch.Tensor.to = _to(torch.Tensor.to)
    torch.cuda.is_available = lambda: True
    torch.cuda.synchronize = lambda *_: None
    torch.cuda.get_device_capability = lambda *_: (9, 0)
    torch.cuda.get_device_properties = lambda *_: types.SimpleNamespace(
        multi_processor_count=64, major=9, minor=0
    )
    torch.cuda.current_device = lambda: 0
    driver.get_num_sms = lambda *_: 64  # cores of the grid
    tilelang.profiler.do_bench = _no_time
    tilelang.profiler.Profiler.do_bench = _no_time
    from tilelang_tenstorrent import profiler

    profiler.SimulatedProfiler.do_bench = _no_time
    tilelang.autotuner.tuner.AutoTuneImpl.__call__ = _first_configuration
    profile_class = tilelang.profiler.Profiler
    profile_class.assert_allclose = _assert_allclose(profile_class.assert_allclose)
    torch.testing.assert_close = _assert_close(torch.testing.assert_close)
    if importlib.util.find_spec("flash_attn") is None:
        reference = types.ModuleType("flash_attn")
        reference.flash_attn_varlen_func = _attention_by_torch
        sys.modules["flash_attn"] = reference


def main() -> None:
    """Runs the file of the command line."""
    prepare()
    path = Path(sys.argv[1]).resolve()
    sys.argv = sys.argv[1:]
    sys.path.insert(0, str(path.parent))
    runpy.run_path(str(path), run_name="__main__")


if __name__ == "__main__":
    main()

"""``kernel.get_profiler()`` on the simulated device: TileLang's profiler with simulated time."""

from __future__ import annotations

import functools

from tilelang.jit.kernel import JITKernel
from tilelang.profiler import Profiler, TensorSupplyType

from .profile import profile
from .target import KIND


class SimulatedProfiler(Profiler):
    """TileLang's profiler; ``do_bench`` returns simulated time, so one run is all it takes."""

    kernel: JITKernel | None = None

    def do_bench(self, func=None, *, input_tensors=None, quantiles=None, **options) -> float | list[float]:
        """Simulated latency in milliseconds: the time from one launch to the next.

        Simulated time is the same on every run, so the options of repetition and statistics
        (``warmup``, ``rep``, ``return_mode``, ``backend``, ...) change nothing.

        Raises:
            ValueError: with ``func``: only this kernel's own run has a simulated time.
        """
        if func is not None and func is not self.adapter:
            raise ValueError(
                "do_bench times this kernel on the simulated device; another function has no simulated "
                "time there. Leave func out."
            )
        constraints = options.get("dynamic_symbolic_constraints")
        inputs = input_tensors or self._get_inputs(dynamic_symbolic_constraints=constraints)
        latency = profile(self.kernel, *inputs).latency_ms
        return latency if quantiles is None or len(quantiles) == 1 else [latency] * len(quantiles)


def _wrap(get_profiler):
    @functools.wraps(get_profiler)
    def wrapped(self, tensor_supply_type: TensorSupplyType = TensorSupplyType.Auto):
        if self.target.kind.name != KIND:
            return get_profiler(self, tensor_supply_type)
        profiler = SimulatedProfiler(self.params, self.out_idx, tensor_supply_type)
        profiler.kernel = self
        return profiler.with_default_adapter(self.adapter)

    return wrapped


def register() -> None:
    """Gives kernels of this target their profiler; kernels of other targets keep TileLang's."""
    if not hasattr(JITKernel.get_profiler, "__wrapped__"):
        JITKernel.get_profiler = _wrap(JITKernel.get_profiler)

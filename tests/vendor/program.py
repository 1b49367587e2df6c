"""A program made of the vendor's kernel files, with the arguments that the vendor's host code gives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tilelang_tenstorrent import simulator as sim

OPERATIONS = Path("ttnn/cpp/ttnn")


class VendorProgram:
    """Collects circular buffers, semaphores and kernels, and runs them on a device."""

    def __init__(self, wheel: Path, device: sim.Device, cores: tuple[int, int] = (1, 1)):
        self.wheel, self.device = wheel, device
        corner = sim.CoreCoord(cores[0] - 1, cores[1] - 1)
        self.cores = sim.CoreRangeSet(sim.CoreRange(sim.CoreCoord(0, 0), corner))
        self.kernels: list[sim.KernelDescriptor] = []
        self.cbs: list[sim.CBDescriptor] = []
        self.semaphores: list[sim.SemaphoreDescriptor] = []
        self.files: list[str] = []

    def cb(self, index, pages: int, data_format: str = "bfloat16", page_size: int = 0, on=None) -> None:
        """A circular buffer on all cores; `on` places it on a sharded tensor. Several indices alias."""
        indices = [index] if isinstance(index, int) else index
        size = page_size or sim.tile_bytes(data_format)
        formats = [sim.CBFormatDescriptor(i, data_format, size) for i in indices]
        self.cbs.append(sim.CBDescriptor(pages * size, self.cores, formats, on))

    def semaphore(self, number: int, value: int = 0) -> None:
        self.semaphores.append(sim.SemaphoreDescriptor(number, self.cores, value))

    def reader(self, file: str, noc: int = 0, **facts) -> None:
        config = sim.DataMovementConfigDescriptor(sim.DataMovementProcessor.RISCV_1, noc)
        self._kernel(file, config, **facts)

    def writer(self, file: str, noc: int = 1, **facts) -> None:
        config = sim.DataMovementConfigDescriptor(sim.DataMovementProcessor.RISCV_0, noc)
        self._kernel(file, config, **facts)

    def compute(self, file: str, config: Mapping | None = None, **facts) -> None:
        self._kernel(file, sim.ComputeConfigDescriptor(**(config or {})), **facts)

    def _kernel(
        self,
        file: str,
        config,
        *,
        words: Sequence[int] = (),
        named: Mapping[str, int] | None = None,
        defines: Mapping[str, str] | None = None,
        args: Sequence[int] | Callable[[sim.CoreCoord], Sequence[int]] = (),
        common: Sequence[int] = (),
        bindings: sim.NamedBindings | None = None,
        cores: sim.CoreRangeSet | None = None,
    ) -> None:
        """A kernel file below the wheel's `ttnn/cpp/ttnn`. `args` may depend on the core."""
        cores = cores or self.cores
        runtime_args = sim.RuntimeArgs()
        for core in cores.cores():
            values = list(args(core) if callable(args) else args)
            if values:
                runtime_args[core] = values
        self.files.append(file)
        self.kernels.append(
            sim.KernelDescriptor(
                kernel_source=self.wheel / OPERATIONS / file,
                core_ranges=cores,
                config=config,
                compile_time_args=words,
                named_compile_time_args=list((named or {}).items()),
                defines=list((defines or {}).items()),
                runtime_args=runtime_args,
                common_runtime_args=common,
                compiler_include_paths=[self.wheel, self.wheel / "ttnn" / "cpp", self.wheel / "ttnn"],
                bindings=bindings,
            )
        )

    def noc(self, x: int, y: int) -> sim.CoreCoord:
        return self.device.worker_core_from_logical_core(sim.CoreCoord(x, y))

    def run(self) -> dict:
        return self.device.run(sim.ProgramDescriptor(self.kernels, self.semaphores, self.cbs))

"""Run TT-Metalium kernels without a card, with the same calls as ``ttnn.generic_op``.

The descriptors have the names and fields of ttnn's. Kernels are the very texts (or files) that would
run on a card; breaking a rule of the machine raises :class:`SimulationError`.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import tvm_ffi

_PREFIX = "tilelang_tenstorrent.simulator."


@functools.cache
def _function(name: str):
    return tvm_ffi.get_global_func(_PREFIX + name)


# ---- errors --------------------------------------------------------------------------------------


class _Reported:
    """An error that may be made from the simulator's JSON report: members become attributes."""

    def __init__(self, message: str):
        report = json.loads(message) if message.startswith("{") else {"message": message}
        super().__init__(report.pop("message"))
        for name, value in report.items():
            setattr(self, name, tuple(value) if name == "core" else value)


class DescriptorError(_Reported, ValueError):
    """A program descriptor that no device would accept."""


class KernelCompileError(_Reported, RuntimeError):
    """A kernel text that does not compile; ``kernel`` is its name."""

    kernel = ""


class SimulationError(_Reported, RuntimeError):
    """A kernel broke a rule of the machine.

    Attributes: ``violation`` (name of the rule), ``core`` (x, y), ``risc``, ``kernel``, ``file``,
    ``line``, ``cb_id`` (-1 if none), ``at_cycle`` (simulated time, -1 when time is off), ``detail``
    (what the kernel did), ``machine`` (what the machine would do) and ``hint``.
    """

    violation = ""


class DeadlockError(SimulationError):
    """No RISC can continue. ``waits`` lists every waiting RISC, ``cycle`` names the cycle, if any."""

    waits: tuple[dict[str, Any], ...] = ()
    cycle = ""


_ERRORS = {cls.__name__: cls for cls in (DescriptorError, KernelCompileError, SimulationError, DeadlockError)}
for _name, _cls in _ERRORS.items():
    tvm_ffi.register_error(_name, _cls)


def _checked(text: str) -> dict[str, Any]:
    report = json.loads(text)
    status = report.pop("status")
    if status == "ok":
        return report
    raise _ERRORS[status](json.dumps(report))


# ---- descriptors ---------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, order=True)
class CoreCoord:
    """Logical worker core: column ``x``, row ``y``."""

    x: int
    y: int


@dataclasses.dataclass(frozen=True)
class CoreRange:
    """Inclusive rectangle of cores."""

    start: CoreCoord
    end: CoreCoord


class CoreRangeSet:
    """Rectangles of cores. Also accepts one rectangle or one core."""

    def __init__(self, ranges: CoreRange | CoreCoord | Iterable[CoreRange | CoreCoord]):
        if isinstance(ranges, (CoreRange, CoreCoord)):
            ranges = [ranges]
        self.ranges = [CoreRange(r, r) if isinstance(r, CoreCoord) else r for r in ranges]

    def cores(self) -> list[CoreCoord]:
        """Every core once, row by row."""
        found = {
            CoreCoord(x, y)
            for r in self.ranges
            for y in range(r.start.y, r.end.y + 1)
            for x in range(r.start.x, r.end.x + 1)
        }
        return sorted(found, key=lambda core: (core.y, core.x))

    def _json(self):
        return [[[r.start.x, r.start.y], [r.end.x, r.end.y]] for r in self.ranges]


def _ranges_json(ranges) -> list:
    return (ranges if isinstance(ranges, CoreRangeSet) else CoreRangeSet(ranges))._json()


class RuntimeArgs:
    """Run-time arguments by core: ``args[x][y] = [...]`` or ``args[CoreCoord(x, y)] = [...]``."""

    class _Column:
        def __init__(self, owner: RuntimeArgs, x: int):
            self._owner, self._x = owner, x

        def __setitem__(self, y: int, values: Sequence[int]) -> None:
            self._owner.values[CoreCoord(self._x, y)] = list(values)

        def __getitem__(self, y: int) -> list[int]:
            return self._owner.values[CoreCoord(self._x, y)]

    def __init__(self) -> None:
        self.values: dict[CoreCoord, list[int]] = {}

    def __getitem__(self, x: int) -> RuntimeArgs._Column:
        return RuntimeArgs._Column(self, x)

    def __setitem__(self, core: CoreCoord, values: Sequence[int]) -> None:
        self.values[core] = list(values)


def _words(values: Iterable[int]) -> list[int]:
    return [int(value) & 0xFFFFFFFF for value in values]


@dataclasses.dataclass
class CBFormatDescriptor:
    """Format of one circular buffer: index, DataFormat or ttnn dtype name, bytes of a page."""

    buffer_index: int
    data_format: str
    page_size: int


@dataclasses.dataclass
class CBDescriptor:
    """L1 for one circular buffer, or for several that alias each other.

    With ``buffer``, a sharded tensor, the circular buffer lies on the tensor's shards.
    """

    total_size: int
    core_ranges: CoreRangeSet
    format_descriptors: list[CBFormatDescriptor]
    buffer: Tensor | None = None


@dataclasses.dataclass
class SemaphoreDescriptor:
    """A program semaphore: one L1 word per core, at the same address everywhere."""

    id: int
    core_ranges: CoreRangeSet
    initial_value: int = 0


class DataMovementProcessor(enum.IntEnum):
    """RISCV_0 is BRISC, RISCV_1 is NCRISC."""

    RISCV_0 = 0
    RISCV_1 = 1


@dataclasses.dataclass
class DataMovementConfigDescriptor:
    """A data-movement kernel on a chosen processor and NoC."""

    processor: int = DataMovementProcessor.RISCV_0
    noc: int = 0

    def _json(self):
        return {"kind": "data_movement", "processor": int(self.processor), "noc": int(self.noc)}


def ReaderConfigDescriptor() -> DataMovementConfigDescriptor:  # noqa: N802, ttnn's name
    """NCRISC on NoC 0."""
    return DataMovementConfigDescriptor(DataMovementProcessor.RISCV_1, 0)


def WriterConfigDescriptor() -> DataMovementConfigDescriptor:  # noqa: N802, ttnn's name
    """BRISC on NoC 1."""
    return DataMovementConfigDescriptor(DataMovementProcessor.RISCV_0, 1)


@dataclasses.dataclass
class ComputeConfigDescriptor:
    """A compute kernel. ``unpack_to_dest_fp32`` lists the circular buffers that are unpacked to DST."""

    math_fidelity: str = "HiFi4"
    math_approx_mode: bool = False
    fp32_dest_acc_en: bool = False
    dst_full_sync_en: bool = False
    bfp8_pack_precise: bool = False
    unpack_to_dest_fp32: list[int] = dataclasses.field(default_factory=list)

    def _json(self):
        return {"kind": "compute", **dataclasses.asdict(self)}


@dataclasses.dataclass
class NamedBindings:
    """What ``args::``, ``dfb::``, ``sem::``, ``tensor::`` and ``scratch::`` mean in a kernel (Metal 2.0).

    ``runtime_args`` names the first words of the kernel's run-time arguments. A list of tensors becomes a
    tuple. Scratchpads are given in bytes for every core.
    """

    compile_time_args: Mapping[str, int] = dataclasses.field(default_factory=dict)
    runtime_args: Sequence[str] = ()
    common_runtime_args: Mapping[str, int] = dataclasses.field(default_factory=dict)
    dfbs: Mapping[str, int] = dataclasses.field(default_factory=dict)
    semaphores: Mapping[str, int] = dataclasses.field(default_factory=dict)
    tensors: Mapping[str, Tensor | Sequence[Tensor]] = dataclasses.field(default_factory=dict)
    scratchpads: Mapping[str, int] = dataclasses.field(default_factory=dict)

    def _json(self):
        sequences = {name: t for name, t in self.tensors.items() if isinstance(t, Sequence)}
        tensors = {name: t for name, t in self.tensors.items() if name not in sequences}
        for name, members in sequences.items():
            tensors |= {f"{name}_{i}": member for i, member in enumerate(members)}

        def pairs(values: Mapping[str, int]) -> list:
            return [[name, int(value) & 0xFFFFFFFF] for name, value in values.items()]

        return {
            "compile_time_args": pairs(self.compile_time_args),
            "runtime_args": list(self.runtime_args),
            "common_runtime_args": pairs(self.common_runtime_args),
            "dfbs": pairs(self.dfbs),
            "semaphores": pairs(self.semaphores),
            "tensors": [
                {
                    "name": name,
                    "accessor_args": list(tensor.accessor_words),
                    "address": tensor.buffer_address(),
                }
                for name, tensor in tensors.items()
            ],
            "tensor_sequences": [
                [name, [f"{name}_{i}" for i in range(len(members))]] for name, members in sequences.items()
            ],
            "scratchpads": pairs(self.scratchpads),
        }


class SourceType(enum.Enum):
    """How ``kernel_source`` is meant."""

    FILE_PATH = "FILE_PATH"
    SOURCE_CODE = "SOURCE_CODE"


@dataclasses.dataclass
class KernelDescriptor:
    """One kernel on its cores. ``name`` is what messages call it; derived if empty.

    ``binary_bytes`` is the size of its RISC-V binary, if known: the time of a launch depends on it.
    """

    kernel_source: str
    core_ranges: CoreRangeSet
    config: DataMovementConfigDescriptor | ComputeConfigDescriptor
    source_type: SourceType = SourceType.FILE_PATH
    compile_time_args: Sequence[int] = ()
    named_compile_time_args: Sequence[tuple[str, int]] = ()
    defines: Sequence[tuple[str, str]] = ()
    runtime_args: RuntimeArgs = dataclasses.field(default_factory=RuntimeArgs)
    common_runtime_args: Sequence[int] = ()
    compiler_include_paths: Sequence[str] = ()
    name: str = ""
    bindings: NamedBindings | None = None
    binary_bytes: int = 0

    SourceType = SourceType

    def _json(self):
        return {
            "name": self.name,
            "kernel_source": str(self.kernel_source),
            "source_type": self.source_type.value,
            "core_ranges": _ranges_json(self.core_ranges),
            "compile_time_args": _words(self.compile_time_args),
            "named_compile_time_args": [
                [name, int(value) & 0xFFFFFFFF] for name, value in self.named_compile_time_args
            ],
            "defines": [[str(name), str(value)] for name, value in self.defines],
            "compiler_include_paths": [str(path) for path in self.compiler_include_paths],
            "runtime_args": [
                {"core": [core.x, core.y], "args": _words(values)}
                for core, values in self.runtime_args.values.items()
            ],
            "common_runtime_args": _words(self.common_runtime_args),
            "config": self.config._json(),
            "bindings": self.bindings._json() if self.bindings else None,
            "binary_bytes": int(self.binary_bytes),
        }


@dataclasses.dataclass
class ProgramDescriptor:
    """Kernels, semaphores and circular buffers of one launch."""

    kernels: list[KernelDescriptor]
    semaphores: list[SemaphoreDescriptor] = dataclasses.field(default_factory=list)
    cbs: list[CBDescriptor] = dataclasses.field(default_factory=list)

    def to_json(self) -> str:
        """The form the native library reads."""
        return json.dumps(
            {
                "kernels": [kernel._json() for kernel in self.kernels],
                "semaphores": [
                    {
                        "id": semaphore.id,
                        "core_ranges": _ranges_json(semaphore.core_ranges),
                        "initial_value": semaphore.initial_value,
                    }
                    for semaphore in self.semaphores
                ],
                "cbs": [
                    {
                        "total_size": cb.total_size,
                        "core_ranges": _ranges_json(cb.core_ranges),
                        "format_descriptors": [
                            {**dataclasses.asdict(f), "data_format": _format_name(f.data_format)}
                            for f in cb.format_descriptors
                        ],
                        "buffer_address": cb.buffer.buffer_address() if cb.buffer else None,
                    }
                    for cb in self.cbs
                ],
            }
        )


# ---- device and tensors --------------------------------------------------------------------------

_TILE_BYTES = {
    "Float32": 4096,
    "Float16": 2048,
    "Float16_b": 2048,
    "Bfp8_b": 1088,
    "Bfp4_b": 576,
    "Bfp2_b": 320,
    "Int32": 4096,
    "UInt32": 4096,
    "UInt16": 2048,
    "UInt8": 1024,
}
_FORMAT_OF_DTYPE = {
    "bfloat16": "Float16_b",
    "float16": "Float16",
    "float32": "Float32",
    "bfloat8_b": "Bfp8_b",
    "bfloat4_b": "Bfp4_b",
    "int32": "Int32",
    "uint32": "UInt32",
    "uint16": "UInt16",
    "uint8": "UInt8",
}


def _format_name(data_format) -> str:
    name = str(data_format).rsplit(".", 1)[-1]
    return _FORMAT_OF_DTYPE.get(name, name)


def tile_bytes(data_format: str) -> int:
    """Bytes of one 32x32 tile of a format or dtype."""
    return _TILE_BYTES[_format_name(data_format)]


class Device:
    """One simulated device.

    ``ignored_violations`` names rules that are not enforced; ``numerics="fast"`` computes in plain
    float32 instead of the machine's bits. ``timing`` is "on", "off", or "timeline", which also keeps
    every span for a trace viewer.
    """

    def __init__(
        self,
        arch: str = "wormhole_b0",
        grid: tuple[int, int] | None = None,
        *,
        numerics: str = "exact",
        timing: str = "on",
        ignored_violations: Sequence[str] = (),
        cache_dir: str = "",
        kernel_api_dir: str = "",
    ):
        options = {
            "arch": arch,
            "grid_x": grid[0] if grid else 0,
            "grid_y": grid[1] if grid else 0,
            "numerics": numerics,
            "timing": timing,
            "ignored_violations": list(ignored_violations),
            "cache_dir": str(cache_dir),
            "kernel_api_dir": str(kernel_api_dir),
        }
        self._handle = _function("create_device")(json.dumps(options))
        info = json.loads(_function("device_info")(self._handle))
        self.arch: str = info["arch"]
        self.grid: tuple[int, int] = (info["grid_x"], info["grid_y"])
        self.l1_bytes: int = info["l1_bytes"]
        self.l1_usable_base: int = info["l1_usable_base"]
        self.num_dram_banks: int = info["num_dram_banks"]
        self._worker_noc = info["worker_noc"]
        self._dram_noc = info["dram_noc"]

    def worker_core_from_logical_core(self, core: CoreCoord) -> CoreCoord:
        """NoC coordinate, as kernels use it, of a logical core."""
        return CoreCoord(*self._worker_noc[core.y * self.grid[0] + core.x])

    def translation_units(self, program: ProgramDescriptor) -> dict[str, Any]:
        """The C++ texts that ``run`` would compile (``texts``) and their headers (``kernel_api_dir``)."""
        return _checked(_function("translation_units")(self._handle, program.to_json()))

    def dram_core_from_bank(self, bank: int) -> CoreCoord:
        """NoC coordinate, as kernels use it, of a DRAM bank."""
        return CoreCoord(*self._dram_noc[bank])

    def check_schedules(self, program: ProgramDescriptor, seeds: int = 4) -> dict[str, Any]:
        """Runs a program under several orders of its RISCs, always from the tensors' present data.

        Returns ``bounded_channels`` (circular buffers, DST and mailboxes only: one run speaks for every
        schedule, deadlock included), ``schedules`` (how many were run) and ``differing_seed`` (one that left
        other data in the tensors, 0 if none). Raises what any of the runs raises.
        """
        return _checked(_function("check_schedules")(self._handle, program.to_json(), seeds))

    def run(self, program: ProgramDescriptor) -> dict[str, Any]:
        """Runs a program to its end; returns compile times and counters."""
        return _checked(_function("run")(self._handle, program.to_json()))


@dataclasses.dataclass(frozen=True)
class Sharding:
    """Shards of a tensor in L1: height and width of one in elements, and the cores that hold them.

    Shards go to the cores in row-major order, so one description serves height, width and block sharding.
    """

    cores: CoreRangeSet
    shape: tuple[int, int]


class Tensor:
    """A tensor on a device, in tiles (or row-major, one row, or one row of a shard, a page)."""

    def __init__(
        self,
        device: Device,
        shape,
        data_format: str,
        *,
        memory: str,
        layout: str,
        sharding: Sharding | None = None,
    ):
        if sharding and memory != "l1":
            raise ValueError("only tensors in L1 can be sharded: pass memory='l1'")
        if memory not in ("dram", "l1"):
            raise ValueError(f"memory must be 'dram' or 'l1', not {memory!r}")
        if layout not in ("tile", "row_major"):
            raise ValueError(f"layout must be 'tile' or 'row_major', not {layout!r}")
        self.device, self.shape, self.layout = device, tuple(int(n) for n in shape), layout
        self.data_format = _format_name(data_format)
        if self.data_format not in _TILE_BYTES:
            raise ValueError(f"data format {data_format!r} is unknown")
        if len(self.shape) < 2:
            raise ValueError("a tensor needs at least 2 dimensions")
        elements = self.num_elements
        if layout == "tile":
            if self.shape[-1] % 32 or self.shape[-2] % 32:
                raise ValueError(f"the last two dimensions of {self.shape} must be multiples of 32")
            self.page_size, self.num_pages = _TILE_BYTES[self.data_format], elements // 1024
        else:
            self.page_size = self.shape[-1] * (_TILE_BYTES[self.data_format] // 1024)
            self.num_pages = elements // self.shape[-1]
        self._l1 = memory == "l1"
        self.sharding = sharding
        if sharding:
            self.address: int = self._allocate_shards(sharding)
        else:
            self.address = _function("allocate")(device._handle, self._l1, self.num_pages, self.page_size)

    def _allocate_shards(self, sharding: Sharding) -> int:
        """Pages of a row-major tensor become rows of a shard."""
        rows, columns = self.num_elements // self.shape[-1], self.shape[-1]
        page = (32, 32) if self.layout == "tile" else (1, sharding.shape[1])
        if columns % page[1] or sharding.shape[0] % page[0] or sharding.shape[1] % page[1]:
            raise ValueError(f"a shard of {sharding.shape} does not fit pages of {page} of {self.shape}")
        if self.layout == "row_major":
            self.page_size = sharding.shape[1] * (_TILE_BYTES[self.data_format] // 1024)
            self.num_pages = self.num_elements // sharding.shape[1]
        return _function("allocate_sharded")(
            self.device._handle,
            json.dumps(
                {
                    "tensor": [rows // page[0], columns // page[1]],
                    "shard": [sharding.shape[0] // page[0], sharding.shape[1] // page[1]],
                    "cores": [core.y * self.device.grid[0] + core.x for core in sharding.cores.cores()],
                }
            ),
            self.page_size,
        )

    def __del__(self):
        if getattr(self, "address", None) is not None:
            _function("free")(self.device._handle, self._l1, self.address)

    @functools.cached_property
    def accessor_words(self) -> tuple[int, ...]:
        """Compile-time words that describe this tensor to a TensorAccessor."""
        return tuple(_function("accessor_args")(self.device._handle, self._l1, self.address))

    @property
    def num_elements(self) -> int:
        return math.prod(self.shape)

    def buffer_address(self) -> int:
        """Address to pass to kernels as a run-time argument."""
        return self.address

    def write(self, data) -> None:
        """Copies a torch tensor or NumPy array of this shape to the device."""
        data = _contiguous(data)
        if tuple(data.shape) != self.shape:
            raise ValueError(f"the data has shape {tuple(data.shape)}, the tensor {self.shape}")
        arguments = (self.device._handle, self._l1, self.address)
        if self.layout == "tile":
            _function("write_tiled")(*arguments, self.data_format, _dlpack(data))
        else:
            _function("write")(*arguments, _dlpack(data))

    def read_into(self, data) -> None:
        """Copies the tensor into a contiguous torch tensor or NumPy array of this shape."""
        arguments = (self.device._handle, self._l1, self.address)
        if self.layout == "tile":
            _function("read_tiled")(*arguments, self.data_format, _dlpack(data))
        else:
            _function("read")(*arguments, _dlpack(data))


def _contiguous(data):
    if hasattr(data, "contiguous"):
        return data.detach().contiguous()
    import numpy as np

    return np.ascontiguousarray(data)


def _dlpack(data):
    return data if type(data).__module__.startswith("torch") else tvm_ffi.from_dlpack(data)


def from_torch(
    data,
    device: Device,
    *,
    dtype: str | None = None,
    memory: str = "dram",
    layout: str = "tile",
    sharding: Sharding | None = None,
) -> Tensor:
    """Puts a torch tensor (or NumPy array) on the device; float data convert to ``dtype``."""
    name = str(data.dtype).rsplit(".", 1)[-1]
    tensor = Tensor(device, data.shape, dtype or name, memory=memory, layout=layout, sharding=sharding)
    tensor.write(data)
    return tensor


def empty(
    shape,
    dtype: str,
    device: Device,
    *,
    memory: str = "dram",
    layout: str = "tile",
    sharding: Sharding | None = None,
) -> Tensor:
    """Allocates a tensor without writing it."""
    return Tensor(device, shape, dtype, memory=memory, layout=layout, sharding=sharding)


def to_torch(tensor: Tensor, dtype=None):
    """Copies a tensor to torch: float formats as their own type (block formats as float32)."""
    import torch

    own = {
        "Float16": torch.float16,
        "Float16_b": torch.bfloat16,
        "Int32": torch.int32,
        "UInt32": torch.uint32,
        "UInt16": torch.uint16,
        "UInt8": torch.uint8,
    }
    result = torch.empty(tensor.shape, dtype=own.get(tensor.data_format, torch.float32))
    tensor.read_into(result)
    return result if dtype is None else result.to(dtype)


class TensorAccessorArgs:
    """The compile-time words that ``TensorAccessorArgs<n>`` reads in a kernel."""

    def __init__(self, tensor: Tensor):
        self._words = list(tensor.accessor_words)

    def get_compile_time_args(self) -> list[int]:
        return list(self._words)


def generic_op(tensors: Sequence[Tensor], program: ProgramDescriptor, device: Device | None = None) -> Tensor:
    """Runs a program on ``[inputs..., output]`` and returns the output, as ``ttnn.generic_op``."""
    if not tensors:
        raise ValueError("generic_op needs at least the output tensor")
    (device or tensors[-1].device).run(program)
    return tensors[-1]

"""Running a module: the cores, their processes, and the scheduler between them."""

from __future__ import annotations

import numpy as np
import torch
from tvm import IRModule, tirx

from .core import Core, Mesh
from .errors import DeadlockError
from .memory import Tensor
from .operators import KernelProcess
from .process import Wait
from .protocol import ProtocolProcess

# Passes after which cores run their own work items, circular buffers have their protocol, and the
# engine its initialisations.
_PERSISTENT = "GridToCoreGrid"
_PROTOCOL = "LowerCBIntrinsics"
_INITIALISED = "InsertComputeInitTT"


def _passes() -> list[str]:
    import tilelang_tenstorrent as tt

    return [row[0] for row in tt.passes()]


def _position(func: tirx.PrimFunc) -> int:
    """How many passes have run on the function."""
    last = (func.attrs or {}).get("tt.lowered_by")
    return 0 if last is None else _passes().index(str(last)) + 1


def _schedule(processes: dict[str, KernelProcess]) -> None:
    """Runs processes in turn until all have ended; none can go on is a deadlock."""
    runs = {name: process.run(process.func.body) for name, process in processes.items()}
    waits: dict[str, Wait | None] = dict.fromkeys(runs)
    while runs:
        moved = False
        for name in list(runs):
            if waits[name] is not None and not waits[name].ready():
                continue
            moved = True
            try:
                waits[name] = next(runs[name])
            except StopIteration:
                del runs[name], waits[name]
        if not moved:
            blocked = "; ".join(f"{name} waits for {wait.what}" for name, wait in waits.items())
            raise DeadlockError(blocked)


def _work(attrs, position: int) -> list:
    """The work of each core; None for all of them, as long as the launch nest stands."""
    if position <= _passes().index(_PERSISTENT):
        return [None]
    return list(attrs["tt.work_partition"])


def _arguments(func: tirx.PrimFunc, grid: list[int], work, tensors) -> dict[str, int]:
    """The runtime arguments of a core by name; NoC coordinates are logical ones."""
    arguments = {"Mt": grid[0], "Nt": grid[1]} | {f"{name}_addr": np.nan for name in tensors}
    if work is None:
        return arguments
    x, y = int(work.x), int(work.y)
    arguments |= {"start_id": int(work.start), "count": int(work.count), "core_x": x, "core_y": y}
    columns = int(func.attrs["tt.core_ranges"][0].x1) + 1
    arguments["core_index"] = y * columns + x
    for arg in func.attrs.get("tt.runtime_args", []):
        if str(arg.kind) in ("noc_x", "noc_y"):
            arguments[str(arg.name)] = int(str(arg.name).rsplit("_", 1)[1])
    return arguments


def _to_device(value: torch.Tensor, layout) -> np.ndarray:
    """The elements of a tensor as the device sees them: carried dtype, view and order of dimensions."""
    if layout is None:
        return value.double().numpy()
    order = [int(dim) for dim in layout.order]
    viewed = [0] * len(order)
    for dim, extent in zip(order, layout.shape, strict=True):
        viewed[dim] = int(extent)
    carried = value.to(getattr(torch, str(layout.dtype))).double()
    return carried.reshape(viewed).permute(order).contiguous().numpy()


def _to_host(values: np.ndarray, layout, like: torch.Tensor) -> torch.Tensor:
    """Inverse of _to_device; a tensor that did not change keeps what its carrier cannot hold."""
    if np.array_equal(values, _to_device(like, layout), equal_nan=True):
        return like.clone()
    result = torch.from_numpy(values.copy())
    if layout is not None:
        result = result.permute(np.argsort([int(dim) for dim in layout.order]).tolist())
    return result.reshape(like.shape).to(like.dtype)


def interpret(module: IRModule, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Runs a module of any level on tensors by name and returns all of them as they are afterwards.

    Raises:
        DeadlockError: the processes of a core wait for each other.
        UnbalancedError: a core leaves pages in a circular buffer or transfers under way.
        MisuseError: an operation is used against its contract.
    """
    funcs = {var.name_hint: func for var, func in module.functions_items()}
    attrs = next(iter(funcs.values())).attrs or {}
    layouts = {str(name): layout for name, layout in attrs.get("tt.layout_desc", {}).items()}
    arrays = {name: Tensor(_to_device(value, layouts.get(name))) for name, value in tensors.items()}
    position = _position(next(iter(funcs.values())))
    protocol = position > _passes().index(_PROTOCOL)
    initialised = position > _passes().index(_INITIALISED)
    process_class = ProtocolProcess if protocol else KernelProcess
    grid = [int(extent) for extent in attrs.get("tt.grid_tiles", [0, 0])]
    # The attributes of the split kernels differ only in what is their own.
    compute = next((func for name, func in funcs.items() if name.endswith("_compute")), None)
    core_attrs = compute.attrs if compute is not None else attrs
    works = _work(attrs, position)
    # Cores that send each other blocks run at once, others one after another.
    for group in [works] if attrs.get("tt.semaphores") else [[work] for work in works]:
        mesh, processes = Mesh(), {}
        for work in group:
            place = (0, 0) if work is None else (int(work.x), int(work.y))
            core = Core(arrays, core_attrs, protocol, initialised, mesh, place)
            items = None if work is None else range(int(work.start), int(work.start) + int(work.count))
            for name, func in funcs.items():
                arguments = _arguments(func, grid, work, tensors)
                processes[f"{name} at {place}"] = process_class(func, core, items, arguments)
        with np.errstate(all="ignore"):  # what is not defined passes through any function
            _schedule(processes)
        for core in mesh.cores.values():
            core.finish()
    return {name: _to_host(arrays[name].values, layouts.get(name), value) for name, value in tensors.items()}

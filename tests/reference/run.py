"""Running a module: the cores, their processes, and the scheduler between them."""

from __future__ import annotations

import numpy as np
import torch
from tvm import IRModule, tirx

from .core import Core
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


def _work(attrs, position: int) -> list[range | None]:
    """The work items of each core; None for all of them, as long as the launch nest stands."""
    if position <= _passes().index(_PERSISTENT):
        return [None]
    partition = attrs["tt.work_partition"]
    return [range(int(w.start), int(w.start) + int(w.count)) for w in partition]


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
    for items in _work(attrs, position):
        # The attributes of the split kernels differ only in what is their own.
        compute = next((f for n, f in funcs.items() if n.endswith("_compute")), None)
        core = Core(arrays, (compute.attrs if compute is not None else attrs), protocol, initialised)
        arguments = {"Mt": grid[0], "Nt": grid[1]}
        if items is not None:
            arguments |= {"start_id": items.start, "count": len(items)}
        arguments |= {f"{name}_addr": np.nan for name in tensors}
        with np.errstate(all="ignore"):  # what is not defined passes through any function
            _schedule({name: process_class(func, core, items, arguments) for name, func in funcs.items()})
        core.finish()
    return {name: _to_host(arrays[name].values, layouts.get(name), value) for name, value in tensors.items()}

"""A compiled program: its texts and its plan."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import torch
import tvm_ffi
from tvm import IRModule, tirx
from tvm.target import Target

from .pipeline import lower_module
from .profile import Profile
from .target import make_target

if TYPE_CHECKING:
    from .program_sequence import ProgramSequence

PLAN_FILE = "tt.plan.json"


class Program:
    """Sources and plan of one kernel.

    Attributes:
        sources: text by file name: ``reader.cpp``, ``compute.cpp``, ``writer.cpp``, ``main.cpp``.
        plan: content of ``tt.plan.json``: cores, circular buffers, kernels and their arguments.
    """

    def __init__(self, files: Mapping[str, str]):
        self._plan_text = str(files[PLAN_FILE])
        self.sources = {str(name): str(text) for name, text in files.items() if name != PLAN_FILE}
        self.plan = json.loads(self._plan_text)

    @property
    def tensors(self) -> list[dict[str, object]]:
        """The plan's tensors, in the order of a call."""
        return self.plan["tensors"]

    def save(self, directory: str | Path) -> list[Path]:
        """Writes the five files to a directory, which is made if missing, and returns their paths."""
        directory = Path(directory)
        directory.mkdir(parents=True, exist_ok=True)
        paths = []
        for name, text in {**self.sources, PLAN_FILE: self._plan_text}.items():
            path = directory / name
            path.write_text(text)
            paths.append(path)
        return paths

    def __call__(self, *tensors, numerics: str = "exact") -> None:
        """Launches the program on the simulated device; outputs are written in place.

        Args:
            tensors: CPU torch tensors for every parameter of the kernel, in order.
            numerics: "exact" for the bits of the machine, "fast" to multiply and add in plain float32.
        """
        self._launch(tensors, {"numerics": numerics, "report": False})

    def check_schedules(self, *tensors, seeds: int = 4) -> dict[str, object]:
        """Launches the program under several orders of its RISCs; the tensors stay as they are.

        Args:
            tensors: as for a call.
            seeds: how many orders are drawn, beside the one of a call.

        Returns:
            ``bounded_channels``: it uses circular buffers, DST and mailboxes only, so that one order speaks
            for all. ``schedules``: how many were run. ``differing_seed``: one that left other data, 0 if none
            did. Raises what any of the launches raises.
        """

        def launch(seed):
            copies = [tensor.clone() for tensor in tensors]
            return json.loads(self._launch(copies, {"seed": seed})), copies

        report, expected = launch(0)
        result = {"bounded_channels": report["bounded_channels"], "schedules": 1, "differing_seed": 0}
        for seed in range(1, seeds + 1) if not report["bounded_channels"] else ():
            _, got = launch(seed)
            result["schedules"] += 1
            pairs = zip(expected, got, strict=True)
            if not all(a.view(torch.uint8).equal(b.view(torch.uint8)) for a, b in pairs):
                result["differing_seed"] = seed
        return result

    def profile(self, *tensors, timeline: bool = False) -> Profile:
        """Launches the program and returns when everything happened; outputs are written in place.

        Args:
            tensors: as for a call.
            timeline: keep every span, for :meth:`Profile.save_trace`.
        """
        report = self._launch(tensors, {"timeline": timeline})
        return Profile(self.plan["name"], json.loads(report), plan=self.plan)

    def _launch(self, tensors, options: Mapping[str, object]) -> str:
        files = json.dumps({**self.sources, PLAN_FILE: self._plan_text})
        # The module must live as long as its function runs.
        module = tvm_ffi.get_global_func("tilelang_tenstorrent.runtime.ProgramFromFiles")(files)
        return module.get_function("launch")(*tensors, json.dumps(options))

    def __repr__(self) -> str:
        return f"Program({self.plan['name']!r}, {len(self.plan['circular_buffers'])} circular buffers)"


def as_module(func: tirx.PrimFunc | IRModule) -> IRModule:
    """The module of a function, or the module itself."""
    if isinstance(func, IRModule):
        return func
    if not isinstance(func, tirx.PrimFunc):
        raise TypeError(f"Expected a TileLang PrimFunc or an IRModule, got {type(func).__name__}.")
    return IRModule({func.attrs["global_symbol"]: func})


def lower(
    func: tirx.PrimFunc | IRModule,
    target: str | Mapping[str, object] | Target = "tenstorrent",
    upto: str = "VerifyTTIR",
) -> IRModule:
    """The module after the pass `upto`; ``tt.passes()`` lists the passes."""
    return lower_module(as_module(func), make_target(target), upto)


def build(
    func: tirx.PrimFunc | IRModule,
    target: str | Mapping[str, object] | Target = "tenstorrent",
    sizes: Mapping[str, int] | None = None,
) -> Program | ProgramSequence:
    """Compiles a PrimFunc to a :class:`Program`, without TileLang's kernel cache.

    A function of several kernels, or with a workspace, becomes a :class:`ProgramSequence`.

    Args:
        func: the TileLang function.
        target: as for :func:`lower`.
        sizes: numbers for symbolic sizes, by name. The texts of the kernels serve any; the plan and main.cpp
            are those of a launch with these.
    """
    from .program_sequence import build_sequence, is_sequence

    if isinstance(func, tirx.PrimFunc) and is_sequence(func):
        return build_sequence(func, lambda module: build(module, target))
    module = lower(func, target)
    return Program(
        tvm_ffi.get_global_func("tilelang_tenstorrent.codegen.EmitProgram")(module, dict(sizes or {}))
    )


def program(kernel, sizes: Mapping[str, int] | None = None) -> Program | ProgramSequence:
    """The :class:`Program`, or their sequence, behind what `tilelang.compile` or `tilelang.jit` made.

    Args:
        kernel: the compiled kernel.
        sizes: numbers for symbolic sizes, as for :func:`build`.
    """
    func = getattr(kernel, "prim_func", None)
    if func is None:
        raise TypeError(f"Expected a compiled TileLang kernel, got {type(kernel).__name__}.")
    return build(func, kernel.target, sizes)


def sizes_of(kernel, tensors) -> dict[str, int]:
    """The symbolic sizes of a compiled kernel in a call with these tensors, outputs given or left out."""
    func = getattr(kernel, "prim_func", None)
    if not isinstance(func, tirx.PrimFunc):
        return {}
    buffers = [func.buffer_map[param] for param in func.params if param in func.buffer_map]
    if len(tensors) < len(buffers):
        outputs = {index % len(buffers) for index in kernel.out_idx or ()}
        buffers = [buffer for index, buffer in enumerate(buffers) if index not in outputs]
    return {
        str(extent.name): number
        for buffer, tensor in zip(buffers, tensors, strict=False)
        for extent, number in zip(buffer.shape, tensor.shape, strict=False)
        if isinstance(extent, tirx.Var)
    }

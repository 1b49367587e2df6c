"""Functions of several kernels: their programs, launched in order with workspaces in between."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
import tvm_ffi
from tvm import IRModule, tirx

from .profile import Profile
from .program import Program


class SequenceProfile:
    """The time reports of the programs of one call. ``print(profile)`` shows them.

    Attributes:
        profiles: one for each program, in order.
    """

    def __init__(self, profiles: list[Profile]):
        self.profiles = profiles

    @property
    def cycles(self) -> int:
        """AICLK cycles of all programs."""
        return sum(profile.cycles for profile in self.profiles)

    @property
    def latency_ms(self) -> float:
        """Time from one call to the next; a program starts when the one before has ended."""
        return sum(profile.latency_ms for profile in self.profiles)

    def __str__(self) -> str:
        return "\n\n".join(str(profile) for profile in self.profiles)


class ProgramSequence:
    """Programs of one function, in the order of their launch.

    Attributes:
        programs: the programs by name, in order.
        workspaces: shape and dtype of the tensors that live between them, by name.
    """

    def __init__(self, params: list[str], programs: Mapping[str, Program], workspaces: Mapping[str, tuple]):
        self._params = params
        self.programs = dict(programs)
        self.workspaces = dict(workspaces)

    @property
    def sources(self) -> dict[str, str]:
        """Text by file name, the program's name in front: ``main_0/reader.cpp``."""
        return {
            f"{name}/{file}": text
            for name, program in self.programs.items()
            for file, text in program.sources.items()
        }

    @property
    def plan(self) -> dict[str, object]:
        """The plans in order, and the workspaces."""
        workspaces = [
            {"name": name, "shape": list(shape), "dtype": dtype}
            for name, (shape, dtype) in self.workspaces.items()
        ]
        return {"programs": [program.plan for program in self.programs.values()], "workspaces": workspaces}

    @property
    def tensors(self) -> list[dict[str, object]]:
        """The tensors of a call in order, as in the plans; outputs are those that some program writes."""
        merged = {}
        for program in self.programs.values():
            for tensor in program.tensors:
                known = merged.setdefault(tensor["name"], dict(tensor))
                known["is_output"] |= tensor["is_output"]
        return [merged[name] for name in self._params]

    def save(self, directory: str | Path) -> list[Path]:
        """Writes the files of each program to a directory of its own and returns their paths."""
        return [
            path for name, program in self.programs.items() for path in program.save(Path(directory) / name)
        ]

    def __call__(self, *tensors, numerics: str = "exact") -> None:
        """Launches the programs in order; outputs are written in place, all or none.

        Args:
            tensors: CPU torch tensors for every parameter of the function, in order.
            numerics: as for :class:`Program`.
        """
        self._run(tensors, lambda program, used: program(*used, numerics=numerics))

    def profile(self, *tensors, timeline: bool = False) -> SequenceProfile:
        """Launches the programs in order and returns when everything happened.

        Args:
            tensors, timeline: as for :class:`Program`.
        """
        return SequenceProfile(
            self._run(tensors, lambda program, used: program.profile(*used, timeline=timeline))
        )

    def _run(self, tensors, launch) -> list:
        if len(tensors) != len(self._params):
            raise ValueError(f"The function takes {len(self._params)} tensors, got {len(tensors)}.")
        named = dict(zip(self._params, tensors, strict=True))
        for name, (shape, dtype) in self.workspaces.items():
            named[name] = torch.zeros(shape, dtype=getattr(torch, dtype))
        before = [tensor.clone() if isinstance(tensor, torch.Tensor) else None for tensor in tensors]
        try:
            return [
                launch(program, [named[tensor["name"]] for tensor in program.tensors])
                for program in self.programs.values()
            ]
        except Exception:
            for tensor, old in zip(tensors, before, strict=True):
                if old is not None:
                    tensor.copy_(old)
            raise

    def __repr__(self) -> str:
        return f"ProgramSequence({', '.join(self.programs)})"


def is_sequence(func: tirx.PrimFunc) -> bool:
    """Whether a function launches several kernels, or has a workspace."""
    return bool(tvm_ffi.get_global_func("tilelang_tenstorrent.runtime.IsLaunchSequence")(func))


def kernels(func: tirx.PrimFunc) -> list[tirx.PrimFunc]:
    """The kernels of a function, each as a function of the tensors it uses.

    Raises:
        ValueError: a kernel stands in a loop or branch, or a workspace has no constant shape.
    """
    return [launch[0] for launch in _split(func)[0]]


def _split(func: tirx.PrimFunc):
    return tvm_ffi.get_global_func("tilelang_tenstorrent.runtime.Kernels")(func)


def build_sequence(func: tirx.PrimFunc, build_one) -> ProgramSequence:
    """The programs of a function of several kernels; `build_one` makes that of a module."""
    launches, workspaces = _split(func)
    programs = {}
    for launch in launches:
        name = str(launch[0].attrs["global_symbol"])
        programs[name] = build_one(IRModule({name: launch[0]}))
    params = [str(func.buffer_map[param].name) for param in func.params if param in func.buffer_map]
    shapes = {str(name): (tuple(int(e) for e in shape), str(dtype)) for name, shape, dtype in workspaces}
    return ProgramSequence(params, programs, shapes)


__all__ = ["ProgramSequence", "SequenceProfile", "build_sequence", "is_sequence", "kernels"]

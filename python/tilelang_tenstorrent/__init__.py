"""TileLang kernels on Tenstorrent: importing this package registers the target `tenstorrent`."""

from __future__ import annotations

from . import (
    _library,  # noqa: F401  first: everything below uses the native library
    profiler,
    simulator,
    transform,
)
from .backend import BACKEND
from .ir import register_script_names
from .language import annotate_storage
from .pipeline import pass_rows as passes
from .profile import Profile, profile
from .program import Program, build, lower, program
from .program_sequence import ProgramSequence, kernels
from .serialization import from_json, to_json
from .simulator import DeadlockError, DescriptorError, KernelCompileError, SimulationError

register_script_names()
profiler.register()

__all__ = [
    "BACKEND",
    "DeadlockError",
    "DescriptorError",
    "KernelCompileError",
    "Profile",
    "Program",
    "ProgramSequence",
    "SimulationError",
    "annotate_storage",
    "build",
    "from_json",
    "kernels",
    "lower",
    "passes",
    "profile",
    "program",
    "simulator",
    "to_json",
    "transform",
]

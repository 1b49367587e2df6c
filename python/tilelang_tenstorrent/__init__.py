"""TileLang kernels on Tenstorrent: importing this package registers the target `tenstorrent`."""

from __future__ import annotations

from . import _library  # noqa: F401  first: everything below uses the native library
from . import simulator  # noqa: I001
from . import transform
from .backend import BACKEND
from .ir import script_namespace
from .pipeline import pass_rows as passes
from .program import Program, build, lower, program
from .simulator import DeadlockError, DescriptorError, KernelCompileError, SimulationError


def _register_script_namespace() -> None:
    from tvm.script.parser import tirx as parser

    parser.tt = script_namespace()


_register_script_namespace()

__all__ = [
    "BACKEND",
    "DeadlockError",
    "DescriptorError",
    "KernelCompileError",
    "Program",
    "SimulationError",
    "build",
    "lower",
    "passes",
    "program",
    "simulator",
    "transform",
]

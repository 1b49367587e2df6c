"""Builds the programs, runs their mutants and says how each of them ended."""

from __future__ import annotations

import concurrent.futures
import functools
import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import tilelang_tenstorrent as tt
import torch

from mutation.mutators import Mutant, mutants
from mutation.programs import PROGRAMS

SEEDS = 4
KERNELS = ("reader.cpp", "compute.cpp", "writer.cpp")


@dataclass(frozen=True)
class Outcome:
    """How a mutant ended.

    Attributes:
        end: one of ENDS; "result" means that it ran and gave other numbers.
        detail: the violation's name.
        seconds: how long building and running took.
    """

    end: str
    detail: str = ""
    seconds: float = 0.0


ENDS = ("violation", "deadlock", "result", "compile error", "same")


class DependsOnScheduleError(Exception):
    """A program left other numbers under another order of its RISCs."""


@functools.cache
def program(name: str) -> tt.Program:
    case = PROGRAMS[name]
    return tt.build(case.make(), {"kind": "tenstorrent", "core_grid": list(case.core_grid)})


def _run(name: str, sources: dict[str, str]) -> list[torch.Tensor]:
    """The tensors after a launch; of a program with semaphores, after one that no order of RISCs changes."""
    base = program(name)
    arguments = PROGRAMS[name].arguments()
    original = base.sources
    try:
        base.sources = sources
        if base.plan["semaphores"] and base.check_schedules(*arguments, seeds=SEEDS)["differing_seed"]:
            raise DependsOnScheduleError
        base(*arguments)
    finally:
        base.sources = original
    return arguments


@functools.cache
def expected(name: str) -> list[torch.Tensor]:
    return _run(name, program(name).sources)


def all_mutants() -> list[Mutant]:
    """The mutants of all programs, each text once."""
    found, seen = [], set()
    for name in PROGRAMS:
        for file in KERNELS:
            text = program(name).sources[file]
            seen.add((name, text))
            for mutant in mutants(name, file, text):
                if (name, mutant.text) not in seen:
                    seen.add((name, mutant.text))
                    found.append(mutant)
    return found


def run(mutant: Mutant) -> Outcome:
    begin = time.monotonic()
    try:
        want = expected(mutant.program)
        got = _run(mutant.program, {**program(mutant.program).sources, mutant.file: mutant.text})
        bits = {torch.bfloat16: torch.int16, torch.float32: torch.int32}
        same = all(
            torch.equal(a.view(bits[a.dtype]), b.view(bits[b.dtype])) for a, b in zip(want, got, strict=True)
        )
        outcome = ("same" if same else "result", "")
    except tt.DeadlockError as error:
        outcome = ("deadlock", str(error.violation))
    except tt.SimulationError as error:
        outcome = ("violation", str(error.violation))
    except DependsOnScheduleError:
        outcome = ("result", "")
    except tt.KernelCompileError:
        outcome = ("compile error", "")
    except Exception as error:
        # Anything else is no verdict; as plain text, because errors of the library do not pickle.
        raise RuntimeError(f"{mutant.name}: {type(error).__name__}: {error}") from None
    return Outcome(*outcome, time.monotonic() - begin)


def _start_worker(cache: str) -> None:
    # Thousands of kernels that nobody runs again: not into the user's cache.
    os.environ["XDG_CACHE_HOME"] = cache
    torch.set_num_threads(1)


def run_all(chosen: Iterable[Mutant], processes: int = 2) -> Iterator[tuple[Mutant, Outcome]]:
    """Runs mutants in worker processes; a worker that dies raises BrokenProcessPool."""
    context = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory() as cache,
        concurrent.futures.ProcessPoolExecutor(processes, context, _start_worker, (cache,)) as pool,
    ):
        chosen = list(chosen)
        yield from zip(chosen, pool.map(run, chosen, chunksize=4, timeout=6 * 3600), strict=True)

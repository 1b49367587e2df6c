"""Every generated reader, compute and writer text type-checks against the vendor's headers."""

from __future__ import annotations

import re

import pytest

from conformance import programs
from type_check import Arguments

# Headers of the vector unit: only the vendor's compiler takes its low-level kernels.
VECTOR_UNIT = re.compile(r'#include "api/compute/(eltwise_binary_sfpu|eltwise_unary/)')


def errors_of(started: dict) -> list[str]:
    """What the compiler says of the texts, if anything, with the name of the text in front."""
    said = {name: future.result() for name, future in started.items()}
    return [f"--- {name} ---\n{text[:4000]}" for name, text in said.items() if text]


@pytest.mark.parametrize("name", programs.names())
def test_texts_type_check(name, checker):
    texts = programs.of(name)
    started = {}
    for role in programs.ROLES:
        view = "api" if role == "compute" else role
        arguments = Arguments.of(texts.plan, role)
        text = texts.sources[f"{role}.cpp"]
        started[f"{role}.cpp"] = checker.start(text, view, texts.arch, arguments, by_types=True)
    errors = errors_of(started)
    assert not errors, "\n".join(errors)


@pytest.mark.parametrize(
    ("name", "arch"),
    [(name, "wormhole_b0") for name in programs.LOW_LEVEL]
    + [(name, "blackhole") for name in programs.LOW_LEVEL_BLACKHOLE],
)
def test_compute_reaches_low_level_kernels(name, arch, checker):
    """On each processor of the compute engine the text instantiates what the vendor's templates allow."""
    texts = programs.of_kernel(name, arch)
    text = texts.sources["compute.cpp"]
    views = ["unpack", "pack"]
    if arch == "wormhole_b0" and not VECTOR_UNIT.search(text):
        views.append("math")
    arguments = Arguments.of(texts.plan, "compute")
    errors = errors_of({view: checker.start(text, view, arch, arguments) for view in views})
    assert not errors, "\n".join(errors)


@pytest.mark.parametrize("name", programs.names())
def test_included_headers_exist(name, checker):
    texts = programs.of(name)
    for role in programs.ROLES:
        included = re.findall(r'#include "([^"]+)"', texts.sources[f"{role}.cpp"])
        assert included
        missing = [header for header in included if checker.header(header, texts.arch) is None]
        assert not missing, f"{role}.cpp includes {missing}, which the vendor does not have"

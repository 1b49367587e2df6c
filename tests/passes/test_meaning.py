"""Every pass keeps the meaning of every kernel, and keeps its module legal."""

from __future__ import annotations

import pytest
import torch

from kernels import KERNELS, SMALL_KERNELS
from lowering import find_violation, states_of
from reference import DeadlockError, MisuseError, UnbalancedError, interpret


def _functions(module):
    return {var.name_hint: func for var, func in module.functions_items()}


def _same_code(module, before) -> bool:
    """Whether the pass only changed attributes that the interpreter does not look at."""
    functions, others = _functions(module), _functions(before)
    if functions.keys() != others.keys():
        return False
    return all(functions[name].body.same_as(others[name].body) for name in functions)


@pytest.mark.parametrize("case", SMALL_KERNELS, ids=str)
def test_every_pass_keeps_the_meaning(case):
    arguments = case.arguments(case.strictest)
    expected = case.expected(arguments)
    before = None
    for name, module in states_of(case):
        if before is not None and _same_code(module, before):
            continue
        before = module
        try:
            results = interpret(module, arguments)
            case.check_strictest(results, expected)
        except (AssertionError, DeadlockError, MisuseError, UnbalancedError) as error:
            pytest.fail(f"after {name or 'the front end'}: {type(error).__name__}: {error}")
        for spec in case.tensors:
            if spec.role == "in":
                assert torch.equal(results[spec.name], arguments[spec.name])


@pytest.mark.parametrize("case", KERNELS, ids=str)
def test_every_pass_leaves_a_legal_module(case):
    for name, module in states_of(case):
        assert find_violation(module) == "", name

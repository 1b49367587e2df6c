"""Every kernel through the front end, the compiler and the simulator, against torch.

Integer inputs for which the kernel's arithmetic is exact must give the exact result, rounded once.
Normal inputs must stay within the tolerance of the case, in units of the root mean square of the output:
by default 0.02 for GEMMs with float32 accumulators (bfloat16 outputs keep 8 bits, float32 inputs pass the
matrix unit with 11), 0.1 for bfloat16 accumulators, 0.2 for LoFi; 0.05 for element-wise bfloat16 and
0.001 for element-wise float32.
"""

from __future__ import annotations

import pytest
import tilelang
import tilelang_tenstorrent as tt
import torch

from kernels import KERNELS


def _run(compiled, case, arguments):
    """Runs with outputs as arguments, or as results where the kernel returns them (eager style)."""
    if not compiled.out_idx:
        compiled(*arguments.values())
        return
    outputs = case.outputs()
    results = compiled(*(value for name, value in arguments.items() if name not in outputs))
    for name, result in zip(outputs, [results] if len(outputs) == 1 else results, strict=True):
        arguments[name] = result


@pytest.mark.parametrize("case", KERNELS, ids=str)
def test_kernel(case):
    func = case.make()
    compiled = tilelang.compile(func, target=case.full_target)
    if case.integers is not None:
        exact = case.arguments("integers")
        expected = case.expected(exact)
        _run(compiled, case, exact)
        case.check_exact(exact, expected)

    normal = case.arguments("normal", seed=1)
    again = {name: value.clone() for name, value in normal.items()}
    expected = case.expected(normal)
    _run(compiled, case, normal)
    case.check(normal, expected)

    # The other way to the same program, launched a second time: the same bits.
    tt.build(func, case.full_target)(*again.values())
    for name, value in normal.items():
        assert torch.equal(value, again[name]), name

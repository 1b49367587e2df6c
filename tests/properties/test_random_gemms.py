"""Random GEMMs: whatever shape, block, dtype, transpose, depth and core grid, the product is right."""

from __future__ import annotations

import tilelang_tenstorrent as tt
from hypothesis import given
from hypothesis import strategies as st

from kernels import gemm_case
from lowering import PASSES, as_module, find_violation, run_passes
from properties.effort import effort
from reference import interpret

_tiles = st.integers(1, 5).map(lambda tiles: 32 * tiles)
_block = st.integers(1, 4).map(lambda tiles: 32 * tiles)
_dtype = st.sampled_from(["bfloat16", "float32"])


@st.composite
def _gemms(draw):
    M, N, K = draw(_tiles), draw(_tiles), draw(_tiles)
    block = (draw(_block), draw(_block), draw(_block))
    options = {
        "dtype": draw(_dtype),
        "accum": draw(_dtype),
        "out": draw(_dtype),
        "trans_A": draw(st.booleans()),
        "trans_B": draw(st.booleans()),
        "stages": draw(st.integers(0, 3)),
    }
    target = {"core_grid": [draw(st.integers(1, 8)), draw(st.integers(1, 8))]}
    name = f"{M}x{N}x{K} by {block} {options} {target}"
    return gemm_case(name, M, N, K, block, target=target, integers=(-1, 1), **options)


@given(_gemms())
@effort(25)
def test_final_module_means_the_product(case):
    states = run_passes(as_module(case.make(), case.full_target), PASSES[-1])
    arguments = case.arguments("integers")
    for _, module in states[8:]:
        assert find_violation(module) == ""
    case.check_exact(interpret(states[-1][1], arguments), case.expected(arguments))


@given(_gemms())
@effort(8)
def test_program_computes_the_product(case):
    arguments = case.arguments("integers")
    expected = case.expected(arguments)
    tt.build(case.make(), case.full_target)(*arguments.values())
    case.check_exact(arguments, expected)

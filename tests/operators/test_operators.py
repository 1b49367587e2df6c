"""Every row of the operator table, compiled and simulated, against float64; and the table against the schema.

By default an operator meets whole tiles in every dtype, and one arrangement more in those that others are
carried by. All arrangements: --hypothesis-profile=nightly.
"""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
from hypothesis import settings
from tvm import tirx

from lowering import as_module, run_passes
from operators import rows, sources, table

_EVERY = settings.default.max_examples > settings.get_profile("ci").max_examples
_ROWS = [(group, operator) for group in table.groups(_EVERY) for operator in group.operators]
_IDS = [f"{row}{row.result and f' {row.result}'}-{group.dtype}-{group.arrangement}" for group, row in _ROWS]


@pytest.mark.parametrize(("group", "operator"), _ROWS, ids=_IDS)
def test_operator(group, operator):
    error, bound = rows.errors(group)[operator], operator.bound(group.dtype)
    assert error <= bound, f"off by {error} ulps, the table says {bound}"


def _intrinsics(operator, dtype) -> set[str]:
    """The tile intrinsics that compute an operator alone."""
    kernel = sources.kernel(table.Group((operator,), dtype, table.WHOLE))
    target = {"kind": "tenstorrent", **dtype.options}
    states = run_passes(as_module(kernel, target), "LowerTTTileIntrinsics")
    names = set()

    def visit(node):
        if isinstance(node, tirx.Call) and hasattr(node.op, "name"):
            names.add(str(node.op.name))

    for _, func in states[-1][1].functions_items():
        tirx.stmt_functor.post_order_visit(func.body, visit)
    return names & set(_tile_intrinsics())


def _alone() -> list[tuple]:
    """Operators in the dtypes for which the table says what they become."""
    pairs = []
    for row in table.OPERATORS:
        said = {table.BFLOAT16: row.narrow, table.UINT32: row.unsigned}
        dtypes = (row.dtypes[0], *(dtype for dtype in row.dtypes[1:] if said.get(dtype)))
        pairs += [(row, dtype) for dtype in dtypes]
    return pairs


_ALONE = _alone()


@pytest.mark.parametrize(("operator", "dtype"), _ALONE, ids=[f"{row}-{dtype}" for row, dtype in _ALONE])
def test_operator_becomes(operator, dtype):
    assert _intrinsics(operator, dtype) == operator.becomes_in(dtype)


def _generate():
    path = Path(__file__).resolve().parents[2] / "docs" / "generate.py"
    spec = importlib.util.spec_from_file_location("docs_generate", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _schema(macro: str) -> list[list[str]]:
    generate = _generate()
    return generate.macro_rows(generate.SCHEMA.read_text(), macro)


def _tile_intrinsics() -> list[str]:
    """What the compute kernel of a tile program may compute with."""
    rows = _schema("TT_INTRINSIC")
    return [row[1] for row in rows if row[6] == "Math" and row[4] == "Staged"]


def test_the_table_has_every_tile_intrinsic_of_the_schema():
    covered = {name for row, dtype in _ALONE for name in row.becomes_in(dtype)}
    assert covered == set(_tile_intrinsics())


def test_the_table_has_every_function_of_the_schema():
    called = set(re.findall(r"\bT\.(\w+)", " ".join(row.tilelang for row in table.OPERATORS)))
    functions = {row[0].removeprefix("tirx.") for row in _schema("TT_FUNCTION")}
    assert {"abs" if name == "fabs" else name for name in functions} <= called


@pytest.mark.parametrize("dtype", [table.FLOAT32, table.BFLOAT16], ids=str)
def test_every_arrangement_is_met(dtype):
    met = {group.arrangement for group in table.groups(every=False) if group.dtype is dtype}
    assert met == set(table.ARRANGEMENTS)


def test_an_error_above_the_bound_is_seen():
    """What the comparison is worth: one unit more than the largest error of a row is outside of its bound."""
    import torch

    exact = torch.tensor([1.0, 3.0], dtype=torch.float64)
    result = torch.tensor([1.0, 3.0 + 2.0**-6]).bfloat16()
    assert rows.ulps(result, exact, exact, table.BFLOAT16) == 1
    assert rows.ulps(torch.tensor([float("nan"), 3.0]), exact, exact, table.FLOAT32) == float("inf")

"""Every spelling of the schema exists with its arguments in the vendor's header that its row names."""

from __future__ import annotations

import re

import pytest
import tilelang_tenstorrent  # noqa: F401  registers the schema

import schema_rows
from type_check import Arguments

# Some operations exist with a 32-bit DST only.
ARGUMENTS = Arguments(positional=(2, 2048), named=(("cb", 0),), fp32_dest=True)
ROWS = schema_rows.rows()


def view_of(role: str) -> str:
    return "api" if role == "compute" else role


def lines_of(said: str) -> dict[int, str]:
    """Errors by line of the kernel; those in a header count for the line that led there."""
    errors: dict[int, str] = {}
    for match in re.finditer(r"^kernel\.cpp:(\d+):.*$", said, re.MULTILINE):
        errors.setdefault(int(match[1]), match[0])
    return errors


def texts():
    """Texts that hold every row with each of its roles: architecture, role, headers, rows."""
    for role in schema_rows.BASE_HEADERS:
        of_role = [row for row in ROWS if role in row.roles]
        headers = list(dict.fromkeys(row.header for row in of_role))
        for header in headers:
            yield "wormhole_b0", role, [header], [row for row in of_role if row.header == header]
        # The public headers are the same files: together is enough for the second chip.
        yield "blackhole", role, headers, of_role


@pytest.fixture(scope="module")
def verdicts(checker):
    """What the compiler says of each row, by architecture, role and name."""
    started = []
    for arch, role, headers, group in texts():
        text, first = schema_rows.text_of(role, headers, [row.call() for row in group])
        started.append((arch, role, group, first, checker.start(text, view_of(role), arch, ARGUMENTS)))
    result = {}
    for arch, role, group, first, future in started:
        said = future.result()
        errors = lines_of(said)
        elsewhere = "" if errors else said  # in a header: of every row
        for i, row in enumerate(group):
            result[arch, role, row.name] = errors.get(first + i, elsewhere)
    return result


@pytest.mark.parametrize("arch", ["wormhole_b0", "blackhole"])
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_spelling_exists(row, arch, verdicts):
    for role in row.roles:
        said = verdicts[arch, role, row.name]
        assert not said, f'{row.call()} with "{row.header}" in a {role}: {said[:2000]}'


# ---- the check can fail ----


@pytest.mark.parametrize("role", list(schema_rows.BASE_HEADERS))
@pytest.mark.parametrize("mistake", ["misspelt", "overloaded"])
def test_mistakes_in_every_row_are_found(mistake, role, checker):
    group = [row for row in ROWS if role in row.roles]
    headers = list(dict.fromkeys(row.header for row in group))
    text, first = schema_rows.text_of(role, headers, [getattr(row, mistake)() for row in group])
    errors = lines_of(checker.start(text, view_of(role), "wormhole_b0", ARGUMENTS).result())
    passed = [getattr(row, mistake)() for i, row in enumerate(group) if first + i not in errors]
    assert not passed, f"accepted: {passed}"


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("matmul_block_init(cb, cb, 0, 1, 1, 1);", ""),
        ("mm_init(cb, cb, cb);", "not declared"),
        ("add_tiles(cb, cb, 0, 0);", "expects 5 arguments, 4 provided"),
        ("pack_tile<true>(0, buffer, 0);", "cannot convert"),
        ("copy_tile_init(cb);", "deprecated"),
        (
            'constexpr uint32_t other = get_named_compile_time_arg_val("other"); pack_tile(0, other);',
            "constant",
        ),
    ],
    ids=["valid", "removed", "too_few", "wrong_type", "deprecated", "unknown_named_argument"],
)
def test_compute_mistakes_are_named(statement, reason, checker):
    headers = [f"api/compute/{name}.h" for name in ("matmul", "eltwise_binary", "tile_move_copy", "pack")]
    text, _ = schema_rows.text_of("compute", headers, [statement])
    said = checker.start(text, "api", "wormhole_b0", ARGUMENTS).result()
    assert re.search(reason, said) if reason else not said


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("noc.async_read(tensor, buffer, 2048, {.page_id = number}, {.offset_bytes = 0});", ""),
        ("noc.async_read(tensor, buffer, 2048, {.page = number}, {.offset_bytes = 0});", "cannot convert"),
        (
            "noc.async_read(tensor, cb, 2048, {.page_id = number}, {.offset_bytes = 0});",
            "incomplete|no matching",
        ),
        ("buffer.reserve(1);", "has no member"),
        ("constexpr auto other = TensorAccessorArgs<2>(); TensorAccessor(other, 0);", "out of range"),
        ("int unused = -1;", "unused"),
    ],
    ids=["valid", "wrong_field", "not_an_endpoint", "wrong_member", "missing_accessor_words", "warning"],
)
def test_data_movement_mistakes_are_named(statement, reason, checker):
    text, _ = schema_rows.text_of("reader", ["api/dataflow/noc.h"], [statement])
    said = checker.start(text, "reader", "wormhole_b0", ARGUMENTS).result()
    assert re.search(reason, said) if reason else not said

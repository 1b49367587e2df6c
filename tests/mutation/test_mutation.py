"""No mutant of a generated program passes unnoticed."""

from __future__ import annotations

import random

import pytest

from mutation.matrix import KILLED, PAGE, Verdict, judge, killed_share, page
from mutation.mutators import calls_of, mutants, statement_lists
from mutation.programs import PROGRAMS
from mutation.rules import RULES, reason_of, rule_of
from mutation.runner import all_mutants, run_all

SHARE = 100

TEXT = """\
void kernel_main() {
    CircularBuffer A_s(cb_A_s);
    CircularBuffer B_s(cb_B_s);
    for (uint32_t i = 0; i < 4; ++i) {
        if (i < 2) {
            A_s.push_back(2);
        } else {
            B_s.push_back(2);
        }
    }
    copy_tile(cb_A_s, f(0, 1), 1);
}
"""


@pytest.fixture(scope="module")
def verdicts(request: pytest.FixtureRequest) -> list[Verdict]:
    chosen = all_mutants()
    if not request.config.getoption("--mutation-full", default=False):
        chosen = random.Random(3).sample(chosen, SHARE)
    return [judge(mutant, outcome) for mutant, outcome in run_all(chosen)]


def test_every_survivor_is_explained(verdicts):
    survivors = [v.mutant for v in verdicts if v.kind == "survived"]
    assert not [mutant.name for mutant in survivors if reason_of(mutant) == "not explained"]
    assert len(survivors) <= 0.02 * len(verdicts)


def test_equivalent_mutants_are_not_killed(verdicts):
    """The simulator accepts what the rules call the same program."""
    exact = [rule for rule in RULES if rule.always]
    refused = [
        (rule_of(v.mutant).name, v.mutant.name, v.outcome.detail or v.outcome.end)
        for v in verdicts
        if v.outcome.end in KILLED and rule_of(v.mutant) in exact
    ]
    assert not refused


def test_page_is_current(verdicts, request):
    if not request.config.getoption("--mutation-full", default=False):
        pytest.skip("needs every mutant")
    assert killed_share(verdicts) >= 0.98
    if "A seeded sample" not in PAGE.read_text():
        assert PAGE.read_text() == page(verdicts, len(verdicts))


def test_every_program_is_mutated():
    found = {(mutant.program, mutant.file) for mutant in all_mutants()}
    assert len(found) == 3 * len(PROGRAMS)


def test_statements_are_split_by_blocks():
    heads = [[s.head for s in found] for found in statement_lists(TEXT.split("\n"))]
    assert heads == [
        [
            "CircularBuffer A_s(cb_A_s);",
            "CircularBuffer B_s(cb_B_s);",
            "for (uint32_t i = 0; i < 4; ++i) {",
            "copy_tile(cb_A_s, f(0, 1), 1);",
        ],
        ["if (i < 2) {"],
        ["A_s.push_back(2);"],
        ["B_s.push_back(2);"],
    ]


def test_arguments_keep_nested_commas():
    (call,) = calls_of("    noc.async_read(A, A_s, 2048, {.page_id = f(a, b)}, {.offset_bytes = 0});")
    assert (call.object, call.name) == ("noc", "async_read")
    assert call.arguments == ("A", "A_s", "2048", "{.page_id = f(a, b)}", "{.offset_bytes = 0}")


def test_each_mutant_is_one_change():
    found = list(mutants("example", "compute.cpp", TEXT))
    changed = {(m.mutator, m.line, m.after) for m in found}
    assert len({m.text for m in found} - {TEXT}) == len(changed)
    assert ("page count", 6, "A_s.push_back(2 - 1);") in changed
    assert ("buffer", 6, "B_s.push_back(2);") in changed
    assert ("guard", 5, "if (i <= 2) {") in changed
    assert ("loop bound", 4, "for (uint32_t i = 0; i < 4 + 1; ++i) {") in changed
    assert ("tile index", 11, "copy_tile(cb_A_s, f(0, 1) + 1, 1);") in changed
    assert ("swap", 4, "copy_tile(cb_A_s, f(0, 1), 1);") in changed
    assert ("drop", 4, "") in changed

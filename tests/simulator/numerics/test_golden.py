"""Every measured case, bit for bit. A NaN of an SFPU program may differ in its payload, not its sign."""

import numpy as np
import pytest

import golden_cases


def same_nan(actual, expected):
    """Both NaN with the same sign; the payload of a NaN depends on the operands of every step."""
    shift = 32 - 8 * actual.dtype.itemsize
    a, e = actual.astype(np.uint32) << shift, expected.astype(np.uint32) << shift
    both = ((a & 0x7FFFFFFF) > 0x7F800000) & ((e & 0x7FFFFFFF) > 0x7F800000)
    return both & ((a ^ e) < 0x80000000)


@pytest.mark.parametrize("entry", golden_cases.index(), ids=lambda entry: entry["name"])
def test_case(numerics, entry):
    case = golden_cases.Case(entry)
    for iteration in range(entry["iterations"]):
        actual, expected = case.run(numerics, iteration), case.expected(iteration)
        different = actual != expected
        if entry["level"] == "approx":
            different &= ~same_nan(actual, expected)
        where = [tuple(int(n) for n in index) for index in np.argwhere(different)[:5]]
        assert not where, (
            f"iteration {iteration}: {np.count_nonzero(different)} of {expected.size} differ: "
            + "; ".join(f"{i}: {actual[i]:#x} instead of {expected[i]:#x}" for i in where)
        )


def test_an_unknown_format_is_refused(numerics):
    with pytest.raises(ValueError):
        numerics.unpack_to_source("Bfp8", np.zeros(1088, np.uint8), False)
    with pytest.raises(ValueError):
        numerics.sfpu_typecast("Lf8", "Float32", True, np.zeros(1024, np.uint32))

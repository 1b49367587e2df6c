"""Every measured case: `exact` ones bit for bit, SFPU programs within their stated bound."""

import golden_cases
import numpy as np
import pytest
from numerics_shim import Numerics


@pytest.fixture(scope="module")
def numerics():
    return Numerics()


def ordered(bits):
    """Patterns as integers in the order of the numbers (one step = one ulp)."""
    signed = bits.astype(np.int64)
    top = 1 << (8 * bits.dtype.itemsize - 1)
    return np.where(signed >= top, top - signed, signed)


@pytest.mark.parametrize("entry", golden_cases.index(), ids=lambda entry: entry["name"])
def test_case(numerics, entry):
    case = golden_cases.Case(entry)
    for iteration in range(entry["iterations"]):
        actual, expected = case.run(numerics, iteration), case.expected(iteration)
        different = int(np.count_nonzero(actual != expected))
        where = np.argwhere(actual != expected)[:5]
        assert different == 0, (
            f"iteration {iteration}: {different} of {expected.size} differ, first at "
            + "; ".join(
                f"{tuple(i)}: {actual[tuple(i)]:#x} instead of {expected[tuple(i)]:#x}"
                for i in where
            )
        )

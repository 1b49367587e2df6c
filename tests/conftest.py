"""Options and profiles of the test suite."""

from __future__ import annotations

import sys
from pathlib import Path

import hypothesis
import pytest
import tilelang_tenstorrent  # noqa: F401  makes tvm importable, which TileLang brings along

# Modules that tests share lie beside this file.
sys.path.insert(0, str(Path(__file__).parent))

WITHOUT_VENDOR = "--without-vendor-headers"

hypothesis.settings.register_profile("ci", max_examples=25, deadline=None, derandomize=True)
hypothesis.settings.register_profile("nightly", max_examples=2000, deadline=None)
hypothesis.settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write what the compiler generates as the golden files"
    )
    parser.addoption(WITHOUT_VENDOR, action="store_true", help="skip what needs the vendor's wheel")


@pytest.fixture(scope="session")
def vendor(request: pytest.FixtureRequest) -> Path:
    """The package folder of the vendor's wheel; a failure, not a skip, if it cannot be had."""
    import vendor_wheel

    if request.config.getoption(WITHOUT_VENDOR):
        pytest.skip(f"{WITHOUT_VENDOR} was given")
    try:
        return vendor_wheel.package_folder()
    except vendor_wheel.VendorWheelError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written instead of compared."""
    return request.config.getoption("--update-golden")

"""Vendor headers, the type checker and the programs under test, once per session."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
for folder in (HERE, HERE.parent):  # this folder's modules, and the list of kernels
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

FLAG = "--without-vendor-headers"


def pytest_addoption(parser):
    with contextlib.suppress(ValueError):  # a conftest.py above has the same option
        parser.addoption(FLAG, action="store_true", help="skip what needs the vendor's wheel")


@pytest.fixture(scope="session")
def vendor(request) -> Path:
    """The package folder of the vendor's wheel; a failure, not a skip, if it cannot be had."""
    import vendor_wheel

    if request.config.getoption(FLAG, default=False):
        pytest.skip(f"{FLAG} was given")
    try:
        return vendor_wheel.package_folder()
    except vendor_wheel.VendorWheelError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def checker(vendor, tmp_path_factory):
    from type_check import TypeChecker

    # One folder of results for all workers of a parallel run.
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "type_checks"
    shared.mkdir(exist_ok=True)
    with TypeChecker(vendor, shared) as checker:
        yield checker

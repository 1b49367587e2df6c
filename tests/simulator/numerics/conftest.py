"""Makes the helper modules of this folder importable and provides the compiled arithmetic."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))


@pytest.fixture(scope="session")
def numerics():
    """The C++ tile arithmetic behind ctypes."""
    from numerics_shim import Numerics

    return Numerics()

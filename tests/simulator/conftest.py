"""Devices and texts shared by the simulator tests."""

import pytest
from tilelang_tenstorrent import simulator as sim


@pytest.fixture(scope="session")
def device(tmp_path_factory):
    return sim.Device(cache_dir=tmp_path_factory.mktemp("kernels"))

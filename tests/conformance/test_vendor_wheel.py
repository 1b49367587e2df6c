"""The cache of the wheel: whole or absent, taken again, and clear about what is missing."""

from __future__ import annotations

import zipfile

import pytest

import vendor_wheel

HEADER = "ttnn/tt_metal/hw/inc/api/compute/matmul.h"


@pytest.fixture
def cache(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv(vendor_wheel.OVERRIDE, raising=False)
    return vendor_wheel.cache_folder()


def deliver(monkeypatch, names: list[str]) -> list[int]:
    """Lets the download give a wheel with these files; returns a list that grows with every download."""
    downloads = []

    def download(folder):
        downloads.append(1)
        wheel = folder / "ttnn-0-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            for name in names:
                archive.writestr(name, "text")
        return wheel

    monkeypatch.setattr(vendor_wheel, "_download", download)
    return downloads


def test_wheel_is_downloaded_once(cache, monkeypatch):
    downloads = deliver(monkeypatch, [HEADER, "ttnn/unrelated.py"])
    assert vendor_wheel.package_folder() == cache / "ttnn"
    assert vendor_wheel.package_folder() == cache / "ttnn"
    assert len(downloads) == 1
    assert (cache / HEADER).is_file()
    assert not (cache / "ttnn/unrelated.py").exists()


def test_failed_download_leaves_nothing(cache, monkeypatch):
    def download(folder):
        (folder / "ttnn-half.whl").write_bytes(b"half")
        raise vendor_wheel.VendorWheelError("no network")

    monkeypatch.setattr(vendor_wheel, "_download", download)
    with pytest.raises(vendor_wheel.VendorWheelError, match="no network"):
        vendor_wheel.package_folder()
    assert list(cache.parent.iterdir()) == []


def test_download_error_names_the_ways_out(cache, monkeypatch):
    monkeypatch.setattr(vendor_wheel, "VERSION", "0.0.0.invalid+")
    with pytest.raises(vendor_wheel.VendorWheelError, match=r"TT_TTNN_WHEEL_DIR.*--without-vendor-headers"):
        vendor_wheel.package_folder()


def test_folder_without_headers_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv(vendor_wheel.OVERRIDE, str(tmp_path))
    message = f"TT_TTNN_WHEEL_DIR is {tmp_path}, but there are no kernel"
    with pytest.raises(vendor_wheel.VendorWheelError, match=message):
        vendor_wheel.package_folder()


def test_override_is_taken(monkeypatch, tmp_path):
    (tmp_path / HEADER).parent.mkdir(parents=True)
    monkeypatch.setenv(vendor_wheel.OVERRIDE, str(tmp_path))
    assert vendor_wheel.package_folder() == tmp_path / "ttnn"

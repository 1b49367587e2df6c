"""Options of the target that are unknown or have illegal values."""

import pytest
import tilelang
import tilelang_tenstorrent as tt
from tilelang_tenstorrent.target import make_target
from tvm.target import Target

from errors.refusal import assert_refused_without_location
from kernels.elementwise_sources import fill


def _target(**options):
    return {"kind": "tenstorrent", **options}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"arch": "grayskull"},
            "Target option 'arch' of 'tenstorrent' is 'grayskull'. Supported: wormhole_b0, blackhole.",
        ),
        (
            {"math_fidelity": "HiFi5"},
            "Target option 'math_fidelity' of 'tenstorrent' is 'HiFi5'. Supported: LoFi, HiFi2, HiFi3, HiFi4.",
        ),
        (
            {"device": "card"},
            "Target option 'device' of 'tenstorrent' is 'card'. Supported: simulator.",
        ),
        (
            {"core_grid": [9, 8]},
            "Target option 'core_grid' of 'tenstorrent' is [9, 8]. Supported on wormhole_b0: [columns, rows] "
            "from [1, 1] to [8, 8].",
        ),
        (
            {"core_grid": [0, 1]},
            "Target option 'core_grid' of 'tenstorrent' is [0, 1]. Supported on wormhole_b0: [columns, rows] "
            "from [1, 1] to [8, 8].",
        ),
        (
            {"core_grid": [4]},
            "Target option 'core_grid' of 'tenstorrent' is [4]. Supported on wormhole_b0: [columns, rows] "
            "from [1, 1] to [8, 8].",
        ),
        (
            {"arch": "blackhole", "core_grid": [14, 1]},
            "Target option 'core_grid' of 'tenstorrent' is [14, 1]. Supported on blackhole: [columns, rows] "
            "from [1, 1] to [13, 10].",
        ),
        (
            {"fidelity": "HiFi4"},
            "Unknown option 'fidelity' of target 'tenstorrent'. Options: arch, math_fidelity, "
            "fp32_dest_acc_en, multicast, tilize, sizes, fp16_as, device, core_grid.",
        ),
    ],
    ids=lambda value: "-".join(f"{k}={v}" for k, v in value.items()) if isinstance(value, dict) else None,
)
def test_illegal_option(options, message):
    assert_refused_without_location(lambda: make_target(_target(**options)), message)
    assert_refused_without_location(lambda: tt.lower(fill(32, 32, 32, 1.0), _target(**options)), message)


def test_illegal_option_through_tilelang():
    with pytest.raises(ValueError, match="Target option 'arch' of 'tenstorrent' is 'grayskull'"):
        tilelang.compile(fill(32, 32, 32, 1.0), target=_target(arch="grayskull"))


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"fp32_dest_acc_en": "yes"}, "'fp32_dest_acc_en' is 'yes'. Supported: True or False."),
        ({"fp32_dest_acc_en": 1}, "'fp32_dest_acc_en' is 1. Supported: True or False."),
        ({"arch": 3}, "'arch' is 3. Supported: 'wormhole_b0' or 'blackhole'."),
        ({"core_grid": 8}, "'core_grid' is 8. Supported: [columns, rows], two integers."),
        ({"core_grid": "8x8"}, "'core_grid' is '8x8'. Supported: [columns, rows], two integers."),
        ({"core_grid": [8.0, 8]}, "'core_grid' is [8.0, 8]. Supported: [columns, rows], two integers."),
    ],
)
def test_option_of_the_wrong_type(options, reason):
    message = f"Target options {options} are not valid: {reason}"
    assert_refused_without_location(lambda: make_target(_target(**options)), message)


def test_another_target():
    assert_refused_without_location(
        lambda: tt.lower(fill(32, 32, 32, 1.0), Target("c")),
        "Expected a 'tenstorrent' target, got 'c'. Use target=\"tenstorrent\" or "
        '{"kind": "tenstorrent", "arch": ...}.',
    )


def test_options_are_kept():
    target = make_target(_target(arch="blackhole", core_grid=[2, 3], fp32_dest_acc_en=False))
    assert str(target.attrs["arch"]) == "blackhole"
    assert list(target.attrs["core_grid"]) == [2, 3]
    assert not target.attrs["fp32_dest_acc_en"]

"""Conv2D by T.im2col against torch."""

import re

import pytest
import tilelang_tenstorrent as tt
import torch

from kernels.arranged_sources import convolution

CASES = {
    "plan_32x32x64": (1, 32, 32, 64, 64, 3, 1, 1, 1, (64, 64, 64)),
    "two_images_stride_2": (2, 14, 14, 32, 48, 3, 2, 1, 1, (64, 32, 32)),
    "dilated": (1, 16, 16, 32, 32, 3, 1, 2, 2, (64, 32, 64)),
    "resnet_downsample_1x1": (1, 28, 28, 64, 128, 1, 2, 1, 0, (32, 64, 32)),
    "resnet_stage4": (1, 7, 7, 128, 64, 3, 1, 1, 1, (32, 64, 64)),
    "16_channels_5x5": (1, 12, 12, 16, 32, 5, 1, 1, 2, (32, 32, 32)),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
@pytest.mark.parametrize("dtype", ["bfloat16", "float32"])
def test_convolution(case, dtype):
    N, H, W, C, F, K, stride, dilation, pad = case[:9]
    image = torch.randint(-1, 2, (N, H, W, C)).to(getattr(torch, dtype))
    weights = torch.randint(-1, 2, (K, K, C, F)).to(image.dtype)
    expected = torch.conv2d(
        image.float().permute(0, 3, 1, 2), weights.float().permute(3, 2, 0, 1), None, stride, pad, dilation
    ).permute(0, 2, 3, 1)
    out = torch.zeros(expected.shape, dtype=image.dtype)
    tt.build(convolution(*case, dtype=dtype))(image, weights, out)
    assert torch.equal(out, expected.to(image.dtype)), "integers are exact"


@pytest.mark.parametrize(("arch", "unit", "bytes_"), [("wormhole_b0", 16, 32), ("blackhole", 32, 64)])
def test_channels_must_be_what_dram_gives_at_once(arch, unit, bytes_):
    message = (
        f"T.im2col reads tensor 'image' (1, 8, 8, 8). Supported: (N, H, W, C) with channels in multiples of "
        f"{unit}, because this machine reads DRAM in multiples of {bytes_} bytes; pad the channels of image "
        "and filter."
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        tt.build(convolution(1, 8, 8, 8, 32, 3, 1, 1, 1), {"kind": "tenstorrent", "arch": arch})


@pytest.mark.parametrize("dtype", ["bfloat16", "float32"])
def test_convolution_on_blackhole(dtype):
    case = (1, 8, 8, 32, 32, 3, 1, 1, 1)
    image = torch.randint(-1, 2, (1, 8, 8, 32)).to(getattr(torch, dtype))
    weights = torch.randint(-1, 2, (3, 3, 32, 32)).to(image.dtype)
    out = torch.zeros(1, 8, 8, 32, dtype=image.dtype)
    tt.build(convolution(*case, dtype=dtype), {"kind": "tenstorrent", "arch": "blackhole"})(
        image, weights, out
    )
    expected = torch.conv2d(image.float().permute(0, 3, 1, 2), weights.float().permute(3, 2, 0, 1), padding=1)
    assert torch.equal(out, expected.permute(0, 2, 3, 1).to(image.dtype))

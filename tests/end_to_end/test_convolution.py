"""Conv2D by T.im2col against torch."""

import re

import pytest
import tilelang.language as T
import tilelang_tenstorrent as tt
import torch


def convolution(N, H, W, C, F, K, stride, dilation, pad, block_M, block_N, block_K, dtype="bfloat16"):
    """out (N, OH, OW, F) = image (N, H, W, C) * filter (K, K, C, F)."""
    OH = (H + 2 * pad - dilation * (K - 1) - 1) // stride + 1
    OW = (W + 2 * pad - dilation * (K - 1) - 1) // stride + 1

    @T.prim_func
    def main(
        image: T.Tensor((N, H, W, C), dtype),
        weights: T.Tensor((K, K, C, F), dtype),
        out: T.Tensor((N, OH, OW, F), dtype),
    ):
        with T.Kernel(T.ceildiv(F, block_N), T.ceildiv(N * OH * OW, block_M), threads=128) as (bx, by):
            pixels = T.alloc_shared((block_M, block_K), dtype)
            taps = T.alloc_shared((block_K, block_N), dtype)
            acc = T.alloc_fragment((block_M, block_N), "float32")
            weights_flat = T.Tensor((K * K * C, F), dtype, weights.data)
            out_flat = T.Tensor((N * OH * OW, F), dtype, out.data)
            T.clear(acc)
            for k in T.Pipelined(T.ceildiv(K * K * C, block_K), num_stages=2):
                T.im2col(image, pixels, by, k, K, stride, dilation, pad)
                T.copy(weights_flat[k * block_K, bx * block_N], taps)
                T.gemm(pixels, taps, acc)
            T.copy(acc, out_flat[by * block_M, bx * block_N])

    return main


CASES = {
    "plan_32x32x64": (1, 32, 32, 64, 64, 3, 1, 1, 1, 64, 64, 64),
    "two_images_stride_2": (2, 14, 14, 32, 48, 3, 2, 1, 1, 64, 32, 32),
    "dilated": (1, 16, 16, 32, 32, 3, 1, 2, 2, 64, 32, 64),
    "resnet_downsample_1x1": (1, 28, 28, 64, 128, 1, 2, 1, 0, 32, 64, 32),
    "resnet_stage4": (1, 7, 7, 128, 64, 3, 1, 1, 1, 32, 64, 64),
    "16_channels_5x5": (1, 12, 12, 16, 32, 5, 1, 1, 2, 32, 32, 32),
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


def test_channels_must_fill_rows_of_faces():
    message = (
        "T.im2col reads tensor 'image' (1, 8, 8, 3). Supported: (N, H, W, C) with channels in multiples of "
        "16; pad the channels of image and filter."
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        tt.build(convolution(1, 8, 8, 3, 32, 3, 1, 1, 1, 32, 32, 32))


def test_a_row_of_a_face_must_be_what_dram_gives_at_once():
    kernel = convolution(1, 8, 8, 32, 32, 3, 1, 1, 1, 32, 32, 32)
    message = (
        "T.im2col reads 32 bytes of tensor 'image' at a time, but this machine reads DRAM in multiples of "
        "64. Supported here: float32."
    )
    with pytest.raises(ValueError, match=re.escape(message)):
        tt.build(kernel, {"kind": "tenstorrent", "arch": "blackhole"})


def test_convolution_of_float32_on_blackhole():
    case = (1, 8, 8, 16, 32, 3, 1, 1, 1, 32, 32, 32)
    image = torch.randint(-1, 2, (1, 8, 8, 16)).float()
    weights = torch.randint(-1, 2, (3, 3, 16, 32)).float()
    out = torch.zeros(1, 8, 8, 32)
    tt.build(convolution(*case, dtype="float32"), {"kind": "tenstorrent", "arch": "blackhole"})(
        image, weights, out
    )
    expected = torch.conv2d(image.permute(0, 3, 1, 2), weights.permute(3, 2, 0, 1), padding=1)
    assert torch.equal(out, expected.permute(0, 2, 3, 1))

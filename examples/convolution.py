"""Conv2D as a matrix product: T.im2col unfolds the image while the reader fetches it.

Usage: python examples/convolution.py
"""

import tilelang.language as T
import tilelang_tenstorrent as tt
import torch


def convolution(N, H, W, C, F, K, stride=1, dilation=1, pad=1, block_M=64, block_N=64, block_K=64):
    """out (N, OH, OW, F) = image (N, H, W, C) * weights (K, K, C, F); C in multiples of 16."""
    OH = (H + 2 * pad - dilation * (K - 1) - 1) // stride + 1
    OW = (W + 2 * pad - dilation * (K - 1) - 1) // stride + 1

    @T.prim_func
    def main(
        image: T.Tensor((N, H, W, C), "bfloat16"),
        weights: T.Tensor((K, K, C, F), "bfloat16"),
        out: T.Tensor((N, OH, OW, F), "bfloat16"),
    ):
        with T.Kernel(T.ceildiv(F, block_N), T.ceildiv(N * OH * OW, block_M), threads=128) as (bx, by):
            pixels = T.alloc_shared((block_M, block_K), "bfloat16")
            taps = T.alloc_shared((block_K, block_N), "bfloat16")
            acc = T.alloc_fragment((block_M, block_N), "float32")
            # The same memory with pixels and taps in one dimension each.
            weights_flat = T.Tensor((K * K * C, F), "bfloat16", weights.data)
            out_flat = T.Tensor((N * OH * OW, F), "bfloat16", out.data)
            T.clear(acc)
            for k in T.Pipelined(T.ceildiv(K * K * C, block_K), num_stages=2):
                T.im2col(image, pixels, by, k, K, stride, dilation, pad)
                T.copy(weights_flat[k * block_K, bx * block_N], taps)
                T.gemm(pixels, taps, acc)
            T.copy(acc, out_flat[by * block_M, bx * block_N])

    return main


def main():
    torch.manual_seed(0)
    image = torch.randint(-2, 3, (1, 14, 14, 64)).bfloat16()
    weights = torch.randint(-2, 3, (3, 3, 64, 64)).bfloat16()
    out = torch.empty(1, 7, 7, 64, dtype=torch.bfloat16)
    tt.build(convolution(1, 14, 14, 64, 64, 3, stride=2))(image, weights, out)

    channels_first = image.float().permute(0, 3, 1, 2), weights.float().permute(3, 2, 0, 1)
    reference = torch.conv2d(*channels_first, stride=2, padding=1).permute(0, 2, 3, 1).bfloat16()
    print(f"3x3, stride 2, {tuple(out.shape)}: {'exact' if torch.equal(out, reference) else 'wrong'}")


if __name__ == "__main__":
    main()

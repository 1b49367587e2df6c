"""LayerNorm and RMSNorm of rows, with a weight (and a bias) for each column.

Usage: python examples/norms.py
"""

import tilelang.language as T
import tilelang_tenstorrent as tt
import torch


def layer_norm(M, N, block_M=32, epsilon=1e-5):
    """C = (A - mean) / sqrt(variance + epsilon) * weight + bias."""

    @T.prim_func
    def main(
        A: T.Tensor((M, N), "bfloat16"),
        weight: T.Tensor((N,), "bfloat16"),
        bias: T.Tensor((N,), "bfloat16"),
        C: T.Tensor((M, N), "bfloat16"),
    ):
        with T.Kernel(T.ceildiv(M, block_M), threads=128) as bx:
            a = T.alloc_shared((block_M, N), "bfloat16")
            w = T.alloc_shared((N,), "bfloat16")
            b = T.alloc_shared((N,), "bfloat16")
            x = T.alloc_fragment((block_M, N), "float32")
            squares = T.alloc_fragment((block_M, N), "float32")
            mean = T.alloc_fragment((block_M,), "float32")
            scale = T.alloc_fragment((block_M,), "float32")
            T.copy(A[bx * block_M, 0], a)
            T.copy(weight, w)
            T.copy(bias, b)
            T.copy(a, x)
            T.reduce_sum(x, mean, dim=1)
            for i, j in T.Parallel(block_M, N):
                x[i, j] = x[i, j] - mean[i] / N
            for i, j in T.Parallel(block_M, N):
                squares[i, j] = x[i, j] * x[i, j]
            T.reduce_sum(squares, scale, dim=1)
            for i in T.Parallel(block_M):
                scale[i] = T.rsqrt(scale[i] / N + epsilon)
            for i, j in T.Parallel(block_M, N):
                x[i, j] = x[i, j] * scale[i] * w[j] + b[j]
            T.copy(x, C[bx * block_M, 0])

    return main


def rms_norm(M, N, block_M=32, epsilon=1e-6):
    """C = A / sqrt(mean of squares + epsilon) * weight."""

    @T.prim_func
    def main(
        A: T.Tensor((M, N), "bfloat16"),
        weight: T.Tensor((N,), "bfloat16"),
        C: T.Tensor((M, N), "bfloat16"),
    ):
        with T.Kernel(T.ceildiv(M, block_M), threads=128) as bx:
            a = T.alloc_shared((block_M, N), "bfloat16")
            w = T.alloc_shared((N,), "bfloat16")
            x = T.alloc_fragment((block_M, N), "float32")
            scale = T.alloc_fragment((block_M,), "float32")
            T.copy(A[bx * block_M, 0], a)
            T.copy(weight, w)
            T.copy(a, x)
            for i, j in T.Parallel(block_M, N):
                x[i, j] = x[i, j] * x[i, j]
            T.reduce_sum(x, scale, dim=1)
            for i in T.Parallel(block_M):
                scale[i] = T.rsqrt(scale[i] / N + epsilon)
            for i, j in T.Parallel(block_M, N):
                x[i, j] = a[i, j] * scale[i] * w[j]
            T.copy(x, C[bx * block_M, 0])

    return main


def main():
    torch.manual_seed(0)
    a = torch.randn(64, 256).bfloat16()
    w, b = torch.randn(256).bfloat16(), torch.randn(256).bfloat16()
    c = torch.empty_like(a)

    tt.build(layer_norm(64, 256))(a, w, b, c)
    reference = torch.nn.functional.layer_norm(a.double(), (256,), w.double(), b.double(), 1e-5)
    print(f"layer_norm: largest error against float64: {(c.double() - reference).abs().max():.2g}")

    tt.build(rms_norm(64, 256))(a, w, c)
    reference = torch.nn.functional.rms_norm(a.double(), (256,), w.double(), 1e-6)
    print(f"rms_norm: largest error against float64: {(c.double() - reference).abs().max():.2g}")


if __name__ == "__main__":
    main()

"""Element-wise arithmetic: T.Parallel in float32, compiled and called like any TileLang kernel.

Usage: python examples/elementwise.py
"""

import tilelang
import tilelang.language as T
import tilelang_tenstorrent as tt
import torch


def squared_distance(M, N, block_M=64, block_N=64):
    """C = (A - B)^2 + 1; float32 arithmetic goes through the vector unit and keeps 24 bits."""

    @T.prim_func
    def main(
        A: T.Tensor((M, N), "float32"),
        B: T.Tensor((M, N), "float32"),
        C: T.Tensor((M, N), "float32"),
    ):
        with T.Kernel(T.ceildiv(N, block_N), T.ceildiv(M, block_M), threads=128) as (bx, by):
            A_shared = T.alloc_shared((block_M, block_N), "float32")
            B_shared = T.alloc_shared((block_M, block_N), "float32")
            difference = T.alloc_fragment((block_M, block_N), "float32")
            result = T.alloc_fragment((block_M, block_N), "float32")
            T.copy(A[by * block_M, bx * block_N], A_shared)
            T.copy(B[by * block_M, bx * block_N], B_shared)
            for i, j in T.Parallel(block_M, block_N):
                difference[i, j] = A_shared[i, j] - B_shared[i, j]
            for i, j in T.Parallel(block_M, block_N):
                result[i, j] = difference[i, j] * difference[i, j] + 1.0
            T.copy(result, C[by * block_M, bx * block_N])

    return main


def main():
    torch.manual_seed(0)
    A, B = torch.randn(256, 384), torch.randn(256, 384)

    # out_idx: the kernel makes C and returns it.
    kernel = tilelang.compile(squared_distance(256, 384), out_idx=[2], target="tenstorrent")
    C = kernel(A, B)

    print(tt.program(kernel).sources["compute.cpp"])
    error = (C.double() - ((A.double() - B.double()) ** 2 + 1)).abs().max().item()
    print(f"largest error against float64: {error:.2e}")


if __name__ == "__main__":
    main()

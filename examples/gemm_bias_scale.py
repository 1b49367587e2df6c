"""A matrix product with an epilogue: C = scale * (A @ B) + bias, in one kernel.

Usage: python examples/gemm_bias_scale.py
"""

import tilelang
import tilelang.language as T
import tilelang_tenstorrent  # noqa: F401  registers the target
import torch


# Written in TileLang's eager style: shapes come from the arguments, and the kernel returns its result.
@tilelang.jit(target={"kind": "tenstorrent", "core_grid": [4, 4]})
def gemm_bias_scale(A, B, bias, scale: float = 1.0, block_M: int = 64, block_N: int = 64, block_K: int = 32):
    M, N, K = T.const("M, N, K")
    A: T.Tensor[[M, K], T.bfloat16]
    B: T.Tensor[[K, N], T.bfloat16]
    bias: T.Tensor[[M, N], T.bfloat16]
    C = T.empty((M, N), T.bfloat16)
    with T.Kernel(T.ceildiv(N, block_N), T.ceildiv(M, block_M), threads=128) as (bx, by):
        A_shared = T.alloc_shared((block_M, block_K), "bfloat16")
        B_shared = T.alloc_shared((block_K, block_N), "bfloat16")
        bias_shared = T.alloc_shared((block_M, block_N), "bfloat16")
        product = T.alloc_fragment((block_M, block_N), "float32")
        result = T.alloc_fragment((block_M, block_N), "float32")
        T.clear(product)
        for k in T.Pipelined(T.ceildiv(K, block_K), num_stages=2):
            T.copy(A[by * block_M, k * block_K], A_shared)
            T.copy(B[k * block_K, bx * block_N], B_shared)
            T.gemm(A_shared, B_shared, product)
        # The epilogue runs on the block while it is in L1: the product is never written to DRAM.
        T.copy(bias[by * block_M, bx * block_N], bias_shared)
        for i, j in T.Parallel(block_M, block_N):
            result[i, j] = product[i, j] * scale + bias_shared[i, j]
        T.copy(result, C[by * block_M, bx * block_N])
    return C


def main():
    torch.manual_seed(0)
    A, B = torch.randn(256, 512).bfloat16(), torch.randn(512, 128).bfloat16()
    bias = torch.randn(256, 128).bfloat16()

    C = gemm_bias_scale(A, B, bias, scale=0.125)

    expected = 0.125 * (A.double() @ B.double()) + bias.double()
    pcc = torch.corrcoef(torch.stack([C.double().flatten(), expected.flatten()]))[0, 1].item()
    print(f"PCC against torch: {pcc:.6f}")


if __name__ == "__main__":
    main()

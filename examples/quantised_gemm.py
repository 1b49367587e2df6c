"""Products with small weights: bfp8 and bfp4 tiles, which the machine unpacks itself, int8 and int4.

Usage: python examples/quantised_gemm.py [M N K]
"""

import argparse

import tilelang.language as T
import tilelang_tenstorrent as tt
import torch


def stored_gemm(M, N, K, storage, block_M=64, block_N=64, block_K=64):
    """C = A @ B, where the device holds B in a block format; without one, B stays bfloat16.

    16 neighbours in a row share an exponent; each has a sign and 7 bits (bfp8_b) or 3 bits (bfp4_b). The
    kernel and its caller know B as bfloat16.
    """

    def formats(tensor):
        return {tensor: storage} if storage else {}

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"),
        B: T.Tensor((K, N), "bfloat16"),
        C: T.Tensor((M, N), "bfloat16"),
    ):
        with T.Kernel(T.ceildiv(N, block_N), T.ceildiv(M, block_M), threads=128) as (bx, by):
            tt.annotate_storage(formats(B))
            A_shared = T.alloc_shared((block_M, block_K), "bfloat16")
            B_shared = T.alloc_shared((block_K, block_N), "bfloat16")
            C_local = T.alloc_fragment((block_M, block_N), "float32")
            T.clear(C_local)
            for k in T.Pipelined(T.ceildiv(K, block_K), num_stages=2):
                T.copy(A[by * block_M, k * block_K], A_shared)
                T.copy(B[k * block_K, bx * block_N], B_shared)
                T.gemm(A_shared, B_shared, C_local)
            T.copy(C_local, C[by * block_M, bx * block_N])

    return main


def int8_gemm(M, N, K, block_M=64, block_N=64, block_K=64):
    """C = A @ (W * scale), with weights of int8 and a scale for each column, which waits until the end."""

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"),
        W: T.Tensor((K, N), "int8"),
        scale: T.Tensor((N,), "float32"),
        C: T.Tensor((M, N), "bfloat16"),
    ):
        with T.Kernel(T.ceildiv(N, block_N), T.ceildiv(M, block_M), threads=128) as (bx, by):
            A_shared = T.alloc_shared((block_M, block_K), "bfloat16")
            W_shared = T.alloc_shared((block_K, block_N), "int8")
            W_local = T.alloc_fragment((block_K, block_N), "bfloat16")
            scale_shared = T.alloc_shared((block_N,), "float32")
            C_local = T.alloc_fragment((block_M, block_N), "float32")
            T.clear(C_local)
            T.copy(scale[bx * block_N], scale_shared)
            for k in T.Pipelined(T.ceildiv(K, block_K), num_stages=2):
                T.copy(A[by * block_M, k * block_K], A_shared)
                T.copy(W[k * block_K, bx * block_N], W_shared)
                for i, j in T.Parallel(block_K, block_N):
                    W_local[i, j] = T.cast(W_shared[i, j], "bfloat16")
                T.gemm(A_shared, W_local, C_local)
            for i, j in T.Parallel(block_M, block_N):
                C_local[i, j] = C_local[i, j] * scale_shared[j]
            T.copy(C_local, C[by * block_M, bx * block_N])

    return main


def int4_gemm(M, N, K, block_M=64, block_N=64, block_K=64):
    """C = A @ (W * scale).T, with weights of 4 bits in [-8, 8), two to a byte along K."""

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"),
        W: T.Tensor((N, K // 2), "uint8"),
        scale: T.Tensor((N,), "float32"),
        C: T.Tensor((M, N), "bfloat16"),
    ):
        with T.Kernel(T.ceildiv(N, block_N), T.ceildiv(M, block_M), threads=128) as (bx, by):
            A_shared = T.alloc_shared((block_M, block_K), "bfloat16")
            W_shared = T.alloc_shared((block_N, block_K // 2), "uint8")
            W_local = T.alloc_fragment((block_N, block_K), "bfloat16")
            scale_shared = T.alloc_shared((block_N,), "float32")
            C_local = T.alloc_fragment((block_M, block_N), "float32")
            T.clear(C_local)
            T.copy(scale[bx * block_N], scale_shared)
            for k in T.Pipelined(T.ceildiv(K, block_K), num_stages=2):
                T.copy(A[by * block_M, k * block_K], A_shared)
                T.copy(W[bx * block_N, k * block_K // 2], W_shared)
                for i, j in T.Parallel(block_N, block_K):
                    # The byte that two weights share, the half of it, and bit 3 as the sign.
                    nibble = T.cast(W_shared[i, j // 2], "int32") >> (j % 2 * 4) & 15
                    W_local[i, j] = T.cast((nibble ^ 8) - 8, "bfloat16")
                T.gemm(A_shared, W_local, C_local, transpose_B=True)
            for i, j in T.Parallel(block_M, block_N):
                C_local[i, j] = C_local[i, j] * scale_shared[j]
            T.copy(C_local, C[by * block_M, bx * block_N])

    return main


def quantised(weights, levels, dim):
    """Whole numbers in [-levels, levels], and the scales that make weights of them."""
    scale = weights.float().abs().amax(dim) / levels
    return torch.round(weights.float() / scale.unsqueeze(dim)).to(torch.int8), scale


def packed(weights):
    """Two numbers of 4 bits to a byte, the first in the lower half."""
    halves = (weights & 15).to(torch.uint8)
    return halves[:, 0::2] | halves[:, 1::2] << 4


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", nargs="*", type=int, metavar="M N K", help="default: 256 256 256")
    M, N, K = parser.parse_args().sizes or (256, 256, 256)

    torch.manual_seed(0)
    A, B = torch.randn(M, K).bfloat16(), torch.randn(K, N).bfloat16()
    expected = A.float() @ B.float()
    W8, scale8 = quantised(B, 127, 0)
    W4, scale4 = quantised(B.T.contiguous(), 7, 1)

    runs = {
        "bfloat16": (stored_gemm(M, N, K, None), (A, B)),
        "bfp8_b": (stored_gemm(M, N, K, "bfp8_b"), (A, B)),
        "bfp4_b": (stored_gemm(M, N, K, "bfp4_b"), (A, B)),
        "int8": (int8_gemm(M, N, K), (A, W8, scale8)),
        "int4": (int4_gemm(M, N, K), (A, packed(W4), scale4)),
    }
    print(f"{M}x{N}x{K}, weights stored as")
    for name, (kernel, inputs) in runs.items():
        C = torch.zeros(M, N, dtype=torch.bfloat16)
        program = tt.build(kernel)
        profile = program.profile(*inputs, C)
        weights = program.plan["tensors"][1]
        error = (C.float() - expected).square().mean().sqrt() / expected.square().mean().sqrt()
        print(
            f"  {name:<9} {weights['num_pages'] * weights['page_size']:>9,} bytes in DRAM, "
            f"{profile.cycles:>9,} cycles, error {error:.4f} of the root mean square"
        )


if __name__ == "__main__":
    main()

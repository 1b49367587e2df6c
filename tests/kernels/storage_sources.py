"""TileLang sources of kernels whose tensors are stored in a block format.

Annotations of kernels are evaluated as code, so these files do not postpone annotations.
"""

import tilelang.language as T
import tilelang_tenstorrent as tt


def _formats(*tensors):
    """Formats by tensor, of pairs whose format is not None."""
    return {tensor: storage for tensor, storage in tensors if storage is not None}


def gemm(M, N, K, block, a=None, b="bfp8_b", dtype="bfloat16", out="bfloat16", trans_A=False, trans_B=False):
    """C = A @ B, with A in the format `a` (its own dtype if None) and B in the format `b`."""
    A_shape = (K, M) if trans_A else (M, K)
    B_shape = (N, K) if trans_B else (K, N)
    block_M, block_N, block_K = block
    A_block = (block_K, block_M) if trans_A else (block_M, block_K)
    B_block = (block_N, block_K) if trans_B else (block_K, block_N)

    @T.prim_func
    def main(A: T.Tensor(A_shape, dtype), B: T.Tensor(B_shape, dtype), C: T.Tensor((M, N), out)):
        with T.Kernel(T.ceildiv(N, block_N), T.ceildiv(M, block_M), threads=128) as (bx, by):
            tt.annotate_storage(_formats((A, a), (B, b)))
            A_s = T.alloc_shared(A_block, dtype)
            B_s = T.alloc_shared(B_block, dtype)
            C_l = T.alloc_fragment((block_M, block_N), "float32")
            T.clear(C_l)
            for k in T.Pipelined(T.ceildiv(K, block_K), num_stages=2):
                if trans_A:
                    T.copy(A[k * block_K, by * block_M], A_s)
                else:
                    T.copy(A[by * block_M, k * block_K], A_s)
                if trans_B:
                    T.copy(B[bx * block_N, k * block_K], B_s)
                else:
                    T.copy(B[k * block_K, bx * block_N], B_s)
                T.gemm(A_s, B_s, C_l, transpose_A=trans_A, transpose_B=trans_B)
            T.copy(C_l, C[by * block_M, bx * block_N])

    return main


def gemm_stored(M, N, K, block, c="bfp8_b"):
    """C = relu(A @ B + bias), with B, the bias and the result stored in block formats."""
    block_M, block_N, block_K = block

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"),
        B: T.Tensor((K, N), "bfloat16"),
        bias: T.Tensor((N,), "bfloat16"),
        C: T.Tensor((M, N), "bfloat16"),
    ):
        with T.Kernel(T.ceildiv(N, block_N), T.ceildiv(M, block_M), threads=128) as (bx, by):
            tt.annotate_storage({B: "bfp8_b", bias: "bfp8_b", C: c})
            A_s = T.alloc_shared((block_M, block_K), "bfloat16")
            B_s = T.alloc_shared((block_K, block_N), "bfloat16")
            bias_s = T.alloc_shared((block_N,), "bfloat16")
            C_l = T.alloc_fragment((block_M, block_N), "float32")
            T.clear(C_l)
            T.copy(bias[bx * block_N], bias_s)
            for k in T.Pipelined(T.ceildiv(K, block_K), num_stages=2):
                T.copy(A[by * block_M, k * block_K], A_s)
                T.copy(B[k * block_K, bx * block_N], B_s)
                T.gemm(A_s, B_s, C_l)
            for i, j in T.Parallel(block_M, block_N):
                C_l[i, j] = T.max(C_l[i, j] + bias_s[j], 0.0)
            T.copy(C_l, C[by * block_M, bx * block_N])

    return main


def binary(M, N, block, op, a, b, c, dtype="bfloat16"):
    """C = A op B on blocks, with tensors in the formats `a`, `b` and `c` where these are not None."""

    @T.prim_func
    def main(A: T.Tensor((M, N), dtype), B: T.Tensor((M, N), dtype), C: T.Tensor((M, N), dtype)):
        with T.Kernel(T.ceildiv(N, block), T.ceildiv(M, block), threads=128) as (bx, by):
            tt.annotate_storage(_formats((A, a), (B, b), (C, c)))
            A_s = T.alloc_shared((block, block), dtype)
            B_s = T.alloc_shared((block, block), dtype)
            C_l = T.alloc_fragment((block, block), dtype)
            T.copy(A[by * block, bx * block], A_s)
            T.copy(B[by * block, bx * block], B_s)
            for i, j in T.Parallel(block, block):
                C_l[i, j] = op(A_s[i, j], B_s[i, j])
            T.copy(C_l, C[by * block, bx * block])

    return main


def copy(M, N, block, a, c, dtype="bfloat16", to=None):
    """C = A, from one format to another."""

    @T.prim_func
    def main(A: T.Tensor((M, N), dtype), C: T.Tensor((M, N), to or dtype)):
        with T.Kernel(T.ceildiv(N, block), T.ceildiv(M, block), threads=128) as (bx, by):
            tt.annotate_storage(_formats((A, a), (C, c)))
            A_s = T.alloc_shared((block, block), dtype)
            T.copy(A[by * block, bx * block], A_s)
            T.copy(A_s, C[by * block, bx * block])

    return main


def row_sums(M, N, block_M):
    """S = sums of rows of A, and C = A with each row less its sum; a row is a block wide."""

    @T.prim_func
    def main(A: T.Tensor((M, N), "bfloat16"), S: T.Tensor((M,), "float32"), C: T.Tensor((M, N), "bfloat16")):
        with T.Kernel(M // block_M, threads=128) as by:
            tt.annotate_storage({A: "bfp8_b", C: "bfp8_b"})
            A_s = T.alloc_shared((block_M, N), "bfloat16")
            S_l = T.alloc_fragment((block_M,), "float32")
            T.copy(A[by * block_M, 0], A_s)
            T.reduce_sum(A_s, S_l, dim=1)
            T.copy(S_l, S[by * block_M])
            for i, j in T.Parallel(block_M, N):
                A_s[i, j] = A_s[i, j] - S_l[i]
            T.copy(A_s, C[by * block_M, 0])

    return main


def one_of_two(M, N, block):
    """C = A in even columns of blocks and B in odd ones: tensors of two formats fill one block."""

    @T.prim_func
    def main(
        A: T.Tensor((M, N), "bfloat16"), B: T.Tensor((M, N), "bfloat16"), C: T.Tensor((M, N), "bfloat16")
    ):
        with T.Kernel(N // block, M // block, threads=128) as (bx, by):
            tt.annotate_storage({A: "bfp8_b", B: "bfp4_b"})
            X_s = T.alloc_shared((block, block), "bfloat16")
            C_l = T.alloc_fragment((block, block), "bfloat16")
            if bx % 2 == 0:
                T.copy(A[by * block, bx * block], X_s)
            else:
                T.copy(B[by * block, bx * block], X_s)
            for i, j in T.Parallel(block, block):
                C_l[i, j] = X_s[i, j] + 1.0
            T.copy(C_l, C[by * block, bx * block])

    return main


def heads(batch, length, count, dim):
    """Out = 2 * X for each head of (batch, length, heads, dim), all stored in blocks."""

    @T.prim_func
    def main(
        X: T.Tensor((batch, length, count, dim), "float16"),
        Out: T.Tensor((batch, length, count, dim), "float16"),
    ):
        with T.Kernel(count, batch, threads=128) as (h, b):
            tt.annotate_storage({X: "bfp8_b", Out: "bfp8_b"})
            X_s = T.alloc_shared((length, dim), "float16")
            T.copy(X[b, :, h, :], X_s)
            for i, j in T.Parallel(length, dim):
                X_s[i, j] = X_s[i, j] * 2.0
            T.copy(X_s, Out[b, :, h, :])

    return main

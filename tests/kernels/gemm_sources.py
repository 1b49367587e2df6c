"""TileLang sources of the GEMM kernels under test: functions that make a PrimFunc for given sizes.

Annotations of kernels are evaluated as code, so these files do not postpone annotations.
"""

import tilelang
import tilelang.language as T


def gemm(
    M,
    N,
    K,
    block_M,
    block_N,
    block_K,
    dtype="bfloat16",
    accum="float32",
    out="bfloat16",
    trans_A=False,
    trans_B=False,
    stages=2,
):
    """C = A @ B, blocked, with operands stored transposed where asked."""
    A_shape = (K, M) if trans_A else (M, K)
    B_shape = (N, K) if trans_B else (K, N)
    A_block = (block_K, block_M) if trans_A else (block_M, block_K)
    B_block = (block_N, block_K) if trans_B else (block_K, block_N)

    @T.prim_func
    def main(A: T.Tensor(A_shape, dtype), B: T.Tensor(B_shape, dtype), C: T.Tensor((M, N), out)):
        with T.Kernel(T.ceildiv(N, block_N), T.ceildiv(M, block_M), threads=128) as (bx, by):
            A_s = T.alloc_shared(A_block, dtype)
            B_s = T.alloc_shared(B_block, dtype)
            C_l = T.alloc_fragment((block_M, block_N), accum)
            T.clear(C_l)
            for k in T.Pipelined(T.ceildiv(K, block_K), num_stages=stages):
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


def gemm_mixed(M, N, K, block_M, block_N, block_K, dtype_A, dtype_B):
    """C = A @ B.T with operands of two dtypes."""

    @T.prim_func
    def main(A: T.Tensor((M, K), dtype_A), B: T.Tensor((N, K), dtype_B), C: T.Tensor((M, N), "float32")):
        with T.Kernel(T.ceildiv(N, block_N), T.ceildiv(M, block_M), threads=128) as (bx, by):
            A_s = T.alloc_shared((block_M, block_K), dtype_A)
            B_s = T.alloc_shared((block_N, block_K), dtype_B)
            C_l = T.alloc_fragment((block_M, block_N), "float32")
            T.clear(C_l)
            for k in T.Pipelined(T.ceildiv(K, block_K), num_stages=2):
                T.copy(A[by * block_M, k * block_K], A_s)
                T.copy(B[bx * block_N, k * block_K], B_s)
                T.gemm(A_s, B_s, C_l, transpose_B=True)
            T.copy(C_l, C[by * block_M, bx * block_N])

    return main


def gemm_serial(M, N, K, block_M, block_N, block_K):
    """C = A @ B with a plain loop, and the result staged through shared memory."""

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"), B: T.Tensor((K, N), "bfloat16"), C: T.Tensor((M, N), "bfloat16")
    ):
        with T.Kernel(T.ceildiv(N, block_N), T.ceildiv(M, block_M), threads=128) as (bx, by):
            A_s = T.alloc_shared((block_M, block_K), "bfloat16")
            B_s = T.alloc_shared((block_K, block_N), "bfloat16")
            C_l = T.alloc_fragment((block_M, block_N), "float32")
            C_s = T.alloc_shared((block_M, block_N), "bfloat16")
            T.clear(C_l)
            for k in T.serial(T.ceildiv(K, block_K)):
                T.copy(A[by * block_M, k * block_K], A_s)
                T.copy(B[k * block_K, bx * block_N], B_s)
                T.gemm(A_s, B_s, C_l)
            T.copy(C_l, C_s)
            T.copy(C_s, C[by * block_M, bx * block_N])

    return main


def gemm_persistent(M, N, K, block_M, block_N, block_K, workers):
    """C = A @ B with T.Persistent over a fixed number of workers."""

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"), B: T.Tensor((K, N), "bfloat16"), C: T.Tensor((M, N), "bfloat16")
    ):
        with T.Kernel(workers, threads=128) as (worker,):
            A_s = T.alloc_shared((block_M, block_K), "bfloat16")
            B_s = T.alloc_shared((block_K, block_N), "bfloat16")
            C_l = T.alloc_fragment((block_M, block_N), "float32")
            for by, bx in T.Persistent([T.ceildiv(M, block_M), T.ceildiv(N, block_N)], workers, worker):
                T.clear(C_l)
                for k in T.Pipelined(T.ceildiv(K, block_K), num_stages=2):
                    T.copy(A[by * block_M, k * block_K], A_s)
                    T.copy(B[k * block_K, bx * block_N], B_s)
                    T.gemm(A_s, B_s, C_l)
                T.copy(C_l, C[by * block_M, bx * block_N])

    return main


def gemm_batched(batch, M, N, K, block_M, block_N, block_K):
    """C[b] = A[b] @ B[b] over a grid of three axes."""

    @T.prim_func
    def main(
        A: T.Tensor((batch, M, K), "bfloat16"),
        B: T.Tensor((batch, K, N), "bfloat16"),
        C: T.Tensor((batch, M, N), "float32"),
    ):
        with T.Kernel(N // block_N, M // block_M, batch, threads=128) as (bx, by, bz):
            A_s = T.alloc_shared((block_M, block_K), "bfloat16")
            B_s = T.alloc_shared((block_K, block_N), "bfloat16")
            C_l = T.alloc_fragment((block_M, block_N), "float32")
            T.clear(C_l)
            for k in T.Pipelined(K // block_K, num_stages=2):
                T.copy(A[bz, by * block_M, k * block_K], A_s)
                T.copy(B[bz, k * block_K, bx * block_N], B_s)
                T.gemm(A_s, B_s, C_l)
            T.copy(C_l, C[bz, by * block_M, bx * block_N])

    return main


def gemm_clear_accum(M, N, K, block, block_K, clear):
    """C = A @ B where T.gemm itself clears: in the only step ("always"), or in the first of several."""

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"), B: T.Tensor((K, N), "bfloat16"), C: T.Tensor((M, N), "float32")
    ):
        with T.Kernel(N // block, M // block, threads=128) as (bx, by):
            A_s = T.alloc_shared((block, block_K), "bfloat16")
            B_s = T.alloc_shared((block_K, block), "bfloat16")
            C_l = T.alloc_fragment((block, block), "float32")
            if clear == "always":
                T.copy(A[by * block, 0], A_s)
                T.copy(B[0, bx * block], B_s)
                T.gemm(A_s, B_s, C_l, clear_accum=True)
            else:
                T.clear(C_l)
                for k in T.serial(K // block_K):
                    T.copy(A[by * block, k * block_K], A_s)
                    T.copy(B[k * block_K, bx * block], B_s)
                    T.gemm(A_s, B_s, C_l, clear_accum=(k == 0))
            T.copy(C_l, C[by * block, bx * block])

    return main


def gemm_bias(M, N, K, block_M, block_N, block_K, dtype="bfloat16"):
    """C = 2 * (A @ B) + bias, with a bias block per output block."""

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"),
        B: T.Tensor((K, N), "bfloat16"),
        bias: T.Tensor((M, N), dtype),
        C: T.Tensor((M, N), dtype),
    ):
        with T.Kernel(T.ceildiv(N, block_N), T.ceildiv(M, block_M), threads=128) as (bx, by):
            A_s = T.alloc_shared((block_M, block_K), "bfloat16")
            B_s = T.alloc_shared((block_K, block_N), "bfloat16")
            bias_s = T.alloc_shared((block_M, block_N), dtype)
            C_l = T.alloc_fragment((block_M, block_N), "float32")
            D_l = T.alloc_fragment((block_M, block_N), "float32")
            T.clear(C_l)
            for k in T.Pipelined(T.ceildiv(K, block_K), num_stages=2):
                T.copy(A[by * block_M, k * block_K], A_s)
                T.copy(B[k * block_K, bx * block_N], B_s)
                T.gemm(A_s, B_s, C_l)
            T.copy(bias[by * block_M, bx * block_N], bias_s)
            for i, j in T.Parallel(block_M, block_N):
                D_l[i, j] = C_l[i, j] * 2.0 + bias_s[i, j]
            T.copy(D_l, C[by * block_M, bx * block_N])

    return main


def gemm_scale_in_place(M, N, K, block, block_K):
    """C = 0.5 * (A @ B), scaled in the accumulator."""

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"), B: T.Tensor((K, N), "bfloat16"), C: T.Tensor((M, N), "float32")
    ):
        with T.Kernel(N // block, M // block, threads=128) as (bx, by):
            A_s = T.alloc_shared((block, block_K), "bfloat16")
            B_s = T.alloc_shared((block_K, block), "bfloat16")
            C_l = T.alloc_fragment((block, block), "float32")
            T.clear(C_l)
            for k in T.Pipelined(K // block_K, num_stages=2):
                T.copy(A[by * block, k * block_K], A_s)
                T.copy(B[k * block_K, bx * block], B_s)
                T.gemm(A_s, B_s, C_l)
            for i, j in T.Parallel(block, block):
                C_l[i, j] = C_l[i, j] * 0.5
            T.copy(C_l, C[by * block, bx * block])

    return main


def gemm_two_outputs(M, N, K, block, block_K):
    """C = A @ B and D = A @ B - 1."""

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"),
        B: T.Tensor((K, N), "bfloat16"),
        C: T.Tensor((M, N), "bfloat16"),
        D: T.Tensor((M, N), "float32"),
    ):
        with T.Kernel(N // block, M // block, threads=128) as (bx, by):
            A_s = T.alloc_shared((block, block_K), "bfloat16")
            B_s = T.alloc_shared((block_K, block), "bfloat16")
            C_l = T.alloc_fragment((block, block), "float32")
            D_l = T.alloc_fragment((block, block), "float32")
            T.clear(C_l)
            for k in T.Pipelined(K // block_K, num_stages=2):
                T.copy(A[by * block, k * block_K], A_s)
                T.copy(B[k * block_K, bx * block], B_s)
                T.gemm(A_s, B_s, C_l)
            T.copy(C_l, C[by * block, bx * block])
            for i, j in T.Parallel(block, block):
                D_l[i, j] = C_l[i, j] - 1.0
            T.copy(D_l, D[by * block, bx * block])

    return main


def gemm_fill(M, N, K, block, block_K, value):
    """C = value + A @ B: the accumulator starts at a constant."""

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"), B: T.Tensor((K, N), "bfloat16"), C: T.Tensor((M, N), "float32")
    ):
        with T.Kernel(N // block, M // block, threads=128) as (bx, by):
            A_s = T.alloc_shared((block, block_K), "bfloat16")
            B_s = T.alloc_shared((block_K, block), "bfloat16")
            C_l = T.alloc_fragment((block, block), "float32")
            T.fill(C_l, value)
            for k in T.Pipelined(K // block_K, num_stages=2):
                T.copy(A[by * block, k * block_K], A_s)
                T.copy(B[k * block_K, bx * block], B_s)
                T.gemm(A_s, B_s, C_l)
            T.copy(C_l, C[by * block, bx * block])

    return main


def gemm_onto_block(M, N, K, block, block_K):
    """C = C0 + A @ B: the accumulator starts as a block of a tensor."""

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"),
        B: T.Tensor((K, N), "bfloat16"),
        C0: T.Tensor((M, N), "float32"),
        C: T.Tensor((M, N), "float32"),
    ):
        with T.Kernel(N // block, M // block, threads=128) as (bx, by):
            A_s = T.alloc_shared((block, block_K), "bfloat16")
            B_s = T.alloc_shared((block_K, block), "bfloat16")
            C_s = T.alloc_shared((block, block), "float32")
            C_l = T.alloc_fragment((block, block), "float32")
            T.copy(C0[by * block, bx * block], C_s)
            T.copy(C_s, C_l)
            for k in T.Pipelined(K // block_K, num_stages=2):
                T.copy(A[by * block, k * block_K], A_s)
                T.copy(B[k * block_K, bx * block], B_s)
                T.gemm(A_s, B_s, C_l)
            T.copy(C_l, C[by * block, bx * block])

    return main


def gemm_scaled_operand(M, N, K, block, block_K):
    """C = (2 * A) @ B: an operand that compute made."""

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"), B: T.Tensor((K, N), "bfloat16"), C: T.Tensor((M, N), "float32")
    ):
        with T.Kernel(N // block, M // block, threads=128) as (bx, by):
            A_s = T.alloc_shared((block, block_K), "bfloat16")
            A_2 = T.alloc_shared((block, block_K), "bfloat16")
            B_s = T.alloc_shared((block_K, block), "bfloat16")
            C_l = T.alloc_fragment((block, block), "float32")
            T.clear(C_l)
            for k in T.Pipelined(K // block_K, num_stages=2):
                T.copy(A[by * block, k * block_K], A_s)
                T.copy(B[k * block_K, bx * block], B_s)
                for i, j in T.Parallel(block, block_K):
                    A_2[i, j] = A_s[i, j] + A_s[i, j]
                T.gemm(A_2, B_s, C_l)
            T.copy(C_l, C[by * block, bx * block])

    return main


def gemm_sum(M, N, K, block, block_K):
    """C = A @ B + D @ E in one accumulator, one loop after the other."""

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"),
        B: T.Tensor((K, N), "bfloat16"),
        D: T.Tensor((M, K), "bfloat16"),
        E: T.Tensor((K, N), "bfloat16"),
        C: T.Tensor((M, N), "float32"),
    ):
        with T.Kernel(N // block, M // block, threads=128) as (bx, by):
            A_s = T.alloc_shared((block, block_K), "bfloat16")
            B_s = T.alloc_shared((block_K, block), "bfloat16")
            D_s = T.alloc_shared((block, block_K), "bfloat16")
            E_s = T.alloc_shared((block_K, block), "bfloat16")
            C_l = T.alloc_fragment((block, block), "float32")
            T.clear(C_l)
            for k in T.Pipelined(K // block_K, num_stages=2):
                T.copy(A[by * block, k * block_K], A_s)
                T.copy(B[k * block_K, bx * block], B_s)
                T.gemm(A_s, B_s, C_l)
            for k in T.Pipelined(K // block_K, num_stages=2):
                T.copy(D[by * block, k * block_K], D_s)
                T.copy(E[k * block_K, bx * block], E_s)
                T.gemm(D_s, E_s, C_l)
            T.copy(C_l, C[by * block, bx * block])

    return main


def gemm_two_accumulators(M, N, K, block, block_K):
    """C = (A @ B) * (A @ D): two accumulators filled in one loop."""

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"),
        B: T.Tensor((K, N), "bfloat16"),
        D: T.Tensor((K, N), "bfloat16"),
        C: T.Tensor((M, N), "float32"),
    ):
        with T.Kernel(N // block, M // block, threads=128) as (bx, by):
            A_s = T.alloc_shared((block, block_K), "bfloat16")
            B_s = T.alloc_shared((block_K, block), "bfloat16")
            D_s = T.alloc_shared((block_K, block), "bfloat16")
            P_l = T.alloc_fragment((block, block), "float32")
            Q_l = T.alloc_fragment((block, block), "float32")
            C_l = T.alloc_fragment((block, block), "float32")
            T.clear(P_l)
            T.clear(Q_l)
            for k in T.Pipelined(K // block_K, num_stages=2):
                T.copy(A[by * block, k * block_K], A_s)
                T.copy(B[k * block_K, bx * block], B_s)
                T.copy(D[k * block_K, bx * block], D_s)
                T.gemm(A_s, B_s, P_l)
                T.gemm(A_s, D_s, Q_l)
            for i, j in T.Parallel(block, block):
                C_l[i, j] = P_l[i, j] * Q_l[i, j]
            T.copy(C_l, C[by * block, bx * block])

    return main


def gemm_chain(M, N, K, L, block_M, block_K):
    """C = (A @ B) @ D: the first product is an operand of the second."""

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"),
        B: T.Tensor((K, N), "bfloat16"),
        D: T.Tensor((N, L), "bfloat16"),
        C: T.Tensor((M, L), "float32"),
    ):
        with T.Kernel(M // block_M, threads=128) as (by,):
            A_s = T.alloc_shared((block_M, block_K), "bfloat16")
            B_s = T.alloc_shared((block_K, N), "bfloat16")
            D_s = T.alloc_shared((N, L), "bfloat16")
            P_l = T.alloc_fragment((block_M, N), "float32")
            P_s = T.alloc_shared((block_M, N), "bfloat16")
            C_l = T.alloc_fragment((block_M, L), "float32")
            T.clear(P_l)
            for k in T.Pipelined(K // block_K, num_stages=2):
                T.copy(A[by * block_M, k * block_K], A_s)
                T.copy(B[k * block_K, 0], B_s)
                T.gemm(A_s, B_s, P_l)
            T.copy(P_l, P_s)
            T.copy(D[0, 0], D_s)
            T.clear(C_l)
            T.gemm(P_s, D_s, C_l)
            T.copy(C_l, C[by * block_M, 0])

    return main


@tilelang.jit
def gemm_eager(A, B, block_M: int = 64, block_N: int = 64, block_K: int = 32):
    """C = A @ B in the eager style: symbolic shapes, the output made by the kernel."""
    M, N, K = T.const("M, N, K")
    A: T.Tensor[[M, K], T.bfloat16]
    B: T.Tensor[[K, N], T.bfloat16]
    C = T.empty((M, N), T.bfloat16)
    with T.Kernel(T.ceildiv(N, block_N), T.ceildiv(M, block_M), threads=128) as (bx, by):
        A_s = T.alloc_shared((block_M, block_K), "bfloat16")
        B_s = T.alloc_shared((block_K, block_N), "bfloat16")
        C_l = T.alloc_fragment((block_M, block_N), "float32")
        T.clear(C_l)
        for k in T.Pipelined(T.ceildiv(K, block_K), num_stages=2):
            T.copy(A[by * block_M, k * block_K], A_s)
            T.copy(B[k * block_K, bx * block_N], B_s)
            T.gemm(A_s, B_s, C_l)
        T.copy(C_l, C[by * block_M, bx * block_N])
    return C

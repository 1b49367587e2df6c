"""TileLang sources of the element-wise and copy kernels under test.

Annotations of kernels are evaluated as code, so these files do not postpone annotations.
"""

import tilelang
import tilelang.language as T


def binary(M, N, block_M, block_N, op, dtype="bfloat16"):
    """C = A op B on blocks."""

    @T.prim_func
    def main(A: T.Tensor((M, N), dtype), B: T.Tensor((M, N), dtype), C: T.Tensor((M, N), dtype)):
        with T.Kernel(T.ceildiv(N, block_N), T.ceildiv(M, block_M), threads=128) as (bx, by):
            A_s = T.alloc_shared((block_M, block_N), dtype)
            B_s = T.alloc_shared((block_M, block_N), dtype)
            C_l = T.alloc_fragment((block_M, block_N), dtype)
            T.copy(A[by * block_M, bx * block_N], A_s)
            T.copy(B[by * block_M, bx * block_N], B_s)
            for i, j in T.Parallel(block_M, block_N):
                C_l[i, j] = op(A_s[i, j], B_s[i, j])
            T.copy(C_l, C[by * block_M, bx * block_N])

    return main


def unary(M, N, block, op, dtype="bfloat16"):
    """C = op(A) on blocks."""

    @T.prim_func
    def main(A: T.Tensor((M, N), dtype), C: T.Tensor((M, N), dtype)):
        with T.Kernel(N // block, M // block, threads=128) as (bx, by):
            A_s = T.alloc_shared((block, block), dtype)
            C_l = T.alloc_fragment((block, block), dtype)
            T.copy(A[by * block, bx * block], A_s)
            for i, j in T.Parallel(block, block):
                C_l[i, j] = op(A_s[i, j])
            T.copy(C_l, C[by * block, bx * block])

    return main


def quaternary(M, N, block, op, dtype="bfloat16"):
    """E = op(A, B, C, D) on blocks, as one expression."""

    @T.prim_func
    def main(
        A: T.Tensor((M, N), dtype),
        B: T.Tensor((M, N), dtype),
        C: T.Tensor((M, N), dtype),
        D: T.Tensor((M, N), dtype),
        E: T.Tensor((M, N), dtype),
    ):
        with T.Kernel(N // block, M // block, threads=128) as (bx, by):
            A_s = T.alloc_shared((block, block), dtype)
            B_s = T.alloc_shared((block, block), dtype)
            C_s = T.alloc_shared((block, block), dtype)
            D_s = T.alloc_shared((block, block), dtype)
            E_l = T.alloc_fragment((block, block), dtype)
            T.copy(A[by * block, bx * block], A_s)
            T.copy(B[by * block, bx * block], B_s)
            T.copy(C[by * block, bx * block], C_s)
            T.copy(D[by * block, bx * block], D_s)
            for i, j in T.Parallel(block, block):
                E_l[i, j] = op(A_s[i, j], B_s[i, j], C_s[i, j], D_s[i, j])
            T.copy(E_l, E[by * block, bx * block])

    return main


def slices(M, N, block, count, op, dtype="bfloat16"):
    """C = op(A[0], ..., A[count - 1]): one expression over `count` blocks of one tensor of rank 3."""

    @T.prim_func
    def main(A: T.Tensor((count, M, N), dtype), C: T.Tensor((M, N), dtype)):
        with T.Kernel(N // block, M // block, threads=128) as (bx, by):
            blocks = [T.alloc_shared((block, block), dtype) for _ in range(count)]
            C_l = T.alloc_fragment((block, block), dtype)
            for s, A_s in enumerate(blocks):
                T.copy(A[s, by * block, bx * block], A_s)
            for i, j in T.Parallel(block, block):
                C_l[i, j] = op([b[i, j] for b in blocks])
            T.copy(C_l, C[by * block, bx * block])

    return main


def temporary(M, N, block, dtype="float32"):
    """C = (A - B) * B + A, by way of a temporary."""

    @T.prim_func
    def main(A: T.Tensor((M, N), dtype), B: T.Tensor((M, N), dtype), C: T.Tensor((M, N), dtype)):
        with T.Kernel(N // block, M // block, threads=128) as (bx, by):
            A_s = T.alloc_shared((block, block), dtype)
            B_s = T.alloc_shared((block, block), dtype)
            P_l = T.alloc_fragment((block, block), dtype)
            C_l = T.alloc_fragment((block, block), dtype)
            T.copy(A[by * block, bx * block], A_s)
            T.copy(B[by * block, bx * block], B_s)
            for i, j in T.Parallel(block, block):
                P_l[i, j] = A_s[i, j] - B_s[i, j]
            for i, j in T.Parallel(block, block):
                C_l[i, j] = P_l[i, j] * B_s[i, j] + A_s[i, j]
            T.copy(C_l, C[by * block, bx * block])

    return main


def temporaries(M, N, block, dtype="bfloat16"):
    """D = (A + B) * (A - B) + A, by way of two temporaries, one of them updated in place."""

    @T.prim_func
    def main(A: T.Tensor((M, N), dtype), B: T.Tensor((M, N), dtype), D: T.Tensor((M, N), dtype)):
        with T.Kernel(N // block, M // block, threads=128) as (bx, by):
            A_s = T.alloc_shared((block, block), dtype)
            B_s = T.alloc_shared((block, block), dtype)
            P_l = T.alloc_fragment((block, block), dtype)
            Q_l = T.alloc_fragment((block, block), dtype)
            T.copy(A[by * block, bx * block], A_s)
            T.copy(B[by * block, bx * block], B_s)
            for i, j in T.Parallel(block, block):
                P_l[i, j] = A_s[i, j] + B_s[i, j]
            for i, j in T.Parallel(block, block):
                Q_l[i, j] = A_s[i, j] - B_s[i, j]
            for i, j in T.Parallel(block, block):
                P_l[i, j] = P_l[i, j] * Q_l[i, j]
            for i, j in T.Parallel(block, block):
                P_l[i, j] = P_l[i, j] + A_s[i, j]
            T.copy(P_l, D[by * block, bx * block])

    return main


def reused_buffer(M, N, block, dtype="bfloat16"):
    """C = A + B and D = A - B through one fragment and one shared buffer, filled again and again."""

    @T.prim_func
    def main(
        A: T.Tensor((M, N), dtype),
        B: T.Tensor((M, N), dtype),
        C: T.Tensor((M, N), dtype),
        D: T.Tensor((M, N), dtype),
    ):
        with T.Kernel(N // block, M // block, threads=128) as (bx, by):
            A_s = T.alloc_shared((block, block), dtype)
            B_s = T.alloc_shared((block, block), dtype)
            R_l = T.alloc_fragment((block, block), dtype)
            T.copy(A[by * block, bx * block], A_s)
            T.copy(B[by * block, bx * block], B_s)
            for i, j in T.Parallel(block, block):
                R_l[i, j] = A_s[i, j] + B_s[i, j]
            T.copy(R_l, C[by * block, bx * block])
            T.copy(A[by * block, bx * block], A_s)
            for i, j in T.Parallel(block, block):
                R_l[i, j] = A_s[i, j] - B_s[i, j]
            T.copy(R_l, D[by * block, bx * block])

    return main


def carried_sum(steps, M, N, block, dtype="float32"):
    """C = A[0] + ... + A[steps - 1], accumulated by a T.Parallel store in a loop."""

    @T.prim_func
    def main(A: T.Tensor((steps, M, N), dtype), C: T.Tensor((M, N), dtype)):
        with T.Kernel(N // block, M // block, threads=128) as (bx, by):
            A_s = T.alloc_shared((block, block), dtype)
            C_l = T.alloc_fragment((block, block), dtype)
            T.clear(C_l)
            for s in T.serial(steps):
                T.copy(A[s, by * block, bx * block], A_s)
                for i, j in T.Parallel(block, block):
                    C_l[i, j] = C_l[i, j] + A_s[i, j]
            T.copy(C_l, C[by * block, bx * block])

    return main


def carried_pair(steps, M, N, block):
    """C = 1 + A[0] + A[1] + ... and D = A[0] - A[1] - ... style sums, both carried by one loop."""

    @T.prim_func
    def main(
        A: T.Tensor((steps, M, N), "float32"), C: T.Tensor((M, N), "float32"), D: T.Tensor((M, N), "float32")
    ):
        with T.Kernel(N // block, M // block, threads=128) as (bx, by):
            A_s = T.alloc_shared((block, block), "float32")
            C_l = T.alloc_fragment((block, block), "float32")
            D_l = T.alloc_fragment((block, block), "float32")
            T.fill(C_l, 1.0)
            T.clear(D_l)
            for s in T.Pipelined(steps, num_stages=2):
                T.copy(A[s, by * block, bx * block], A_s)
                for i, j in T.Parallel(block, block):
                    C_l[i, j] = C_l[i, j] + A_s[i, j]
                for i, j in T.Parallel(block, block):
                    D_l[i, j] = C_l[i, j] - D_l[i, j]
            T.copy(C_l, C[by * block, bx * block])
            T.copy(D_l, D[by * block, bx * block])

    return main


def copy(M, N, block_M, block_N, source="bfloat16", target="bfloat16"):
    """C = A, through one shared buffer or, with a change of dtype, through two buffers."""

    @T.prim_func
    def main(A: T.Tensor((M, N), source), C: T.Tensor((M, N), target)):
        with T.Kernel(T.ceildiv(N, block_N), T.ceildiv(M, block_M), threads=128) as (bx, by):
            A_s = T.alloc_shared((block_M, block_N), source)
            T.copy(A[by * block_M, bx * block_N], A_s)
            if source == target:
                T.copy(A_s, C[by * block_M, bx * block_N])
            else:
                C_s = T.alloc_shared((block_M, block_N), target)
                T.copy(A_s, C_s)
                T.copy(C_s, C[by * block_M, bx * block_N])

    return main


def swap_blocks(N, block):
    """C = A with its blocks mirrored at the diagonal (each block itself is not transposed)."""

    @T.prim_func
    def main(A: T.Tensor((N, N), "bfloat16"), C: T.Tensor((N, N), "bfloat16")):
        with T.Kernel(N // block, N // block, threads=128) as (bx, by):
            A_s = T.alloc_shared((block, block), "bfloat16")
            T.copy(A[bx * block, by * block], A_s)
            T.copy(A_s, C[by * block, bx * block])

    return main


def fill(M, N, block, value, dtype="bfloat16"):
    """C = value: a kernel without inputs."""

    @T.prim_func
    def main(C: T.Tensor((M, N), dtype)):
        with T.Kernel(N // block, M // block, threads=128) as (bx, by):
            C_l = T.alloc_fragment((block, block), dtype)
            T.fill(C_l, value)
            T.copy(C_l, C[by * block, bx * block])

    return main


def update_tensor(M, N, block, dtype="float32"):
    """A = A + B: one tensor is input and output."""

    @T.prim_func
    def main(A: T.Tensor((M, N), dtype), B: T.Tensor((M, N), dtype)):
        with T.Kernel(N // block, M // block, threads=128) as (bx, by):
            A_s = T.alloc_shared((block, block), dtype)
            B_s = T.alloc_shared((block, block), dtype)
            C_l = T.alloc_fragment((block, block), dtype)
            T.copy(A[by * block, bx * block], A_s)
            T.copy(B[by * block, bx * block], B_s)
            for i, j in T.Parallel(block, block):
                C_l[i, j] = A_s[i, j] + B_s[i, j]
            T.copy(C_l, A[by * block, bx * block])

    return main


def rows_per_item(M, N, block, dtype="bfloat16"):
    """C = A + B where one work item walks a whole row of blocks, in two nested loops."""

    @T.prim_func
    def main(A: T.Tensor((M, N), dtype), B: T.Tensor((M, N), dtype), C: T.Tensor((M, N), dtype)):
        with T.Kernel(M // block, threads=128) as (by,):
            A_s = T.alloc_shared((block, block), dtype)
            B_s = T.alloc_shared((block, block), dtype)
            C_l = T.alloc_fragment((block, block), dtype)
            for half in T.serial(2):
                for step in T.serial(N // block // 2):
                    T.copy(A[by * block, (half * (N // block // 2) + step) * block], A_s)
                    T.copy(B[by * block, (half * (N // block // 2) + step) * block], B_s)
                    for i, j in T.Parallel(block, block):
                        C_l[i, j] = A_s[i, j] + B_s[i, j]
                    T.copy(C_l, C[by * block, (half * (N // block // 2) + step) * block])

    return main


def mixed_dtypes(M, N, block):
    """C (float32) = A (bfloat16) * B (float32) + A."""

    @T.prim_func
    def main(A: T.Tensor((M, N), "bfloat16"), B: T.Tensor((M, N), "float32"), C: T.Tensor((M, N), "float32")):
        with T.Kernel(N // block, M // block, threads=128) as (bx, by):
            A_s = T.alloc_shared((block, block), "bfloat16")
            B_s = T.alloc_shared((block, block), "float32")
            C_l = T.alloc_fragment((block, block), "float32")
            T.copy(A[by * block, bx * block], A_s)
            T.copy(B[by * block, bx * block], B_s)
            for i, j in T.Parallel(block, block):
                C_l[i, j] = A_s[i, j] * B_s[i, j] + A_s[i, j]
            T.copy(C_l, C[by * block, bx * block])

    return main


@tilelang.jit
def add_eager(A, B, block: int = 64):
    """C = A + B in the eager style."""
    M, N = T.const("M, N")
    A: T.Tensor[[M, N], T.float32]
    B: T.Tensor[[M, N], T.float32]
    C = T.empty((M, N), T.float32)
    with T.Kernel(T.ceildiv(N, block), T.ceildiv(M, block), threads=128) as (bx, by):
        A_s = T.alloc_shared((block, block), "float32")
        B_s = T.alloc_shared((block, block), "float32")
        C_l = T.alloc_fragment((block, block), "float32")
        T.copy(A[by * block, bx * block], A_s)
        T.copy(B[by * block, bx * block], B_s)
        for i, j in T.Parallel(block, block):
            C_l[i, j] = A_s[i, j] + B_s[i, j]
        T.copy(C_l, C[by * block, bx * block])
    return C

"""TileLang sources of kernels whose loops and branches carry, hold or skip blocks.

Annotations of kernels are evaluated as code, so this file does not postpone annotations.
"""

import tilelang.language as T

BF16, FP32 = "bfloat16", "float32"


def product_per_row(block):
    """C[n] = sum over k of A[n, k] squared: the accumulator is cleared in the outer loop."""

    @T.prim_func
    def main(A: T.Tensor((2 * block, 2 * block), BF16), C: T.Tensor((2 * block, block), FP32)):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((block, block), BF16)
            C_l = T.alloc_fragment((block, block), FP32)
            for n in T.serial(2):
                T.clear(C_l)
                for k in T.serial(2):
                    T.copy(A[n * block, k * block], A_s)
                    T.gemm(A_s, A_s, C_l)
                T.copy(C_l, C[n * block, 0])

    return main


def held_operand(block):
    """C = A @ (B[0] + B[1]): one operand is read before the loop and held."""

    @T.prim_func
    def main(
        A: T.Tensor((block, block), BF16),
        B: T.Tensor((2, block, block), BF16),
        C: T.Tensor((block, block), FP32),
    ):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((block, block), BF16)
            B_s = T.alloc_shared((block, block), BF16)
            C_l = T.alloc_fragment((block, block), FP32)
            T.copy(A, A_s)
            T.clear(C_l)
            for k in T.serial(2):
                T.copy(B[k, 0, 0], B_s)
                T.gemm(A_s, B_s, C_l)
            T.copy(C_l, C)

    return main


def held_operand_in_a_loop(block):
    """C = (A[0] + A[1]) @ (B[0] + B[1]): the outer loop holds an operand of the inner one."""

    @T.prim_func
    def main(
        A: T.Tensor((2, block, block), BF16),
        B: T.Tensor((2, block, block), BF16),
        C: T.Tensor((block, block), FP32),
    ):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((block, block), BF16)
            B_s = T.alloc_shared((block, block), BF16)
            C_l = T.alloc_fragment((block, block), FP32)
            T.clear(C_l)
            for n in T.serial(2):
                T.copy(A[n, 0, 0], A_s)
                for k in T.serial(2):
                    T.copy(B[k, 0, 0], B_s)
                    T.gemm(A_s, B_s, C_l)
            T.copy(C_l, C)

    return main


def product_of_later_blocks(block):
    """C[x] = sum of A[k] squared over k > x: steps of the loop are skipped, other ones per work item."""

    @T.prim_func
    def main(A: T.Tensor((4, block, block), BF16), C: T.Tensor((2, block, block), FP32)):
        with T.Kernel(2, threads=128) as bx:
            A_s = T.alloc_shared((block, block), BF16)
            C_l = T.alloc_fragment((block, block), FP32)
            T.clear(C_l)
            for k in T.serial(4):
                if k > bx:
                    T.copy(A[k, 0, 0], A_s)
                    T.gemm(A_s, A_s, C_l)
            T.copy(C_l, C[bx, 0, 0])

    return main


def product_of_earlier_blocks(block):
    """C[x] = sum of A[k] squared over k < x: no step at all for the first work item."""

    @T.prim_func
    def main(A: T.Tensor((2, block, block), BF16), C: T.Tensor((2, block, block), FP32)):
        with T.Kernel(2, threads=128) as bx:
            A_s = T.alloc_shared((block, block), BF16)
            C_l = T.alloc_fragment((block, block), FP32)
            T.clear(C_l)
            for k in T.serial(bx):
                T.copy(A[k, 0, 0], A_s)
                T.gemm(A_s, A_s, C_l)
            T.copy(C_l, C[bx, 0, 0])

    return main


def product_in_one_branch(block):
    """C[1] = A squared, C[0] = 0: one work item never multiplies."""

    @T.prim_func
    def main(A: T.Tensor((block, block), BF16), C: T.Tensor((2, block, block), FP32)):
        with T.Kernel(2, threads=128) as bx:
            A_s = T.alloc_shared((block, block), BF16)
            C_l = T.alloc_fragment((block, block), FP32)
            T.clear(C_l)
            if bx == 1:
                T.copy(A, A_s)
                T.gemm(A_s, A_s, C_l)
            T.copy(C_l, C[bx, 0, 0])

    return main


def product_in_both_branches(block):
    """C = sum of the squares of A[k] for even k and of B[k] for odd k."""

    @T.prim_func
    def main(
        A: T.Tensor((4, block, block), BF16),
        B: T.Tensor((4, block, block), BF16),
        C: T.Tensor((block, block), FP32),
    ):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((block, block), BF16)
            C_l = T.alloc_fragment((block, block), FP32)
            T.clear(C_l)
            for k in T.serial(4):
                if k % 2 == 0:
                    T.copy(A[k, 0, 0], A_s)
                    T.gemm(A_s, A_s, C_l)
                else:
                    T.copy(B[k, 0, 0], A_s)
                    T.gemm(A_s, A_s, C_l)
            T.copy(C_l, C)

    return main


def product_with_itself(block, trans_A, trans_B):
    """C = sum over k of A[k] times A[k], one of them transposed: one block is both operands."""

    @T.prim_func
    def main(A: T.Tensor((2, block, block), BF16), C: T.Tensor((block, block), FP32)):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((block, block), BF16)
            C_l = T.alloc_fragment((block, block), FP32)
            T.clear(C_l)
            for k in T.serial(2):
                T.copy(A[k, 0, 0], A_s)
                T.gemm(A_s, A_s, C_l, transpose_A=trans_A, transpose_B=trans_B)
            T.copy(C_l, C)

    return main


def doubled_then_accumulated(block):
    """C = 2 * A @ A + A @ A + A: a T.Parallel store starts an accumulation, and A has two uses."""

    @T.prim_func
    def main(A: T.Tensor((block, block), BF16), C: T.Tensor((block, block), FP32)):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((block, block), BF16)
            C_l = T.alloc_fragment((block, block), FP32)
            T.copy(A, A_s)
            T.clear(C_l)
            T.gemm(A_s, A_s, C_l)
            for i, j in T.Parallel(block, block):
                C_l[i, j] = C_l[i, j] * 2.0
            T.gemm(A_s, A_s, C_l)
            for i, j in T.Parallel(block, block):
                C_l[i, j] = C_l[i, j] + A_s[i, j]
            T.copy(C_l, C)

    return main


def accumulator_reused(block):
    """C = A @ A and D = A @ A^T in one accumulator, one after the other."""

    @T.prim_func
    def main(
        A: T.Tensor((block, block), BF16),
        C: T.Tensor((block, block), FP32),
        D: T.Tensor((block, block), FP32),
    ):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((block, block), BF16)
            C_l = T.alloc_fragment((block, block), FP32)
            T.copy(A, A_s)
            T.clear(C_l)
            T.gemm(A_s, A_s, C_l)
            T.copy(C_l, C)
            T.clear(C_l)
            T.gemm(A_s, A_s, C_l, transpose_B=True)
            T.copy(C_l, D)

    return main


def loop_from_one(block):
    """C = sum of A[k] squared for k = 1, 2, 3."""

    @T.prim_func
    def main(A: T.Tensor((4, block, block), BF16), C: T.Tensor((block, block), FP32)):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((block, block), BF16)
            C_l = T.alloc_fragment((block, block), FP32)
            T.clear(C_l)
            for k in T.serial(1, 4):
                T.copy(A[k, 0, 0], A_s)
                T.gemm(A_s, A_s, C_l)
            T.copy(C_l, C)

    return main


def transposed_copies(block):
    """C[k, n] = A[n, k] block by block, in two nested loops of one work item."""

    @T.prim_func
    def main(A: T.Tensor((2 * block, 2 * block), FP32), C: T.Tensor((2 * block, 2 * block), FP32)):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((block, block), FP32)
            for n in T.serial(2):
                for k in T.serial(2):
                    T.copy(A[n * block, k * block], A_s)
                    T.copy(A_s, C[k * block, n * block])

    return main


def updated_twice(block):
    """C = 2 * (2 * (1 + A[0]) + A[1]): a loop updates one block twice."""

    @T.prim_func
    def main(A: T.Tensor((2, block, block), FP32), C: T.Tensor((block, block), FP32)):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((block, block), FP32)
            C_l = T.alloc_fragment((block, block), FP32)
            T.fill(C_l, 1.0)
            for k in T.serial(2):
                T.copy(A[k, 0, 0], A_s)
                for i, j in T.Parallel(block, block):
                    C_l[i, j] = C_l[i, j] + A_s[i, j]
                for i, j in T.Parallel(block, block):
                    C_l[i, j] = C_l[i, j] * 2.0
            T.copy(C_l, C)

    return main


def exchanged(block):
    """Two blocks that a loop carries, each computed from both."""

    @T.prim_func
    def main(A: T.Tensor((2, block, block), FP32), C: T.Tensor((block, block), FP32)):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((block, block), FP32)
            P_l = T.alloc_fragment((block, block), FP32)
            Q_l = T.alloc_fragment((block, block), FP32)
            R_l = T.alloc_fragment((block, block), FP32)
            T.fill(P_l, 1.0)
            T.fill(Q_l, 2.0)
            for k in T.serial(2):
                T.copy(A[k, 0, 0], A_s)
                for i, j in T.Parallel(block, block):
                    R_l[i, j] = P_l[i, j] + A_s[i, j]
                for i, j in T.Parallel(block, block):
                    P_l[i, j] = Q_l[i, j] + P_l[i, j]
                for i, j in T.Parallel(block, block):
                    Q_l[i, j] = R_l[i, j] + Q_l[i, j]
            for i, j in T.Parallel(block, block):
                P_l[i, j] = Q_l[i, j] - P_l[i, j]
            T.copy(P_l, C)

    return main


def updated_in_a_branch(block):
    """C[x] = 1 + sum of A[k] over k > x: all blocks are read, some are used."""

    @T.prim_func
    def main(A: T.Tensor((4, block, block), FP32), C: T.Tensor((2, block, block), FP32)):
        with T.Kernel(2, threads=128) as bx:
            A_s = T.alloc_shared((block, block), FP32)
            C_l = T.alloc_fragment((block, block), FP32)
            T.fill(C_l, 1.0)
            for k in T.serial(4):
                T.copy(A[k, 0, 0], A_s)
                if k > bx:
                    for i, j in T.Parallel(block, block):
                        C_l[i, j] = C_l[i, j] + A_s[i, j]
            T.copy(C_l, C[bx, 0, 0])

    return main


def two_stores_in_a_nest(block):
    """C = (A + 1) * A and D = A + 1 from one T.Parallel nest."""

    @T.prim_func
    def main(
        A: T.Tensor((block, block), FP32),
        C: T.Tensor((block, block), FP32),
        D: T.Tensor((block, block), FP32),
    ):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((block, block), FP32)
            C_l = T.alloc_fragment((block, block), FP32)
            D_l = T.alloc_fragment((block, block), FP32)
            T.copy(A, A_s)
            for i, j in T.Parallel(block, block):
                D_l[i, j] = A_s[i, j] + 1.0
                C_l[i, j] = D_l[i, j] * A_s[i, j]
            T.copy(C_l, C)
            T.copy(D_l, D)

    return main


def one_block_for_both_readers(block):
    """C = A and D = A + 1: compute and writer use one block."""

    @T.prim_func
    def main(
        A: T.Tensor((block, block), FP32),
        C: T.Tensor((block, block), FP32),
        D: T.Tensor((block, block), FP32),
    ):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((block, block), FP32)
            D_l = T.alloc_fragment((block, block), FP32)
            T.copy(A, A_s)
            for i, j in T.Parallel(block, block):
                D_l[i, j] = A_s[i, j] + 1.0
            T.copy(A_s, C)
            T.copy(D_l, D)

    return main


def updated_rows(block):
    """A[k] = A[k] + 1 for all k: a loop reads and writes disjoint blocks of one tensor."""

    @T.prim_func
    def main(A: T.Tensor((3, block, block), FP32)):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((block, block), FP32)
            C_l = T.alloc_fragment((block, block), FP32)
            for k in T.serial(3):
                T.copy(A[k, 0, 0], A_s)
                for i, j in T.Parallel(block, block):
                    C_l[i, j] = A_s[i, j] + 1.0
                T.copy(C_l, A[k, 0, 0])

    return main


def cleared_twice(block):
    """C = A @ A, cleared ahead of a product that clears: the first value is never used."""

    @T.prim_func
    def main(A: T.Tensor((block, block), BF16), C: T.Tensor((block, block), FP32)):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((block, block), BF16)
            C_l = T.alloc_fragment((block, block), FP32)
            T.clear(C_l)
            T.copy(A, A_s)
            T.gemm(A_s, A_s, C_l, clear_accum=True)
            T.copy(C_l, C)

    return main

"""TileLang sources of kernels whose control flow and slices depend on variables and elements of tensors.

Annotations of kernels are evaluated as code, so this file does not postpone annotations.
"""

import tilelang.language as T

BF16, FP32, INT32 = "bfloat16", "float32", "int32"


def product_of_chosen_blocks():
    """C = A @ B over the blocks of K that the mask chooses."""

    @T.prim_func
    def main(
        A: T.Tensor((64, 128), BF16),
        B: T.Tensor((128, 64), BF16),
        Mask: T.Tensor((2, 2, 4), "bool"),
        C: T.Tensor((64, 64), FP32),
    ):
        with T.Kernel(2, 2, threads=128) as (bx, by):
            A_s = T.alloc_shared((32, 32), BF16)
            B_s = T.alloc_shared((32, 32), BF16)
            C_l = T.alloc_fragment((32, 32), FP32)
            T.clear(C_l)
            for k in T.Pipelined(4, num_stages=2):
                if Mask[by, bx, k]:
                    T.copy(A[by * 32, k * 32], A_s)
                    T.copy(B[k * 32, bx * 32], B_s)
                    T.gemm(A_s, B_s, C_l)
            T.copy(C_l, C[by * 32, bx * 32])

    return main


def products_of_groups(sizes, dtype):
    """Rows of each group of A by the group's own B; groups start on any row."""
    rows, groups, blocks = sum(sizes), len(sizes), sum((size + 31) // 32 for size in sizes)

    @T.prim_func
    def main(
        A: T.Tensor((rows, 64), dtype),
        B: T.Tensor((groups, 64, 32), dtype),
        Sizes: T.Tensor((groups,), INT32),
        Starts: T.Tensor((groups,), INT32),
        Padded: T.Tensor((groups,), INT32),
        C: T.Tensor((rows, 32), FP32),
    ):
        with T.Kernel(blocks, threads=128) as bx:
            A_s = T.alloc_shared((32, 64), dtype)
            B_s = T.alloc_shared((64, 32), dtype)
            C_l = T.alloc_fragment((32, 32), FP32)
            group = T.alloc_var(INT32)
            group = 0
            for i in range(groups):
                group = T.if_then_else(bx * 32 >= Padded[i], i, group)
            first = bx * 32 - Padded[group]
            start = Starts[group] + first
            T.clear(C_l)
            T.copy(A[start : start + 32, 0:64], A_s)
            T.copy(B[group, 0:64, 0:32], B_s)
            T.gemm(A_s, B_s, C_l)
            for i, j in T.Parallel(32, 32):
                if first + i < Sizes[group]:
                    C[start + i, j] = C_l[i, j]

    return main


def rows_from_anywhere(dtype):
    """C[b] = the 64 rows of A from Starts[b] on, with zeros behind the last."""

    @T.prim_func
    def main(A: T.Tensor((100, 48), dtype), Starts: T.Tensor((5,), INT32), C: T.Tensor((5, 64, 48), dtype)):
        with T.Kernel(5, threads=128) as bx:
            A_s = T.alloc_shared((64, 64), dtype)
            T.copy(A[Starts[bx], 0], A_s)
            T.copy(A_s, C[bx, 0, 0])

    return main


def shifted_rows():
    """C = A three rows down, in blocks that start anywhere; the first three rows of C stay."""

    @T.prim_func
    def main(A: T.Tensor((96, 32), FP32), C: T.Tensor((99, 32), FP32)):
        with T.Kernel(3, threads=128) as bx:
            A_s = T.alloc_shared((32, 32), FP32)
            T.copy(A[bx * 32, 0], A_s)
            T.copy(A_s, C[bx * 32 + 3, 0])

    return main


def overlapping_rows():
    """C[b] = 64 rows of A from 24 * b on, with zeros behind the last: no scalar is known at run time only."""

    @T.prim_func
    def main(A: T.Tensor((90, 32), BF16), C: T.Tensor((4, 64, 32), BF16)):
        with T.Kernel(4, threads=128) as bx:
            A_s = T.alloc_shared((64, 32), BF16)
            T.copy(A[bx * 24 + 15, 0], A_s)
            T.copy(A_s, C[bx, 0, 0])

    return main


def blocks_moved_up():
    """C[b] = A[b - 1], zeros in front of the first: the start of a slice may be negative."""

    @T.prim_func
    def main(A: T.Tensor((96, 32), FP32), C: T.Tensor((128, 32), FP32)):
        with T.Kernel(4, threads=128) as bx:
            A_s = T.alloc_shared((32, 32), FP32)
            T.copy(A[bx * 32 - 32, 0], A_s)
            T.copy(A_s, C[bx * 32, 0])

    return main


def products_of_rows():
    """C[b] = A.T @ A over the rows of group b, which T.Parallel takes from where the group starts."""

    @T.prim_func
    def main(
        A: T.Tensor((100, 32), BF16),
        Sizes: T.Tensor((3,), INT32),
        Starts: T.Tensor((3,), INT32),
        C: T.Tensor((3, 32, 32), FP32),
    ):
        with T.Kernel(3, threads=128) as bx:
            A_s = T.alloc_shared((32, 32), BF16)
            C_l = T.alloc_fragment((32, 32), FP32)
            T.clear(C_l)
            for k in T.Pipelined(T.ceildiv(Sizes[bx], 32), num_stages=2):
                for i, j in T.Parallel(32, 32):
                    A_s[i, j] = T.if_then_else(k * 32 + i < Sizes[bx], A[Starts[bx] + k * 32 + i, j], 0)
                T.gemm(A_s, A_s, C_l, transpose_A=True)
            T.copy(C_l, C[bx, 0, 0])

    return main


def mask_of_blocks():
    """C[b] = 1 where a block of 4 rows is at or behind that of columns, or at it, or anywhere."""

    @T.prim_func
    def main(C: T.Tensor((4, 32, 32), FP32)):
        with T.Kernel(4, threads=128) as bx:
            C_l = T.alloc_fragment((32, 32), FP32)
            early = bx < 2
            step = T.if_then_else(early, bx, bx - 2)
            for i, j in T.Parallel(32, 32):
                ahead = T.if_then_else(early, T.if_then_else(i // 4 > j // 4, 1, 0), step)
                same = T.if_then_else(i // 4 == j // 4, 1, 0)
                C_l[i, j] = T.if_then_else(ahead + same > 0, 1.0, 0.0)
            T.copy(C_l, C[bx, 0, 0])

    return main


def sum_of_every_other_block():
    """C[b] = sum of the blocks First[b], First[b] + 2, ... of A, by a while loop over a variable."""

    @T.prim_func
    def main(A: T.Tensor((8, 32, 32), FP32), First: T.Tensor((3,), INT32), C: T.Tensor((3, 32, 32), FP32)):
        with T.Kernel(3, threads=128) as bx:
            A_s = T.alloc_shared((32, 32), FP32)
            C_l = T.alloc_fragment((32, 32), FP32)
            block = T.alloc_var(INT32)
            T.clear(C_l)
            block = First[bx]
            while block < 8:
                T.copy(A[block, 0, 0], A_s)
                for i, j in T.Parallel(32, 32):
                    C_l[i, j] += A_s[i, j]
                block = block + 2
            T.copy(C_l, C[bx, 0, 0])

    return main


def sum_of_listed_blocks():
    """C[b] = sum of the first Counts[b] blocks of A that List[b] names; the list is copied to a block."""

    @T.prim_func
    def main(
        A: T.Tensor((6, 32, 32), FP32),
        List: T.Tensor((2, 4), INT32),
        Counts: T.Tensor((2,), INT32),
        C: T.Tensor((2, 32, 32), FP32),
    ):
        with T.Kernel(2, threads=128) as bx:
            names = T.alloc_fragment((4,), INT32)
            A_s = T.alloc_shared((32, 32), FP32)
            C_l = T.alloc_fragment((32, 32), FP32)
            T.copy(List[bx, :], names)
            T.clear(C_l)
            for k in T.serial(Counts[bx]):
                T.copy(A[names[k], 0, 0], A_s)
                for i, j in T.Parallel(32, 32):
                    C_l[i, j] += A_s[i, j]
            T.copy(C_l, C[bx, 0, 0])

    return main


def masked_by_lengths():
    """C[b] = A[b] with zeros from column Lengths[b] on, and its negative where the length is odd."""

    @T.prim_func
    def main(A: T.Tensor((4, 32, 64), FP32), Lengths: T.Tensor((4,), INT32), C: T.Tensor((4, 32, 64), FP32)):
        with T.Kernel(4, threads=128) as bx:
            A_s = T.alloc_shared((32, 64), FP32)
            sign = T.alloc_var(INT32)
            length = Lengths[bx]
            sign = 1
            if length % 2 == 1:
                sign = -1
            T.copy(A[bx, 0, 0], A_s)
            for i, j in T.Parallel(32, 64):
                A_s[i, j] = T.if_then_else(j < length, A_s[i, j] * T.cast(sign, FP32), 0.0)
            T.copy(A_s, C[bx, 0, 0])

    return main

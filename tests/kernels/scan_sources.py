"""TileLang sources of running sums and transposes.

Annotations of kernels are evaluated as code, so these files do not postpone annotations.
"""

import tilelang.language as T


def running_sum(rows, cols, dtype, dim, reverse, block):
    """C = running sums of A along a dimension, a block of rows or columns at a time."""
    shape = (rows, block) if dim == 0 else (block, cols)

    @T.prim_func
    def main(A: T.Tensor((rows, cols), dtype), C: T.Tensor((rows, cols), dtype)):
        with T.Kernel((cols if dim == 0 else rows) // block, threads=128) as bx:
            a = T.alloc_shared(shape, dtype)
            row = 0 if dim == 0 else bx * block
            col = bx * block if dim == 0 else 0
            T.copy(A[row, col], a)
            T.cumsum(a, dim=dim, reverse=reverse)
            T.copy(a, C[row, col])

    return main


def running_sum_of_vector(rows, length):
    """C = running sums of the rows of A, one vector each."""

    @T.prim_func
    def main(A: T.Tensor((rows, length), "float32"), C: T.Tensor((rows, length), "float32")):
        with T.Kernel(rows, threads=128) as bx:
            a = T.alloc_fragment((length,), "float32")
            c = T.alloc_fragment((length,), "float32")
            T.copy(A[bx, 0], a)
            T.cumsum(a, c, dim=0)
            T.copy(c, C[bx, 0])

    return main


def transposed(rows, cols, dtype):
    """C = A transposed."""

    @T.prim_func
    def main(A: T.Tensor((rows, cols), dtype), C: T.Tensor((cols, rows), dtype)):
        with T.Kernel(cols // 32, rows // 64, threads=128) as (bx, by):
            a = T.alloc_shared((64, 32), dtype)
            c = T.alloc_shared((32, 64), dtype)
            T.copy(A[by * 64, bx * 32], a)
            T.transpose(a, c)
            T.copy(c, C[bx * 32, by * 64])

    return main

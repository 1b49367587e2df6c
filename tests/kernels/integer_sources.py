"""TileLang sources of kernels that compute with integers.

Annotations of kernels are evaluated as code, so these files do not postpone annotations.
"""

import tilelang.language as T


def integer_map(rows, cols, dtype, out_dtype, function):
    """C = function(A, B), elements of integers."""

    @T.prim_func
    def main(
        A: T.Tensor((rows, cols), dtype),
        B: T.Tensor((rows, cols), dtype),
        C: T.Tensor((rows, cols), out_dtype),
    ):
        with T.Kernel(cols // 32, rows // 32, threads=128) as (bx, by):
            a = T.alloc_shared((32, 32), dtype)
            b = T.alloc_shared((32, 32), dtype)
            c = T.alloc_fragment((32, 32), out_dtype)
            T.copy(A[by * 32, bx * 32], a)
            T.copy(B[by * 32, bx * 32], b)
            for i, j in T.Parallel(32, 32):
                c[i, j] = function(a[i, j], b[i, j])
            T.copy(c, C[by * 32, bx * 32])

    return main


def cast(rows, cols, dtype, out_dtype):
    """C = A in another dtype, by a copy between blocks."""

    @T.prim_func
    def main(A: T.Tensor((rows, cols), dtype), C: T.Tensor((rows, cols), out_dtype)):
        with T.Kernel(cols // 32, rows // 32, threads=128) as (bx, by):
            a = T.alloc_shared((32, 32), dtype)
            c = T.alloc_shared((32, 32), out_dtype)
            T.copy(A[by * 32, bx * 32], a)
            T.copy(a, c)
            T.copy(c, C[by * 32, bx * 32])

    return main


def iota(rows, cols):
    """C = the number of each element, counted along rows."""

    @T.prim_func
    def main(C: T.Tensor((rows, cols), "int32")):
        with T.Kernel(rows // 32, threads=128) as bx:
            c = T.alloc_fragment((32, cols), "int32")
            for i, j in T.Parallel(32, cols):
                c[i, j] = (bx * 32 + i) * cols + j
            T.copy(c, C[bx * 32, 0])

    return main


def indices_and_masks(rows, cols):
    """C = A where Keep and the row's index is not beyond the column, else 0; Kept says where."""

    @T.prim_func
    def main(
        A: T.Tensor((rows, cols), "bfloat16"),
        Keep: T.Tensor((rows, cols), "bool"),
        Index: T.Tensor((rows,), "int32"),
        C: T.Tensor((rows, cols), "bfloat16"),
        Kept: T.Tensor((rows, cols), "bool"),
    ):
        with T.Kernel(rows // 32, threads=128) as bx:
            a = T.alloc_shared((32, cols), "bfloat16")
            keep = T.alloc_shared((32, cols), "bool")
            index = T.alloc_shared((32,), "int32")
            c = T.alloc_fragment((32, cols), "bfloat16")
            kept = T.alloc_fragment((32, cols), "bool")
            T.copy(A[bx * 32, 0], a)
            T.copy(Keep[bx * 32, 0], keep)
            T.copy(Index[bx * 32], index)
            for i, j in T.Parallel(32, cols):
                kept[i, j] = keep[i, j] and index[i] <= j
            for i, j in T.Parallel(32, cols):
                c[i, j] = T.if_then_else(kept[i, j], a[i, j], T.cast(0, "bfloat16"))
            T.copy(c, C[bx * 32, 0])
            T.copy(kept, Kept[bx * 32, 0])

    return main


def integer_reductions(rows, cols, dim):
    """S = sums and M = maxima of int32 along a dimension."""
    length = rows if dim == 1 else cols

    @T.prim_func
    def main(
        A: T.Tensor((rows, cols), "int32"),
        S: T.Tensor((length,), "int32"),
        M: T.Tensor((length,), "int32"),
    ):
        with T.Kernel(1, threads=128) as _:
            a = T.alloc_shared((rows, cols), "int32")
            s = T.alloc_fragment((length,), "int32")
            m = T.alloc_fragment((length,), "int32")
            T.copy(A, a)
            T.reduce_sum(a, s, dim=dim)
            T.reduce_max(a, m, dim=dim)
            T.copy(s, S)
            T.copy(m, M)

    return main


def dequantised_product(m, n, k):
    """C = A @ (B * Scale), weights of int8 with a scale for each column."""

    @T.prim_func
    def main(
        A: T.Tensor((m, k), "bfloat16"),
        B: T.Tensor((k, n), "int8"),
        Scale: T.Tensor((n,), "float32"),
        C: T.Tensor((m, n), "float32"),
    ):
        with T.Kernel(n // 32, m // 32, threads=128) as (bx, by):
            a = T.alloc_shared((32, 32), "bfloat16")
            q = T.alloc_shared((32, 32), "int8")
            b = T.alloc_shared((32, 32), "bfloat16")
            scale = T.alloc_shared((32,), "float32")
            c = T.alloc_fragment((32, 32), "float32")
            scaled = T.alloc_fragment((32, 32), "float32")
            T.clear(c)
            for s in T.Pipelined(k // 32, num_stages=2):
                T.copy(A[by * 32, s * 32], a)
                T.copy(B[s * 32, bx * 32], q)
                for i, j in T.Parallel(32, 32):
                    b[i, j] = T.cast(q[i, j], "bfloat16")
                T.gemm(a, b, c)
            T.copy(Scale[bx * 32], scale)
            for i, j in T.Parallel(32, 32):
                scaled[i, j] = c[i, j] * scale[j]
            T.copy(scaled, C[by * 32, bx * 32])

    return main


def packed_product(m, n, k):
    """C = A @ B, two weights of 4 bits in a byte: rows k of the first half of B low, of the second high."""

    @T.prim_func
    def main(
        A: T.Tensor((m, k), "bfloat16"),
        B: T.Tensor((k // 2, n), "uint8"),
        C: T.Tensor((m, n), "float32"),
    ):
        with T.Kernel(n // 32, m // 32, threads=128) as (bx, by):
            a = T.alloc_shared((32, 32), "bfloat16")
            a_high = T.alloc_shared((32, 32), "bfloat16")
            packed = T.alloc_shared((32, 32), "uint8")
            low = T.alloc_shared((32, 32), "bfloat16")
            high = T.alloc_shared((32, 32), "bfloat16")
            c = T.alloc_fragment((32, 32), "float32")
            T.clear(c)
            for s in T.serial(k // 64):
                T.copy(A[by * 32, s * 32], a)
                T.copy(A[by * 32, k // 2 + s * 32], a_high)
                T.copy(B[s * 32, bx * 32], packed)
                for i, j in T.Parallel(32, 32):
                    low[i, j] = T.cast(packed[i, j] & T.uint8(15), "bfloat16") - 8.0
                for i, j in T.Parallel(32, 32):
                    high[i, j] = T.cast(packed[i, j] >> T.uint8(4), "bfloat16") - 8.0
                T.gemm(a, low, c)
                T.gemm(a_high, high, c)
            T.copy(c, C[by * 32, bx * 32])

    return main

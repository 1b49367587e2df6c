"""TileLang sources of kernels that take rows, columns and elements of blocks one at a time.

Annotations of kernels are evaluated as code, so this file does not postpone annotations.
"""

import tilelang.language as T

FP32 = "float32"


def chosen_rows(rows, cols, dtype):
    """C = the rows of A times A's largest of each column, from the last to the first, with signs in turn."""

    @T.prim_func
    def main(A: T.Tensor((rows, cols), dtype), C: T.Tensor((cols,), FP32)):
        with T.Kernel(1, threads=128) as _:
            a = T.alloc_fragment((rows, cols), dtype)
            row = T.alloc_fragment((cols,), dtype)
            largest = T.alloc_fragment((cols,), FP32)
            c = T.alloc_fragment((cols,), FP32)
            T.copy(A, a)
            T.reduce_max(a, largest, dim=0)
            T.clear(c)
            for k in T.serial(rows):
                T.copy(a[rows - 1 - k, :], row)
                for j in T.Parallel(cols):
                    c[j] = row[j] * largest[j] + a[rows - 1 - k, j] - c[j]
            T.copy(c, C)

    return main


def chosen_columns(rows, cols):
    """C = A with each column less the sum of the columns before it."""

    @T.prim_func
    def main(A: T.Tensor((rows, cols), FP32), C: T.Tensor((rows, cols), FP32)):
        with T.Kernel(1, threads=128) as _:
            a = T.alloc_shared((rows, cols), FP32)
            total = T.alloc_fragment((rows,), FP32)
            c = T.alloc_fragment((rows, cols), FP32)
            T.copy(A, a)
            T.clear(total)
            T.clear(c)
            for k in T.serial(cols):
                for i, j in T.Parallel(rows, cols):
                    c[i, j] = T.if_then_else(j == k, a[i, j] - total[i], c[i, j])
                for i in T.Parallel(rows):
                    total[i] = total[i] + a[i, k]
            T.copy(c, C)

    return main


def chosen_elements(rows, cols):
    """C = A times the sum of its diagonal; S, elements of its columns at places from a tensor, added up."""

    @T.prim_func
    def main(
        A: T.Tensor((rows, cols), FP32),
        Places: T.Tensor((8,), "int32"),
        C: T.Tensor((rows, cols), FP32),
        S: T.Tensor((1,), FP32),
    ):
        with T.Kernel(1, threads=128) as _:
            a = T.alloc_shared((rows, cols), FP32)
            diagonal = T.alloc_fragment((rows,), FP32)
            total = T.alloc_var(FP32, init=0.0)
            picked = T.alloc_local((1,), FP32)
            T.copy(A, a)
            picked[0] = 0.0
            for k in T.serial(8):
                total = total + a[k, k]
                for i in T.Parallel(rows):
                    diagonal[i] = a[i, k]
                picked[0] = picked[0] + diagonal[Places[k]]
            for i, j in T.Parallel(rows, cols):
                a[i, j] = a[i, j] * total
            T.copy(a, C)
            T.copy(picked, S)

    return main


def parts_of_a_vector(heads, parts, cols):
    """L[h, p] = the sum of row h of part p, by blocks of 4 heads: elements that start anywhere in L."""

    @T.prim_func
    def main(A: T.Tensor((parts, heads, cols), FP32), L: T.Tensor((heads, parts), FP32)):
        with T.Kernel(heads // 4, parts, threads=128) as (bx, by):
            a = T.alloc_shared((32, cols), FP32)
            s = T.alloc_fragment((32,), FP32)
            T.copy(A[by, bx * 4 : bx * 4 + 32, :], a)
            T.reduce_sum(a, s, dim=1)
            for i in T.Parallel(32):
                if i < 4:
                    L[bx * 4 + i, by] = s[i]

    return main


def combined_parts(heads, parts, cols):
    """Out[h] = the parts of Partial[h], weighed by 2 to the power of L[h] over their sum."""

    @T.prim_func
    def main(
        L: T.Tensor((heads, parts), FP32),
        Partial: T.Tensor((heads, parts, cols), FP32),
        Out: T.Tensor((heads, cols), FP32),
    ):
        with T.Kernel(heads, threads=128) as bx:
            part = T.alloc_fragment((cols,), FP32)
            out = T.alloc_fragment((cols,), FP32)
            lse = T.alloc_fragment((parts, cols), FP32)
            largest = T.alloc_fragment((cols,), FP32)
            total = T.alloc_fragment((cols,), FP32)
            scale = T.alloc_fragment((cols,), FP32)
            for k, j in T.Parallel(parts, cols):
                lse[k, j] = L[bx, k]
            T.reduce_max(lse, largest, dim=0)
            T.clear(total)
            T.clear(out)
            for k in T.serial(parts):
                for j in T.Parallel(cols):
                    total[j] += T.exp2(lse[k, j] - largest[j])
            for j in T.Parallel(cols):
                total[j] = T.log2(total[j]) + largest[j]
            for k in T.serial(parts):
                for i in T.Parallel(cols):
                    part[i] = Partial[bx, k, i]
                for j in T.Parallel(cols):
                    scale[j] = T.exp2(lse[k, j] - total[j])
                for i in T.Parallel(cols):
                    out[i] += part[i] * scale[i]
            for i in T.Parallel(cols):
                Out[bx, i] = out[i]

    return main


def rows_of_a_tensor(rows, cols, dtype):
    """C = A's first rows + the sum of every third row times its number; such rows of D are A's next ones."""

    @T.prim_func
    def main(
        A: T.Tensor((rows, cols), dtype), C: T.Tensor((32, cols), FP32), D: T.Tensor((rows, cols), dtype)
    ):
        with T.Kernel(1, threads=128) as _:
            row = T.alloc_shared((1, cols), dtype)
            following = T.alloc_fragment((cols,), dtype)
            total = T.alloc_fragment((cols,), FP32)
            c = T.alloc_fragment((32, cols), FP32)
            T.copy(A[0:32, :], c)
            T.clear(total)
            for k in T.serial((rows - 1) // 3):
                T.copy(A[k * 3, 0], row)
                T.copy(A[k * 3 + 1, :], following)
                for j in T.Parallel(cols):
                    total[j] = total[j] + row[0, j] * T.cast(k, FP32)
                T.copy(following, D[k * 3, :])
            for i, j in T.Parallel(32, cols):
                c[i, j] = c[i, j] + total[j]
            T.copy(c, C)

    return main

"""TileLang sources of the operators under test: vectors, broadcasts, reductions, ragged tensors.

Annotations of kernels are evaluated as code, so these files do not postpone annotations.
"""

import tilelang.language as T


def affine(M, N, block, dtype="float32"):
    """C[i, j] = A[i, j] * S[i] + R[j]: a factor for each row, a summand for each column."""

    @T.prim_func
    def main(
        A: T.Tensor((M, N), dtype),
        S: T.Tensor((M,), dtype),
        R: T.Tensor((N,), dtype),
        C: T.Tensor((M, N), dtype),
    ):
        with T.Kernel(T.ceildiv(N, block), T.ceildiv(M, block), threads=128) as (bx, by):
            A_s = T.alloc_shared((block, block), dtype)
            S_s = T.alloc_shared((block,), dtype)
            R_s = T.alloc_shared((block,), dtype)
            C_l = T.alloc_fragment((block, block), dtype)
            T.copy(A[by * block, bx * block], A_s)
            T.copy(S[by * block], S_s)
            T.copy(R[bx * block], R_s)
            for i, j in T.Parallel(block, block):
                C_l[i, j] = A_s[i, j] * S_s[i] + R_s[j]
            T.copy(C_l, C[by * block, bx * block])

    return main


def outer_product(M, N, block, dtype="float32"):
    """C[i, j] = S[i] * R[j], of nothing but vectors."""

    @T.prim_func
    def main(S: T.Tensor((M,), dtype), R: T.Tensor((N,), dtype), C: T.Tensor((M, N), dtype)):
        with T.Kernel(N // block, M // block, threads=128) as (bx, by):
            S_s = T.alloc_shared((block,), dtype)
            R_s = T.alloc_shared((block,), dtype)
            C_l = T.alloc_fragment((block, block), dtype)
            T.copy(S[by * block], S_s)
            T.copy(R[bx * block], R_s)
            for i, j in T.Parallel(block, block):
                C_l[i, j] = S_s[i] * R_s[j]
            T.copy(C_l, C[by * block, bx * block])

    return main


def scaled_by_element(M, N, dtype="float32"):
    """C = A * S[0]: one element for the whole block."""

    @T.prim_func
    def main(A: T.Tensor((M, N), dtype), S: T.Tensor((1,), dtype), C: T.Tensor((M, N), dtype)):
        with T.Kernel(M // 32, threads=128) as bx:
            A_s = T.alloc_shared((32, N), dtype)
            S_s = T.alloc_shared((1,), dtype)
            C_l = T.alloc_fragment((32, N), dtype)
            T.copy(A[bx * 32, 0], A_s)
            T.copy(S, S_s)
            for i, j in T.Parallel(32, N):
                C_l[i, j] = A_s[i, j] * S_s[0]
            T.copy(C_l, C[bx * 32, 0])

    return main


def vectors(N, block, op, dtype="float32"):
    """C = op(A, B) on tensors of one dimension."""

    @T.prim_func
    def main(A: T.Tensor((N,), dtype), B: T.Tensor((N,), dtype), C: T.Tensor((N,), dtype)):
        with T.Kernel(T.ceildiv(N, block), threads=128) as bx:
            A_s = T.alloc_shared((block,), dtype)
            B_s = T.alloc_shared((block,), dtype)
            C_l = T.alloc_fragment((block,), dtype)
            T.copy(A[bx * block], A_s)
            T.copy(B[bx * block], B_s)
            for i in T.Parallel(block):
                C_l[i] = op(A_s[i], B_s[i])
            T.copy(C_l, C[bx * block])

    return main


def reduction(M, N, kind, dim, clear, dtype="float32", start=0.0):
    """C = the reduction of A over one dimension, joined with `start` unless it clears."""
    length = M if dim == 1 else N

    @T.prim_func
    def main(A: T.Tensor((M, N), dtype), C: T.Tensor((length,), dtype)):
        with T.Kernel(1, threads=128) as _:
            A_l = T.alloc_fragment((M, N), dtype)
            C_l = T.alloc_fragment((length,), dtype)
            T.copy(A, A_l)
            if not clear:
                T.fill(C_l, start)
            T.reduce(A_l, C_l, kind, dim, clear)
            T.copy(C_l, C)

    return main


def reduction_of_shared(M, N, kind, dtype="float32"):
    """C = the reduction of A along its rows, from a shared buffer into a shared one."""

    @T.prim_func
    def main(A: T.Tensor((M, N), dtype), C: T.Tensor((M,), dtype)):
        with T.Kernel(T.ceildiv(M, 32), threads=128) as bx:
            A_s = T.alloc_shared((32, N), dtype)
            C_s = T.alloc_shared((32,), dtype)
            T.copy(A[bx * 32, 0], A_s)
            T.reduce(A_s, C_s, kind, 1, True)
            T.copy(C_s, C[bx * 32])

    return main


def carried_reductions(M, N, block, dtype="float32"):
    """High and Total: the maximum and the sum of each row, block by block along the rows."""

    @T.prim_func
    def main(A: T.Tensor((M, N), dtype), High: T.Tensor((M,), dtype), Total: T.Tensor((M,), dtype)):
        with T.Kernel(M // 32, threads=128) as bx:
            A_l = T.alloc_fragment((32, block), dtype)
            high = T.alloc_fragment((32,), dtype)
            total = T.alloc_fragment((32,), dtype)
            T.fill(high, -T.infinity(dtype))
            T.clear(total)
            for k in T.serial(N // block):
                T.copy(A[bx * 32, k * block], A_l)
                T.reduce_max(A_l, high, dim=1, clear=False)
                T.reduce_sum(A_l, total, dim=1, clear=False)
            T.copy(high, High[bx * 32])
            T.copy(total, Total[bx * 32])

    return main


def both_reductions(M, N, dtype="float32"):
    """C = A minus the maximum of each row and the minimum of each column."""

    @T.prim_func
    def main(A: T.Tensor((M, N), dtype), C: T.Tensor((M, N), dtype)):
        with T.Kernel(1, threads=128) as _:
            A_l = T.alloc_fragment((M, N), dtype)
            high = T.alloc_fragment((M,), dtype)
            low = T.alloc_fragment((N,), dtype)
            T.copy(A, A_l)
            T.reduce_max(A_l, high, dim=1)
            T.reduce_min(A_l, low, dim=0)
            for i, j in T.Parallel(M, N):
                A_l[i, j] = A_l[i, j] - high[i] - low[j]
            T.copy(A_l, C)

    return main


def repeated_reductions(M, N, dtype="float32"):
    """C = A minus the maximum of each row, which is reduced again along its one element."""

    @T.prim_func
    def main(A: T.Tensor((M, N), dtype), C: T.Tensor((M, N), dtype)):
        with T.Kernel(1, threads=128) as _:
            A_l = T.alloc_fragment((M, N), dtype)
            high = T.alloc_fragment((M, 1), dtype)
            same = T.alloc_fragment((M, 1), dtype)
            T.copy(A, A_l)
            T.reduce_max(A_l, high, dim=1)
            T.reduce_sum(high, same, dim=1)
            for i, j in T.Parallel(M, N):
                A_l[i, j] = A_l[i, j] - same[i, 0]
            T.copy(A_l, C)

    return main


def total(M, N, dtype="float32"):
    """C = A divided by the largest of its elements: reduced along rows, then down the column."""

    @T.prim_func
    def main(A: T.Tensor((M, N), dtype), C: T.Tensor((M, N), dtype)):
        with T.Kernel(1, threads=128) as _:
            A_l = T.alloc_fragment((M, N), dtype)
            rows = T.alloc_fragment((M, 1), dtype)
            high = T.alloc_fragment((1, 1), dtype)
            T.copy(A, A_l)
            T.reduce_absmax(A_l, rows, dim=1)
            T.reduce_max(rows, high, dim=0)
            for i, j in T.Parallel(M, N):
                A_l[i, j] = A_l[i, j] / high[0, 0]
            T.copy(A_l, C)

    return main


def ragged(shape, block, op, dtype="float32"):
    """C = op(A) on tensors of two or three dimensions whose edges are no edges of blocks."""
    *leading, M, N = shape

    if leading:

        @T.prim_func
        def main(A: T.Tensor(shape, dtype), C: T.Tensor(shape, dtype)):
            with T.Kernel(T.ceildiv(N, block), T.ceildiv(M, block), leading[0], threads=128) as (bx, by, bz):
                A_s = T.alloc_shared((block, block), dtype)
                C_l = T.alloc_fragment((block, block), dtype)
                T.copy(A[bz, by * block, bx * block], A_s)
                for i, j in T.Parallel(block, block):
                    C_l[i, j] = op(A_s[i, j])
                T.copy(C_l, C[bz, by * block, bx * block])

    else:

        @T.prim_func
        def main(A: T.Tensor(shape, dtype), C: T.Tensor(shape, dtype)):
            with T.Kernel(T.ceildiv(N, block), T.ceildiv(M, block), threads=128) as (bx, by):
                A_s = T.alloc_shared((block, block), dtype)
                C_l = T.alloc_fragment((block, block), dtype)
                T.copy(A[by * block, bx * block], A_s)
                for i, j in T.Parallel(block, block):
                    C_l[i, j] = op(A_s[i, j])
                T.copy(C_l, C[by * block, bx * block])

    return main


def branches(block, dtype="float32"):
    """C: the first rows of A plus 1, all others times 2; the value comes from one branch or the other."""

    @T.prim_func
    def main(A: T.Tensor((3 * block, 64), dtype), C: T.Tensor((3 * block, 64), dtype)):
        with T.Kernel(3, threads=128) as bx:
            A_s = T.alloc_shared((block, 64), dtype)
            B_l = T.alloc_fragment((block, 64), dtype)
            T.copy(A[bx * block, 0], A_s)
            if bx == 0:
                for i, j in T.Parallel(block, 64):
                    B_l[i, j] = A_s[i, j] + 1.0
            else:
                for i, j in T.Parallel(block, 64):
                    B_l[i, j] = A_s[i, j] * 2.0
            T.copy(B_l, C[bx * block, 0])

    return main


def updated_by_loop(block, steps, dtype="float32"):
    """C = A + steps, one at a time on the block that a tensor filled."""

    @T.prim_func
    def main(A: T.Tensor((block, block), dtype), C: T.Tensor((block, block), dtype)):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((block, block), dtype)
            T.copy(A, A_s)
            for _ in T.serial(steps):
                for i, j in T.Parallel(block, block):
                    A_s[i, j] = A_s[i, j] + 1.0
            T.copy(A_s, C)

    return main


def used_between_products(block):
    """C[k] = 1 + the squares of A's blocks up to k: an accumulator that is read between its steps."""

    @T.prim_func
    def main(A: T.Tensor((2, block, block), "bfloat16"), C: T.Tensor((2, block, block), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((block, block), "bfloat16")
            S_l = T.alloc_fragment((block, block), "float32")
            D_l = T.alloc_fragment((block, block), "float32")
            T.clear(S_l)
            for k in T.serial(2):
                T.copy(A[k, 0, 0], A_s)
                T.gemm(A_s, A_s, S_l)
                for i, j in T.Parallel(block, block):
                    D_l[i, j] = S_l[i, j] + 1.0
                T.copy(D_l, C[k, 0, 0])

    return main


def rescaled_products(block, steps):
    """C = (...(A[0] @ B) / 2 + A[1] @ B) / 2 + ...: an accumulator that is rescaled before each product."""

    @T.prim_func
    def main(
        A: T.Tensor((steps, block, block), "bfloat16"),
        B: T.Tensor((block, block), "bfloat16"),
        C: T.Tensor((block, block), "float32"),
    ):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((block, block), "bfloat16")
            B_s = T.alloc_shared((block, block), "bfloat16")
            C_l = T.alloc_fragment((block, block), "float32")
            T.copy(B, B_s)
            T.clear(C_l)
            for k in T.serial(steps):
                T.copy(A[k, 0, 0], A_s)
                for i, j in T.Parallel(block, block):
                    C_l[i, j] = C_l[i, j] * 0.5
                T.gemm(A_s, B_s, C_l)
            T.copy(C_l, C)

    return main


def exchanged(block, dtype="float32"):
    """C, D = B - A, A + B by way of a value that is read before both are stored."""

    @T.prim_func
    def main(
        A: T.Tensor((block, block), dtype),
        B: T.Tensor((block, block), dtype),
        C: T.Tensor((block, block), dtype),
        D: T.Tensor((block, block), dtype),
    ):
        with T.Kernel(1, threads=128) as _:
            A_l = T.alloc_fragment((block, block), dtype)
            B_l = T.alloc_fragment((block, block), dtype)
            T.copy(A, A_l)
            T.copy(B, B_l)
            for i, j in T.Parallel(block, block):
                difference = B_l[i, j] - A_l[i, j]
                B_l[i, j] = A_l[i, j] + B_l[i, j]
                A_l[i, j] = difference
            T.copy(A_l, C)
            T.copy(B_l, D)

    return main


def repeated_row(M, N, dtype="float32"):
    """C[i, j] = R[j] - 3 in one work item: the reader needs no index of it."""

    @T.prim_func
    def main(R: T.Tensor((N,), dtype), C: T.Tensor((M, N), dtype)):
        with T.Kernel(T.ceildiv(N, 64), T.ceildiv(M, 64), threads=128) as (bx, by):
            R_s = T.alloc_shared((64,), dtype)
            C_l = T.alloc_fragment((64, 64), dtype)
            T.copy(R[bx * 64], R_s)
            for i, j in T.Parallel(64, 64):
                C_l[i, j] = R_s[j] - 3.0
            T.copy(C_l, C[by * 64, bx * 64])

    return main

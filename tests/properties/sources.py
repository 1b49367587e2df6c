"""TileLang kernels around random expressions.

Annotations of kernels are evaluated as code, so this file does not postpone annotations.
"""

import tilelang.language as T


def elementwise(M, N, block_M, block_N, blocks, used, op, dtype):
    """C = op(A[0], ..., A[blocks - 1], R, S) of those in `used`; R runs along, S runs down."""

    @T.prim_func
    def main(
        A: T.Tensor((blocks, M, N), dtype),
        R: T.Tensor((N,), dtype),
        S: T.Tensor((M,), dtype),
        C: T.Tensor((M, N), dtype),
    ):
        with T.Kernel(T.ceildiv(N, block_N), T.ceildiv(M, block_M), threads=128) as (bx, by):
            shapes = [*[(block_M, block_N)] * blocks, (block_N,), (block_M,)]
            inputs = {k: T.alloc_shared(shapes[k], dtype) for k in used}
            C_l = T.alloc_fragment((block_M, block_N), dtype)
            for k in used:
                if k < blocks:
                    T.copy(A[k, by * block_M, bx * block_N], inputs[k])
                elif k == blocks:
                    T.copy(R[bx * block_N], inputs[k])
                else:
                    T.copy(S[by * block_M], inputs[k])
            for i, j in T.Parallel(block_M, block_N):
                indices = [*[(i, j)] * blocks, (j,), (i,)]
                C_l[i, j] = op({k: inputs[k][indices[k]] for k in used})
            T.copy(C_l, C[by * block_M, bx * block_N])

    return main


def reduced(M, N, block, kind, dim, start, before, behind, dtype):
    """V = the reduction of before(A); C = behind(A, V). `start` is what is joined, or None."""
    length = M if dim == 1 else N
    rows, cols = block

    @T.prim_func
    def main(A: T.Tensor((M, N), dtype), V: T.Tensor((length,), dtype), C: T.Tensor((M, N), dtype)):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((rows, cols), dtype)
            X_l = T.alloc_fragment((rows, cols), dtype)
            V_l = T.alloc_fragment((rows if dim == 1 else cols,), dtype)
            T.copy(A[0:rows, 0:cols], A_s)
            for i, j in T.Parallel(rows, cols):
                X_l[i, j] = before(A_s[i, j])
            if start is not None:
                T.fill(V_l, start)
            T.reduce(X_l, V_l, kind, dim, start is None)
            for i, j in T.Parallel(rows, cols):
                X_l[i, j] = behind(A_s[i, j], V_l[i] if dim == 1 else V_l[j])
            T.copy(V_l, V[0 : rows if dim == 1 else cols])
            T.copy(X_l, C[0:rows, 0:cols])

    return main

"""Kernels whose blocks are no multiples of a tile."""

import math

import tilelang.language as T


def scaled_rows(M, N, rows, dtype="float32"):
    """C = 2 A, blocks of any number of rows, one after the other on one core."""

    @T.prim_func
    def main(A: T.Tensor((M, N), dtype), C: T.Tensor((M, N), dtype)):
        with T.Kernel(1, threads=128) as _:
            a = T.alloc_fragment((rows, N), dtype)
            for s in T.serial(M // rows):
                T.copy(A[s * rows : (s + 1) * rows, 0:N], a)
                for i, j in T.Parallel(rows, N):
                    a[i, j] = 2 * a[i, j]
                T.copy(a, C[s * rows : (s + 1) * rows, 0:N])

    return main


def reduced(M, N, reduce, dim):
    """R = a reduction of the exponentials of A, one block of any shape."""
    shape = (M, N)
    size = N if dim == 0 else M

    @T.prim_func
    def main(A: T.Tensor(shape, "float32"), C: T.Tensor(shape, "float32"), R: T.Tensor((size,), "float32")):
        with T.Kernel(1, threads=128) as _:
            a = T.alloc_fragment(shape, "float32")
            r = T.alloc_fragment((size,), "float32")
            T.copy(A, a)
            for i, j in T.Parallel(M, N):
                a[i, j] = T.exp(a[i, j])
            reduce(a, r, dim=dim)
            T.copy(a, C)
            T.copy(r, R)

    return main


def product(M, N, K):
    """C = A @ B in one block, whose sum runs over no multiple of a tile."""

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"), B: T.Tensor((K, N), "bfloat16"), C: T.Tensor((M, N), "float32")
    ):
        with T.Kernel(1, threads=128) as _:
            a = T.alloc_shared((M, K), "bfloat16")
            b = T.alloc_shared((K, N), "bfloat16")
            c = T.alloc_fragment((M, N), "float32")
            T.copy(A, a)
            T.copy(B, b)
            T.clear(c)
            T.gemm(a, b, c)
            T.copy(c, C)

    return main


def decode(heads, groups, sequence, dim, block_H, block_N, dtype="bfloat16"):
    """One query a head: Out = softmax(Q @ K.T / sqrt(dim)) @ V; groups of heads share keys and values."""
    scale = math.log2(math.e) / math.sqrt(dim)
    per_group = heads // groups
    valid = min(block_H, per_group)
    shape, shared_shape = (heads, dim), (sequence, groups, dim)

    @T.prim_func
    def main(
        Q: T.Tensor(shape, dtype),
        K: T.Tensor(shared_shape, dtype),
        V: T.Tensor(shared_shape, dtype),
        Out: T.Tensor(shape, dtype),
    ):
        with T.Kernel(heads // valid, threads=128) as by:
            q = T.alloc_shared((block_H, dim), dtype)
            k = T.alloc_shared((block_N, dim), dtype)
            v = T.alloc_shared((block_N, dim), dtype)
            o = T.alloc_shared((valid, dim), dtype)
            s = T.alloc_fragment((block_H, block_N), "float32")
            p = T.alloc_fragment((block_H, block_N), dtype)
            acc = T.alloc_fragment((block_H, dim), "float32")
            top = T.alloc_fragment((block_H,), "float32")
            before = T.alloc_fragment((block_H,), "float32")
            total = T.alloc_fragment((block_H,), "float32")
            more = T.alloc_fragment((block_H,), "float32")
            group = by // (per_group // valid)
            T.copy(Q[by * valid : by * valid + block_H, 0:dim], q)
            T.clear(acc)
            T.clear(total)
            T.fill(top, -T.infinity("float32"))
            for n in T.Pipelined(T.ceildiv(sequence, block_N), num_stages=2):
                T.copy(K[n * block_N : (n + 1) * block_N, group, 0:dim], k)
                T.clear(s)
                T.gemm(q, k, s, transpose_B=True)
                T.copy(top, before)
                T.reduce_max(s, top, dim=1, clear=False)
                for i, j in T.Parallel(block_H, block_N):
                    s[i, j] = T.exp2(s[i, j] * scale - top[i] * scale)
                T.reduce_sum(s, more, dim=1)
                for i in T.Parallel(block_H):
                    total[i] = total[i] * T.exp2(before[i] * scale - top[i] * scale) + more[i]
                for i, j in T.Parallel(block_H, dim):
                    acc[i, j] *= T.exp2(before[i] * scale - top[i] * scale)
                T.copy(s, p)
                T.copy(V[n * block_N : (n + 1) * block_N, group, 0:dim], v)
                T.gemm(p, v, acc)
            for i, j in T.Parallel(block_H, dim):
                acc[i, j] /= total[i]
            T.copy(acc[:valid, :], o)
            T.copy(o, Out[by * valid : (by + 1) * valid, 0:dim])

    return main

"""TileLang sources of softmax and the norms.

Annotations of kernels are evaluated as code, so these files do not postpone annotations.
"""

import tilelang.language as T


def softmax(M, N, block, dtype="float32"):
    """C = softmax of the rows of A, whole rows in a block."""

    @T.prim_func
    def main(A: T.Tensor((M, N), dtype), C: T.Tensor((M, N), dtype)):
        with T.Kernel(T.ceildiv(M, block), threads=128) as bx:
            A_s = T.alloc_shared((block, N), dtype)
            X_l = T.alloc_fragment((block, N), "float32")
            high = T.alloc_fragment((block,), "float32")
            total = T.alloc_fragment((block,), "float32")
            T.copy(A[bx * block, 0], A_s)
            T.copy(A_s, X_l)
            T.reduce_max(X_l, high, dim=1)
            for i, j in T.Parallel(block, N):
                X_l[i, j] = T.exp(X_l[i, j] - high[i])
            T.reduce_sum(X_l, total, dim=1)
            for i, j in T.Parallel(block, N):
                X_l[i, j] = X_l[i, j] / total[i]
            T.copy(X_l, C[bx * block, 0])

    return main


def online_softmax(M, N, block, dtype="float32"):
    """C = softmax of the rows of A, block by block: once for maximum and sum, once for the values."""

    @T.prim_func
    def main(A: T.Tensor((M, N), dtype), C: T.Tensor((M, N), dtype)):
        with T.Kernel(M // 32, threads=128) as bx:
            A_s = T.alloc_shared((32, block), dtype)
            X_l = T.alloc_fragment((32, block), "float32")
            high = T.alloc_fragment((32,), "float32")
            before = T.alloc_fragment((32,), "float32")
            total = T.alloc_fragment((32,), "float32")
            part = T.alloc_fragment((32,), "float32")
            T.fill(high, -T.infinity("float32"))
            T.clear(total)
            for k in T.Pipelined(N // block, num_stages=2):
                T.copy(A[bx * 32, k * block], A_s)
                T.copy(A_s, X_l)
                T.copy(high, before)
                T.reduce_max(X_l, high, dim=1, clear=False)
                for i, j in T.Parallel(32, block):
                    X_l[i, j] = T.exp(X_l[i, j] - high[i])
                T.reduce_sum(X_l, part, dim=1)
                for i in T.Parallel(32):
                    total[i] = total[i] * T.exp(before[i] - high[i]) + part[i]
            for k in T.Pipelined(N // block, num_stages=2):
                T.copy(A[bx * 32, k * block], A_s)
                for i, j in T.Parallel(32, block):
                    X_l[i, j] = T.exp(A_s[i, j] - high[i]) / total[i]
                T.copy(X_l, C[bx * 32, k * block])

    return main


def rms_norm(M, N, block, dtype="float32"):
    """C = A / sqrt(mean of the squares of the row + 1e-6) * W."""

    @T.prim_func
    def main(A: T.Tensor((M, N), dtype), W: T.Tensor((N,), dtype), C: T.Tensor((M, N), dtype)):
        with T.Kernel(M // block, threads=128) as bx:
            A_s = T.alloc_shared((block, N), dtype)
            W_s = T.alloc_shared((N,), dtype)
            X_l = T.alloc_fragment((block, N), "float32")
            scale = T.alloc_fragment((block,), "float32")
            T.copy(A[bx * block, 0], A_s)
            T.copy(W, W_s)
            for i, j in T.Parallel(block, N):
                X_l[i, j] = A_s[i, j] * A_s[i, j]
            T.reduce_sum(X_l, scale, dim=1)
            for i in T.Parallel(block):
                scale[i] = T.rsqrt(scale[i] / N + 1e-6)
            for i, j in T.Parallel(block, N):
                X_l[i, j] = A_s[i, j] * scale[i] * W_s[j]
            T.copy(X_l, C[bx * block, 0])

    return main


def rms_norm_split(M, N, block, dtype="float32"):
    """C = A / sqrt(mean of the squares of the row + 1e-6), with rows cut into blocks."""

    @T.prim_func
    def main(A: T.Tensor((M, N), dtype), C: T.Tensor((M, N), dtype)):
        with T.Kernel(M // 32, threads=128) as bx:
            A_s = T.alloc_shared((32, block), dtype)
            X_l = T.alloc_fragment((32, block), "float32")
            scale = T.alloc_fragment((32,), "float32")
            T.clear(X_l)
            for k in T.serial(N // block):
                T.copy(A[bx * 32, k * block], A_s)
                for i, j in T.Parallel(32, block):
                    X_l[i, j] += A_s[i, j] * A_s[i, j]
            T.reduce_sum(X_l, scale, dim=1)
            for i in T.Parallel(32):
                scale[i] = T.rsqrt(scale[i] / N + 1e-6)
            for k in T.serial(N // block):
                T.copy(A[bx * 32, k * block], A_s)
                for i, j in T.Parallel(32, block):
                    X_l[i, j] = A_s[i, j] * scale[i]
                T.copy(X_l, C[bx * 32, k * block])

    return main


def layer_norm(M, N, block, dtype="float32"):
    """C = (A - mean) / sqrt(variance + 1e-5) * W + B, of each row."""

    @T.prim_func
    def main(
        A: T.Tensor((M, N), dtype),
        W: T.Tensor((N,), dtype),
        B: T.Tensor((N,), dtype),
        C: T.Tensor((M, N), dtype),
    ):
        with T.Kernel(M // block, threads=128) as bx:
            A_s = T.alloc_shared((block, N), dtype)
            W_s = T.alloc_shared((N,), dtype)
            B_s = T.alloc_shared((N,), dtype)
            X_l = T.alloc_fragment((block, N), "float32")
            S_l = T.alloc_fragment((block, N), "float32")
            mean = T.alloc_fragment((block,), "float32")
            scale = T.alloc_fragment((block,), "float32")
            T.copy(A[bx * block, 0], A_s)
            T.copy(W, W_s)
            T.copy(B, B_s)
            T.copy(A_s, X_l)
            T.reduce_sum(X_l, mean, dim=1)
            for i, j in T.Parallel(block, N):
                X_l[i, j] = X_l[i, j] - mean[i] / N
            for i, j in T.Parallel(block, N):
                S_l[i, j] = X_l[i, j] * X_l[i, j]
            T.reduce_sum(S_l, scale, dim=1)
            for i in T.Parallel(block):
                scale[i] = T.rsqrt(scale[i] / N + 1e-5)
            for i, j in T.Parallel(block, N):
                X_l[i, j] = X_l[i, j] * scale[i] * W_s[j] + B_s[j]
            T.copy(X_l, C[bx * block, 0])

    return main

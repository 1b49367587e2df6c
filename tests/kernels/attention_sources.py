"""TileLang sources of attention.

Annotations of kernels are evaluated as code, so these files do not postpone annotations.
"""

import math

import tilelang.language as T


def flash_attention(heads, sequence, dim, block, dtype="bfloat16"):
    """Out = softmax(Q @ K.T / sqrt(dim)) @ V for each head, over blocks of K and V."""
    scale = math.log2(math.e) / math.sqrt(dim)
    shape = (heads, sequence, dim)

    @T.prim_func
    def main(
        Q: T.Tensor(shape, dtype),
        K: T.Tensor(shape, dtype),
        V: T.Tensor(shape, dtype),
        Out: T.Tensor(shape, dtype),
    ):
        with T.Kernel(sequence // block, heads, threads=128) as (bx, by):
            Q_s = T.alloc_shared((block, dim), dtype)
            K_s = T.alloc_shared((block, dim), dtype)
            V_s = T.alloc_shared((block, dim), dtype)
            S_l = T.alloc_fragment((block, block), "float32")
            P_l = T.alloc_fragment((block, block), dtype)
            O_l = T.alloc_fragment((block, dim), "float32")
            high = T.alloc_fragment((block,), "float32")
            before = T.alloc_fragment((block,), "float32")
            rescale = T.alloc_fragment((block,), "float32")
            part = T.alloc_fragment((block,), "float32")
            total = T.alloc_fragment((block,), "float32")
            T.copy(Q[by, bx * block, 0], Q_s)
            T.clear(O_l)
            T.clear(total)
            T.fill(high, -T.infinity("float32"))
            for k in T.Pipelined(sequence // block, num_stages=2):
                T.copy(K[by, k * block, 0], K_s)
                T.clear(S_l)
                T.gemm(Q_s, K_s, S_l, transpose_B=True)
                T.copy(high, before)
                T.reduce_max(S_l, high, dim=1, clear=False)
                for i in T.Parallel(block):
                    rescale[i] = T.exp2(before[i] * scale - high[i] * scale)
                for i, j in T.Parallel(block, block):
                    S_l[i, j] = T.exp2(S_l[i, j] * scale - high[i] * scale)
                T.reduce_sum(S_l, part, dim=1)
                for i in T.Parallel(block):
                    total[i] = total[i] * rescale[i] + part[i]
                T.copy(S_l, P_l)
                for i, j in T.Parallel(block, dim):
                    O_l[i, j] *= rescale[i]
                T.copy(V[by, k * block, 0], V_s)
                T.gemm(P_l, V_s, O_l)
            for i, j in T.Parallel(block, dim):
                O_l[i, j] /= total[i]
            T.copy(O_l, Out[by, bx * block, 0])

    return main

"""Attention in one pass over the keys: softmax(Q K^T / sqrt(d)) V, block by block.

The scores of a block never leave the core: they go from the matrix unit to the vector unit and back
through L1.

Usage: python examples/flash_attention.py
"""

import math

import tilelang.language as T
import tilelang_tenstorrent as tt
import torch


def attention(batch, sequence, heads, dim, groups=1, causal=False, block=64):
    """Out of Q, K, V (batch, sequence, heads, dim); `groups` heads of Q share one head of K and V.

    A query attends to all keys, or if `causal` to those before and at its own position.
    """
    scale = math.log2(math.e) / math.sqrt(dim)  # exp2 takes the place of exp
    queries, keys = (batch, sequence, heads, dim), (batch, sequence, heads // groups, dim)
    nothing = -T.infinity("float32")

    @T.prim_func
    def main(
        Q: T.Tensor(queries, "bfloat16"),
        K: T.Tensor(keys, "bfloat16"),
        V: T.Tensor(keys, "bfloat16"),
        Out: T.Tensor(queries, "bfloat16"),
    ):
        with T.Kernel(sequence // block, heads, batch, threads=128) as (bx, head, bz):
            q = T.alloc_shared((block, dim), "bfloat16")
            k = T.alloc_shared((block, dim), "bfloat16")
            v = T.alloc_shared((block, dim), "bfloat16")
            scores = T.alloc_fragment((block, block), "float32")
            weights = T.alloc_fragment((block, block), "bfloat16")
            out = T.alloc_fragment((block, dim), "float32")
            highest = T.alloc_fragment((block,), "float32")
            highest_before = T.alloc_fragment((block,), "float32")
            rescale = T.alloc_fragment((block,), "float32")
            block_sum = T.alloc_fragment((block,), "float32")
            total = T.alloc_fragment((block,), "float32")

            T.copy(Q[bz, bx * block : (bx + 1) * block, head, :], q)
            T.fill(out, 0)
            T.fill(total, 0)
            T.fill(highest, nothing)
            # Blocks of keys behind the block of queries have no weight: causal attention leaves them out.
            for step in T.Pipelined(bx + 1 if causal else sequence // block, num_stages=2):
                T.copy(K[bz, step * block : (step + 1) * block, head // groups, :], k)
                if causal:
                    for i, j in T.Parallel(block, block):
                        scores[i, j] = T.if_then_else(bx * block + i >= step * block + j, 0.0, nothing)
                else:
                    T.clear(scores)
                T.gemm(q, k, scores, transpose_B=True)
                T.copy(highest, highest_before)
                T.reduce_max(scores, highest, dim=1, clear=False)
                for i in T.Parallel(block):
                    rescale[i] = T.exp2((highest_before[i] - highest[i]) * scale)
                for i, j in T.Parallel(block, block):
                    scores[i, j] = T.exp2((scores[i, j] - highest[i]) * scale)
                T.reduce_sum(scores, block_sum, dim=1)
                for i in T.Parallel(block):
                    total[i] = total[i] * rescale[i] + block_sum[i]
                T.copy(scores, weights)
                for i, j in T.Parallel(block, dim):
                    out[i, j] *= rescale[i]
                T.copy(V[bz, step * block : (step + 1) * block, head // groups, :], v)
                T.gemm(weights, v, out)
            for i, j in T.Parallel(block, dim):
                out[i, j] /= total[i]
            T.copy(out, Out[bz, bx * block : (bx + 1) * block, head, :])

    return main


def main():
    torch.manual_seed(0)
    for name, options in (
        ("every head its own keys", {}),
        ("two heads share keys, causal", {"groups": 2, "causal": True}),
    ):
        q = torch.randn(1, 128, 4, 64).bfloat16()
        k, v = (torch.randn(1, 128, 4 // options.get("groups", 1), 64).bfloat16() for _ in range(2))
        out = torch.empty_like(q)
        program = tt.build(attention(1, 128, 4, 64, **options))
        program(q, k, v, out)

        reference = torch.nn.functional.scaled_dot_product_attention(
            *(x.double().transpose(1, 2) for x in (q, k, v)),
            is_causal=options.get("causal", False),
            enable_gqa=True,
        ).transpose(1, 2)
        print(f"{name}: largest error against float64: {(out.double() - reference).abs().max():.2g}")


if __name__ == "__main__":
    main()

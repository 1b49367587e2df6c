"""Attention in one pass over the keys: softmax(Q K^T / sqrt(d)) V, block by block.

The scores of a block never leave the core: they go from the matrix unit to the vector unit and back
through L1.

Usage: python examples/flash_attention.py
"""

import math

import tilelang.language as T
import tilelang_tenstorrent as tt
import torch

HEADS, SEQUENCE, DIM, BLOCK = 4, 256, 64, 64
SCALE = math.log2(math.e) / math.sqrt(DIM)  # exp2 takes the place of exp


@T.prim_func
def attention(
    Q: T.Tensor((HEADS, SEQUENCE, DIM), "bfloat16"),
    K: T.Tensor((HEADS, SEQUENCE, DIM), "bfloat16"),
    V: T.Tensor((HEADS, SEQUENCE, DIM), "bfloat16"),
    Out: T.Tensor((HEADS, SEQUENCE, DIM), "bfloat16"),
):
    with T.Kernel(SEQUENCE // BLOCK, HEADS, threads=128) as (bx, head):
        q = T.alloc_shared((BLOCK, DIM), "bfloat16")
        k = T.alloc_shared((BLOCK, DIM), "bfloat16")
        v = T.alloc_shared((BLOCK, DIM), "bfloat16")
        scores = T.alloc_fragment((BLOCK, BLOCK), "float32")
        weights = T.alloc_fragment((BLOCK, BLOCK), "bfloat16")
        out = T.alloc_fragment((BLOCK, DIM), "float32")
        highest = T.alloc_fragment((BLOCK,), "float32")
        highest_before = T.alloc_fragment((BLOCK,), "float32")
        rescale = T.alloc_fragment((BLOCK,), "float32")
        block_sum = T.alloc_fragment((BLOCK,), "float32")
        total = T.alloc_fragment((BLOCK,), "float32")

        T.copy(Q[head, bx * BLOCK, 0], q)
        T.fill(out, 0)
        T.fill(total, 0)
        T.fill(highest, -T.infinity("float32"))
        for step in T.Pipelined(SEQUENCE // BLOCK, num_stages=2):
            T.copy(K[head, step * BLOCK, 0], k)
            T.clear(scores)
            T.gemm(q, k, scores, transpose_B=True)
            T.copy(highest, highest_before)
            T.reduce_max(scores, highest, dim=1, clear=False)
            for i in T.Parallel(BLOCK):
                rescale[i] = T.exp2((highest_before[i] - highest[i]) * SCALE)
            for i, j in T.Parallel(BLOCK, BLOCK):
                scores[i, j] = T.exp2((scores[i, j] - highest[i]) * SCALE)
            T.reduce_sum(scores, block_sum, dim=1)
            for i in T.Parallel(BLOCK):
                total[i] = total[i] * rescale[i] + block_sum[i]
            T.copy(scores, weights)
            for i, j in T.Parallel(BLOCK, DIM):
                out[i, j] *= rescale[i]
            T.copy(V[head, step * BLOCK, 0], v)
            T.gemm(weights, v, out)
        for i, j in T.Parallel(BLOCK, DIM):
            out[i, j] /= total[i]
        T.copy(out, Out[head, bx * BLOCK, 0])


def main():
    torch.manual_seed(0)
    q, k, v = (torch.randn(HEADS, SEQUENCE, DIM).bfloat16() for _ in range(3))
    out = torch.empty_like(q)
    program = tt.build(attention)
    program(q, k, v, out)

    reference = torch.softmax(q.double() @ k.double().mT / math.sqrt(DIM), -1) @ v.double()
    print(f"largest error against float64: {(out.double() - reference).abs().max():.2g}")
    print(f"compute kernel: {len(program.sources['compute.cpp'].splitlines())} lines")


if __name__ == "__main__":
    main()

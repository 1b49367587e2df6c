"""Flash decoding: one query a head, keys and values split over cores, the parts combined by a second kernel.

The heads of a group share keys and values. They are fewer than 32, so their blocks are padded to a tile.

Usage: python examples/flash_decoding.py
"""

import math

import tilelang.language as T
import tilelang_tenstorrent as tt
import torch


def flash_decoding(batch, heads, groups, sequence, dim, splits, block_N=64):
    """Out = softmax(Q @ K.T / sqrt(dim)) @ V of one query a head, with as many splits of the sequence."""
    scale = math.log2(math.e) / math.sqrt(dim)
    H, rows = heads // groups, sequence // splits
    query, keys = (batch, heads, dim), (batch, sequence, groups, dim)
    parts, column = (batch, splits, heads, dim), (batch, splits, heads, 1)

    @T.prim_func
    def main(
        Q: T.Tensor(query, "bfloat16"),
        K: T.Tensor(keys, "bfloat16"),
        V: T.Tensor(keys, "bfloat16"),
        Out: T.Tensor(query, "bfloat16"),
    ):
        # What each split has: its output, and the log2 of its sum of weights.
        Parts = T.alloc_global(parts, "float32")
        Weight = T.alloc_global(column, "float32")
        with T.Kernel(splits, groups, batch, threads=128) as (bs, bg, bb):
            q = T.alloc_shared((H, dim), "bfloat16")
            k = T.alloc_shared((block_N, dim), "bfloat16")
            v = T.alloc_shared((block_N, dim), "bfloat16")
            s = T.alloc_fragment((H, block_N), "float32")
            p = T.alloc_shared((H, block_N), "bfloat16")
            acc = T.alloc_fragment((H, dim), "float32")
            top = T.alloc_fragment((H, 1), "float32")
            before = T.alloc_fragment((H, 1), "float32")
            total = T.alloc_fragment((H, 1), "float32")
            more = T.alloc_fragment((H, 1), "float32")
            T.copy(Q[bb, bg * H : (bg + 1) * H, 0:dim], q)
            T.clear(acc)
            T.clear(total)
            T.fill(top, -T.infinity("float32"))
            for n in T.Pipelined(rows // block_N, num_stages=2):
                T.copy(K[bb, bs * rows + n * block_N : bs * rows + (n + 1) * block_N, bg, 0:dim], k)
                T.clear(s)
                T.gemm(q, k, s, transpose_B=True)
                T.copy(top, before)
                T.reduce_max(s, top, dim=1, clear=False)
                for i, j in T.Parallel(H, block_N):
                    s[i, j] = T.exp2(s[i, j] * scale - top[i, 0] * scale)
                T.reduce_sum(s, more, dim=1)
                for i, j in T.Parallel(H, 1):
                    total[i, j] = total[i, j] * T.exp2(before[i, j] * scale - top[i, j] * scale) + more[i, j]
                for i, j in T.Parallel(H, dim):
                    acc[i, j] *= T.exp2(before[i, 0] * scale - top[i, 0] * scale)
                T.copy(s, p)
                T.copy(V[bb, bs * rows + n * block_N : bs * rows + (n + 1) * block_N, bg, 0:dim], v)
                T.gemm(p, v, acc)
            for i, j in T.Parallel(H, dim):
                acc[i, j] /= total[i, 0]
            for i, j in T.Parallel(H, 1):
                total[i, j] = T.log2(total[i, j]) + top[i, j] * scale
            T.copy(acc, Parts[bb, bs, bg * H : (bg + 1) * H, 0:dim])
            T.copy(total, Weight[bb, bs, bg * H : (bg + 1) * H, 0:1])

        with T.Kernel(groups, batch, threads=128) as (bg, bb):
            part = T.alloc_shared((H, dim), "float32")
            weight = T.alloc_fragment((H, 1), "float32")
            acc = T.alloc_fragment((H, dim), "float32")
            top = T.alloc_fragment((H, 1), "float32")
            total = T.alloc_fragment((H, 1), "float32")
            T.clear(acc)
            T.clear(total)
            T.fill(top, -T.infinity("float32"))
            for s in T.serial(splits):
                T.copy(Weight[bb, s, bg * H : (bg + 1) * H, 0:1], weight)
                for i, j in T.Parallel(H, 1):
                    top[i, j] = T.max(top[i, j], weight[i, j])
            for s in T.serial(splits):
                T.copy(Weight[bb, s, bg * H : (bg + 1) * H, 0:1], weight)
                T.copy(Parts[bb, s, bg * H : (bg + 1) * H, 0:dim], part)
                for i, j in T.Parallel(H, 1):
                    weight[i, j] = T.exp2(weight[i, j] - top[i, j])
                for i, j in T.Parallel(H, 1):
                    total[i, j] += weight[i, j]
                for i, j in T.Parallel(H, dim):
                    acc[i, j] += part[i, j] * weight[i, 0]
            for i, j in T.Parallel(H, dim):
                acc[i, j] /= total[i, 0]
            T.copy(acc, Out[bb, bg * H : (bg + 1) * H, 0:dim])

    return main


def main():
    torch.manual_seed(0)
    batch, heads, groups, sequence, dim = 1, 16, 2, 512, 64
    q = torch.randn(batch, heads, dim).bfloat16()
    k, v = (torch.randn(batch, sequence, groups, dim).bfloat16() for _ in range(2))
    out = torch.empty_like(q)
    tt.build(flash_decoding(batch, heads, groups, sequence, dim, splits=4))(q, k, v, out)

    k, v = (x.float().permute(0, 2, 1, 3).repeat_interleave(heads // groups, 1) for x in (k, v))
    reference = torch.nn.functional.scaled_dot_product_attention(q.float()[:, :, None], k, v)[:, :, 0]
    error = (out.float() - reference).abs().max() / reference.abs().max()
    print(f"{heads} heads, {sequence} keys in 4 parts: largest error {error:.4f} of the largest value")


if __name__ == "__main__":
    main()

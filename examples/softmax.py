"""Softmax of rows: whole rows in a block, and rows of any length in one pass over them (online softmax).

Usage: python examples/softmax.py
"""

import tilelang.language as T
import tilelang_tenstorrent as tt
import torch


def softmax(M, N, block_M=32):
    """C = softmax of the rows of A; a block holds whole rows, so each element is read once."""

    @T.prim_func
    def main(A: T.Tensor((M, N), "bfloat16"), C: T.Tensor((M, N), "bfloat16")):
        with T.Kernel(T.ceildiv(M, block_M), threads=128) as bx:
            a = T.alloc_shared((block_M, N), "bfloat16")
            x = T.alloc_fragment((block_M, N), "float32")
            highest = T.alloc_fragment((block_M,), "float32")
            total = T.alloc_fragment((block_M,), "float32")
            T.copy(A[bx * block_M, 0], a)
            T.copy(a, x)
            T.reduce_max(x, highest, dim=1)
            for i, j in T.Parallel(block_M, N):
                x[i, j] = T.exp(x[i, j] - highest[i])
            T.reduce_sum(x, total, dim=1)
            for i, j in T.Parallel(block_M, N):
                x[i, j] = x[i, j] / total[i]
            T.copy(x, C[bx * block_M, 0])

    return main


def online_softmax(M, N, block_M=32, block_N=128):
    """The same for rows that do not fit: maximum and sum are carried along, then the row is read again."""

    @T.prim_func
    def main(A: T.Tensor((M, N), "bfloat16"), C: T.Tensor((M, N), "bfloat16")):
        with T.Kernel(T.ceildiv(M, block_M), threads=128) as bx:
            a = T.alloc_shared((block_M, block_N), "bfloat16")
            x = T.alloc_fragment((block_M, block_N), "float32")
            highest = T.alloc_fragment((block_M,), "float32")
            before = T.alloc_fragment((block_M,), "float32")
            total = T.alloc_fragment((block_M,), "float32")
            part = T.alloc_fragment((block_M,), "float32")
            T.fill(highest, -T.infinity("float32"))
            T.clear(total)
            for k in T.Pipelined(N // block_N, num_stages=2):
                T.copy(A[bx * block_M, k * block_N], a)
                T.copy(a, x)
                T.copy(highest, before)
                T.reduce_max(x, highest, dim=1, clear=False)
                for i, j in T.Parallel(block_M, block_N):
                    x[i, j] = T.exp(x[i, j] - highest[i])
                T.reduce_sum(x, part, dim=1)
                # What was summed before is relative to a smaller maximum.
                for i in T.Parallel(block_M):
                    total[i] = total[i] * T.exp(before[i] - highest[i]) + part[i]
            for k in T.Pipelined(N // block_N, num_stages=2):
                T.copy(A[bx * block_M, k * block_N], a)
                for i, j in T.Parallel(block_M, block_N):
                    x[i, j] = T.exp(a[i, j] - highest[i]) / total[i]
                T.copy(x, C[bx * block_M, k * block_N])

    return main


def main():
    torch.manual_seed(0)
    a = torch.randn(64, 256).bfloat16()
    reference = torch.softmax(a.double(), 1)
    for make in (softmax, online_softmax):
        c = torch.empty_like(a)
        tt.build(make(64, 256))(a, c)
        print(f"{make.__name__}: largest error against float64: {(c.double() - reference).abs().max():.2g}")


if __name__ == "__main__":
    main()

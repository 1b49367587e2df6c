"""Copies that change something on the way: the dtype, the order of dimensions, the order of rows.

Usage: python examples/copies.py
"""

import tilelang.language as T
import tilelang_tenstorrent as tt
import torch


def cast(M, N, source, target, block=64):
    """B = A in another dtype; a float32 is rounded to the nearest bfloat16."""

    @T.prim_func
    def main(A: T.Tensor((M, N), source), B: T.Tensor((M, N), target)):
        with T.Kernel(T.ceildiv(N, block), T.ceildiv(M, block), threads=128) as (bx, by):
            a = T.alloc_shared((block, block), source)
            b = T.alloc_fragment((block, block), target)
            T.copy(A[by * block, bx * block], a)
            T.copy(a, b)
            T.copy(b, B[by * block, bx * block])

    return main


def heads_first(B, S, H, D, block=32):
    """Out (B, H, S, D) of A (B, S, H, D); the host tiles dimensions S and D of both, so whole tiles move."""

    @T.prim_func
    def main(A: T.Tensor((B, S, H, D), "bfloat16"), Out: T.Tensor((B, H, S, D), "bfloat16")):
        with T.Kernel(T.ceildiv(S, block), H, B, threads=128) as (bx, by, bz):
            a = T.alloc_shared((block, D), "bfloat16")
            T.copy(A[bz, bx * block : (bx + 1) * block, by, :], a)
            T.copy(a, Out[bz, by, bx * block : (bx + 1) * block, :])

    return main


def gather_rows(M, N, step, block=32):
    """B = the blocks of A's rows in another order: where each comes from is affine in where it goes."""

    @T.prim_func
    def main(A: T.Tensor((M, N), "bfloat16"), B: T.Tensor((M // step, N), "bfloat16")):
        with T.Kernel(M // step // block, threads=128) as bx:
            a = T.alloc_shared((block, N), "bfloat16")
            T.copy(A[(M // block - 1 - bx * step) * block, 0], a)
            T.copy(a, B[bx * block, 0])

    return main


def main():
    torch.manual_seed(0)
    a = torch.randn(128, 64)
    b = torch.empty(128, 64, dtype=torch.bfloat16)
    tt.build(cast(128, 64, "float32", "bfloat16"))(a, b)
    print(f"cast to bfloat16: {'as torch' if torch.equal(b, a.bfloat16()) else 'wrong'}")

    x = torch.randn(2, 64, 4, 64).bfloat16()
    y = torch.empty(2, 4, 64, 64, dtype=torch.bfloat16)
    tt.build(heads_first(2, 64, 4, 64))(x, y)
    print(f"heads first: {'as torch' if torch.equal(y, x.transpose(1, 2)) else 'wrong'}")

    g = torch.empty(64, 64, dtype=torch.bfloat16)
    tt.build(gather_rows(128, 64, 2))(b, g)
    wanted = b.reshape(4, 32, 64).flip(0)[::2].reshape(64, 64)
    print(f"every second block from the end: {'as torch' if torch.equal(g, wanted) else 'wrong'}")


if __name__ == "__main__":
    main()

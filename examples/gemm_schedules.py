"""One matrix product, three ways to hand out its work: batched, persistent, split over K.

Usage: python examples/gemm_schedules.py
"""

import tilelang.language as T
import tilelang_tenstorrent as tt
import torch


def batched(B, M, N, K, block=64):
    """C[b] = A[b] @ B[b]; the batch is the third axis of the grid."""

    @T.prim_func
    def main(
        A: T.Tensor((B, M, K), "bfloat16"),
        W: T.Tensor((B, K, N), "bfloat16"),
        C: T.Tensor((B, M, N), "bfloat16"),
    ):
        with T.Kernel(T.ceildiv(N, block), T.ceildiv(M, block), B, threads=128) as (bx, by, bz):
            a = T.alloc_shared((block, block), "bfloat16")
            w = T.alloc_shared((block, block), "bfloat16")
            c = T.alloc_fragment((block, block), "float32")
            T.clear(c)
            for k in T.Pipelined(T.ceildiv(K, block), num_stages=2):
                T.copy(A[bz, by * block, k * block], a)
                T.copy(W[bz, k * block, bx * block], w)
                T.gemm(a, w, c)
            T.copy(c, C[bz, by * block, bx * block])

    return main


def persistent(M, N, K, workers, block=64):
    """`workers` programs share the blocks of C, a few each, as T.Persistent deals them out."""

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"),
        B: T.Tensor((K, N), "bfloat16"),
        C: T.Tensor((M, N), "bfloat16"),
    ):
        with T.Kernel(workers, threads=128) as worker:
            a = T.alloc_shared((block, block), "bfloat16")
            b = T.alloc_shared((block, block), "bfloat16")
            c = T.alloc_fragment((block, block), "float32")
            for by, bx in T.Persistent([T.ceildiv(M, block), T.ceildiv(N, block)], workers, worker):
                T.clear(c)
                for k in T.Pipelined(T.ceildiv(K, block), num_stages=2):
                    T.copy(A[by * block, k * block], a)
                    T.copy(B[k * block, bx * block], b)
                    T.gemm(a, b, c)
                T.copy(c, C[by * block, bx * block])

    return main


def split_k(M, N, K, parts, block=64):
    """C += A @ B, the sum over K in parts. Additions have one order, on one core or from core to core."""

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"),
        B: T.Tensor((K, N), "bfloat16"),
        C: T.Tensor((M, N), "float32"),
    ):
        with T.Kernel(T.ceildiv(N, block), T.ceildiv(M, block), parts, threads=128) as (bx, by, bz):
            a = T.alloc_shared((block, block), "bfloat16")
            b = T.alloc_shared((block, block), "bfloat16")
            c = T.alloc_fragment((block, block), "float32")
            T.clear(c)
            for k in T.Pipelined(K // parts // block, num_stages=2):
                T.copy(A[by * block, bz * (K // parts) + k * block], a)
                T.copy(B[bz * (K // parts) + k * block, bx * block], b)
                T.gemm(a, b, c)
            T.atomic_add(C[by * block, bx * block], c)

    return main


def main():
    torch.manual_seed(0)
    a, b = torch.randint(-1, 2, (128, 256)).bfloat16(), torch.randint(-1, 2, (256, 192)).bfloat16()
    product = a.float() @ b.float()

    c = torch.empty(128, 192, dtype=torch.bfloat16)
    tt.build(persistent(128, 192, 256, workers=4))(a, b, c)
    print(f"persistent: {'exact' if torch.equal(c, product.bfloat16()) else 'wrong'}")

    c = torch.ones(128, 192)
    tt.build(split_k(128, 192, 256, parts=2))(a, b, c)
    print(f"split over K: {'exact' if torch.equal(c, product + 1) else 'wrong'}")

    a, b = (torch.stack([x, -x, 2 * x]) for x in (a, b))
    c = torch.empty(3, 128, 192, dtype=torch.bfloat16)
    tt.build(batched(3, 128, 192, 256))(a, b, c)
    print(f"batched: {'exact' if torch.equal(c, (a.float() @ b.float()).bfloat16()) else 'wrong'}")


if __name__ == "__main__":
    main()

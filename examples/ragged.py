"""Groups of different sizes in one tensor: products of groups, and a list of blocks to skip.

Where groups start, how long they are and which blocks count stands in integer tensors: the kernels read it
at run time. Groups need not start on a tile.

Usage: python examples/ragged.py
"""

import itertools

import tilelang.language as T
import tilelang_tenstorrent as tt
import torch


def grouped_product(sizes, K, N, block=64):
    """C = A @ B[group] for the rows of each group; the groups lie in A one after the other."""
    rows, groups = sum(sizes), len(sizes)
    blocks = sum((size + block - 1) // block for size in sizes)

    @T.prim_func
    def main(
        A: T.Tensor((rows, K), "bfloat16"),
        B: T.Tensor((groups, K, N), "bfloat16"),
        Sizes: T.Tensor((groups,), "int32"),
        Starts: T.Tensor((groups,), "int32"),
        FirstBlocks: T.Tensor((groups,), "int32"),
        C: T.Tensor((rows, N), "bfloat16"),
    ):
        with T.Kernel(blocks, N // block, threads=128) as (bx, by):
            a = T.alloc_shared((block, block), "bfloat16")
            b = T.alloc_shared((block, block), "bfloat16")
            c = T.alloc_fragment((block, block), "float32")
            group = T.alloc_var("int32")
            group = 0
            for g in T.serial(groups):
                group = T.if_then_else(bx >= FirstBlocks[g], g, group)
            first = (bx - FirstBlocks[group]) * block  # row of this block in its group
            row = Starts[group] + first
            T.clear(c)
            for k in T.Pipelined(K // block, num_stages=2):
                T.copy(A[row : row + block, k * block : (k + 1) * block], a)
                T.copy(B[group, k * block : (k + 1) * block, by * block : (by + 1) * block], b)
                T.gemm(a, b, c)
            for i, j in T.Parallel(block, block):
                if first + i < Sizes[group]:
                    C[row + i, by * block + j] = c[i, j]

    return main


def block_sparse_product(M, N, K, block=64):
    """C = A @ B over the blocks of A that the mask names; the others are not even read."""

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"),
        B: T.Tensor((K, N), "bfloat16"),
        Mask: T.Tensor((M // block, K // block), "bool"),
        C: T.Tensor((M, N), "bfloat16"),
    ):
        with T.Kernel(N // block, M // block, threads=128) as (bx, by):
            a = T.alloc_shared((block, block), "bfloat16")
            b = T.alloc_shared((block, block), "bfloat16")
            c = T.alloc_fragment((block, block), "float32")
            T.clear(c)
            for k in T.Pipelined(K // block, num_stages=2):
                if Mask[by, k]:
                    T.copy(A[by * block, k * block], a)
                    T.copy(B[k * block, bx * block], b)
                    T.gemm(a, b, c)
            T.copy(c, C[by * block, bx * block])

    return main


def starts_of(sizes):
    """Where each part starts if they lie one after the other, as an int32 tensor."""
    return torch.tensor([0, *itertools.accumulate(sizes)][:-1], dtype=torch.int32)


def report(name, actual, expected):
    print(f"{name}: {'exact' if torch.equal(actual.double(), expected) else 'wrong'}")


def main():
    torch.manual_seed(0)
    sizes, K, N = [63, 100, 5, 130], 128, 128
    A = torch.randint(-1, 2, (sum(sizes), K)).bfloat16()
    B = torch.randint(-1, 2, (len(sizes), K, N)).bfloat16()
    C = torch.zeros(sum(sizes), N, dtype=torch.bfloat16)
    blocks = [(size + 63) // 64 for size in sizes]
    program = tt.build(grouped_product(tuple(sizes), K, N))
    program(A, B, torch.tensor(sizes, dtype=torch.int32), starts_of(sizes), starts_of(blocks), C)
    parts = zip(A.double().split(sizes), B.double(), strict=True)
    report("grouped product", C, torch.cat([a @ b for a, b in parts]))

    A = torch.randint(-1, 2, (256, 512)).bfloat16()
    B = torch.randint(-1, 2, (512, 128)).bfloat16()
    mask = torch.rand(4, 8) < 0.4
    C = torch.zeros(256, 128, dtype=torch.bfloat16)
    tt.build(block_sparse_product(256, 128, 512))(A, B, mask, C)
    kept = A.double() * mask.repeat_interleave(64, 0).repeat_interleave(64, 1)
    report("block-sparse product", C, kept @ B.double())


if __name__ == "__main__":
    main()

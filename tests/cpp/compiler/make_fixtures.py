"""Writes the kernels of the C++ compiler tests as serialised modules: one JSON file each."""

import sys
from pathlib import Path

import tilelang.language as T
from tilelang import tvm


def gemm(M=128, N=96, K=96, block_M=64, block_N=32, block_K=32):
    @T.prim_func
    def gemm(
        A: T.Tensor((M, K), "bfloat16"), B: T.Tensor((K, N), "bfloat16"), C: T.Tensor((M, N), "float32")
    ):
        with T.Kernel(T.ceildiv(N, block_N), T.ceildiv(M, block_M), threads=128) as (bx, by):
            A_shared = T.alloc_shared((block_M, block_K), "bfloat16")
            B_shared = T.alloc_shared((block_K, block_N), "bfloat16")
            C_local = T.alloc_fragment((block_M, block_N), "float32")
            T.clear(C_local)
            for k in T.Pipelined(T.ceildiv(K, block_K), num_stages=2):
                T.copy(A[by * block_M, k * block_K], A_shared)
                T.copy(B[k * block_K, bx * block_N], B_shared)
                T.gemm(A_shared, B_shared, C_local)
            T.copy(C_local, C[by * block_M, bx * block_N])

    return gemm


def elementwise(M=64, N=128, block_M=32, block_N=64):
    @T.prim_func
    def elementwise(
        A: T.Tensor((M, N), "float32"), B: T.Tensor((M, N), "float32"), C: T.Tensor((M, N), "float32")
    ):
        with T.Kernel(T.ceildiv(N, block_N), T.ceildiv(M, block_M), threads=128) as (bx, by):
            A_shared = T.alloc_shared((block_M, block_N), "float32")
            B_shared = T.alloc_shared((block_M, block_N), "float32")
            C_local = T.alloc_fragment((block_M, block_N), "float32")
            T.copy(A[by * block_M, bx * block_N], A_shared)
            T.copy(B[by * block_M, bx * block_N], B_shared)
            for i, j in T.Parallel(block_M, block_N):
                C_local[i, j] = A_shared[i, j] * 2.0 - B_shared[i, j]
            T.copy(C_local, C[by * block_M, bx * block_N])

    return elementwise


def main():
    directory = Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    for func in (gemm(), elementwise()):
        name = func.attrs["global_symbol"]
        (directory / f"{name}.json").write_text(tvm.ir.save_json(tvm.IRModule({name: func})))


if __name__ == "__main__":
    main()

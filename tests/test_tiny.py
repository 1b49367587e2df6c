"""The whole road in a few lines: TileLang in, five files out, right numbers back. Run this one first."""

import tilelang.language as T
import tilelang_tenstorrent as tt
import torch


def test_the_whole_road(tmp_path):
    @T.prim_func
    def product(
        A: T.Tensor((64, 32), "bfloat16"), B: T.Tensor((32, 96), "bfloat16"), C: T.Tensor((64, 96), "float32")
    ):
        with T.Kernel(3, 2, threads=128) as (bx, by):
            A_shared = T.alloc_shared((32, 32), "bfloat16")
            B_shared = T.alloc_shared((32, 32), "bfloat16")
            C_local = T.alloc_fragment((32, 32), "float32")
            T.clear(C_local)
            T.copy(A[by * 32, 0], A_shared)
            T.copy(B[0, bx * 32], B_shared)
            T.gemm(A_shared, B_shared, C_local)
            T.copy(C_local, C[by * 32, bx * 32])

    program = tt.build(product)
    assert {path.name for path in program.save(tmp_path)} == {
        "reader.cpp",
        "compute.cpp",
        "writer.cpp",
        "main.cpp",
        "tt.plan.json",
    }
    A = torch.arange(64 * 32).reshape(64, 32).remainder(5).bfloat16()
    B = torch.arange(32 * 96).reshape(32, 96).remainder(7).bfloat16()
    C = torch.zeros(64, 96)
    program(A, B, C)
    assert torch.equal(C, A.float() @ B.float())

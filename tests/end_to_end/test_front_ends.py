"""The ways to compile and call a kernel that TileLang offers.

Annotations of kernels are evaluated as code, so this file does not postpone annotations.
"""

import tilelang
import tilelang.language as T
import tilelang_tenstorrent as tt
import torch

from kernels.elementwise_sources import binary
from kernels.gemm_sources import gemm


def _operands(M, N, K):
    generator = torch.Generator().manual_seed(0)
    A = torch.randint(-3, 4, (M, K), generator=generator).bfloat16()
    B = torch.randint(-3, 4, (K, N), generator=generator).bfloat16()
    return A, B, A.float() @ B.float()


@tilelang.jit(target="tenstorrent")
def _eager_gemm(A, B, block: int = 32):
    M, N, K = T.const("M, N, K")
    A: T.Tensor[[M, K], T.bfloat16]
    B: T.Tensor[[K, N], T.bfloat16]
    C = T.empty((M, N), T.float32)
    with T.Kernel(T.ceildiv(N, block), T.ceildiv(M, block), threads=128) as (bx, by):
        A_s = T.alloc_shared((block, block), "bfloat16")
        B_s = T.alloc_shared((block, block), "bfloat16")
        C_l = T.alloc_fragment((block, block), "float32")
        T.clear(C_l)
        for k in T.Pipelined(T.ceildiv(K, block), num_stages=2):
            T.copy(A[by * block, k * block], A_s)
            T.copy(B[k * block, bx * block], B_s)
            T.gemm(A_s, B_s, C_l)
        T.copy(C_l, C[by * block, bx * block])
    return C


def test_eager_call():
    A, B, expected = _operands(64, 96, 64)
    assert torch.equal(_eager_gemm(A, B), expected)


def test_eager_call_with_another_shape():
    A, B, expected = _operands(32, 64, 96)
    assert torch.equal(_eager_gemm(A, B), expected)


def test_eager_compile():
    A, B, expected = _operands(64, 64, 32)
    kernel = _eager_gemm.compile(M=64, N=64, K=32)
    assert torch.equal(kernel(A, B), expected)


def test_output_made_by_the_kernel():
    A, B, expected = _operands(64, 64, 64)
    func = gemm(64, 64, 64, 64, 64, 32, out="float32")
    kernel = tilelang.compile(func, out_idx=[2], target="tenstorrent")
    assert torch.equal(kernel(A, B), expected)


def test_lazy_jit():
    @tilelang.jit(target={"kind": "tenstorrent", "core_grid": [2, 1]}, out_idx=[-1])
    def make(M, N, K):
        return gemm(M, N, K, 32, 32, 32, out="float32")

    A, B, expected = _operands(64, 64, 64)
    kernel = make(64, 64, 64)
    assert torch.equal(kernel(A, B), expected)
    assert tt.program(kernel).plan["core_grid"] == [2, 1]


def test_source_of_a_compiled_kernel():
    kernel = tilelang.compile(binary(64, 64, 32, 32, lambda a, b: a + b), target="tenstorrent")
    source = kernel.get_kernel_source()
    program = tt.program(kernel)
    for name in ("reader.cpp", "compute.cpp", "writer.cpp"):
        assert program.sources[name] in source


def test_saved_files_are_the_program(tmp_path):
    program = tt.build(binary(64, 64, 32, 32, lambda a, b: a + b))
    paths = program.save(tmp_path / "program")
    assert sorted(path.name for path in paths) == [
        "compute.cpp",
        "main.cpp",
        "reader.cpp",
        "tt.plan.json",
        "writer.cpp",
    ]
    again = tt.Program({path.name: path.read_text() for path in paths})
    A, B = torch.ones(64, 64).bfloat16(), torch.full((64, 64), 2.0).bfloat16()
    C = torch.zeros(64, 64).bfloat16()
    again(A, B, C)
    assert torch.equal(C, A + B)

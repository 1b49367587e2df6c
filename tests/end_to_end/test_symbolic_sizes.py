"""Kernels with symbolic sizes: one kernel, a program for each set of sizes it is launched with."""

from __future__ import annotations

import pytest
import tilelang
import tilelang.language as T
import tilelang_tenstorrent as tt
import torch


def _product():
    M, N, K = T.dynamic("m"), T.dynamic("n"), T.dynamic("k")

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"), B: T.Tensor((K, N), "bfloat16"), C: T.Tensor((M, N), "float32")
    ):
        with T.Kernel(T.ceildiv(N, 32), T.ceildiv(M, 32), threads=128) as (bx, by):
            a = T.alloc_shared((32, 32), "bfloat16")
            b = T.alloc_shared((32, 32), "bfloat16")
            c = T.alloc_fragment((32, 32), "float32")
            T.clear(c)
            for k in T.Pipelined(T.ceildiv(K, 32), num_stages=2):
                T.copy(A[by * 32, k * 32], a)
                T.copy(B[k * 32, bx * 32], b)
                T.gemm(a, b, c)
            T.copy(c, C[by * 32, bx * 32])

    return main


@pytest.fixture(scope="module")
def kernel():
    return tilelang.compile(_product(), out_idx=[2], target="tenstorrent")


@pytest.mark.parametrize("m, n, k", [(64, 64, 64), (100, 70, 50), (1, 33, 96), (64, 64, 64)])
def test_sizes_come_with_the_tensors(kernel, m, n, k):
    a, b = torch.randint(-4, 5, (m, k)).bfloat16(), torch.randint(-4, 5, (k, n)).bfloat16()
    assert torch.equal(kernel(a, b), a.float() @ b.float())


def test_tensors_must_agree_on_a_symbol(kernel):
    with pytest.raises(
        ValueError, match=r"Dimension 0 of argument 1 \('B'\) is 32, but 'k' is 64 in another"
    ):
        kernel(torch.zeros(32, 64).bfloat16(), torch.zeros(32, 64).bfloat16())


def test_a_wrong_dtype_is_refused_as_ever(kernel):
    with pytest.raises((ValueError, TypeError, RuntimeError), match="float32"):
        kernel(torch.zeros(32, 64), torch.zeros(64, 32))


def test_one_program_needs_constant_sizes():
    with pytest.raises(
        ValueError, match=r"is the symbol k\. Supported: constant shapes; with tilelang\.compile"
    ):
        tt.build(_product())

"""Functions of several kernels, with workspaces between them."""

from __future__ import annotations

import pytest
import tilelang
import tilelang.language as T
import tilelang_tenstorrent as tt
import torch


def _sums_of_squares(fail: bool = False):
    """S = sums of the squares of A's rows, by way of the squares; B gets the squares' halves on the way."""
    width = 32 if fail else 64

    @T.prim_func
    def main(
        A: T.Tensor((64, 64), "float32"), B: T.Tensor((64, 64), "float32"), S: T.Tensor((64,), "float32")
    ):
        W = T.alloc_global((64, 64), "float32")
        with T.Kernel(2, threads=128) as bx:
            a = T.alloc_fragment((32, 64), "float32")
            b = T.alloc_fragment((32, 64), "float32")
            T.copy(A[bx * 32, 0], a)
            for i, j in T.Parallel(32, 64):
                a[i, j] = a[i, j] * a[i, j]
            for i, j in T.Parallel(32, 64):
                b[i, j] = a[i, j] * 0.5
            T.copy(a, W[bx * 32, 0])
            T.copy(b, B[bx * 32, 0])
        with T.Kernel(2, threads=128) as bx:
            w = T.alloc_fragment((32, width), "float32")
            s = T.alloc_fragment((32,), "float32")
            T.copy(W[bx * 32, 0], w)
            T.reduce_sum(w, s, dim=1)
            T.copy(s, S[bx * 32])

    return main


def _expected(a):
    return a * a * 0.5, (a * a).sum(1)


def _integers():
    return torch.randint(-5, 6, (64, 64)).float()


def test_a_compiled_function_launches_its_kernels_in_order():
    kernel = tilelang.compile(_sums_of_squares(), out_idx=[1, 2], target="tenstorrent")
    a = _integers()
    for got, want in zip(kernel(a), _expected(a), strict=True):
        assert torch.equal(got, want)
    source = kernel.get_kernel_source()
    assert "main_0: reader" in source
    assert "main_1: compute" in source


def test_programs_of_a_function(tmp_path):
    programs = tt.build(_sums_of_squares())
    assert list(programs.programs) == ["main_0", "main_1"]
    assert programs.workspaces == {"W": ((64, 64), "float32")}
    assert [t["name"] for t in programs.programs["main_1"].tensors] == ["S", "W"]
    assert "main_1/compute.cpp" in programs.sources
    assert len(programs.save(tmp_path)) == 10
    assert (tmp_path / "main_0" / "tt.plan.json").exists()
    a, b, s = _integers(), torch.zeros(64, 64), torch.zeros(64)
    programs(a, b, s)
    assert torch.equal(b, _expected(a)[0])
    assert torch.equal(s, _expected(a)[1])


def test_time_is_the_sum_of_the_programs():
    kernel = tilelang.compile(_sums_of_squares(), out_idx=[1, 2], target="tenstorrent")
    profile = tt.profile(kernel, _integers())
    assert profile.cycles == sum(p.cycles for p in profile.profiles) > 0
    assert kernel.get_profiler().do_bench() == profile.latency_ms


def test_a_later_kernel_that_fails_undoes_the_earlier():
    programs = tt.build(_sums_of_squares())
    a, b = _integers(), torch.full((64, 64), 7.0)
    with pytest.raises(ValueError, match=r"Argument 0 \('S'\) of kernel 'main_1' has shape \(32\)"):
        programs(a, b, torch.zeros(32))
    assert torch.equal(b, torch.full((64, 64), 7.0))
    kernel = tilelang.compile(_sums_of_squares(), target="tenstorrent")
    with pytest.raises(Exception, match="shape"):
        kernel(a, b, torch.zeros(32))
    assert torch.equal(b, torch.full((64, 64), 7.0))


def test_kernels_one_by_one():
    first, second = tt.kernels(_sums_of_squares())
    assert [str(first.attrs["global_symbol"]), str(second.attrs["global_symbol"])] == ["main_0", "main_1"]
    tt.lower(second)
    with pytest.raises(
        ValueError, match=r"^'W' of T\.alloc_global is a tensor between .* takes the function apart"
    ):
        tt.lower(_sums_of_squares())


def test_a_kernel_in_a_loop():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        W = T.alloc_global((64, 64), "float32")
        for _ in T.serial(2):
            with T.Kernel(1, threads=128) as _:
                a = T.alloc_shared((64, 64), "float32")
                T.copy(A, a)
                T.copy(a, W)
                T.copy(a, C)

    with pytest.raises(
        ValueError, match=r"Around its kernels the function holds a tirx\.For\. Supported: T\.Kernel one"
    ):
        tt.build(main)

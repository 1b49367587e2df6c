"""Tensors that the host arranges for the device: float16, views, order of dimensions, vectors anywhere."""

from __future__ import annotations

import pytest
import tilelang
import tilelang.language as T
import tilelang_tenstorrent as tt
import torch


def _scaled(shape, dtype, rows, cols, pick):
    """C = 2 A over slices that `pick(b, r, c)` takes of tensors of four dimensions."""

    @T.prim_func
    def main(A: T.Tensor(shape, dtype), C: T.Tensor(shape, dtype)):
        with T.Kernel(shape[rows] // 32, shape[cols] // 32, threads=128) as (r, c):
            a = T.alloc_shared((32, 32), dtype)
            T.copy(A[pick(r, c)], a)
            for i, j in T.Parallel(32, 32):
                a[i, j] = a[i, j] * 2.0
            T.copy(a, C[pick(r, c)])

    return main


def _along(rows, cols):
    """Indices of a 32 x 32 slice along two of four dimensions, at 1 in the others."""

    def pick(r, c):
        index = [1, 1, 1, 1]
        index[rows] = slice(r * 32, r * 32 + 32)
        index[cols] = slice(c * 32, c * 32 + 32)
        return tuple(index)

    return pick


@pytest.mark.parametrize("rows, cols", [(0, 1), (0, 3), (1, 2), (1, 3), (2, 3)])
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_the_two_dimensions_of_a_slice_are_the_tiled_ones(rows, cols, dtype):
    shape = [2, 2, 2, 2]
    shape[rows], shape[cols] = 64, 96
    program = tt.build(_scaled(tuple(shape), dtype, rows, cols, _along(rows, cols)))
    tensor = program.plan["tensors"][0]
    assert tensor["order"][-2:] == [rows, cols]
    assert tensor["host_shape"] == shape
    a = torch.randint(-8, 8, shape).to(getattr(torch, dtype))
    c = torch.full(shape, 7.0, dtype=a.dtype)
    program(a, c)
    expected = torch.full(shape, 7.0, dtype=a.dtype)
    index = [1, 1, 1, 1]
    index[rows] = index[cols] = slice(None)
    expected[tuple(index)] = 2 * a[tuple(index)]
    assert torch.equal(c, expected)


@pytest.mark.parametrize("carrier, bound", [("bfloat16", 2.0**-8), ("float32", 2.0**-11)])
def test_float16_keeps_the_bits_of_what_carries_it(carrier, bound):
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float16"), C: T.Tensor((64, 64), "float16")):
        with T.Kernel(1, threads=128) as _:
            a = T.alloc_shared((64, 64), "float16")
            T.copy(A, a)
            for i, j in T.Parallel(64, 64):
                a[i, j] = T.exp(a[i, j])
            T.copy(a, C)

    kernel = tilelang.compile(main, out_idx=[1], target={"kind": "tenstorrent", "fp16_as": carrier})
    a = torch.randn(64, 64).half()
    result = kernel(a)
    assert result.dtype == torch.float16
    error = (result.double() / a.double().exp() - 1).abs().max().item()
    assert error < 6 * bound, "the argument is rounded, too, and exp(a) errs by |a| times as much"
    assert error > bound / 4, "another carrier would be as good"


def test_float16_of_every_exponent_goes_there_and_back():
    @T.prim_func
    def main(A: T.Tensor((64, 1024), "float16"), C: T.Tensor((64, 1024), "float16")):
        with T.Kernel(2, threads=128) as bx:
            a = T.alloc_shared((32, 1024), "float16")
            T.copy(A[bx * 32, 0], a)
            T.copy(a, C[bx * 32, 0])

    bits = torch.arange(65536, dtype=torch.int32).to(torch.int16)
    a = bits.view(torch.float16).reshape(64, 1024)
    c = torch.zeros_like(a)
    tt.build(main, {"kind": "tenstorrent", "fp16_as": "float32"})(a, c)
    assert torch.equal(a.isnan(), c.isnan())
    assert torch.equal(a[~a.isnan()], c[~c.isnan()])


def test_a_view_has_the_shape_the_kernel_gives_it():
    @T.prim_func
    def main(A: T.Tensor((4, 16, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(2, threads=128) as bx:
            flat = T.Tensor((64, 64), "float32", A.data)
            a = T.alloc_shared((32, 64), "float32")
            T.copy(flat[bx * 32, 0], a)
            T.copy(a, C[bx * 32, 0])

    a, c = torch.randn(4, 16, 64), torch.zeros(64, 64)
    tt.build(main)(a, c)
    assert torch.equal(c, a.reshape(64, 64))


def test_vectors_and_elements_at_any_position_of_a_tensor():
    @T.prim_func
    def main(
        L: T.Tensor((3, 5, 64), "float32"), S: T.Tensor((5,), "float32"), C: T.Tensor((3, 5, 64), "float32")
    ):
        with T.Kernel(2, 5, 3, threads=128) as (bx, by, bz):
            v = T.alloc_fragment((32,), "float32")
            for i in T.Parallel(32):
                v[i] = L[bz, by, bx * 32 + i] * S[by]
            T.copy(v, C[bz, by, bx * 32 : bx * 32 + 32])

    long, s, c = torch.randn(3, 5, 64), torch.randn(5), torch.zeros(3, 5, 64)
    tt.build(main)(long, s, c)
    assert torch.equal(c, long * s[None, :, None])


def test_main_cpp_says_the_shape_on_the_host():
    program = tt.build(_scaled((2, 64, 2, 32), "float16", 1, 3, _along(1, 3)))
    assert "(host: float16 2 x 64 x 2 x 32, dimensions 0, 2, 1, 3)" in program.sources["main.cpp"]

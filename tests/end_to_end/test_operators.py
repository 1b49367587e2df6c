"""Functions, reductions, vectors and ragged shapes, compiled and simulated, against torch in float64.

Tolerances of functions are in ulps of the result's dtype; the kernels that combine many operations are
held to an absolute error on inputs of unit scale.
"""

from __future__ import annotations

import math

import pytest
import tilelang.language as T
import tilelang_tenstorrent as tt
import torch


def _ulps(result: torch.Tensor, reference: torch.Tensor) -> float:
    """Largest error in units in the last place of the reference, in the result's dtype."""
    mantissa = 23 if result.dtype == torch.float32 else 7
    exponent = torch.floor(torch.log2(reference.abs().clamp_min(2.0**-100)))
    return ((result.double() - reference).abs() / 2.0 ** (exponent - mantissa)).max().item()


def _unary(op, dtype):
    @T.prim_func
    def main(A: T.Tensor((64, 64), dtype), C: T.Tensor((64, 64), dtype)):
        with T.Kernel(2, threads=128) as bx:
            a = T.alloc_shared((32, 64), dtype)
            c = T.alloc_fragment((32, 64), dtype)
            T.copy(A[bx * 32, 0], a)
            for i, j in T.Parallel(32, 64):
                c[i, j] = op(a[i, j], None)
            T.copy(c, C[bx * 32, 0])

    return main


def _binary(op, dtype):
    @T.prim_func
    def main(A: T.Tensor((64, 64), dtype), B: T.Tensor((64, 64), dtype), C: T.Tensor((64, 64), dtype)):
        with T.Kernel(2, threads=128) as bx:
            a = T.alloc_shared((32, 64), dtype)
            b = T.alloc_shared((32, 64), dtype)
            c = T.alloc_fragment((32, 64), dtype)
            T.copy(A[bx * 32, 0], a)
            T.copy(B[bx * 32, 0], b)
            for i, j in T.Parallel(32, 64):
                c[i, j] = op(a[i, j], b[i, j])
            T.copy(c, C[bx * 32, 0])

    return main


# name, in TileLang, in torch, bound in float32 ulps on inputs in (0.05, 3.05)
FUNCTIONS = [
    ("exp", lambda a, _: T.exp(a), lambda a, _: torch.exp(a), 2),
    ("exp2", lambda a, _: T.exp2(a), lambda a, _: torch.exp2(a), 2),
    ("log", lambda a, _: T.log(a), lambda a, _: torch.log(a), 4),
    ("log2", lambda a, _: T.log2(a), lambda a, _: torch.log2(a), 4),
    ("log1p", lambda a, _: T.log1p(a), lambda a, _: torch.log1p(a), 2),
    ("sqrt", lambda a, _: T.sqrt(a), lambda a, _: torch.sqrt(a), 2),
    ("rsqrt", lambda a, _: T.rsqrt(a), lambda a, _: torch.rsqrt(a), 2),
    ("sin", lambda a, _: T.sin(a), lambda a, _: torch.sin(a), 4),
    ("tanh", lambda a, _: T.tanh(a), lambda a, _: torch.tanh(a), 4),
    ("sigmoid", lambda a, _: T.sigmoid(a), lambda a, _: torch.sigmoid(a), 3),
    ("abs", lambda a, b: T.abs(a - b), lambda a, b: (a - b).abs(), 0.5),
    ("floor", lambda a, b: T.floor(a) + T.ceil(b), lambda a, b: torch.floor(a) + torch.ceil(b), 0),
    ("divide", lambda a, b: a / b, lambda a, b: a / b, 2),
    ("reciprocal", lambda a, _: 1.0 / a, lambda a, _: 1 / a, 2),
    ("power", lambda a, _: T.pow(a, 1.5), lambda a, _: a**1.5, 3),
    ("maximum", lambda a, b: T.max(a, b), torch.maximum, 0),
    ("minimum", lambda a, b: T.min(a, T.min(b, 1.0)), lambda a, b: torch.minimum(a, b.clamp_max(1)), 0),
    ("clamp", lambda a, _: T.clamp(a, 0.5, 1.5), lambda a, _: a.clamp(0.5, 1.5), 0),
    ("select", lambda a, b: T.if_then_else(a > b, a, -b), lambda a, b: torch.where(a > b, a, -b), 0),
    (
        "select_constant",
        lambda a, b: T.if_then_else(a <= 1.0, b, 2.0),
        lambda a, b: torch.where(a <= 1, b, 2.0),
        0,
    ),
    ("silu", lambda a, _: a * T.sigmoid(a), lambda a, _: a * torch.sigmoid(a), 4),
]


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize(("name", "op", "reference", "bound"), FUNCTIONS, ids=[row[0] for row in FUNCTIONS])
def test_function(name, op, reference, bound, dtype):
    generator = torch.Generator().manual_seed(len(name))
    a, b = ((torch.rand(64, 64, generator=generator) * 3 + 0.05).to(getattr(torch, dtype)) for _ in range(2))
    c = torch.full_like(a, math.nan)
    takes_one = "_" in op.__code__.co_varnames
    tt.build(_unary(op, dtype))(a, c) if takes_one else tt.build(_binary(op, dtype))(a, b, c)
    # bfloat16 is computed in 32 bits and rounded once; the matrix unit keeps 11 bits of a sum.
    assert _ulps(c, reference(a.double(), b.double())) <= (bound if dtype == "float32" else 0.6)


def _reduction(kind, dim, clear, dtype):
    length = 96 if dim == 1 else 64

    @T.prim_func
    def main(A: T.Tensor((96, 64), dtype), C: T.Tensor((length,), dtype)):
        with T.Kernel(1, threads=128) as _:
            a = T.alloc_fragment((96, 64), dtype)
            c = T.alloc_fragment((length,), dtype)
            T.copy(A, a)
            if not clear:
                T.fill(c, 0.5)
            T.reduce(a, c, kind, dim, clear)
            T.copy(c, C)

    return main


_REDUCTIONS = {
    "sum": (lambda t, dim: t.sum(dim), torch.add),
    "abssum": (lambda t, dim: t.abs().sum(dim), torch.add),
    "max": (lambda t, dim: t.amax(dim), torch.maximum),
    "absmax": (lambda t, dim: t.abs().amax(dim), torch.maximum),
    "min": (lambda t, dim: t.amin(dim), torch.minimum),
}


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("clear", [True, False], ids=["clear", "accumulate"])
@pytest.mark.parametrize("dim", [0, 1])
@pytest.mark.parametrize("kind", _REDUCTIONS)
def test_reduction(kind, dim, clear, dtype):
    a = torch.randn(96, 64, generator=torch.Generator().manual_seed(3)).to(getattr(torch, dtype))
    c = torch.full((a.shape[1 - dim],), math.nan, dtype=a.dtype)
    tt.build(_reduction(kind, dim, clear, dtype))(a, c)
    reduce, combine = _REDUCTIONS[kind]
    expected = reduce(a.double(), dim)
    if not clear:
        expected = combine(expected, torch.full_like(expected, 0.5))
    exact = dtype == "float32" and kind in ("max", "absmax", "min")
    scale = expected.abs().max().item() * (2.0**-20 if dtype == "float32" else 2.0**-8)
    assert (c.double() - expected).abs().max().item() <= (0 if exact else scale)


def _softmax(rows, cols, block, dtype):
    @T.prim_func
    def main(A: T.Tensor((rows, cols), dtype), C: T.Tensor((rows, cols), dtype)):
        with T.Kernel(T.ceildiv(rows, block), threads=128) as bx:
            x = T.alloc_fragment((block, cols), "float32")
            a = T.alloc_shared((block, cols), dtype)
            high = T.alloc_fragment((block,), "float32")
            total = T.alloc_fragment((block,), "float32")
            T.copy(A[bx * block, 0], a)
            T.copy(a, x)
            T.reduce_max(x, high, dim=1)
            for i, j in T.Parallel(block, cols):
                x[i, j] = T.exp(x[i, j] - high[i])
            T.reduce_sum(x, total, dim=1)
            for i, j in T.Parallel(block, cols):
                x[i, j] = x[i, j] / total[i]
            T.copy(x, C[bx * block, 0])

    return main


@pytest.mark.parametrize(
    ("rows", "dtype", "bound"), [(64, "float32", 1e-6), (64, "bfloat16", 2e-3), (50, "float32", 1e-6)]
)
def test_softmax(rows, dtype, bound):
    a = torch.randn(rows, 128, generator=torch.Generator().manual_seed(5)).to(getattr(torch, dtype))
    c = torch.full_like(a, math.nan)
    tt.build(_softmax(rows, 128, 32, dtype))(a, c)
    assert (c.double() - torch.softmax(a.double(), 1)).abs().max().item() <= bound


def test_rms_norm_with_a_weight_along_the_columns():
    rows, cols, block = 64, 96, 32

    @T.prim_func
    def main(
        A: T.Tensor((rows, cols), "float32"),
        W: T.Tensor((cols,), "float32"),
        C: T.Tensor((rows, cols), "float32"),
    ):
        with T.Kernel(rows // block, threads=128) as bx:
            a = T.alloc_shared((block, cols), "float32")
            w = T.alloc_shared((cols,), "float32")
            squares = T.alloc_fragment((block, cols), "float32")
            scale = T.alloc_fragment((block,), "float32")
            T.copy(A[bx * block, 0], a)
            T.copy(W, w)
            for i, j in T.Parallel(block, cols):
                squares[i, j] = a[i, j] * a[i, j]
            T.reduce_sum(squares, scale, dim=1)
            for i in T.Parallel(block):
                scale[i] = T.rsqrt(scale[i] / cols + 1e-6)
            for i, j in T.Parallel(block, cols):
                squares[i, j] = a[i, j] * scale[i] * w[j]
            T.copy(squares, C[bx * block, 0])

    a, w = torch.randn(rows, cols), torch.randn(cols)
    c = torch.full_like(a, math.nan)
    tt.build(main)(a, w, c)
    expected = a.double() * torch.rsqrt((a.double() ** 2).mean(1, keepdim=True) + 1e-6) * w.double()
    assert (c.double() - expected).abs().max().item() <= 1e-5


@pytest.mark.parametrize(("heads", "sequence", "dim"), [(2, 128, 64), (1, 128, 128)])
def test_flash_attention(heads, sequence, dim):
    block, scale = 64, math.log2(math.e) / math.sqrt(dim)

    @T.prim_func
    def main(
        Q: T.Tensor((heads, sequence, dim), "bfloat16"),
        K: T.Tensor((heads, sequence, dim), "bfloat16"),
        V: T.Tensor((heads, sequence, dim), "bfloat16"),
        O: T.Tensor((heads, sequence, dim), "bfloat16"),  # noqa: E741
    ):
        with T.Kernel(sequence // block, heads, threads=128) as (bx, by):
            q = T.alloc_shared((block, dim), "bfloat16")
            k = T.alloc_shared((block, dim), "bfloat16")
            v = T.alloc_shared((block, dim), "bfloat16")
            s = T.alloc_fragment((block, block), "float32")
            p = T.alloc_fragment((block, block), "bfloat16")
            o = T.alloc_fragment((block, dim), "float32")
            high = T.alloc_fragment((block,), "float32")
            before = T.alloc_fragment((block,), "float32")
            rescale = T.alloc_fragment((block,), "float32")
            row_sum = T.alloc_fragment((block,), "float32")
            total = T.alloc_fragment((block,), "float32")
            T.copy(Q[by, bx * block : (bx + 1) * block, :], q)
            T.fill(o, 0)
            T.fill(total, 0)
            T.fill(high, -T.infinity("float32"))
            for step in T.Pipelined(sequence // block, num_stages=2):
                T.copy(K[by, step * block : (step + 1) * block, :], k)
                T.clear(s)
                T.gemm(q, k, s, transpose_B=True)
                T.copy(high, before)
                T.reduce_max(s, high, dim=1, clear=False)
                for i in T.Parallel(block):
                    rescale[i] = T.exp2(before[i] * scale - high[i] * scale)
                for i, j in T.Parallel(block, block):
                    s[i, j] = T.exp2(s[i, j] * scale - high[i] * scale)
                T.reduce_sum(s, row_sum, dim=1)
                for i in T.Parallel(block):
                    total[i] = total[i] * rescale[i] + row_sum[i]
                T.copy(s, p)
                for i, j in T.Parallel(block, dim):
                    o[i, j] *= rescale[i]
                T.copy(V[by, step * block : (step + 1) * block, :], v)
                T.gemm(p, v, o)
            for i, j in T.Parallel(block, dim):
                o[i, j] /= total[i]
            T.copy(o, O[by, bx * block : (bx + 1) * block, :])

    q, k, v = (
        torch.randn(heads, sequence, dim, generator=torch.Generator().manual_seed(n)).bfloat16()
        for n in range(3)
    )
    out = torch.full_like(q, math.nan)
    tt.build(main)(q, k, v, out)
    expected = torch.softmax(q.double() @ k.double().mT / math.sqrt(dim), -1) @ v.double()
    assert (out.double() - expected).abs().max().item() <= 0.01


@pytest.mark.parametrize("shape", [(50, 70), (33, 64), (3, 40, 100)])
def test_ragged_tensor(shape):
    """Edges are padded to tiles on the host; the padding never reaches the result."""
    leading = shape[:-2]

    @T.prim_func
    def main(A: T.Tensor(shape, "float32"), C: T.Tensor(shape, "float32")):
        with T.Kernel(
            T.ceildiv(shape[-1], 32), T.ceildiv(shape[-2], 32), math.prod(leading), threads=128
        ) as (bx, by, bz):
            a = T.alloc_shared((32, 32), "float32")
            c = T.alloc_fragment((32, 32), "float32")
            if leading:
                T.copy(A[bz, by * 32, bx * 32], a)
            else:
                T.copy(A[by * 32, bx * 32], a)
            for i, j in T.Parallel(32, 32):
                c[i, j] = T.exp(a[i, j])
            if leading:
                T.copy(c, C[bz, by * 32, bx * 32])
            else:
                T.copy(c, C[by * 32, bx * 32])

    a = torch.randn(shape)
    c = torch.full_like(a, math.nan)
    tt.build(main)(a, c)
    assert _ulps(c, torch.exp(a.double())) <= 2


def test_value_from_both_branches():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(2, threads=128) as bx:
            a = T.alloc_shared((32, 64), "float32")
            b = T.alloc_fragment((32, 64), "float32")
            T.copy(A[bx * 32, 0], a)
            if bx == 0:
                for i, j in T.Parallel(32, 64):
                    b[i, j] = a[i, j] + 1.0
            else:
                for i, j in T.Parallel(32, 64):
                    b[i, j] = a[i, j] * 2.0
            T.copy(b, C[bx * 32, 0])

    a = torch.randint(-8, 9, (64, 64)).float()
    c = torch.full_like(a, math.nan)
    tt.build(main)(a, c)
    assert torch.equal(c, torch.cat([a[:32] + 1, a[32:] * 2]))


@pytest.mark.parametrize("block", [32, 128])
def test_accumulator_that_is_used_between_its_products(block):
    @T.prim_func
    def main(A: T.Tensor((block, 2 * block), "bfloat16"), C: T.Tensor((2 * block, block), "float32")):
        with T.Kernel(1, threads=128) as _:
            a = T.alloc_shared((block, block), "bfloat16")
            s = T.alloc_fragment((block, block), "float32")
            d = T.alloc_fragment((block, block), "float32")
            T.clear(s)
            for k in T.serial(2):
                T.copy(A[0, k * block], a)
                T.gemm(a, a, s)
                for i, j in T.Parallel(block, block):
                    d[i, j] = s[i, j] + 1.0
                T.copy(d, C[k * block, 0])

    a = torch.randint(-2, 3, (block, 2 * block)).bfloat16()
    c = torch.full((2 * block, block), math.nan)
    tt.build(main)(a, c)
    first, second = (part @ part for part in a.double().split(block, dim=1))
    assert torch.equal(c.double(), torch.cat([first + 1, first + second + 1]))


def test_tensor_block_that_a_loop_updates():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            a = T.alloc_shared((64, 64), "float32")
            T.copy(A, a)
            for _ in T.serial(3):
                for i, j in T.Parallel(64, 64):
                    a[i, j] = a[i, j] + 1.0
            T.copy(a, C)

    a = torch.randint(-8, 9, (64, 64)).float()
    c = torch.full_like(a, math.nan)
    tt.build(main)(a, c)
    assert torch.equal(c, a + 3)

"""Kernels with symbolic sizes: one program for all, or one for each set where a construct needs constants."""

from __future__ import annotations

import pytest
import tilelang
import tilelang.language as T
import tilelang_tenstorrent as tt
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from errors.refusal import assert_refused_without_location
from kernels.arranged_sources import causal_attention, convolution, thin_rows
from kernels.attention_sources import flash_attention
from kernels.elementwise_sources import binary
from kernels.gemm_sources import gemm, gemm_batched
from kernels.normalization_sources import softmax
from kernels.sized_cases import any_size_gemm

ONE_CORE = {"kind": "tenstorrent", "core_grid": [1, 1]}
EACH = {"kind": "tenstorrent", "sizes": "each"}
ANY = "// Sizes: this text serves all of"
SIZES = [(64, 64, 64), (1, 1, 1), (100, 70, 50), (1, 33, 96), (257, 31, 128), (64, 64, 64)]


def _gemm(block=32):
    return any_size_gemm((block, block, block), out="float32")


def _compile(func, out_idx, target="tenstorrent"):
    return tilelang.compile(func, out_idx=out_idx, target=target)


def _integers(*shape, dtype=torch.bfloat16):
    return torch.randint(-4, 5, shape).to(dtype)


def _check_product(kernel, m, n, k):
    a, b = _integers(m, k), _integers(k, n)
    assert torch.equal(kernel(a, b), a.float() @ b.float()), (m, n, k)


@pytest.fixture
def compiled_texts(tmp_path, monkeypatch):
    """How many kernel texts were compiled, beginning with an empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return lambda: len(list(tmp_path.rglob("*.so")))


@pytest.fixture(scope="module")
def product():
    return _compile(_gemm(), [2])


@pytest.mark.parametrize("block", [32, 64])
@pytest.mark.parametrize("target", ["tenstorrent", ONE_CORE], ids=["grid", "one_core"])
def test_one_program_serves_all_sizes(block, target, compiled_texts):
    kernel = _compile(_gemm(block), [2], target)
    texts = kernel.get_kernel_source()
    assert f"{ANY} k, m, n; the launch brings them." in texts
    for m, n, k in SIZES:
        _check_product(kernel, m, n, k)
    assert compiled_texts() == 3
    assert kernel.get_kernel_source() == texts


def test_a_program_for_each_set_of_sizes_where_the_target_says_so(compiled_texts):
    kernel = _compile(_gemm(), [2], EACH)
    for m, n, k in [(64, 64, 64), (100, 70, 50)]:
        _check_product(kernel, m, n, k)
    assert compiled_texts() > 3
    assert ANY not in kernel.get_kernel_source()


@settings(max_examples=12)
@given(m=st.integers(1, 140), n=st.integers(1, 140), k=st.integers(1, 140))
def test_products_of_any_sizes(product, m, n, k):
    _check_product(product, m, n, k)


def _exchanged(rows, cols, block=64):
    """C = the transpose of A minus B, block by block."""

    @T.prim_func
    def main(
        A: T.Tensor((rows, cols), "bfloat16"),
        B: T.Tensor((cols, rows), "bfloat16"),
        C: T.Tensor((cols, rows), "bfloat16"),
    ):
        with T.Kernel(T.ceildiv(rows, block), T.ceildiv(cols, block), threads=128) as (bx, by):
            a = T.alloc_shared((block, block), "bfloat16")
            b = T.alloc_shared((block, block), "bfloat16")
            c = T.alloc_fragment((block, block), "bfloat16")
            T.copy(A[bx * block, by * block], a)
            T.copy(B[by * block, bx * block], b)
            T.transpose(a, c)
            for i, j in T.Parallel(block, block):
                c[i, j] = c[i, j] - b[i, j]
            T.copy(c, C[by * block, bx * block])

    return main


_FAMILIES = {
    "product": (lambda m, n, k: gemm(m, n, k, 64, 32, 64, trans_A=True), "mnk"),
    "exchanged": (_exchanged, "mn"),
    "softmax": (lambda m: softmax(m, 96, 32, "bfloat16"), "m"),
    "attention": (lambda m: flash_attention(2, m, 32, 32), "m"),
}


@pytest.mark.parametrize("family", _FAMILIES)
@settings(max_examples=4)
@given(data=st.data())
def test_the_bits_are_those_of_a_program_for_each_set_of_sizes(family, data):
    make, names = _FAMILIES[family]
    step = 32 if family == "attention" else 1  # its blocks divide the sequence
    sizes = {name: data.draw(st.integers(1, 160 // step)) * step for name in names}
    each = tt.build(make(*sizes.values()))
    any_sizes = tt.build(make(*map(T.dynamic, names)), sizes=sizes)
    tensors = [torch.randn(spec["host_shape"]).bfloat16() for spec in each.tensors]
    results = [[tensor.clone() for tensor in tensors] for _ in range(2)]
    for program, arguments in zip((each, any_sizes), results, strict=True):
        program(*arguments)
    assert all(torch.equal(x, y) for x, y in zip(*results, strict=True)), sizes


@pytest.mark.parametrize("block_M, block_N", [(32, 32), (64, 96)])
def test_sums_of_any_sizes(block_M, block_N):
    kernel = _compile(
        binary(T.dynamic("m"), T.dynamic("n"), block_M, block_N, lambda a, b: a + b, "float32"), [2]
    )
    assert ANY in kernel.get_kernel_source()
    for shape in [(64, 64), (1, 1), (33, 250), (300, 5), (520, 600)]:
        a, b = _integers(*shape, dtype=torch.float32), _integers(*shape, dtype=torch.float32)
        assert torch.equal(kernel(a, b), a + b), shape


def test_one_of_the_sizes_may_be_symbolic():
    kernel = _compile(gemm(T.dynamic("tokens"), 96, 64, 64, 32, 32, out="float32"), [2])
    assert ANY in kernel.get_kernel_source()
    for tokens in (1, 32, 65, 200):
        _check_product(kernel, tokens, 96, 64)


def test_cores_share_reads_in_a_grid_that_does_not_depend_on_sizes():
    kernel = _compile(gemm(256, 256, T.dynamic("k"), 32, 32, 32, out="float32"), [2])
    texts = kernel.get_kernel_source()
    assert ANY in texts and "// Shared by multicast:" in texts
    for k in (1, 32, 96, 300):
        _check_product(kernel, 256, 256, k)


def test_batches_of_any_size():
    kernel = _compile(
        gemm_batched(T.dynamic("batch"), T.dynamic("m"), T.dynamic("n"), T.dynamic("k"), 32, 32, 32), [2]
    )
    assert ANY in kernel.get_kernel_source()
    for batch, m, n, k in [(1, 32, 32, 32), (3, 64, 32, 96), (5, 96, 128, 64)]:
        a, b = _integers(batch, m, k), _integers(batch, k, n)
        assert torch.equal(kernel(a, b), a.float() @ b.float())


def test_rows_of_any_number():
    kernel = _compile(softmax(T.dynamic("rows"), 96, 32), [1])
    assert ANY in kernel.get_kernel_source()
    for rows in (1, 32, 50, 333):
        a = torch.randn(rows, 96)
        assert torch.allclose(kernel(a), torch.softmax(a, 1), atol=1e-3), rows


def test_sequences_of_any_length():
    heads, dim = 2, 64
    kernel = _compile(flash_attention(heads, T.dynamic("sequence"), dim, 32), [3])
    assert ANY in kernel.get_kernel_source()
    for sequence in (32, 96, 256):
        q, k, v = (torch.randn(heads, sequence, dim).bfloat16() for _ in range(3))
        expected = torch.nn.functional.scaled_dot_product_attention(q.float(), k.float(), v.float())
        assert torch.allclose(kernel(q, k, v).float(), expected, atol=0.03), sequence


def test_causal_attention_of_any_batch_sequence_and_heads():
    groups, dim = 2, 32
    shape = [T.dynamic(name) for name in ("batch", "sequence", "heads")]
    kernel = _compile(causal_attention(*shape, groups, dim, 32), [3])
    assert ANY in kernel.get_kernel_source()
    for batch, sequence, heads in [(1, 32, 2), (2, 96, 4), (1, 320, 2)]:
        q = torch.randn(batch, sequence, heads, dim).half()
        k, v = (torch.randn(batch, sequence, heads // groups, dim).half() for _ in range(2))
        repeated = [x.float().repeat_interleave(groups, 2).transpose(1, 2) for x in (k, v)]
        expected = torch.nn.functional.scaled_dot_product_attention(
            q.float().transpose(1, 2), *repeated, is_causal=True
        ).transpose(1, 2)
        assert torch.allclose(kernel(q, k, v).float(), expected, atol=0.05), (batch, sequence, heads)


def _masked_row_sums(block):
    """Sums of exponentials of rows, in pieces, and their mean; the kernel masks the last piece itself."""
    rows, cols = T.dynamic("rows"), T.dynamic("cols")

    @T.prim_func
    def main(
        A: T.Tensor((rows, cols), "float32"),
        C: T.Tensor((rows,), "float32"),
        Mean: T.Tensor((rows,), "float32"),
    ):
        with T.Kernel(T.ceildiv(rows, 32), threads=128) as bx:
            a = T.alloc_shared((32, block), "float32")
            e = T.alloc_fragment((32, block), "float32")
            c = T.alloc_fragment((32,), "float32")
            T.clear(c)
            for k in T.serial(T.ceildiv(cols, block)):
                T.copy(A[bx * 32, k * block], a)
                for i, j in T.Parallel(32, block):
                    e[i, j] = T.if_then_else(k * block + j < cols, T.exp(a[i, j]), 0.0)
                T.reduce_sum(e, c, dim=1, clear=False)
            T.copy(c, C[bx * 32])
            for i in T.Parallel(32):
                c[i] = c[i] / cols
            T.copy(c, Mean[bx * 32])

    return main


@pytest.mark.parametrize("block", [32, 96])
def test_masks_and_scalars_may_be_made_of_sizes(block):
    kernel = _compile(_masked_row_sums(block), [1, 2])
    assert ANY in kernel.get_kernel_source()
    for rows, cols in [(32, 96), (1, 1), (70, 100), (33, 257)]:
        a = torch.randn(rows, cols)
        expected = a.exp().sum(1)
        sums, means = kernel(a)
        assert torch.allclose(sums, expected, rtol=1e-2), (rows, cols)
        assert torch.allclose(means, expected / cols, rtol=1e-2), (rows, cols)


def _halves():
    """C = B + the lower half of A, whose rows start anywhere."""
    half, cols = T.dynamic("half"), T.dynamic("cols")

    @T.prim_func
    def main(
        A: T.Tensor((half * 2, cols), "float32"),
        B: T.Tensor((half, cols), "float32"),
        C: T.Tensor((half, cols), "float32"),
    ):
        with T.Kernel(T.ceildiv(cols, 32), T.ceildiv(half, 32), threads=128) as (bx, by):
            b = T.alloc_shared((32, 32), "float32")
            lower = T.alloc_shared((32, 32), "float32")
            c = T.alloc_fragment((32, 32), "float32")
            T.copy(B[by * 32, bx * 32], b)
            T.copy(A[half + by * 32, bx * 32], lower)
            for i, j in T.Parallel(32, 32):
                c[i, j] = b[i, j] + lower[i, j]
            T.copy(c, C[by * 32, bx * 32])

    return main


def test_extents_and_starts_may_be_made_of_sizes():
    kernel = _compile(_halves(), [2])
    assert ANY in kernel.get_kernel_source()
    for half, cols in [(32, 32), (1, 5), (50, 70), (130, 33)]:
        a, b = _integers(2 * half, cols, dtype=torch.float32), _integers(half, cols, dtype=torch.float32)
        assert torch.equal(kernel(a, b), a[half:] + b), (half, cols)


def test_rows_one_by_one():
    kernel = _compile(thin_rows(T.dynamic("rows"), 64, 1), [1, 2])
    assert ANY in kernel.get_kernel_source()
    for rows in (1, 32, 70):
        a = _integers(rows, 64, dtype=torch.float32)
        differences, sums = kernel(a)
        assert torch.equal(sums, a.sum(1)) and torch.equal(differences, a - a.sum(1, keepdim=True)), rows


def test_images_of_any_number_get_a_program_for_each_number():
    kernel = _compile(convolution(T.dynamic("images"), 6, 6, 32, 32, 3, 1, 1, 1), [2])
    assert "lies in DRAM by rows and has the symbolic size images" in kernel.get_kernel_source()
    for images in (1, 2):
        x, w = _integers(images, 6, 6, 32).sign(), _integers(3, 3, 32, 32).sign()
        expected = torch.nn.functional.conv2d(
            x.float().permute(0, 3, 1, 2), w.float().permute(3, 2, 0, 1), padding=1
        ).permute(0, 2, 3, 1)
        assert torch.equal(kernel(x, w), expected.bfloat16())


def _row_sums():
    rows, cols = T.dynamic("rows"), T.dynamic("cols")

    @T.prim_func
    def main(A: T.Tensor((rows, cols), "float32"), C: T.Tensor((rows,), "float32")):
        with T.Kernel(T.ceildiv(rows, 32), threads=128) as bx:
            a = T.alloc_shared((32, cols), "float32")
            c = T.alloc_fragment((32,), "float32")
            T.copy(A[bx * 32, 0], a)
            T.reduce_sum(a, c, dim=1)
            T.copy(c, C[bx * 32])

    return main


def test_a_block_of_a_symbolic_shape_makes_a_program_for_each_set_of_sizes():
    kernel = _compile(_row_sums(), [1])
    assert kernel.get_kernel_source().startswith(
        "// A program for each set of sizes, because one for all is refused:\n"
        "//   Dimension 1 of buffer 'a' is cols. Supported: positive constant multiples of 32"
    )
    for rows, cols in [(32, 64), (40, 96)]:
        a = _integers(rows, cols, dtype=torch.float32)
        assert torch.equal(kernel(a), a.sum(1))


def test_the_host_program_is_that_of_given_sizes():
    program = tt.build(_gemm(), sizes={"m": 100, "n": 70, "k": 50})
    a, b, c = _integers(100, 50), _integers(50, 70), torch.zeros(100, 70)
    program(a, b, c)
    assert torch.equal(c, a.float() @ b.float())
    assert "constexpr uint32_t size_k = 50;" in program.sources["main.cpp"]
    other = tt.build(_gemm(), sizes={"m": 1, "n": 2, "k": 3})
    for file in ("reader.cpp", "compute.cpp", "writer.cpp"):
        assert program.sources[file] == other.sources[file]


def test_a_plan_needs_all_sizes():
    assert_refused_without_location(
        lambda: tt.build(_gemm(), sizes={"m": 100, "n": 70}),
        "The kernel has the symbolic size 'k', and no number for it. Pass sizes={'k': ...}; with "
        "tilelang.compile they come with the tensors.",
    )


def test_a_profile_takes_the_sizes_of_its_tensors(product):
    a, b = _integers(100, 50), _integers(50, 70)
    few, many = tt.profile(product, a, b), tt.profile(product, a.repeat(20, 1), b, torch.zeros(2000, 70))
    assert (few.cores, many.cores) == (12, 64)
    assert many.cycles > few.cycles


def test_sizes_without_a_block_are_refused():
    kernel = _compile(
        gemm_batched(2, T.dynamic("m"), T.dynamic("n"), T.dynamic("k"), 64, 32, 32), [2], ONE_CORE
    )
    with pytest.raises(ValueError) as caught:
        kernel(torch.zeros(2, 40, 64).bfloat16(), torch.zeros(2, 64, 32).bfloat16())
    assert str(caught.value).splitlines()[0] == (
        "T.Kernel has the grid extent m // 64 for 'by', which is 0 with k=64 m=40 n=32. Supported: positive "
        "extents."
    )


def test_tensors_must_agree_on_a_symbol(product):
    with pytest.raises(
        ValueError, match=r"Dimension 0 of argument 1 \('B'\) is 32, but 'k' is 64 in another"
    ):
        product(torch.zeros(32, 64).bfloat16(), torch.zeros(32, 64).bfloat16())


def test_a_wrong_dtype_is_refused_as_ever(product):
    with pytest.raises((ValueError, TypeError, RuntimeError), match="float32"):
        product(torch.zeros(32, 64), torch.zeros(64, 32))


def _sum_of_blocks(rows, terms):
    @T.prim_func
    def main(
        A: T.Tensor((rows, 32), "float32"),
        B: T.Tensor((terms, 32), "float32"),
        C: T.Tensor((rows, 32), "float32"),
    ):
        with T.Kernel(T.ceildiv(rows, 32)) as bx:
            total = T.alloc_fragment((32, 32), "float32")
            term = T.alloc_fragment((32, 32), "float32")
            T.copy(A[bx * 32, 0], total)
            for step in T.serial(T.ceildiv(terms, 32)):
                T.copy(B[step * 32, 0], term)
                for i, j in T.Parallel(32, 32):
                    total[i, j] += term[i, j]
            T.copy(total, C[bx * 32, 0])

    return main


@pytest.mark.parametrize(
    "names", [("m", "n"), ("m", "m"), ("count", "start_id"), ("Nt", "A_addr"), ("work", "bx")]
)
def test_sizes_have_any_names(names):
    kernel = _compile(_sum_of_blocks(*map(T.dynamic, names)), None)
    for rows, terms in [(64, 96), (32, 32), (160, 64)]:
        a, b = _integers(rows, 32, dtype=torch.float32), _integers(terms, 32, dtype=torch.float32)
        c = torch.zeros(rows, 32)
        kernel(a, b, c)
        assert torch.equal(c, (a.view(-1, 32, 32) + b.view(-1, 32, 32).sum(0)).view(rows, 32))

"""Tensors in block formats: what the host and the packer make of numbers, and what DRAM moves."""

import pytest
import tilelang
import tilelang.language as T
import tilelang_tenstorrent as tt
import torch

from kernels import storage_sources as sources
from kernels.block_formats import stored_by_host, stored_by_packer

FORMATS = ("bfp8_b", "bfp4_b")
TILE_BYTES = {None: 2048, "bfp8_b": 1088, "bfp4_b": 576}


def _numbers(rows: int, cols: int, dtype: torch.dtype, seed: int = 0) -> torch.Tensor:
    """Numbers of very different sizes, with ties between the numbers of both formats, and zeros."""
    generator = torch.Generator().manual_seed(seed)
    numbers = torch.randn(rows, cols, generator=generator)
    numbers *= torch.exp2(torch.randint(-9, 4, (rows, cols), generator=generator))
    numbers[:8] = torch.randint(-256, 257, (8, cols), generator=generator) / 2
    numbers[8:16] = torch.randint(-16, 17, (8, cols), generator=generator) / 2
    numbers[16, ::3] = 0
    numbers[17] = 0
    return numbers.to(dtype)


def _ran(kernel, *inputs, out: torch.dtype, shape) -> torch.Tensor:
    result = torch.full(shape, float("nan"), dtype=out)
    tt.build(kernel)(*inputs, result)
    return result


@pytest.mark.parametrize("dtype", ["bfloat16", "float32", "float16"])
@pytest.mark.parametrize("storage", FORMATS)
def test_host_rounds_inputs(storage, dtype):
    A = _numbers(64, 96, getattr(torch, dtype))
    kernel = sources.copy(64, 96, 32, storage, None, dtype, to="float32")
    carried = A.bfloat16() if dtype == "float16" else A
    assert torch.equal(
        _ran(kernel, A, out=torch.float32, shape=A.shape).double(), stored_by_host(carried, storage)
    )


@pytest.mark.parametrize("dtype", ["bfloat16", "float32"])
@pytest.mark.parametrize("storage", FORMATS)
def test_packer_rounds_outputs(storage, dtype):
    A = _numbers(64, 96, getattr(torch, dtype))
    kernel = sources.copy(64, 96, 32, None, storage, dtype)
    assert torch.equal(_ran(kernel, A, out=A.dtype, shape=A.shape).double(), stored_by_packer(A, storage))


@pytest.mark.parametrize("storage", FORMATS)
def test_what_is_not_written_stays_as_the_host_stored_it(storage):
    A = _numbers(32, 32, torch.bfloat16)
    C = _numbers(64, 64, torch.bfloat16, seed=1)
    expected = stored_by_host(C, storage)
    expected[:32, :32] = stored_by_packer(A, storage)

    @T.prim_func
    def corner(A: T.Tensor((32, 32), "bfloat16"), C: T.Tensor((64, 64), "bfloat16")):
        with T.Kernel(1, threads=128) as _:
            tt.annotate_storage({C: storage})
            A_s = T.alloc_shared((32, 32), "bfloat16")
            T.copy(A, A_s)
            T.copy(A_s, C[0:32, 0:32])

    tt.build(corner)(A, C)
    assert torch.equal(C.double(), expected)


@pytest.mark.parametrize("a", [None, *FORMATS])
@pytest.mark.parametrize("b", FORMATS)
def test_formats_in_plan_and_traffic(a, b):
    kernel = sources.gemm(128, 64, 96, (64, 64, 32), a=a, b=b)
    program = tt.build(kernel, {"kind": "tenstorrent", "multicast": False})
    names = {None: "Float16_b", "bfp8_b": "Bfp8_b", "bfp4_b": "Bfp4_b"}
    tensors = {tensor["name"]: tensor for tensor in program.plan["tensors"]}
    buffers = {buffer["name"]: buffer for buffer in program.plan["circular_buffers"]}
    for name, storage in (("A", a), ("B", b)):
        assert (tensors[name]["data_format"], tensors[name]["dtype"]) == (names[storage], "bfloat16")
        assert tensors[name]["page_size"] == buffers[f"{name}_s"]["page_size"] == TILE_BYTES[storage]
        assert buffers[f"{name}_s"]["data_format"] == names[storage]
    assert tensors["C"]["data_format"] == buffers["C_out"]["data_format"] == "Float16_b"
    data = torch.ones(128, 96).bfloat16(), torch.ones(96, 64).bfloat16(), torch.zeros(128, 64).bfloat16()
    # B is read by both rows of blocks.
    assert program.profile(*data).counters["noc_read_bytes"] == 12 * TILE_BYTES[a] + 2 * 6 * TILE_BYTES[b]


def test_copies_between_tensors_of_one_format_do_not_compute():
    sources_of = tt.build(sources.copy(64, 64, 32, "bfp8_b", "bfp8_b")).sources
    assert "copy_tile" not in sources_of["compute.cpp"]
    assert "copy_tile" in tt.build(sources.copy(64, 64, 32, "bfp8_b", "bfp4_b")).sources["compute.cpp"]


def test_symbolic_sizes():
    M = T.dynamic("M")

    @T.prim_func
    def twice(A: T.Tensor((M, 64), "bfloat16"), C: T.Tensor((M, 64), "float32")):
        with T.Kernel(T.ceildiv(M, 32), threads=128) as bx:
            tt.annotate_storage({A: "bfp4_b"})
            A_s = T.alloc_shared((32, 64), "bfloat16")
            C_l = T.alloc_fragment((32, 64), "float32")
            T.copy(A[bx * 32, 0], A_s)
            for i, j in T.Parallel(32, 64):
                C_l[i, j] = A_s[i, j] * 2.0
            T.copy(C_l, C[bx * 32, 0])

    compiled = tilelang.compile(twice, target="tenstorrent")
    for rows in (32, 96):
        A, C = _numbers(rows, 64, torch.bfloat16), torch.zeros(rows, 64)
        compiled(A, C)
        assert torch.equal(C.double(), 2 * stored_by_host(A, "bfp4_b"))


def test_several_kernels():
    """The annotation of each kernel counts for that one; between them the tensor goes through the host."""

    @T.prim_func
    def chain(A: T.Tensor((64, 64), "bfloat16"), C: T.Tensor((64, 64), "bfloat16")):
        W = T.alloc_global((64, 64), "bfloat16")
        with T.Kernel(1, threads=128) as _:
            tt.annotate_storage({A: "bfp8_b", W: "bfp8_b"})
            A_s = T.alloc_shared((64, 64), "bfloat16")
            T.copy(A, A_s)
            T.copy(A_s, W)
        with T.Kernel(1, threads=128) as _:
            tt.annotate_storage({W: "bfp4_b"})
            W_s = T.alloc_shared((64, 64), "bfloat16")
            T.copy(W, W_s)
            T.copy(W_s, C)

    A = _numbers(64, 64, torch.bfloat16)
    C = torch.zeros_like(A)
    tt.build(chain)(A, C)
    assert torch.equal(C.double(), stored_by_host(stored_by_host(A, "bfp8_b"), "bfp4_b"))

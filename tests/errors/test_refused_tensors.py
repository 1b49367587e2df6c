"""Tensors and parameters that the machine cannot hold."""

import pytest
import tilelang.language as T

from errors.refusal import assert_refused


@pytest.mark.parametrize("dtype", ["int64", "int16", "float8_e4m3fn", "float64"])
def test_dtype(dtype):
    @T.prim_func
    def main(A: T.Tensor((64, 64), dtype), C: T.Tensor((64, 64), dtype)):  # <- refused
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), dtype)
            T.copy(A, A_s)
            T.copy(A_s, C)

    assert_refused(
        main,
        f"Tensor 'A' is of dtype {dtype}. Supported: bfloat16, float16, float32, int32, uint32, uint16, int8, "
        "uint8, bool.",
    )


def test_symbolic_shape():
    M = T.dynamic("M")

    @T.prim_func
    def main(A: T.Tensor((M, 64), "float32"), C: T.Tensor((M, 64), "float32")):  # <- refused
        with T.Kernel(M // 32, threads=128) as bx:
            A_s = T.alloc_shared((32, 64), "float32")
            T.copy(A[bx * 32, 0], A_s)
            T.copy(A_s, C[bx * 32, 0])

    assert_refused(
        main,
        "Dimension 0 of tensor 'A' is the symbol M. Supported: constant shapes; with tilelang.compile the "
        "sizes of a launch take the place of symbols.",
        target={"kind": "tenstorrent", "sizes": "each"},
    )


def test_two_symbols_of_one_name():
    M, other = T.dynamic("M"), T.dynamic("M")

    @T.prim_func
    def main(A: T.Tensor((M, 64), "float32"), C: T.Tensor((other, 64), "float32")):  # <- refused
        with T.Kernel(M // 32, threads=128) as bx:
            A_s = T.alloc_shared((32, 64), "float32")
            T.copy(A[bx * 32, 0], A_s)
            T.copy(A_s, C[bx * 32, 0])

    assert_refused(
        main,
        "Dimension 0 of tensor 'C' is the symbol M. Supported: constant shapes; with tilelang.compile the "
        "sizes of a launch take the place of symbols.",
    )


def test_symbolic_shape_of_a_tensor_by_rows():
    M = T.dynamic("M")

    @T.prim_func
    def main(A: T.Tensor((M, 64), "float32"), C: T.Tensor((M, 64), "float32")):  # <- refused
        with T.Kernel(M // 32, threads=128) as bx:
            A_s = T.alloc_shared((32, 64), "float32")
            T.copy(A[bx * 32, 0], A_s)
            T.copy(A_s, C[bx * 32, 0])

    assert_refused(
        main,
        "Tensor 'A' lies in DRAM by rows and has the symbolic size M. Supported: constant shapes; with the target "
        'option sizes="each" the sizes of a launch take the place of symbols.',
        target={"kind": "tenstorrent", "tilize": "device"},
    )


def test_strides():
    @T.prim_func
    def main(A: T.StridedTensor((64, 64), (1, 64), "float32"), C: T.Tensor((64, 64))):  # <- refused
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "float32")
            T.copy(A, A_s)
            T.copy(A_s, C)

    assert_refused(main, "Tensor 'A' has strides (1, 64). Supported: dense row-major tensors.")


def test_scalar_parameter():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), s: T.float32, C: T.Tensor((64, 64), "float32")):  # <- refused
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "float32")
            T.copy(A, A_s)
            T.copy(A_s, C)

    assert_refused(
        main,
        "Parameter 's' of type float32 is a scalar. Supported: tensor parameters; with tilelang.compile the "
        "value of a launch takes the place of the scalar.",
    )

"""What the machine does not do with integers, and running sums it does not make."""

import pytest
import tilelang.language as T
import tilelang_tenstorrent as tt

from errors.refusal import assert_refused


def test_product():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "int8"), C: T.Tensor((64, 64), "int32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "int8")
            C_l = T.alloc_fragment((64, 64), "int32")
            T.copy(A, A_s)
            T.clear(C_l)
            T.gemm(A_s, A_s, C_l)  # <- refused
            T.copy(C_l, C)

    assert_refused(
        main,
        "T.gemm of 'A_s' (int8) is not supported. Supported: bfloat16, float16 and float32; convert a block of "
        "integers in T.Parallel first.",
    )


def test_division():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "int32"), C: T.Tensor((64, 64), "int32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "int32")
            C_l = T.alloc_fragment((64, 64), "int32")
            T.copy(A, A_s)
            for i, j in T.Parallel(64, 64):
                C_l[i, j] = A_s[i, j] // 3  # <- refused
            T.copy(C_l, C)

    assert_refused(
        main,
        "The expression A_s[i, j] // 3 divides integers of a block by 3. Supported: by powers of two, rounded "
        "down; the machine divides floats.",
    )


def test_wide_integers():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "int32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "int32")
            C_l = T.alloc_fragment((64, 64), "float32")
            T.copy(A, A_s)
            for i, j in T.Parallel(64, 64):
                C_l[i, j] = T.cast(T.cast(A_s[i, j], "int64") * T.int64(2), "float32")  # <- refused
            T.copy(C_l, C)

    assert_refused(
        main,
        'The expression T.Cast("int64", A_s[i, j]) * T.int64(2) (tirx.Mul) in T.Parallel is not supported. '
        "Supported: +, -, *, /, min, max, comparisons, T.if_then_else and functions such as T.exp, over blocks "
        "indexed by the loop variables, and constants.",
    )


@pytest.mark.parametrize("dtype", ["int32", "uint8"])
def test_reduction(dtype):
    @T.prim_func
    def main(A: T.Tensor((64, 64), dtype), C: T.Tensor((64,), dtype)):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_fragment((64, 64), dtype)
            C_l = T.alloc_fragment((64,), dtype)
            T.copy(A, A_s)
            T.reduce_min(A_s, C_l, dim=1)
            T.copy(C_l, C)

    with pytest.raises(ValueError) as caught:  # the line is one of TileLang's own, which wraps reductions
        tt.lower(main)
    assert str(caught.value).startswith(
        f"This reduction of 'A_s' ({dtype}) into 'C_l' ({dtype}) is not supported. Supported: T.reduce_sum and "
        "T.reduce_max of int32 into int32, and reductions of floats.\n"
    )


@pytest.mark.parametrize(
    ("shape", "dtype", "reverse", "text"),
    [((64, 64), "int32", False, "(int32)"), ((64,), "float32", True, "(float32) from the end")],
)
def test_running_sum(shape, dtype, reverse, text):
    @T.prim_func
    def main(A: T.Tensor(shape, dtype), C: T.Tensor(shape, dtype)):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared(shape, dtype)
            T.copy(A, A_s)
            T.cumsum(A_s, dim=0, reverse=reverse)  # <- refused
            T.copy(A_s, C)

    assert_refused(
        main,
        f"T.cumsum of 'A_s' {shape} {text} is not supported. Supported: blocks of one or two dimensions of "
        "floats; from the end, of two.",
    )


@pytest.mark.parametrize("fidelity", ["LoFi", "HiFi2"])
def test_packed_numbers_with_lossy_products(fidelity):
    @T.prim_func
    def main(B: T.Tensor((64, 32), "uint8"), C: T.Tensor((64, 64), "int32")):
        with T.Kernel(1, threads=128) as _:
            B_s = T.alloc_shared((64, 32), "uint8")
            C_l = T.alloc_fragment((64, 64), "int32")
            T.copy(B, B_s)
            for i, j in T.Parallel(64, 64):
                C_l[i, j] = T.cast(B_s[i, j // 2], "int32") >> j % 2 * 4 & 15  # <- refused
            T.copy(C_l, C)

    assert_refused(
        main,
        "T.Parallel reads 'B_s[i, j // 2]', which repeats elements by a product, but the target option "
        "math_fidelity multiplies with loss. Supported: HiFi4 (the default) and HiFi3.",
        {"kind": "tenstorrent", "math_fidelity": fidelity},
    )

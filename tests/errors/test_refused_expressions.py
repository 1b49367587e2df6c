"""T.Parallel nests and tile operators outside of what is supported."""

import pytest
import tilelang.language as T

from errors.refusal import assert_refused

_SUPPORTED = (
    "Supported: +, -, *, /, min, max, comparisons, T.if_then_else and functions such as T.exp, over blocks "
    "indexed by the loop variables, and constants"
)
_SHAPES = (
    "blocks of the shape of 'C_l', or vectors along one of its dimensions; int8 and uint8 blocks also at a "
    "loop variable divided by a constant"
)


@pytest.mark.parametrize(
    ("op", "text"),
    [
        (lambda a: T.round(a), "T.round(A_s[i, j]) (tirx.Call)"),
        (lambda a: T.fmod(a, 2.0), "T.fmod(A_s[i, j], T.float32(2.0)) (tirx.Call)"),
        (lambda a: T.exp(T.copysign(a, 1.0)), "T.copysign(A_s[i, j], T.float32(1.0)) (tirx.Call)"),
    ],
    ids=["round", "fmod", "inside"],
)
def test_operation(op, text):
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "float32")
            C_l = T.alloc_fragment((64, 64), "float32")
            T.copy(A, A_s)
            for i, j in T.Parallel(64, 64):
                C_l[i, j] = op(A_s[i, j])  # <- refused
            T.copy(C_l, C)

    assert_refused(main, f"The expression {text} in T.Parallel is not supported. {_SUPPORTED}.")


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (lambda b, i, j: b[j, j], "B_s[j, j]"),
        (lambda b, i, j: b[i, 63 - j], "B_s[i, 63 - j]"),
    ],
    ids=["diagonal", "mirrored"],
)
def test_operand_read_elsewhere(read, text):
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            B_s = T.alloc_shared((64, 64), "float32")
            C_l = T.alloc_fragment((64, 64), "float32")
            T.copy(A, B_s)
            for i, j in T.Parallel(64, 64):
                C_l[i, j] = B_s[i, j] + read(B_s, i, j)  # <- refused
            T.copy(C_l, C)

    assert_refused(main, f"T.Parallel reads '{text}'. {_SUPPORTED}; {_SHAPES}.")


def test_row_of_a_block_without_sums():
    @T.prim_func
    def main(A: T.Tensor((32, 64), "uint8"), C: T.Tensor((64,), "uint8")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((32, 64), "uint8")
            c = T.alloc_fragment((64,), "uint8")
            T.copy(A, A_s)
            for j in T.Parallel(64):
                c[j] = A_s[3, j]  # <- refused
            T.copy(c, C)

    assert_refused(
        main,
        "T.Parallel reads one row, column or element of block 'A_s' (uint8). Supported: of blocks of floats and "
        "int32; copy the block to one of int32 first.",
    )


def test_row_of_a_block_stored():
    @T.prim_func
    def main(A: T.Tensor((64,), "float32"), C: T.Tensor((32, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            C_l = T.alloc_fragment((32, 64), "float32")
            a = T.alloc_fragment((64,), "float32")
            T.copy(A, a)
            T.clear(C_l)
            for k in T.serial(32):
                for j in T.Parallel(64):
                    C_l[k, j] = a[j]  # <- refused
            T.copy(C_l, C)

    assert_refused(
        main,
        "T.Parallel stores to 'C_l[k, j]'. Supported: loops over the whole block, in order, stored at the loop "
        "variables.",
    )


def test_cast_inside_an_expression():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "float32")
            C_l = T.alloc_fragment((64, 64), "float32")
            T.copy(A, A_s)
            for i, j in T.Parallel(64, 64):
                C_l[i, j] = T.cast(T.cast(A_s[i, j], "float64"), "float32") + 1.0  # <- refused
            T.copy(C_l, C)

    assert_refused(
        main,
        'The expression casts from float64 to float32: T.Cast("float32", T.Cast("float64", A_s[i, j])). Supported: '
        "casts among bfloat16, float32, int32, uint32, uint16, int8, uint8 and bool.",
    )


@pytest.mark.parametrize("shape", ["part", "flat"])
def test_store_that_is_not_the_whole_block(shape):
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "float32")
            C_l = T.alloc_fragment((64, 64), "float32")
            T.copy(A, A_s)
            if shape == "part":
                for i, j in T.Parallel(32, 64):
                    C_l[i, j] = A_s[i, j]
            else:
                for i in T.Parallel(64 * 64):
                    C_l[i // 64, i % 64] = A_s[i // 64, i % 64]
            T.copy(C_l, C)

    index = {"part": "i, j", "flat": "i // 64, i % 64"}[shape]
    with pytest.raises(ValueError, match=r"T\.Parallel stores to") as caught:
        _lower(main)
    assert str(caught.value).partition("\n")[0] == (
        f"T.Parallel stores to 'C_l[{index}]'. Supported: loops over the whole block, in order, stored at the "
        "loop variables."
    )


def _lower(func):
    import tilelang_tenstorrent as tt

    return tt.lower(func)


def test_single_element_store():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "float32")
            T.copy(A, A_s)
            A_s[0, 0] = 1.0  # <- refused
            T.copy(A_s, C)

    assert_refused(
        main,
        "The kernel stores a single element to 'A_s'. Supported: stores inside T.Parallel over a whole block.",
    )


def test_float32_expression_in_a_16_bit_dst():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "float32")
            C_l = T.alloc_fragment((64, 64), "float32")
            T.copy(A, A_s)
            for i, j in T.Parallel(64, 64):
                C_l[i, j] = A_s[i, j] * 2.0  # <- refused
            T.copy(C_l, C)

    assert_refused(
        main,
        "T.Parallel computes in float32 or integers, but the target option fp32_dest_acc_en is false, which keeps "
        "16 bits. Leave the option out or set it to true.",
        {"kind": "tenstorrent", "fp32_dest_acc_en": False},
    )


def test_tile_operator():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "float32")
            T.copy(A, A_s)
            T.cummax(A_s)  # <- refused
            T.copy(A_s, C)

    assert_refused(
        main,
        "The tile operator 'tl.tileop.cummax' is not supported. Supported: T.copy, T.clear, T.fill, T.gemm, "
        "T.im2col, T.reduce_*, T.cumsum, T.transpose, T.atomic_add and T.Parallel.",
    )


def test_call():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "float32")
            T.copy(A, A_s)
            T.evaluate(T.call_extern("int32", "f"))  # <- refused
            T.copy(A_s, C)

    assert_refused(
        main,
        "The kernel calls 'tirx.call_extern'. Supported: T.copy, T.clear, T.fill, T.gemm, T.im2col, "
        "T.reduce_*, T.Parallel, and loops around them.",
    )

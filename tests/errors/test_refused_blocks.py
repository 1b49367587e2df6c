"""Block buffers that cannot be circular buffers, and blocks used without a value."""

import pytest
import tilelang.language as T

from errors.refusal import assert_refused


def test_part_of_the_columns_of_a_tile():
    @T.prim_func
    def main(C: T.Tensor((96, 96), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((32, 48), "float32")
            T.clear(A_s)
            T.copy(A_s, C[0, 0])  # <- refused

    assert_refused(
        main,
        "T.copy writes 48 columns of block 'A_s' to tensor 'C' (96, 96). Supported: multiples of 32 columns, or "
        "all up to the end of the tensor.",
    )


def test_slice_of_fewer_rows_than_its_block():
    @T.prim_func
    def main(A: T.Tensor((96, 32), "float32"), C: T.Tensor((96, 32), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((32, 32), "float32")
            T.copy(A[0:20, 0:32], A_s)  # <- refused
            T.copy(A_s, C[0, 0])

    assert_refused(
        main,
        "T.copy moves extent 20 of dimension 0 of tensor 'A', but the block 'A_s' wants 32. Supported: a slice of "
        "the block's own shape.",
    )


def test_block_of_another_rank():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "float32")
            B_s = T.alloc_shared((2, 32, 32), "float32")  # <- refused
            T.clear(B_s)
            T.copy(A, A_s)
            T.copy(A_s, C)

    assert_refused(
        main, "Buffer 'B_s' has 3 dimensions. Supported: blocks of 2 dimensions, in multiples of 32."
    )


@pytest.mark.parametrize("dtype", ["int64", "float64"])
def test_dtype_of_a_block(dtype):
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "float32")
            B_l = T.alloc_fragment((64, 64), dtype)  # <- refused
            T.copy(A, A_s)
            T.copy(A_s, B_l)
            T.copy(B_l, C)

    assert_refused(
        main,
        f"Buffer 'B_l' is of dtype {dtype}. Supported: bfloat16, float16, float32, int32, uint32, uint16, int8, "
        "uint8, bool.",
    )


def test_local_buffer():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_local((64, 64), "float32")  # <- refused
            T.copy(A, A_s)
            T.copy(A_s, C)

    assert_refused(
        main,
        "Buffer 'A_s' lives in scope 'local'. Supported: T.alloc_shared and T.alloc_fragment, and single numbers "
        "of T.alloc_var.",
    )


def test_number_set_for_each_element():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(2, threads=128) as bx:
            A_s = T.alloc_shared((32, 64), "float32")
            twice = T.alloc_local((1,), "float32")
            T.copy(A[bx * 32, 0], A_s)
            for i, j in T.Parallel(32, 64):
                twice[0] = A_s[i, j] * 2.0  # <- refused
                A_s[i, j] = twice[0]
            T.copy(A_s, C[bx * 32, 0])

    assert_refused(
        main,
        "T.Parallel stores to 'twice[0, 0]'. Supported: loops over the whole block, in order, stored at the loop "
        "variables.",
    )


_NO_VALUE = "Buffer '{}' is used before it has a value. Fill it first by T.clear, T.fill, T.copy or a T.Parallel store."


def test_store_of_a_block_without_a_value():
    @T.prim_func
    def main(C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "float32")
            T.copy(A_s, C)  # <- refused

    assert_refused(main, _NO_VALUE.format("A_s"))


def test_expression_of_a_block_without_a_value():
    @T.prim_func
    def main(C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "float32")
            C_l = T.alloc_fragment((64, 64), "float32")
            for i, j in T.Parallel(64, 64):  # <- refused
                C_l[i, j] = A_s[i, j] + 1.0
            T.copy(C_l, C)

    assert_refused(main, _NO_VALUE.format("A_s"))


def test_accumulator_that_is_not_cleared():
    @T.prim_func
    def main(
        A: T.Tensor((64, 64), "bfloat16"), B: T.Tensor((64, 64), "bfloat16"), C: T.Tensor((64, 64), "float32")
    ):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "bfloat16")
            B_s = T.alloc_shared((64, 64), "bfloat16")
            C_l = T.alloc_fragment((64, 64), "float32")
            T.copy(A, A_s)
            T.copy(B, B_s)
            T.gemm(A_s, B_s, C_l)  # <- refused
            T.copy(C_l, C)

    assert_refused(main, _NO_VALUE.format("C_l"))


_LOST = (
    "Buffer '{}' gets its value inside a loop or branch and is used after it. Supported: use it inside, or "
    "accumulate into a buffer that is cleared before the loop."
)


def test_value_that_leaves_a_loop():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((32, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((32, 64), "float32")
            for k in T.serial(2):
                T.copy(A[k * 32, 0], A_s)
            T.copy(A_s, C)  # <- refused

    assert_refused(main, _LOST.format("A_s"))


def test_accumulator_cleared_again_inside_the_loop():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "bfloat16"), C: T.Tensor((32, 32), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((32, 32), "bfloat16")
            C_l = T.alloc_fragment((32, 32), "float32")
            T.clear(C_l)
            for k in T.serial(2):  # <- refused
                T.clear(C_l)
                T.copy(A[k * 32, 0], A_s)
                T.gemm(A_s, A_s, C_l)
            T.copy(C_l, C)

    assert_refused(main, _LOST.format("C_l"))


def test_block_that_is_never_used():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "float32")
            B_s = T.alloc_shared((64, 64), "float32")
            T.copy(A, A_s)
            T.copy(A, B_s)  # <- refused
            T.copy(A_s, C)

    assert_refused(main, "Buffer 'B_s' is never used. Remove it, or use its value.")


def test_blocks_that_do_not_fit_in_l1():
    @T.prim_func
    def main(A: T.Tensor((1024, 1024), "float32"), C: T.Tensor((1024, 1024), "float32")):  # <- refused
        with T.Kernel(2, threads=128) as bx:
            A_s = T.alloc_shared((512, 512), "float32")
            T.copy(A[bx * 512, 0], A_s)
            T.copy(A_s, C[bx * 512, 0])

    assert_refused(
        main,
        "The circular buffers need 2097152 B of L1; wormhole_b0 has 1395712 B for them. Use smaller blocks "
        "or fewer pipeline stages:\n  A_s: 16x16 tiles x 2 blocks x 4096 B = 2097152 B",
    )


def test_square_block_that_does_not_fit_in_l1():
    """Its rows and columns cannot be told apart, so it is not streamed in chunks of columns."""

    @T.prim_func
    def main(A: T.Tensor((640, 640), "float32"), C: T.Tensor((640, 640), "float32")):  # <- refused
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((640, 640), "float32")
            T.copy(A, A_s)
            T.copy(A_s, C)

    assert_refused(
        main,
        "The circular buffers need 3276800 B of L1; wormhole_b0 has 1395712 B for them. Use smaller blocks "
        "or fewer pipeline stages:\n  A_s: 20x20 tiles x 2 blocks x 4096 B = 3276800 B",
    )


def test_more_blocks_than_circular_buffers():
    @T.prim_func
    def main(A: T.Tensor((40, 32, 32), "bfloat16"), C: T.Tensor((32, 32), "bfloat16")):  # <- refused
        with T.Kernel(1, threads=128) as _:
            blocks = [T.alloc_shared((32, 32), "bfloat16") for _ in range(40)]
            C_l = T.alloc_fragment((32, 32), "bfloat16")
            for s, block in enumerate(blocks):
                T.copy(A[s, 0, 0], block)
            for i, j in T.Parallel(32, 32):
                C_l[i, j] = sum(block[i, j] for block in blocks)
            T.copy(C_l, C)

    assert_refused(
        main,
        "The kernel needs 41 circular buffers; wormhole_b0 has 32. Use fewer block buffers, or split the "
        "kernel.",
    )

"""Copies and fills that are not moves of whole blocks."""

import pytest
import tilelang.language as T

from errors.refusal import assert_refused

_PART = (
    "The operator touches a part of block buffer '{0}': {0}[0:32, 0:{1}]. Supported: whole blocks; allocate a "
    "buffer of that shape."
)


def test_part_of_a_block_filled():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "float32")
            T.copy(A[0:32, 0:64], A_s[0:32, 0:64])  # <- refused
            T.copy(A_s, C)

    assert_refused(main, _PART.format("A_s", 64))


def test_part_of_a_block_stored():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "float32")
            T.copy(A, A_s)
            T.copy(A_s[0:32, 0:32], C[0:32, 0:32])  # <- refused

    assert_refused(main, _PART.format("A_s", 32))


def test_part_of_a_block_copied_to_a_block():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((32, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "float32")
            B_s = T.alloc_shared((32, 64), "float32")
            T.copy(A, A_s)
            T.copy(A_s[32:64, 0:64], B_s)  # <- refused
            T.copy(B_s, C)

    assert_refused(main, _PART.format("A_s", 64).replace("[0:32", "[32:64"))


def test_slice_smaller_than_the_block():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "float32")
            T.copy(A[0:32, 0:32], A_s)  # <- refused
            T.copy(A_s, C)

    assert_refused(
        main,
        "T.copy moves extent 32 of dimension 0 of tensor 'A', but the block 'A_s' wants 64. Supported: a "
        "slice of the block's own shape.",
    )


@pytest.mark.parametrize("step", [16, 1, 48])
def test_slice_that_starts_within_a_tile(step):
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(2, threads=128) as bx:
            A_s = T.alloc_shared((64, 32), "float32")
            T.copy(A[0, bx * step], A_s)  # <- refused
            T.copy(A_s, C[0, bx * 32])

    start = "bx" if step == 1 else f"bx * {step}"
    assert_refused(
        main,
        f"T.copy starts at {start} in dimension 1 of tensor 'A', which is not always a multiple of 32. "
        "Supported: slices that start on a tile, but for the rows of blocks.",
    )


def test_rows_that_are_shorter_than_what_the_machine_reads():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "bfloat16"), C: T.Tensor((64, 64), "bfloat16")):
        with T.Kernel(2, threads=128) as bx:
            A_s = T.alloc_shared((32, 64), "bfloat16")
            T.copy(A[bx * 16, 0], A_s)  # <- refused
            T.copy(A_s, C[bx * 32, 0])

    assert_refused(
        main,
        "T.copy moves rows of tensor 'A' (bfloat16) that do not start on a tile: 32 bytes at a time, but this "
        "machine reads DRAM in multiples of 64. Supported here: wider dtypes, or slices that start on a tile.",
        target={"kind": "tenstorrent", "arch": "blackhole"},
    )


def test_fill_with_an_expression():
    @T.prim_func
    def main(C: T.Tensor((64, 64), "float32")):
        with T.Kernel(2, threads=128) as bx:
            C_l = T.alloc_fragment((32, 64), "float32")
            T.fill(C_l, T.cast(bx, "float32"))  # <- refused
            T.copy(C_l, C[bx * 32, 0])

    assert_refused(main, 'T.fill with the expression T.Cast("float32", bx). Supported: constants.')


def test_part_of_a_block_filled_with_a_constant():
    @T.prim_func
    def main(C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            C_l = T.alloc_fragment((64, 64), "float32")
            T.fill(C_l[0:32, 0:64], 1.0)  # <- refused
            T.copy(C_l, C)

    assert_refused(main, _PART.format("C_l", 64))


def test_image_unfolded_after_it_was_written():
    @T.prim_func
    def main(image: T.Tensor((1, 4, 32, 32), "bfloat16"), C: T.Tensor((32, 32), "bfloat16")):
        with T.Kernel(1, threads=128) as _:
            a = T.alloc_shared((32, 32), "bfloat16")
            b = T.alloc_shared((32, 32), "bfloat16")
            T.copy(C, a)
            T.copy(a, image[0, 0, 0:32, 0:32])
            T.im2col(image, b, 0, 0, 1, 1, 1, 0)  # <- refused
            T.copy(b, C)

    assert_refused(
        main,
        "T.im2col reads tensor 'image' after the kernel wrote it. Supported: images that the kernel does not write; "
        "write to another tensor.",
    )

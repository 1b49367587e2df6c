"""Tensors that cannot be stored in a block format, and accesses that such tensors do not have."""

import re

import pytest
import tilelang.language as T
import tilelang_tenstorrent as tt

from errors.refusal import assert_refused


def _copy(storage, dtype="bfloat16", shape=(64, 64)):
    """C = A; `storage` gets A, C and a block and returns the formats."""

    @T.prim_func
    def main(A: T.Tensor(shape, dtype), C: T.Tensor(shape, dtype)):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared(shape, dtype)
            tt.annotate_storage(storage(A, C, A_s))
            T.copy(A, A_s)
            T.copy(A_s, C)

    return main


def _message(caught) -> str:
    return str(caught.value).partition("\n  --> ")[0]


@pytest.mark.parametrize("dtype", ["int32", "uint8", "uint16"])
def test_integers(dtype):
    with pytest.raises(ValueError) as caught:
        tt.lower(_copy(lambda a, c, block: {a: "bfp8_b"}, dtype))
    assert _message(caught) == (
        f"tt.annotate_storage stores tensor 'A' ({dtype}) as bfp8_b. Supported: tensors of bfloat16, float16 "
        "or float32."
    )


def test_block():
    with pytest.raises(ValueError) as caught:
        tt.lower(_copy(lambda a, c, block: {block: "bfp8_b"}))
    assert _message(caught) == (
        "tt.annotate_storage names 'A_s', which is no tensor parameter of the kernel. Supported: parameters; "
        "blocks take the format of the tensor they are copied from."
    )


def test_unknown_format():
    """Seen while the kernel is parsed, which TileLang reports in its own way."""
    message = "tt.annotate_storage stores tensor 'A' as 'bfloat8'. Supported: bfp8_b and bfp4_b."
    with pytest.raises(Exception, match=re.escape(message)):
        _copy(lambda a, c, block: {a: "bfloat8"})


def test_names_are_no_tensors():
    message = (
        "tt.annotate_storage got the key 'A' (str). Supported: tensor parameters of the kernel, as in "
        "{B: 'bfp8_b'}."
    )
    with pytest.raises(Exception, match=re.escape(message)):
        _copy(lambda a, c, block: {"A": "bfp8_b"})


def test_outside_of_the_kernel():
    message = (
        "tt.annotate_storage stands outside of T.Kernel. Supported: in every T.Kernel that uses the tensor."
    )
    with pytest.raises(Exception, match=re.escape(message)):

        @T.prim_func
        def main(A: T.Tensor((64, 64), "bfloat16"), C: T.Tensor((64, 64), "bfloat16")):
            tt.annotate_storage({A: "bfp8_b"})
            with T.Kernel(1, threads=128) as _:
                A_s = T.alloc_shared((64, 64), "bfloat16")
                T.copy(A, A_s)
                T.copy(A_s, C)


def test_output_with_rows_that_end_inside_of_a_group():
    @T.prim_func
    def main(A: T.Tensor((64, 40), "bfloat16"), C: T.Tensor((64, 40), "bfloat16")):
        with T.Kernel(1, threads=128) as _:
            tt.annotate_storage({A: "bfp8_b", C: "bfp8_b"})
            A_s = T.alloc_shared((64, 64), "bfloat16")
            T.copy(A[0, 0], A_s)
            T.copy(A_s, C[0, 0])  # <- refused

    assert_refused(
        main,
        "The kernel writes tensor 'C', which tt.annotate_storage stores in a block format, with rows of 40 "
        "elements. Supported: rows in multiples of 16, which share exponents; pad the tensor or take the "
        "annotation out.",
    )


def test_rows_that_start_anywhere():
    @T.prim_func
    def main(A: T.Tensor((96, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            tt.annotate_storage({A: "bfp8_b"})
            A_s = T.alloc_shared((64, 64), "float32")
            T.copy(A[7, 0], A_s)  # <- refused
            T.copy(A_s, C)

    assert_refused(
        main,
        "T.copy moves rows of tensor 'A' that do not start on a tile, but tt.annotate_storage stores it in a "
        "block format, whose tiles are moved whole. Supported: slices that start on a tile and have the "
        "block's shape; or take the annotation out.",
    )


def test_image_of_a_convolution():
    @T.prim_func
    def main(image: T.Tensor((1, 8, 8, 32), "bfloat16"), out: T.Tensor((64, 32), "bfloat16")):
        with T.Kernel(1, threads=128) as _:
            tt.annotate_storage({image: "bfp8_b"})
            block = T.alloc_shared((64, 32), "bfloat16")
            T.im2col(image, block, 0, 0, 1, 1, 1, 0)  # <- refused
            T.copy(block, out)

    assert_refused(
        main,
        "T.im2col reads rows of tensor 'image', which tt.annotate_storage stores in a block format. Supported: "
        "the filter in a block format; take the annotation of the image out.",
    )

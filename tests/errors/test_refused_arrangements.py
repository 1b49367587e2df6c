"""Atomic additions, unfolded images, elements of tensors and annotations that are refused."""

from __future__ import annotations

import tilelang.language as T

from errors.refusal import assert_refused


def test_atomic_addition_to_a_block():
    @T.prim_func
    def main(A: T.Tensor((32, 32), "float32"), C: T.Tensor((32, 32), "float32")):
        with T.Kernel(1, threads=128) as _:
            a = T.alloc_fragment((32, 32), "float32")
            s = T.alloc_shared((32, 32), "float32")
            T.copy(A, a)
            T.clear(s)
            T.atomic_add(s, a)  # <- refused
            T.copy(s, C)

    assert_refused(main, "T.atomic_add adds 'a' to 's'. Supported: a block added to a tensor.")


def test_atomic_addition_of_a_number():
    @T.prim_func
    def main(A: T.Tensor((32, 32), "float32"), C: T.Tensor((32, 32), "float32")):
        with T.Kernel(1, threads=128) as _:
            a = T.alloc_fragment((32, 32), "float32")
            T.copy(A, a)
            T.copy(a, C)
            T.atomic_add(C[0, 0], 1.0)  # <- refused

    assert_refused(
        main,
        "T.atomic_add of this form is not supported. Supported: elements of a tensor inside of T.Parallel, and "
        "whole blocks.",
    )


def test_an_unfolded_image_of_another_dtype():
    @T.prim_func
    def main(image: T.Tensor((1, 8, 8, 32), "bfloat16"), C: T.Tensor((64, 32), "float32")):
        with T.Kernel(2, threads=128) as bx:
            a = T.alloc_shared((32, 32), "float32")
            T.im2col(image, a, bx, 0, 1, 1, 1, 0)  # <- refused
            T.copy(a, C[bx * 32, 0])

    assert_refused(
        main,
        "T.im2col reads tensor 'image' (bfloat16) into 'a' (float32). Supported: a block of the tensor's dtype.",
    )


def test_elements_of_a_tensor_two_apart():
    @T.prim_func
    def main(A: T.Tensor((64, 32), "float32"), C: T.Tensor((32, 32), "float32")):
        with T.Kernel(1, threads=128) as _:
            c = T.alloc_fragment((32, 32), "float32")
            for i, j in T.Parallel(32, 32):
                c[i, j] = A[i * 2, j]  # <- refused
            T.copy(c, C)

    assert_refused(
        main,
        "T.Parallel uses 'A[i * 2, j]' of a tensor. Supported: indices that are a loop variable plus what does "
        "not depend on one.",
    )


def test_a_loop_inside_of_t_parallel():
    @T.prim_func
    def main(A: T.Tensor((32, 32), "float32"), C: T.Tensor((32, 32), "float32")):
        with T.Kernel(1, threads=128) as _:
            c = T.alloc_fragment((32, 32), "float32")
            T.copy(A, c)
            for i, j in T.Parallel(32, 32):
                for _k in T.serial(4):  # <- refused
                    c[i, j] = c[i, j] * 2.0
            T.copy(c, C)

    assert_refused(
        main,
        "The body of T.Parallel holds a tirx.For. Supported: stores of element-wise expressions, lets and "
        "branches.",
    )


def test_a_position_divided_by_what_is_no_constant():
    @T.prim_func
    def main(C: T.Tensor((64, 32), "float32")):
        with T.Kernel(2, threads=128) as bx:
            c = T.alloc_fragment((32, 32), "float32")
            for i, j in T.Parallel(32, 32):
                c[i, j] = T.cast(j // (bx + 1), "float32")  # <- refused
            T.copy(c, C[bx * 32, 0])

    assert_refused(
        main,
        "The expression j // (bx + 1) (tirx.FloorDiv) in T.Parallel is not supported. Supported: +, -, *, /, min, "
        "max, comparisons, T.if_then_else and functions such as T.exp, over blocks indexed by the loop "
        "variables, and constants.",
    )


def test_an_annotation_that_nobody_knows():
    @T.prim_func
    def main(A: T.Tensor((32, 32), "float32"), C: T.Tensor((32, 32), "float32")):
        with T.Kernel(1, threads=128) as _:  # <- refused
            T.attr(0, "cache_hint", 1)
            a = T.alloc_fragment((32, 32), "float32")
            T.copy(A, a)
            T.copy(a, C)

    assert_refused(
        main,
        "The kernel carries the annotation 'cache_hint'. Supported: T.use_swizzle, which changes nothing here.",
    )

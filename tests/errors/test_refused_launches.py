"""Grids and control flow of kernels."""

import tilelang.language as T

from errors.refusal import assert_refused


def test_no_kernel():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):  # <- refused
        for i, j in T.grid(64, 64):
            C[i, j] = A[i, j]

    assert_refused(
        main,
        "The function has 0 kernels. Supported: one T.Kernel in what the passes see; tt.kernels(func) takes a "
        "function of several apart.",
    )


def test_two_kernels():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):  # <- refused
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "float32")
            T.copy(A, A_s)
            T.copy(A_s, C)
        with T.Kernel(1, threads=128) as _:
            B_s = T.alloc_shared((64, 64), "float32")
            T.copy(A, B_s)
            T.copy(B_s, C)

    assert_refused(
        main,
        "The function has 2 kernels. Supported: one T.Kernel in what the passes see; tt.kernels(func) takes a "
        "function of several apart.",
    )


def test_empty_grid():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(0, threads=128) as _:  # <- refused
            A_s = T.alloc_shared((64, 64), "float32")
            T.copy(A, A_s)
            T.copy(A_s, C)

    assert_refused(main, "T.Kernel has the grid extent 0. Supported: positive constants.")


def test_kernel_that_writes_nothing():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:  # <- refused
            A_s = T.alloc_shared((64, 64), "float32")
            T.copy(A, A_s)

    assert_refused(
        main,
        "The kernel writes no tensor. Supported: kernels that T.copy at least one block to a tensor.",
    )


def test_thread_index():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "float32")
            thread = T.get_thread_binding()
            T.copy(A, A_s)
            if thread < 64:  # <- refused
                T.copy(A_s, C)

    assert_refused(
        main,
        "The kernel uses the thread index 'thread'. Supported: kernels written in tiles, without threads.",
    )


def test_while_on_an_element_of_a_tensor():
    @T.prim_func
    def main(
        A: T.Tensor((64, 64), "float32"), Stop: T.Tensor((8,), "int32"), C: T.Tensor((64, 64), "float32")
    ):
        with T.Kernel(2, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "float32")
            step = T.alloc_var("int32")
            step = 0
            while Stop[step] == 0:  # <- refused
                step = step + 1
            T.copy(A, A_s)
            T.copy(A_s, C)

    assert_refused(
        main,
        "The condition of 'while' reads an element of a tensor: Stop[step[0]] == 0. Supported: conditions of "
        "variables; assign the element to one of T.alloc_var in the loop.",
    )


def test_condition_on_a_float_of_a_tensor():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(2, threads=128) as bx:
            A_s = T.alloc_shared((64, 64), "float32")
            T.copy(A, A_s)
            if A[bx, 0] > 0.5:  # <- refused
                T.copy(A_s, C)

    assert_refused(
        main,
        "The index or condition reads 'A[bx, 0]' of dtype float32. Supported: elements of int32, uint32, uint16, "
        "int8, uint8 and bool.",
    )


def test_element_of_a_tensor_that_may_not_exist():
    @T.prim_func
    def main(
        A: T.Tensor((64, 64), "float32"), Rows: T.Tensor((3,), "int32"), C: T.Tensor((64, 64), "float32")
    ):
        with T.Kernel(4, threads=128) as bx:
            A_s = T.alloc_shared((32, 64), "float32")
            row = T.alloc_var("int32")
            row = T.if_then_else(bx < 3, Rows[bx], 0)  # <- refused
            T.copy(A[row, 0], A_s)
            T.copy(A_s, C[0, 0])

    assert_refused(
        main,
        "'Rows[bx]' is read under a condition of its expression. Supported: elements that always exist; put the "
        "statement into an 'if'.",
    )


def test_division_of_what_may_be_negative():
    @T.prim_func
    def main(
        A: T.Tensor((64, 64), "float32"), Rows: T.Tensor((4,), "int32"), C: T.Tensor((64, 64), "float32")
    ):
        with T.Kernel(4, threads=128) as bx:
            A_s = T.alloc_shared((32, 64), "float32")
            T.copy(A[Rows[bx] // 12, 0], A_s)  # <- refused
            T.copy(A_s, C[0, 0])

    assert_refused(
        main,
        "The index or condition divides Rows_element by 12, and may be negative. Supported: divisions by powers of "
        "two there.",
    )

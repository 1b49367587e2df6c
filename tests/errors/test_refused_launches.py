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


def test_while_loop():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(2, threads=128) as bx:
            A_s = T.alloc_shared((64, 64), "float32")
            while bx < 0:  # <- refused
                T.copy(A, A_s)
            T.copy(A, A_s)
            T.copy(A_s, C)

    assert_refused(
        main,
        "The kernel has a while loop. Supported: T.serial, T.Pipelined and T.Persistent loops.",
    )

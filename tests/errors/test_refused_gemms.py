"""Products of blocks that are not supported."""

import pytest
import tilelang.language as T

from errors.refusal import assert_refused


def test_part_of_an_operand():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "bfloat16"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "bfloat16")
            B_s = T.alloc_shared((32, 64), "bfloat16")
            C_l = T.alloc_fragment((64, 64), "float32")
            T.copy(A, A_s)
            T.copy(A[0, 0], B_s)
            T.clear(C_l)
            T.gemm(A_s[0:64, 0:32], B_s, C_l)  # <- refused
            T.copy(C_l, C)

    assert_refused(
        main,
        "T.gemm takes a part of block buffer 'A_s': A_s[0:64, 0:32]. Supported: whole blocks; allocate a "
        "buffer of that shape.",
    )


def test_accumulator_filled_from_a_tensor():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "bfloat16"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "bfloat16")
            C_l = T.alloc_fragment((64, 64), "float32")
            T.copy(A, A_s)
            T.copy(C, C_l)
            T.gemm(A_s, A_s, C_l)  # <- refused
            T.copy(C_l, C)

    assert_refused(
        main,
        "T.gemm accumulates into 'C_l', which a T.copy filled from a tensor. Supported: accumulators that "
        "start with T.clear, T.fill or a T.Parallel store.",
    )


def test_accumulator_used_between_products():
    @T.prim_func
    def main(
        A: T.Tensor((64, 64), "bfloat16"), C: T.Tensor((64, 64), "float32"), D: T.Tensor((64, 64), "float32")
    ):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "bfloat16")
            C_l = T.alloc_fragment((64, 64), "float32")
            T.copy(A, A_s)
            T.clear(C_l)
            T.gemm(A_s, A_s, C_l)
            T.copy(C_l, C)
            T.gemm(A_s, A_s, C_l)  # <- refused
            T.copy(C_l, D)

    assert_refused(
        main,
        "Buffer 'C_l' is accumulated into again after it was used. Supported: use it after the last "
        "accumulation, or clear it first.",
    )


def test_float32_block_for_both_units():
    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((64, 64), "float32")
            C_l = T.alloc_fragment((64, 64), "float32")
            D_l = T.alloc_fragment((64, 64), "float32")
            T.copy(A, A_s)
            T.clear(C_l)
            T.gemm(A_s, A_s, C_l)
            for i, j in T.Parallel(64, 64):
                D_l[i, j] = C_l[i, j] + A_s[i, j]  # <- refused
            T.copy(D_l, C)

    assert_refused(
        main,
        "float32 buffer 'A_s' is an operand of T.gemm and of element-wise compute. The machine unpacks a "
        "buffer either for the matrix unit (19 bits) or straight to DST (32 bits). Supported: copy the "
        "tensor into two buffers, one for each use.",
    )


def test_accumulator_used_inside_the_loop_that_accumulates():
    @T.prim_func
    def main(A: T.Tensor((32, 64), "bfloat16"), C: T.Tensor((64, 32), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((32, 32), "bfloat16")
            C_l = T.alloc_fragment((32, 32), "float32")
            D_l = T.alloc_fragment((32, 32), "float32")
            T.clear(C_l)
            for k in T.serial(2):
                T.copy(A[0, k * 32], A_s)
                T.gemm(A_s, A_s, C_l)  # <- refused
                for i, j in T.Parallel(32, 32):
                    D_l[i, j] = C_l[i, j] + 1.0
                T.copy(D_l, C[k * 32, 0])

    assert_refused(
        main,
        "Buffer 'C_l' is accumulated into again after it was used. Supported: use it after the last "
        "accumulation, or clear it first.",
    )


@pytest.mark.parametrize("first", ["update", "product"])
def test_accumulator_updated_inside_the_loop_that_accumulates(first):
    @T.prim_func
    def main(A: T.Tensor((32, 64), "bfloat16"), C: T.Tensor((32, 32), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((32, 32), "bfloat16")
            C_l = T.alloc_fragment((32, 32), "float32")
            T.clear(C_l)
            for k in T.serial(2):
                T.copy(A[0, k * 32], A_s)
                if first == "update":
                    for i, j in T.Parallel(32, 32):
                        C_l[i, j] = C_l[i, j] * 2.0
                T.gemm(A_s, A_s, C_l)  # <- refused
                if first == "product":
                    for i, j in T.Parallel(32, 32):
                        C_l[i, j] = C_l[i, j] * 2.0
            T.copy(C_l, C)

    assert_refused(
        main,
        "Buffer 'C_l' is updated and accumulated into by one loop. Supported: a T.Parallel update or a T.gemm "
        "accumulation per loop.",
    )

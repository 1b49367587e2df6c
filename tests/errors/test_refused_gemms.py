"""Products of blocks that are not supported."""

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
        "The operator takes a part of block buffer 'A_s': A_s[0:64, 0:32]. Supported: whole blocks; allocate a "
        "buffer of that shape.",
    )


def test_product_of_two_vectors():
    @T.prim_func
    def main(A: T.Tensor((1, 64), "bfloat16"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((1, 64), "bfloat16")
            C_l = T.alloc_fragment((64, 64), "float32")
            T.copy(A, A_s)
            T.clear(C_l)
            T.gemm(A_s, A_s, C_l, transpose_A=True)  # <- refused
            T.copy(C_l, C)

    assert_refused(
        main,
        "T.gemm multiplies the vector 'A_s' (1, 64) by the vector 'A_s' (1, 64). Supported: sums over "
        "multiples of 32 elements; write an outer product as T.Parallel.",
    )

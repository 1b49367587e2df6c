"""TileLang sources of products with weights of 8 and 4 bits.

Annotations of kernels are evaluated as code, so these files do not postpone annotations.
"""

import tilelang.language as T


def int8_weights(M, N, K, block, scaled=True):
    """C = A @ (B * scale): int8 weights with a scale for each column, or with the scale left to the end."""
    block_M, block_N, block_K = block

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"),
        B: T.Tensor((K, N), "int8"),
        scale: T.Tensor((N,), "float32"),
        C: T.Tensor((M, N), "bfloat16"),
    ):
        with T.Kernel(T.ceildiv(N, block_N), T.ceildiv(M, block_M), threads=128) as (bx, by):
            A_s = T.alloc_shared((block_M, block_K), "bfloat16")
            B_s = T.alloc_shared((block_K, block_N), "int8")
            W_l = T.alloc_fragment((block_K, block_N), "bfloat16")
            scale_s = T.alloc_shared((block_N,), "float32")
            C_l = T.alloc_fragment((block_M, block_N), "float32")
            T.clear(C_l)
            T.copy(scale[bx * block_N], scale_s)
            for k in T.Pipelined(T.ceildiv(K, block_K), num_stages=2):
                T.copy(A[by * block_M, k * block_K], A_s)
                T.copy(B[k * block_K, bx * block_N], B_s)
                for i, j in T.Parallel(block_K, block_N):
                    if scaled:
                        W_l[i, j] = T.cast(B_s[i, j], "float32") * scale_s[j]
                    else:
                        W_l[i, j] = T.cast(B_s[i, j], "bfloat16")
                T.gemm(A_s, W_l, C_l)
            if not scaled:
                for i, j in T.Parallel(block_M, block_N):
                    C_l[i, j] = C_l[i, j] * scale_s[j]
            T.copy(C_l, C[by * block_M, bx * block_N])

    return main


def int8_weights_by_copy(M, N, K, block):
    """C = A @ B with int8 weights that T.copy turns into bfloat16."""
    block_M, block_N, block_K = block

    @T.prim_func
    def main(A: T.Tensor((M, K), "bfloat16"), B: T.Tensor((K, N), "int8"), C: T.Tensor((M, N), "bfloat16")):
        with T.Kernel(T.ceildiv(N, block_N), T.ceildiv(M, block_M), threads=128) as (bx, by):
            A_s = T.alloc_shared((block_M, block_K), "bfloat16")
            W_s = T.alloc_shared((block_K, block_N), "bfloat16")
            C_l = T.alloc_fragment((block_M, block_N), "float32")
            T.clear(C_l)
            for k in T.Pipelined(T.ceildiv(K, block_K), num_stages=2):
                T.copy(A[by * block_M, k * block_K], A_s)
                T.copy(B[k * block_K, bx * block_N], W_s)
                T.gemm(A_s, W_s, C_l)
            T.copy(C_l, C[by * block_M, bx * block_N])

    return main


def unpack(M, N, block_M, block_N, element, rows=False, packed="uint8", out="int32", per=2):
    """C[i, j] = element(B[i, j // per], j % per), or (`rows`) the same along the columns."""
    B_shape = (M // per, N) if rows else (M, N // per)
    block = (block_M // per, block_N) if rows else (block_M, block_N // per)

    @T.prim_func
    def main(B: T.Tensor(B_shape, packed), C: T.Tensor((M, N), out)):
        with T.Kernel(N // block_N, M // block_M, threads=128) as (bx, by):
            B_s = T.alloc_shared(block, packed)
            C_l = T.alloc_fragment((block_M, block_N), out)
            if rows:
                T.copy(B[by * block_M // per, bx * block_N], B_s)
            else:
                T.copy(B[by * block_M, bx * block_N // per], B_s)
            for i, j in T.Parallel(block_M, block_N):
                if rows:
                    C_l[i, j] = element(B_s[i // per, j], i % per)
                else:
                    C_l[i, j] = element(B_s[i, j // per], j % per)
            T.copy(C_l, C[by * block_M, bx * block_N])

    return main


def int4_weights(M, N, K, block):
    """C = A @ B.T * scale, with signed weights of 4 bits, two to a byte along K."""
    block_M, block_N, block_K = block

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"),
        B: T.Tensor((N, K // 2), "uint8"),
        scale: T.Tensor((N,), "float32"),
        C: T.Tensor((M, N), "bfloat16"),
    ):
        with T.Kernel(T.ceildiv(N, block_N), T.ceildiv(M, block_M), threads=128) as (bx, by):
            A_s = T.alloc_shared((block_M, block_K), "bfloat16")
            B_s = T.alloc_shared((block_N, block_K // 2), "uint8")
            B_l = T.alloc_fragment((block_N, block_K // 2), "uint8")
            W_l = T.alloc_fragment((block_N, block_K), "bfloat16")
            scale_s = T.alloc_shared((block_N,), "float32")
            C_l = T.alloc_fragment((block_M, block_N), "float32")
            T.clear(C_l)
            T.copy(scale[bx * block_N], scale_s)
            for k in T.Pipelined(T.ceildiv(K, block_K), num_stages=2):
                T.copy(A[by * block_M, k * block_K], A_s)
                T.copy(B[bx * block_N, k * block_K // 2], B_s)
                T.copy(B_s, B_l)
                for i, j in T.Parallel(block_N, block_K):
                    W_l[i, j] = T.cast(signed_nibble(B_l[i, j // 2], j % 2), "bfloat16")
                T.gemm(A_s, W_l, C_l, transpose_B=True)
            for i, j in T.Parallel(block_M, block_N):
                C_l[i, j] = C_l[i, j] * scale_s[j]
            T.copy(C_l, C[by * block_M, bx * block_N])

    return main


def nibble(byte, position):
    """The lower or the upper 4 bits of a byte."""
    return T.cast(byte >> (T.cast(position, "uint8") * T.uint8(4)) & T.uint8(15), "int32")


def signed_nibble(byte, position):
    """The same with bit 3 as the sign."""
    value = nibble(byte, position)
    return (value ^ 8) - 8


def shifted_nibble(byte, position):
    """The same as TileLang's examples have it: bit 3 goes to the sign of a byte, and back."""
    value = byte >> (T.cast(position, "uint8") * T.uint8(4)) & T.uint8(15)
    return T.reinterpret(value << T.uint8(4), "int8") >> T.int8(4)


def nibble_of_int8(byte, position):
    """The lower or the upper 4 bits of a signed byte."""
    return T.cast(byte, "int32") >> position * 4 & 15


def two_bits(byte, position):
    return T.cast(byte, "int32") >> position * 2 & 3

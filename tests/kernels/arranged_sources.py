"""TileLang sources whose tensors, grids or expressions are arranged before they become tiles.

Annotations of kernels are evaluated as code, so these files do not postpone annotations.
"""

import math

import tilelang.language as T


def positions(rows, cols, block, value, dtype="float32"):
    """C[r, c] = value(A[r, c], r, c, index of the block of rows)."""
    block_M, block_N = block

    @T.prim_func
    def main(A: T.Tensor((rows, cols), dtype), C: T.Tensor((rows, cols), dtype)):
        with T.Kernel(T.ceildiv(cols, block_N), T.ceildiv(rows, block_M), threads=128) as (bx, by):
            a = T.alloc_shared((block_M, block_N), dtype)
            T.copy(A[by * block_M, bx * block_N], a)
            for i, j in T.Parallel(block_M, block_N):
                a[i, j] = value(a[i, j], by * block_M + i, bx * block_N + j, by)
            T.copy(a, C[by * block_M, bx * block_N])

    return main


def branches(rows, cols):
    """Lets, branches, several stores and elements of tensors in one nest: C and the sums of its rows."""

    @T.prim_func
    def main(
        A: T.Tensor((rows, cols), "float32"),
        C: T.Tensor((rows, cols), "float32"),
        R: T.Tensor((rows,), "float32"),
    ):
        with T.Kernel(rows // 32, threads=128) as bx:
            c = T.alloc_fragment((32, cols), "float32")
            s = T.alloc_fragment((32,), "float32")
            for i, j in T.Parallel(32, cols):
                x = A[bx * 32 + i, j]
                c[i, j] = x
                if i < j:
                    c[i, j] = x * 2.0
                else:
                    c[i, j] = c[i, j] + T.cast(bx * 32 + i, "float32")
                if bx * 32 + i < rows:
                    C[bx * 32 + i, j] = c[i, j]
            T.reduce_sum(c, s, dim=1)
            for i in T.Parallel(32):
                R[bx * 32 + i] = s[i]

    return main


def thin_rows(rows, cols, block):
    """C = A - its row's sum, a few rows at a time, and S, the sums."""

    @T.prim_func
    def main(
        A: T.Tensor((rows, cols), "float32"),
        C: T.Tensor((rows, cols), "float32"),
        S: T.Tensor((rows,), "float32"),
    ):
        with T.Kernel(T.ceildiv(rows, block), threads=128) as bx:
            a = T.alloc_fragment((block, cols), "float32")
            s = T.alloc_fragment((block,), "float32")
            T.copy(A[bx * block, 0], a)
            T.reduce_sum(a, s, dim=1)
            for i, j in T.Parallel(block, cols):
                a[i, j] = a[i, j] - s[i]
            for i in T.Parallel(block):
                S[bx * block + i] = s[i]
            T.copy(a, C[bx * block, 0])

    return main


def split_product(M, N, K, split, whole):
    """C += A @ B, the sum over K in parts that are added atomically."""
    part = K // split

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"), B: T.Tensor((K, N), "bfloat16"), C: T.Tensor((M, N), "float32")
    ):
        with T.Kernel(N // 32, M // 32, split, threads=128) as (bx, by, bz):
            a = T.alloc_shared((32, part), "bfloat16")
            b = T.alloc_shared((part, 32), "bfloat16")
            c = T.alloc_fragment((32, 32), "float32")
            T.copy(A[by * 32, bz * part], a)
            T.copy(B[bz * part, bx * 32], b)
            T.gemm(a, b, c, clear_accum=True)
            if whole:
                T.atomic_add(C[by * 32, bx * 32], c)
            else:
                for i, j in T.Parallel(32, 32):
                    T.atomic_add(C[by * 32 + i, bx * 32 + j], c[i, j])

    return main


def long_split_product(block_m, block_n, K, split, M=64, N=64, dtype="float32"):
    """C += A @ B, whose parts of K take so long that it is worth to spread them over cores."""
    part = K // split

    @T.prim_func
    def main(A: T.Tensor((M, K), "bfloat16"), B: T.Tensor((K, N), "bfloat16"), C: T.Tensor((M, N), dtype)):
        with T.Kernel(T.ceildiv(N, block_n), T.ceildiv(M, block_m), split, threads=128) as (bx, by, bz):
            a = T.alloc_shared((block_m, 64), "bfloat16")
            b = T.alloc_shared((64, block_n), "bfloat16")
            c = T.alloc_fragment((block_m, block_n), "float32")
            T.clear(c)
            for k in T.Pipelined(part // 64, num_stages=2):
                T.copy(A[by * block_m, bz * part + k * 64], a)
                T.copy(B[bz * part + k * 64, bx * block_n], b)
                T.gemm(a, b, c)
            T.atomic_add(C[by * block_m, bx * block_n], c)

    return main


def split_product_with_copy(block_m, block_n, K, split, M=64, N=64):
    """The same, and every part of K writes the first block of A to D."""
    part = K // split

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"),
        B: T.Tensor((K, N), "bfloat16"),
        C: T.Tensor((M, N), "float32"),
        D: T.Tensor((M, 64), "bfloat16"),
    ):
        with T.Kernel(T.ceildiv(N, block_n), T.ceildiv(M, block_m), split, threads=128) as (bx, by, bz):
            a = T.alloc_shared((block_m, 64), "bfloat16")
            b = T.alloc_shared((64, block_n), "bfloat16")
            c = T.alloc_fragment((block_m, block_n), "float32")
            T.clear(c)
            for k in T.Pipelined(part // 64, num_stages=2):
                T.copy(A[by * block_m, bz * part + k * 64], a)
                T.copy(B[bz * part + k * 64, bx * block_n], b)
                T.gemm(a, b, c)
            T.atomic_add(C[by * block_m, bx * block_n], c)
            T.copy(A[by * block_m, 0], a)
            T.copy(a, D[by * block_m, 0])

    return main


def moving_sums(blocks, steps):
    """C[k] += A[b, k] for all blocks b, at steps k: slices that move inside of the kernel."""

    @T.prim_func
    def main(
        A: T.Tensor((2, blocks, steps * 32, 64), "float32"), C: T.Tensor((2, steps * 32, 64), "float32")
    ):
        with T.Kernel(2, blocks, threads=128) as (bx, by):
            a = T.alloc_shared((32, 64), "float32")
            for k in T.Pipelined(steps, num_stages=2):
                T.copy(A[bx, by, k * 32, 0], a)
                for i, j in T.Parallel(32, 64):
                    T.atomic_add(C[bx, k * 32 + i, j], a[i, j] * 2.0)

    return main


def groups_of_sums(heads, group):
    """C[h // group] += A[h] by whole blocks, and the sum of all rows into S."""

    @T.prim_func
    def main(
        A: T.Tensor((heads, 32, 64), "float32"),
        C: T.Tensor((heads // group, 32, 64), "float32"),
        S: T.Tensor((64,), "float32"),
    ):
        with T.Kernel(heads, threads=128) as bx:
            a = T.alloc_shared((32, 64), "float32")
            s = T.alloc_fragment((64,), "float32")
            T.copy(A[bx, 0, 0], a)
            T.reduce_sum(a, s, dim=0)
            T.atomic_add(C[bx // group, 0:32, 0:64], a)
            T.atomic_add(S, s)

    return main


def stream_of_products(M, N, K, cores):
    """C += A @ B; each of `cores` takes its share of the steps of all blocks: whole blocks or parts."""
    steps, across = K // 32, N // 32
    total = (M // 32) * across * steps
    each = -(-total // cores)

    @T.prim_func
    def main(
        A: T.Tensor((M, K), "bfloat16"), B: T.Tensor((K, N), "bfloat16"), C: T.Tensor((M, N), "float32")
    ):
        with T.Kernel(cores, threads=128) as pid:
            a = T.alloc_shared((32, 32), "bfloat16")
            b = T.alloc_shared((32, 32), "bfloat16")
            c = T.alloc_fragment((32, 32), "float32")
            at = T.alloc_var("int32")
            to = T.alloc_var("int32")
            at = pid * each
            last = T.min((pid + 1) * each, total)
            while at < last:
                to = T.min(at + (steps - at % steps), last)
                tile = at // steps
                first = at % steps
                T.clear(c)
                for k in T.Pipelined(to - at, num_stages=2):
                    T.copy(A[tile // across * 32, (first + k) * 32], a)
                    T.copy(B[(first + k) * 32, tile % across * 32], b)
                    T.gemm(a, b, c)
                if to - at == steps:
                    T.copy(c, C[tile // across * 32, tile % across * 32])
                else:
                    T.atomic_add(C[tile // across * 32, tile % across * 32], c)
                at = to

    return main


def written_and_read(steps):
    """C = the running sums of the blocks of A, each read back from where the step before wrote it."""

    @T.prim_func
    def main(A: T.Tensor((steps * 32, 64), "float32"), C: T.Tensor(((steps + 1) * 32, 64), "float32")):
        with T.Kernel(1, threads=128) as _:
            a = T.alloc_shared((32, 64), "float32")
            last = T.alloc_shared((32, 64), "float32")
            for k in T.serial(steps):
                T.copy(A[k * 32, 0], a)
                T.copy(C[k * 32, 0], last)
                for i, j in T.Parallel(32, 64):
                    a[i, j] = a[i, j] + last[i, j]
                T.copy(a, C[(k + 1) * 32, 0])

    return main


def operands_used_twice(steps):
    """C = A + the sum of A @ B[k] * 2; D = A @ (A @ the last B): float32 blocks multiplied and added."""

    @T.prim_func
    def main(
        A: T.Tensor((32, 32), "float32"),
        B: T.Tensor((steps, 32, 32), "float32"),
        C: T.Tensor((32, 32), "float32"),
        D: T.Tensor((32, 32), "float32"),
    ):
        with T.Kernel(1, threads=128) as _:
            a = T.alloc_shared((32, 32), "float32")
            b = T.alloc_shared((32, 32), "float32")
            product = T.alloc_fragment((32, 32), "float32")
            c = T.alloc_fragment((32, 32), "float32")
            d = T.alloc_fragment((32, 32), "float32")
            T.copy(A, a)
            T.copy(a, c)
            T.clear(d)
            for k in T.serial(steps):
                T.copy(B[k, 0, 0], b)
                T.gemm(a, b, product, clear_accum=True)
                for i, j in T.Parallel(32, 32):
                    c[i, j] = c[i, j] + product[i, j] * 2.0
                if k == steps - 1:
                    T.gemm(a, product, d)
            T.copy(c, C)
            T.copy(d, D)

    return main


def convolution(N, H, W, C, F, kernel, stride, dilation, pad, block=(32, 32, 32), dtype="bfloat16"):
    """out (N, OH, OW, F) = image (N, H, W, C) * filter (kernel, kernel, C, F)."""
    OH = (H + 2 * pad - dilation * (kernel - 1) - 1) // stride + 1
    OW = (W + 2 * pad - dilation * (kernel - 1) - 1) // stride + 1
    image_shape, filter_shape, out_shape = (N, H, W, C), (kernel, kernel, C, F), (N, OH, OW, F)
    depth = kernel * kernel * C
    block_M, block_N, block_K = block

    @T.prim_func
    def main(
        image: T.Tensor(image_shape, dtype),
        weights: T.Tensor(filter_shape, dtype),
        out: T.Tensor(out_shape, dtype),
    ):
        with T.Kernel(T.ceildiv(F, block_N), T.ceildiv(N * OH * OW, block_M), threads=128) as (bx, by):
            pixels = T.alloc_shared((block_M, block_K), dtype)
            taps = T.alloc_shared((block_K, block_N), dtype)
            acc = T.alloc_fragment((block_M, block_N), "float32")
            weights_flat = T.Tensor((depth, F), dtype, weights.data)
            out_flat = T.Tensor((N * OH * OW, F), dtype, out.data)
            T.clear(acc)
            for k in T.Pipelined(T.ceildiv(depth, block_K), num_stages=2):
                T.im2col(image, pixels, by, k, kernel, stride, dilation, pad)
                T.copy(weights_flat[k * block_K, bx * block_N], taps)
                T.gemm(pixels, taps, acc)
            T.copy(acc, out_flat[by * block_M, bx * block_N])

    return main


def causal_attention(batch, sequence, heads, groups, dim, block, dtype="float16"):
    """Out = softmax(Q @ K.T / sqrt(dim), masked above the diagonal) @ V; groups of heads share K and V."""
    scale = math.log2(math.e) / math.sqrt(dim)
    shape, shared_shape = (batch, sequence, heads, dim), (batch, sequence, heads // groups, dim)

    @T.prim_func
    def main(
        Q: T.Tensor(shape, dtype),
        K: T.Tensor(shared_shape, dtype),
        V: T.Tensor(shared_shape, dtype),
        Out: T.Tensor(shape, dtype),
    ):
        with T.Kernel(sequence // block, heads, batch, threads=128) as (bx, by, bz):
            Q_s = T.alloc_shared((block, dim), dtype)
            K_s = T.alloc_shared((block, dim), dtype)
            V_s = T.alloc_shared((block, dim), dtype)
            S_l = T.alloc_fragment((block, block), "float32")
            P_l = T.alloc_fragment((block, block), dtype)
            O_l = T.alloc_fragment((block, dim), "float32")
            high = T.alloc_fragment((block,), "float32")
            before = T.alloc_fragment((block,), "float32")
            rescale = T.alloc_fragment((block,), "float32")
            part = T.alloc_fragment((block,), "float32")
            total = T.alloc_fragment((block,), "float32")
            T.copy(Q[bz, bx * block : (bx + 1) * block, by, :], Q_s)
            T.clear(O_l)
            T.clear(total)
            T.fill(high, -T.infinity("float32"))
            for k in T.Pipelined(T.ceildiv((bx + 1) * block, block), num_stages=2):
                T.copy(K[bz, k * block : (k + 1) * block, by // groups, :], K_s)
                for i, j in T.Parallel(block, block):
                    S_l[i, j] = T.if_then_else(bx * block + i >= k * block + j, 0.0, -T.infinity("float32"))
                T.gemm(Q_s, K_s, S_l, transpose_B=True)
                T.copy(high, before)
                T.reduce_max(S_l, high, dim=1, clear=False)
                for i in T.Parallel(block):
                    rescale[i] = T.exp2(before[i] * scale - high[i] * scale)
                for i, j in T.Parallel(block, block):
                    S_l[i, j] = T.exp2(S_l[i, j] * scale - high[i] * scale)
                T.reduce_sum(S_l, part, dim=1)
                for i in T.Parallel(block):
                    total[i] = total[i] * rescale[i] + part[i]
                T.copy(S_l, P_l)
                for i, j in T.Parallel(block, dim):
                    O_l[i, j] *= rescale[i]
                T.copy(V[bz, k * block : (k + 1) * block, by // groups, :], V_s)
                T.gemm(P_l, V_s, O_l)
            for i, j in T.Parallel(block, dim):
                O_l[i, j] /= total[i]
            T.copy(O_l, Out[bz, bx * block : (bx + 1) * block, by, :])

    return main


def turned_reads(rows, cols):
    """C = (2 A + B^T), and D its transpose, element by element."""

    @T.prim_func
    def main(
        A: T.Tensor((rows, cols), "float32"),
        B: T.Tensor((cols, rows), "float32"),
        C: T.Tensor((rows, cols), "float32"),
        D: T.Tensor((cols, rows), "float32"),
    ):
        with T.Kernel(cols // 32, rows // 64, threads=128) as (bx, by):
            a = T.alloc_shared((64, 32), "float32")
            b = T.alloc_shared((32, 64), "float32")
            c = T.alloc_fragment((64, 32), "float32")
            T.copy(A[by * 64, bx * 32], a)
            T.copy(B[bx * 32, by * 64], b)
            for i, j in T.Parallel(64, 32):
                c[i, j] = a[i, j] * 2.0 + b[j, i]
            for i, j in T.Parallel(64, 32):
                D[bx * 32 + j, by * 64 + i] = c[i, j]
            T.copy(c, C[by * 64, bx * 32])

    return main


def single_elements(rows, cols):
    """C = A divided by the first element of its row block, plus the block's first element of S."""

    @T.prim_func
    def main(
        A: T.Tensor((rows, cols), "float32"),
        S: T.Tensor((rows,), "float32"),
        C: T.Tensor((rows, cols), "float32"),
    ):
        with T.Kernel(rows // 32, threads=128) as bx:
            a = T.alloc_fragment((32, cols), "float32")
            corner = T.alloc_fragment((1,), "float32")
            first = T.alloc_fragment((1,), "float32")
            T.copy(A[bx * 32, 0], a)
            corner[0] = 1.0 / A[bx * 32, 0]
            first[0] = S[bx * 32]
            for i, j in T.Parallel(32, cols):
                a[i, j] = a[i, j] * corner[0] + first[0]
            T.copy(a, C[bx * 32, 0])

    return main


def tensor_to_tensor(rows, cols, dtype, out_dtype):
    """C = A, straight from tensor to tensor, batch by batch."""

    @T.prim_func
    def main(A: T.Tensor((2, rows, cols), dtype), C: T.Tensor((rows, 2, cols), out_dtype)):
        with T.Kernel(2, rows // 32, threads=128) as (bz, bx):
            T.copy(A[bz, bx * 32 : bx * 32 + 32, :], C[bx * 32 : bx * 32 + 32, bz, :])

    return main


def last_elements(rows, length):
    """C = A minus the last element of its row, rows as vectors."""

    @T.prim_func
    def main(A: T.Tensor((rows, length), "float32"), C: T.Tensor((rows, length), "float32")):
        with T.Kernel(rows, threads=128) as bx:
            a = T.alloc_fragment((length,), "float32")
            last = T.alloc_fragment((1,), "float32")
            T.copy(A[bx, 0:length], a)
            last[0] = A[bx, length - 1]
            for i in T.Parallel(length):
                a[i] = a[i] - last[0]
            T.copy(a, C[bx, 0:length])

    return main


def vector_both_ways(size):
    """C[i, j] = (A[i, j] - m[i]) * m[j], with m the maxima of A's rows."""

    @T.prim_func
    def main(A: T.Tensor((size, size), "float32"), C: T.Tensor((size, size), "float32")):
        with T.Kernel(1, threads=128) as _:
            a = T.alloc_fragment((size, size), "float32")
            m = T.alloc_fragment((size,), "float32")
            T.copy(A, a)
            T.reduce_max(a, m, dim=1)
            for i, j in T.Parallel(size, size):
                a[i, j] = (a[i, j] - m[i]) * m[j]
            T.copy(a, C)

    return main


def masked_thin_rows():
    """C = A, with -1 in the last three of every eight rows, by blocks of eight rows."""

    @T.prim_func
    def main(A: T.Tensor((64, 64), "float32"), C: T.Tensor((64, 64), "float32")):
        with T.Kernel(8, threads=128) as bx:
            a = T.alloc_fragment((8, 64), "float32")
            T.copy(A[bx * 8, 0], a)
            for i, j in T.Parallel(8, 64):
                a[i, j] = T.if_then_else(i < 5, a[i, j], -1.0)
            T.copy(a, C[bx * 8, 0])

    return main

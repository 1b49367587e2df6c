"""PropagateTTLayout, T.Parallel in one form: one store a nest, blocks only, decided conditions."""

from __future__ import annotations

from tvm.script import tirx as T

from passes.structure import after, assert_code


def test_stores_lets_branches_and_tensor_elements():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 32))
        C = T.match_buffer(C_handle, (64, 32))
        with T.sblock("root"):
            T.reads()
            T.writes()
            C_l = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
            for i in T.parallel(32):
                for j in T.parallel(32):
                    x: T.float32 = A[32 + i, j]
                    C_l[i, j] = x
                    if i < j:
                        C_l[i, j] = x * T.float32(2)
                    if i < 32:
                        C[32 + i, j] = C_l[i, j]

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 32))
        C = T.match_buffer(C_handle, (64, 32))
        with T.sblock("root"):
            T.reads()
            T.writes()
            C_l = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
            A_block = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
            A_block_1 = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
            C_block = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
            T.copy(T.region(A[32, 0], 1, 32, 32), T.region(A_block[0, 0], 2, 32, 32))
            for i in T.parallel(32):
                for j in T.parallel(32):
                    C_l[i, j] = A_block[i, j]
            T.copy(T.region(A[32, 0], 1, 32, 32), T.region(A_block_1[0, 0], 2, 32, 32))
            for i in T.parallel(32):
                for j in T.parallel(32):
                    C_l[i, j] = T.if_then_else(i < j, A_block_1[i, j] * T.float32(2), C_l[i, j])
            for i in T.parallel(32):
                for j in T.parallel(32):
                    C_block[i, j] = C_l[i, j]
            T.copy(T.region(C_block[0, 0], 1, 32, 32), T.region(C[32, 0], 2, 32, 32))

    assert_code(after("PropagateTTLayout", func, {}), expected)


def test_a_mask_that_the_ranges_decide_is_a_fill():
    @T.prim_func(private=True)
    def func(C_handle: T.handle):
        C = T.match_buffer(C_handle, (64, 32))
        with T.sblock("root"):
            T.reads()
            T.writes()
            C_l = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
            for k in range(2):
                for i in T.parallel(32):
                    for j in T.parallel(32):
                        C_l[i, j] = T.if_then_else(k * 32 + i < 64, T.float32(1), T.float32(0))
                T.copy(T.region(C_l[0, 0], 1, 32, 32), T.region(C[k * 32, 0], 2, 32, 32))

    @T.prim_func(private=True)
    def expected(C_handle: T.handle):
        C = T.match_buffer(C_handle, (64, 32))
        with T.sblock("root"):
            T.reads()
            T.writes()
            C_l = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
            for k in range(2):
                T.fill(T.region(C_l[0, 0], 2, 32, 32), T.float32(1))
                T.copy(T.region(C_l[0, 0], 1, 32, 32), T.region(C[k * 32, 0], 2, 32, 32))

    assert_code(after("PropagateTTLayout", func, {}), expected)


def test_a_let_of_what_is_stored_to_becomes_a_block():
    @T.prim_func(private=True)
    def func(A_handle: T.handle):
        A = T.match_buffer(A_handle, (32, 32))  # noqa: F841
        with T.sblock("root"):
            T.reads()
            T.writes()
            a = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
            b = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
            for i in T.parallel(32):
                for j in T.parallel(32):
                    old: T.float32 = a[i, j]
                    a[i, j] = b[i, j]
                    b[i, j] = old

    @T.prim_func(private=True)
    def expected(A_handle: T.handle):
        A = T.match_buffer(A_handle, (32, 32))  # noqa: F841
        with T.sblock("root"):
            T.reads()
            T.writes()
            a = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
            b = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
            old = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
            for i in T.parallel(32):
                for j in T.parallel(32):
                    old[i, j] = a[i, j]
            for i in T.parallel(32):
                for j in T.parallel(32):
                    a[i, j] = b[i, j]
            for i in T.parallel(32):
                for j in T.parallel(32):
                    b[i, j] = old[i, j]

    assert_code(after("PropagateTTLayout", func, {}), expected)


def test_a_block_read_the_other_way_round_is_transposed():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 32))
        C = T.match_buffer(C_handle, (32, 64))
        with T.sblock("root"):
            T.reads()
            T.writes()
            a = T.sblock_alloc_buffer((64, 32), scope="shared.dyn")
            T.copy(T.region(A[0, 0], 1, 64, 32), T.region(a[0, 0], 2, 64, 32))
            for i in T.parallel(64):
                for j in T.parallel(32):
                    C[j, i] = a[i, j] * T.float32(2)

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (64, 32))
        C = T.match_buffer(C_handle, (32, 64))
        with T.sblock("root"):
            T.reads()
            T.writes()
            a = T.sblock_alloc_buffer((64, 32), scope="shared.dyn")
            C_block = T.sblock_alloc_buffer((32, 64), scope="local.fragment")
            a_t = T.sblock_alloc_buffer((32, 64), scope="local.fragment")
            T.copy(T.region(A[0, 0], 1, 64, 32), T.region(a[0, 0], 2, 64, 32))
            T.transpose(T.region(a[0, 0], 1, 64, 32), T.region(a_t[0, 0], 2, 32, 64))
            for j in T.parallel(32):
                for i in T.parallel(64):
                    C_block[j, i] = a_t[j, i] * T.float32(2)
            T.copy(T.region(C_block[0, 0], 1, 32, 64), T.region(C[0, 0], 2, 32, 64))

    assert_code(after("PropagateTTLayout", func, {}), expected)


def test_an_element_inside_of_a_tile_is_selected():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (1, 64))
        C = T.match_buffer(C_handle, (1, 64))
        with T.sblock("root"):
            T.reads()
            T.writes()
            a = T.sblock_alloc_buffer((1, 64), scope="local.fragment")
            last = T.sblock_alloc_buffer((1,), scope="local.fragment")
            T.copy(T.region(A[0, 0], 1, 1, 64), T.region(a[0, 0], 2, 1, 64))
            last[0] = A[0, 63]
            for i in T.parallel(1):
                for j in T.parallel(64):
                    a[i, j] = a[i, j] - last[0]
            T.copy(T.region(a[0, 0], 1, 1, 64), T.region(C[0, 0], 2, 1, 64))

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (1, 64))
        C = T.match_buffer(C_handle, (1, 64))
        with T.sblock("root"):
            T.reads()
            T.writes()
            a = T.sblock_alloc_buffer((1, 64), scope="local.fragment")
            last = T.sblock_alloc_buffer((1, 1), scope="local.fragment")
            A_row = T.sblock_alloc_buffer((1, 32), scope="local.fragment")
            A_row_chosen = T.sblock_alloc_buffer((1, 32), scope="local.fragment")
            A_row_element = T.sblock_alloc_buffer((1, 1), scope="local.fragment")
            T.copy(T.region(A[0, 0], 1, 1, 64), T.region(a[0, 0], 2, 1, 64))
            T.copy(T.region(A[0, 63 // 32 * 32], 1, 1, 32), T.region(A_row[0, 0], 2, 1, 32))
            for i in T.parallel(32):
                A_row_chosen[0, i] = T.if_then_else(i == 63 % 32, A_row[0, i], T.float32(0))
            T.reduce(
                T.region(A_row_chosen[0, 0], 1, 1, 32),
                T.region(A_row_element[0, 0], 2, 1, 1),
                "sum",
                1,
                T.bool(True),
            )
            for i in T.parallel(1):
                last[i, 0] = A_row_element[0, 0]
            for i in T.parallel(1):
                for j in T.parallel(64):
                    a[i, j] = a[i, j] - last[0, 0]
            T.copy(T.region(a[0, 0], 1, 1, 64), T.region(C[0, 0], 2, 1, 64))

    assert_code(after("PropagateTTLayout", func, {}), expected)


def test_a_row_that_a_loop_chooses_becomes_a_vector():
    @T.prim_func(private=True)
    def func(C_handle: T.handle):
        C = T.match_buffer(C_handle, (64,))
        with T.sblock("root"):
            T.reads()
            T.writes()
            a = T.sblock_alloc_buffer((32, 64), scope="local.fragment")
            v = T.sblock_alloc_buffer((64,), scope="local.fragment")
            c = T.sblock_alloc_buffer((64,), scope="local.fragment")
            T.fill(T.region(a[0, 0], 2, 32, 64), T.float32(1))
            for k in range(32):
                T.copy(T.region(a[k, 0], 1, 1, 64), T.region(v[0], 2, 64))
                for j in T.parallel(64):
                    c[j] = a[k, j] * a[k, j]
            T.copy(T.region(c[0], 1, 64), T.region(C[0], 2, 64))

    @T.prim_func(private=True)
    def expected(C_handle: T.handle):
        C = T.match_buffer(C_handle, (64,))
        with T.sblock("root"):
            T.reads()
            T.writes()
            a = T.sblock_alloc_buffer((32, 64), scope="local.fragment")
            v = T.sblock_alloc_buffer((1, 64), scope="local.fragment")
            c = T.sblock_alloc_buffer((1, 64), scope="local.fragment")
            a_chosen = T.sblock_alloc_buffer((32, 64), scope="local.fragment")
            a_row = T.sblock_alloc_buffer((1, 64), scope="local.fragment")
            a_chosen_1 = T.sblock_alloc_buffer((32, 64), scope="local.fragment")
            a_row_1 = T.sblock_alloc_buffer((1, 64), scope="local.fragment")
            T.fill(T.region(a[0, 0], 2, 32, 64), T.float32(1))
            for k in range(32):
                for i in T.parallel(32):
                    for j in T.parallel(64):
                        a_chosen[i, j] = T.if_then_else(i == k, a[i, j], T.float32(0))
                T.reduce(
                    T.region(a_chosen[0, 0], 1, 32, 64),
                    T.region(a_row[0, 0], 2, 1, 64),
                    "sum",
                    0,
                    T.bool(True),
                )
                for j in T.parallel(64):
                    v[0, j] = a_row[0, j]
                for i in T.parallel(32):
                    for j in T.parallel(64):
                        a_chosen_1[i, j] = T.if_then_else(i == k, a[i, j], T.float32(0))
                T.reduce(
                    T.region(a_chosen_1[0, 0], 1, 32, 64),
                    T.region(a_row_1[0, 0], 2, 1, 64),
                    "sum",
                    0,
                    T.bool(True),
                )
                for j in T.parallel(64):
                    c[0, j] = a_row_1[0, j] * a_row_1[0, j]
            T.copy(T.region(c[0, 0], 1, 1, 64), T.region(C[0], 2, 64))

    assert_code(after("PropagateTTLayout", func, {}), expected)

"""PropagateTTLayout, atomic additions: grid axes that add to one slice are loops of the core."""

from __future__ import annotations

from tilelang_tenstorrent.target import make_target
from tvm import IRModule, tirx
from tvm.script import tirx as T

from lowering import run_passes
from passes.structure import assert_code


def _summed(func, core_grid=(8, 8)):
    """The module after the pass and the one before, which finds the layouts."""
    target = make_target({"kind": "tenstorrent", "core_grid": list(core_grid)})
    func = func.with_attr("global_symbol", "main").with_attr("target", target)
    return run_passes(IRModule({"main": func}), "PropagateTTLayout")[-1][1]


def test_the_axis_that_the_slice_does_not_depend_on_is_a_loop():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (4, 64, 32))
        C = T.match_buffer(C_handle, (64, 32))
        for bx in T.thread_binding(2, thread="blockIdx.x"):
            for by in T.thread_binding(4, thread="blockIdx.y"):
                with T.sblock("kernel"):
                    T.reads()
                    T.writes()
                    a = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                    T.copy(T.region(A[by, bx * 32, 0], 1, 1, 32, 32), T.region(a[0, 0], 2, 32, 32))
                    T.atomicadd(T.region(a[0, 0], 1, 32, 32), T.region(C[bx * 32, 0], 2, 32, 32))

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (4, 64, 32))
        C = T.match_buffer(C_handle, (64, 32))
        for bx in T.thread_binding(2, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                C_sum = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                T.copy(T.region(C[bx * 32, 0], 1, 32, 32), T.region(C_sum[0, 0], 2, 32, 32))
                for by in range(4):
                    T.copy(T.region(A[by, bx * 32, 0], 1, 1, 32, 32), T.region(a[0, 0], 2, 32, 32))
                    for i in T.parallel(32):
                        for j in T.parallel(32):
                            C_sum[i, j] = C_sum[i, j] + a[i, j]
                T.copy(T.region(C_sum[0, 0], 1, 32, 32), T.region(C[bx * 32, 0], 2, 32, 32))

    assert_code(_summed(func), expected)


def test_a_slice_that_moves_is_read_and_written_at_each_addition():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (4, 64, 32))
        C = T.match_buffer(C_handle, (2, 64, 32))
        for bx in T.thread_binding(2, thread="blockIdx.x"):
            for by in T.thread_binding(4, thread="blockIdx.y"):
                with T.sblock("kernel"):
                    T.reads()
                    T.writes()
                    a = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                    for k in range(2):
                        T.copy(T.region(A[by, k * 32, 0], 1, 1, 32, 32), T.region(a[0, 0], 2, 32, 32))
                        T.atomicadd(T.region(a[0, 0], 1, 32, 32), T.region(C[bx, k * 32, 0], 2, 1, 32, 32))

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (4, 64, 32))
        C = T.match_buffer(C_handle, (2, 64, 32))
        for bx in T.thread_binding(2, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                C_sum = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                for by in range(4):
                    for k in range(2):
                        T.copy(T.region(A[by, k * 32, 0], 1, 1, 32, 32), T.region(a[0, 0], 2, 32, 32))
                        T.copy(T.region(C[bx, k * 32, 0], 1, 1, 32, 32), T.region(C_sum[0, 0], 2, 32, 32))
                        for i in T.parallel(32):
                            for j in T.parallel(32):
                                C_sum[i, j] = C_sum[i, j] + a[i, j]
                        T.copy(T.region(C_sum[0, 0], 1, 32, 32), T.region(C[bx, k * 32, 0], 2, 1, 32, 32))

    assert_code(_summed(func), expected)


def test_an_axis_that_two_indices_are_computed_from_stays():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (6, 32, 32))
        C = T.match_buffer(C_handle, (2, 3, 32, 32))
        for bx in T.thread_binding(6, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                T.copy(T.region(A[bx, 0, 0], 1, 1, 32, 32), T.region(a[0, 0], 2, 32, 32))
                T.atomicadd(T.region(a[0, 0], 1, 32, 32), T.region(C[bx // 3, bx % 3, 0, 0], 2, 1, 1, 32, 32))

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (6, 32, 32))
        C = T.match_buffer(C_handle, (2, 3, 32, 32))
        for bx in T.thread_binding(6, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                C_sum = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                T.copy(T.region(C[bx // 3, bx % 3, 0, 0], 1, 1, 1, 32, 32), T.region(C_sum[0, 0], 2, 32, 32))
                T.copy(T.region(A[bx, 0, 0], 1, 1, 32, 32), T.region(a[0, 0], 2, 32, 32))
                for i in T.parallel(32):
                    for j in T.parallel(32):
                        C_sum[i, j] = C_sum[i, j] + a[i, j]
                T.copy(T.region(C_sum[0, 0], 1, 32, 32), T.region(C[bx // 3, bx % 3, 0, 0], 2, 1, 1, 32, 32))

    assert_code(_summed(func), expected)


def test_an_axis_behind_one_that_becomes_a_loop_moves_up():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (2, 4, 32, 32))
        C = T.match_buffer(C_handle, (2, 32, 32))
        for bx in T.thread_binding(4, thread="blockIdx.x"):
            for by in T.thread_binding(2, thread="blockIdx.y"):
                with T.sblock("kernel"):
                    T.reads()
                    T.writes()
                    a = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                    T.copy(T.region(A[by, bx, 0, 0], 1, 1, 1, 32, 32), T.region(a[0, 0], 2, 32, 32))
                    T.atomicadd(T.region(a[0, 0], 1, 32, 32), T.region(C[by, 0, 0], 2, 1, 32, 32))

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (2, 4, 32, 32))
        C = T.match_buffer(C_handle, (2, 32, 32))
        for by in T.thread_binding(2, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                C_sum = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                T.copy(T.region(C[by, 0, 0], 1, 1, 32, 32), T.region(C_sum[0, 0], 2, 32, 32))
                for bx in range(4):
                    T.copy(T.region(A[by, bx, 0, 0], 1, 1, 1, 32, 32), T.region(a[0, 0], 2, 32, 32))
                    for i in T.parallel(32):
                        for j in T.parallel(32):
                            C_sum[i, j] = C_sum[i, j] + a[i, j]
                T.copy(T.region(C_sum[0, 0], 1, 32, 32), T.region(C[by, 0, 0], 2, 1, 32, 32))

    assert_code(_summed(func), expected)


def _column_sum(blocks):
    """C[bx] += A[by, bx], cut into 32 blocks, for as many values of by."""

    @T.prim_func(private=True)
    def func(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (blocks, 2, 64, 1024))
        C = T.match_buffer(C_handle, (2, 64, 32))
        for bx in T.thread_binding(2, thread="blockIdx.x"):
            for by in T.thread_binding(blocks, thread="blockIdx.y"):
                with T.sblock("kernel"):
                    T.reads()
                    T.writes()
                    a = T.sblock_alloc_buffer((64, 32), scope="local.fragment")
                    for k in range(32):
                        T.copy(T.region(A[by, bx, 0, k * 32], 1, 1, 1, 64, 32), T.region(a[0, 0], 2, 64, 32))
                        T.atomicadd(T.region(a[0, 0], 1, 64, 32), T.region(C[bx, 0, 0], 2, 1, 64, 32))

    return func


def test_where_it_saves_time_cores_take_turns():
    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (4, 2, 64, 1024))
        C = T.match_buffer(C_handle, (2, 64, 32))
        for bx in T.thread_binding(2, thread="blockIdx.x"):
            for by in T.thread_binding(4, thread="blockIdx.y", annotations={"tt.sums": ["C"]}):
                with T.sblock("kernel"):
                    T.reads()
                    T.writes()
                    a = T.sblock_alloc_buffer((64, 32), scope="local.fragment")
                    C_sum = T.sblock_alloc_buffer((64, 32), scope="local.fragment")
                    C_before = T.sblock_alloc_buffer((64, 32), scope="local.fragment")
                    T.fill(T.region(C_sum[0, 0], 2, 64, 32), T.float32(0))
                    for k in range(32):
                        T.copy(T.region(A[by, bx, 0, k * 32], 1, 1, 1, 64, 32), T.region(a[0, 0], 2, 64, 32))
                        for i in T.parallel(64):
                            for j in T.parallel(32):
                                C_sum[i, j] = C_sum[i, j] + a[i, j]
                    T.copy(T.region(C[bx, 0, 0], 1, 1, 64, 32), T.region(C_before[0, 0], 2, 64, 32))
                    for i in T.parallel(64):
                        for j in T.parallel(32):
                            C_sum[i, j] = C_sum[i, j] + C_before[i, j]
                    T.copy(T.region(C_sum[0, 0], 1, 64, 32), T.region(C[bx, 0, 0], 2, 1, 64, 32))

    assert_code(_summed(_column_sum(4)), expected)


def test_what_a_core_adds_once_goes_straight_to_the_sum():
    @T.prim_func(private=True)
    def func(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (4, 128, 256))
        C = T.match_buffer(C_handle, (128, 256))
        for bx in T.thread_binding(4, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((128, 256), scope="local.fragment")
                T.copy(T.region(A[bx, 0, 0], 1, 1, 128, 256), T.region(a[0, 0], 2, 128, 256))
                T.atomicadd(T.region(a[0, 0], 1, 32, 32), T.region(C[0, 0], 2, 32, 32))

    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (4, 128, 256))
        C = T.match_buffer(C_handle, (128, 256))
        for bx in T.thread_binding(4, thread="blockIdx.x", annotations={"tt.sums": ["C"]}):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((128, 256), scope="local.fragment")
                C_sum = T.sblock_alloc_buffer((32, 32), scope="local.fragment")
                T.copy(T.region(A[bx, 0, 0], 1, 1, 128, 256), T.region(a[0, 0], 2, 128, 256))
                T.copy(T.region(C[0, 0], 1, 32, 32), T.region(C_sum[0, 0], 2, 32, 32))
                for i in T.parallel(32):
                    for j in T.parallel(32):
                        C_sum[i, j] = C_sum[i, j] + a[i, j]
                T.copy(T.region(C_sum[0, 0], 1, 32, 32), T.region(C[0, 0], 2, 32, 32))

    assert_code(_summed(func), expected)


def test_fewer_cores_add_the_same_groups_in_the_same_order():
    @T.prim_func(private=True)
    def expected(A_handle: T.handle, C_handle: T.handle):
        A = T.match_buffer(A_handle, (8, 2, 64, 1024))
        C = T.match_buffer(C_handle, (2, 64, 32))
        for bx in T.thread_binding(2, thread="blockIdx.x"):
            with T.sblock("kernel"):
                T.reads()
                T.writes()
                a = T.sblock_alloc_buffer((64, 32), scope="local.fragment")
                C_sum = T.sblock_alloc_buffer((64, 32), scope="local.fragment")
                C_before = T.sblock_alloc_buffer((64, 32), scope="local.fragment")
                for by in range(8):
                    T.fill(T.region(C_sum[0, 0], 2, 64, 32), T.float32(0))
                    for k in range(32):
                        T.copy(T.region(A[by, bx, 0, k * 32], 1, 1, 1, 64, 32), T.region(a[0, 0], 2, 64, 32))
                        for i in T.parallel(64):
                            for j in T.parallel(32):
                                C_sum[i, j] = C_sum[i, j] + a[i, j]
                    T.copy(T.region(C[bx, 0, 0], 1, 1, 64, 32), T.region(C_before[0, 0], 2, 64, 32))
                    for i in T.parallel(64):
                        for j in T.parallel(32):
                            C_sum[i, j] = C_sum[i, j] + C_before[i, j]
                    T.copy(T.region(C_sum[0, 0], 1, 64, 32), T.region(C[bx, 0, 0], 2, 1, 64, 32))

    assert_code(_summed(_column_sum(8), (4, 2)), expected)


def test_of_more_steps_than_cores_each_core_has_a_group():
    (axis,) = [loop for loop in _loops(_summed(_column_sum(128))) if "tt.sums" in loop.annotations]
    assert str(axis.loop_var) == "by_group"
    assert int(axis.extent) in (8, 16, 32)
    steps = [loop for loop in _loops(_summed(_column_sum(128))) if str(loop.loop_var) == "step"]
    assert [int(step.extent) * int(axis.extent) for step in steps] == [128]


def _loops(module):
    loops = []
    tirx.stmt_functor.post_order_visit(
        module["main"].body, lambda node: loops.append(node) if isinstance(node, tirx.For) else None
    )
    return loops

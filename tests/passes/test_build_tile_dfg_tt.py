"""BuildTileDFGTT: roles, depths, ids and capacity of circular buffers."""

from __future__ import annotations

import pytest
from tvm import tirx

from kernels.elementwise_sources import binary, carried_sum, mixed_dtypes, slices, temporaries, unary
from kernels.gemm_sources import gemm, gemm_two_outputs
from lowering import as_module, run_passes


def _built(func, target="tenstorrent"):
    return run_passes(as_module(func, target), "BuildTileDFGTT")[-1][1]["main"]


def _field(func, field):
    return {str(name): getattr(desc, field) for name, desc in _built(func).attrs["tt.cb_desc"].items()}


def _roles(func):
    return {
        str(name): f"{desc.producer} -> {desc.consumer}"
        for name, desc in _built(func).attrs["tt.cb_desc"].items()
    }


def _add(a, b):
    return a + b


def test_roles_at_both_ends():
    assert _roles(gemm_two_outputs(64, 64, 32, 64, 32)) == {
        "A_s": "reader -> compute",
        "B_s": "reader -> compute",
        "C_l": "compute -> compute",
        "C_out": "compute -> writer",
        "D_l": "compute -> writer",
    }


def test_a_copied_block_goes_straight_to_the_writer():
    from kernels.elementwise_sources import copy

    assert _roles(copy(32, 32, 32, 32)) == {"A_s": "reader -> writer"}


def test_ids_number_inputs_then_outputs_then_the_rest():
    assert _field(gemm_two_outputs(64, 64, 32, 64, 32), "id") == {
        "A_s": 0,
        "B_s": 1,
        "D_l": 2,
        "C_out": 3,
        "C_l": 4,
    }


def test_a_block_within_compute_is_one_deep():
    depth = _field(temporaries(32, 32, 32), "depth")
    assert depth["A_s"] == depth["B_s"] == depth["P_l_2"] == 2
    assert depth["P_l"] == depth["Q_l"] == 1


def test_a_block_updated_in_place_is_two_deep():
    assert _field(carried_sum(3, 32, 32, 32), "depth")["C_l"] == 2


def test_blocks_within_compute_share_a_buffer_when_one_ends_before_the_other_starts():
    """A chain of temporaries: the third can take the place of the first."""
    import tilelang.language as T

    @T.prim_func
    def main(A: T.Tensor((32, 32), "float32"), C: T.Tensor((32, 32), "float32")):
        with T.Kernel(1, threads=128) as _:
            A_s = T.alloc_shared((32, 32), "float32")
            P_l = T.alloc_fragment((32, 32), "float32")
            Q_l = T.alloc_fragment((32, 32), "float32")
            R_l = T.alloc_fragment((32, 32), "float32")
            C_l = T.alloc_fragment((32, 32), "float32")
            T.copy(A, A_s)
            for i, j in T.Parallel(32, 32):
                P_l[i, j] = A_s[i, j] + 1.0
            for i, j in T.Parallel(32, 32):
                Q_l[i, j] = P_l[i, j] * P_l[i, j]
            for i, j in T.Parallel(32, 32):
                R_l[i, j] = Q_l[i, j] + 2.0
            for i, j in T.Parallel(32, 32):
                C_l[i, j] = R_l[i, j] * R_l[i, j]
            T.copy(C_l, C)

    func = _built(main)
    assert sorted(func.attrs["tt.cb_desc"]) == ["A_s", "C_l", "P_l", "Q_l"]
    allocated = []
    tirx.stmt_functor.post_order_visit(
        func.body,
        lambda node: allocated.append(str(node.buffer.name)) if isinstance(node, tirx.AllocBuffer) else None,
    )
    assert "R_l" not in allocated


def test_positions_are_made_once_and_shared_with_no_block():
    """They are read again for the next work item, however early their last use in one is."""
    import tilelang.language as T

    @T.prim_func
    def main(A: T.Tensor((64, 32), "bfloat16"), C: T.Tensor((64, 32), "bfloat16")):
        with T.Kernel(2, threads=128) as bx:
            A_s = T.alloc_shared((32, 32), "bfloat16")
            P_l = T.alloc_fragment((32, 32), "bfloat16")
            Q_l = T.alloc_fragment((32, 32), "bfloat16")
            C_l = T.alloc_fragment((32, 32), "bfloat16")
            T.copy(A[bx * 32, 0], A_s)
            for i, j in T.Parallel(32, 32):
                P_l[i, j] = T.if_then_else(j < 20, A_s[i, j], 0)
            for i, j in T.Parallel(32, 32):
                Q_l[i, j] = P_l[i, j] * P_l[i, j]
            for i, j in T.Parallel(32, 32):
                C_l[i, j] = Q_l[i, j] * Q_l[i, j]
            T.copy(C_l, C[bx * 32, 0])

    assert sorted(_built(main).attrs["tt.cb_desc"]) == ["A_s", "C_l", "P_l", "Q_l", "index"]


def test_blocks_alive_at_once_do_not_share():
    ids = _field(temporaries(32, 32, 32), "id")
    assert len(set(ids.values())) == len(ids)


@pytest.mark.parametrize(
    ("func", "straight"),
    [
        (binary(32, 32, 32, 32, _add, "float32"), {"A_s": True, "B_s": True, "C_l": False}),
        (binary(32, 32, 32, 32, _add, "bfloat16"), {"A_s": False, "B_s": False, "C_l": False}),
        (mixed_dtypes(32, 32, 32), {"A_s": False, "B_s": True, "C_l": False}),
        (gemm(32, 32, 32, 32, 32, 32, dtype="float32"), {"A_s": False, "B_s": False, "C_out": False}),
    ],
    ids=["float32", "bfloat16", "mixed", "matmul"],
)
def test_float32_blocks_of_expressions_go_straight_to_dst(func, straight):
    assert _field(func, "unpack_to_dest") == straight


def test_an_accumulator_in_l1_goes_back_through_dst_in_float32():
    assert _field(gemm(96, 96, 32, 96, 96, 32), "unpack_to_dest")["C_l"]


def test_the_graph_is_summarised():
    graph = _built(unary(32, 32, 32, lambda a: a * 2.0)).attrs["tt.tile_dfg"]
    assert list(graph.nodes) == [
        "reader: tt.read_to_cb",
        "compute: tt.copy; tt.sfpu.mul_scalar; tt.pack",
        "writer: tt.write_from_cb",
    ]
    assert list(graph.edges) == ["A_s: 0 -> 1", "C_l: 1 -> 2"]


def test_as_many_buffers_as_the_machine_has():
    func = slices(32, 32, 32, 31, lambda terms: sum(terms[1:], terms[0]))
    assert len(_built(func).attrs["tt.cb_desc"]) == 32


def test_blackhole_has_more_buffers():
    func = slices(32, 32, 32, 63, lambda terms: sum(terms[1:], terms[0]))
    target = {"kind": "tenstorrent", "arch": "blackhole"}
    assert len(_built(func, target).attrs["tt.cb_desc"]) == 64

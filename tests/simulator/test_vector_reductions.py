"""`sfpu_reduce` and `sfpu_*_bcast_*` against numpy, in the order of the machine's additions."""

import numpy as np
import pytest
import torch
from tilelang_tenstorrent import simulator as sim

from simulator.programs import compute_text, run_elementwise

HEADERS = "".join(
    f'#include "api/compute/{name}.h"\n'
    for name in (
        "compute_kernel_api",
        "copy_dest_values",
        "sfpu_binary_bcast",
        "eltwise_unary/exp",
        "eltwise_unary/recip",
    )
)
COPY = "copy_tile(0, 0, 0);"
COPY_TWO = COPY + " copy_tile(1, 0, 1);"
#: dtype of the tile -> name of its format in the calls, and of the settings it needs
DTYPES = {
    "bfloat16": ("Float16_b", sim.ComputeConfigDescriptor()),
    "float32": (
        "Float32",
        sim.ComputeConfigDescriptor(fp32_dest_acc_en=True, unpack_to_dest_fp32=[0, 1]),
    ),
    "int32": ("Int32", sim.ComputeConfigDescriptor(fp32_dest_acc_en=True)),
    "uint32": ("UInt32", sim.ComputeConfigDescriptor(fp32_dest_acc_en=True)),
}
FLOATS = ("bfloat16", "float32")


def run(device, dtype, tiles, setup, operation):
    """DST[0] after `operation`, as numpy; the tiles are there as DST[0], DST[1]."""
    compute = compute_text(
        len(tiles), f"copy_init(0); {setup}", (COPY, COPY_TWO)[len(tiles) - 1] + operation, HEADERS
    )
    tensors = [torch.from_numpy(tile).to(getattr(torch, dtype)) for tile in tiles]
    result = run_elementwise(device, tensors, compute, dtype=dtype, config=DTYPES[dtype][1])
    return result.float().numpy() if dtype == "bfloat16" else result.numpy()


def reduce(device, dtype, pool, dim, tiles, block=(1, 1)):
    args = f"PoolType::{pool}, DataFormat::{DTYPES[dtype][0]}"
    call = f" sfpu_reduce<{args}, ReduceDim::REDUCE_{dim}>(0, {block[0]}, {block[1]});"
    return run(device, dtype, tiles, f"sfpu_reduce_init<{args}>();", call)


def random_tile(dtype, seed=0):
    generator = np.random.default_rng(seed)
    if dtype == "int32":
        return generator.integers(-(2**31), 2**31, (32, 32), dtype=np.int32)
    if dtype == "uint32":
        return generator.integers(0, 2**32, (32, 32), dtype=np.uint32)
    data = (generator.standard_normal((32, 32)) * 2.0 ** generator.integers(-9, 9, (32, 32))).astype("f4")
    return torch.from_numpy(data).bfloat16().float().numpy() if dtype == "bfloat16" else data


def stored(dtype, values):
    """What a store to DST leaves: a 16-bit DST truncates."""
    if dtype != "bfloat16":
        return values
    return (np.ascontiguousarray(values, "f4").view("u4") & np.uint32(0xFFFF0000)).view("f4")


def sums_of_columns(x):
    """Rows 0 to 3 of the result: the sums of the columns and what stays behind below them."""
    bands = x.reshape(2, 4, 4, 32)  # half of the tile, band of rows, row of the band
    upper, lower = ([b[3], b[2] + b[3], b[1] + (b[2] + b[3])] for b in bands)
    whole = (bands[0][0] + upper[2]) + (bands[1][0] + lower[2])
    partial = [whole, upper[2], upper[1], upper[0]]
    return np.stack([(p[0] + p[1]) + (p[2] + p[3]) for p in partial])


def sums_of_rows(x):
    left, right = x[:, :16], x[:, 16:]
    v = left[:, ::2] + (left[:, 1::2] + (right[:, ::2] + right[:, 1::2]))
    for distance in (4, 2, 1):
        v = v + np.roll(v, distance, axis=1)
    return v


@pytest.mark.parametrize("pool", ["SUM", "AVG"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_sums_of_columns(device, dtype, pool):
    tile = random_tile(dtype)
    expected = sums_of_columns(tile)
    if pool == "AVG":
        if dtype in FLOATS:
            expected = expected * np.float32(1 / 32)
        else:
            expected = np.trunc(expected / 32).astype(expected.dtype)
    result = reduce(device, dtype, pool, "COL", [tile])
    if dtype in FLOATS:
        np.testing.assert_array_equal(result[:4], stored(dtype, expected))
    else:
        np.testing.assert_array_equal(result[0], expected[0])
    np.testing.assert_array_equal(result[4:], tile[4:])


@pytest.mark.parametrize("pool, numpy_op", [("MAX", np.max), ("MIN", np.min)])
@pytest.mark.parametrize("dtype", DTYPES)
def test_extrema_of_columns(device, dtype, pool, numpy_op):
    tile = random_tile(dtype)
    tile[5, 7], tile[30, 8] = (np.inf, -np.inf) if dtype in FLOATS else (tile.dtype.type(0), tile[0, 0])
    if dtype == "int32":
        tile[9, 9] = -(2**31)
    result = reduce(device, dtype, pool, "COL", [tile])
    np.testing.assert_array_equal(result[0], numpy_op(tile, axis=0))
    np.testing.assert_array_equal(result[4:], tile[4:])


def test_what_extrema_of_columns_leave_below_the_result(device):
    """Rows 1 to 3 keep what one pass of compare-and-swap moves down."""
    tile = random_tile("float32")
    best = tile.reshape(8, 4, 32).max(axis=0)  # of the same row of all bands
    for i in (2, 1, 0):
        best[i], best[i + 1] = np.maximum(best[i], best[i + 1]), np.minimum(best[i], best[i + 1])
    result = reduce(device, "float32", "MAX", "COL", [tile])
    np.testing.assert_array_equal(result[:4], best)


@pytest.mark.parametrize("dtype", DTYPES)
def test_sums_of_rows(device, dtype):
    tile = random_tile(dtype)
    result = reduce(device, dtype, "SUM", "ROW", [tile])
    np.testing.assert_array_equal(result[:, 0:16:2], stored(dtype, sums_of_rows(tile)))
    np.testing.assert_array_equal(result[:, 1:16:2], tile[:, 1:16:2])
    np.testing.assert_array_equal(result[:, 16:], tile[:, 16:])


@pytest.mark.parametrize("pool, numpy_op", [("MAX", np.max), ("MIN", np.min)])
@pytest.mark.parametrize("dtype", DTYPES)
def test_extrema_of_rows(device, dtype, pool, numpy_op):
    tile = random_tile(dtype)
    expected = np.repeat(numpy_op(tile, axis=1)[:, None], 8, axis=1)
    result = reduce(device, dtype, pool, "ROW", [tile])
    np.testing.assert_array_equal(result[:, 0:16:2], expected)
    np.testing.assert_array_equal(result[:, 16:], tile[:, 16:])


@pytest.mark.parametrize("pool", ["SUM", "MAX"])
def test_rows_across_two_tiles(device, pool):
    tiles = [random_tile("float32", seed) for seed in (1, 2)]
    if pool == "SUM":
        expected = sums_of_rows(tiles[0]) + sums_of_rows(tiles[1])
    else:
        expected = np.repeat(np.concatenate(tiles, axis=1).max(axis=1)[:, None], 8, axis=1)
    side_by_side = reduce(device, "float32", pool, "ROW", tiles, block=(2, 1))
    np.testing.assert_array_equal(side_by_side[:, 0:16:2], expected)
    one_below_the_other = reduce(device, "float32", pool, "ROW", tiles, block=(1, 2))
    alone = reduce(device, "float32", pool, "ROW", tiles[:1])
    np.testing.assert_array_equal(one_below_the_other, alone)


def test_bfloat16_tiles_are_reduced_exactly_in_a_32_bit_dst(device):
    tile = random_tile("bfloat16")
    args = "PoolType::SUM, DataFormat::Float16_b"
    compute = compute_text(
        1,
        f"copy_init(0); sfpu_reduce_init<{args}>();",
        f"{COPY} sfpu_reduce<{args}>(0);",
        HEADERS,
    )
    result = run_elementwise(
        device,
        [torch.from_numpy(tile).bfloat16()],
        compute,
        dtype="float32",
        config=sim.ComputeConfigDescriptor(fp32_dest_acc_en=True),
    )
    np.testing.assert_array_equal(result.numpy()[:4], sums_of_columns(tile))


@pytest.mark.parametrize(
    "setup, operation, violation",
    [
        ("", "sfpu_reduce<PoolType::SUM, DataFormat::Float32>(0);", "InitMissing"),
        (
            "sfpu_reduce_init<PoolType::SUM, DataFormat::Float32>();",
            "sfpu_reduce<PoolType::MAX, DataFormat::Float32>(0);",
            "InitMissing",
        ),
        (
            "sfpu_reduce_init<PoolType::MAX, DataFormat::Float32>();",
            "sfpu_reduce<PoolType::MAX, DataFormat::Float32, ReduceDim::REDUCE_ROW>(0);"
            "sfpu_reduce<PoolType::MAX, DataFormat::Float32, ReduceDim::REDUCE_ROW>(0);"
            "sfpu_reduce<PoolType::MAX, DataFormat::Float32>(0);",
            "InitMissing",
        ),
        (
            "sfpu_reduce_init<PoolType::SUM, DataFormat::Float32>();",
            "sfpu_reduce<PoolType::SUM, DataFormat::Float32>(0, 2);",
            "OperandMismatch",
        ),
        (
            "sfpu_reduce_init<PoolType::SUM, DataFormat::Float32>();",
            "sfpu_reduce<PoolType::SUM, DataFormat::Float32, ReduceDim::REDUCE_ROW>(0, 2);",
            "UninitialisedDstRead",
        ),
        (
            "sfpu_bcast_row_init();",
            "sfpu_add_bcast_col(0, 0);",
            "InitMissing",
        ),
    ],
)
def test_misuse_is_named(device, setup, operation, violation):
    with pytest.raises(sim.SimulationError) as caught:
        run(device, "float32", [random_tile("float32")], setup, operation)
    assert caught.value.violation == violation


def test_float32_in_a_16_bit_dst_is_refused(device):
    args = "PoolType::SUM, DataFormat::Float32"
    with pytest.raises(sim.SimulationError) as caught:
        run(
            device,
            "bfloat16",
            [random_tile("bfloat16")],
            f"sfpu_reduce_init<{args}>();",
            f"sfpu_reduce<{args}>(0);",
        )
    assert caught.value.violation == "OperandMismatch"


OPERATORS = {"add": np.add, "sub": np.subtract, "mul": np.multiply}


@pytest.mark.parametrize("op", OPERATORS)
@pytest.mark.parametrize("dim", ["row", "col"])
def test_broadcasts_of_a_vector_in_dst(device, op, dim):
    data, vector = random_tile("float32", 1), random_tile("float32", 2)
    part = vector[:1] if dim == "row" else vector[:, :1]
    result = run(
        device,
        "float32",
        [data, vector],
        f"sfpu_{op}_bcast_{dim}_init();",
        f"sfpu_{op}_bcast_{dim}(0, 1);",
    )
    np.testing.assert_array_equal(result, OPERATORS[op](data, part))


def test_a_column_broadcast_is_spoilt_by_infinities_beside_the_column(device):
    data, vector = random_tile("float32", 1), random_tile("float32", 2)
    vector[3, 4], vector[5, 5], vector[6, 20] = np.inf, np.inf, np.nan
    result = run(device, "float32", [data, vector], "sfpu_bcast_col_init();", "sfpu_add_bcast_col(0, 1);")
    expected = data + vector[:, :1]
    expected[3] = np.nan
    np.testing.assert_array_equal(result, expected)


def test_softmax_of_one_tile(device):
    """The calls of a softmax, chained in DST: the result of a row reduction feeds a broadcast."""
    tile = random_tile("float32") / 64
    args = "DataFormat::Float32"
    result = run(
        device,
        "float32",
        [tile],
        "",
        f"""
        copy_tile(0, 0, 1);
        sfpu_reduce_init<PoolType::MAX, {args}>();
        sfpu_reduce<PoolType::MAX, {args}, ReduceDim::REDUCE_ROW>(1);
        sfpu_bcast_col_init(); sfpu_sub_bcast_col(0, 1);
        exp_tile_init(); exp_tile(0);
        copy_dest_values_init(); copy_dest_values<DataFormat::Float32>(0, 1);
        sfpu_reduce_init<PoolType::SUM, {args}>();
        sfpu_reduce<PoolType::SUM, {args}, ReduceDim::REDUCE_ROW>(1);
        recip_tile_init(); recip_tile(1);
        sfpu_bcast_col_init(); sfpu_mul_bcast_col(0, 1);""",
    )
    expected = torch.softmax(torch.from_numpy(tile), dim=1).numpy()
    np.testing.assert_allclose(result, expected, rtol=1e-5)

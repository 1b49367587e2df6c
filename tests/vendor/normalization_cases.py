"""Vendor's softmax, layernorm and reductions, which are written with named bindings."""

from __future__ import annotations

import torch
from tilelang_tenstorrent.simulator import NamedBindings, Sharding

from vendor.cases import Case, bits, case, compare, random

SOFTMAX = "operations/normalization/softmax/device/kernels/attention"
LAYERNORM = "operations/normalization/layernorm/device/kernels"
REDUCE = "operations/reduction/generic/device/kernels"
WRITER = "operations/eltwise/unary/device/kernels/dataflow/writer_unary_interleaved_start_id_metal2.cpp"


def _softmax(c: Case, stable: bool) -> None:
    x = random(64, 128)
    source, out = c.tensor(x), c.empty(x.shape)
    width, height, block = 4, 2, 2
    dfbs = {
        "in0": 0,
        "max_scaler": 1,
        "sum_scaler": 2,
        "exps": 3,
        "recip_sum_exps": 4,
        "out0": 5,
        "max": 6,
        "mask_padded": 7,
    }
    capacity = {"in0": 2 * width, "exps": width, "out0": 2 * block}
    for name, index in dfbs.items():
        c.cb(index, capacity.get(name, 1))
    c.reader(
        f"{SOFTMAX}/dataflow/reader_unary_interleaved_sm.cpp",
        args=[block, height, 0, width],
        bindings=NamedBindings(
            compile_time_args={"in0_t": 2 * width},
            runtime_args=("blk", "num_rows", "tile_offset", "Wt"),
            dfbs=dfbs,
            tensors={"src": source},
        ),
    )
    defines = {"EXP_APPROX": "0", "REDUCE_OP": "PoolType::SUM", "REDUCE_DIM": "ReduceDim::REDUCE_ROW"}
    c.compute(
        f"{SOFTMAX}/compute/softmax.cpp",
        args=[height, height, width, block, 0],
        defines=defines | ({"NUMERIC_STABLE": "1"} if stable else {}),
        bindings=NamedBindings(
            compile_time_args={"in0_t": 2 * width},
            runtime_args=("num_rows", "Ht", "Wt", "blk", "start_ht"),
            dfbs=dfbs,
        ),
    )
    c.writer(
        f"{SOFTMAX}/dataflow/writer_unary_interleaved_start_id_blocked_sm.cpp",
        args=[height * width, 0, block, width],
        bindings=NamedBindings(
            compile_time_args={"num_datum_padded": 0, "tile_hw": 1024, "mask_padded_data": 0},
            runtime_args=("num_tiles", "tile_offset", "blk", "Wt"),
            dfbs=dfbs,
            tensors={"dst": out},
        ),
    )
    c.run()
    compare(out, x.float().softmax(-1), 1e-2)


@case("softmax", "rows of 128")
def softmax(c: Case) -> None:
    _softmax(c, stable=False)


@case("softmax", "numerically stable")
def softmax_stable(c: Case) -> None:
    _softmax(c, stable=True)


def _layernorm(c: Case, rms: bool) -> None:
    x, gamma, beta = random(64, 128), random(1, 128, seed=1), random(1, 128, seed=2)
    rows = [c.tensor(t.expand(32, 128).contiguous()) for t in (gamma, beta)]
    source, out = c.tensor(x), c.empty(x.shape)
    width, height, block, epsilon = 4, 2, 2, 1e-5
    dfbs = {
        "in": 0,
        "gamma": 1,
        "beta": 2,
        "scaler": 3,
        "eps": 4,
        "out": 5,
        "xmm": 6,
        "ex": 7,
        "ex2": 8,
        "xmm2": 9,
        "ex2pe": 10,
        "fusion": 11,
    }
    capacity = dict.fromkeys(("in", "gamma", "beta", "xmm", "xmm2", "fusion"), width) | {"out": 2 * block}
    for name, index in dfbs.items():
        c.cb(index, capacity.get(name, 1))
    defines = {
        "FUSE_GAMMA": "1",
        "FUSE_BETA": "1",
        "REDUCE_OP": "PoolType::SUM",
        "REDUCE_DIM": "ReduceDim::REDUCE_ROW",
    }
    defines |= {"RMSNORM": "1"} if rms else {}
    constants = {
        "block_size": block,
        "W": 128,
        "Wt": width,
        "do_gamma": 1,
        "do_beta": 1,
        "fp32_dest_acc_en": 0,
        "float32_reduction": 0,
        "tile_width": 32,
    }
    c.reader(
        f"{LAYERNORM}/dataflow/reader_unary_interleaved_ln.cpp",
        args=[height, width, 0, bits(epsilon)],
        defines=defines,
        bindings=NamedBindings(
            compile_time_args={"block_size": block, "W": 128},
            runtime_args=("NCHt", "Wt", "reader_start", "eps"),
            dfbs=dfbs,
            tensors={"src": source, "gamma": rows[0], "beta": rows[1]},
        ),
    )
    c.compute(
        f"{LAYERNORM}/compute/layernorm.cpp",
        args=[height],
        defines=defines,
        bindings=NamedBindings(compile_time_args=constants, runtime_args=("NCHt",), dfbs=dfbs),
    )
    c.writer(
        f"{LAYERNORM}/dataflow/writer_unary_interleaved_start_id_blocked.cpp",
        args=[width, height, 0],
        bindings=NamedBindings(
            compile_time_args={"block_size": block},
            runtime_args=("Wt", "num_tile_rows", "writer_start"),
            dfbs=dfbs,
            tensors={"dst": out},
        ),
    )
    c.run()
    f = x.float()
    if rms:
        normal = f * torch.rsqrt((f * f).mean(-1, keepdim=True) + epsilon)
    else:
        normal = torch.nn.functional.layer_norm(f, (128,), eps=epsilon)
    compare(out, normal * gamma.float() + beta.float(), 5e-2)


# The reader writes one column of the epsilon tile only; the rest is added to elements that nobody reads.
PARTIAL_TILE = ("UninitialisedL1Read",)


@case("layernorm", "with gamma and beta", ignoring=PARTIAL_TILE)
def layernorm(c: Case) -> None:
    _layernorm(c, rms=False)


@case("layernorm", "RMS norm", ignoring=PARTIAL_TILE)
def rmsnorm(c: Case) -> None:
    _layernorm(c, rms=True)


def _reduce(c: Case, dim: str, pool: str) -> tuple[torch.Tensor, object]:
    x = random(2, 64, 96)
    source = c.tensor(x)
    height, width, count = 2, 3, 2
    shapes = {"REDUCE_ROW": (2, 64, 32), "REDUCE_SCALAR": (2, 32, 32)}
    out = c.empty(shapes[dim])
    dfbs = {"in0": 0, "scaler": 1, "out": 2}
    for index, pages in ((0, 2), (1, 1), (2, 2)):
        c.cb(index, pages)
    defines = {
        "REDUCE_OP": f"PoolType::{pool}",
        "REDUCE_DIM": f"ReduceDim::{dim}",
        "ENABLE_FP32_DEST_ACC": "0",
    }
    tiles = source.num_pages
    c.reader(
        f"{REDUCE}/dataflow/reader_unary_reduce_universal_start_id.cpp",
        args=[tiles, 0, bits(1.0)],
        defines=defines,
        bindings=NamedBindings(
            compile_time_args={"tiles_per_batch": 1},
            runtime_args=("num_tiles", "start_id", "scaler_bits"),
            dfbs=dfbs,
            tensors={"src": source},
        ),
    )
    c.compute(
        f"{REDUCE}/compute/reduce.cpp",
        args=[height, width, count],
        defines=defines,
        bindings=NamedBindings(
            compile_time_args={"enable_fp32_sfpu": 0}, runtime_args=("Ht", "Wt", "NC"), dfbs=dfbs
        ),
    )
    c.writer(
        WRITER,
        args=[out.num_pages, 0],
        bindings=NamedBindings(runtime_args=("num_pages", "start_id"), dfbs=dfbs, tensors={"dst": out}),
    )
    c.run()
    return x, out


@case("reduce", "sum of rows")
def reduce_rows(c: Case) -> None:
    x, out = _reduce(c, "REDUCE_ROW", "SUM")
    expected = torch.zeros(2, 64, 32)
    expected[..., 0] = x.float().sum(-1)
    compare(out, expected, 6e-2)


@case("reduce", "maximum of rows")
def reduce_rows_max(c: Case) -> None:
    x, out = _reduce(c, "REDUCE_ROW", "MAX")
    expected = torch.zeros(2, 64, 32)
    expected[..., 0] = x.float().amax(-1)
    compare(out, expected, 0)


@case("reduce", "sum of everything")
def reduce_all(c: Case) -> None:
    x, out = _reduce(c, "REDUCE_SCALAR", "SUM")
    expected = torch.zeros(2, 32, 32)
    expected[:, 0, 0] = x.float().sum((1, 2))
    compare(out, expected, 5e-2)


# As above of the epsilon tile, which is never popped; the output is pushed, read and popped by the same
# kernel, whose unpacker does not wait for its packer.
@case(
    "groupnorm",
    "4 groups of a sharded tensor, with gamma and beta",
    ignoring=(*PARTIAL_TILE, "CbReadPastFront", "CbPopWithoutWait", "CbDirtyAtExit"),
)
def groupnorm(c: Case) -> None:
    rows, channels, groups, epsilon = 64, 128, 4, 1e-5
    x, gamma, beta = random(rows, channels), random(channels, seed=1), random(channels, seed=2)
    one_core = Sharding(c.cores, (rows, channels))
    source = c.tensor(x, memory="l1", sharding=one_core)
    out = c.empty(x.shape, memory="l1", sharding=one_core)
    # Gamma and beta in rows of 32, one for each tile; the mask selects the columns of each group.
    weights = [c.tensor(t.reshape(-1, 32), layout="row_major") for t in (gamma, beta)]
    mask = c.tensor(torch.ones(groups * 32, 32, dtype=torch.bfloat16))
    height, width, group_width = rows // 32, channels // 32, channels // groups // 32
    tiles, group_tiles, group_elements = height * width, height * group_width, rows * channels // groups
    for index, tensor in ((0, source), (16, out)):
        c.cb(index, tiles, on=tensor)
    pages = {1: tiles, 5: width, 6: width, 7: group_width, 13: group_tiles}
    for index in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 17, 26):
        c.cb(index, pages.get(index, 1))
    for number in range(2):
        c.semaphore(number)
    row_bytes = 2 * channels
    folder = f"{LAYERNORM.replace('layernorm', 'groupnorm')}"
    here = c.noc(0, 0)
    c.reader(
        f"{folder}/dataflow/reader_mcast_sender_unary_sharded_gn_v2.cpp",
        words=[0, 1, 1, groups, width, row_bytes, row_bytes, 2, height, 32],
        args=[*[0] * 7, here.x, here.y],
    )
    words = [1, 1, 1, 1, 1, groups, 32, height, group_width, group_tiles, group_width, 1]
    words += [height, width, tiles, width * 2048, 1, 2048, tiles, groups * group_width, group_width]
    c.compute(
        f"{folder}/compute/groupnorm_sharded_v2.cpp",
        words=[*words, 1, 0, 32, 32, rows, rows, 0],
        named={"enable_fp32_reconfig": 0},
    )
    words = [1, 1, 1, width, width, row_bytes, row_bytes, groups, 1, group_width, 0, group_elements, 1]
    c.writer(
        f"{folder}/dataflow/writer_unary_sharded_gn_rm_gb_v2.cpp",
        words=[*words, *(word for tensor in (*weights, mask) for word in tensor.accessor_words)],
        args=[bits(epsilon), weights[0].address, weights[1].address, mask.address, 0, 0, 0, 0],
    )
    c.run()
    expected = torch.nn.functional.group_norm(
        x.float().T[None], groups, gamma.float(), beta.float(), epsilon
    )[0].T
    compare(out, expected, 5e-2)

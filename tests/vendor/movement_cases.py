"""Vendor's data-movement kernels: permute, pad, transpose, tilize, concat, gather, sharded moves, ..."""

from __future__ import annotations

import torch
from tilelang_tenstorrent.simulator import CoreCoord, CoreRange, CoreRangeSet, NamedBindings, Sharding

from vendor.cases import Case, case, compare, random

MOVE = "operations/data_movement"


@case("permute", "(0, 2, 1, 3) of rows")
def permute_rows(c: Case) -> None:
    x = random(2, 3, 4, 64)
    source, out = c.tensor(x, layout="row_major"), c.empty((2, 4, 3, 64), layout="row_major")
    c.cb(0, 2, page_size=128)
    constants = {"N": 4, "page_size": 128, "num_rows": 24}
    shape, order, strides = [2, 3, 4, 64], [0, 2, 1, 3], [12, 3, 1, 1]
    c.reader(
        f"{MOVE}/permute/device/kernels/dataflow/reader_permute_interleaved_rm_row_invariant.cpp",
        args=[0, 24],
        bindings=NamedBindings(
            compile_time_args=constants,
            runtime_args=("start_row", "end_row"),
            dfbs={"cb_src": 0},
            tensors={"input": source},
        ),
    )
    c.writer(
        f"{MOVE}/permute/device/kernels/dataflow/writer_permute_interleaved_rm_row_invariant.cpp",
        args=[0, 24, *shape, *order, *strides],
        bindings=NamedBindings(
            compile_time_args=constants,
            runtime_args=("start_row", "end_row"),
            dfbs={"cb_src": 0},
            tensors={"output": out},
        ),
    )
    c.run()
    compare(out, x.permute(0, 2, 1, 3), 0)


@case("pad", "tiles on the right and below")
def pad(c: Case) -> None:
    x = random(2, 64, 32)
    source, out = c.tensor(x), c.empty((2, 96, 64))
    c.cb(0, 2)
    shapes = [2, 2, 1, 2, 3, 2]  # of input and output, in tiles
    constants = {"page_size": 2048, "num_dims": 3}
    names = ("num_pages_to_write", "start_offset")
    args = [out.num_pages, 0, *shapes, 0, 0, 0, 0, 0, 0]
    c.reader(
        f"{MOVE}/pad/device/kernels/dataflow/reader_pad_tiled.cpp",
        args=args,
        bindings=NamedBindings(
            compile_time_args=constants, runtime_args=names, dfbs={"in0": 0}, tensors={"src": source}
        ),
    )
    c.writer(
        f"{MOVE}/pad/device/kernels/dataflow/writer_pad_tiled.cpp",
        args=args,
        bindings=NamedBindings(
            compile_time_args={**constants, "pad_value": 0x4040, "element_size": 2},
            runtime_args=names,
            dfbs={"in0": 0},
            tensors={"dst": out},
            scratchpads={"pad": 2048},
        ),
    )
    c.run()
    expected = torch.full((2, 96, 64), 3.0)
    expected[:, :64, :32] = x.float()
    compare(out, expected, 0)


@case("transpose", "width and height")
def transpose(c: Case) -> None:
    x = random(2, 64, 96)
    source, out = c.tensor(x), c.empty((2, 96, 64))
    c.cb(0, 2), c.cb(16, 2)
    height, width, tiles = 2, 3, 12
    names = ("num_tiles", "start_id", "start_ht", "start_wt", "Ht", "Wt", "HtWt")
    c.reader(
        f"{MOVE}/transpose/device/kernels/dataflow/reader_unary_transpose_wh_interleaved_start_id.cpp",
        args=[tiles, 0, 0, 0, height, width, height * width],
        bindings=NamedBindings(runtime_args=names, dfbs={"in0": 0}, tensors={"src": source}),
    )
    c.compute(f"{MOVE}/transpose/device/kernels/compute/transpose_wh.cpp", args=[tiles])
    c.writer(
        f"{MOVE}/copy/device/kernels/writer_unary_start_id.cpp",
        words=[16, *out.accessor_words],
        args=[out.address, tiles, 0],
    )
    c.run()
    compare(out, x.transpose(-1, -2), 0)


@case("untilize", "tiles to rows")
def untilize(c: Case) -> None:
    x = random(64, 96)
    source, out = c.tensor(x), c.empty(x.shape, layout="row_major")
    width, height = 3, 2
    c.cb(0, 2 * width), c.cb(16, 2 * width)
    c.reader(
        f"{MOVE}/untilize/device/kernels/dataflow/reader_unary_start_id.cpp",
        words=[0, *source.accessor_words],
        args=[source.address, width * height, 0],
    )
    c.compute(f"{MOVE}/untilize/device/kernels/compute/untilize.cpp", words=[height, width, 0, 16])
    constants = {
        "tile_height": 32,
        "num_tiles_per_input_block": width,
        "num_output_blocks_across_width": 1,
        "output_element_size": 2,
        "num_cols_per_input_block": 96,
        "num_cols_per_output_block": 96,
    }
    names = (
        "num_input_blocks_to_process",
        "height_wise_input_block_start_index",
        "num_unpadded_cols_per_input_block",
        "width_wise_output_block_start_index",
        "num_cols_already_processed_in_first_output_block",
    )
    c.writer(
        f"{MOVE}/untilize/device/kernels/dataflow/writer_unary_stick_layout_split_rows_multi_core.cpp",
        args=[height, 0, 96, 0, 0],
        bindings=NamedBindings(
            compile_time_args=constants, runtime_args=names, dfbs={"out": 16}, tensors={"dst": out}
        ),
    )
    c.run()
    compare(out, x, 0)


@case("tilize", "rows to tiles")
def tilize(c: Case) -> None:
    x = random(64, 96)
    source, out = c.tensor(x, layout="row_major"), c.empty(x.shape)
    width, height = 3, 2
    c.cb(0, 2 * width), c.cb(16, 2 * width)
    names = (
        "num_sticks",
        "num_tiles_per_block",
        "block_width_size",
        "num_full_blocks_in_row",
        "start_stick_id",
    )
    c.reader(
        f"{MOVE}/tilize/device/kernels/dataflow/reader_unary_stick_layout_split_rows_singlecore.cpp",
        args=[64, width, 192, 1, 0],
        bindings=NamedBindings(
            compile_time_args={"tile_height": 32}, runtime_args=names, dfbs={"in": 0}, tensors={"src": source}
        ),
    )
    c.compute(f"{MOVE}/tilize/device/kernels/compute/tilize.cpp", words=[0, 16, height, width])
    c.writer(
        f"{MOVE}/copy/device/kernels/writer_unary_start_id.cpp",
        words=[16, *out.accessor_words],
        args=[out.address, width * height, 0],
    )
    c.run()
    compare(out, x, 0)


@case("copy", "tiles from DRAM to interleaved L1")
def copy(c: Case) -> None:
    x = random(96, 64)
    source, out = c.tensor(x), c.empty(x.shape, memory="l1")
    c.cb(0, 2)
    c.reader(
        f"{MOVE}/copy/device/kernels/reader_unary_start_id.cpp",
        words=source.accessor_words,
        args=[source.address, 6, 0],
    )
    c.writer(
        f"{MOVE}/copy/device/kernels/writer_unary_start_id.cpp",
        words=[0, *out.accessor_words],
        args=[out.address, 6, 0],
    )
    c.run()
    compare(out, x, 0)


@case("concat", "two tensors along the width")
def concat(c: Case) -> None:
    a, b = random(64, 64), random(64, 96, seed=1)
    tensors, out = [c.tensor(a), c.tensor(b)], c.empty((64, 160))
    c.cb(0, 2)
    c.reader(
        f"{MOVE}/concat/device/kernels/dataflow/reader_concat_interleaved_start_id.cpp",
        args=[10, 0, 0, 2, 3, 0, 0],
        bindings=NamedBindings(
            runtime_args=("num_tiles", "start_tensor", "start_tensor_id"),
            dfbs={"in": 0},
            tensors={"inputs": tensors},
        ),
    )
    c.writer(
        f"{MOVE}/copy/device/kernels/writer_unary_start_id.cpp",
        words=[0, *out.accessor_words],
        args=[out.address, 10, 0],
    )
    c.run()
    compare(out, torch.cat((a, b), -1), 0)


@case("gather", "along the last dimension")
def gather(c: Case) -> None:
    x = random(32, 96)
    index = torch.randint(0, 96, (32, 64), generator=torch.Generator().manual_seed(3))
    source, out = c.tensor(x), c.empty(index.shape)
    index_tensor = c.tensor(index.to(torch.uint32))
    c.cb(0, 6), c.cb(1, 2, "uint32"), c.cb(2, 2)
    shape = [1, 3, 2, 1, 1, 1]  # tiles of a column, of a row of the input and of the index; cores
    folder = f"{MOVE}/gather/device/kernels/dataflow"
    c.reader(
        f"{folder}/gather_reader_single_row_single_core.cpp",
        words=[0, 1, 2, 1, *shape, *index_tensor.accessor_words],
        args=[index_tensor.address, 1, 32, 32, 0],
    )
    c.writer(
        f"{folder}/gather_writer_single_row_single_core.cpp",
        words=[0, 2, 1, 1, *shape, *source.accessor_words, *out.accessor_words],
        args=[source.address, out.address, 1, 0],
    )
    c.run()
    compare(out, x.gather(-1, index), 0)


def _cores(x: int, y: int) -> CoreRangeSet:
    return CoreRangeSet(CoreRange(CoreCoord(0, 0), CoreCoord(x - 1, y - 1)))


SHARDED = f"{MOVE}/sharded/device/kernels"


@case("sharded", "interleaved to block-sharded", cores=(2, 2))
def interleaved_to_sharded(c: Case) -> None:
    x = random(128, 128)
    source = c.tensor(x)
    out = c.empty(x.shape, memory="l1", sharding=Sharding(_cores(2, 2), (64, 64)))
    c.cb(0, 4, on=out)
    c.reader(
        f"{SHARDED}/dataflow/reader_unary_sharded_blocks_interleaved_start_id.cpp",
        words=[0, 4, *source.accessor_words],
        args=lambda core: [source.address, 2, 2, 0, 4, 4, core.y * 8 + core.x * 2, 0],
    )
    c.writer(f"{SHARDED}/dataflow/writer_unary_sharded.cpp", words=[0], args=[4])
    c.run()
    compare(out, x, 0)


@case("sharded", "copy on the matrix unit between height-sharded tensors", cores=(4, 1))
def sharded_copy(c: Case) -> None:
    x = random(256, 64)
    sharding = Sharding(_cores(4, 1), (64, 64))
    source = c.tensor(x, memory="l1", sharding=sharding)
    out = c.empty(x.shape, memory="l1", sharding=sharding)
    c.cb(0, 4, on=source), c.cb(16, 4, on=out)
    c.reader(f"{SHARDED}/dataflow/reader_unary_sharded.cpp", words=[0], args=[4])
    c.compute(f"{SHARDED}/compute/eltwise_copy.cpp", args=[4])
    c.writer(f"{SHARDED}/dataflow/writer_unary_sharded.cpp", words=[16], args=[4])
    c.run()
    compare(out, x, 0)


@case("sharded", "width-sharded to interleaved", cores=(2, 1))
def sharded_to_interleaved(c: Case) -> None:
    x = random(64, 128)
    source = c.tensor(x, memory="l1", sharding=Sharding(_cores(2, 1), (64, 64)))
    out = c.empty(x.shape)
    c.cb(0, 4, on=source)
    c.reader(f"{SHARDED}/dataflow/reader_unary_sharded.cpp", words=[0], args=[4])
    c.writer(
        f"{SHARDED}/dataflow/writer_unary_sharded_blocks_interleaved_start_id.cpp",
        words=[0, *out.accessor_words],
        args=lambda core: [out.address, 2, 2, 2, 2, 4, 4, 2 * core.x, 0],
    )
    c.run()
    compare(out, x, 0)


@case("reshard", "pages from height shards to width shards, by accessors")
def reshard(c: Case) -> None:
    x = random(128, 128)
    source = c.tensor(x, memory="l1", sharding=Sharding(_cores(4, 1), (32, 128)))
    out = c.empty(x.shape, memory="l1", sharding=Sharding(_cores(2, 1), (128, 64)))
    c.cb(0, 2)
    folder = f"{MOVE}/sharded/reshard/device/kernels"
    names = ("start_page", "end_page")
    c.reader(
        f"{folder}/nd_reshard_copy_pages_reader.cpp",
        args=[0, 16],
        bindings=NamedBindings(
            compile_time_args={"page_size": 2048},
            runtime_args=names,
            dfbs={"page": 0},
            tensors={"input": source},
        ),
    )
    c.writer(
        f"{folder}/nd_reshard_copy_pages_writer.cpp",
        args=[0, 16],
        bindings=NamedBindings(
            compile_time_args={"page_size": 2048},
            runtime_args=names,
            dfbs={"page": 0},
            tensors={"output": out},
        ),
    )
    c.run()
    compare(out, x, 0)

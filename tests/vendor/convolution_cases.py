"""Vendor's convolution: sticks of the input gathered to rows of the window matrix, tilized and multiplied."""

from __future__ import annotations

import torch
from tilelang_tenstorrent.simulator import Sharding

from vendor.cases import Case, case, compare, random

CONV = "operations/conv/conv2d/device/kernels"


@case("conv2d", "3x3, stride 1, with bias, on a sharded image")
def conv2d(c: Case) -> None:
    size, padded, channels, filters, window = 8, 10, 32, 32, 3
    image, weight = random(1, channels, size, size), random(filters, channels, window, window, seed=1)
    bias = random(filters, seed=2)
    # One stick of channels for each pixel of the padded image; the host pads ("halo").
    sticks = (
        torch.nn.functional.pad(image, (1, 1, 1, 1))[0].permute(1, 2, 0).reshape(-1, channels).contiguous()
    )
    one_core = {"memory": "l1", "layout": "row_major"}
    source = c.tensor(sticks, sharding=Sharding(c.cores, tuple(sticks.shape)), **one_core)
    # For each row of the output, the first and the last pixel whose window starts there.
    segments = [size, *(row * padded | (row * padded + size - 1) << 16 for row in range(size))]
    segments = torch.tensor(segments + [0] * (16 - len(segments)), dtype=torch.int32)[None]
    indices = c.tensor(segments, sharding=Sharding(c.cores, (1, 16)), **one_core)
    matrix = c.tensor(weight.permute(2, 3, 1, 0).reshape(-1, filters).contiguous())
    bias_row = c.tensor(bias.expand(32, filters).contiguous())
    out = c.empty((size * size, filters), memory="l1", sharding=Sharding(c.cores, (size * size, filters)))

    act, weights, bias_cb, index_cb, shard, partials, tilized, out_cb = 0, 1, 2, 3, 4, 5, 6, 16
    stick = 2 * channels
    height, width, steps = size * size // 32, window * channels // 32, window  # tiles of a block, blocks
    tiles = height * width
    for index, pages in ((act, 2 * tiles), (weights, steps * width), (bias_cb, 1), (tilized, tiles)):
        c.cb(index, pages)
    c.cb(partials, height, "float32")
    c.cb(shard, padded * padded, page_size=stick, on=source)
    c.cb(index_cb, 1, "UInt32", page_size=64, on=indices)
    c.cb(out_cb, height, on=out)
    words = [1, 1, 1, stick, steps, window, tiles, window, window, padded, 0, 1, *([0] * 8)]
    words += [0, act, shard, index_cb, *([0] * 9), 0, width, *([0] * 6)]
    c.reader(f"{CONV}/reader_conv_activations_padded_with_halo_3x3_weights_v2.cpp", words=words, args=[0, 0])
    words = [weights, bias_cb, 0, act, shard, index_cb, steps, width, 1, width, 1, 1, width, 0, 1, 1, 0, 0, 1]
    words += [0, 0, tiles, stick, window, padded, 0, 0, 1, 1, 1, window, *[0] * 8]
    words += [*matrix.accessor_words, *bias_row.accessor_words]
    c.writer(
        f"{CONV}/reader_writer_tiled_out_1d_mcast_sender_conv_weights_tiled_col_to_rm_blocks.cpp",
        words=[*words, 0],  # the last word: nobody to send weights to
        named={"weights_mcast_ct_offset": len(words), "weights_mcast_rt_offset": 5},
        args=[matrix.address, bias_row.address, 0, 0, 0],
    )
    words = [width, height, tiles, width, height, 1, width, 1, 1, steps, 1, 1, 1, 1, 1, 0, 1, bias_cb]
    words += [act, weights, act, act, partials, tilized, out_cb, width, 0, 0, 0, 1, 1, *([0] * 7)]
    c.compute(f"{CONV}/conv_bmm_tilize.cpp", words=words, config={"fp32_dest_acc_en": True})
    c.run()
    expected = torch.nn.functional.conv2d(image.float(), weight.float(), bias.float(), padding=1)
    compare(out, expected[0].permute(1, 2, 0).reshape(-1, filters), 5e-2)

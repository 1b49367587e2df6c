"""Vendor's matmul kernels: one core, and blocks sent to rows and columns of cores by multicast."""

from __future__ import annotations

from tilelang_tenstorrent import simulator as sim

from vendor.cases import Case, case, compare, random

MATMUL = "operations/matmul/device/kernels"
WRITER = "operations/eltwise/unary/device/kernels/dataflow/writer_unary_interleaved_start_id.cpp"


@case("matmul", "bmm, batch of 2")
def bmm(c: Case) -> None:
    a, b = random(2, 64, 96), random(2, 96, 64, seed=1)
    in0, in1, out = c.tensor(a), c.tensor(b), c.empty((2, 64, 64))
    m, k, n, batch = 2, 3, 2, 2
    for index in (0, 1, 16):
        c.cb(index, 2)
    named = {"cb_in0": 0, "cb_in1": 1, "cb_out": 16}
    words = [0, 0, *in0.accessor_words, *in1.accessor_words]
    args = [in0.address, in1.address, m, k, n, m * k, k * n, batch, 0, 0, batch * m * n, m * n]
    c.reader(
        f"{MATMUL}/dataflow/reader_bmm_8bank_output_tiles_partitioned.cpp",
        words=words,
        named=named,
        args=args,
    )
    c.compute(
        f"{MATMUL}/compute/bmm.cpp", words=[batch, m, k, n], named=named, config={"fp32_dest_acc_en": True}
    )
    c.writer(WRITER, words=[16, *out.accessor_words], args=[out.address, batch * m * n, 0])
    c.run()
    compare(out, a.float() @ b.float(), 2e-2)


def _multicast(c: Case, bias: bool) -> None:
    """A 4x4-tile product on 2x2 cores: column 0 sends rows of in0, row 0 sends columns of in1."""
    m = k = n = 4  # tiles
    rows, columns, inner = 2, 2, 2  # tiles of a core's block
    a, b, bias_row = random(128, 128), random(128, 128, seed=1), random(1, 128, seed=2)
    in0, in1, out = c.tensor(a), c.tensor(b), c.empty((128, 128))
    bias_tensor = c.tensor(bias_row.expand(32, 128).contiguous())
    blocks, tiles = k // inner, rows * columns
    for index, pages in ((0, 2 * rows * inner), (1, 2 * inner * columns), (3, columns), (4, tiles)):
        c.cb(index, pages)
    c.cb(5, tiles, "float32")  # partial sums
    for number in range(4):
        c.semaphore(number)
    named = {"cb_in0": 0, "cb_in1": 1, "cb_bias": 3, "cb_out": 4, "cb_intermed0": 5, "cb_sparsity": 6}
    named |= {"cb_in0_transposed": 7, "cb_in0_sharded": 8, "num_active": 0, "bias_ntiles": columns}
    defines = {"FP32_DEST_ACC_EN": "1"} | ({"FUSE_BIAS": "1", "PACK_RELU": "1"} if bias else {})

    def column(x: int) -> sim.CoreRangeSet:
        return sim.CoreRangeSet(sim.CoreRange(sim.CoreCoord(x, 0), sim.CoreCoord(x, 1)))

    def row(y: int) -> sim.CoreRangeSet:
        return sim.CoreRangeSet(sim.CoreRange(sim.CoreCoord(0, y), sim.CoreCoord(1, y)))

    in0_words = [
        1,
        k,
        inner,
        rows * k,
        inner,
        rows,
        rows * inner,
        0,
        0,
        0,
        0,
        0,
        blocks,
        1,
        1,
        0,
        1,
        1,
        1,
        m * k,
    ]
    in0_words += [1, 1, 0, 0, 0, 1, 0, 0, *in0.accessor_words, *in0.accessor_words, 0]

    def in0_args(core: sim.CoreCoord) -> list[int]:
        to = c.noc(1, core.y)
        return [in0.address, core.y * rows * k, to.x, to.y, to.x, to.y, rows, 0]

    c.reader(
        f"{MATMUL}/dataflow/reader_bmm_tile_layout_in0_sender_padding.cpp",
        words=in0_words,
        named=named,
        args=in0_args,
        cores=column(0),
    )
    c.reader(
        f"{MATMUL}/dataflow/reader_bmm_tile_layout_in0_receiver.cpp",
        named=named,
        cores=column(1),
        words=[rows * inner, blocks, 1, 1, 0, 1, 1, 0],
        args=lambda core: [c.noc(0, core.y).x, c.noc(0, core.y).y],
    )

    out_words = [1, n, columns, rows * n, columns, rows * n, columns, rows, tiles, m * n]
    in1_words = [
        1,
        n,
        inner * n,
        columns,
        columns,
        inner,
        inner * columns,
        blocks,
        1,
        1,
        2,
        3,
        1,
        1,
        k * n,
        1,
        1,
        0,
        0,
    ]
    in1_words += [*out_words, 1, 0, 0, 0, *in1.accessor_words, *in1.accessor_words, *out.accessor_words]
    in1_words += bias_tensor.accessor_words if bias else ()
    shape = [1, rows, 0, 1, 1, columns, 0, 0]

    def in1_args(core: sim.CoreCoord) -> list[int]:
        to = c.noc(core.x, 1)
        start = core.x * columns
        return [
            in1.address,
            start,
            to.x,
            to.y,
            to.x,
            to.y,
            0,
            out.address,
            start,
            columns,
            *shape,
            bias_tensor.address,
            start,
            1,
        ]

    def receiver_args(core: sim.CoreCoord) -> list[int]:
        start = core.y * rows * n + core.x * columns
        sender = c.noc(core.x, 0)
        return [sender.x, sender.y, out.address, start, 1, 1, rows, 0, 1, 1, columns, 0, 0, 1, 1]

    c.writer(
        f"{MATMUL}/dataflow/reader_bmm_tile_layout_in1_sender_writer_padding.cpp",
        words=in1_words,
        named=named,
        defines=defines,
        args=in1_args,
        cores=row(0),
    )
    c.writer(
        f"{MATMUL}/dataflow/reader_bmm_tile_layout_in1_receiver_writer_padding.cpp",
        named=named,
        defines=defines,
        args=receiver_args,
        cores=row(1),
        words=[inner * columns, blocks, 1, 1, 2, 3, 1, *out_words, columns, 0, *out.accessor_words],
    )
    compute_words = [
        inner,
        1,
        rows * inner,
        rows * inner,
        1,
        inner * columns,
        columns,
        blocks,
        1,
        1,
        rows,
        columns,
    ]
    compute_words += [tiles, 1, tiles, 0, 0, 0, 1]
    c.compute(
        f"{MATMUL}/compute/bmm_large_block_zm_fused_bias_activation.cpp",
        words=compute_words,
        named=named,
        defines=defines,
        config={"fp32_dest_acc_en": True},
    )
    c.run()
    expected = a.float() @ b.float()
    compare(out, (expected + bias_row.float()).relu() if bias else expected, 3e-2)


@case("matmul", "4x4 tiles on 2x2 cores, both operands by multicast", cores=(2, 2))
def multicast_matmul(c: Case) -> None:
    _multicast(c, bias=False)


@case("matmul", "the same with fused bias and ReLU", cores=(2, 2))
def multicast_matmul_bias_relu(c: Case) -> None:
    _multicast(c, bias=True)

"""Vendor's matmul kernels: one core, and blocks sent to rows and columns of cores by multicast."""

from __future__ import annotations

import dataclasses

from tilelang_tenstorrent import simulator as sim

from vendor.cases import Case, case, compare, random
from vendor.program import VendorProgram

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


@dataclasses.dataclass(frozen=True)
class Multicast:
    """A product blocked over a grid of cores: column 0 sends rows of in0, row 0 sends columns of in1.

    Attributes:
        tiles: of M, K and N.
        cores: columns and rows of the grid.
        inner: tiles of K in one block.
        subblock: rows and columns of tiles that DST holds.
        accumulate: partial sums are added up by the packer, in the format of the result.
    """

    tiles: tuple[int, int, int]
    cores: tuple[int, int]
    inner: int
    subblock: tuple[int, int]
    accumulate: bool = False
    fidelity: str = "HiFi4"
    data_format: str = "bfloat16"

    @property
    def rows(self) -> int:
        return self.tiles[0] // self.cores[1]

    @property
    def columns(self) -> int:
        return self.tiles[2] // self.cores[0]

    @property
    def blocks(self) -> int:
        return self.tiles[1] // self.inner

    # The vendor lets the receivers of the far columns use the NoCs the other way round, to spread the load.

    @property
    def _split(self) -> int:
        """The first of the far columns."""
        return self.cores[0] // 2 + 1 if self.cores[0] > 2 else self.cores[0]

    def near(self, left: int = 1, top: int = 1) -> sim.CoreRangeSet:
        """Receivers that use the same NoC as the senders; row 0 or column 0 are among them on demand."""
        ranges = [_corners(left, 1, self._split - 1, self.cores[1] - 1)]
        if top == 0:
            ranges.append(_corners(1, 0, self.cores[0] - 1, 0))
        return sim.CoreRangeSet(ranges)

    def far(self) -> sim.CoreRangeSet | None:
        """Receivers in the far columns; none on a small grid."""
        if self._split == self.cores[0]:
            return None
        return _range(self._split, 1, self.cores[0] - 1, self.cores[1] - 1)


def _corners(x0: int, y0: int, x1: int, y1: int) -> sim.CoreRange:
    return sim.CoreRange(sim.CoreCoord(x0, y0), sim.CoreCoord(x1, y1))


def _range(x0: int, y0: int, x1: int, y1: int) -> sim.CoreRangeSet:
    return sim.CoreRangeSet(_corners(x0, y0, x1, y1))


NAMED = {
    "cb_in0": 0,
    "cb_in1": 1,
    "cb_bias": 3,
    "cb_out": 4,
    "cb_intermed0": 5,
    "cb_sparsity": 6,
    "cb_in0_transposed": 7,
    "cb_in0_sharded": 8,
    "num_active": 0,
}


def multicast(c: VendorProgram, s: Multicast, in0, in1, out, bias=None) -> None:
    """Adds circular buffers, semaphores and kernels of the product; ``bias`` adds ReLU, too."""
    tiles, rows, columns, inner = s.rows * s.columns, s.rows, s.columns, s.inner
    for index, pages in ((0, 2 * rows * inner), (1, 2 * inner * columns), (3, columns)):
        if index != 3 or bias:
            c.cb(index, pages, s.data_format)
    if s.accumulate:
        c.cb([4, 5], tiles, s.data_format)
    else:
        c.cb(4, tiles, s.data_format)
        c.cb(5, tiles, "float32")
    for number in range(4):
        c.semaphore(number)
    fused = {"FUSE_BIAS": "1", "PACK_RELU": "1"} if bias else {}
    summed = {"PACKER_L1_ACC": "1"} if s.accumulate else {"FP32_DEST_ACC_EN": "1"}
    facts = {"named": NAMED | {"bias_ntiles": columns}, "defines": fused | summed}
    _in0_kernels(c, s, in0, facts["named"])
    _in1_kernels(c, s, in1, out, bias, facts)
    (height, width), (_m, _, _n) = s.subblock, s.tiles
    words = [inner, rows // height, rows * inner, height * inner]
    words += [columns // width, inner * columns, columns, s.blocks, 1, 1, height, width, height * width]
    c.compute(
        f"{MATMUL}/compute/bmm_large_block_zm_fused_bias_activation.cpp",
        words=[*words, 1, tiles, 0, 0, 0, 1],
        config={"fp32_dest_acc_en": not s.accumulate, "math_fidelity": s.fidelity},
        **facts,
    )


def _in0_kernels(c: VendorProgram, s: Multicast, in0, named: dict[str, int]) -> None:
    """The readers: column 0 reads blocks of in0 and sends them along its row, on NoC 1 as the vendor does."""
    (m, k, _), (across, down) = s.tiles, s.cores
    block, others = s.rows * s.inner, across - 1
    words = [1, k, s.inner, s.rows * k, s.inner, s.rows, block, 0, 0, 0, 0, 0, s.blocks, 1, 1, 0, 1]
    words += [others, others, m * k, 1, 1, 0, 0, 0, 1, 0, 0, *in0.accessor_words, *in0.accessor_words, 0]

    def sender_args(core: sim.CoreCoord) -> list[int]:
        # NoC 1 runs the other way, so its rectangles start at the last core.
        first, last = c.noc(across - 1, core.y), c.noc(1, core.y)
        return [in0.address, core.y * s.rows * k, first.x, first.y, last.x, last.y, s.rows, 0]

    c.reader(
        f"{MATMUL}/dataflow/reader_bmm_tile_layout_in0_sender_padding.cpp",
        words=words,
        named=named,
        noc=1,
        args=sender_args,
        cores=_range(0, 0, 0, down - 1),
    )
    for cores, noc in ((s.near(top=0), 1), (s.far(), 0)):
        if cores:
            c.reader(
                f"{MATMUL}/dataflow/reader_bmm_tile_layout_in0_receiver.cpp",
                words=[block, s.blocks, 1, 1, 0, 1, 1, 0],
                named=named,
                noc=noc,
                args=lambda core: [c.noc(0, core.y).x, c.noc(0, core.y).y],
                cores=cores,
            )


def _in1_kernels(c: VendorProgram, s: Multicast, in1, out, bias, facts: dict) -> None:
    """The writers: row 0 reads blocks of in1 and sends them down its column; all write their output."""
    (m, k, n), (across, down), (height, width) = s.tiles, s.cores, s.subblock
    rows, columns, inner, others = s.rows, s.columns, s.inner, down - 1
    block = inner * columns
    written = [1, n, width, height * n, columns, rows * n, width, height, width * height, m * n]
    words = [1, n, inner * n, columns, columns, inner, block, s.blocks, 1, 1, 2, 3, others, others, k * n]
    words += [1, 1, 0, 0, *written, 1, 0, 0, 0, *in1.accessor_words, *in1.accessor_words]
    words += [*out.accessor_words, *(bias.accessor_words if bias else ())]
    shape = [columns // width, columns // width, width, 0, 0]

    def sender_args(core: sim.CoreCoord) -> list[int]:
        first, last, start = c.noc(core.x, 1), c.noc(core.x, down - 1), core.x * columns
        args = [in1.address, start, first.x, first.y, last.x, last.y, 0, out.address, start, columns]
        return [*args, rows // height, height, 0, *shape, bias.address if bias else 0, start, 1]

    def receiver_args(core: sim.CoreCoord) -> list[int]:
        sender, start = c.noc(core.x, 0), core.y * rows * n + core.x * columns
        args = [sender.x, sender.y, out.address, start, rows // height, rows // height, height, 0]
        return [*args, *shape, 1, 1]

    c.writer(
        f"{MATMUL}/dataflow/reader_bmm_tile_layout_in1_sender_writer_padding.cpp",
        words=words,
        noc=0,
        args=sender_args,
        cores=_range(0, 0, across - 1, 0),
        **facts,
    )
    for cores, noc in ((s.near(left=0), 0), (s.far(), 1)):
        if cores:
            c.writer(
                f"{MATMUL}/dataflow/reader_bmm_tile_layout_in1_receiver_writer_padding.cpp",
                words=[block, s.blocks, 1, 1, 2, 3, 1, *written, columns, 0, *out.accessor_words],
                noc=noc,
                args=receiver_args,
                cores=cores,
                **facts,
            )


def _multicast(c: Case, shape: Multicast, bias: bool = False) -> None:
    m, k, n = (32 * tiles for tiles in shape.tiles)
    a, b, bias_row = random(m, k), random(k, n, seed=1), random(1, n, seed=2)
    in0, in1, out = c.tensor(a), c.tensor(b), c.empty((m, n))
    bias_tensor = c.tensor(bias_row.expand(32, n).contiguous()) if bias else None
    multicast(c, shape, in0, in1, out, bias_tensor)
    c.run()
    expected = a.float() @ b.float()
    compare(out, (expected + bias_row.float()).relu() if bias else expected, 3e-2)


SMALL = Multicast((4, 4, 4), cores=(2, 2), inner=2, subblock=(2, 2))


@case("matmul", "4x4 tiles on 2x2 cores, both operands by multicast", cores=(2, 2))
def multicast_matmul(c: Case) -> None:
    _multicast(c, SMALL)


@case("matmul", "the same with fused bias and ReLU", cores=(2, 2))
def multicast_matmul_bias_relu(c: Case) -> None:
    _multicast(c, SMALL, bias=True)


@case("matmul", "12x8x8 tiles on 4x3 cores, in sub-blocks", cores=(4, 3))
def multicast_matmul_subblocks(c: Case) -> None:
    _multicast(c, Multicast((12, 8, 8), cores=(4, 3), inner=4, subblock=(2, 1)))

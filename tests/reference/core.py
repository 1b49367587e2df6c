"""What the processes of one core share."""

from __future__ import annotations

import numpy as np

from .engine import Engine
from .errors import MisuseError, UnbalancedError
from .memory import Channel, CircularBuffer, Dst, Tensor
from .numbers import round_to


class Mesh:
    """The cores that run at once: what they send each other.

    NoC coordinates are logical ones here.

    Attributes:
        cores: all of them, by (x, y).
        blocks: groups of shared blocks by buffer, line of cores and number, before there is a protocol.
    """

    def __init__(self):
        self.cores: dict[tuple[int, int], Core] = {}
        self.blocks: dict[tuple, list[np.ndarray]] = {}

    def line(self, line: int, core: Core) -> list[Core]:
        """The cores of the row (1) or column (2) of a core, or all of them (3), row by row."""
        x, y = core.place
        places = [p for p in self.cores if (line & 1 or p[0] == x) and (line & 2 or p[1] == y)]
        return [self.cores[place] for place in sorted(places, key=lambda place: place[::-1])]

    def rectangle(self, x0: int, y0: int, x1: int, y1: int, count: int) -> list[Core]:
        """The cores of a multicast to `count` of them."""
        cores = [core for (x, y), core in self.cores.items() if x0 <= x <= x1 and y0 <= y <= y1]
        if len(cores) != count:
            raise MisuseError(f"a multicast to {count} cores, {len(cores)} are in the rectangle")
        return cores


class Core:
    """Tensors in DRAM, circular buffers, channels, DST and the engine of one core.

    Attributes:
        mesh: the cores that run at the same time, and `place`, (x, y) of this one among them.
        semaphores: their values by name.
        groups: how many groups of blocks a buffer has asked the line of the core for; `asked`: the last.
        ahead: blocks that were read for the line, by buffer, and `here`, those that have come from it.
        protocol: circular buffers have their protocol; else they are blocks and channels.
        dst_dtype: what a DST register can hold.
    """

    round = staticmethod(round_to)

    def __init__(
        self,
        tensors: dict[str, Tensor],
        attrs,
        protocol: bool,
        initialised: bool,
        mesh: Mesh,
        place: tuple[int, int],
    ):
        self.mesh, self.place = mesh, place
        mesh.cores[place] = self
        self.semaphores = {str(desc.name): int(desc.initial_value) for desc in attrs.get("tt.semaphores", [])}
        self.groups: dict[str, int] = {}
        self.asked: dict[str, tuple] = {}
        self.ahead: dict[str, list[np.ndarray]] = {}
        self.here: dict[str, list[np.ndarray]] = {}
        self.tensors = tensors
        self.protocol = protocol
        config = attrs.get("tt.compute_config")
        wide = config is not None and bool(config.fp32_dest_acc_en)
        self.dst_dtype = "float32" if wide else "bfloat16"
        halves = 2 if config is not None and bool(config.dst_full_sync_en) else 1
        self.dst = Dst((4 if wide else 8) * halves, self.dst_dtype)
        self.engine = Engine(required=initialised)
        self.reads: list = []
        self.transactions: dict[int, list] = {}  # reads under a number
        self.zeroes: list = []
        self.writes: list = []
        self.unacknowledged = self.counts_unacknowledged = False
        self._channels: dict[str, Channel] = {}
        self._circular_buffers: dict[str, CircularBuffer] = {}

    def channel(self, desc) -> Channel:
        return self._channels.setdefault(str(desc.name), Channel(int(desc.depth)))

    def circular_buffer(self, desc, dtype: str) -> CircularBuffer:
        name = str(desc.name)
        if name not in self._circular_buffers:
            self._circular_buffers[name] = CircularBuffer(desc, dtype)
        return self._circular_buffers[name]

    def land(self, transfers: list) -> None:
        """Completes transfers into circular buffers."""
        buffers = []
        for buffer, target, values in transfers:
            target[...] = values
            buffers.append(buffer)
        transfers.clear()
        rest = [self.reads, self.zeroes, *self.transactions.values()]
        waiting = {id(buffer) for transfers in rest for buffer, _, _ in transfers}
        for buffer in buffers:
            buffer.reads_under_way = id(buffer) in waiting

    def finish(self) -> None:
        """Checks that nothing is left behind."""
        for name, channel in self._channels.items():
            if channel.blocks:
                raise UnbalancedError(f"'{name}' keeps {len(channel.blocks)} blocks")
        for buffer in self._circular_buffers.values():
            if buffer.rest():
                raise UnbalancedError(buffer.rest())
        if self.reads or self.zeroes or self.unacknowledged or self.counts_unacknowledged:
            raise UnbalancedError("transfers are still under way")
        if self.dst.state != "free":
            raise UnbalancedError(f"DST is left in state '{self.dst.state}'")

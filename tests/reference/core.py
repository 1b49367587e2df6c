"""What the processes of one core share."""

from __future__ import annotations

from .engine import Engine
from .errors import UnbalancedError
from .memory import Channel, CircularBuffer, Dst, Tensor
from .numbers import round_to


class Core:
    """Tensors in DRAM, circular buffers, channels, DST and the engine of one core.

    Attributes:
        protocol: circular buffers have their protocol; else they are blocks and channels.
        dst_dtype: what a DST register can hold.
    """

    round = staticmethod(round_to)

    def __init__(self, tensors: dict[str, Tensor], attrs, protocol: bool, initialised: bool):
        self.tensors = tensors
        self.protocol = protocol
        config = attrs.get("tt.compute_config")
        wide = config is not None and bool(config.fp32_dest_acc_en)
        self.dst_dtype = "float32" if wide else "bfloat16"
        self.dst = Dst(4 if wide else 8, self.dst_dtype)
        self.engine = Engine(required=initialised)
        self.reads: list = []
        self.zeroes: list = []
        self.writes: list = []
        self.unacknowledged = False
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
        waiting = {id(buffer) for buffer, _, _ in self.reads + self.zeroes}
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
        if self.reads or self.zeroes or self.unacknowledged:
            raise UnbalancedError("transfers are still under way")
        if self.dst.state != "free":
            raise UnbalancedError(f"DST is left in state '{self.dst.state}'")

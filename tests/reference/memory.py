"""Where values live: blocks, channels between processes, circular buffers and DST."""

from __future__ import annotations

from collections import deque

import numpy as np

from .errors import MisuseError
from .numbers import TILE, block_of, round_to, tiles_for, tiles_of, undefined


def _elements(tiles: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The elements of a tensor or block, as a view of the tiles that hold them; a vector is a row."""
    if len(shape) == 1:
        return tiles[0, : shape[0]]
    return tiles[..., : shape[-2], : shape[-1]]


class Tensor:
    """A tensor in DRAM, in whole tiles.

    Attributes:
        values: its elements.
        matrices: all tiles. What pads a matrix to tiles is zero, what lies around a vector has no value.
    """

    def __init__(self, elements: np.ndarray):
        *leading, rows, cols = (1, *elements.shape)[-max(2, elements.ndim) :]
        self.matrices = np.zeros((*leading, tiles_for(rows) * TILE, tiles_for(cols) * TILE))
        if elements.ndim == 1:
            self.matrices[1:] = np.nan
        self.values = _elements(self.matrices, elements.shape)
        self.values[...] = elements

    def page(self, page: int) -> np.ndarray:
        """One tile, counted along rows of tiles, matrix by matrix."""
        rows, cols = self.matrices.shape[-2] // TILE, self.matrices.shape[-1] // TILE
        if not 0 <= page < self.matrices.size // TILE**2:
            raise MisuseError(f"page {page} of a tensor of {self.matrices.size // TILE**2}")
        matrix, row, col = page // (rows * cols), page // cols % rows, page % cols
        view = self.matrices.reshape(-1, rows * TILE, cols * TILE)[matrix]
        return view[row * TILE : (row + 1) * TILE, col * TILE : (col + 1) * TILE]

    def line(self, page: int) -> np.ndarray:
        """One row of a row-major tensor, counted matrix by matrix."""
        return self.values[np.unravel_index(page, self.values.shape[:-1])]


class Block:
    """A buffer of one or two dimensions without any protocol: its last value is what it holds.

    Attributes:
        values: its elements.
        tiles: the whole tiles that hold them; around a vector nothing is defined.
    """

    def __init__(self, name: str, shape: tuple[int, ...], dtype: str):
        self.name, self.dtype = name, dtype
        self.rows, self.cols = (tiles_for(extent) for extent in (1, *shape)[-2:])
        self.tiles = undefined(self.rows * TILE, self.cols * TILE)
        self.values = _elements(self.tiles, shape)

    def read(self) -> np.ndarray:
        return self.tiles

    def write(self, values: np.ndarray) -> None:
        self.values[...] = round_to(values, self.dtype).reshape(self.values.shape)

    def front(self, tile: int) -> np.ndarray:
        return self._tile(tile)

    def back(self, tile: int) -> np.ndarray:
        return self._tile(tile)

    def store(self, tile: int, values: np.ndarray) -> None:
        self._tile(tile)[...] = round_to(values, self.dtype)

    def _tile(self, tile: int) -> np.ndarray:
        if not 0 <= tile < self.rows * self.cols:
            raise MisuseError(f"tile {tile} of '{self.name}', which has {self.rows * self.cols}")
        row, col = divmod(int(tile), self.cols)
        return self.tiles[row * TILE : (row + 1) * TILE, col * TILE : (col + 1) * TILE]


class Channel:
    """Blocks on their way from one process to another."""

    def __init__(self, depth: int):
        self.depth = depth
        self.blocks: deque[np.ndarray] = deque()


class CircularBuffer:
    """A circular buffer in L1: a ring of pages with the counters of both ends.

    Pages are undefined from the moment they are reserved, so that a page nobody writes shows, and so
    does one that is read after it was popped and reserved again.
    """

    def __init__(self, desc, dtype: str):
        self.name, self.dtype, self.page_size = str(desc.name), dtype, int(desc.page_size)
        self.rows, self.cols = int(desc.rows), int(desc.cols)
        self.capacity = self.rows * self.cols * int(desc.depth)
        self.data_format = str(desc.data_format)
        self.unpack_format = self.data_format + ("->dst" if desc.unpack_to_dest else "")
        self.pages = undefined(self.capacity, TILE, TILE)
        self.pushed = self.popped = self.reserved = self.waited = 0
        self.packed = 0  # pages that pack_tile filled since the last push
        self.reads_under_way = self.writes_under_way = False
        self.stays_reserved = desc.consumer == desc.producer != "compute"  # filled again, never pushed

    # The protocol.

    def has_room(self, pages: int) -> bool:
        if pages > self.capacity:
            raise MisuseError(f"'{self.name}' holds {self.capacity} pages, {pages} are asked for")
        return self.pushed - self.popped + pages <= self.capacity

    def reserve(self, pages: int) -> None:
        for page in range(self.reserved, pages):
            self.pages[(self.pushed + page) % self.capacity] = np.nan
        self.reserved = max(self.reserved, pages)

    def push(self, pages: int) -> None:
        if pages > self.reserved:
            raise MisuseError(f"push of {pages} pages to '{self.name}', {self.reserved} are reserved")
        if self.reads_under_way:
            raise MisuseError(f"push to '{self.name}' before the reads into it have landed")
        self.pushed += pages
        self.reserved -= pages
        self.packed = 0

    def has_pages(self, pages: int) -> bool:
        if pages > self.capacity:
            raise MisuseError(f"'{self.name}' holds {self.capacity} pages, {pages} are waited for")
        return self.pushed - self.popped >= pages

    def wait(self, pages: int) -> None:
        self.waited = max(self.waited, pages)

    def pop(self, pages: int) -> None:
        if pages > self.waited:
            raise MisuseError(f"pop of {pages} pages of '{self.name}', {self.waited} were waited for")
        if self.writes_under_way:
            raise MisuseError(f"pop of '{self.name}' before the writes from it have left")
        self.popped += pages
        self.waited -= pages

    def rest(self) -> str:
        """What is left at the end, or nothing."""
        if self.pushed != self.popped:
            return f"'{self.name}' keeps {self.pushed - self.popped} pages"
        if (self.reserved and not self.stays_reserved) or self.waited:
            return f"'{self.name}' is reserved by {self.reserved} and waited for by {self.waited} pages"
        return ""

    # The pages, as a block.

    def front(self, page: int) -> np.ndarray:
        if not 0 <= page < self.waited:
            raise MisuseError(f"read of page {page} of '{self.name}', {self.waited} were waited for")
        return self.pages[(self.popped + int(page)) % self.capacity]

    def back(self, page: int) -> np.ndarray:
        if not 0 <= page < self.reserved:
            raise MisuseError(f"page {page} of '{self.name}' is written, {self.reserved} are reserved")
        return self.pages[(self.pushed + int(page)) % self.capacity]

    def store(self, page: int, values: np.ndarray) -> None:
        self.back(page)[...] = round_to(values, self.dtype)

    def read(self) -> np.ndarray:
        tiles = np.stack([self.front(tile) for tile in range(self.rows * self.cols)])
        return block_of(tiles, self.rows, self.cols)

    # The pages of 32 rows that lie one after another: (32, elements of a row).

    def front_rows(self, page: int) -> np.ndarray:
        return self._rows([self.front(page + col) for col in range(self.cols)])

    def store_rows(self, page: int, rows: np.ndarray) -> None:
        flat = round_to(rows, self.dtype).reshape(self.cols, TILE, TILE)
        for col in range(self.cols):
            self.back(page + col)[...] = flat[col]

    def _rows(self, pages: list[np.ndarray]) -> np.ndarray:
        return np.stack(pages).reshape(TILE, self.cols * TILE)


class Registers:
    """Tiles in DST: a set of virtual registers, always there."""

    def __init__(self, tiles: int, dtype: str):
        self.dtype = dtype
        self.tiles = undefined(tiles, TILE, TILE)

    def read(self, index: int) -> np.ndarray:
        return self.tiles[index]

    def pack(self, index: int) -> np.ndarray:
        return self.tiles[index]

    def write(self, index: int, values: np.ndarray, dtype: str | None = None) -> None:
        """Writes numbers of the registers' dtype, or 32-bit integers."""
        self.tiles[index] = round_to(values, dtype or self.dtype)


class Dst(Registers):
    """The DST registers of the machine, with their life cycle and capacity."""

    def __init__(self, capacity: int, dtype: str):
        super().__init__(capacity, dtype)
        self.state = "free"
        self.written: set[int] = set()  # tiles with a value since they were acquired as zeroes

    def acquire(self) -> None:
        self._step("free", "math")
        self.tiles[...] = 0
        self.written.clear()

    def commit(self) -> None:
        self._step("math", "committed")

    def wait(self) -> None:
        self._step("committed", "pack")

    def release(self) -> None:
        self._step("pack", "free")

    def _step(self, expected: str, state: str) -> None:
        if self.state != expected:
            raise MisuseError(f"DST goes from '{self.state}' to '{state}'")
        self.state = state

    def read(self, index: int) -> np.ndarray:
        self._check(index, "math")
        return self.tiles[index]

    def pack(self, index: int) -> np.ndarray:
        self._check(index, "pack")
        return self.tiles[index]

    def write(self, index: int, values: np.ndarray, dtype: str | None = None) -> None:
        self._check(index, "math")
        self.written.add(index)
        super().write(index, values, dtype)

    def _check(self, index: int, state: str) -> None:
        if self.state != state:
            raise MisuseError(f"DST is used for {state} while '{self.state}'")
        if not 0 <= index < len(self.tiles):
            raise MisuseError(f"DST index {index} of {len(self.tiles)}")


__all__ = ["Block", "Channel", "CircularBuffer", "Dst", "Registers", "Tensor", "tiles_of"]

"""Values: float64 arrays that hold what a dtype can hold."""

from __future__ import annotations

import numpy as np

TILE = 32
_BITS = {"int8": 8, "uint8": 8, "int16": 16, "uint16": 16, "int32": 32, "uint32": 32, "int64": 64}


def round_to(values, dtype: str):
    """The values of `dtype` nearest to `values`, ties to even, as float64; indices stay as they are.

    Numbers become integers by rounding towards zero, and wrap around.
    """
    if dtype == "bfloat16":
        bits = np.asarray(values, np.float32).view(np.uint32).astype(np.uint64)
        bits = bits + 0x7FFF + ((bits >> 16) & 1)
        rounded = (bits & 0xFFFF0000).astype(np.uint32).view(np.float32).astype(np.float64)
        return np.where(np.isnan(values), np.nan, rounded)
    if dtype == "float32":
        return np.asarray(values, np.float32).astype(np.float64)
    if dtype == "float16":
        return np.asarray(values, np.float16).astype(np.float64)
    if dtype == "bool" or np.asarray(values).dtype.kind != "f":
        return values
    if dtype in _BITS:
        return wrap(np.trunc(values), dtype)
    raise NotImplementedError(f"dtype {dtype}")


def wrap(values, dtype: str):
    """Whole numbers modulo the range of an integer dtype, as float64."""
    count = 2.0 ** _BITS[dtype]
    wrapped = np.mod(np.asarray(values, np.float64), count)
    return wrapped if dtype.startswith("u") else np.where(wrapped >= count / 2, wrapped - count, wrapped)


def undefined(*shape: int) -> np.ndarray:
    """An array in which nothing has a value yet."""
    return np.full(shape, np.nan)


def tiles_for(extent: int) -> int:
    """How many tiles hold `extent` elements of one dimension."""
    return -(-extent // TILE)


def tiles_of(block: np.ndarray) -> np.ndarray:
    """The tiles of a block, row by row: (tiles, 32, 32). A view for blocks one tile wide, else a copy."""
    rows, cols = block.shape[0] // TILE, block.shape[1] // TILE
    return block.reshape(rows, TILE, cols, TILE).swapaxes(1, 2).reshape(rows * cols, TILE, TILE)


def block_of(tiles: np.ndarray, rows: int, cols: int) -> np.ndarray:
    """The block of rows x cols tiles."""
    return tiles.reshape(rows, cols, TILE, TILE).swapaxes(1, 2).reshape(rows * TILE, cols * TILE)


def slice_or_zero(tensor: np.ndarray, starts: list[int], extents: list[int]) -> np.ndarray:
    """A slice of all dimensions; what lies outside of the tensor is zero."""
    inside, within = _clip(tensor, starts, extents)
    block = np.zeros(extents)
    block[within] = tensor[inside]
    return block


def store_slice(tensor: np.ndarray, starts: list[int], block: np.ndarray) -> None:
    """Stores a block of as many dimensions as the tensor; what lies outside of it is dropped."""
    inside, within = _clip(tensor, starts, list(block.shape))
    tensor[inside] = block[within]


def _clip(tensor: np.ndarray, starts: list[int], extents: list[int]):
    inside, within = [], []
    for start, extent, limit in zip(starts, extents, tensor.shape, strict=True):
        count = max(0, min(extent, limit - start))
        inside.append(slice(start, start + count))
        within.append(slice(0, count))
    return tuple(inside), tuple(within)


def unfolded(
    image: np.ndarray, first, extents, kernel: int, stride: int, dilation: int, pad: int
) -> np.ndarray:
    """A block of im2col: rows are output pixels (n, oh, ow), columns (kh, kw, c); outside is zero."""
    count, height, width, channels = image.shape
    reach = dilation * (kernel - 1) + 1
    out_height, out_width = ((extent + 2 * pad - reach) // stride + 1 for extent in (height, width))
    padded = np.pad(image, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    block = np.zeros(tuple(extents))
    for row in range(extents[0]):
        pixel = first[0] + row
        if pixel >= count * out_height * out_width:
            continue
        n, y, x = pixel // (out_height * out_width), pixel // out_width % out_height, pixel % out_width
        for col in range(extents[1]):
            tap, channel = divmod(first[1] + col, channels)
            if tap < kernel * kernel:
                dy, dx = tap // kernel * dilation, tap % kernel * dilation
                block[row, col] = padded[n, y * stride + dy, x * stride + dx, channel]
    return block

"""ctypes access to the tile arithmetic (`tests/cpp/numerics/shim.cc`) with numpy arrays.

Tiles are numpy arrays of 1024 uint32 patterns in face order; L1 tiles are uint8 arrays.
"""

import ctypes
import os
import re
import subprocess
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[3]
NUMERICS = ROOT / "src" / "simulator" / "numerics"

#: Position in face order of each element of a row-major 32x32 tile: four 16x16 faces.
FACE_ORDER = np.arange(1024).reshape(2, 16, 2, 16).transpose(0, 2, 1, 3).reshape(1024)


def to_faces(tile):
    """Row-major (32, 32) -> 1024 elements in face order."""
    return np.ascontiguousarray(tile.reshape(1024)[FACE_ORDER])


def to_rows(faces):
    """1024 elements in face order -> row-major (32, 32)."""
    tile = np.empty(1024, faces.dtype)
    tile[FACE_ORDER] = faces
    return tile.reshape(32, 32)


def read_enum(header, name):
    """Enumerators of a C++ enum class, read from the header so that numbers live in one place."""
    text = (NUMERICS / header).read_text()
    body = re.search(rf"enum class {name}\b[^{{]*\{{(.*?)\}};", text, re.S).group(1)
    body = re.sub(r"/\*.*?\*/|//[^\n]*", "", body, flags=re.S)
    values, value = {}, -1
    for item in filter(None, (part.strip() for part in body.split(","))):
        key, _, number = item.partition("=")
        value = int(number, 0) if number else value + 1
        values[key.strip()] = value
    return values


FORMAT = read_enum("formats.h", "DataFormat")
FIDELITY = read_enum("matrix_unit.h", "MathFidelity")
BINARY = read_enum("matrix_unit.h", "BinaryOp")
BROADCAST = read_enum("matrix_unit.h", "Broadcast")
POOL = read_enum("matrix_unit.h", "PoolType")
DIM = read_enum("matrix_unit.h", "ReduceDim")
RELU = read_enum("pack.h", "PackRelu")
MASK = read_enum("pack.h", "PackMask")
UNARY = read_enum("sfpu_operations.h", "SfpuUnaryOp")
SFPU_BINARY = read_enum("sfpu_operations.h", "SfpuBinaryOp")
TERNARY = read_enum("sfpu_operations.h", "SfpuTernaryOp")


def find_library():
    """Path of the shim: $TT_NUMERICS_SHIM, else a build of this checkout, made if necessary."""
    if "TT_NUMERICS_SHIM" in os.environ:
        return Path(os.environ["TT_NUMERICS_SHIM"])
    build = ROOT / "build" / "numerics"
    source = ROOT / "tests" / "cpp" / "numerics"
    subprocess.run(["cmake", "-S", source, "-B", build], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(
        ["cmake", "--build", build, "--target", "tt_numerics_shim"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return build / "libtt_numerics_shim.so"


class Numerics:
    """The C entry points; every method raises ValueError where C++ throws invalid_argument."""

    def __init__(self):
        self._library = ctypes.CDLL(str(find_library()))

    def _call(self, name, *arguments):
        converted = [
            argument.ctypes.data_as(ctypes.c_void_p)
            if isinstance(argument, np.ndarray)
            else ctypes.c_uint32(int(argument) & 0xFFFFFFFF)
            for argument in arguments
        ]
        if getattr(self._library, "tt_" + name)(*converted):
            raise ValueError(f"{name}: not supported")

    def tile_bytes(self, fmt):
        return self._library.tt_tile_bytes(FORMAT[fmt])

    def unpack_to_source(self, fmt, l1, fp32_dest, transpose=False):
        out = np.empty(1024, np.uint32)
        self._call("unpack_to_source", FORMAT[fmt], l1, fp32_dest, transpose, out)
        return out

    def unpack_to_dest(self, fmt, l1):
        out = np.empty(1024, np.uint32)
        self._call("unpack_to_dest", FORMAT[fmt], l1, out)
        return out

    def tilize(self, fmt, rows, row_stride):
        out = np.empty(self.tile_bytes(fmt), np.uint8)
        self._call("tilize", FORMAT[fmt], rows, row_stride, out)
        return out

    def untilize(self, fmt, l1, rows, row_stride):
        self._call("untilize", FORMAT[fmt], l1, rows, row_stride)

    def copy(self, fmt, source, fp32_dest):
        out = np.empty(1024, np.uint32)
        self._call("copy", FORMAT[fmt], source, fp32_dest, out)
        return out

    def dest_to_source(self, dest, float32_source):
        out = np.empty(1024, np.uint32)
        self._call("dest_to_source", dest, float32_source, out)
        return out

    def transpose_dest(self, dest):
        self._call("transpose_dest", dest)

    def matmul(self, in0, in1, fidelity, fp32_dest, dest, fast=False):
        self._call("matmul", in0, in1, FIDELITY[fidelity], fp32_dest, fast, dest)

    def eltwise(self, op, a, b, fidelity, fp32_dest, dest, broadcast="None", accumulate=False, fast=False):
        self._call(
            "eltwise", BINARY[op], BROADCAST[broadcast], a, b, FIDELITY[fidelity], fp32_dest, fast,
            accumulate, 0, dest,
        )  # fmt: skip

    def reduce(self, pool, dim, data, scaler, fidelity, fp32_dest, float32_input, cleared, dest):
        self._call(
            "reduce", POOL[pool], DIM[dim], data, scaler, FIDELITY[fidelity], fp32_dest,
            float32_input, cleared, dest,
        )  # fmt: skip

    def pack(self, dest, fmt, fp32_dest, precise=False, relu="None", threshold=0, l1=None, mask="None"):
        """Packed bytes; with `l1` (previous bytes) the packer accumulates into them."""
        out = np.zeros(self.tile_bytes(fmt), np.uint8) if l1 is None else l1.copy()
        self._call(
            "pack", dest, FORMAT[fmt], fp32_dest, precise, RELU[relu], threshold, l1 is not None,
            MASK[mask], out,
        )  # fmt: skip
        return out

    def sfpu_unary(self, op, fp32_dest, dest, params=(), mode=4):
        p0, p1, p2 = (*params, 0, 0, 0)[:3]
        self._call("sfpu_unary", UNARY[op], fp32_dest, mode, p0, p1, p2, dest)

    def sfpu_binary(self, op, fp32_dest, a, b):
        out = np.empty(1024, np.uint32)
        self._call("sfpu_binary", SFPU_BINARY[op], fp32_dest, a, b, out)
        return out

    def sfpu_ternary(self, op, fp32_dest, a, b, c, param=0):
        out = np.empty(1024, np.uint32)
        self._call("sfpu_ternary", TERNARY[op], fp32_dest, param, a, b, c, out)
        return out

    def sfpu_typecast(self, source, target, fp32_dest, dest):
        self._call("sfpu_typecast", FORMAT[source], FORMAT[target], fp32_dest, dest)

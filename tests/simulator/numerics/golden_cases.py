"""The measured cases of `golden/` (see its README) and how each is run on the tile arithmetic."""

import functools
import json
import re
from pathlib import Path

import numpy as np

from numerics_shim import to_faces, to_rows

FOLDER = Path(__file__).resolve().parent / "golden"

FORMAT_OF_DTYPE = {
    "bfloat16": "Float16_b",
    "float32": "Float32",
    "bfloat8_b": "Bfp8_b",
    "bfloat4_b": "Bfp4_b",
}

#: Golden operation name -> enumerator of SfpuUnaryOp.
UNARY_OP = {
    "exp": "Exp", "exp_approx": "ExpApprox", "exp2": "Exp2", "recip": "Recip", "sqrt": "Sqrt",
    "rsqrt": "Rsqrt", "relu": "Relu", "gelu": "Gelu", "gelu_accurate": "GeluAccurate",
    "silu": "Silu", "sigmoid": "Sigmoid", "square": "Square", "abs": "Abs", "neg": "Neg",
    "sin": "Sin", "cos": "Cos", "erf": "Erf", "floor": "Floor", "ceil": "Ceil", "trunc": "Trunc",
    "ltz": "Ltz", "gtz": "Gtz", "eqz": "Eqz", "nez": "Nez", "gez": "Gez", "lez": "Lez",
    "add_scalar": "AddScalar", "mul_scalar": "MulScalar", "sub_scalar": "SubScalar",
    "div_scalar": "DivScalar", "rsub_scalar": "RsubScalar", "fill": "Fill",
    "fill_bitcast": "Fill", "identity": "Identity", "clamp": "Clamp", "unary_max": "UnaryMax",
    "unary_min": "UnaryMin", "sign": "Sign", "signbit": "Signbit", "heaviside": "Heaviside",
    "power2": "PowerIterative", "softplus": "Softplus", "unary_gt": "UnaryGt", "isnan": "IsNan",
    "isinf": "IsInf",
}  # fmt: skip

BROADCAST_OF = {"rows": "Row", "cols": "Col", "scalar": "Scalar"}


@functools.cache
def index():
    """All cases, in the order of the file."""
    return json.loads((FOLDER / "index.json").read_text())["cases"]


@functools.cache
def _archive(file):
    return np.load(FOLDER / file)


def _array(case, key):
    return _archive(case["file"])[key]


class Case:
    """One case: L1 tiles in, L1 tiles (or row-major blocks) expected."""

    def __init__(self, entry):
        self.entry = entry
        self.name, self.group, self.op = entry["name"], entry["group"], entry["op"]
        self.attributes = entry["attributes"]
        settings = entry["settings"]
        self.fidelity = settings["math_fidelity"]
        self.fp32_dest = settings["fp32_dest_acc_en"]
        self.precise = settings["bfp8_pack_precise"]
        self.to_dest = set(settings["unpack_to_dest_fp32_inputs"])
        self.formats = [FORMAT_OF_DTYPE[i["dtype"]] for i in entry["inputs"]]
        self.out_format = FORMAT_OF_DTYPE[entry["output"]["dtype"]]

    def tiles_in(self, operand, iteration):
        """L1 bytes of the tiles that one iteration consumes of one operand."""
        spec = self.entry["inputs"][operand]
        count = spec["tiles_per_iteration"]
        first = 0 if spec["once"] else iteration * count
        if "bytes" in spec:
            return list(_array(self.entry, spec["bytes"])[first : first + count])
        bits = _array(self.entry, spec["bits"])[first : first + count]
        return [to_faces(tile).view(np.uint8) for tile in bits]

    def block_in(self, iteration):
        """Row-major (32, 64) input block of a tilize case."""
        return np.ascontiguousarray(_array(self.entry, self.entry["inputs"][0]["bits"])[iteration])

    def expected(self, iteration):
        """Expected output of one iteration: packed tiles, patterns (tiles, 32, 32), or a block."""
        spec = self.entry["output"]
        count = spec["tiles_per_iteration"]
        array = _array(self.entry, spec.get("bytes") or spec["bits"])
        if "out_layout" in self.attributes:
            return array[iteration]
        return array[iteration * count : (iteration + 1) * count]

    # -- running -----------------------------------------------------------------------------

    def run(self, numerics, iteration):
        """Output of one iteration in the form of `expected`."""
        tiles = self._run_tiles(numerics, iteration)
        if "out_layout" in self.attributes:
            return self._untilize(numerics, tiles)
        if "bytes" in self.entry["output"]:
            return np.stack(tiles)
        dtype = np.uint16 if self.out_format == "Float16_b" else np.uint32
        return np.stack([to_rows(tile.view(dtype)) for tile in tiles])

    def _untilize(self, numerics, tiles):
        dtype = np.uint16 if self.out_format == "Float16_b" else np.uint32
        block = np.zeros((32, 64), dtype)
        for index_, tile in enumerate(tiles):
            part = block.reshape(-1)[32 * index_ :].view(np.uint8)
            numerics.untilize(self.out_format, tile, part, block.strides[0])
        return block

    def _run_tiles(self, numerics, iteration):
        runner = getattr(self, "_run_" + self.group, None)
        return runner(numerics, iteration)

    def _source(self, numerics, operand, tile, transpose=False):
        return numerics.unpack_to_source(self.formats[operand], tile, self.fp32_dest, transpose)

    def _load(self, numerics, operand, tile):
        """copy_tile: L1 to DST, on the path that the case's settings select."""
        if operand in self.to_dest:
            return numerics.unpack_to_dest(self.formats[operand], tile)
        source = self._source(numerics, operand, tile)
        return numerics.copy(self.formats[operand], source, self.fp32_dest)

    def _pack(self, numerics, dest, **more):
        return numerics.pack(dest, self.out_format, self.fp32_dest, self.precise, **more)

    def _run_matmul(self, numerics, iteration):
        transpose = self.attributes.get("transpose", 0)
        rows, cols = self.attributes.get("rt", 1), self.attributes.get("ct", 1)
        steps = self.attributes.get("kt") or self.attributes["K_tiles"]
        a = [self._source(numerics, 0, t) for t in self.tiles_in(0, iteration)]
        b = [self._source(numerics, 1, t, transpose) for t in self.tiles_in(1, iteration)]
        out = []
        for r in range(rows):
            for c in range(cols):
                dest = np.zeros(1024, np.uint32)
                for k in range(steps):
                    numerics.matmul(a[r * steps + k], b[k * cols + c], self.fidelity, self.fp32_dest, dest)
                out.append(self._pack(numerics, dest))
        return out

    def _run_binary(self, numerics, iteration):
        op = self.op.split("_")[0].capitalize()
        if "reuse" in self.attributes:
            dest = self._load(numerics, 0, self.tiles_in(0, iteration)[0])
            a = numerics.dest_to_source(dest, self.formats[1] == "Float32")
            b = self._source(numerics, 1, self.tiles_in(1, iteration)[0])
            if self.attributes["reuse"] == "SRCB":
                a, b = b, a
            numerics.eltwise(op, a, b, self.fidelity, self.fp32_dest, dest)
            return [self._pack(numerics, dest)]
        accumulate = bool(self.attributes.get("acc_to_dest"))
        broadcast = BROADCAST_OF.get(self.op.rpartition("bcast_")[2], "None")
        dest = np.zeros(1024, np.uint32)
        for x, y in zip(self.tiles_in(0, iteration), self.tiles_in(1, iteration), strict=True):
            a, b = self._source(numerics, 0, x), self._source(numerics, 1, y)
            numerics.eltwise(
                op, a, b, self.fidelity, self.fp32_dest, dest,
                broadcast=broadcast, accumulate=accumulate,
            )  # fmt: skip
        return [self._pack(numerics, dest)]

    _run_bcast = _run_binary

    def _run_convert(self, numerics, iteration):
        return [self._pack(numerics, self._load(numerics, 0, tile)) for tile in self.tiles_in(0, iteration)]

    def _run_pack_relu(self, numerics, iteration):
        relu = {"zero": "Zero", "min_threshold": "MinThreshold", "max_threshold": "MaxThreshold"}
        kind = relu[re.sub(r"0x.*", "", self.attributes["relu"])]
        threshold = int(self.attributes["threshold_bits"] or "0", 16)
        dest = self._load(numerics, 0, self.tiles_in(0, iteration)[0])
        return [self._pack(numerics, dest, relu=kind, threshold=threshold)]

    def _run_l1_acc(self, numerics, iteration):
        l1 = None
        for tile in self.tiles_in(0, iteration):
            l1 = self._pack(numerics, self._load(numerics, 0, tile), l1=l1)
        return [l1]

    def _run_reduce(self, numerics, iteration):
        dim = self.attributes["dim"].capitalize()
        mask = {"Row": "Column", "Col": "Row", "Scalar": "Scalar"}[dim]
        scaler = self._source(numerics, 1, self.tiles_in(1, iteration)[0])
        dest = np.zeros(1024, np.uint32)
        for number, tile in enumerate(self.tiles_in(0, iteration)):
            data = self._source(numerics, 0, tile)
            numerics.reduce(
                self.attributes["pool"].capitalize(), dim, data, scaler, self.fidelity,
                self.fp32_dest, self.formats[0] == "Float32", number == 0, dest,
            )  # fmt: skip
        return [self._pack(numerics, dest, mask=mask)]

    def _run_layout(self, numerics, iteration):
        if self.op == "transpose_tile":
            tile = self.tiles_in(0, iteration)[0]
            if 0 in self.to_dest:
                dest = numerics.unpack_to_dest(self.formats[0], tile)
                numerics.transpose_dest(dest)
            else:
                source = self._source(numerics, 0, tile, transpose=True)
                dest = numerics.copy(self.formats[0], source, self.fp32_dest)
            return [self._pack(numerics, dest)]
        if "in_layout" in self.attributes:
            block = self.block_in(iteration)
            tiles = [
                numerics.tilize(self.formats[0], block.reshape(-1)[32 * i :].view(np.uint8), block.strides[0])
                for i in range(2)
            ]
        else:
            tiles = self.tiles_in(0, iteration)
        return [self._pack(numerics, self._load(numerics, 0, tile)) for tile in tiles]

    def _run_sfpu(self, numerics, iteration):
        tiles = [
            self._load(numerics, operand, self.tiles_in(operand, iteration)[0])
            for operand in range(len(self.formats))
        ]
        dest = tiles[0]
        if self.op == "where_tile":
            dest = numerics.sfpu_ternary("Where", self.fp32_dest, *tiles)
        elif self.op == "typecast_tile":
            numerics.sfpu_typecast(self.formats[0], self.out_format, self.fp32_dest, dest)
        elif self.op.endswith("_tile"):
            name = re.sub("_|binary|tile", "", self.op).capitalize()
            dest = numerics.sfpu_binary(name, self.fp32_dest, *tiles)
        else:
            arguments = re.search(r"\(0,? ?(.*)\)", self.attributes["call"]).group(1)
            params = [_parameter(text) for text in arguments.split(", ") if text]
            numerics.sfpu_unary(UNARY_OP[self.op], self.fp32_dest, dest, params)
        return [self._pack(numerics, dest)]


def _parameter(text):
    """A scalar argument of the recorded call: '0x3f000000u', '1.1f' or '2'."""
    if text.endswith("f") and "x" not in text:
        return int(np.float32(text[:-1]).view(np.uint32))
    return int(text.rstrip("u"), 0)

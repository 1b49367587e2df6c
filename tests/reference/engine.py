"""The modes of the compute engine: what is initialised must be what an operation needs."""

from __future__ import annotations

from .errors import MisuseError

# Operation: (initialisation, position of the SrcA operand, of the SrcB operand); None where it has none.
_NEEDS = {
    "tt.copy": ("tt.fpu.copy_init", 0, None),
    "tt.copy_row": ("tt.fpu.copy_row_init", 0, 0),
    "tt.copy_col": ("tt.fpu.copy_col_init", 0, 0),
    "tt.copy_scalar": ("tt.fpu.copy_scalar_init", 0, 0),
    "tt.fpu.add": ("tt.fpu.add_init", 0, 2),
    "tt.fpu.sub": ("tt.fpu.sub_init", 0, 2),
    "tt.fpu.mul": ("tt.fpu.mul_init", 0, 2),
    "tt.fpu.add_reuse": ("tt.fpu.add_reuse_init", None, 0),
    "tt.fpu.sub_reuse": ("tt.fpu.sub_reuse_init", None, 0),
    "tt.fpu.rsub_reuse": ("tt.fpu.rsub_reuse_init", 0, None),
    "tt.fpu.mul_reuse": ("tt.fpu.mul_reuse_init", None, 0),
    "tt.tilize": ("tt.fpu.tilize_init", 0, None),
    "tt.fpu.transpose": ("tt.fpu.transpose_init", 0, None),
    "tt.fpu.transpose_dst": ("tt.fpu.transpose_dst_init", None, None),
    "tt.mm.mma": ("tt.fpu.matmul_init", 1, 0),
    "tt.fpu.matmul_block": ("tt.fpu.matmul_init", 1, 0),
    "tt.fill": ("tt.sfpu.fill_init", None, None),
    "tt.int_fill": ("tt.sfpu.fill_init", None, None),
    "tt.sfpu.int_where": ("tt.sfpu.where_init", None, None),
    "tt.sfpu.bitwise_or": ("tt.sfpu.bitwise_and_init", None, None),
    "tt.sfpu.bitwise_xor": ("tt.sfpu.bitwise_and_init", None, None),
    "tt.sfpu.int_shift_right": ("tt.sfpu.shift_left_init", None, None),
    "tt.sfpu.uint_shift_right": ("tt.sfpu.shift_left_init", None, None),
}
_SCALAR = ("tt.sfpu.scalar_init", None, None)
_NEEDS |= {f"tt.sfpu.{op}_scalar": _SCALAR for op in ("add", "sub", "rsub", "mul")}


def _needs(op: str) -> tuple[str, int | None, int | None]:
    """What an operation needs; of the vector unit's, each has an initialisation of its own."""
    if op not in _NEEDS and op.startswith("tt.sfpu."):
        return f"{op}_init", None, None
    return _NEEDS[op]


class Engine:
    """Modes and data formats. Not `required` before the pass that inserts the initialisations."""

    def __init__(self, required: bool):
        self.required = required
        self.started = False
        self.formats = {"SrcA": None, "SrcB": None, "pack": None}
        self.modes = {"fpu": None, "sfpu": None}  # initialisation, formats of its circular buffers
        self.matmul = None  # transpose, ct, rt, kt
        self.untilize = None  # tiles at a time, tiles in a row
        self.l1_accumulate = False

    def start(self, srca: str, srcb: str, pack: str) -> None:
        if self.started:
            raise MisuseError("the engine is started twice")
        self.started = True
        self.formats = {"SrcA": srca, "SrcB": srcb, "pack": pack}

    def set_mode(self, init: str, formats: list[str | None]) -> None:
        self._require_start(init)
        mode = (init, [f for f in formats if f is not None])
        self.modes["sfpu" if init.startswith("tt.sfpu.") else "fpu"] = mode

    def set_format(self, unit: str, data_format: str) -> None:
        self._require_start(f"reconfiguration of {unit}")
        self.formats[unit] = data_format

    def check(self, op: str, formats: list[str | None]) -> None:
        """Checks modes before the operation; `formats` are those of its circular buffer operands."""
        if not self.required:
            return
        init, srca, srcb = _needs(op)
        unit = "sfpu" if init.startswith("tt.sfpu.") else "fpu"
        mode = (init, [formats[position] for position in sorted({srca, srcb} - {None})])
        if self.modes[unit] != mode:
            raise MisuseError(f"{op} needs {mode}, the {unit} is in {self.modes[unit]}")
        for name, position in (("SrcA", srca), ("SrcB", srcb)):
            if position is not None and self.formats[name] != formats[position]:
                raise MisuseError(f"{op}: {name} is set to {self.formats[name]}, not {formats[position]}")

    def check_pack(self, data_format: str) -> None:
        if self.required and self.formats["pack"] != data_format:
            raise MisuseError(f"the packer is set to {self.formats['pack']}, not {data_format}")

    def _require_start(self, what: str) -> None:
        if not self.started:
            raise MisuseError(f"{what} before the engine is started")

"""Spellings of the schema as calls that a compiler can judge, one line each."""

from __future__ import annotations

import re
from dataclasses import dataclass

import tvm_ffi

# What every generated text includes, beside the headers that its rows name.
BASE_HEADERS = {
    "reader": ["api/dataflow/dataflow_api.h", "api/tensor/noc_traits.h"],
    "writer": ["api/dataflow/dataflow_api.h", "api/tensor/noc_traits.h"],
    "compute": ["api/compute/common.h"],
}
# The header of the circular buffer as an object: its handshakes bring it into every text that holds one.
CIRCULAR_BUFFER_HEADER = "api/dataflow/circular_buffer.h"
SEMAPHORE_HEADER = "api/dataflow/noc_semaphore.h"

_DECLARATIONS = {
    "reader": """    [[maybe_unused]] constexpr auto tensor_args = TensorAccessorArgs<0>();
    [[maybe_unused]] const auto tensor = TensorAccessor(tensor_args, get_arg_val<uint32_t>(1));
    [[maybe_unused]] CircularBuffer buffer(cb);
    [[maybe_unused]] const Noc noc;
""",
    "compute": "    [[maybe_unused]] CircularBuffer buffer(cb);\n",
}
_DECLARATIONS["writer"] = _DECLARATIONS["reader"]


@dataclass(frozen=True)
class Row:
    """An intrinsic that has a spelling."""

    name: str
    roles: tuple[str, ...]
    header: str
    spelling: str
    parameters: tuple[str, ...]

    def call(self) -> str:
        """The spelling with arguments filled in: buffers, tensors, and numbers; constants in templates."""

        def fill(match: re.Match) -> str:
            position, form = int(match[1]), match[2]
            if form == "cb":
                return "cb"
            if form == "obj" and self.name.startswith("tt.semaphore."):
                return "semaphore"
            if form == "obj":
                return "tensor" if self.parameters[position] == "tensor" else "buffer"
            return "0x3f800000u" if form == "bits" else "number"

        number = r"\{\d+\}"
        template = rf"<{number}(?:, {number})*>"
        spelling = re.sub(template, lambda match: re.sub(number, "2", match[0]), self.spelling)
        text = re.sub(r"\{(\d+)(?:\.(\w+))?\}", fill, spelling)
        return text if text.endswith(";") else f"(void){text};"

    def misspelt(self) -> str:
        # A name of its own for every row: the compiler complains of an unknown name once only.
        before, name, after = re.match(r"((?:\(void\))?(?:\w+\.)?)(\w+)(.*)", self.call()).groups()
        return f"{before}{name}_as_{re.sub(r'[^a-z]', '_', self.name)}{after}"

    def overloaded(self) -> str:
        """The call, or that of the pointer in an access, with more arguments than any function takes."""
        more = "1, 2, 3, 4, 5, 6, 7, 8, 9"
        if not self.call().endswith(");"):
            return self.call().replace("()", f"({more})", 1)
        return re.sub(r"\);$", f", {more});", self.call()).replace("(, ", "(")


def rows() -> list[Row]:
    result = []
    for row in tvm_ffi.get_global_func("tilelang_tenstorrent.schema.Dump")()["intrinsics"]:
        if not row["spelling"]:
            continue
        parameters = re.match(r"\(([^)]*)\)", str(row["documentation"]))
        names = tuple(name.strip() for name in parameters[1].split(",")) if parameters else ()
        result.append(
            Row(
                str(row["name"]),
                tuple(map(str, row["roles"])),
                str(row["header"]),
                str(row["spelling"]),
                names,
            )
        )
    return result


def text_of(role: str, headers: list[str], statements: list[str]) -> tuple[str, int]:
    """A kernel with the statements on lines of their own, and the line of the first."""
    # In alphabetical order, as in the generated texts: in a compute kernel the header of the circular buffer
    # needs one of api/compute in front.
    included = sorted({*headers, *BASE_HEADERS[role], CIRCULAR_BUFFER_HEADER} - {""})
    head = "#include <cstdint>\n" + "".join(f'#include "{header}"\n' for header in included)
    head += "\nvoid kernel_main() {\n    [[maybe_unused]] constexpr uint32_t cb = "
    head += 'get_named_compile_time_arg_val("cb");\n'
    head += "    [[maybe_unused]] const uint32_t number = get_arg_val<uint32_t>(0);\n" + _DECLARATIONS[role]
    if SEMAPHORE_HEADER in included:
        head += "    [[maybe_unused]] Semaphore<> semaphore(number);\n"
    return head + "".join(f"    {statement}\n" for statement in statements) + "}\n", head.count("\n") + 1

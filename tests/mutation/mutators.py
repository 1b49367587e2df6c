"""Small changes to the text of a generated kernel, one per mutant.

The texts have one statement per line and a fixed set of calls, so a table of calls and the indentation
are enough; nothing here parses C++.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

# What the arguments of a call are. "cb" names a circular buffer, "pages" counts pages, "tile" and "dst"
# index tiles, "flag" is 0 or 1, "shape" a block's extent, "page" and "offset" place a transfer of
# "bytes" to so many "cores", "value" is a semaphore's; "-" is left alone.
ARGUMENTS = {
    "reserve_back": ("pages",),
    "push_back": ("pages",),
    "wait_front": ("pages",),
    "pop_front": ("pages",),
    "compute_kernel_hw_startup": ("cb", "cb", "cb"),
    "reconfig_data_format": ("cb", "cb"),
    "reconfig_data_format_srca": ("cb",),
    "reconfig_data_format_srcb": ("cb",),
    "pack_reconfig_data_format": ("cb",),
    "pack_reconfig_l1_acc": ("flag",),
    "matmul_block_init": ("cb", "cb", "flag", "shape", "shape", "shape"),
    "matmul_block": ("cb", "cb", "tile", "tile", "dst", "flag", "shape", "shape", "shape"),
    "transpose_init": ("cb",),
    "transpose_tile": ("cb", "tile", "dst"),
    "copy_init": ("cb",),
    "copy_tile": ("cb", "tile", "dst"),
    "add_init": ("cb", "cb"),
    "sub_init": ("cb", "cb"),
    "mul_init": ("cb", "cb"),
    "add_tiles": ("cb", "cb", "tile", "tile", "dst"),
    "sub_tiles": ("cb", "cb", "tile", "tile", "dst"),
    "mul_tiles": ("cb", "cb", "tile", "tile", "dst"),
    "mul_reuse_dest_init": ("cb",),
    "mul_reuse_dest_tiles": ("cb", "tile", "dst"),
    "add_binary_tile": ("dst", "dst", "dst"),
    "sub_binary_tile": ("dst", "dst", "dst"),
    "mul_binary_tile": ("dst", "dst", "dst"),
    "mul_unary_tile": ("dst", "-"),
    "fill_tile_bitcast": ("dst", "-"),
    "pack_tile": ("dst", "cb", "tile"),
    "async_read": ("-", "object", "bytes", "page", "offset"),
    "async_write": ("object", "-", "bytes", "offset", "page"),
    "async_write_zeros": ("object", "bytes", "offset"),
    "async_write_multicast": ("object", "object", "bytes", "cores", "offset"),
    "relay_multicast": ("-", "-", "-", "-", "-", "-", "cores"),
    "up": ("-", "-", "-", "value"),
    "set": ("value",),
    "wait": ("value",),
}
BUFFER_CALLS = ("reserve_back", "push_back", "wait_front", "pop_front")

# Mutator by argument: its name and how it changes the text.
CHANGES = {
    "pages": (("page count", "{} - 1"), ("page count", "{} + 1")),
    "tile": (("tile index", "{} + 1"),),
    "dst": (("DST index", "{} + 1"),),
    "flag": (("flag", "1 - ({})"),),
    "shape": (("block shape", "{} + 1"),),
    "bytes": (("bytes", "{} / 2"),),
    "page": (("page id", "{} + 1"),),
    "offset": (("offset", "{} + 16"), ("offset", "{} + 2048")),
    "cores": (("cores", "{} - 1"), ("cores", "{} + 1")),
    "value": (("semaphore value", "{} - 1"), ("semaphore value", "{} + 1")),
}
MUTATORS = (
    "drop",
    "duplicate",
    "swap",
    "buffer",
    "page count",
    "tile index",
    "DST index",
    "flag",
    "block shape",
    "bytes",
    "page id",
    "offset",
    "cores",
    "semaphore value",
    "loop bound",
    "guard",
    "argument index",
)

_DECLARATION = re.compile(r"(?:constexpr|const|CircularBuffer|Semaphore)\b")
_CALL = re.compile(r"(?:(\w+)\.)?(\w+)(?:<[^;()]*>)?\(")


@dataclass(frozen=True)
class Statement:
    """Lines [begin, end) of a kernel: a simple statement, or a block with all that it holds."""

    begin: int
    end: int
    lines: tuple[str, ...]

    @property
    def is_block(self) -> bool:
        return self.end - self.begin > 1

    @property
    def is_declaration(self) -> bool:
        return not self.is_block and bool(_DECLARATION.match(self.lines[0].strip()))

    @property
    def head(self) -> str:
        return self.lines[0].strip()

    def calls(self) -> list[Call]:
        """Every known call in it, in order."""
        return [call for line in self.lines for call in calls_of(line)]


@dataclass(frozen=True)
class Call:
    """A call of the table: the object before the dot, the name, and its arguments with their places."""

    object: str
    name: str
    arguments: tuple[str, ...]
    begins: tuple[int, ...]
    begin: int


@dataclass(frozen=True)
class Mutant:
    """One changed kernel text of a program."""

    program: str
    file: str
    mutator: str
    line: int
    before: str
    after: str
    text: str
    statements: tuple[Statement, ...]

    @property
    def name(self) -> str:
        return f"{self.program} {self.file}:{self.line} {self.mutator}: `{self.before}` -> `{self.after}`"

    @property
    def key(self) -> str:
        """Names the mutant by its program and text, over several runs."""
        return f"{self.program}:{hashlib.sha256(self.text.encode()).hexdigest()[:24]}"


def calls_of(line: str) -> list[Call]:
    calls = []
    for match in _CALL.finditer(line):
        name = match.group(2)
        if name in ARGUMENTS or name.startswith(("tile_regs_", "async_", "write_zeros")) or "init" in name:
            arguments, begins = _arguments(line, match.end())
            calls.append(Call(match.group(1) or "", name, arguments, begins, match.start()))
    return calls


def _arguments(line: str, begin: int) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """The arguments from the place behind a call's parenthesis on."""
    arguments, begins, depth, start = [], [], 0, begin
    for i in range(begin, len(line)):
        character = line[i]
        if character in "({[":
            depth += 1
        elif character in ")}]" and depth:
            depth -= 1
        elif (character == "," or character == ")") and depth == 0:
            text = line[start:i]
            if text.strip():
                arguments.append(text.strip())
                begins.append(start + len(text) - len(text.lstrip()))
            start = i + 1
            if character == ")":
                break
    return tuple(arguments), tuple(begins)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def statement_lists(lines: list[str]) -> Iterator[list[Statement]]:
    """The statements of kernel_main and of every block in it, list by list."""
    begin = next(i for i, line in enumerate(lines) if line.startswith("void kernel_main"))
    pending = [(begin + 1, next(i for i in range(begin, len(lines)) if lines[i] == "}"))]
    while pending:
        position, stop = pending.pop(0)
        statements = []
        while position < stop:
            line = lines[position]
            end = position + 1
            if line.endswith("{"):
                close = " " * _indent(line) + "}"
                opened = position
                while lines[end] != close:
                    if lines[end].startswith(close):  # else
                        pending.append((opened + 1, end))
                        opened = end
                    end += 1
                pending.append((opened + 1, end))
                end += 1
            if line.strip() and not line.strip().startswith("//"):
                statements.append(Statement(position, end, tuple(lines[position:end])))
            position = end
        yield statements


def mutants(program: str, file: str, text: str) -> Iterator[Mutant]:
    """All mutants of a kernel's text."""
    lines = text.split("\n")

    def make(mutator, begin, end, new, after, statements):
        changed = "\n".join(lines[:begin] + list(new) + lines[end:])
        before = statements[0].head
        return Mutant(program, file, mutator, begin + 1, before, after, changed, tuple(statements))

    buffers = re.findall(r"CircularBuffer (\w+)\(", text)
    for statements in statement_lists(lines):
        for i, statement in enumerate(statements):
            begin, end = statement.begin, statement.end
            if not statement.is_declaration:
                yield make("drop", begin, end, (), "", [statement])
                yield make("duplicate", begin, end, statement.lines * 2, "", [statement])
            if i + 1 < len(statements):
                other = statements[i + 1]
                if not (statement.is_declaration and other.is_declaration):
                    new = (*lines[other.begin : other.end], *statement.lines)
                    yield make("swap", begin, other.end, new, other.head, [statement, other])
            for mutator, line in _line_changes(lines[begin], buffers):
                yield make(mutator, begin, begin + 1, [line], line.strip(), [statement])


def _line_changes(line: str, buffers: list[str]) -> Iterator[tuple[str, str]]:
    """Changes inside the first line of a statement: (mutator, new line)."""

    def replaced(begin: int, old: str, new: str) -> str:
        assert line[begin : begin + len(old)] == old
        return line[:begin] + new + line[begin + len(old) :]

    def other(buffer: str) -> str:
        return buffers[(buffers.index(buffer) + 1) % len(buffers)]

    for call in calls_of(line):
        if call.name in BUFFER_CALLS and len(buffers) > 1:
            yield "buffer", replaced(call.begin, call.object, other(call.object))
        roles = ARGUMENTS.get(call.name, ())
        for role, argument, begin in zip(roles, call.arguments, call.begins, strict=False):
            if role == "cb" and len(buffers) > 1:
                yield "buffer", replaced(begin, argument, "cb_" + other(argument.removeprefix("cb_")))
            elif role == "object" and len(buffers) > 1:
                yield "buffer", replaced(begin, argument, other(argument))
            for mutator, change in CHANGES.get(role, ()):
                field = re.match(r"\{(\.\w+ = )(.*)\}$", argument)
                new = f"{{{field[1]}{change.format(field[2])}}}" if field else change.format(argument)
                yield mutator, replaced(begin, argument, new)
    if bound := re.match(r"\s*for \(.*< (.*);", line):
        for change in (" - 1", " + 1"):
            yield "loop bound", replaced(bound.start(1), bound[1], bound[1] + change)
    if line.strip().startswith("if ("):
        for match in re.finditer(r"< ", line):
            yield "guard", replaced(match.start(), "< ", "<= ")
    for index in re.finditer(r"(?:get_arg_val<uint32_t>\(|TensorAccessorArgs<)(\d+)", line):
        for value in (int(index[1]) - 1, int(index[1]) + 1):
            if value >= 0:
                yield "argument index", replaced(index.start(1), index[1], str(value))

"""Writes passes.md, schema.md, violations.md and operators.md from the sources.

The pass pages come from the header comments of src/passes/*.cc and the rows of pass_runner.cc, the
schema page from src/schema/schema.def, the rules from src/simulator/violations.def, the operators from
tests/operators/table.py.
Usage: python docs/generate.py [--check]
"""

from __future__ import annotations

import argparse
import importlib
import itertools
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PASSES = ROOT / "src" / "passes"
SCHEMA = ROOT / "src" / "schema" / "schema.def"
VIOLATIONS = ROOT / "src" / "simulator" / "violations.def"
NOTE = "<!-- Written by docs/generate.py from the sources; edit those. -->\n"


# ---- reading C++ rows ----------------------------------------------------------------------------


def split_arguments(text: str) -> list[str]:
    """The arguments of a macro call or initialiser, with string literals joined and unquoted."""
    arguments, current, depth = [], [], 0
    for token in re.findall(r'"(?:[^"\\]|\\.)*"|[(){}\[\],]|[^"(){}\[\],]+', text):
        if token == "," and depth == 0:
            arguments.append(current)
            current = []
            continue
        depth += token in "([{"
        depth -= token in ")]}"
        current.append(token)
    arguments.append(current)
    return [_value(tokens) for tokens in arguments]


def _value(tokens: list[str]) -> str:
    strings = [token[1:-1] for token in tokens if token.startswith('"')]
    text = "".join(strings) if strings else "".join(tokens).strip()
    return text.replace('\\"', '"')


def macro_rows(text: str, macro: str) -> list[list[str]]:
    """The argument lists of all uses of a row macro, one per line."""
    defines = dict(re.findall(r'#define (\w+) (".*")', text))
    for name, value in defines.items():
        text = re.sub(rf"\b{name}\b(?! \")", value.replace("\\", "\\\\"), text)
    return [split_arguments(row) for row in re.findall(rf"^{macro}\((.*)\)$", text, re.MULTILINE)]


def pipeline_rows() -> list[list[str]]:
    """(name, from, to, why here) of every pass, in order."""
    text = (PASSES / "pass_runner.cc").read_text()
    table = re.search(r"rows = \{(.*?)\n  \};", text, re.DOTALL).group(1)
    rows = [split_arguments(row) for row in re.findall(r"\{(.*?)\}", table, re.DOTALL)]
    return [[name, _level(start), _level(end), why] for name, start, end, why, _ in rows]


def _level(enumerator: str) -> str:
    return enumerator.rsplit("::", 1)[-1].lower()


def header_comment(path: Path) -> str:
    """The comment at the top of a source file, without its decoration."""
    match = re.match(r"/\*!(.*?)\*/", path.read_text(), re.DOTALL)
    if not match:
        raise ValueError(f"{path.relative_to(ROOT)} does not start with a header comment")
    lines = [re.sub(r"^ ?\* ?", "", line).rstrip() for line in match.group(1).strip().splitlines()]
    return "\n".join(lines)


# ---- docs/passes.md ------------------------------------------------------------------------------


def file_of(name: str) -> Path:
    """The source file of a pass: the one whose header comment begins with its name."""
    for path in sorted(PASSES.glob("*.cc")):
        if header_comment(path).startswith(f"{name}: "):
            return path
    raise ValueError(f"no file in src/passes begins with a comment '{name}: ...'")


def split_listing(comment: str) -> tuple[str, str]:
    """The prose of a header comment and the listing after it (both may be empty)."""
    prose, listing = [], []
    for line in comment.splitlines():
        (listing if listing or line.startswith("  ") else prose).append(line)
    return "\n".join(prose).strip(), "\n".join(listing).rstrip()


def part_files(name: str, own: Path) -> list[tuple[str, str]]:
    """Other files of a pass: those whose header comment says so in its first sentence."""
    parts = []
    for path in sorted(PASSES.glob("*.cc")):
        if path == own or path.name == "pass_runner.cc":
            continue
        first, *rest = header_comment(path).split("\n\n")
        if name in first:
            parts.append((path.name, " ".join([first, *rest]).replace("\n", " ").strip()))
    return parts


def passes_page() -> str:
    rows = pipeline_rows()
    out = [
        "# Passes",
        NOTE,
        "The pipeline, in order. A pass refuses to run anywhere else in it. `VerifyTTIR` checks the",
        "level a module claims; tests run it after every pass. The levels are described in",
        "[architecture.md](architecture.md).",
        "",
        "| pass | from | to | why it stands here |",
        "|---|---|---|---|",
    ]
    out += [f"| [{name}](#{name.lower()}) | {start} | {end} | {why} |" for name, start, end, why in rows]
    for name, start, end, _ in rows:
        path = file_of(name)
        prose, listing = split_listing(header_comment(path))
        _, _, body = prose.partition("\n")
        out += ["", f"## {name}", "", f"*{start} → {end}*, `src/passes/{path.name}`", "", body.strip()]
        if listing:
            out += ["", "```", _dedent(listing), "```"]
        parts = part_files(name, path)
        if parts:
            out += ["", "Also:", ""]
            out += [f"- `{file}`: {text}" for file, text in parts]
    return "\n".join(out) + "\n"


def _dedent(listing: str) -> str:
    lines = listing.splitlines()
    margin = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    return "\n".join(line[margin:] for line in lines)


# ---- docs/schema.md ------------------------------------------------------------------------------

ROLES = {"kReader": "reader", "kCompute": "compute", "kWriter": "writer", "kAllRoles": "all"}


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _code(text: str) -> str:
    escaped = text.replace("|", "\\|")
    return f"`{escaped}`" if text else ""


def _roles(text: str) -> str:
    return ", ".join(ROLES[role.strip()] for role in text.split("|"))


def intrinsic_sections(text: str) -> list[tuple[str, list[list[str]]]]:
    """(comment above them, rows) of every group of intrinsics."""
    body = text[text.index("#define TT_INTRINSIC") :]
    body = body[: body.index("#undef TT_INTRINSIC")]
    defines = "\n".join(re.findall(r'^#define \w+ ".*"$', body, re.MULTILINE))
    sections = []
    for title, rows in re.findall(r"^// ([^\n]+)\n((?:TT_INTRINSIC\([^\n]*\n\s*)+)", body, re.MULTILINE):
        sections.append((title.rstrip("."), macro_rows(defines + "\n" + rows, "TT_INTRINSIC")))
    return sections


def schema_page() -> str:
    text = SCHEMA.read_text()
    out = [
        "# Schema",
        NOTE,
        "Every `tt.*` attribute and intrinsic. The rows live in `src/schema/schema.def`; registration,",
        "accessors, the verifier's tables, printed spelling and included headers are derived from them.",
        "",
        "## Attributes",
        "",
        "| key | on | content | set by | from level |",
        "|---|---|---|---|---|",
    ]
    for _, key, holder, content, set_by, level in macro_rows(text, "TT_ATTR"):
        out.append(f"| `{key}` | {holder} | {_cell(content)} | {set_by} | {level.lower()} |")
    out += ["", "## Storage scopes", "", "| scope | content |", "|---|---|"]
    out += [f"| `{key}` | {_cell(content)} |" for _, key, content in macro_rows(text, "TT_SCOPE")]
    out += [
        "",
        "## Intrinsics",
        "",
        "In spellings, `{i}` prints argument i, `{i.cb}` a circular buffer as its id, `{i.obj}` a circular",
        "buffer or tensor as its object, `{i.bits}` a float constant as its bit pattern.",
    ]
    for title, rows in intrinsic_sections(text):
        out += [
            "",
            f"### {title}",
            "",
            "| intrinsic | meaning | kernels | levels | effect | prints | header |",
            "|---|---|---|---|---|---|---|",
        ]
        for _, name, _, roles, first, last, effect, header, spelling, meaning in rows:
            levels = first.lower() if first == last else f"{first.lower()} to {last.lower()}"
            out.append(
                f"| `{name}` | {_cell(meaning)} | {_roles(roles)} | {levels} | {effect} "
                f"| {_code(spelling)} | {_code(header)} |"
            )
    names = {row[0]: row[1] for _, rows in intrinsic_sections(text) for row in rows}
    out += [
        "",
        "## What an operation needs of the engine",
        "",
        "The matrix unit (FPU) and the vector unit (SFPU) keep their modes independently.",
        "InsertComputeInitTT places the initialisations from this table.",
        "",
        "| operation | unit | initialised by | operand in SrcA | operand in SrcB |",
        "|---|---|---|---|---|",
    ]
    for op, unit, init, _, srca, srcb in macro_rows(text, "TT_ENGINE"):
        operands = ["" if int(position) < 0 else f"argument {position}" for position in (srca, srcb)]
        out.append(f"| `{names[op]}` | {unit.upper()} | `{names[init]}` | {operands[0]} | {operands[1]} |")
    return "\n".join(out) + "\n"


# ---- docs/violations.md ---------------------------------------------------------------------------


def violations_page() -> str:
    """One table of rules for each group of violations.def."""
    out = [NOTE + "# Rules that the simulator enforces\n"]
    out.append(
        "What a kernel must not do, what a card would do, and what the error says. Words in braces are"
    )
    out.append("filled in; every error also has core, RISC, file, line and time. A rule is switched off with")
    out.append("`Device(ignored_violations=[...])`.")
    for line in VIOLATIONS.read_text().split("\n// ")[2:]:
        group, _, rows = line.partition("\n")
        out.append(f"\n## {group}\n")
        out.append("| rule | the machine | message | hint |\n|---|---|---|---|")
        for row in re.findall(r"^TT_VIOLATION\((.*?)\)$", rows, re.MULTILINE | re.DOTALL):
            name, machine, message, hint = (cell.replace("|", "\\|") for cell in split_arguments(row))
            out.append(f"| `{name}` | {machine} | {message} | {hint} |")
    return "\n".join(out) + "\n"


# ---- docs/operators.md -----------------------------------------------------------------------------

OPERATORS_HEAD = """# Operators

{note}
What TileLang offers here, in which dtypes, how exact it is, and what it becomes on the machine. A row is a
test: `tests/operators` compiles it, runs it on the simulator and compares it with float64.

Errors are in units in the last place (ulps) of the exact result, in the dtype of the column; of sums and
products of blocks, in those of the same sum of magnitudes, because what cancels has no last place. A bound is
the largest error measured over 2^18 arguments of the range, rounded up to the next half. Narrower dtypes are
computed in 32 bits and rounded once by the packer, which makes 0.5, unless bfloat16 has its own bound: then
the matrix unit computes in 16 bits, and every intermediate result is a bfloat16.

- *float16* is carried as bfloat16, and its ulps are bfloat16's; arguments are rounded before.
- *float16 as float32* is the same with the target option `fp16_as`.
- *bfloat16 in bfp8_b* and *in bfp4_b* have operands of bfloat16 that `tt.annotate_storage` stores in a block
  format. Arguments are rounded before; the result is bfloat16.
- `a`, `b` and `c` are elements of blocks, `across` and `down` vectors along the columns and the rows,
  `element` a vector of one; `row` and `col` are the element's position, `block` an index of `T.Kernel`.
- *any*: all values of an integer dtype, of 32 bits those up to 70000. Results wrap around. Integers of 8 and
  16 bits go through int32, which takes some intrinsics more than those that are listed for int32.
- † The simulator computes this function by the host's library: the bound says nothing about a card.
- ‡ Good for bfloat16 only: the machine's own approximation ends there.
- ‡‡ Source registers keep 10 bits of mantissa of each operand.

`T.atomic_add` and `T.im2col` have their own tests in `tests/end_to_end`, with integers that must come out
exact.
"""

ARRANGEMENTS_HEAD = """
## Shapes and layouts

Each operator meets whole tiles in every dtype. In float32, bfloat16 and int32 it meets one of the other
arrangements in CI, by turns; the nightly profile (`--hypothesis-profile=nightly`) runs every operator in
every dtype on all of them. Permuted: the two dimensions that blocks cover are not the last ones. Thin: blocks
of 8 rows, which grow to a tile.

| shape | layout | tensor | block |
|---|---|---|---|"""


def _bound(operator, dtype) -> str:
    if dtype not in operator.dtypes:
        return ""
    bound = operator.bound(dtype)
    if bound == 0:
        return "exact"
    return f"{bound:.0f}" if bound > 1000 else f"{round(bound, 1):g}"


def _coarse(operator) -> str:
    """The mark of an operator that float32 does not have as such."""
    if operator.ulps < 1000:
        return ""
    return " ‡‡" if operator.kind == "products" else " ‡"


def _table():
    """The module of the operator table, which needs nothing but Python."""
    sys.path.insert(0, str(ROOT / "tests"))
    return importlib.import_module("operators.table")


def operators_page() -> str:
    table = _table()
    out = [OPERATORS_HEAD.format(note=NOTE)]
    for family, members in itertools.groupby(table.OPERATORS, key=lambda row: row.family):
        rows = list(members)
        dtypes = [dtype for dtype in table.DTYPES if any(dtype in row.dtypes for row in rows)]
        names = " | ".join(dtype.name for dtype in dtypes)
        out += [f"\n## {family}\n", f"| TileLang | arguments | {names} | becomes |"]
        out.append("|---" * (len(dtypes) + 3) + "|")
        for row in rows:
            mark = " †" if row.by_host else _coarse(row)
            result = f", into {row.result}" if row.result else ""
            becomes = _names(row.becomes)
            for dtype, other in (("bfloat16", row.narrow), ("uint32", row.unsigned)):
                becomes += f"; {dtype}: {_names(other)}" if other else ""
            any_number = all(dtype.inputs for dtype in row.dtypes) and not row.result
            arguments = "any" if any_number else "{:g} to {:g}".format(*row.inputs)
            cells = [_code(row.tilelang) + result + mark, arguments]
            cells += [_bound(row, dtype) for dtype in dtypes]
            out.append(f"| {' | '.join(cells)} | {becomes} |")
    out.append(ARRANGEMENTS_HEAD)
    for each in table.ARRANGEMENTS:
        shape, block = (" × ".join(map(str, sizes)) for sizes in (each.shape, each.block))
        tiled = "" if each.layout == "as is" else f", tiled along dimensions {each.rows} and {each.cols}"
        out.append(f"| {each.shape_class} | {each.layout} | {shape}{tiled} | {block} |")
    return "\n".join(out) + "\n"


def _names(intrinsics: str) -> str:
    return " ".join(f"`{name}`" for name in intrinsics.split())


PAGES = {
    "passes.md": passes_page,
    "schema.md": schema_page,
    "violations.md": violations_page,
    "operators.md": operators_page,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a page is stale")
    check = parser.parse_args().check
    stale = []
    for name, make in PAGES.items():
        path, text = ROOT / "docs" / name, make()
        if path.exists() and path.read_text() == text:
            continue
        stale.append(name)
        if not check:
            path.write_text(text)
            print(f"wrote docs/{name}")
    if check and stale:
        print(f"stale: {', '.join(stale)}; run `make docs`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

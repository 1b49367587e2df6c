"""When a mutant with the same results is the same program: rules over its text, each with its reason.

A rule looks only at what was changed, never at how the mutant ended. A mutant with the same results that
no rule covers has survived.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from mutation.mutators import BUFFER_CALLS, Call, Mutant, Statement

UNPACK, MATH, PACK = "unpack", "math", "pack"
_POLLS = ("wait_front", "reserve_back")
_MOVES = ("pop_front", "push_back")
_BARRIERS = (
    "async_read_barrier",
    "async_write_barrier",
    "async_writes_flushed",
    "async_atomic_barrier",
    "write_zeros_l1_barrier",
)
_SFPU_INITS = ("binop_with_scalar_tile_init", "fill_tile_init")
# SFPU inits that program the same registers with the same values; div, power and others add constants.
_PLAIN_SFPU_INITS = (
    *_SFPU_INITS,
    "add_binary_tile_init",
    "sub_binary_tile_init",
    "mul_binary_tile_init",
)
_MATRIX_ENGINE = ("copy_tile", "add_tiles")
# Operations that read no constant that an SFPU init programs.
_NEED_NO_SFPU_CONSTANTS = (*_MATRIX_ENGINE, "add_binary_tile", "sub_binary_tile", "mul_binary_tile")
# Calls that write a tile of DST or L1 from operands that they do not change.
_STORES = (
    "copy_tile",
    "transpose_tile",
    "add_tiles",
    "sub_tiles",
    "mul_tiles",
    "fill_tile_bitcast",
    "unary_bcast",
    "binary_max_tile",
    "binary_min_tile",
    "async_read",
    "async_write",
    "async_write_zeros",
    "async_write_multicast",
    "get_write_ptr",
)


def _is_sfpu_init(name: str) -> bool:
    return name in _SFPU_INITS or name.endswith("_tile_init") or name == "sfpu_reduce_init"


def _configures(name: str) -> bool:
    """Whether a call only programs the engine."""
    return name != "compute_kernel_hw_startup" and ("init" in name or "reconfig" in name)


def _threads(call: Call) -> set[str]:
    """The threads of the compute kernel that a call does something on."""
    name = call.name
    if name in ("wait_front", "pop_front"):
        return {UNPACK}
    if name in ("reserve_back", "push_back", "tile_regs_wait", "tile_regs_release") or "pack" in name:
        return {PACK}
    sfpu = name.endswith("_binary_tile") or name in ("mul_unary_tile", "fill_tile_bitcast")
    if name in ("tile_regs_acquire", "tile_regs_commit") or sfpu or _is_sfpu_init(name):
        return {MATH}
    if name == "compute_kernel_hw_startup":
        return {UNPACK, MATH, PACK}
    return {UNPACK, MATH}


def _all_threads(statement: Statement) -> set[str]:
    return set().union(*(_threads(call) for call in statement.calls()))


def _call_names(statement: Statement) -> list[str]:
    """Names of the calls in a statement, those with template arguments, too."""
    text = "\n".join(line for line in statement.lines if not line.strip().startswith("for ("))
    return re.findall(r"\b(\w+)(?:<[^>]*>)?\(", text)


def _only_call(statement: Statement) -> Call | None:
    calls = statement.calls()
    return calls[0] if not statement.is_block and len(calls) == 1 else None


def _pair(mutant: Mutant) -> tuple[Call, Call] | None:
    """The two calls that a swap exchanged, if both statements are single calls."""
    if mutant.mutator != "swap":
        return None
    first, second = map(_only_call, mutant.statements)
    return (first, second) if first and second else None


def _swapped(mutant: Mutant) -> set[str]:
    """Names of the two calls that a swap exchanged; empty if it exchanged something else."""
    return {call.name for call in _pair(mutant) or ()}


def _missing(mutant: Mutant, name: str) -> Call | None:
    """The call of a name that a mutant drops or moves."""
    if mutant.mutator not in ("drop", "swap"):
        return None
    return next((call for call in map(_only_call, mutant.statements) if call and call.name == name), None)


def _is_compute(mutant: Mutant) -> bool:
    return mutant.file == "compute.cpp"


def _other_thread(m: Mutant) -> bool:
    if m.mutator != "swap" or not _is_compute(m):
        return False
    first, second = map(_all_threads, m.statements)
    return bool(first and second) and not first & second


def _two_polls(m: Mutant) -> bool:
    pair = _pair(m)
    return bool(pair) and all(call.name in _POLLS for call in pair)


def _two_moves(m: Mutant) -> bool:
    pair = _pair(m)
    return bool(pair) and all(c.name in _MOVES for c in pair) and pair[0].object != pair[1].object


def _two_barriers(m: Mutant) -> bool:
    pair = _pair(m)
    return bool(pair) and all(call.name in _BARRIERS for call in pair)


def _configure_early(m: Mutant) -> bool:
    pair = _pair(m)
    if not pair or not _is_compute(m):
        return False
    first, second = (call.name for call in pair)
    waits = (*BUFFER_CALLS, "tile_regs_acquire", "tile_regs_commit", "tile_regs_wait", "tile_regs_release")
    return (_configures(first) and second in waits) or (first in waits and _configures(second))


def _two_registers(m: Mutant) -> bool:
    pair = _pair(m)
    if not pair or not all(_configures(call.name) for call in pair):
        return False
    kinds = {"reconfig" if "reconfig" in c.name else "sfpu" if _is_sfpu_init(c.name) else "op" for c in pair}
    return len(kinds) == 2


def _sfpu_init_early(m: Mutant) -> bool:
    if m.mutator != "swap" or not _is_compute(m):
        return False
    for init, other in (m.statements, m.statements[::-1]):
        names = _call_names(init)
        if len(names) == 1 and _is_sfpu_init(names[0]):
            others = set(_call_names(other))
            # Operations of the SFPU need some init before them.
            earlier = re.search(r"\b\w+_tile_init\(\)", "\n".join(m.text.split("\n")[: m.line - 1]))
            allowed = _NEED_NO_SFPU_CONSTANTS if earlier else _MATRIX_ENGINE
            return bool(others) and others <= set(allowed)
    return False


def _release_and_push(m: Mutant) -> bool:
    return _swapped(m) in (
        {"tile_regs_release", "push_back"},
        {"tile_regs_wait", "reserve_back"},
    )


def _other_buffer_reserve(m: Mutant) -> bool:
    """Transfers of one buffer swapped with the reserve of another."""
    if m.mutator != "swap" or _is_compute(m):
        return False
    for polled, moved in (m.statements, m.statements[::-1]):
        poll = _only_call(polled)
        calls = moved.calls()
        if poll and poll.name in _POLLS and moved.is_block:
            return not re.search(rf"\b{poll.object}\b", "\n".join(moved.lines))
        if poll and poll.name in _POLLS:
            return bool(calls) and all(
                call.name.startswith("async_") and poll.object not in call.arguments[:2] for call in calls
            )
    return False


def _declaration_moved(m: Mutant) -> bool:
    if m.mutator != "swap" or not any(s.is_declaration for s in m.statements):
        return False
    declaration, other = sorted(m.statements, key=lambda s: not s.is_declaration)
    name = re.search(r"(\w+)(?: =|\()", declaration.lines[0])
    return bool(name) and not any(re.search(rf"\b{name[1]}\b", line) for line in other.lines)


def _said_twice(m: Mutant) -> bool:
    if m.mutator != "duplicate":
        return False
    names = _call_names(m.statements[0])
    again = (*_POLLS, *_BARRIERS, "wait", "set")
    return bool(names) and all(name in again or _configures(name) for name in names)


def _stored_twice(m: Mutant) -> bool:
    if m.mutator != "duplicate":
        return False
    names = _call_names(m.statements[0])
    return bool(names) and all(name in _STORES for name in names)


def _same_kind_of_buffer(m: Mutant) -> bool:
    call = m.mutator == "buffer" and _only_call(m.statements[0])
    if not call or not ("init" in call.name or "reconfig" in call.name or "startup" in call.name):
        return False
    before, after = (re.findall(r"cb_(\w+)", line) for line in (m.before, m.after))
    changed = {name for pair in zip(before, after, strict=True) for name in pair if pair[0] != pair[1]}
    if call.name.endswith("_init") and call.name not in ("copy_init", "transpose_init"):
        return True
    # How a buffer is unpacked is said only of those that the compute kernel reads.
    read = set(re.findall(r"^//   (\w+) \(id \d+\): .* -> compute$", m.text, re.MULTILINE))
    if call.name.endswith("_init") and not changed <= read:
        return False
    return len({_formats(m)[name] for name in changed}) == 1


def _formats(m: Mutant) -> dict[str, str]:
    """Format of every circular buffer, from the comment at the top of the text."""
    return dict(re.findall(r"^//   (\w+) \(id \d+\): .*, (\w+), ", m.text, re.MULTILINE))


def _more_room(m: Mutant) -> bool:
    call = _only_call(m.statements[0])
    if m.mutator != "page count" or call.name != "reserve_back" or not m.after.endswith(" + 1);"):
        return False
    return re.search(rf"^//   {call.object} \(id \d+\): \d+ blocks", m.text, re.MULTILINE) is not None


def _sfpu_init_in_force(m: Mutant) -> bool:
    if m.mutator not in ("drop", "swap"):
        return False
    calls = [_only_call(statement) for statement in m.statements]
    before = "\n".join(m.text.split("\n")[: m.line - 1])
    return any(c and c.name in _PLAIN_SFPU_INITS for c in calls) and bool(
        re.search(r"\b\w+_tile_init\(\)", before)
    )


def _zeros_barrier(m: Mutant) -> bool:
    calls = [_only_call(statement) for statement in m.statements]
    other = {
        "async_read_barrier": "write_zeros_l1_barrier",
        "write_zeros_l1_barrier": "async_read_barrier",
    }
    names = [call.name for call in calls if call and call.name in other]
    return m.mutator in ("drop", "swap") and len(names) == 1 and other[names[0]] in m.text


def _pack_format_set_again(m: Mutant) -> bool:
    """A format for the packer that another one replaces before the first pack."""
    call = m.mutator in ("drop", "buffer", "swap") and _only_call(m.statements[0])
    if not call or call.name not in ("pack_reconfig_data_format", "compute_kernel_hw_startup"):
        return False
    if call.name == "compute_kernel_hw_startup" and m.before.split(",")[:2] != m.after.split(",")[:2]:
        return False
    rest = "\n".join(m.text.split("\n")[m.line - (m.mutator == "drop") :])
    names = re.findall(r"\b(pack_tile|pack_reconfig_data_format)\b", rest)
    return bool(names) and names[0] == "pack_reconfig_data_format"


def _two_copies(m: Mutant) -> bool:
    pair = _pair(m)
    if not pair or any(call.name != "copy_tile" for call in pair):
        return False
    return pair[0].arguments[2] != pair[1].arguments[2]


def _same_trips(m: Mutant) -> bool:
    trips = []
    for line in (m.before, m.after):
        loop = re.match(r"for \(uint32_t (\w+) = 0; \1 < ([\d +-]+); \1 \+= (\d+)\)", line)
        if m.mutator != "loop bound" or not loop:
            return False
        bound = sum(int(n) for n in re.findall(r"[+-]?\d+", loop[2].replace(" ", "")))
        trips.append(-(-bound // int(loop[3])))
    return trips[0] == trips[1]


def _pop_beside_wait(m: Mutant) -> bool:
    pair = _pair(m)
    names = {"pop_front", "wait_front"}
    return bool(pair) and {call.name for call in pair} == names and pair[0].object != pair[1].object


def _uses_srcb(m: Mutant) -> bool:
    """Whether an operation reads SrcB; what is unpacked straight to DST does not."""
    if re.search(
        r"\b((add|sub|mul)_tiles|matmul_block|matmul_tiles|reduce_tile|\w+_reuse_dest_tiles)\b", m.text
    ):
        return True
    broadcast = re.findall(r"\bunary_bcast<[^>]*>\(cb_(\w+)", m.text)
    return any(_formats(m).get(name) != "Float32" for name in broadcast)


def _srcb_unused(m: Mutant) -> bool:
    call = m.mutator in ("drop", "buffer", "swap") and _only_call(m.statements[0])
    if not call or _uses_srcb(m):
        return False
    if call.name == "compute_kernel_hw_startup":
        before, after = (re.findall(r"cb_\w+", line) for line in (m.before, m.after))
        return m.mutator == "buffer" and [a == b for a, b in zip(before, after, strict=True)] == [
            True,
            False,
            True,
        ]
    return call.name == "reconfig_data_format_srcb"


def _srca_set_again(m: Mutant) -> bool:
    """A format for SrcA in the start-up that a change of format replaces before the first operation."""
    call = m.mutator == "buffer" and _only_call(m.statements[0])
    if not call or call.name != "compute_kernel_hw_startup":
        return False
    before, after = (re.findall(r"cb_\w+", line) for line in (m.before, m.after))
    rest = "\n".join(m.text.split("\n")[m.line :])
    first = re.search(r"\b(reconfig_data_format_srca|reconfig_data_format|\w+_tiles?)\(", rest)
    # In reverse order the second argument is for SrcA.
    srca = 1 if "SrcOrder::Reverse" in m.before else 0
    others = [before[i] == after[i] for i in range(3) if i != srca]
    return all(others) and bool(first) and first[1].startswith("reconfig_data_format")


def _startup_in_force(m: Mutant) -> bool:
    """The first change of SrcA's format, to the one that the start-up has set."""
    call = m.mutator == "drop" and _only_call(m.statements[0])
    if not call or call.name != "reconfig_data_format_srca":
        return False
    before = "\n".join(m.text.split("\n")[: m.line - 1])
    startup = re.search(r"hw_startup<SrcOrder::Reverse>\(cb_\w+, (cb_\w+)", before)
    return bool(startup) and startup[1] == call.arguments[0] and "reconfig_data_format_srca(" not in before


def _copy_init_in_force(m: Mutant) -> bool:
    if m.mutator not in ("drop", "swap"):
        return False
    calls = [_only_call(statement) for statement in m.statements]
    init = next((call for call in calls if call and call.name == "copy_init"), None)
    earlier = m.text.split("\n")[: m.line - 1]
    inits = re.findall(r"\b(\w+_init)(?:<[^>]*>)?\((?:cb_(\w+))?", "\n".join(earlier))
    engine = [(name, cb) for name, cb in inits if "tile_init" not in name and "sfpu" not in name]
    if not init or not engine or engine[-1][0] != "copy_init":
        return False
    formats = _formats(m)
    return formats.get(engine[-1][1]) == formats.get(init.arguments[0].removeprefix("cb_"))


def _base_of_count(m: Mutant) -> bool:
    loop = "for (uint32_t work = start_id; work < start_id + count; ++work) {"
    return (
        m.mutator == "argument index"
        and "start_id =" in m.before
        and re.findall(r".*\b(?:work|start_id)\b.*", m.text.split("kernel_main")[1].replace(loop, ""))
        == ["    " + m.after]
    )


def _maximum_twice(m: Mutant) -> bool:
    return m.mutator == "duplicate" and "sfpu_reduce<PoolType::MAX" in m.before


# ---- blocks that go from core to core ----


def _barrier_beside_semaphore(m: Mutant) -> bool:
    return "wait" in _swapped(m) and bool(_swapped(m) & set(_BARRIERS))


def _first_reset(m: Mutant) -> bool:
    """The first reset of a flag, which is 0 from the start."""
    reset = _missing(m, "set")
    if not reset or reset.arguments != ("0",):
        return False
    before = "\n".join(m.text.split("\n")[: m.line - 1])
    return f"{reset.object}.set(" not in before


def _other_value(m: Mutant) -> bool:
    call = m.mutator == "semaphore value" and _only_call(m.statements[0])
    if not call or call.name != "set":
        return False
    sent = re.search(rf"relay_multicast<[^>]*>\(noc, {call.object},", m.text)
    return bool(sent) and f"{call.object}.wait(1)" in m.text and " - 1" in m.after


def _reset_beside_room(m: Mutant) -> bool:
    return _swapped(m) == {"reserve_back", "set"}


def _count_beside_send(m: Mutant) -> bool:
    return _swapped(m) == {"set", "async_write_multicast"}


def _left_before_flag(m: Mutant) -> bool:
    if not _missing(m, "async_writes_flushed"):
        return False
    return "relay_multicast<NocOptions::MCAST_INCL_SRC>" in m.text and "async_write(" not in m.text


def _answered(m: Mutant) -> bool:
    if not _missing(m, "async_atomic_barrier"):
        return False
    body = m.text.split("kernel_main")[1]
    return ".wait(" in body[body.rindex(".up(") :]


def _exclusive(m: Mutant) -> bool:
    if m.mutator != "swap" or not all(s.is_block for s in m.statements):
        return False
    first, second = (re.match(r"if \((\w+) ([!=])= (\w+)\) \{", s.head) for s in m.statements)
    if first and second:
        return {first[1], first[3]} == {second[1], second[3]} and first[2] != second[2]
    later = re.match(r"if \(\((\w+) \+ 1\) % \d+ == (\w+)\b", m.statements[1].head)
    return bool(first and later) and first[2] == "=" and {first[1], first[3]} == {later[1], later[2]}


def _plain_memory(m: Mutant) -> bool:
    """A reserve of a buffer that no RISC pushes or pops."""
    if m.mutator not in ("drop", "swap", "buffer"):
        return False
    for call in filter(None, map(_only_call, m.statements)):
        if call.name != "reserve_back":
            continue
        if not re.search(rf"\b{call.object}\.(push_back|pop_front|wait_front)", m.text):
            return True
    return False


def _flag_twice(m: Mutant) -> bool:
    call = m.mutator == "duplicate" and _only_call(m.statements[0])
    return bool(call) and call.name == "relay_multicast"


def _read_earlier(m: Mutant) -> bool:
    return m.mutator == "guard" and bool(re.match(r"if \(core_\w+ < \d+\) \{", m.before))


def _read_behind_barrier(m: Mutant) -> bool:
    call = m.mutator == "drop" and _only_call(m.statements[0])
    if not call or "async_read_barrier<NocOptions::TXN_ID>" not in m.before:
        return False
    return "noc.async_read_barrier();" in m.text


def _behind_on_the_channel(m: Mutant) -> bool:
    return _swapped(m) == {"async_write_barrier", "up"}


@dataclass(frozen=True)
class Rule:
    """A kind of mutant that is the same program, and why.

    Attributes:
        always: false where only some mutants of the kind are the same program: those with the same results.
    """

    name: str
    covers: Callable[[Mutant], bool]
    reason: str
    always: bool = True


RULES = (
    Rule(
        "other threads",
        _other_thread,
        "Swap of statements of a compute kernel that act on different threads. The kernel is compiled once "
        "for each of unpack, math and pack, and every call is empty on the threads it does not act on: "
        "each thread's instructions stay as they were.",
    ),
    Rule(
        "two polls",
        _two_polls,
        "Swap of two waits (wait_front, reserve_back). A wait moves no pointer, and both have to be over "
        "before the kernel goes on.",
    ),
    Rule(
        "two buffers",
        _two_moves,
        "Swap of two pushes or pops of different buffers. Neither waits for anything, so both happen.",
    ),
    Rule(
        "two barriers",
        _two_barriers,
        "Swap of two barriers. Both have to be over before the kernel goes on.",
    ),
    Rule(
        "configured earlier or later",
        _configure_early,
        "Swap of an init or reconfig with a wait, push, pop or DST hand-over. The configuration stays "
        "between the same two uses of the engine, and an engine takes its configuration in order.",
    ),
    Rule(
        "other registers",
        _two_registers,
        "Swap of two of: a change of data format, the init of an unpack/math operation, an SFPU init. They "
        "program different registers.",
    ),
    Rule(
        "SFPU init beside a copy",
        _sfpu_init_early,
        "Swap of an SFPU init with operations that do not read what it programs: those of the matrix engine, "
        "and sums, differences and products of the SFPU.",
    ),
    Rule(
        "pack hand-overs",
        _release_and_push,
        "Swap of push_back with tile_regs_release, or of reserve_back with tile_regs_wait. Both directions "
        "stay behind the last pack or before the first.",
    ),
    Rule(
        "reserve of another buffer",
        _other_buffer_reserve,
        "Swap of transfers of one buffer with the wait for another: the transfers touch only pages that "
        "are reserved or waited for already.",
    ),
    Rule(
        "declaration moved",
        _declaration_moved,
        "Swap of a declaration with a statement that does not use the name.",
    ),
    Rule(
        "said twice",
        _said_twice,
        "A wait, barrier, init or reconfig repeated at once: waits are cumulative, the others set what is "
        "set already.",
    ),
    Rule(
        "stored twice",
        _stored_twice,
        "A copy, transfer or element-wise call repeated that writes the same values to the same place "
        "again, inside the same section.",
    ),
    Rule(
        "same kind of buffer",
        _same_kind_of_buffer,
        "Another buffer in an init, a reconfig or the start-up: they take only the tile shape and the "
        "format from it, and those are the same (the inits of matmul and element-wise calls take the shape "
        "alone).",
    ),
    Rule(
        "more room than used",
        _more_room,
        "reserve_back of one page more than is pushed, in a buffer of two blocks: the kernel waits longer "
        "than it must, and writes the same pages.",
        always=False,
    ),
    Rule(
        "SFPU init in force",
        _sfpu_init_in_force,
        "An init of add, sub, mul, fill or a scalar operation dropped or moved behind another one: all of "
        "them program the same address mode, and nothing else.",
    ),
    Rule(
        "zeros barrier",
        _zeros_barrier,
        "One of async_read_barrier and write_zeros_l1_barrier dropped or moved where both are called: zeros "
        "are read from a zeroed part of L1, and on these architectures the two barriers are one function.",
    ),
    Rule(
        "format set again",
        _pack_format_set_again,
        "A data format of the packer that another pack_reconfig_data_format replaces before the first pack.",
    ),
    Rule(
        "two copies",
        _two_copies,
        "Swap of two copies into different tiles of DST: unpack and math keep the same order, and neither "
        "copy reads what the other writes.",
    ),
    Rule(
        "same number of steps",
        _same_trips,
        "Another bound of a loop whose step is so large that the loop runs as often.",
    ),
    Rule(
        "pop beside a wait",
        _pop_beside_wait,
        "Swap of pop_front of one buffer with wait_front of another: the pages are freed later, or earlier, "
        "and what is waited for does not need them.",
        always=False,
    ),
    Rule(
        "SrcB unused",
        _srcb_unused,
        "A data format of SrcB in a kernel whose operations do not read SrcB.",
    ),
    Rule(
        "SrcA set again",
        _srca_set_again,
        "A data format of SrcA in the start-up that another one replaces before the first operation.",
    ),
    Rule(
        "start-up in force",
        _startup_in_force,
        "The format of SrcA at the start of a work item, where every core has one and the start-up has set "
        "the same.",
        always=False,
    ),
    Rule(
        "copy in force",
        _copy_init_in_force,
        "copy_init dropped or moved where the engine is set up for copies of the same format already.",
    ),
    Rule(
        "maximum of the maximum",
        _maximum_twice,
        "A reduction to the maximum repeated: the maximum of what it left is the same.",
        always=False,
    ),
    Rule(
        "base of a count",
        _base_of_count,
        "Another first work item in a kernel that only counts its items: the loop runs as often as before.",
    ),
    Rule(
        "barrier beside a semaphore",
        _barrier_beside_semaphore,
        "Swap of a barrier with a wait for a semaphore. Both have to be over before the kernel goes on.",
    ),
    Rule(
        "flag is 0",
        _first_reset,
        "The first reset of a flag dropped or moved: it is 0 when the program starts.",
        always=False,
    ),
    Rule(
        "any other value",
        _other_value,
        "Another value than 0 in the reset of a flag that is set to 1, and waited for to be 1.",
    ),
    Rule(
        "reset beside a reserve",
        _reset_beside_room,
        "Swap of a flag's reset with reserve_back: other cores hear of both together, behind them.",
    ),
    Rule(
        "count beside the send",
        _count_beside_send,
        "Swap of a count's reset with the multicast of the block: the others count again only behind the "
        "flag, which is sent later.",
    ),
    Rule(
        "left before the flag",
        _left_before_flag,
        "async_writes_flushed behind a multicast and its flag, dropped or moved: the sender waits for the "
        "flag, too, which comes back to it behind the block.",
        always=False,
    ),
    Rule(
        "answered",
        _answered,
        "async_atomic_barrier dropped or moved where each count is answered by the core that it went to.",
    ),
    Rule(
        "one or the other",
        _exclusive,
        "Swap of two branches whose conditions exclude each other.",
    ),
    Rule(
        "plain memory",
        _plain_memory,
        "A reserve_back of a circular buffer that nothing is pushed into: the kernel uses it as memory.",
        always=False,
    ),
    Rule(
        "flag sent twice",
        _flag_twice,
        "The flag behind a multicast sent twice: the second one comes right behind the first on the same "
        "path, long before the receivers have handed on the block and reset the flag.",
        always=False,
    ),
    Rule(
        "read earlier",
        _read_earlier,
        "One core more reads ahead at the start, and again at its turn: the same block to the same place.",
        always=False,
    ),
    Rule(
        "read behind a barrier",
        _read_behind_barrier,
        "A barrier for one transaction id dropped where a barrier for all reads lies between.",
        always=False,
    ),
    Rule(
        "behind on the channel",
        _behind_on_the_channel,
        "Swap of async_write_barrier with the count that tells of the write: both take the same virtual "
        "channel to the same core, which keeps their order.",
    ),
)


def _past_the_last_buffer(m: Mutant) -> bool:
    return m.mutator == "loop bound" and "async_read<NocOptions::TXN_ID>" in m.text and m.after.endswith(" {")


def _counted_again(m: Mutant) -> bool:
    lines = "\n".join(m.statements[0].lines)
    return m.mutator == "duplicate" and ".up(" in lines and lines.rindex(".wait(") > lines.rindex(".up(")


# Why mutants are not noticed that mean something else: what covers them, and the reason.
SURVIVORS = (
    (
        _past_the_last_buffer,
        "reads a tile more than there is room for, to L1 behind the last circular buffer, which nothing uses",
    ),
    (
        _counted_again,
        "counts up a semaphore again when nobody waits for it any more; the next launch starts with 0",
    ),
)


def reason_of(mutant: Mutant) -> str:
    """Why a survivor is not noticed, as far as that is known."""
    return next((reason for covers, reason in SURVIVORS if covers(mutant)), "not explained")


def rule_of(mutant: Mutant) -> Rule | None:
    """The first rule that covers a mutant."""
    return next((rule for rule in RULES if rule.covers(mutant)), None)

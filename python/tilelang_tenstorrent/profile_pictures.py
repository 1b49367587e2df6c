"""Trace files and pictures of a :class:`~tilelang_tenstorrent.profile.Profile`."""

from __future__ import annotations

from collections import defaultdict
from html import escape

_RISCS = ("BRISC", "NCRISC", "TRISC0 (unpack)", "TRISC1 (math)", "TRISC2 (pack)")


def trace_events(spans, counters, grid_columns: int, clock_ghz: float, cb_names) -> list[dict]:
    """Chrome trace events: a process for each core, a thread for each RISC, a counter for each buffer."""
    microsecond = 1e3 * clock_ghz  # cycles
    events: list[dict] = []
    for core in sorted({span[0] for span in spans}):
        name = f"core ({core % grid_columns}, {core // grid_columns})"
        events.append({"ph": "M", "pid": core, "name": "process_name", "args": {"name": name}})
        for role, risc in enumerate(_RISCS):
            thread = {"ph": "M", "pid": core, "tid": role, "name": "thread_name"}
            events.append({**thread, "args": {"name": risc}})
    for core, role, name, waiting, start, end, line in spans:
        events.append(
            {
                "ph": "X",
                "pid": core,
                "tid": role,
                "name": f"wait: {name}" if waiting else name,
                "cat": "wait" if waiting else "work",
                "ts": start / microsecond,
                "dur": (end - start) / microsecond,
                "args": {"line": line, "cycles": end - start},
            }
        )
    pages: dict[tuple[int, int], int] = defaultdict(int)
    for core, cb, time, delta in sorted(counters, key=lambda row: (row[2], row[0], row[1], -row[3])):
        pages[core, cb] += delta
        events.append(
            {
                "ph": "C",
                "pid": core,
                "name": cb_names.get(cb, f"cb {cb}"),
                "ts": time / microsecond,
                "args": {"pages": pages[core, cb]},
            }
        )
    return events


def _heat(share: float) -> str:
    """From near white to dark red."""
    share = min(max(share, 0.0), 1.0)
    return f"rgb({255 - round(75 * share)},{245 - round(215 * share)},{238 - round(205 * share)})"


def grid_svg(profile) -> str:
    """The routers of the chip; cores by the FPU's share of the run, links by the share they are busy."""
    cell, gap, left, top = 62, 30, 40, 60
    cycles = max(profile.cycles, 1)
    fpu = {}
    for thread in profile.threads:
        if thread["risc"].startswith("TRISC1"):
            fpu[tuple(thread["core"])] = thread["engine_busy"] / cycles
    cores = {tuple(thread["core"]) for thread in profile.threads}
    columns, rows = profile.noc_extent
    place = {tuple(core): tuple(at) for core, at in profile.core_places}
    dram = {tuple(at): bank for bank, at in profile.bank_places}
    at_core = {place[core]: core for core in cores}

    def corner(x: int, y: int) -> tuple[int, int]:
        return left + x * (cell + gap), top + y * (cell + gap)

    width, height = corner(columns, rows)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width + 20} {height + 30}" '
        'font-family="sans-serif" font-size="11">',
        f'<rect width="{width + 20}" height="{height + 30}" fill="white"/>',
        f'<text x="{left}" y="24" font-size="15">{escape(profile.name)}: {profile.cycles:,} cycles, '
        f"critical: {escape(profile.critical)}</text>",
        f'<text x="{left}" y="42">squares: cores, coloured by the FPU\'s share of the run; blue: DRAM; '
        "lines: links, coloured by the share of the run they are busy (solid NoC 0, dashed NoC 1)</text>",
    ]
    for link in profile.links:
        x, y = corner(*link["router"])
        shift, dash = (-6, "") if link["noc"] == 0 else (6, ' stroke-dasharray="4 2"')
        sign = 1 if link["noc"] == 0 else -1
        middle = cell // 2
        for way, dx, dy in (("horizontal", sign, 0), ("vertical", 0, sign)):
            share = link[way] / cycles
            if share <= 0:
                continue
            x1 = x + middle + dx * middle + (shift if dy else 0)
            y1 = y + middle + dy * middle + (shift if dx else 0)
            out.append(
                f'<line x1="{x1}" y1="{y1}" x2="{x1 + dx * gap}" y2="{y1 + dy * gap}" '
                f'stroke="{_heat(share)}" stroke-width="{1 + 6 * min(share, 1):.1f}"{dash}>'
                f"<title>NoC {link['noc']} router {tuple(link['router'])} {way}: {share:.1%}</title></line>"
            )
    for y in range(rows):
        for x in range(columns):
            cx, cy = corner(x, y)
            fill, label, tip = "#f4f4f4", "", f"router ({x}, {y})"
            if (x, y) in at_core:
                core = at_core[x, y]
                share = fpu.get(core, 0.0)
                fill, label = _heat(share), f"{core[0]},{core[1]}"
                tip = f"core {core}: FPU {share:.1%}"
            elif (x, y) in dram:
                bank = profile.banks[dram[x, y]]
                share = bank["busy"] / cycles
                fill = f"rgb({225 - round(185 * share)},{235 - round(125 * share)},255)"
                label, tip = f"D{dram[x, y]}", f"DRAM bank {dram[x, y]}: {share:.1%}, {bank['bytes']:,} bytes"
            out.append(
                f"<g><title>{escape(tip)}</title>"
                f'<rect x="{cx}" y="{cy}" width="{cell}" height="{cell}" rx="6" '
                f'fill="{fill}" stroke="#999"/><text x="{cx + cell // 2}" y="{cy + cell // 2 + 4}" '
                f'text-anchor="middle">{label}</text></g>'
            )
    out.append("</svg>")
    return "\n".join(out)

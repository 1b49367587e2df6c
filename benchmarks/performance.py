"""docs/performance.md: simulated cycles of the example kernels beside what the machine needs at best.

Usage: python benchmarks/performance.py [WORD]

Writes the page; with a WORD, prints the kernels whose title has it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import tilelang_tenstorrent as tt
import torch
from tilelang_tenstorrent.profile import Profile

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "performance.md"
sys.path[:0] = [str(ROOT / "examples"), str(ROOT / "tests")]

import convolution  # noqa: E402
import copies  # noqa: E402
import elementwise  # noqa: E402
import flash_attention  # noqa: E402
import gemm  # noqa: E402
import gemm_bias_scale  # noqa: E402
import gemm_schedules  # noqa: E402
import norms  # noqa: E402
import quantised_gemm  # noqa: E402
import softmax  # noqa: E402

from kernels.elementwise_sources import binary, unary  # noqa: E402
from kernels.fused_cases import gelu_tanh  # noqa: E402

GOAL = 0.7


@dataclass(frozen=True)
class Case:
    """A kernel on a shape that fills the grid, and `why` it stays below the goal, if it does.

    In `why`, {share} is the share of the run for which the busiest engine works.
    """

    title: str
    shape: str
    make: Callable[[], object]
    why: str = ""


@dataclass(frozen=True)
class Result:
    """A run beside its roofline: cycles of each engine if its work were spread evenly and nothing waited.

    Attributes:
        roof: the engine with the most such cycles.
        least: those cycles. The matrix and the vector unit do what the program asks of them; DRAM moves
            each tensor once, whatever the program moves.
        once: bytes of all tensors, as tiles.
    """

    case: Case
    profile: Profile
    roof: str
    least: float
    once: int

    @property
    def ratio(self) -> float:
        return self.least / self.profile.cycles


def run(case: Case) -> Result:
    program = case.make()
    program = program if isinstance(program, tt.Program) else tt.build(program)
    generator = torch.Generator().manual_seed(0)
    tensors = [
        torch.randn(tensor["host_shape"], generator=generator).to(getattr(torch, tensor["host_dtype"]))
        for tensor in program.plan["tensors"]
    ]
    profile = program.profile(*tensors)
    columns, rows = program.plan["core_grid"]
    work = {"FPU": 0, "SFPU": 0}
    for thread in profile.threads:
        if "math" in thread["risc"]:
            work["SFPU"] += thread["vector_busy"]
            work["FPU"] += thread["engine_busy"] - thread["vector_busy"]
    least = {engine: cycles / (columns * rows) for engine, cycles in work.items()}
    # Elements of block formats have no whole number of bytes, their tiles of 1024 do.
    once = sum(
        tensor.numel() * planned["page_size"] // 1024
        for tensor, planned in zip(tensors, program.plan["tensors"], strict=True)
    )
    busy = sum(bank["busy"] for bank in profile.banks)
    # A gather reads only a part of its tensor.
    least["DRAM"] = min(once, profile.dram_bytes) * busy / profile.dram_bytes / len(profile.banks)
    roof = max(least, key=least.get)
    return Result(case, profile, roof, least[roof], once)


_GROUPS = (
    "nothing is multiplied before the first groups of operands have come over DRAM and the NoCs, nothing but "
    "blocks of C moves at the end, and a group is asked for when the one before has come, so that the way of "
    "32 KB to eight cores is as long as their products take"
)
_FIRST_BLOCKS = (
    "as of `gemm.py` with these blocks: the first ones are read before anything is multiplied; then the "
    "packer, which adds up in L1, is busy as long as the matrix unit"
)
CASES = [
    Case(
        "`elementwise.py`: squared distance, float32",
        "2048 × 2048",
        lambda: elementwise.squared_distance(2048, 2048),
    ),
    Case("a + b, bfloat16", "2048 × 2048", lambda: binary(2048, 2048, 64, 64, lambda a, b: a + b)),
    Case("GELU (tanh form), float32", "2048 × 1024", lambda: unary(2048, 1024, 64, gelu_tanh, "float32")),
    Case(
        "`copies.py`: float32 to bfloat16",
        "2048 × 2048",
        lambda: copies.cast(2048, 2048, "float32", "bfloat16"),
    ),
    Case("`copies.py`: heads first", "2 × 1024 × 8 × 64", lambda: copies.heads_first(2, 1024, 8, 64)),
    Case("`copies.py`: gather of rows", "4096 × 512 of 8192 × 512", lambda: copies.gather_rows(8192, 512, 2)),
    Case(
        "`softmax.py`: softmax",
        "16384 × 512",
        lambda: softmax.softmax(16384, 512),
    ),
    Case("`softmax.py`: online softmax", "4096 × 1024", lambda: softmax.online_softmax(4096, 1024)),
    Case(
        "`norms.py`: LayerNorm",
        "16384 × 512",
        lambda: norms.layer_norm(16384, 512),
        "the passes over a block of rows follow one another, and the vector unit, busy for {share} of the "
        "run, waits while blocks between them are packed and unpacked",
    ),
    Case(
        "`norms.py`: RMSNorm",
        "16384 × 512",
        lambda: norms.rms_norm(16384, 512),
    ),
    Case(
        "`gemm.py`, blocks of 64",
        "1024 × 1024 × 1024",
        lambda: gemm.gemm(1024, 1024, 1024),
        _GROUPS,
    ),
    Case(
        "`gemm.py`, blocks of 128 × 128 × 128",
        "1024 × 1024 × 1024",
        lambda: gemm.gemm(1024, 1024, 1024, 128, 128, 128),
        "the packer, which adds up in L1, works for {share} of the run; every core has one block, so before "
        "the first product and after the last one all cores wait for DRAM",
    ),
    Case(
        "`gemm.py`, blocks of 128 × 128 × 256",
        "2048 × 2048 × 2048",
        lambda: gemm.gemm(2048, 2048, 2048, 128, 128, 256),
    ),
    Case(
        "`gemm_bias_scale.py`, on its 16 cores",
        "512 × 512 × 512",
        lambda: tt.program(gemm_bias_scale.gemm_bias_scale.compile(M=512, N=512, K=512)),
        "a core has four blocks; before the first it waits for operands, and the matrix unit waits while the "
        "vector unit works on each of them",
    ),
    Case(
        "`gemm_schedules.py`: batched",
        "4 × 512 × 512 × 512",
        lambda: gemm_schedules.batched(4, 512, 512, 512),
    ),
    Case(
        "`gemm_schedules.py`: persistent",
        "1024 × 1024 × 1024",
        lambda: gemm_schedules.persistent(1024, 1024, 1024, 64),
        _GROUPS,
    ),
    Case(
        "`gemm_schedules.py`: split over K",
        "512 × 512 × 2048",
        lambda: gemm_schedules.split_k(512, 512, 2048, 4),
        _GROUPS + "; the four sums of a core are added up by the vector unit",
    ),
    Case(
        "`gemm_schedules.py`: split over K, from core to core",
        "128 × 128 × 16384",
        lambda: gemm_schedules.split_k(128, 128, 16384, 16),
        "each of four blocks of C is the sum of a chain of cores, each of which reads its operands alone: "
        "the links of NoC 0 to a column of cores are full meanwhile; then the sums go from core to core",
    ),
    Case(
        "`quantised_gemm.py`: bfp8_b weights",
        "1024 × 1024 × 1024",
        lambda: quantised_gemm.stored_gemm(1024, 1024, 1024, "bfp8_b", 128, 128, 128),
        _FIRST_BLOCKS,
    ),
    Case(
        "`quantised_gemm.py`: bfp4_b weights",
        "1024 × 1024 × 1024",
        lambda: quantised_gemm.stored_gemm(1024, 1024, 1024, "bfp4_b", 128, 128, 128),
        _FIRST_BLOCKS,
    ),
    Case(
        "`quantised_gemm.py`: int8 weights",
        "1024 × 1024 × 1024",
        lambda: quantised_gemm.int8_gemm(1024, 1024, 1024, 128, 128, 128),
        "weights go from L1 through the vector unit and back before each product, and nothing of the next "
        "step is computed meanwhile",
    ),
    Case(
        "`quantised_gemm.py`: int4 weights",
        "1024 × 1024 × 1024",
        lambda: quantised_gemm.int4_gemm(1024, 1024, 1024, 128, 128, 128),
        "the vector unit, busy for {share} of the run, takes a dozen operations to cut a weight out of its "
        "byte, and waits for the products",
    ),
    Case(
        "`flash_attention.py`: own keys",
        "1 × 1024 × 8 × 64",
        lambda: flash_attention.attention(1, 1024, 8, 64),
        "each step goes from the matrix unit to the vector unit and back through L1, and the vector unit "
        "waits: steps of different blocks of keys are not overlapped",
    ),
    Case(
        "`flash_attention.py`: shared keys, causal",
        "1 × 1024 × 8 × 64",
        lambda: flash_attention.attention(1, 1024, 8, 64, groups=2, causal=True),
        "the same; the blocks of queries of a core attend to equally many keys together",
    ),
    Case(
        "`convolution.py`: 3 × 3",
        "4 × 28 × 28 × 128 to 128",
        lambda: convolution.convolution(4, 28, 28, 128, 128, 3, block_N=128, block_K=128),
        "every tap reads its pixels from DRAM again, by runs of channels: NoC 0 works for {share} of the run",
    ),
]

_HEAD = """\
<!-- Written by benchmarks/performance.py; edit that. -->
# Performance

Simulated cycles of the example kernels on Wormhole's 8 × 8 cores, and what the machine needs at best. All
figures come from counters of `tt.profile` and are the same on every run; [timing.md](timing.md) says what the
model of time is worth. `python benchmarks/performance.py` makes this page.

- **Roofline**: the cycles of the engine that has most to do, if its work were spread evenly over the machine
  and nothing waited: matrix unit (FPU) and vector unit (SFPU) with the operations of the program, DRAM with
  each tensor moved once, at the rate that the run's transfers had.
- **Busiest**: the engine that works for the largest part of the run where it is busiest.
- **Traffic**: bytes that DRAM moved, and how often that is all tensors.

| kernel | shape | cycles | roofline | of | ratio | busiest | traffic |
|---|---|---:|---:|---|---:|---|---|
"""

_CLAIMS = """
## What is moved

`tests/end_to_end/test_dram_traffic.py` holds the exact bytes:

- Element-wise chains, casts and copies move each tile once from DRAM and once to it; all temporaries are in
  DST or L1.
- Softmax reads and writes each element once, online softmax reads it twice. Norms read their rows once;
  vectors along the columns come as tiles, once for each block of rows.
- Attention reads Q and writes its output once; scores and weights never leave the core. Keys and values are
  read once for each block of queries, by causal attention only those that count.
- A product reads A once for each column of blocks and B once for each row of blocks, and writes C once; an
  epilogue adds its own operands only.
- Where cores share what they read (`tests/end_to_end/test_shared_reads.py`), the operands of a product, keys,
  values and vectors are read once by a line of cores, for each round of its work items.
"""


def _row(result: Result) -> str:
    profile = result.profile
    busiest = f"{profile.critical} {_share(profile)}"
    traffic = f"{profile.dram_bytes:,} ({profile.dram_bytes / result.once:.3g} ×)"
    cells = (
        result.case.title,
        result.case.shape,
        f"{profile.cycles:,}",
        f"{result.least:,.0f}",
        result.roof,
        f"{result.ratio:.2f}",
        busiest,
        traffic,
    )
    return f"| {' | '.join(cells)} |"


def _share(profile: Profile) -> str:
    return f"{profile.busy()[profile.critical] / profile.cycles:.0%}"


def _why(result: Result) -> str:
    return result.case.why.format(share=_share(result.profile))


def _page(results: list[Result]) -> str:
    below = [result for result in results if result.ratio < GOAL]
    out = [_HEAD + "\n".join(map(_row, results))]
    out.append(f"\n## Below {GOAL}, and why\n")
    out += [f"- {result.case.title} ({result.ratio:.2f}): {_why(result)}." for result in below]
    return "\n".join(out) + "\n" + _CLAIMS


def main() -> int:
    if len(sys.argv) > 1:
        for case in CASES:
            if sys.argv[1] in case.title:
                result = run(case)
                print(_row(result), result.profile, sep="\n\n")
        return 0
    results = [run(case) for case in CASES]
    unexplained = [result.case.title for result in results if (result.ratio < GOAL) != bool(result.case.why)]
    if unexplained:
        print(f"A kernel below {GOAL} needs a reason, one above it none: {unexplained}", file=sys.stderr)
        return 1
    PAGE.write_text(_page(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The texts under test: the programs of the kernel list, some again for Blackhole, and the goldens."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from pathlib import Path

import kernels

GOLDEN = Path(__file__).parent.parent / "golden"
ROLES = ("reader", "compute", "writer")

# Kernels whose compute text is checked down to the low-level kernels, on every processor: one of each kind of
# sequence (accumulation in DST and in L1, change of format, transpose, DST as an operand, straight to DST).
LOW_LEVEL = [
    "gemm_one_tile",
    "gemm_tail_of_large_blocks",
    "gemm_fp32_fp32_fp32_spilled",
    "gemm_transpose_ab",
    "gemm_transpose_ab_fp32",
    "gemm_chain",
    "gemm_fill_spilled",
    "gemm_bias_bf16",
    "add_bf16",
    "chain_left_bf16",
    "chain_left_fp32",
    "scale_and_shift_bf16",
    "copy_fp32_bf16",
    "affine_bf16",
    "stored_gemm_bfp8_by_bfp4",
    "stored_copy_bfp4_bfp8",
]
# Of these, kernels whose low-level view of Blackhole is checked too.
LOW_LEVEL_BLACKHOLE = [
    "gemm_tail_of_large_blocks",
    "gemm_transpose_ab_fp32",
    "gemm_bias_bf16",
    "chain_left_bf16",
]
# Host programs beside those of the goldens: many cores, several dtypes, another chip, updated in place.
HOST = [
    "gemm_more_blocks_than_cores",
    "gemm_bias_fp32_spilled",
    "gemm_blackhole",
    "copy_bf16_fp32",
    "update_tensor_fp32",
    "stored_gemm_bfp8_by_bfp4",
    "stored_max_bfp4",
    "stored_add_fp32",
]
# Kernels that are compiled for Blackhole too.
BLACKHOLE = [
    "gemm_tail",
    "gemm_bias_fp32_spilled",
    "gemm_transpose_ab",
    "chain_balanced_bf16",
    "chain_balanced_fp32",
    "copy_bf16_fp32",
]

_CASES = {case.name: case for case in kernels.KERNELS}


@dataclass(frozen=True)
class Texts:
    """Sources and plan of one program."""

    sources: dict[str, str]
    plan: dict

    @property
    def arch(self) -> str:
        return self.plan["arch"]


@functools.cache
def of_kernel(name: str, arch: str | None = None) -> Texts:
    import tilelang_tenstorrent as tt

    case = _CASES[name]
    target = case.full_target | ({"arch": arch} if arch else {})
    program = tt.build(case.make(), target)
    return Texts(program.sources, program.plan)


@functools.cache
def of_golden(folder: str) -> Texts:
    files = {path.name: path.read_text() for path in (GOLDEN / folder).iterdir()}
    sources = {name: text for name, text in files.items() if name.endswith(".cpp")}
    return Texts(sources, json.loads(files["tt.plan.json"]))


def goldens() -> list[str]:
    return sorted(f"golden/{path.parent.name}" for path in GOLDEN.glob("*/tt.plan.json"))


def names() -> list[str]:
    """Kernels, kernels for Blackhole, and goldens, as a test is told of them."""
    return [*_CASES, *(f"{name}@blackhole" for name in BLACKHOLE), *goldens()]


def of(name: str) -> Texts:
    if name.startswith("golden/"):
        return of_golden(name.removeprefix("golden/"))
    kernel, _, arch = name.partition("@")
    return of_kernel(kernel, arch or None)

"""GEMM kernels: shapes, blocks, dtypes, transposes, launches, and programs around products."""

from __future__ import annotations

import functools
import itertools

from kernels import gemm_sources as gemms
from kernels.case import SHORT, KernelCase, Tensors, specs


def gemm_case(name: str, M: int, N: int, K: int, block: tuple[int, int, int], **options) -> KernelCase:
    """A case of `gemm_sources.gemm`; `target`, `tolerance`, `small` and `integers` go to the case."""
    case_options = {
        key: options.pop(key) for key in ("target", "tolerance", "small", "integers") if key in options
    }
    trans_A, trans_B = options.get("trans_A", False), options.get("trans_B", False)
    dtype = SHORT[options.get("dtype", "bfloat16")]
    out = SHORT[options.get("out", "bfloat16")]
    A = f"{K}x{M}" if trans_A else f"{M}x{K}"
    B = f"{N}x{K}" if trans_B else f"{K}x{N}"

    def reference(t: Tensors) -> Tensors:
        return {"C": (t["A"].T if trans_A else t["A"]) @ (t["B"].T if trans_B else t["B"])}

    make = functools.partial(gemms.gemm, M, N, K, *block, **options)
    tensors = specs(f"A:in:{dtype}:{A} B:in:{dtype}:{B} C:out:{out}:{M}x{N}")
    return KernelCase(name, make, tensors, reference, **case_options)


def _gemm_blocks() -> list[KernelCase]:
    """Block shapes and sizes, also such that the blocks do not divide."""
    return [
        gemm_case("gemm_one_tile", 32, 32, 32, (32, 32, 32)),
        gemm_case("gemm_32x32x32", 96, 64, 96, (32, 32, 32)),
        gemm_case("gemm_64x64x32", 128, 128, 96, (64, 64, 32)),
        gemm_case("gemm_128x128x64", 128, 128, 128, (128, 128, 64)),
        gemm_case("gemm_128x128x32", 128, 256, 64, (128, 128, 32)),
        gemm_case("gemm_64x128x32", 128, 128, 96, (64, 128, 32)),
        gemm_case("gemm_96x64x32", 192, 128, 64, (96, 64, 32)),
        gemm_case("gemm_tall", 192, 32, 64, (32, 32, 32)),
        gemm_case("gemm_tail", 96, 160, 96, (64, 64, 64)),
        gemm_case("gemm_tail_of_large_blocks", 160, 96, 96, (128, 128, 64)),
        gemm_case("gemm_tail_rows_only", 96, 64, 64, (64, 64, 64)),
        gemm_case("gemm_256", 256, 256, 256, (64, 64, 32), integers=(-1, 1), small=False),
        gemm_case("gemm_256_large_blocks", 256, 256, 256, (128, 128, 64), integers=(-1, 1), small=False),
        gemm_case("gemm_512", 512, 512, 512, (128, 128, 32), integers=(-1, 1), small=False),
        gemm_case("gemm_rectangle", 512, 128, 256, (64, 128, 32), integers=(-1, 1), small=False),
    ]


def _gemm_dtypes() -> list[KernelCase]:
    """Every combination of input, accumulator and output dtype, in DST and in L1."""
    cases = []
    for dtype in ("bfloat16", "float32"):
        for accum in ("bfloat16", "float32"):
            for out in ("bfloat16", "float32"):
                for label, block in (("", (64, 64, 32)), ("_spilled", (128, 128, 32))):
                    name = f"gemm_{SHORT[dtype]}_{SHORT[accum]}_{SHORT[out]}{label}"
                    options = {"dtype": dtype, "accum": accum, "out": out}
                    narrow = accum == "bfloat16"
                    cases.append(
                        gemm_case(
                            name,
                            128,
                            128,
                            64,
                            block,
                            integers=(-1, 1) if narrow else (-3, 3),
                            tolerance=0.1 if narrow else 0.02,
                            **options,
                        )
                    )
    return cases


def _gemm_mixed() -> list[KernelCase]:
    """Operands of two dtypes."""
    cases = []
    for a, b in itertools.permutations(("bfloat16", "float32", "float16"), 2):
        cases.append(
            KernelCase(
                f"gemm_{SHORT[a]}_by_{SHORT[b]}",
                functools.partial(gemms.gemm_mixed, 64, 96, 64, 64, 32, 32, a, b),
                specs(f"A:in:{SHORT[a]}:64x64 B:in:{SHORT[b]}:96x64 C:out:fp32:64x96"),
                lambda t: {"C": t["A"] @ t["B"].T},
            )
        )
    return cases


def _gemm_transposes() -> list[KernelCase]:
    cases = []
    for label, flags in (
        ("a", {"trans_A": True}),
        ("b", {"trans_B": True}),
        ("ab", {"trans_A": True, "trans_B": True}),
    ):
        cases.append(gemm_case(f"gemm_transpose_{label}", 128, 128, 96, (64, 64, 32), **flags))
        cases.append(gemm_case(f"gemm_transpose_{label}_deep", 64, 128, 128, (64, 64, 64), **flags))
        cases.append(gemm_case(f"gemm_transpose_{label}_spilled", 96, 128, 64, (96, 128, 64), **flags))
        cases.append(
            gemm_case(
                f"gemm_transpose_{label}_fp32",
                64,
                96,
                64,
                (64, 96, 32),
                dtype="float32",
                out="float32",
                **flags,
            )
        )
        cases.append(gemm_case(f"gemm_transpose_{label}_tail", 96, 32, 96, (64, 64, 64), **flags))
    return cases


def _gemm_launches() -> list[KernelCase]:
    """Stages, targets, grids and persistence."""
    cases = [
        gemm_case(f"gemm_stages_{stages}", 64, 64, 160, (64, 64, 32), stages=stages) for stages in range(4)
    ]
    for grid in ([1, 1], [2, 3], [8, 8]):
        name = f"gemm_on_{grid[0]}x{grid[1]}_cores"
        cases.append(gemm_case(name, 128, 128, 64, (32, 32, 32), target={"core_grid": grid}))
    # Cores share operands, over two rounds, and by steps that are no multiple of the cores in a line.
    rounds = {"core_grid": [4, 4]}
    cases.append(gemm_case("gemm_shared_in_rounds", 256, 128, 96, (32, 32, 32), target=rounds))
    # An accumulator that takes the whole of DST.
    cases.append(gemm_case("gemm_whole_dst", 64, 128, 64, (64, 128, 32)))
    for fidelity, tolerance in (("LoFi", 0.2), ("HiFi2", 0.05), ("HiFi3", 0.02)):
        target = {"math_fidelity": fidelity}
        cases.append(
            gemm_case(
                f"gemm_{fidelity.lower()}", 64, 64, 64, (64, 64, 32), target=target, tolerance=tolerance
            )
        )
    cases.append(gemm_case("gemm_blackhole", 128, 64, 64, (64, 64, 32), target={"arch": "blackhole"}))
    narrow = {"fp32_dest_acc_en": False}
    cases.append(
        gemm_case(
            "gemm_narrow_dst", 128, 64, 64, (64, 64, 32), target=narrow, integers=(-1, 1), tolerance=0.1
        )
    )
    cases.append(
        gemm_case("gemm_more_blocks_than_cores", 320, 288, 64, (32, 32, 32), integers=(-1, 1), small=False)
    )
    return cases


def _matmul_case(name, make, tensors, reference=None, **options) -> KernelCase:
    reference = reference or (lambda t: {"C": t["A"] @ t["B"]})
    return KernelCase(name, make, specs(tensors), reference, **options)


def _gemm_programs() -> list[KernelCase]:
    """GEMMs with more around them: loops, epilogues, several outputs and accumulators."""
    square = "A:in:bf16:128x64 B:in:bf16:64x128 C:out:bf16:128x128"
    wide = square.replace("C:out:bf16", "C:out:fp32")
    add = wide + " D:in:bf16:128x64 E:in:bf16:64x128"
    order = "A:in:bf16:128x64 B:in:bf16:64x128 D:in:bf16:128x64 E:in:bf16:64x128 C:out:fp32:128x128"
    assert sorted(add.split()) == sorted(order.split())
    part = functools.partial
    cases = [
        _matmul_case("gemm_serial", part(gemms.gemm_serial, 128, 128, 64, 64, 64, 32), square),
        _matmul_case(
            "gemm_batched",
            part(gemms.gemm_batched, 2, 128, 64, 64, 64, 64, 32),
            "A:in:bf16:2x128x64 B:in:bf16:2x64x64 C:out:fp32:2x128x64",
        ),
        _matmul_case(
            "gemm_clear_in_gemm",
            part(gemms.gemm_clear_accum, 128, 128, 32, 64, 32, "always"),
            "A:in:bf16:128x32 B:in:bf16:32x128 C:out:fp32:128x128",
        ),
        _matmul_case("gemm_eager", part(gemms.gemm_eager.get_tir, M=128, N=128, K=64), square),
    ]
    for workers in (1, 3, 16):
        cases.append(
            _matmul_case(
                f"gemm_persistent_{workers}",
                part(gemms.gemm_persistent, 128, 128, 64, 64, 64, 32, workers),
                square,
            )
        )
    for block in (64, 128):
        label = "" if block == 64 else "_spilled"
        sizes = (128, 128, 64, block, 32)
        bias = "A:in:bf16:128x64 B:in:bf16:64x128 bias:in:{0}:128x128 C:out:{0}:128x128"
        cases += [
            _matmul_case(f"gemm_clear_first{label}", part(gemms.gemm_clear_accum, *sizes, "first"), wide),
            _matmul_case(
                f"gemm_scale_in_place{label}",
                part(gemms.gemm_scale_in_place, *sizes),
                wide,
                lambda t: {"C": 0.5 * (t["A"] @ t["B"])},
            ),
            _matmul_case(
                f"gemm_two_outputs{label}",
                part(gemms.gemm_two_outputs, *sizes),
                square + " D:out:fp32:128x128",
                lambda t: {"C": t["A"] @ t["B"], "D": t["A"] @ t["B"] - 1},
            ),
            _matmul_case(
                f"gemm_fill{label}",
                part(gemms.gemm_fill, *sizes, 1.5),
                wide,
                lambda t: {"C": 1.5 + t["A"] @ t["B"]},
            ),
            _matmul_case(
                f"gemm_onto_block{label}",
                part(gemms.gemm_onto_block, *sizes),
                "A:in:bf16:128x64 B:in:bf16:64x128 C0:in:fp32:128x128 C:out:fp32:128x128",
                lambda t: {"C": t["C0"] + t["A"] @ t["B"]},
            ),
            _matmul_case(
                f"gemm_scaled_operand{label}",
                part(gemms.gemm_scaled_operand, *sizes),
                wide,
                lambda t: {"C": 2 * t["A"] @ t["B"]},
            ),
            _matmul_case(
                f"gemm_sum{label}",
                part(gemms.gemm_sum, *sizes),
                order,
                lambda t: {"C": t["A"] @ t["B"] + t["D"] @ t["E"]},
            ),
            _matmul_case(
                f"gemm_two_accumulators{label}",
                part(gemms.gemm_two_accumulators, *sizes),
                "A:in:bf16:128x64 B:in:bf16:64x128 D:in:bf16:64x128 C:out:fp32:128x128",
                lambda t: {"C": (t["A"] @ t["B"]) * (t["A"] @ t["D"])},
            ),
        ]
        for dtype in ("bfloat16", "float32"):
            cases.append(
                _matmul_case(
                    f"gemm_bias_{SHORT[dtype]}{label}",
                    part(gemms.gemm_bias, 128, 128, 64, block, block, 32, dtype),
                    bias.format(SHORT[dtype]),
                    lambda t: {"C": 2 * (t["A"] @ t["B"]) + t["bias"]},
                )
            )
    cases.append(
        _matmul_case(
            "gemm_chain",
            part(gemms.gemm_chain, 128, 64, 64, 96, 64, 32),
            "A:in:bf16:128x64 B:in:bf16:64x64 D:in:bf16:64x96 C:out:fp32:128x96",
            lambda t: {"C": (t["A"] @ t["B"]) @ t["D"]},
            integers=(-1, 1),
        )
    )
    return cases


def gemm_cases() -> list[KernelCase]:
    """All cases of this file."""
    return [
        *_gemm_blocks(),
        *_gemm_dtypes(),
        *_gemm_mixed(),
        *_gemm_transposes(),
        *_gemm_launches(),
        *_gemm_programs(),
    ]

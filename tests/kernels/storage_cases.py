"""Kernels with tensors in block formats."""

from __future__ import annotations

import functools
import operator

import tilelang.language as T
import torch

from kernels import storage_sources as sources
from kernels.case import SHORT, KernelCase, Tensors, specs

_part = functools.partial


def _spelled(dtype: str, storage: str | None) -> str:
    return f"{SHORT[dtype]}/{storage}" if storage else SHORT[dtype]


def _gemm(name: str, M: int, N: int, K: int, block: tuple[int, int, int], **options) -> KernelCase:
    case_options = {key: options.pop(key) for key in ("integers", "small", "target") if key in options}
    dtype, out = options.get("dtype", "bfloat16"), options.get("out", "bfloat16")
    trans_A, trans_B = options.get("trans_A", False), options.get("trans_B", False)
    A = f"{K}x{M}" if trans_A else f"{M}x{K}"
    B = f"{N}x{K}" if trans_B else f"{K}x{N}"
    a, b = _spelled(dtype, options.get("a")), _spelled(dtype, options.get("b", "bfp8_b"))

    def reference(t: Tensors) -> Tensors:
        return {"C": (t["A"].T if trans_A else t["A"]) @ (t["B"].T if trans_B else t["B"])}

    return KernelCase(
        f"stored_gemm_{name}",
        _part(sources.gemm, M, N, K, block, **options),
        specs(f"A:in:{a}:{A} B:in:{b}:{B} C:out:{SHORT[out]}:{M}x{N}"),
        reference,
        **case_options,
    )


def _gemms() -> list[KernelCase]:
    both = {"a": "bfp8_b", "b": "bfp8_b"}
    wide = {"dtype": "float32", "out": "float32"}
    return [
        _gemm("bfp8", 128, 128, 96, (64, 64, 32)),
        _gemm("bfp4", 128, 128, 96, (64, 64, 32), b="bfp4_b"),
        _gemm("both_bfp8", 128, 64, 96, (64, 64, 32), **both),
        _gemm("beside_rows", 128, 64, 96, (64, 64, 32), target={"tilize": "device"}),
        _gemm("bfp8_by_bfp4", 64, 128, 64, (64, 64, 32), a="bfp8_b", b="bfp4_b"),
        _gemm("spilled", 128, 128, 64, (128, 128, 32), **both),
        _gemm("of_fp32", 64, 64, 64, (64, 64, 32), **both, **wide),
        _gemm("of_fp16", 64, 64, 64, (64, 64, 32), dtype="float16"),
        _gemm("transpose_a", 128, 64, 64, (64, 64, 32), trans_A=True, **both),
        _gemm("transpose_b", 64, 128, 96, (64, 64, 32), trans_B=True, b="bfp4_b"),
        _gemm("tail", 96, 160, 96, (64, 64, 64), **both),
        _gemm("ragged", 40, 50, 70, (64, 64, 64), **both),
        _gemm("shared", 512, 512, 128, (64, 64, 64), integers=(-1, 1), small=False),
    ]


def _dense(t: Tensors) -> Tensors:
    return {"C": torch.relu(t["A"] @ t["B"] + t["bias"])}


def _one_of_two(t: Tensors) -> Tensors:
    odd = torch.arange(t["A"].shape[1]) // 32 % 2 == 1
    return {"C": torch.where(odd, t["B"], t["A"]) + 1.0}


def _row_sums(t: Tensors) -> Tensors:
    sums = t["A"].sum(1)
    return {"S": sums, "C": t["A"] - sums[:, None]}


def _elementwise() -> list[KernelCase]:
    dense = "A:in:bf16:128x64 B:in:bf16/bfp8_b:64x128 bias:in:bf16/bfp8_b:128 C:out:bf16/bfp8_b:128x128"
    cases = [
        KernelCase(
            "stored_dense_layer",
            _part(sources.gemm_stored, 128, 128, 64, (64, 64, 32)),
            specs(dense),
            _dense,
            integers=(-1, 1),
            tolerance=0.05,
        ),
        KernelCase(
            "stored_heads_fp16",
            _part(sources.heads, 2, 64, 3, 32),
            specs("X:in:fp16/bfp8_b:2x64x3x32 Out:out:fp16/bfp8_b:2x64x3x32"),
            lambda t: {"Out": 2 * t["X"]},
            tolerance=0.05,
        ),
        KernelCase(
            "stored_one_of_two",
            _part(sources.one_of_two, 64, 128, 32),
            specs("A:in:bf16/bfp8_b:64x128 B:in:bf16/bfp4_b:64x128 C:out:bf16:64x128"),
            _one_of_two,
            tolerance=0.05,
        ),
        KernelCase(
            "stored_row_sums",
            _part(sources.row_sums, 64, 64, 32),
            specs("A:in:bf16/bfp8_b:64x64 S:out:fp32:64 C:out:bf16/bfp8_b:64x64"),
            _row_sums,
            integers=(-1, 1),
            tolerance=0.1,
        ),
    ]
    for dtype in ("bfloat16", "float32"):
        a, b, c = _spelled(dtype, "bfp8_b"), _spelled(dtype, None), _spelled(dtype, "bfp8_b")
        cases.append(
            KernelCase(
                f"stored_add_{SHORT[dtype]}",
                _part(sources.binary, 96, 64, 64, operator.add, "bfp8_b", None, "bfp8_b", dtype),
                specs(f"A:in:{a}:96x64 B:in:{b}:96x64 C:out:{c}:96x64"),
                lambda t: {"C": t["A"] + t["B"]},
                tolerance=0.05,
            )
        )
    cases.append(
        KernelCase(
            "stored_max_bfp4",
            _part(sources.binary, 64, 96, 32, T.max, "bfp4_b", "bfp8_b", "bfp4_b"),
            specs("A:in:bf16/bfp4_b:64x96 B:in:bf16/bfp8_b:64x96 C:out:bf16/bfp4_b:64x96"),
            lambda t: {"C": torch.maximum(t["A"], t["B"])},
            tolerance=1.0,
        )
    )
    return cases


def _copies() -> list[KernelCase]:
    cases = []
    for a, c in ((None, "bfp8_b"), ("bfp8_b", None), ("bfp8_b", "bfp8_b"), ("bfp4_b", "bfp8_b")):
        name = f"{a[:4] if a else 'bf16'}_{c[:4] if c else 'bf16'}"
        spelled = f"A:in:{_spelled('bfloat16', a)}:64x96 C:out:{_spelled('bfloat16', c)}:64x96"
        cases.append(
            KernelCase(
                f"stored_copy_{name}",
                _part(sources.copy, 64, 96, 32, a, c),
                specs(spelled),
                lambda t: {"C": t["A"]},
                tolerance=0.05,
            )
        )
    return cases


def storage_cases() -> list[KernelCase]:
    return [*_gemms(), *_elementwise(), *_copies()]

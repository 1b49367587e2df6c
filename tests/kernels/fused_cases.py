"""Kernels of the trade: softmax, norms, attention, a fused activation."""

from __future__ import annotations

import functools
import math

import tilelang.language as T
import torch

from kernels import attention_sources as attention
from kernels import elementwise_sources as elementwise
from kernels import normalization_sources as normalization
from kernels.case import KernelCase, Tensors, specs

_part = functools.partial


def _softmax(t: Tensors) -> Tensors:
    return {"C": torch.softmax(t["A"], 1)}


def _rms_norm(t: Tensors) -> Tensors:
    scale = torch.rsqrt(t["A"].square().mean(1, keepdim=True) + 1e-6)
    return {"C": t["A"] * scale * t.get("W", 1)}


def _layer_norm(t: Tensors) -> Tensors:
    return {"C": torch.nn.functional.layer_norm(t["A"], t["A"].shape[1:], t["W"], t["B"], 1e-5)}


def _attention(t: Tensors) -> Tensors:
    scores = t["Q"] @ t["K"].mT / math.sqrt(t["Q"].shape[-1])
    return {"Out": torch.softmax(scores, -1) @ t["V"]}


def gelu_tanh(a):
    """GELU in its tanh form, as TileLang kernels write it."""
    return 0.5 * a * (1.0 + T.tanh(math.sqrt(2 / math.pi) * (a + 0.044715 * a * a * a)))


def fused_cases() -> list[KernelCase]:
    """All cases of this file."""
    fp32 = {"integers": None, "tolerance": 1e-4}
    bf16 = {"integers": None, "tolerance": 0.05}
    two = "A:in:{0}:64x128 C:out:{0}:64x128"
    qkv = "Q:in:bf16:{0} K:in:bf16:{0} V:in:bf16:{0} Out:out:bf16:{0}"
    make_softmax = normalization.softmax
    return [
        KernelCase(
            "softmax_fp32", _part(make_softmax, 64, 128, 32), specs(two.format("fp32")), _softmax, **fp32
        ),
        KernelCase(
            "softmax_bf16",
            _part(make_softmax, 64, 128, 64, "bfloat16"),
            specs(two.format("bf16")),
            _softmax,
            **bf16,
        ),
        KernelCase(
            "softmax_ragged",
            _part(make_softmax, 50, 96, 32),
            specs("A:in:fp32:50x96 C:out:fp32:50x96"),
            _softmax,
            **fp32,
        ),
        KernelCase(
            "online_softmax_fp32",
            _part(normalization.online_softmax, 64, 128, 64),
            specs(two.format("fp32")),
            _softmax,
            **fp32,
        ),
        KernelCase(
            "online_softmax_bf16",
            _part(normalization.online_softmax, 32, 192, 64, "bfloat16"),
            specs("A:in:bf16:32x192 C:out:bf16:32x192"),
            _softmax,
            **bf16,
        ),
        KernelCase(
            "softmax_wide",
            _part(make_softmax, 40, 8000, 1),
            specs("A:in:fp32:40x8000 C:out:fp32:40x8000"),
            _softmax,
            small=False,
            **fp32,
        ),
        KernelCase(
            "rms_norm_wide",
            _part(normalization.rms_norm, 32, 8192, 1, "bfloat16"),
            specs("A:in:bf16:32x8192 W:in:bf16:8192 C:out:bf16:32x8192"),
            _rms_norm,
            small=False,
            **bf16,
        ),
        KernelCase(
            "rms_norm_fp32",
            _part(normalization.rms_norm, 64, 96, 32),
            specs("A:in:fp32:64x96 W:in:fp32:96 C:out:fp32:64x96"),
            _rms_norm,
            **fp32,
        ),
        KernelCase(
            "rms_norm_bf16",
            _part(normalization.rms_norm, 64, 96, 32, "bfloat16"),
            specs("A:in:bf16:64x96 W:in:bf16:96 C:out:bf16:64x96"),
            _rms_norm,
            **bf16,
        ),
        KernelCase(
            "rms_norm_split",
            _part(normalization.rms_norm_split, 32, 192, 64),
            specs("A:in:fp32:32x192 C:out:fp32:32x192"),
            _rms_norm,
            **fp32,
        ),
        KernelCase(
            "layer_norm_fp32",
            _part(normalization.layer_norm, 64, 96, 32),
            specs("A:in:fp32:64x96 W:in:fp32:96 B:in:fp32:96 C:out:fp32:64x96"),
            _layer_norm,
            **fp32,
        ),
        *(
            KernelCase(
                f"attention_{heads}x{sequence}x{dim}",
                _part(attention.flash_attention, heads, sequence, dim, block),
                specs(qkv.format(f"{heads}x{sequence}x{dim}")),
                _attention,
                **bf16,
            )
            for heads, sequence, dim, block in [(2, 128, 64, 64), (1, 128, 128, 64), (1, 96, 64, 32)]
        ),
        KernelCase(
            "gelu_tanh",
            _part(elementwise.unary, 64, 64, 32, gelu_tanh, "float32"),
            specs("A:in:fp32:64x64 C:out:fp32:64x64"),
            lambda t: {"C": torch.nn.functional.gelu(t["A"], approximate="tanh")},
            **fp32,
        ),
    ]

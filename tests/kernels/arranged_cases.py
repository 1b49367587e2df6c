"""Kernels whose tensors, grids or expressions are arranged before they become tiles."""

from __future__ import annotations

import functools
import math

import tilelang.language as T
import torch

from kernels import arranged_sources as sources
from kernels.case import KernelCase, Tensors, specs

_part = functools.partial


def _mask(condition):
    """A where the condition on row and column holds, else -1."""
    return lambda a, r, c, _: T.if_then_else(condition(r, c), a, -1.0)


def _masked(condition, t: Tensors) -> Tensors:
    rows, cols = t["A"].shape
    taken = condition(torch.arange(rows)[:, None], torch.arange(cols)[None])
    return {"C": torch.where(taken, t["A"], -1.0)}


def _branches(t: Tensors) -> Tensors:
    rows, cols = t["A"].shape
    row, col = torch.arange(rows)[:, None], torch.arange(cols)[None]
    result = torch.where(row % 32 < col, 2 * t["A"], t["A"] + row)
    return {"C": result, "R": result.sum(1)}


def convolved(stride, dilation, pad, t: Tensors) -> Tensors:
    """The reference of `arranged_sources.convolution`."""
    image, weights = t["image"].permute(0, 3, 1, 2), t["weights"].permute(3, 2, 0, 1)
    return {"out": torch.conv2d(image, weights, None, stride, pad, dilation).permute(0, 2, 3, 1)}


def _causal_attention(groups, t: Tensors) -> Tensors:
    q, k, v = (t[name].transpose(1, 2) for name in "QKV")
    k, v = (x.repeat_interleave(groups, 1) for x in (k, v))
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    above = torch.ones(scores.shape[-2:], dtype=torch.bool).triu(1)
    weights = torch.softmax(scores.masked_fill(above, -math.inf), -1)
    return {"Out": (weights @ v).transpose(1, 2)}


def _stream_of_products(t: Tensors) -> Tensors:
    """Of the four blocks, the second is in two shares: it is added to, the others are set."""
    shared = torch.tensor([[False, True], [False, False]])
    start = t["C"] * shared.repeat_interleave(32, 0).repeat_interleave(32, 1)
    return {"C": start + t["A"] @ t["B"]}


def _single_elements(t: Tensors) -> Tensors:
    blocks = t["A"].reshape(-1, 32, t["A"].shape[1])
    result = blocks / blocks[:, :1, :1] + t["S"].reshape(-1, 32, 1)[:, :1]
    return {"C": result.reshape(t["A"].shape)}


def _causal(r, c):
    return r >= c


def _stripes(r, c):
    return (r + c) % 3 == 0


def arranged_cases() -> list[KernelCase]:
    """All cases of this file."""
    qkv = "Q:in:fp16:1x64x2x32 K:in:fp16:1x64x1x32 V:in:fp16:1x64x1x32 Out:out:fp16:1x64x2x32"
    product = "A:in:bf16:32x128 B:in:bf16:128x64 C:inout:fp32:32x64"
    images = "image:in:bf16:{0} weights:in:bf16:{1} out:out:bf16:{2}"
    return [
        *(
            KernelCase(
                f"mask_{name}",
                _part(sources.positions, 64, 64, (32, 32), _mask(condition)),
                specs("A:in:fp32:64x64 C:out:fp32:64x64"),
                _part(_masked, condition),
            )
            for name, condition in (("causal", _causal), ("stripes", _stripes))
        ),
        KernelCase(
            "branches_and_lets",
            _part(sources.branches, 64, 64),
            specs("A:in:fp32:64x64 C:out:fp32:64x64 R:out:fp32:64"),
            _branches,
        ),
        KernelCase(
            "turned_reads",
            _part(sources.turned_reads, 64, 64),
            specs("A:in:fp32:64x64 B:in:fp32:64x64 C:out:fp32:64x64 D:out:fp32:64x64"),
            lambda t: {"C": 2 * t["A"] + t["B"].T, "D": 2 * t["A"].T + t["B"]},
        ),
        KernelCase(
            "single_elements",
            _part(sources.single_elements, 64, 64),
            specs("A:in:fp32:64x64 S:in:fp32:64 C:out:fp32:64x64"),
            _single_elements,
            integers=None,
            uniform=(0.5, 2.0),
        ),
        KernelCase(
            "vector_both_ways",
            _part(sources.vector_both_ways, 64),
            specs("A:in:fp32:64x64 C:out:fp32:64x64"),
            lambda t: {"C": (t["A"] - t["A"].amax(1, keepdim=True)) * t["A"].amax(1)},
        ),
        KernelCase(
            "last_elements",
            _part(sources.last_elements, 4, 96),
            specs("A:in:fp32:4x96 C:out:fp32:4x96"),
            lambda t: {"C": t["A"] - t["A"][:, -1:]},
        ),
        KernelCase(
            "tensor_to_tensor",
            _part(sources.tensor_to_tensor, 64, 96, "float32", "bfloat16"),
            specs("A:in:fp32:2x64x96 C:out:bf16:64x2x96"),
            lambda t: {"C": t["A"].transpose(0, 1)},
        ),
        *(
            KernelCase(
                f"thin_rows_{block}",
                _part(sources.thin_rows, 64, 64, block),
                specs("A:in:fp32:64x64 C:out:fp32:64x64 S:out:fp32:64"),
                lambda t: {"C": t["A"] - t["A"].sum(1, keepdim=True), "S": t["A"].sum(1)},
            )
            for block in (1, 8)
        ),
        KernelCase(
            "masked_thin_rows",
            sources.masked_thin_rows,
            specs("A:in:fp32:64x64 C:out:fp32:64x64"),
            lambda t: {"C": torch.where(torch.arange(64)[:, None] % 8 < 5, t["A"], -1.0)},
            small=False,
        ),
        *(
            KernelCase(
                f"split_product_{'block' if whole else 'elements'}",
                _part(sources.split_product, 32, 64, 128, 4, whole),
                specs(product),
                lambda t: {"C": t["C"] + t["A"] @ t["B"]},
            )
            for whole in (True, False)
        ),
        KernelCase(
            "cores_in_turn",
            _part(sources.long_split_product, 64, 32, 2048, 4),
            specs("A:in:bf16:64x2048 B:in:bf16:2048x64 C:inout:fp32:64x64"),
            lambda t: {"C": t["C"] + t["A"] @ t["B"]},
            small=False,
        ),
        KernelCase(
            "groups_in_turn_bf16",
            _part(sources.long_split_product, 64, 32, 1024, 4, M=80, N=96, dtype="bfloat16"),
            specs("A:in:bf16:80x1024 B:in:bf16:1024x96 C:inout:bf16:80x96"),
            lambda t: {"C": t["C"] + t["A"] @ t["B"]},
            integers=None,  # the sums have more than 8 bits
            small=False,
        ),
        KernelCase(
            "moving_sums",
            _part(sources.moving_sums, 3, 4),
            specs("A:in:fp32:2x3x128x64 C:inout:fp32:2x128x64"),
            lambda t: {"C": t["C"] + 2 * t["A"].sum(1)},
        ),
        KernelCase(
            "groups_of_sums",
            _part(sources.groups_of_sums, 6, 2),
            specs("A:in:fp32:6x32x64 C:inout:fp32:3x32x64 S:inout:fp32:64"),
            lambda t: {"C": t["C"] + t["A"].unflatten(0, (3, 2)).sum(1), "S": t["S"] + t["A"].sum((0, 1))},
        ),
        KernelCase(
            "stream_of_products",
            _part(sources.stream_of_products, 64, 64, 128, 3),
            specs("A:in:bf16:64x128 B:in:bf16:128x64 C:inout:fp32:64x64"),
            _stream_of_products,
            small=False,
        ),
        KernelCase(
            "written_and_read",
            _part(sources.written_and_read, 3),
            specs("A:in:fp32:96x64 C:inout:fp32:128x64"),
            lambda t: {"C": torch.cat([t["C"][:32], t["A"]]).unflatten(0, (4, 32)).cumsum(0).flatten(0, 1)},
        ),
        KernelCase(
            "operands_used_twice",
            _part(sources.operands_used_twice, 3),
            specs("A:in:fp32:32x32 B:in:fp32:3x32x32 C:out:fp32:32x32 D:out:fp32:32x32"),
            lambda t: {"C": t["A"] + 2 * (t["A"] @ t["B"]).sum(0), "D": t["A"] @ (t["A"] @ t["B"][-1])},
        ),
        KernelCase(
            "convolution_3x3",
            _part(sources.convolution, 1, 2, 32, 32, 32, 3, 1, 1, 1),
            specs(images.format("1x2x32x32", "3x3x32x32", "1x2x32x32")),
            _part(convolved, 1, 1, 1),
            integers=(-1, 1),
        ),
        KernelCase(
            "convolution_1x1_stride_2",
            _part(sources.convolution, 2, 2, 64, 32, 32, 1, 2, 1, 0),
            specs(images.format("2x2x64x32", "1x1x32x32", "2x1x32x32")),
            _part(convolved, 2, 1, 0),
            integers=(-1, 1),
        ),
        KernelCase(
            "causal_attention_grouped",
            _part(sources.causal_attention, 1, 64, 2, 2, 32, 32),
            specs(qkv),
            _part(_causal_attention, 2),
            integers=None,
            tolerance=0.1,
        ),
    ]

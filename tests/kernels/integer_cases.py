"""Kernels that compute with integers, booleans and their casts."""

from __future__ import annotations

import functools

import torch
from tilelang import language as T

from kernels import integer_sources as sources
from kernels.case import KernelCase, Tensors, specs

_part = functools.partial
_RANGES = {
    "int32": (-70000, 70000),
    "uint32": (0, 70000),
    "uint16": (0, 65535),
    "uint8": (0, 255),
    "int8": (-128, 127),
}


def _wrapped(values: torch.Tensor, dtype: str) -> torch.Tensor:
    """Whole numbers modulo the range of a dtype."""
    bits = int(dtype.lstrip("uint"))
    values = values & (1 << bits) - 1
    return values if dtype.startswith("u") else values - (values >> bits - 1 << bits)


def _map(function, dtype: str, t: Tensors) -> Tensors:
    return {"C": _wrapped(function(t["A"].long(), t["B"].long()), dtype).double()}


# By name: what the kernel computes, and what torch does with 64-bit integers.
_MAPS = {
    "sum_of_products": (lambda a, b: (a + b) * a - b, None),
    "bits": (lambda a, b: (a ^ b) | (a & ~b), None),
    "extrema": (
        lambda a, b: T.max(a, b) - T.min(a, b),
        lambda a, b: torch.maximum(a, b) - torch.minimum(a, b),
    ),
}


def _shifts(dtype: str):
    """Shifts, and division by powers of two, rounded down."""

    def kernel(a, b):
        three = T.cast(3, dtype)
        return (
            (a >> three)
            + T.floordiv(b, T.cast(8, dtype)) * T.cast(2, dtype)
            + T.floormod(a, T.cast(16, dtype))
        )

    return kernel, lambda a, b: (a >> 3) + b // 8 * 2 + a % 16


def _selected(dtype: str):
    """A chain of comparisons."""

    def kernel(a, b):
        inner = T.if_then_else(a == b, T.cast(1, dtype), T.if_then_else(a > b, a, b))
        return T.if_then_else(T.And(a >= T.cast(5, dtype), b < T.cast(100, dtype)), inner, T.cast(7, dtype))

    def torchs(a, b):
        inner = torch.where(a == b, 1, torch.where(a > b, a, b))
        return torch.where((a >= 5) & (b < 100), inner, 7)

    return kernel, torchs


def _masks(t: Tensors) -> Tensors:
    kept = (t["Keep"] != 0) & (t["Index"][:, None] <= torch.arange(t["A"].shape[1]))
    return {"C": torch.where(kept, t["A"], 0.0), "Kept": kept.double()}


def _packed(t: Tensors) -> Tensors:
    weights = t["B"].long()
    return {"C": t["A"] @ torch.cat([(weights & 15) - 8, (weights >> 4) - 8]).double()}


def _iota(t: Tensors) -> Tensors:
    rows, cols = t["C"].shape
    return {"C": torch.arange(rows * cols).reshape(rows, cols).double()}


def _map_case(name: str, dtype: str, kernel, reference) -> KernelCase:
    return KernelCase(
        f"{name}_{dtype}",
        _part(sources.integer_map, 32, 64, dtype, dtype, kernel),
        specs(f"A:in:{dtype}:32x64 B:in:{dtype}:32x64 C:out:{dtype}:32x64"),
        _part(_map, reference or kernel, dtype),
        integers=_RANGES[dtype],
        uniform=_RANGES[dtype],
    )


def _cast_case(source: str, target: str) -> KernelCase:
    low, high = _RANGES.get(source, (-300, 300))
    narrow_low, narrow_high = _RANGES.get(target, (low, high))

    def reference(t: Tensors) -> Tensors:
        return {"C": t["A"] if "float" in target else t["A"].trunc()}

    return KernelCase(
        f"cast_{source}_{target}",
        _part(sources.cast, 32, 32, source, target),
        specs(f"A:in:{source}:32x32 C:out:{target}:32x32"),
        reference,
        integers=(max(low, narrow_low), min(high, narrow_high)),
        uniform=(max(low, narrow_low), min(high, narrow_high)),
    )


_CASTS = [
    ("int32", "float32"),
    ("uint32", "float32"),
    ("uint16", "float32"),
    ("uint8", "bfloat16"),
    ("int8", "float32"),
    ("float32", "int32"),
    ("float32", "uint32"),
    ("float32", "uint16"),
    ("bfloat16", "uint8"),
    ("float32", "int8"),
    ("int8", "int32"),
    ("int32", "uint8"),
    ("uint16", "uint32"),
    ("uint8", "int8"),
    ("uint16", "uint16"),
    ("int8", "int8"),
]


def integer_cases() -> list[KernelCase]:
    """All cases of this file."""
    product = "A:in:bf16:32x128 B:in:{}:{}x32 {}C:out:fp32:32x32"
    return [
        *(_map_case(name, dtype, *_MAPS[name]) for name in _MAPS for dtype in ("int32", "uint8")),
        _map_case("extrema", "uint32", *_MAPS["extrema"]),
        _map_case("sum_of_products", "int8", *_MAPS["sum_of_products"]),
        *(_map_case("shifts", dtype, *_shifts(dtype)) for dtype in ("int32", "uint32", "uint16")),
        *(_map_case("selected", dtype, *_selected(dtype)) for dtype in ("int32", "uint32", "uint8")),
        *(_cast_case(source, target) for source, target in _CASTS),
        KernelCase("iota", _part(sources.iota, 64, 64), specs("C:out:int32:64x64"), _iota),
        KernelCase(
            "indices_and_masks",
            _part(sources.indices_and_masks, 64, 64),
            specs(
                "A:in:bf16:64x64 Keep:in:bool:64x64 Index:in:int32:64 C:out:bf16:64x64 Kept:out:bool:64x64"
            ),
            _masks,
            integers=(0, 40),
        ),
        *(
            KernelCase(
                f"integer_reductions_{dim}",
                _part(sources.integer_reductions, 64, 96, dim),
                specs(f"A:in:int32:64x96 S:out:int32:{length} M:out:int32:{length}"),
                lambda t, dim=dim: {"S": t["A"].sum(dim), "M": t["A"].amax(dim)},
                integers=_RANGES["int32"],
            )
            for dim, length in ((0, 96), (1, 64))
        ),
        KernelCase(
            "dequantised_product",
            _part(sources.dequantised_product, 32, 32, 128),
            specs(product.format("int8", 128, "Scale:in:fp32:32 ")),
            lambda t: {"C": t["A"] @ (t["B"] * t["Scale"])},
        ),
        KernelCase(
            "packed_product",
            _part(sources.packed_product, 32, 32, 128),
            specs(product.format("uint8", 64, "")),
            _packed,
            integers=(0, 15),
        ),
    ]

"""Products with integer weights of 8 and 4 bits."""

from __future__ import annotations

import functools

import torch

from kernels import quantised_sources as sources
from kernels.case import KernelCase, Tensors, specs

_part = functools.partial


def _scaled(t: Tensors) -> Tensors:
    return {"C": t["A"] @ (t["B"] * t["scale"])}


def parts(packed: torch.Tensor, dim: int, per: int = 2) -> torch.Tensor:
    """The numbers, `per` to a byte, that bytes hold, in their places along a dimension."""
    bits, values = 8 // per, packed.long()
    taken = [values >> bits * i & (1 << bits) - 1 for i in range(per)]
    return torch.stack(taken, dim=dim + 1).flatten(dim, dim + 1).double()


def _signed(nibbles: torch.Tensor) -> torch.Tensor:
    return torch.where(nibbles < 8, nibbles, nibbles - 16)


def _four_bits(t: Tensors) -> Tensors:
    return {"C": t["A"] @ _signed(parts(t["B"], 1)).T * t["scale"]}


def _bytes(name: str, shape: list[int], dtype: str = "uint8") -> str:
    """An input that holds every byte value, in an order without a pattern of two."""
    lowest = 0 if dtype == "uint8" else -128
    values = ((37 * i + i // 256) % 256 + lowest for i in range(shape[0] * shape[1]))
    return f"{name}:in:{dtype}:{shape[0]}x{shape[1]}=" + ",".join(str(value) for value in values)


def quantised_cases() -> list[KernelCase]:
    whole, block = (64, 96, 64), (32, 32, 32)
    int8 = "A:in:bf16:64x64 B:in:int8:64x96 scale:in:fp32:96 C:out:bf16:64x96"
    cases = [
        KernelCase(
            f"int8_weights_{when}",
            _part(sources.int8_weights, *whole, block, scaled),
            specs(int8),
            _scaled,
            integers=(-1, 1),
            tolerance=0.05,
        )
        for when, scaled in (("scaled_first", True), ("scaled_last", False))
    ]
    cases.append(
        KernelCase(
            "int8_weights_by_copy",
            _part(sources.int8_weights_by_copy, *whole, block),
            specs("A:in:bf16:64x64 B:in:int8:64x96 C:out:bf16:64x96"),
            lambda t: {"C": t["A"] @ t["B"]},
        )
    )
    cases.append(
        KernelCase(
            "int4_weights",
            _part(sources.int4_weights, 64, 64, 128, (32, 64, 64)),
            specs(f"A:in:bf16:64x128 {_bytes('B', [64, 64])} scale:in:fp32:64 C:out:bf16:64x64"),
            _four_bits,
            integers=(-2, 2),
        )
    )
    for name, element, dim, options in (
        ("columns", sources.nibble, 1, {}),
        ("rows", sources.nibble, 0, {}),
        ("signed", sources.signed_nibble, 1, {}),
        ("shifted", sources.shifted_nibble, 1, {"out": "int8"}),
        ("int8", sources.nibble_of_int8, 1, {"packed": "int8"}),
        ("two_bits", sources.two_bits, 1, {"per": 4}),
    ):
        cases.append(_unpack(name, element, dim, **options))
    return cases


def _unpack(
    name: str, element, dim: int, per: int = 2, packed: str = "uint8", out: str = "int32"
) -> KernelCase:
    """Bytes taken apart, of blocks of 64 by 64 elements, or as wide as takes a tile of bytes."""
    shape = [64, 128]
    shape[dim] //= per
    columns = max(64, 32 * per) if dim == 1 else 64
    signed = "signed" in name or "shifted" in name

    def reference(t: Tensors) -> Tensors:
        values = parts(t["B"], dim, per)
        return {"C": _signed(values) if signed else values}

    return KernelCase(
        f"int4_unpack_{name}",
        _part(sources.unpack, 64, 128, 64, columns, element, rows=dim == 0, packed=packed, out=out, per=per),
        specs(f"{_bytes('B', shape, packed)} C:out:{out}:64x128"),
        reference,
    )

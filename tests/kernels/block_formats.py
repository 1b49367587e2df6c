"""Rounding to block formats: what a tensor holds after the host or the packer has stored it.

16 elements of a row share the exponent of the largest of them. An element is a sign and a whole number of
7 bits (bfp8_b) or 3 bits (bfp4_b), whose highest bit stands for that power of two.
"""

from __future__ import annotations

import torch

BITS = {"bfp8_b": 7, "bfp4_b": 3}
GROUP = 16


def _groups(values: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Values as float64 in groups of 16, filled up with zeros, and the largest power of two in each."""
    columns = values.shape[-1]
    padded = torch.nn.functional.pad(values.double(), (0, -columns % GROUP))
    groups = padded.reshape(*values.shape[:-1], -1, GROUP)
    largest = groups.abs().amax(-1, keepdim=True)
    # frexp has the mantissa in [0.5, 1).
    power = torch.ldexp(torch.ones_like(largest), torch.frexp(largest).exponent - 1)
    return groups, torch.where(largest > 0, power, 1.0)


def _whole(groups: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    """The elements of `groups` in the shape of `values`."""
    return groups.reshape(*values.shape[:-1], -1)[..., : values.shape[-1]]


def _away(values: torch.Tensor) -> torch.Tensor:
    """The nearest whole numbers, halves away from zero."""
    return values.sign() * (values.abs() + 0.5).floor()


def stored_by_host(values: torch.Tensor, storage: str) -> torch.Tensor:
    """float64 values of an input: the nearest number that the group's exponent allows, halves to even."""
    groups, power = _groups(values)
    bits = BITS[storage]
    step = power / 2 ** (bits - 1)
    most = 2**bits - 1
    return _whole((groups / step).round().clamp(-most, most) * step, values)


def stored_by_packer(values: torch.Tensor, storage: str) -> torch.Tensor:
    """float64 values of an output.

    The packer rounds twice, halves away from zero: to 7 significant bits, and to the grid of the group's
    exponent. For bfp4_b it then drops the lower 4 of 7 bits.
    """
    mantissa, exponent = torch.frexp(values.double())
    groups, power = _groups(torch.ldexp(_away(mantissa * 2**7), exponent - 7))
    step = power / 2**6
    numbers = _away(groups / step).clamp(-127, 127)
    dropped = 2 ** (7 - BITS[storage])
    return _whole((numbers / dropped).trunc() * dropped * step, values)

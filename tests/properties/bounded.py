"""Numbers with a bound of their error: what a result may differ from float64, operation by operation.

An operation adds the rounding of its own result, in ulps of the dtype that is computed in, to what the
errors of its operands become. So a tolerance never has to be guessed for an expression as a whole.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch

# One ulp relative to the smallest number of its binade.
ULP = {"float32": 2.0**-23, "bfloat16": 2.0**-7}
# The smallest normal number: the machine has no smaller one but zero.
TINY = 2.0**-126
# What stands for a result that may be anything; small enough to be multiplied.
ANY = 1e100


@dataclass
class Bounded:
    """A float64 tensor, and for each element how far a result of `dtype` may be off."""

    value: torch.Tensor
    error: torch.Tensor
    dtype: str

    @classmethod
    def exact(cls, value: torch.Tensor, dtype: str) -> Bounded:
        return cls(value.double(), torch.zeros_like(value, dtype=torch.float64), dtype)

    def _of(self, other) -> Bounded:
        if isinstance(other, Bounded):
            return other
        return Bounded.exact(torch.full_like(self.value, float(other)), self.dtype)

    def rounded(self, value: torch.Tensor, error: torch.Tensor, ulps: float = 1) -> Bounded:
        """A result with its own rounding on top."""
        error = error + ulps * ULP[self.dtype] * (value.abs() + error) + TINY
        return Bounded(value, error.nan_to_num(nan=ANY, posinf=ANY).clamp_max(ANY), self.dtype)

    # Arithmetic.

    def __add__(self, other) -> Bounded:
        other = self._of(other)
        return self.rounded(self.value + other.value, self.error + other.error)

    def __sub__(self, other) -> Bounded:
        other = self._of(other)
        return self.rounded(self.value - other.value, self.error + other.error)

    def __mul__(self, other) -> Bounded:
        other = self._of(other)
        error = self.value.abs() * other.error + other.value.abs() * self.error + self.error * other.error
        return self.rounded(self.value * other.value, error)

    def __truediv__(self, other) -> Bounded:
        other = self._of(other)
        value = self.value / other.value
        room = other.value.abs() - other.error
        error = torch.where(room > 0, (self.error + value.abs() * other.error) / room, ANY)
        return self.rounded(value, error, 2)

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other) -> Bounded:
        return self._of(other) - self

    def __rtruediv__(self, other) -> Bounded:
        return self._of(other) / self

    def __neg__(self) -> Bounded:
        return Bounded(-self.value, self.error, self.dtype)

    def __abs__(self) -> Bounded:
        return Bounded(self.value.abs(), self.error, self.dtype)

    # Choices: as good as the worse of the two.

    def maximum(self, other) -> Bounded:
        other = self._of(other)
        error = torch.maximum(self.error, other.error)
        return Bounded(torch.maximum(self.value, other.value), error, self.dtype)

    def minimum(self, other) -> Bounded:
        return -((-self).maximum(-self._of(other)))

    def choose(self, compare: Callable, other, yes, no) -> Bounded:
        """`yes` where self compares to other, else `no`; either where the errors leave it open."""
        other, yes, no = self._of(other), self._of(yes), self._of(no)
        taken = compare(self.value, other.value)
        slack = self.error + other.error
        open_ = ((self.value - other.value).abs() <= slack) & (slack > 0)
        error = torch.where(taken, yes.error, no.error)
        either = torch.maximum(yes.error, no.error) + (yes.value - no.value).abs()
        return Bounded(torch.where(taken, yes.value, no.value), torch.where(open_, either, error), self.dtype)

    # Functions.

    def monotone(self, function: Callable, ulps: float, low: float = -math.inf) -> Bounded:
        """A monotone function, defined from `low` on."""
        value = function(self.value)
        above = function(self.value + self.error)
        below = function((self.value - self.error).clamp_min(low))
        error = torch.maximum((above - value).abs(), (value - below).abs())
        return self.rounded(value, error, ulps)

    def lipschitz(self, function: Callable, ulps: float) -> Bounded:
        """A function that nowhere rises faster than its argument."""
        return self.rounded(function(self.value), self.error, ulps)

    # Reductions.

    def total(self, dim: int) -> Bounded:
        """The sum over a dimension, in any order; a float32 sum whatever the dtype, rounded once."""
        value, error = self.value.sum(dim), self.error.sum(dim)
        magnitude = (self.value.abs() + self.error).sum(dim)
        return self.rounded(value, error + self.value.shape[dim] * ULP["float32"] * magnitude)

    def highest(self, dim: int) -> Bounded:
        return Bounded(self.value.amax(dim), self.error.amax(dim), self.dtype)

    def check(self, result: torch.Tensor, what: str = "") -> None:
        """The result, rounded to its dtype, must lie within the bounds."""
        error = (result.double() - self.value).abs()
        allowed = self.error + 0.5 * ULP[self.dtype] * (self.value.abs() + self.error) + TINY
        outside = ~(error <= allowed)
        assert not outside.any(), (
            f"{what}: {int(outside.sum())} of {outside.numel()} elements are outside of their bounds, first "
            f"{result[outside][0].item()} instead of {self.value[outside][0].item()} "
            f"+- {allowed[outside][0].item():.3g}"
        )

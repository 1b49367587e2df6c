"""A kernel under test with its inputs, its reference in float64, and what to expect of the results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import torch

from kernels.block_formats import stored_by_host

Tensors = dict[str, torch.Tensor]


@dataclass(frozen=True)
class TensorSpec:
    """A parameter of a kernel.

    Attributes:
        role: "in", "out" or "inout".
        content: what an index tensor holds.
        storage: the block format in which the device holds it, or None.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    role: str
    content: tuple[int, ...] | None = None
    storage: str | None = None

    @property
    def torch_dtype(self) -> torch.dtype:
        return getattr(torch, self.dtype)

    def held_by_device(self, values: torch.Tensor) -> torch.Tensor:
        """float64 values of an input as the device has them; float16 without storage passes as it is."""
        if self.storage is None:
            return values.double()
        return stored_by_host(values.bfloat16() if self.dtype == "float16" else values, self.storage)


@dataclass(frozen=True, eq=False)
class KernelCase:
    """A kernel with everything a test needs to run and judge it.

    Attributes:
        make: makes the PrimFunc, or the PrimFunc of an eager kernel.
        tensors: the parameters, in order.
        reference: from float64 inputs by name to float64 outputs by name.
        integers: range of the integers for which all arithmetic is exact; None if there is none.
        tolerance: largest error for other inputs, in units of the output's root mean square.
        uniform: range of these inputs; None for normal numbers.
        small: few enough tiles for the interpreter.
        sizes: numbers for the symbolic sizes of the kernel.
    """

    name: str
    make: Callable[[], object]
    tensors: tuple[TensorSpec, ...]
    reference: Callable[[Tensors], Tensors]
    target: Mapping[str, object] = field(default_factory=dict)
    integers: tuple[int, int] | None = (-3, 3)
    tolerance: float = 0.02
    uniform: tuple[float, float] | None = None
    small: bool = True
    sizes: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name

    @property
    def full_target(self) -> dict[str, object]:
        return {"kind": "tenstorrent", **self.target}

    def outputs(self) -> list[str]:
        return [spec.name for spec in self.tensors if spec.role != "in"]

    @property
    def strictest(self) -> str:
        """The kind of arguments whose results say most: integers if these are exact."""
        return "normal" if self.integers is None else "integers"

    def arguments(self, kind: str = "normal", seed: int = 0) -> Tensors:
        """Fresh arguments: inputs from normal numbers or exact integers, outputs full of NaN."""
        generator = torch.Generator().manual_seed(seed)
        arguments = {}
        for spec in self.tensors:
            if spec.content is not None:
                values = torch.tensor(spec.content).reshape(spec.shape)
            elif spec.role == "out":
                values = torch.full(spec.shape, float("nan"))
            elif kind == "normal" and self.uniform is not None:
                low, high = self.uniform
                values = torch.rand(spec.shape, generator=generator) * (high - low) + low
            elif kind == "normal":
                values = torch.randn(spec.shape, generator=generator)
            else:
                low, high = self.integers
                values = torch.randint(low, high + 1, spec.shape, generator=generator).float()
            arguments[spec.name] = values.to(spec.torch_dtype)
        return arguments

    def expected(self, arguments: Tensors) -> Tensors:
        """The outputs for these arguments, in float64, before they are rounded."""
        return self.reference({spec.name: spec.held_by_device(arguments[spec.name]) for spec in self.tensors})

    def check_strictest(self, arguments: Tensors, expected: Tensors) -> None:
        """Checks the outputs for the strictest kind of arguments."""
        (self.check if self.integers is None else self.check_exact)(arguments, expected)

    def check(self, arguments: Tensors, expected: Tensors) -> None:
        """Checks outputs in `arguments` against the expected ones within the tolerance."""
        for name in self.outputs():
            error = (arguments[name].double() - expected[name]).abs().max().item()
            allowed = self.tolerance * expected[name].square().mean().sqrt().item()
            assert error <= allowed, f"{self.name}: '{name}' is off by {error:.3g}, allowed {allowed:.3g}"

    def check_exact(self, arguments: Tensors, expected: Tensors) -> None:
        """Checks that the outputs in `arguments` are the expected ones, rounded once."""
        for name in self.outputs():
            want = expected[name].to(arguments[name].dtype)
            differ = arguments[name].double() != want.double()
            assert not differ.any(), (
                f"{self.name}: '{name}' differs in {int(differ.sum())} of {differ.numel()} elements, "
                f"first at {differ.nonzero()[0].tolist()}: {arguments[name][differ][0].item()} "
                f"instead of {want[differ][0].item()}"
            )


def _spec(text: str, block: int) -> TensorSpec:
    """A tensor from "name:role:dtype:64x32", maybe with "=0,5,7"; B in the shape is a square block.

    A dtype like "bf16/bfp8_b" has the block format in which it is stored.
    """
    text, _, content = text.partition("=")
    name, role, dtype, shape = text.split(":")
    dtype, _, storage = dtype.partition("/")
    shape = shape.replace("B", f"{block}x{block}")
    dtype = {"bf16": "bfloat16", "fp32": "float32", "fp16": "float16"}.get(dtype, dtype)
    values = tuple(int(value) for value in content.split(",")) if content else None
    extents = tuple(int(extent) for extent in shape.split("x"))
    return TensorSpec(name, extents, dtype, role, values, storage or None)


def specs(text: str, block: int = 0) -> tuple[TensorSpec, ...]:
    return tuple(_spec(part, block) for part in text.split())


# Dtypes as cases name them.
SHORT = {"bfloat16": "bf16", "float32": "fp32", "float16": "fp16"}

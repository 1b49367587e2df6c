"""The kernels under test: sources, inputs, references in float64, and what to expect of the results."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import torch

import elementwise_kernels as elementwise
import gemm_kernels as gemms

Tensors = dict[str, torch.Tensor]


@dataclass(frozen=True)
class TensorSpec:
    """A parameter of a kernel; `role` is "in", "out" or "inout"."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    role: str

    @property
    def torch_dtype(self) -> torch.dtype:
        return getattr(torch, self.dtype)


@dataclass(frozen=True, eq=False)
class KernelCase:
    """A kernel with everything a test needs to run and judge it.

    Attributes:
        make: makes the PrimFunc, or the PrimFunc of an eager kernel.
        tensors: the parameters, in order.
        reference: from float64 inputs by name to float64 outputs by name.
        integers: range of the integers for which all arithmetic of the kernel is exact.
        tolerance: largest error for normal inputs, in units of the output's root mean square.
        small: few enough tiles for the interpreter.
    """

    name: str
    make: Callable[[], object]
    tensors: tuple[TensorSpec, ...]
    reference: Callable[[Tensors], Tensors]
    target: Mapping[str, object] = field(default_factory=dict)
    integers: tuple[int, int] = (-3, 3)
    tolerance: float = 0.02
    small: bool = True

    def __str__(self) -> str:
        return self.name

    @property
    def full_target(self) -> dict[str, object]:
        return {"kind": "tenstorrent", **self.target}

    def outputs(self) -> list[str]:
        return [spec.name for spec in self.tensors if spec.role != "in"]

    def arguments(self, kind: str = "normal", seed: int = 0) -> Tensors:
        """Fresh arguments: inputs from normal numbers or exact integers, outputs full of NaN."""
        generator = torch.Generator().manual_seed(seed)
        arguments = {}
        for spec in self.tensors:
            if spec.role == "out":
                values = torch.full(spec.shape, float("nan"))
            elif kind == "normal":
                values = torch.randn(spec.shape, generator=generator)
            else:
                low, high = self.integers
                values = torch.randint(low, high + 1, spec.shape, generator=generator).float()
            arguments[spec.name] = values.to(spec.torch_dtype)
        return arguments

    def expected(self, arguments: Tensors) -> Tensors:
        """The outputs for these arguments, in float64."""
        return self.reference({name: value.double() for name, value in arguments.items()})

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
            differ = ~torch.eq(arguments[name], want)
            assert not differ.any(), (
                f"{self.name}: '{name}' differs in {int(differ.sum())} of {differ.numel()} elements, "
                f"first at {differ.nonzero()[0].tolist()}: {arguments[name][differ][0].item()} "
                f"instead of {want[differ][0].item()}"
            )


def _spec(text: str) -> TensorSpec:
    """A tensor from "name:role:dtype:64x32"."""
    name, role, dtype, shape = text.split(":")
    dtype = {"bf16": "bfloat16", "fp32": "float32"}[dtype]
    return TensorSpec(name, tuple(int(extent) for extent in shape.split("x")), dtype, role)


def _specs(text: str) -> tuple[TensorSpec, ...]:
    return tuple(_spec(part) for part in text.split())


_SHORT = {"bfloat16": "bf16", "float32": "fp32"}


def gemm_case(name: str, M: int, N: int, K: int, block: tuple[int, int, int], **options) -> KernelCase:
    """A case of `gemm_kernels.gemm`; `target`, `tolerance`, `small` and `integers` go to the case."""
    case_options = {
        key: options.pop(key) for key in ("target", "tolerance", "small", "integers") if key in options
    }
    trans_A, trans_B = options.get("trans_A", False), options.get("trans_B", False)
    dtype = _SHORT[options.get("dtype", "bfloat16")]
    out = _SHORT[options.get("out", "bfloat16")]
    A = f"{K}x{M}" if trans_A else f"{M}x{K}"
    B = f"{N}x{K}" if trans_B else f"{K}x{N}"

    def reference(t: Tensors) -> Tensors:
        return {"C": (t["A"].T if trans_A else t["A"]) @ (t["B"].T if trans_B else t["B"])}

    make = functools.partial(gemms.gemm, M, N, K, *block, **options)
    tensors = _specs(f"A:in:{dtype}:{A} B:in:{dtype}:{B} C:out:{out}:{M}x{N}")
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
                    name = f"gemm_{_SHORT[dtype]}_{_SHORT[accum]}_{_SHORT[out]}{label}"
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
    return KernelCase(name, make, _specs(tensors), reference, **options)


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
                    f"gemm_bias_{_SHORT[dtype]}{label}",
                    part(gemms.gemm_bias, 128, 128, 64, block, block, 32, dtype),
                    bias.format(_SHORT[dtype]),
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


def _add(a, b):
    return a + b


def _sub(a, b):
    return a - b


def _mul(a, b):
    return a * b


def _balanced(terms, op=_add):
    """Combines terms pairwise, as a balanced tree."""
    while len(terms) > 1:
        terms = [op(a, b) for a, b in zip(terms[::2], terms[1::2], strict=True)]
    return terms[0]


def _from_right(terms):
    """a0 - (a1 - (a2 - ...))."""
    result = terms[-1]
    for term in reversed(terms[:-1]):
        result = term - result
    return result


def _alternating(terms):
    """Differences of sums of products: a balanced tree with all three operations."""
    products = [a * b for a, b in zip(terms[::2], terms[1::2], strict=True)]
    return _balanced([_balanced(products[:4]), _balanced(products[4:])], _sub)


def _elementwise_expressions() -> list[KernelCase]:
    part = functools.partial
    cases = []
    for dtype in ("bfloat16", "float32"):
        short = _SHORT[dtype]
        tolerance = 0.05 if dtype == "bfloat16" else 1e-3
        two = f"A:in:{short}:64x128 B:in:{short}:64x128 C:out:{short}:64x128"
        for name, op in (("add", _add), ("sub", _sub), ("mul", _mul)):
            cases.append(
                KernelCase(
                    f"{name}_{short}",
                    part(elementwise.binary, 64, 128, 32, 64, op, dtype),
                    _specs(two),
                    lambda t, op=op: {"C": op(t["A"], t["B"])},
                    tolerance=tolerance,
                )
            )
        for name, op in (
            ("scale_and_shift", lambda a: a * 2.0 + 1.0),
            ("constant_minus", lambda a: 3.0 - a),
            ("constant_times", lambda a: 4.0 * (a - 2.0)),
            ("constants_on_both_sides", lambda a: 1.0 - 2.0 * (3.0 - a * 0.5)),
            ("square_minus_self", lambda a: a * a - a),
            ("double", lambda a: a + a),
            ("cancel", lambda a: a - a),
        ):
            cases.append(
                KernelCase(
                    f"{name}_{short}",
                    part(elementwise.unary, 64, 64, 32, op, dtype),
                    _specs(f"A:in:{short}:64x64 C:out:{short}:64x64"),
                    lambda t, op=op: {"C": op(t["A"])},
                    tolerance=tolerance,
                )
            )
        for name, op in (
            ("chain_left", lambda a, b, c, d: ((a + b) * c) - d),
            ("chain_right", lambda a, b, c, d: a - (b * (c + d))),
            ("chain_balanced", lambda a, b, c, d: (a + b) * (c - d)),
            ("chain_with_constants", lambda a, b, c, d: (a * 2.0 - b) - (1.0 - c * d)),
            ("chain_shared_operand", lambda a, b, c, d: (a + b) * (a - b) + a * (c - d)),
        ):
            cases.append(
                KernelCase(
                    f"{name}_{short}",
                    part(elementwise.quaternary, 64, 64, 64, op, dtype),
                    _specs(" ".join(f"{n}:in:{short}:64x64" for n in "ABCD") + f" E:out:{short}:64x64"),
                    lambda t, op=op: {"E": op(t["A"], t["B"], t["C"], t["D"])},
                    tolerance=tolerance * 2,
                )
            )
        for name, count, op in (
            ("tree_of_16", 16, _balanced),
            ("difference_tree_of_16", 16, lambda terms: _balanced(terms, _sub)),
            ("mixed_tree_of_16", 16, _alternating),
            ("right_chain_of_12", 12, _from_right),
        ):
            cases.append(
                KernelCase(
                    f"{name}_{short}",
                    part(elementwise.slices, 32, 64, 32, count, op, dtype),
                    _specs(f"A:in:{short}:{count}x32x64 C:out:{short}:32x64"),
                    lambda t, op=op: {"C": op(list(t["A"]))},
                    tolerance=tolerance * 2,
                )
            )
    return cases


def _elementwise_programs() -> list[KernelCase]:
    part = functools.partial
    cases = []
    for dtype in ("bfloat16", "float32"):
        short = _SHORT[dtype]
        tolerance = 0.05 if dtype == "bfloat16" else 1e-3
        ab = f"A:in:{short}:64x96 B:in:{short}:64x96"
        make = {"tolerance": tolerance}
        cases += [
            KernelCase(
                f"tail_{short}",
                part(elementwise.binary, 96, 160, 64, 64, _add, dtype),
                _specs(f"A:in:{short}:96x160 B:in:{short}:96x160 C:out:{short}:96x160"),
                lambda t: {"C": t["A"] + t["B"]},
                **make,
            ),
            KernelCase(
                f"temporaries_{short}",
                part(elementwise.temporaries, 64, 96, 32, dtype),
                _specs(f"{ab} D:out:{short}:64x96"),
                lambda t: {"D": (t["A"] + t["B"]) * (t["A"] - t["B"]) + t["A"]},
                tolerance=2 * tolerance,
            ),
            KernelCase(
                f"reused_buffer_{short}",
                part(elementwise.reused_buffer, 64, 96, 32, dtype),
                _specs(f"{ab} C:out:{short}:64x96 D:out:{short}:64x96"),
                lambda t: {"C": t["A"] + t["B"], "D": t["A"] - t["B"]},
                **make,
            ),
            KernelCase(
                f"carried_sum_{short}",
                part(elementwise.carried_sum, 5, 64, 64, 32, dtype),
                _specs(f"A:in:{short}:5x64x64 C:out:{short}:64x64"),
                lambda t: {"C": t["A"].sum(0)},
                **make,
            ),
            KernelCase(
                f"update_tensor_{short}",
                part(elementwise.update_tensor, 64, 64, 32, dtype),
                _specs(f"A:inout:{short}:64x64 B:in:{short}:64x64"),
                lambda t: {"A": t["A"] + t["B"]},
                **make,
            ),
            KernelCase(
                f"rows_per_item_{short}",
                part(elementwise.rows_per_item, 64, 128, 32, dtype),
                _specs(f"A:in:{short}:64x128 B:in:{short}:64x128 C:out:{short}:64x128"),
                lambda t: {"C": t["A"] + t["B"]},
                **make,
            ),
            KernelCase(
                f"fill_{short}",
                part(elementwise.fill, 64, 64, 32, 2.5, dtype),
                _specs(f"C:out:{short}:64x64"),
                lambda t: {"C": torch.full((64, 64), 2.5, dtype=torch.float64)},
                **make,
            ),
        ]
    return [
        *cases,
        KernelCase(
            "carried_pair",
            part(elementwise.carried_pair, 4, 64, 32, 32),
            _specs("A:in:fp32:4x64x32 C:out:fp32:64x32 D:out:fp32:64x32"),
            _carried_pair,
            tolerance=1e-3,
        ),
        KernelCase(
            "mixed_dtypes",
            part(elementwise.mixed_dtypes, 64, 64, 32),
            _specs("A:in:bf16:64x64 B:in:fp32:64x64 C:out:fp32:64x64"),
            lambda t: {"C": t["A"] * t["B"] + t["A"]},
            tolerance=1e-3,
        ),
        KernelCase(
            "add_eager",
            part(elementwise.add_eager.get_tir, M=128, N=64),
            _specs("A:in:fp32:128x64 B:in:fp32:128x64 C:out:fp32:128x64"),
            lambda t: {"C": t["A"] + t["B"]},
            tolerance=1e-3,
        ),
    ]


def _carried_pair(t: Tensors) -> Tensors:
    C, D = torch.ones_like(t["A"][0]), torch.zeros_like(t["A"][0])
    for step in t["A"]:
        C = C + step
        D = C - D
    return {"C": C, "D": D}


def _copies() -> list[KernelCase]:
    part = functools.partial
    cases = []
    for source in ("bfloat16", "float32"):
        for target in ("bfloat16", "float32"):
            cases.append(
                KernelCase(
                    f"copy_{_SHORT[source]}_{_SHORT[target]}",
                    part(elementwise.copy, 96, 160, 64, 64, source, target),
                    _specs(f"A:in:{_SHORT[source]}:96x160 C:out:{_SHORT[target]}:96x160"),
                    lambda t: {"C": t["A"]},
                )
            )
    cases.append(
        KernelCase(
            "swap_blocks",
            part(elementwise.swap_blocks, 128, 64),
            _specs("A:in:bf16:128x128 C:out:bf16:128x128"),
            lambda t: {"C": t["A"].reshape(2, 64, 2, 64).permute(2, 1, 0, 3).reshape(128, 128)},
        )
    )
    return cases


def all_kernels() -> list[KernelCase]:
    """Every case, names unique."""
    cases = [
        *_gemm_blocks(),
        *_gemm_dtypes(),
        *_gemm_transposes(),
        *_gemm_launches(),
        *_gemm_programs(),
        *_elementwise_expressions(),
        *_elementwise_programs(),
        *_copies(),
    ]
    names = [case.name for case in cases]
    assert len(names) == len(set(names))
    return cases


KERNELS = all_kernels()
SMALL_KERNELS = [case for case in KERNELS if case.small]


def kernel(name: str) -> KernelCase:
    """The case of that name."""
    return next(case for case in KERNELS if case.name == name)

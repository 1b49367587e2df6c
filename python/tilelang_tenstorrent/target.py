"""The TVM target `tenstorrent`: normalisation and validation."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping, Sequence

import tvm_ffi
from tilelang.backend.target import register_target_normalizer
from tvm.target import Target

from ._library import LIBRARY_PATH

KIND = "tenstorrent"

# Type and legal values of each option; src/target/target_options.cc checks the values.
_OPTIONS = {
    "arch": (str, "'wormhole_b0' or 'blackhole'"),
    "math_fidelity": (str, "'LoFi', 'HiFi2', 'HiFi3' or 'HiFi4'"),
    "fp32_dest_acc_en": (bool, "True or False"),
    "multicast": (bool, "True or False"),
    "tilize": (str, "'host' or 'device'"),
    "sizes": (str, "'any' or 'each'"),
    "fp16_as": (str, "'bfloat16' or 'float32'"),
    "device": (str, "'simulator'"),
    "core_grid": (list, "[columns, rows], two integers"),
}
# What TVM itself understands in the mapping of a target, and our `build`.
_INTERNAL = {"kind", "keys", "host", "tag", "libs", "build"}


@functools.cache
def build_id() -> str:
    """Digest of the native library; part of the target so that TileLang's kernel cache never
    returns what an older compiler made."""
    return hashlib.sha256(LIBRARY_PATH.read_bytes()).hexdigest()[:16]


def _check_options(config: dict[str, object]) -> None:
    """Raises ValueError for an unknown option or one whose type is wrong."""
    unknown = sorted(set(config) - set(_OPTIONS) - _INTERNAL)
    if unknown:
        legal = ", ".join(_OPTIONS)
        raise ValueError(f"Unknown option '{unknown[0]}' of target 'tenstorrent'. Options: {legal}.")
    given = {name: value for name, value in config.items() if name in _OPTIONS}
    for name, value in given.items():
        expected, legal = _OPTIONS[name]
        if name == "core_grid" and isinstance(value, Sequence) and not isinstance(value, str):
            right = all(type(item) is int for item in value)
        else:
            right = isinstance(value, expected)
        if not right:
            raise ValueError(
                f"Target options {given} are not valid: '{name}' is {value!r}. Supported: {legal}."
            )


def make_target(target: str | Mapping[str, object] | Target = KIND) -> Target:
    """A validated tenstorrent target.

    Args:
        target: ``"tenstorrent"``, a mapping ``{"kind": "tenstorrent", ...}`` with the options
            ``arch`` ("wormhole_b0" or "blackhole"), ``math_fidelity`` ("LoFi", "HiFi2", "HiFi3",
            "HiFi4"), ``fp32_dest_acc_en`` (bool), ``multicast`` (bool), ``tilize`` ("host", "device"),
            ``sizes`` ("any", "each"), ``device`` ("simulator") and ``core_grid`` ([columns, rows]), or such a
            TVM target.

    Raises:
        ValueError: an option is unknown or has an illegal value; the message lists the legal ones.
    """
    if isinstance(target, str):
        target = {"kind": target}
    if not isinstance(target, Target):
        config = dict(target)
        _check_options(config)
        target = Target({**config, "build": build_id()})
    tvm_ffi.get_global_func("tilelang_tenstorrent.target.Validate")(target)
    return target


def _normalize(target: str | Mapping[str, object] | Target) -> Target | None:
    if isinstance(target, Target):
        return target if target.kind.name == KIND else None
    kind = target.get("kind") if isinstance(target, Mapping) else target.strip()
    return make_target(target if isinstance(target, Mapping) else KIND) if kind == KIND else None


def register() -> None:
    """Makes TileLang accept the target."""
    register_target_normalizer(KIND, _normalize, override=True)

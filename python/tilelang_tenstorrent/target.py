"""The TVM target `tenstorrent`: normalisation and validation."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping

import tvm_ffi
from tilelang.backend.target import register_target_normalizer
from tvm.target import Target

from ._library import LIBRARY_PATH

KIND = "tenstorrent"

_OPTIONS = ("kind", "arch", "math_fidelity", "fp32_dest_acc_en", "device", "core_grid", "build")


@functools.cache
def build_id() -> str:
    """Digest of the native library; part of the target so that TileLang's kernel cache never
    returns what an older compiler made."""
    return hashlib.sha256(LIBRARY_PATH.read_bytes()).hexdigest()[:16]


def make_target(target: str | Mapping[str, object] | Target = KIND) -> Target:
    """A validated tenstorrent target.

    Args:
        target: ``"tenstorrent"``, a mapping ``{"kind": "tenstorrent", ...}`` with the options
            ``arch`` ("wormhole_b0" or "blackhole"), ``math_fidelity`` ("LoFi", "HiFi2", "HiFi3",
            "HiFi4"), ``fp32_dest_acc_en`` (bool), ``device`` ("simulator") and ``core_grid``
            ([columns, rows]), or such a TVM target.

    Raises:
        ValueError: an option is unknown or has an illegal value; the message lists the legal ones.
    """
    if isinstance(target, str):
        target = {"kind": target}
    if not isinstance(target, Target):
        config = dict(target)
        unknown = sorted(set(config) - set(_OPTIONS) - {"keys", "host", "tag", "libs"})
        if unknown:
            legal = ", ".join(_OPTIONS[1:-1])
            raise ValueError(f"Unknown option '{unknown[0]}' of target 'tenstorrent'. Options: {legal}.")
        config["build"] = build_id()
        try:
            target = Target(config)
        except (TypeError, RuntimeError) as error:
            raise ValueError(f"Target options {dict(config)} are not valid: {error}") from error
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

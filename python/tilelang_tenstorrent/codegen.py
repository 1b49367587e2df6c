"""Host and device code generation entries of the backend."""

from __future__ import annotations

from tilelang.backend.device_codegen import DeviceCodegen, global_func_device_codegen
from tilelang.backend.host_codegen import HostCodegen, global_func_host_codegen

_BUILD = "tilelang_tenstorrent.runtime.BuildProgram"

DEVICE_CODEGEN = DeviceCodegen(
    "tenstorrent",
    build=global_func_device_codegen(_BUILD),
    build_without_compile=global_func_device_codegen(_BUILD),
)

HOST_CODEGENS = {name: HostCodegen(name, build=global_func_host_codegen(_BUILD)) for name in ("c", "llvm")}

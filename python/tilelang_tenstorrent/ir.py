"""The typed attribute contents, as Python sees them, and their place in TVMScript."""

from __future__ import annotations

import functools
import types

import tvm_ffi
from tvm.tirx import op as tirx_op

_CLASSES = (
    "CoreRange",
    "CoreWork",
    "GridAxis",
    "LayoutDesc",
    "TensorAccessor",
    "CBDesc",
    "ComputeConfig",
    "TileDFG",
    "RuntimeArg",
    "CompileArg",
)


def _make_class(name: str):
    cls = type(name, (tvm_ffi.Object,), {"__doc__": f"Attribute content tt.{name}; fields as in docs/schema.md."})
    cls = tvm_ffi.register_object(f"tt.{name}")(cls)
    fields = [field.name for field in cls.__tvm_ffi_type_info__.fields]
    create = tvm_ffi.get_global_func(f"tilelang_tenstorrent.ir.{name}")

    def make(**values):
        missing = sorted(set(fields) ^ set(values))
        if missing:
            raise TypeError(f"{name} takes the fields {', '.join(fields)}; differs in {', '.join(missing)}")
        return create(*(values[field] for field in fields))

    make.__name__ = name
    make.__doc__ = f"Creates a tt.{name} from its fields: {', '.join(fields)}."
    return cls, make


CLASSES = {}
_namespace = types.SimpleNamespace()
for _name in _CLASSES:
    CLASSES[_name], _make = _make_class(_name)
    setattr(_namespace, _name, _make)


def _intrinsic(name: str, pure: bool, *args):
    return tirx_op.call_intrin("int32" if pure else "void", name, *args)


def script_namespace() -> types.SimpleNamespace:
    """The object that prints as ``T.tt``: attribute classes and one builder for every intrinsic."""
    schema = tvm_ffi.get_global_func("tilelang_tenstorrent.schema.Dump")()
    for row in schema["intrinsics"]:
        parts = str(row["name"]).split(".")[1:]
        scope = _namespace
        for part in parts[:-1]:
            if not hasattr(scope, part):
                setattr(scope, part, types.SimpleNamespace())
            scope = getattr(scope, part)
        builder = functools.partial(_intrinsic, str(row["name"]), str(row["effect"]) == "pure")
        setattr(scope, parts[-1], builder)
    return _namespace

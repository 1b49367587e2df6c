"""The typed attribute contents, as Python sees them, and their place in TVMScript."""

from __future__ import annotations

import functools
import types

import tvm_ffi
from tvm.ir import Op
from tvm.tirx import Call

_CLASSES = (
    "CoreRange",
    "CoreWork",
    "GridAxis",
    "LayoutDesc",
    "TensorAccessor",
    "CBDesc",
    "SemaphoreDesc",
    "ComputeConfig",
    "TileDFG",
    "RuntimeArg",
    "CompileArg",
)


def _make_class(name: str):
    cls = type(
        name, (tvm_ffi.Object,), {"__doc__": f"Attribute content tt.{name}; fields as in docs/schema.md."}
    )
    cls = tvm_ffi.register_object(f"tilelang_tenstorrent.{name}")(cls)
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


def _call(op: Op, dtype: str, *args) -> Call:
    """A call of `op` on arguments as TVMScript writes them: a buffer region's first element is a load."""
    return Call(dtype, op, args)


def script_namespace() -> types.SimpleNamespace:
    """The object that prints as ``T.tt``: attribute classes and one builder for every intrinsic."""
    schema = tvm_ffi.get_global_func("tilelang_tenstorrent.schema.Dump")()
    for row in schema["intrinsics"]:
        name = str(row["name"])
        parts = name.split(".")[1:]
        scope = _namespace
        for part in parts[:-1]:
            if not hasattr(scope, part):
                setattr(scope, part, types.SimpleNamespace())
            scope = getattr(scope, part)
        dtype = "int32" if str(row["effect"]) == "pure" else "void"
        setattr(scope, parts[-1], functools.partial(_call, Op.get(name), dtype))
    return _namespace


_TILE_OPERATORS = {
    "copy": "tl.tileop.copy",
    "fill": "tl.tileop.fill",
    "gemm": "tl.tileop.gemm",
    "im2col": "tl.tileop.im2col",
    "atomicadd": "tl.tileop.atomicadd",
    "reduce": "tl.tileop.reduce",
    "cumsum": "tl.tileop.cumsum",
    "transpose": "tl.tileop.transpose",
    "region": "tl.region",
}


def tile_operator_builders() -> dict[str, functools.partial]:
    """Builders by the names under which TileLang's tile operators print, so that printed text parses."""
    builders = {name: functools.partial(_call, Op.get(op), "handle") for name, op in _TILE_OPERATORS.items()}
    builders["launch_thread_idx"] = functools.partial(_call, Op.get("tl.launch_thread_idx"), "int32")
    return builders


def register_script_names() -> None:
    """Lets TVMScript parse what our modules print: ``T.tt`` and the tile operators under ``T``."""
    from tvm.tirx import script
    from tvm.tirx.script import parser

    for module in (script, parser):
        module.tt = script_namespace()
        for name, builder in tile_operator_builders().items():
            if not hasattr(module, name):
                setattr(module, name, builder)

"""Comparing the code of functions, and putting hand-written functions in front of a pass."""

from __future__ import annotations

import tvm
from tilelang_tenstorrent.target import make_target
from tvm import IRModule, tirx
from tvm.script import tirx as T

from lowering import PASSES, run_pass

_BYTES = {"bfloat16": 2, "float32": 4}
_FORMATS = {"bfloat16": "Float16_b", "float32": "Float32"}


def code(func: tirx.PrimFunc) -> tirx.PrimFunc:
    """The function without its attributes."""
    return tirx.PrimFunc(func.params, func.body, func.ret_type, func.buffer_map)


def assert_code(module: IRModule, expected: tirx.PrimFunc, name: str = "main") -> None:
    """The function `name` of the module must be `expected`, attributes aside."""
    tvm.ir.assert_structural_equal(code(module[name]), code(expected))


def function(module: IRModule, role: str) -> tirx.PrimFunc:
    """The kernel of that role."""
    return next(f for _, f in module.functions_items() if f.attrs["tt.kernel_role"] == role)


def circular_buffer(name, rows, cols, depth=2, dtype="bfloat16", page_size=None, **fields):
    """A descriptor of a circular buffer; fields default to what is not known yet."""
    defaults = {"producer": "", "consumer": "", "id": -1, "unpack_to_dest": False}
    return T.tt.CBDesc(
        name=name,
        rows=rows,
        cols=cols,
        depth=depth,
        page_size=page_size or 1024 * _BYTES[dtype],
        data_format=_FORMATS[dtype],
        **{**defaults, **fields},
    )


def accessor(tensor, strides, pages, dtype="bfloat16", offset=-1, address=-1):
    """A tensor accessor, abstract by default."""
    return T.tt.TensorAccessor(
        tensor=tensor,
        memory="DRAM",
        tile_strides=strides,
        page_size=1024 * _BYTES[dtype],
        num_pages=pages,
        compile_arg_offset=offset,
        address_arg=address,
    )


def compute_config(fp32_dest=True, fidelity="HiFi4"):
    """A configuration of the compute kernel."""
    return T.tt.ComputeConfig(
        math_fidelity=fidelity, fp32_dest_acc_en=fp32_dest, dst_full_sync_en=False, math_approx_mode=False
    )


def before(name: str, func: tirx.PrimFunc, attrs: dict, target="tenstorrent", as_name="main") -> IRModule:
    """A hand-written function with the attributes it needs, ready for the pass `name`."""
    attributes = {
        "global_symbol": as_name,
        "target": make_target(target),
        "tt.lowered_by": PASSES[PASSES.index(name) - 1],
        **attrs,
    }
    for key, value in attributes.items():
        func = func.with_attr(key, value)
    return IRModule({as_name: func})


def after(name: str, func: tirx.PrimFunc, attrs: dict, target="tenstorrent") -> IRModule:
    """The module after the pass `name` on a hand-written function."""
    return run_pass(name, before(name, func, attrs, target))


def operations(stmt, *prefixes: str) -> list[str]:
    """The intrinsic calls below a statement in order, as text: ``tt.fpu.add A_s t B_s t d0``.

    Args:
        stmt: the statement.
        prefixes: only operations whose names start with one of these, if any are given.
    """
    found = []

    def visit(node):
        if isinstance(node, tirx.Evaluate) and isinstance(node.value, tirx.Call):
            name = node.value.op.name
            if name.startswith(prefixes or ("tt.",)):
                found.append(" ".join([name, *(_operand(arg) for arg in node.value.args)]))

    tirx.stmt_functor.post_order_visit(stmt, visit)
    return found


def _operand(arg) -> str:
    if isinstance(arg, tirx.BufferLoad):
        index = ", ".join(_operand(index) for index in arg.indices)
        return str(arg.buffer.name) if index == "0" else f"{arg.buffer.name}[{index}]"
    if isinstance(arg, tirx.Var):
        return arg.name
    if isinstance(arg, tirx.IntImm) and str(arg.dtype) == "bool":
        return str(bool(arg.value))
    if isinstance(arg, tirx.IntImm | tirx.FloatImm):
        return str(arg.value)
    return str(arg)

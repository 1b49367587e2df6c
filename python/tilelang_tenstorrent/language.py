"""What a kernel can say about Tenstorrent besides TileLang's own language."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import tvm_ffi
from tvm.tirx import Buffer
from tvm.tirx.script.builder.ir import sblock_attr

# Block formats: 16 elements of a row share an exponent, and each has a sign and 7 or 3 bits.
STORAGE_FORMATS = ("bfp8_b", "bfp4_b")


@functools.cache
def _key() -> str:
    rows = tvm_ffi.get_global_func("tilelang_tenstorrent.schema.Dump")()["attributes"]
    return next(str(row["key"]) for row in rows if str(row["holder"]) == "block")


def annotate_storage(formats: Mapping[Buffer, str]):
    """Has the device hold tensors in a block format; stands inside ``T.Kernel``, ahead of their use.

    The kernel goes on computing with the tensor's own dtype (bfloat16, float16 or float32), and so does
    the caller's tensor: elements are rounded when the host cuts an input into tiles, and when the packer
    writes an output. ``bfp8_b`` takes 1088 bytes a tile, ``bfp4_b`` 576, bfloat16 2048.

    Args:
        formats: ``"bfp8_b"`` or ``"bfp4_b"`` by tensor parameter, as in ``{B: "bfp8_b"}``.

    Raises:
        TypeError: a key is not a tensor.
        ValueError: a format is unknown, or there is no T.Kernel around. Tensors that cannot be stored so are
            refused by the compiler.
    """
    for tensor, name in formats.items():
        if not isinstance(tensor, Buffer):
            raise TypeError(
                f"tt.annotate_storage got the key {tensor!r} ({type(tensor).__name__}). Supported: tensor "
                f"parameters of the kernel, as in {{B: {name!r}}}."
            )
        if name not in STORAGE_FORMATS:
            raise ValueError(
                f"tt.annotate_storage stores tensor '{tensor.name}' as {name!r}. "
                f"Supported: {' and '.join(STORAGE_FORMATS)}."
            )
    if not formats:
        return None
    try:
        return sblock_attr({_key(): {tensor.data: name for tensor, name in formats.items()}})
    except ValueError as error:
        raise ValueError(
            "tt.annotate_storage stands outside of T.Kernel. Supported: in every T.Kernel that uses the "
            "tensor."
        ) from error

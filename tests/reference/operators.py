"""What every operator means: tile operators, abstract moves and compute, protocol."""

from __future__ import annotations

import math

import numpy as np
from tvm import tirx

from .core import Core
from .errors import MisuseError
from .functions import (
    BINARY,
    CALLS,
    FROM_INTEGER,
    INTEGER_BINARY,
    INTEGER_TILEWISE,
    INTEGER_UNARY,
    REDUCTIONS,
    TILEWISE,
    UNARY,
)
from .memory import Block, Channel, CircularBuffer, Dst, Registers
from .numbers import TILE, round_to, slice_or_zero, store_slice, tiles_of, unfolded
from .process import Process, Wait, identity


class KernelProcess(Process):
    """A function running on a core, with the operators of all levels.

    Attributes:
        core: what the processes of a core share.
        role: reader, compute or writer; None as long as the kernel is one function.
        descs: descriptors of the circular buffers, by name.
        arguments: values of the runtime arguments, by name.
        column_sums: what the vector unit keeps between running sums.
    """

    def __init__(self, func, core: Core, items: range | None, arguments: dict[str, int]):
        super().__init__(func, items)
        self.core = core
        attrs = func.attrs or {}
        role = str(attrs.get("tt.kernel_role", "monolithic"))
        self.role = None if role == "monolithic" else role
        self.descs = {str(name): desc for name, desc in attrs.get("tt.cb_desc", {}).items()}
        self.argument_names = [str(arg.name) for arg in attrs.get("tt.runtime_args", [])]
        self.arguments = arguments
        self.column_sums = np.full(TILE, np.nan)
        self.buffers: dict[int, object] = {}  # by the identity of their data variable
        for buffer in func.buffer_map.values():
            self.buffers[identity(buffer.data)] = core.tensors[str(buffer.name)]

    # Buffers.

    def allocate(self, buffer) -> None:
        scope, name = str(buffer.scope()), str(buffer.name)
        shape = tuple(int(extent) for extent in buffer.shape)
        if scope == "tt.dst":
            memory = Registers(shape[0], self.core.dst_dtype)
        elif scope == "tt.cb" and self.core.protocol:
            memory = self.core.circular_buffer(self.descs[name], str(buffer.dtype))
        elif scope == "tt.semaphore":
            memory = name
        else:
            memory = Block(name, shape, str(buffer.dtype))
        self.buffers[identity(buffer.data)] = memory

    def memory(self, operand):
        """The memory of an operand that is a data variable."""
        return self.buffers[identity(operand)]

    def array(self, buffer) -> np.ndarray:
        values = self.memory(buffer.data).values
        if values.ndim == len(buffer.shape):
            return values
        # T.Tensor(shape, dtype, A.data): the same elements in another shape; padded ones have no such view.
        view = values.view()
        view.shape = tuple(int(extent) for extent in buffer.shape)
        return view

    def channel(self, block: Block) -> Channel:
        return self.core.channel(self.descs[block.name])

    def register(self, operand) -> tuple[Registers, int]:
        """A DST operand: an element of virtual registers, or an index into the machine's."""
        if isinstance(operand, tirx.BufferLoad):
            return self.buffers[identity(operand.buffer.data)], self.evaluate(operand.indices[0])
        return self.core.dst, self.evaluate(operand)

    # Dispatch.

    def operate(self, call):
        name = call.op.name
        if name.startswith("tl."):
            method = name.rsplit(".", 1)[-1]
            return getattr(self, f"tile_{method}")(call.args)
        if name.startswith(("tt.fpu.", "tt.sfpu.")) and not name.endswith("_init"):
            return self.arithmetic(name, call.args)
        return getattr(self, "tt_" + name.removeprefix("tt.").replace(".", "_"))(*call.args)

    def call(self, expr):
        name = expr.op.name
        if name == "tt.work_index":
            return self.item
        if name == "tt.runtime_arg":
            return self.arguments[self.argument_names[self.evaluate(expr.args[0])]]
        if name == "tt.core_position":
            return self.core.mesh.line(self.evaluate(expr.args[0]), self.core).index(self.core)
        if name in ("tt.noc_x", "tt.noc_y"):
            return self.evaluate(expr.args[0])
        if name == "tl.launch_thread_idx":
            return np.nan
        if name == "tl.infinity":
            return np.inf
        if name == "tirx.if_then_else":
            return self.choose(*expr.args)
        if name in CALLS:
            return round_to(CALLS[name](*(self.evaluate(arg) for arg in expr.args)), str(expr.dtype))
        raise NotImplementedError(name)

    def work_items(self, extent) -> range:
        if isinstance(extent, tirx.Call):
            start, count = (self.evaluate(arg) for arg in extent.args)
            return range(start, start + count)
        return self.items if self.items is not None else range(self.evaluate(extent))

    # Tile operators of TileLang.

    def region(self, call):
        """A region operand: its buffer, its starts and its extents in all dimensions."""
        load, extents = call.args[0], [int(extent) for extent in call.args[2:]]
        return load.buffer, [self.evaluate(index) for index in load.indices], extents

    def load_region(self, call) -> np.ndarray:
        buffer, starts, extents = self.region(call)
        return slice_or_zero(self.array(buffer), starts, extents)

    def load_matrix(self, call) -> np.ndarray:
        values = self.load_region(call)
        return values.reshape(values.shape[-2:])

    def store_region(self, call, values: np.ndarray) -> None:
        """Stores a single value, or the elements in order: shapes may differ in dimensions of one."""
        buffer, starts, extents = self.region(call)
        values = self.core.round(values, str(buffer.dtype))
        shaped = np.broadcast_to(values, extents) if np.ndim(values) == 0 else values.reshape(extents)
        store_slice(self.array(buffer), starts, shaped)

    def tile_copy(self, args):
        """Blocks that grew take slices of fewer rows, and give them."""
        values, extents = self.load_region(args[0]), self.region(args[1])[2]
        if values.size != math.prod(extents):
            kept = values.reshape(values.shape[-2:])[: extents[-2]]
            values = np.zeros(extents[-2:])
            values[: len(kept)] = kept
        self.store_region(args[1], values)

    def tile_fill(self, args):
        self.store_region(args[0], np.asarray(float(self.evaluate(args[1]))))

    def tile_gemm(self, args):
        a, b = self.load_matrix(args[0]), self.load_matrix(args[1])
        a = a.T if self.evaluate(args[3]) else a
        b = b.T if self.evaluate(args[4]) else b
        clear = self.evaluate(args[9])
        self.store_region(args[2], a @ b + (0 if clear else self.load_matrix(args[2])))

    def tile_reduce(self, args):
        reduce, join = REDUCTIONS[str(args[2].value)]
        values = reduce(self.load_region(args[0]), self.evaluate(args[3]))
        if not self.evaluate(args[4]):
            values = join(self.load_region(args[1]).reshape(values.shape), values)
        self.store_region(args[1], values)

    def tile_cumsum(self, args):
        values, dim = self.load_region(args[0]), self.evaluate(args[2])
        if self.evaluate(args[3]):
            values = np.flip(np.cumsum(np.flip(values, dim), dim), dim)
        else:
            values = np.cumsum(values, dim)
        self.store_region(args[1], values)

    def tile_transpose(self, args):
        self.store_region(args[1], self.load_region(args[0]).T)

    def tile_atomicadd(self, args):
        buffer, starts, extents = self.region(args[1])
        old = slice_or_zero(self.array(buffer), starts, extents)
        self.store_region(args[1], old + self.load_region(args[0]).reshape(extents))

    def tile_im2col(self, args):
        block, _, extents = self.region(args[1])
        first = [self.evaluate(step) * extent for step, extent in zip(args[2:4], extents, strict=True)]
        image = self.array(args[0].args[0].buffer)
        self.array(block)[...] = unfolded(image, first, extents, *(int(value) for value in args[4:8]))

    # Abstract moves.

    def tt_read_im2col(self, tensor, cb, row, col, *sizes):
        block = self.memory(cb)
        first = [self.evaluate(row), self.evaluate(col)]
        values = unfolded(self.array(tensor.buffer), first, block.values.shape, *(int(s) for s in sizes))
        yield from self._fill(block, values)

    def _fill(self, block, values):
        """Gives a block of values to whoever uses the buffer."""
        if self.role is None or str(self.descs[block.name].consumer) == self.role:
            block.write(values)
            self.core.ahead.setdefault(block.name, []).append(block.values.copy())
            return
        channel = self.channel(block)
        yield Wait(f"room in '{block.name}'", lambda: len(channel.blocks) < channel.depth)
        channel.blocks.append(values)

    def _group(self, block, line, count: dict[str, int]) -> tuple:
        """A key of the next group of blocks of a buffer, among those that a line of cores has counted."""
        number = count[block.name] = count.get(block.name, 0) + 1
        return (block.name, self.core.mesh.line(self.evaluate(line), self.core)[0].place, number)

    def tt_ask_for_blocks(self, cb, _blocks, _turn, line, *_semaphores):
        block = self.memory(cb)
        self.core.asked[block.name] = self._group(block, line, self.core.groups)

    def tt_send_blocks(self, ahead, cb, blocks, turn, line, *_semaphores):
        core, name = self.core, self.memory(cb).name
        if core.mesh.line(self.evaluate(line), core)[self.evaluate(turn)] is not core:
            return
        values = core.ahead[self.memory(ahead).name]
        if len(values) != self.evaluate(blocks):
            raise MisuseError(f"{len(values)} blocks of '{name}' are read for a group of {blocks}")
        core.mesh.blocks[core.asked[name]] = list(values)
        values.clear()

    def tt_await_blocks(self, cb, _arrived):
        block, mesh = self.memory(cb), self.core.mesh
        key = self.core.asked[block.name]
        yield Wait(f"blocks of '{block.name}' from its line", lambda: key in mesh.blocks)
        self.core.here[block.name] = list(mesh.blocks[key])

    def tt_take_block(self, cb):
        block = self.memory(cb)
        yield from self._fill(block, self.core.here[block.name].pop(0))

    @staticmethod
    def _all_dimensions(tensor: np.ndarray, extents: list[int]) -> list[int]:
        """The extents of a block's two dimensions as those of a slice; a tensor of one is a row."""
        return [1] * (tensor.ndim - 2) + extents[-tensor.ndim :]

    def tt_read_to_cb(self, tensor, cb, *extents):
        array, extents = self.array(tensor.buffer), [self.evaluate(extent) for extent in extents]
        starts = [self.evaluate(index) for index in tensor.indices]
        values = slice_or_zero(array, starts, self._all_dimensions(array, extents)).reshape(extents)
        yield from self._fill(self.memory(cb), values)

    def tt_read_lines(self, tensor, cb, rows, *extents):
        if self.evaluate(rows) != self.evaluate(extents[0]):
            raise NotImplementedError("parts of a block")
        yield from self.tt_read_to_cb(tensor, cb, *extents)

    def tt_write_lines(self, cb, tensor, rows, *extents):
        count = self.evaluate(rows)
        if count != self.evaluate(extents[0]):
            raise NotImplementedError("parts of a block")
        yield from self.tt_write_from_cb(cb, tensor, *extents)

    def tt_tilize(self, rows, columns, cb):
        self.memory(cb).write(self.memory(rows).values)

    def tt_untilize(self, cb, rows):
        self.memory(rows).write(self.memory(cb).values)

    def tt_write_from_cb(self, cb, tensor, *extents):
        block = self.memory(cb)
        values = block.values
        if self.role is not None:
            channel = self.channel(block)
            yield Wait(f"a block of '{block.name}'", lambda: bool(channel.blocks))
            values = channel.blocks.popleft()
        array, extents = self.array(tensor.buffer), [self.evaluate(extent) for extent in extents]
        starts = [self.evaluate(index) for index in tensor.indices]
        values = self.core.round(values, str(tensor.buffer.dtype))
        store_slice(array, starts, values.reshape(self._all_dimensions(array, extents)))

    def tt_receive(self, cb):
        block = self.memory(cb)
        channel = self.channel(block)
        yield Wait(f"a block of '{block.name}'", lambda: bool(channel.blocks))
        block.write(channel.blocks.popleft())

    def tt_send(self, cb):
        block = self.memory(cb)
        channel = self.channel(block)
        yield Wait(f"room in '{block.name}'", lambda: len(channel.blocks) < channel.depth)
        channel.blocks.append(block.values.copy())

    # Abstract compute.

    def tt_mm_init(self, acc, value):
        memory, value = self.memory(acc), float(self.evaluate(value))
        if isinstance(memory, Registers):
            memory.tiles[...] = value
            return
        for tile in range(memory.rows * memory.cols):
            memory.store(tile, np.full((TILE, TILE), value))

    def tt_mm_mma(self, a, b, acc, transpose, clear):
        lhs, rhs, memory = self.memory(a), self.memory(b), self.memory(acc)
        self.core.engine.check("tt.mm.mma", [self.format(a), self.format(b)])
        product = lhs.read() @ (rhs.read().T if self.evaluate(transpose) else rhs.read())
        rows, cols = product.shape[0] // TILE, product.shape[1] // TILE
        for tile, values in enumerate(tiles_of(product)):
            if isinstance(memory, Registers):
                old = 0 if self.evaluate(clear) else memory.read(tile)
                memory.write(tile, old + values)
            else:
                old = 0 if self.evaluate(clear) else memory.back(tile)
                memory.store(tile, old + values)
        if isinstance(memory, Block) and (rows, cols) != (memory.rows, memory.cols):
            raise MisuseError(f"a product of {rows}x{cols} tiles into '{memory.name}'")

    def tt_pack(self, d, cb, tile):
        registers, index = self.register(d)
        self.core.engine.check_pack(getattr(self.memory(cb), "data_format", None))
        self.memory(cb).store(self.evaluate(tile), registers.pack(index))

    # Tile arithmetic.

    def format(self, operand) -> str | None:
        """The data format and way of unpacking of an operand that is a circular buffer."""
        if not isinstance(operand, tirx.Var):
            return None
        memory = self.buffers.get(identity(operand))
        return memory.unpack_format if isinstance(memory, CircularBuffer) else None

    def tile(self, cb, tile) -> np.ndarray:
        return self.memory(cb).front(self.evaluate(tile))

    def tt_copy(self, cb, tile, d):
        self._copy("tt.copy", cb, tile, d, np.s_[:, :])

    def tt_copy_row(self, cb, tile, d):
        self._copy("tt.copy_row", cb, tile, d, np.s_[:1, :])

    def tt_copy_col(self, cb, tile, d):
        self._copy("tt.copy_col", cb, tile, d, np.s_[:, :1])

    def tt_copy_scalar(self, cb, tile, d):
        self._copy("tt.copy_scalar", cb, tile, d, np.s_[:1, :1])

    def _copy(self, name, cb, tile, d, part):
        """A part of a tile, repeated over the register."""
        self.core.engine.check(name, [self.format(cb)])
        registers, index = self.register(d)
        dtype = self.memory(cb).dtype
        values = np.broadcast_to(self.tile(cb, tile)[part], (TILE, TILE))
        registers.write(index, values, None if "float" in dtype else "int32")

    def tt_fill(self, d, value):
        self.core.engine.check("tt.fill", [])
        registers, index = self.register(d)
        registers.write(index, np.full((TILE, TILE), float(self.evaluate(value))))

    def tt_int_fill(self, d, value):
        self.core.engine.check("tt.int_fill", [])
        registers, index = self.register(d)
        registers.write(index, np.full((TILE, TILE), float(self.evaluate(value))), "int32")

    def arithmetic(self, name, args):
        unit, op = name.removeprefix("tt.").split(".")
        self.core.engine.check(name, [self.format(arg) for arg in args])
        if op == "matmul_block":
            self.matmul_block(*args)
        elif op == "cumsum":
            self.cumsum(*args)
        elif unit == "sfpu" or op == "transpose_dst":
            self.on_registers(op, args)
        else:
            self.on_tiles(op, args)

    def cumsum(self, d, first):
        """Running sums down a tile, on top of the last row of the tile before."""
        registers, index = self.register(d)
        values = np.cumsum(registers.read(index), 0)
        if not self.evaluate(first):
            values = values + self.column_sums
        registers.write(index, values)
        self.column_sums = values[-1]

    def on_registers(self, op, args):
        """Operations whose operands are registers, scalars behind them; the last register gets the result."""
        scalars = [self.evaluate(arg) for arg in args if self.is_scalar(arg)]
        registers = [self.register(arg) for arg in args[: len(args) - len(scalars)]]
        sources = registers if len(registers) == 1 else registers[:-1]
        values = [memory.read(index) for memory, index in sources] + scalars
        memory, index = registers[-1]
        integer = op in INTEGER_UNARY | INTEGER_BINARY | INTEGER_TILEWISE or op == "int_where"
        memory.write(index, self.combine(op, values), "int32" if integer else None)

    @staticmethod
    def is_scalar(arg) -> bool:
        """Whether an operand is a number; registers are elements of DST buffers or indices."""
        return str(arg.dtype) == "float32" and not isinstance(arg, tirx.BufferLoad)

    @staticmethod
    def combine(op, values):
        if op == "transpose_dst":
            return values[0].T
        if op in ("where", "int_where"):
            return np.where(values[0] != 0, values[1], values[2])
        if len(values) == 1:
            return (UNARY | TILEWISE | INTEGER_UNARY | FROM_INTEGER | INTEGER_TILEWISE)[op](values[0])
        return (BINARY | INTEGER_BINARY)[op.removesuffix("_scalar")](*values)

    def on_tiles(self, op, args):
        """Operations of the matrix unit with tiles of circular buffers."""
        registers, index = self.register(args[-1])
        if op == "transpose":
            values = self.tile(args[0], args[1]).T
        elif op.endswith("_reuse"):
            values = BINARY[op.removesuffix("_reuse")](registers.read(index), self.tile(args[0], args[1]))
        else:
            values = BINARY[op](self.tile(args[0], args[1]), self.tile(args[2], args[3]))
        if op == "mul" and isinstance(registers, Dst) and index in registers.written:
            raise MisuseError(f"tt.fpu.mul adds onto DST tile {index}, which holds a value")
        registers.write(index, values)

    def matmul_block(self, a, b, a_tile, b_tile, d, transpose, ct, rt, kt):
        settings = [self.evaluate(value) for value in (transpose, ct, rt, kt)]
        if self.core.engine.matmul != settings:
            raise MisuseError(f"matmul_block {settings}, initialised for {self.core.engine.matmul}")
        transpose, ct, rt, kt = settings
        a_tile, b_tile, d = self.evaluate(a_tile), self.evaluate(b_tile), self.evaluate(d)
        for row in range(rt):
            for col in range(ct):
                lhs = self.memory(a).front(a_tile + row * kt)
                rhs = self.memory(b).front(b_tile + col)
                index = d + row * ct + col
                product = lhs @ (rhs.T if transpose else rhs)
                self.core.dst.write(index, self.core.dst.read(index) + product)

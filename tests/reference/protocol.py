"""The operators of the protocol levels: circular buffers, NoC, DST life cycle, engine, packer."""

from __future__ import annotations

import numpy as np

from .errors import MisuseError
from .numbers import TILE
from .operators import KernelProcess
from .process import Wait, identity


class ProtocolProcess(KernelProcess):
    """A reader, compute or writer kernel with its protocol spelled out.

    Attributes:
        row_major: data variables of the tensors whose pages are rows.
        packed_rows: the rows that pieces are packed into, by circular buffer.
    """

    def __init__(self, func, *args):
        super().__init__(func, *args)
        layouts = func.attrs["tt.layout_desc"]
        self.row_major = {
            identity(buffer.data)
            for buffer in func.buffer_map.values()
            if layouts[buffer.name].layout == "row_major"
        }
        self.packed_rows: dict[str, np.ndarray] = {}

    # Circular buffers.

    def tt_cb_reserve_back(self, cb, pages):
        buffer, pages = self.memory(cb), self.evaluate(pages)
        yield Wait(f"room for {pages} pages in '{buffer.name}'", lambda: buffer.has_room(pages))
        buffer.reserve(pages)

    def tt_cb_push_back(self, cb, pages):
        self.memory(cb).push(self.evaluate(pages))

    def tt_cb_wait_front(self, cb, pages):
        buffer, pages = self.memory(cb), self.evaluate(pages)
        yield Wait(f"{pages} pages of '{buffer.name}'", lambda: buffer.has_pages(pages))
        buffer.wait(pages)

    def tt_cb_pop_front(self, cb, pages):
        self.memory(cb).pop(self.evaluate(pages))

    # NoC transfers: they land at the barrier, and until then the page is undefined.

    def page_of(self, buffer, offset, size) -> int:
        offset, size = self.evaluate(offset), self.evaluate(size)
        if size != buffer.page_size or offset % size:
            raise MisuseError(f"{size} bytes at {offset} of '{buffer.name}', pages of {buffer.page_size}")
        return offset // size

    def tensor_page(self, tensor, page):
        memory = self.buffers[identity(tensor)]
        return (memory.line if identity(tensor) in self.row_major else memory.page)(self.evaluate(page))

    def tt_noc_read_page(self, tensor, page, cb, offset, size):
        buffer = self.memory(cb)
        if buffer.writes_under_way:
            raise MisuseError(f"a page is read into '{buffer.name}' before what was in it has left")
        target = buffer.back(self.page_of(buffer, offset, size))
        self.core.reads.append((buffer, target, self.tensor_page(tensor, page).copy()))
        buffer.reads_under_way = True

    def tt_noc_read_page_as(self, tensor, page, cb, offset, size, transaction):
        self.tt_noc_read_page(tensor, page, cb, offset, size)
        transactions = self.core.transactions.setdefault(self.evaluate(transaction), [])
        transactions.append(self.core.reads.pop())

    def tt_noc_read_barrier_of(self, transaction):
        self.core.land(self.core.transactions.get(self.evaluate(transaction), []))

    def tt_noc_read_part(self, tensor, page, start, cb, offset, size):
        """Elements of a row of a row-major tensor go into a block of rows."""
        buffer, line = self.memory(cb), self.tensor_page(tensor, page)
        first, count = (self.elements(buffer, value) for value in (start, size))
        if identity(tensor) not in self.row_major or first + count > len(line):
            raise MisuseError(f"{size} bytes at {start} are no part of a row of '{tensor.name}'")
        for place, values in self.parts_of(buffer, buffer.back, offset, count):
            self.core.reads.append((buffer, place, line[first + values.start : first + values.stop].copy()))
        buffer.reads_under_way = True

    def tt_noc_write_part(self, cb, offset, tensor, page, start, size):
        buffer, line = self.memory(cb), self.tensor_page(tensor, page)
        first, count = (self.elements(buffer, value) for value in (start, size))
        if identity(tensor) not in self.row_major or first + count > len(line):
            raise MisuseError(f"{size} bytes at {start} are no part of a row of '{tensor.name}'")
        for place, values in self.parts_of(buffer, buffer.front, offset, count):
            line[first + values.start : first + values.stop] = place
        buffer.writes_under_way = True
        self.core.writes.append(buffer)
        self.core.unacknowledged = True

    def elements(self, buffer, size) -> int:
        count, rest = divmod(self.evaluate(size) * TILE**2, buffer.page_size)
        if rest:
            raise MisuseError(f"{size} bytes of '{buffer.name}' are no whole elements")
        return count

    def parts_of(self, buffer, pages, offset, count):
        """Where `count` elements from `offset` bytes on lie: views of pages, and which of the elements."""
        first = self.elements(buffer, offset)
        done = 0
        while done < count:
            page, start = divmod(first + done, TILE**2)
            step = min(count - done, TILE**2 - start)
            yield pages(page).reshape(-1)[start : start + step], slice(done, done + step)
            done += step

    def tt_noc_zero(self, cb, offset, size):
        buffer = self.memory(cb)
        for place, _ in self.parts_of(buffer, buffer.back, offset, self.elements(buffer, size)):
            self.core.zeroes.append((buffer, place, 0.0))
        buffer.reads_under_way = True

    def tt_noc_read_barrier(self):
        for transfers in (self.core.reads, *self.core.transactions.values()):
            self.core.land(transfers)

    def tt_noc_zero_barrier(self):
        self.core.land(self.core.zeroes)

    def tt_noc_write_page(self, cb, offset, tensor, page, size):
        buffer = self.memory(cb)
        source = buffer.front(self.page_of(buffer, offset, size))
        self.tensor_page(tensor, page)[...] = source
        buffer.writes_under_way = True
        self.core.writes.append(buffer)
        self.core.unacknowledged = True

    def tt_noc_writes_flushed(self):
        for buffer in self.core.writes:
            buffer.writes_under_way = False
        self.core.writes.clear()

    def tt_noc_write_barrier(self):
        self.tt_noc_writes_flushed()
        self.core.unacknowledged = False

    # Blocks and counts for other cores. They arrive at once; a block must not change before it has left.

    def cores_of(self, corners, count):
        """The cores of a multicast; the writer's NoC runs the other way, from the last core to the first."""
        x0, y0, x1, y1 = (self.evaluate(corner) for corner in corners)
        first_to_last = (x1, y1, x0, y0) if self.role == "writer" else (x0, y0, x1, y1)
        return self.core.mesh.rectangle(*first_to_last, self.evaluate(count))

    def tt_noc_multicast(self, source, cb, size, count, *corners):
        source, name = self.memory(source), self.memory(cb).name
        pages = source.capacity
        if self.evaluate(size) != pages * source.page_size or source.reads_under_way:
            raise MisuseError(f"'{source.name}' is sent before it is whole")
        for core in self.cores_of(corners, count):
            for page in range(pages):
                core.circular_buffer(self.descs[name], source.dtype).store(page, source.back(page))
        source.writes_under_way = True
        self.core.writes.append(source)
        self.core.unacknowledged = True

    def tt_noc_atomic_barrier(self):
        self.core.counts_unacknowledged = False

    def tt_semaphore_set(self, semaphore, value):
        self.core.semaphores[self.memory(semaphore)] = self.evaluate(value)

    def tt_semaphore_wait(self, semaphore, value):
        name, value = self.memory(semaphore), self.evaluate(value)
        yield Wait(f"{value} in '{name}'", lambda: self.core.semaphores[name] == value)

    def tt_semaphore_up(self, semaphore, x, y):
        there = self.core.mesh.cores[self.evaluate(x), self.evaluate(y)]
        there.semaphores[self.memory(semaphore)] += 1
        self.core.counts_unacknowledged = True

    def tt_semaphore_relay(self, source, target, count, *corners):
        for core in self.cores_of(corners, count):
            core.semaphores[self.memory(target)] = self.core.semaphores[self.memory(source)]

    # The engine.

    def tt_engine_init_common(self, in0, in1, out):
        self.core.engine.start(self.format(in0), self.format(in1), self.memory(out).data_format)

    def tt_engine_init_common_matmul(self, in0, in1, out):
        self.core.engine.start(self.format(in1), self.format(in0), self.memory(out).data_format)

    def tt_engine_reconfig_srca(self, cb):
        self.core.engine.set_format("SrcA", self.format(cb))

    def tt_engine_reconfig_srcb(self, cb):
        self.core.engine.set_format("SrcB", self.format(cb))

    def tt_pack_init(self, cb):
        self.core.engine.set_format("pack", self.memory(cb).data_format)

    # Rows and tiles.

    def tt_tilize(self, rows, columns, cb):
        rows, cb = self.memory(rows), self.memory(cb)
        for first in range(0, rows.rows * rows.cols, rows.cols):
            self.tilize(rows, cb, first, first)

    def tt_fpu_tilize_block(self, rows, columns, cb, first, tile):
        self.tilize(self.memory(rows), self.memory(cb), self.evaluate(first), self.evaluate(tile))

    def tilize(self, rows, cb, first: int, tile: int) -> None:
        """32 rows become tiles, in DST sections of their own."""
        engine, dst = self.core.engine, self.core.dst
        engine.check("tt.tilize", [rows.unpack_format])
        engine.check_pack(cb.data_format)
        for step in (dst.acquire, dst.commit, dst.wait, dst.release):
            step()
        values = rows.front_rows(first)
        for col in range(rows.cols):
            cb.store(tile + col, values[:, col * TILE : (col + 1) * TILE])

    def tt_untilize(self, cb, rows):
        cb, rows = self.memory(cb), self.memory(rows)
        for first in range(0, cb.rows * cb.cols, cb.cols):
            rows.store_rows(0, np.hstack([cb.front(first + col) for col in range(cb.cols)]))
            rows.push(cb.cols)

    def tt_fpu_tilize_uninit(self, rows, cb):
        self.core.engine.modes["fpu"] = None

    def tt_pack_untilize_init(self, rows, tiles, columns):
        self.core.engine.check_pack(self.memory(rows).data_format)
        self.core.engine.untilize = [self.evaluate(tiles), self.evaluate(columns)]

    def tt_pack_untilize_uninit(self, rows):
        self.core.engine.untilize = None

    def tt_pack_untilize(self, rows, tiles, columns, piece):
        buffer, tiles, piece = self.memory(rows), self.evaluate(tiles), self.evaluate(piece)
        engine = self.core.engine
        if engine.required and engine.untilize != [tiles, self.evaluate(columns)]:
            raise MisuseError(f"the packer untilizes {engine.untilize}, not {tiles} of {columns} tiles")
        engine.check_pack(buffer.data_format)
        if buffer.name not in self.packed_rows:
            self.packed_rows[buffer.name] = np.full((TILE, buffer.cols * TILE), np.nan)
        values = self.packed_rows[buffer.name]
        for i in range(tiles):
            col = (piece * tiles + i) * TILE
            values[:, col : col + TILE] = self.core.dst.pack(i)
        buffer.store_rows(0, values)

    def tt_fpu_matmul_init(self, a, b, *settings):
        self.core.engine.set_mode("tt.fpu.matmul_init", [self.format(a), self.format(b)])
        self.core.engine.matmul = [self.evaluate(value) for value in settings]

    def operate(self, call):
        name = call.op.name
        if name.endswith("_init") and name.startswith(("tt.fpu.", "tt.sfpu.")):
            if name == "tt.fpu.matmul_init":
                return self.tt_fpu_matmul_init(*call.args)
            if name == "tt.fpu.tilize_init":
                return self.core.engine.set_mode(name, [self.format(call.args[0])])
            return self.core.engine.set_mode(name, [self.format(arg) for arg in call.args])
        if name in ("tt.fpu.tilize_block", "tt.fpu.tilize_uninit"):  # not of one tile of DST
            return getattr(self, "tt_" + name.removeprefix("tt.").replace(".", "_"))(*call.args)
        return super().operate(call)

    # DST and the packer.

    def tt_dst_acquire(self):
        self.core.dst.acquire()

    def tt_dst_commit(self):
        self.core.dst.commit()

    def tt_dst_wait(self):
        self.core.dst.wait()

    def tt_dst_release(self):
        self.core.dst.release()

    def tt_pack_l1_accumulate(self, flag):
        self.core.engine.l1_accumulate = bool(self.evaluate(flag))

    def tt_pack_tile(self, d, cb):
        buffer = self.memory(cb)
        self._pack(buffer, buffer.packed, d)
        buffer.packed += 1

    def tt_pack_tile_at(self, d, cb, tile):
        self._pack(self.memory(cb), self.evaluate(tile), d)

    def _pack(self, buffer, tile, d):
        self.core.engine.check_pack(buffer.data_format)
        registers, index = self.register(d)
        old = buffer.back(tile) if self.core.engine.l1_accumulate else 0
        buffer.store(tile, old + registers.pack(index))

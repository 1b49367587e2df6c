"""Control flow and expressions of one function as a process: a generator that yields when it must wait."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from tvm import tirx

from .errors import MisuseError
from .numbers import round_to


@dataclass
class Wait:
    """What a process waits for; it goes on once `ready` says so."""

    what: str
    ready: Callable[[], bool]


class UndefinedError(MisuseError):
    """A variable is used where it has no value."""


def identity(node) -> int:
    """A key for a node; nodes themselves compare by building expressions."""
    return node.__chandle__()


_ARITHMETIC = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mul": operator.mul,
    "FloorDiv": operator.floordiv,
    "FloorMod": operator.mod,
    "Min": np.minimum,
    "Max": np.maximum,
}
_COMPARISONS = {
    "LT": operator.lt,
    "LE": operator.le,
    "GT": operator.gt,
    "GE": operator.ge,
    "EQ": operator.eq,
    "NE": operator.ne,
}


class Process:
    """Interprets the statements of a function; operators are the business of the subclass.

    Attributes:
        values: variables by identity: numbers, arrays, or expressions of bindings that come too early.
        items: the work items to run, or None to run all that the work loop names.
    """

    def __init__(self, func: tirx.PrimFunc, items: range | None):
        self.func = func
        self.items = items
        self.item = None
        self.values: dict[int, object] = {}

    # Statements.

    def run(self, stmt) -> Iterator[Wait]:
        yield from getattr(self, f"_run_{type(stmt).__name__}")(stmt)

    def _run_SeqStmt(self, stmt):
        for part in stmt.seq:
            yield from self.run(part)

    def _run_SBlockRealize(self, stmt):
        for buffer in stmt.block.alloc_buffers:
            self.allocate(buffer)
        yield from self.run(stmt.block.body)

    def _run_DeclBuffer(self, stmt):
        yield from ()  # a view of what is there

    def _run_AllocBuffer(self, stmt):
        self.allocate(stmt.buffer)
        yield from ()

    def _run_Bind(self, stmt):
        try:
            value = self.evaluate(stmt.value)
        except UndefinedError:
            # A persistent loop of TileLang binds its block indices ahead of the loop.
            value = stmt.value
        self.values[identity(stmt.var)] = value
        yield from ()

    def _run_AttrStmt(self, stmt):
        if stmt.attr_key != "tt.work_loop":
            yield from self.run(stmt.body)
            return
        for item in self.work_items(stmt.value):
            self.item = item
            yield from self.run(stmt.body)
        self.item = None

    def _run_For(self, stmt):
        if stmt.kind == tirx.ForKind.PARALLEL:
            self._run_parallel(stmt)
            return
        start, extent = self.evaluate(stmt.min), self.evaluate(stmt.extent)
        step = 1 if stmt.step is None else self.evaluate(stmt.step)
        for value in range(start, start + extent, step):
            self.values[identity(stmt.loop_var)] = value
            yield from self.run(stmt.body)
        self.values.pop(identity(stmt.loop_var), None)

    def _run_IfThenElse(self, stmt):
        if self.evaluate(stmt.condition):
            yield from self.run(stmt.then_case)
        elif stmt.else_case is not None:
            yield from self.run(stmt.else_case)

    def _run_Evaluate(self, stmt):
        if isinstance(stmt.value, tirx.Call):
            waits = self.operate(stmt.value)
            if waits is not None:
                yield from waits

    def _run_BufferStore(self, stmt):
        """A store of one element, outside of T.Parallel."""
        self._store_all(stmt, (), True)
        return iter(())

    def _run_parallel(self, stmt) -> None:
        """A nest of parallel loops around stores, all elements of a store at once, store by store."""
        loops = []
        while isinstance(stmt, tirx.For):
            loops.append(stmt)
            stmt = stmt.body
        for axis, loop in enumerate(loops):
            shape = [1] * len(loops)
            shape[axis] = int(loop.extent)
            index = np.arange(int(loop.min), int(loop.min) + int(loop.extent)).reshape(shape)
            self.values[identity(loop.loop_var)] = index
        self._store_all(stmt, tuple(int(loop.extent) for loop in loops), True)

    def _store_all(self, stmt, shape: tuple[int, ...], mask) -> None:
        """All elements of each store below a statement for which the mask holds."""
        if isinstance(stmt, tirx.SeqStmt):
            for part in stmt.seq:
                self._store_all(part, shape, mask)
        elif isinstance(stmt, tirx.Bind):
            value = self.evaluate(stmt.value)
            self.values[identity(stmt.var)] = value.copy() if isinstance(value, np.ndarray) else value
        elif isinstance(stmt, tirx.IfThenElse):
            taken = np.asarray(self.evaluate(stmt.condition))
            self._store_all(stmt.then_case, shape, mask & taken)
            if stmt.else_case is not None:
                self._store_all(stmt.else_case, shape, mask & ~taken)
        elif isinstance(stmt, tirx.Evaluate):
            load = stmt.value.args[0].args[0]  # T.atomic_add of an element
            indices = tuple(self.evaluate(index) for index in load.indices)
            np.add.at(self.array(load.buffer), indices, self.evaluate(stmt.value.args[1]))
        else:
            indices = tuple(self.evaluate(index) for index in stmt.indices)
            array = self.array(stmt.buffer)
            value = round_to(self.evaluate(stmt.value), str(stmt.buffer.dtype))
            array[indices] = np.where(mask, value, array[indices])

    # Expressions.

    def evaluate(self, expr):
        kind = type(expr).__name__
        if kind in _ARITHMETIC:
            return round_to(_ARITHMETIC[kind](self.evaluate(expr.a), self.evaluate(expr.b)), str(expr.dtype))
        if kind in _COMPARISONS:
            return _COMPARISONS[kind](self.evaluate(expr.a), self.evaluate(expr.b))
        return getattr(self, f"_evaluate_{kind}")(expr)

    def _evaluate_int(self, expr):
        return expr

    _evaluate_bool = _evaluate_float = _evaluate_int

    def _evaluate_IntImm(self, expr):
        return int(expr.value)

    def _evaluate_FloatImm(self, expr):
        return round_to(float(expr.value), str(expr.dtype))

    def _evaluate_Var(self, expr):
        value = self.values.get(identity(expr))
        if value is None:
            raise UndefinedError(f"'{expr.name}' has no value")
        return self.evaluate(value) if isinstance(value, tirx.PrimExpr) else value

    def _evaluate_Cast(self, expr):
        return round_to(self.evaluate(expr.value), str(expr.dtype))

    def _evaluate_Div(self, expr):
        a, b = self.evaluate(expr.a), self.evaluate(expr.b)
        return int(a / b) if str(expr.dtype).startswith("int") else round_to(np.divide(a, b), str(expr.dtype))

    def _evaluate_Mod(self, expr):
        return int(np.fmod(self.evaluate(expr.a), self.evaluate(expr.b)))

    def _evaluate_And(self, expr):
        return np.logical_and(self.evaluate(expr.a), self.evaluate(expr.b))

    def _evaluate_Or(self, expr):
        return np.logical_or(self.evaluate(expr.a), self.evaluate(expr.b))

    def _evaluate_Not(self, expr):
        return np.logical_not(self.evaluate(expr.a))

    def _evaluate_Select(self, expr):
        return self.choose(expr.condition, expr.true_value, expr.false_value)

    def choose(self, condition, true_value, false_value):
        """One of two values, element by element."""
        condition = self.evaluate(condition)
        if np.ndim(condition) == 0:
            return self.evaluate(true_value if condition else false_value)
        return np.where(condition, self.evaluate(true_value), self.evaluate(false_value))

    def _evaluate_BufferLoad(self, expr):
        return self.array(expr.buffer)[tuple(self.evaluate(index) for index in expr.indices)]

    def _evaluate_Call(self, expr):
        return self.call(expr)

    # What the operators of a level mean.

    def allocate(self, buffer) -> None:
        raise NotImplementedError

    def array(self, buffer) -> np.ndarray:
        raise NotImplementedError

    def operate(self, call) -> Iterator[Wait] | None:
        raise NotImplementedError

    def call(self, expr):
        raise NotImplementedError

    def work_items(self, extent) -> range:
        raise NotImplementedError

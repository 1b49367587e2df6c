"""Expecting that a program is refused, with the whole message and the place it points at."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

import pytest
import tilelang_tenstorrent as tt

_MARK = "# <- refused"


def _marked_line(frame) -> str:
    """file:line of the marked line in the function that asks."""
    lines, first = inspect.getsourcelines(frame.f_code)
    marked = [first + i for i, line in enumerate(lines) if line.rstrip().endswith(_MARK)]
    assert len(marked) == 1, f"mark one line with '{_MARK}'"
    return f"{Path(frame.f_code.co_filename)}:{marked[0]}"


def assert_refused(func, message: str, target="tenstorrent") -> None:
    """Lowering `func` must raise ValueError with `message`, located at the marked line of the caller."""
    with pytest.raises(ValueError) as caught:
        tt.lower(func, target)
    text, separator, location = str(caught.value).partition("\n  --> ")
    assert text == message
    assert separator, "the message has no location"
    assert location.rsplit(":", 1)[0] == _marked_line(sys._getframe(1))


def assert_refused_without_location(action, message: str, error: type[Exception] = ValueError) -> None:
    """`action` must raise `error` with exactly this message; there is no line of a kernel to name."""
    with pytest.raises(error) as caught:
        action()
    assert type(caught.value) is error
    assert str(caught.value) == message

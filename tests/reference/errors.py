"""What the interpreter finds wrong with a program."""

from __future__ import annotations


class MisuseError(Exception):
    """An operation whose contract the program breaks."""


class DeadlockError(Exception):
    """No process of a core can go on."""


class UnbalancedError(Exception):
    """A core ended with pages left in a circular buffer, or with transfers under way."""

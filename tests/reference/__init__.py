"""A small reference interpreter: what a module means, at every IR level, in plain NumPy.

It shares nothing with the compiler but the names of the operators, so that a pass which changes the
meaning of a program is found by running the module before and after it.
"""

from .errors import DeadlockError, MisuseError, UnbalancedError
from .run import interpret

__all__ = ["DeadlockError", "MisuseError", "UnbalancedError", "interpret"]

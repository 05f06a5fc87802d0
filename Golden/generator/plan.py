"""Every case there is, by path, as a function that computes it when asked."""

from collections.abc import Callable
from functools import partial

from .casefile import Case
from .operations import OPERATIONS


def cases() -> dict[str, Callable[[], Case]]:
    """Path below Golden/ without suffix → how to make it."""
    planned = {}
    for operation in OPERATIONS:
        for definition in operation.definitions():
            path = f"{operation.name}/{definition.name}"
            if path in planned:
                raise ValueError(f"two cases are called {path}")
            planned[path] = partial(operation.case, definition)
    return planned

"""Every case by its path, as a function that computes it on demand."""

from collections.abc import Callable
from functools import partial

from . import network_case, training_case
from .casefile import Case
from .networks import NETWORKS
from .operations import OPERATIONS


def cases() -> dict[str, Callable[[], Case]]:
    """Path below Golden/ without suffix → the function that computes the case."""
    planned = {}
    for operation in OPERATIONS:
        for definition in operation.definitions():
            path = f"{operation.name}/{definition.name}"
            if path in planned:
                raise ValueError(f"two cases are called {path}")
            planned[path] = partial(operation.case, definition)
    for network in NETWORKS:
        planned[f"networks/{network.name}"] = partial(network_case.case, network)
    for descent in training_case.DESCENTS:
        planned[f"training/{descent.name}"] = partial(training_case.case, descent)
    return planned

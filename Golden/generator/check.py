"""Compares a stored case with the same case, computed again."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from . import casefile
from .casefile import Case

TOLERANCE = 1e-12  # of the largest value in the tensor


def problems(file: Path, make: Callable[[], Case]) -> list[str]:
    """One line for each difference; empty if the stored case is still correct."""
    try:
        data = file.read_bytes()
        metadata, tensors = casefile.decode(data)
    except OSError as error:
        return [f"cannot be read: {error.strerror}"]
    except casefile.CaseError as error:
        return [str(error)]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return [f"not a sound case file: {error!r}"]
    fresh = make()
    found = [
        f"metadata {key} is {metadata.get(key)!r}, computed again {value!r}"
        for key, value in fresh.metadata().items()
        if metadata.get(key) != value
    ]
    found += [f"unknown metadata {key}" for key in metadata.keys() - fresh.metadata().keys()]
    found += [f"tensor {name} is missing" for name in fresh.tensors.keys() - tensors.keys()]
    found += [f"tensor {name} is unknown" for name in tensors.keys() - fresh.tensors.keys()]
    for name in sorted(fresh.tensors.keys() & tensors.keys()):
        found += compare(name, tensors[name], fresh.tensors[name])
    if not found and len(data) != len(casefile.encode(fresh)):
        found.append("the file is not laid out as the generator writes it")
    return found


def compare(name: str, stored: np.ndarray, fresh: np.ndarray) -> list[str]:
    """Inputs must be identical, and expected values within the tolerance, with NaN in the same places."""
    if stored.dtype != fresh.dtype or stored.shape != fresh.shape:
        return [f"{name} is {stored.dtype} {stored.shape}, not {fresh.dtype} {fresh.shape}"]
    if np.any(np.isinf(fresh)):
        return [f"{name}: the computation gave infinity"]
    if name.startswith("input."):
        wrong = np.ascontiguousarray(stored).view(f"u{stored.itemsize}") != fresh.view(
            f"u{stored.itemsize}"
        )
        rule = "exactly"
    else:
        bound = TOLERANCE * np.nanmax(np.abs(fresh), initial=0)
        with np.errstate(invalid="ignore"):
            both = np.isnan(stored) & np.isnan(fresh)
            wrong = ~((np.abs(stored - fresh) <= bound) | both)
        rule = f"within {bound:.3g}"
    if not np.any(wrong):
        return []
    first = tuple(int(index) for index in np.argwhere(wrong)[0])
    return [
        f"{name}{list(first)} is {stored[first].item()!r}, "
        f"computed again {fresh[first].item()!r}; "
        f"must agree {rule} ({int(wrong.sum())} of {wrong.size} differ)"
    ]

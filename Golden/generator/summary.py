"""The part of a large tensor that is stored: five statistics and 256 elements."""

import numpy as np

from . import counter

SAMPLES = 256


def statistics(values: np.ndarray) -> np.ndarray:
    """Minimum, mean, maximum, root mean square, share of zeros."""
    rms = np.sqrt(np.mean(np.square(values)))
    return np.array([values.min(), values.mean(), values.max(), rms, np.mean(values == 0)])


def samples(name: str, seed: int, values: np.ndarray) -> np.ndarray:
    """256 elements at indices from the formula, or all elements if there are fewer."""
    flat = values.reshape(-1)
    if flat.size < SAMPLES:
        return flat
    return flat[counter.modulo(f"samples.{name}", seed, SAMPLES, flat.size)]


def summarize(prefix: str, name: str, seed: int, values: np.ndarray) -> dict[str, np.ndarray]:
    """The two tensors stored as `prefix.statistics` and `prefix.samples`."""
    return {
        f"{prefix}.statistics": statistics(values) + 0.0,
        f"{prefix}.samples": samples(name, seed, values) + 0.0,
    }

"""How the inputs of an operation case are drawn: every element an exact Float32."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from . import counter

SEED = 1  # of every operation case; networks search for theirs


@dataclass(frozen=True)
class Draw:
    """A shape, and a function (counter name, shape) → array."""

    shape: tuple[int, ...]
    make: Callable[[str, tuple[int, ...]], np.ndarray]

    def array(self, name: str) -> np.ndarray:
        return self.make(name, self.shape)


def uniform(*shape: int, scale: float = 1.0, offset: float = 0.0) -> Draw:
    """offset + scale · unit, with each step rounded to Float32."""

    def make(name, shape):
        product = np.float32(scale) * counter.unit(name, SEED, shape)
        return product if offset == 0 else np.float32(offset) + product

    return Draw(shape, make)


def integers(*shape: int, bound: int = 2, offset: int = 0) -> Draw:
    """Whole numbers in offset - bound … offset + bound, with many exact ties."""

    def make(name, shape):
        count = int(np.prod(shape))
        drawn = counter.modulo(name, SEED, count, 2 * bound + 1) - bound + offset
        return drawn.astype(np.float32).reshape(shape)

    return Draw(shape, make)


def sparse(*shape: int, scale: float = 1.0) -> Draw:
    """Uniform, with the negative half set to zero, as after a ReLU."""

    def make(name, shape):
        return np.maximum(np.float32(scale) * counter.unit(name, SEED, shape), np.float32(0))

    return Draw(shape, make)


def spread(*shape: int, exponent: int = 20) -> Draw:
    """unit · 2^e with e drawn from -exponent … exponent: small numbers next to large ones."""

    def make(name, shape):
        count = int(np.prod(shape))
        powers = counter.modulo(name + "/exponent", SEED, count, 2 * exponent + 1) - exponent
        return np.ldexp(counter.unit(name, SEED, shape), powers.reshape(shape).astype(np.int32))

    return Draw(shape, make)


def with_nan(draw: Draw, every: int, first: int = 0) -> Draw:
    """NaN at every `every`-th element, starting at `first`."""

    def make(name, shape):
        values = draw.make(name, shape).copy()
        values.reshape(-1)[first::every] = np.nan
        return values

    return Draw(draw.shape, make)


def constant(*shape: int, value: float = 0.0) -> Draw:
    """The same value everywhere."""
    return Draw(shape, lambda name, shape: np.full(shape, value, dtype=np.float32))


def mask(*shape: int, ones: float = 0.5) -> Draw:
    """Zeros and ones, with a share of about `ones` ones."""

    def make(name, shape):
        return (counter.unit(name, SEED, shape) < np.float32(2 * ones - 1)).astype(np.float32)

    return Draw(shape, make)


def labels(count: int, classes: int) -> Draw:
    """Class numbers in 0 ..< classes."""
    return Draw((count,), lambda name, shape: counter.modulo(name, SEED, shape[0], classes))

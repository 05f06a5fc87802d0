"""The parts that all operations share: inputs → float64 → expected values and gradients."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import torch

from .casefile import Case
from .values import SEED, Draw, uniform

TORCH = "torch " + torch.__version__.split("+")[0]
NUMPY = "numpy " + np.__version__


@dataclass(frozen=True)
class Definition:
    """One case of an operation: its parameters and how its inputs are drawn."""

    name: str
    inputs: dict[str, Draw]
    parameters: dict = field(default_factory=dict)
    gradient_scale: float = 1.0


class Operation:
    """An operation, its torch definition in `forward`, and its cases in `definitions`."""

    name = ""
    differentiated = ("x",)

    def forward(self, parameters: dict, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        """y, of float64 tensors."""
        raise NotImplementedError

    def definitions(self) -> Iterator[Definition]:
        """All cases of the operation."""
        raise NotImplementedError

    def generator(self, parameters: dict, inputs: dict | None = None) -> str:
        """The program that computed the expected values of a case."""
        return TORCH

    def state(self, tensors: dict[str, torch.Tensor]) -> dict[str, np.ndarray]:
        """Additional expected values: the tensors that `forward` updated in place."""
        return {}

    def verify(self, parameters: dict, inputs: dict, expected: dict) -> None:
        """Compares with a second implementation, for the operations that have one."""

    def case(self, definition: Definition) -> Case:
        """Draws the inputs of a definition and computes the expected values."""
        inputs = {
            name: draw.array(f"{self.name}/{definition.name}/{name}")
            for name, draw in definition.inputs.items()
        }
        expected = self.expected(definition, inputs)
        self.verify(definition.parameters, inputs, expected)
        takes_nan = any(np.any(np.isnan(value)) for value in inputs.values())
        for name, value in expected.items():
            fits = np.abs(value) < np.finfo(np.float32).max
            if not np.all(fits | (takes_nan & np.isnan(value))):
                raise AssertionError(f"{self.name}/{definition.name}: {name} exceeds Float32")
        tensors = {f"input.{name}": value for name, value in inputs.items()}
        tensors |= {f"expected.{name}": tidy(value) for name, value in expected.items()}
        generator = self.generator(definition.parameters, inputs)
        return Case(
            self.name, definition.name, definition.parameters, generator, SEED, tensors
        )

    def expected(self, definition: Definition, inputs: dict) -> dict[str, np.ndarray]:
        """y and the gradients; draws the upstream `gradient` and adds it to the inputs."""
        tensors = {name: widen(value) for name, value in inputs.items()}
        for name in self.differentiated:
            tensors[name].requires_grad_()
        y = self.forward(definition.parameters, tensors)
        upstream = uniform(*y.shape, scale=definition.gradient_scale)
        inputs["gradient"] = upstream.array(f"{self.name}/{definition.name}/gradient")
        y.backward(widen(inputs["gradient"]))
        gradients = {
            f"{name}_gradient": tensors[name].grad.numpy() for name in self.differentiated
        }
        return {"y": y.detach().numpy()} | gradients | self.state(tensors)


def widen(values: np.ndarray) -> torch.Tensor:
    """Float32 as float64, which is exact; labels stay whole numbers."""
    dtype = np.int64 if values.dtype == np.int64 else np.float64
    return torch.from_numpy(values.astype(dtype))


def tidy(values: np.ndarray) -> np.ndarray:
    """Contiguous float64, without negative zeros, and with a single bit pattern for NaN."""
    values = np.ascontiguousarray(values, dtype=np.float64) + 0.0
    return np.where(np.isnan(values), np.nan, values)


def agree(what: str, first: np.ndarray, second: np.ndarray, tolerance: float = 1e-13) -> None:
    """Stops the generator if two implementations differ, relative to the largest value."""
    same_nan = first.shape == second.shape and np.array_equal(np.isnan(first), np.isnan(second))
    scale = np.nanmax(np.abs(second), initial=0)
    error = np.nanmax(np.abs(first - second), initial=0) if same_nan else np.nan
    if not error <= tolerance * scale:
        raise AssertionError(f"{what}: two implementations differ by {error} at scale {scale}")

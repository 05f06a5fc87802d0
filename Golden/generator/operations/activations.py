"""Activations, element by element; the gradient of ReLU at 0 is 0, that of ELU is α."""

from dataclasses import replace

import numpy as np
import torch

from ..operation import Definition, Operation, agree
from ..values import constant, integers, sparse, spread, uniform, with_nan


class Activation(Operation):
    """The cases that both share."""

    def definitions(self):
        def case(name, draw, gradient_scale=1.0):
            return Definition(name, {"x": draw}, {}, gradient_scale)

        yield case("single-element", uniform(1, 1))
        yield case("odd", uniform(1, 3, 5, 7))
        yield case("even", uniform(2, 4, 6, 4))
        yield case("vectors", uniform(3, 17))
        yield case("batch-5", uniform(5, 2, 3, 3, scale=4))
        yield case("whole-numbers", integers(2, 3, 5, 4))
        yield case("sparse", sparse(2, 3, 4, 4, scale=3))
        yield case("zeros", constant(1, 2, 3, 3))
        yield case("mixed-magnitudes", spread(1, 3, 5, 5))
        yield case("large-1e4", uniform(1, 2, 4, 5, scale=1e4))
        yield case("large-1e18", uniform(1, 2, 4, 5, scale=1e18))
        yield case("tiny-1e-30", uniform(1, 2, 4, 5, scale=1e-30))
        yield case("gradient-large-1e18", uniform(1, 2, 4, 5), gradient_scale=1e18)
        yield case("gradient-tiny-1e-30", uniform(1, 2, 4, 5), gradient_scale=1e-30)


class ReLU(Activation):
    name = "relu"

    def definitions(self):
        yield from super().definitions()
        yield Definition("with-nan", {"x": with_nan(uniform(2, 1, 5, 6), 7, 3)})
        yield Definition("with-nan-vectors", {"x": with_nan(uniform(3, 11), 5)})

    def forward(self, parameters, inputs):
        return torch.relu(inputs["x"])


class Tanh(Activation):
    name = "tanh"

    def definitions(self):
        yield from super().definitions()
        # On 20 channels more than one thread's share of 16,384 elements.
        yield Definition("large-map", {"x": uniform(1, 1, 29, 31, scale=3)})
        yield Definition("wide-range", {"x": uniform(2, 20, 3, 5, scale=12)})

    def forward(self, parameters, inputs):
        return torch.tanh(inputs["x"])


class ELU(Activation):
    """α is 1 unless the name of a case says otherwise."""

    name = "elu"

    def definitions(self):
        for definition in super().definitions():
            yield replace(definition, parameters={"alpha": 1.0})
        yield Definition("large-map", {"x": uniform(1, 1, 29, 31, scale=3)}, {"alpha": 1.0})
        yield Definition("wide-range", {"x": uniform(2, 20, 3, 5, scale=12)}, {"alpha": 1.0})
        yield Definition("alpha-0.1", {"x": uniform(2, 3, 4, 5, scale=4)}, {"alpha": 0.1})
        yield Definition("alpha-1.75", {"x": uniform(3, 17, scale=4)}, {"alpha": 1.75})
        yield Definition("alpha-2-zeros", {"x": constant(1, 2, 3, 3)}, {"alpha": 2.0})

    def forward(self, parameters, inputs):
        return torch.nn.functional.elu(inputs["x"], parameters["alpha"])

    def verify(self, parameters, inputs, expected):
        """From the definition, in NumPy."""
        x, g = inputs["x"].astype(np.float64), inputs["gradient"].astype(np.float64)
        alpha, low = parameters["alpha"], np.minimum(x, 0)
        agree("elu", np.where(x > 0, x, alpha * np.expm1(low)), expected["y"])
        slope = np.where(x > 0, 1, alpha * np.exp(low))
        agree("elu gradient", g * slope, expected["x_gradient"])

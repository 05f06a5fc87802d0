"""Linear: y[n,o] = bias[o] + Σ x[n,i] · weight[o,i]."""

import torch.nn.functional as F

from ..operation import Definition, Operation
from ..values import constant, integers, sparse, spread, uniform


class Linear(Operation):
    name = "linear"
    differentiated = ("x", "weight", "bias")

    def forward(self, parameters, inputs):
        return F.linear(inputs["x"], inputs["weight"], inputs["bias"])

    def definitions(self):
        def case(name, batch, features, outputs, x=uniform, weight=uniform, gradient_scale=1.0):
            inputs = {
                "x": x(batch, features),
                "weight": weight(outputs, features),
                "bias": uniform(outputs),
            }
            return Definition(name, inputs, {}, gradient_scale)

        def scaled(scale):
            return lambda *shape: uniform(*shape, scale=scale)

        yield case("single-element", 1, 1, 1)
        yield case("odd", 1, 7, 5)
        yield case("even", 2, 8, 6)
        yield case("one-output", 3, 10, 1)
        yield case("one-input", 3, 1, 4)
        yield case("batch-5", 5, 9, 4)
        yield case("long-sum", 1, 1023, 3)
        yield case("wide", 2, 12, 65)
        yield case("whole-numbers", 2, 16, 8, integers, integers)
        yield case("sparse", 2, 64, 10, sparse)
        yield case("input-zeros", 2, 9, 4, constant)
        yield case("weight-zeros", 2, 9, 4, uniform, constant)
        yield case("mixed-magnitudes", 2, 40, 7, spread)
        yield case("input-large-1e4", 2, 20, 6, scaled(1e4))
        yield case("input-large-1e18", 2, 20, 6, scaled(1e18))
        yield case("input-tiny-1e-30", 2, 20, 6, scaled(1e-30))
        yield case("batch-16", 16, 9, 5)
        yield case("batch-19", 19, 23, 37)
        yield case("gradient-large-1e18", 2, 20, 6, gradient_scale=1e18)

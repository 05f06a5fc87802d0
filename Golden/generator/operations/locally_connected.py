"""Locally connected: a convolution with its own filter bank and bias at each position."""

import torch
import torch.nn.functional as F

from ..operation import Definition, Operation
from ..values import constant, sparse, uniform


class LocallyConnected(Operation):
    name = "locally_connected"
    differentiated = ("x", "weight", "bias")

    def forward(self, parameters, inputs):
        """x N×C×H×W, weight Ho×Wo×O×C×K×K, bias Ho×Wo×O → N×O×Ho×Wo."""
        x, weight, bias = inputs["x"], inputs["weight"], inputs["bias"]
        stride, padding = parameters["stride"], parameters["padding"]
        rows, columns, filters, _, kernel, _ = weight.shape
        windows = F.unfold(x, kernel, padding=padding, stride=stride)  # N × CKK × HoWo
        banks = weight.reshape(rows * columns, filters, -1)
        sums = torch.einsum("nkp,pok->nop", windows, banks)
        y = sums + bias.reshape(rows * columns, filters).T
        return y.reshape(len(x), filters, rows, columns)

    def definitions(self):
        def case(name, x, filters, kernel, stride=1, padding=0, **draws):
            rows, columns = (
                (size + 2 * padding - kernel) // stride + 1 for size in x[2:]
            )
            weight = (rows, columns, filters, x[1], kernel, kernel)
            inputs = {
                "x": draws.get("x_draw", uniform)(*x),
                "weight": draws.get("weight_draw", uniform)(*weight),
                "bias": uniform(rows, columns, filters),
            }
            parameters = {"stride": stride, "padding": padding}
            return Definition(name, inputs, parameters, draws.get("gradient_scale", 1.0))

        def scaled(scale):
            return lambda *shape: uniform(*shape, scale=scale)

        yield case("single-position", (1, 2, 3, 3), 2, 3)
        yield case("pointwise", (2, 3, 3, 2), 2, 1)
        yield case("odd-same", (2, 2, 5, 5), 3, 3, padding=1)
        yield case("even-size", (1, 3, 4, 6), 2, 3, padding=1)
        yield case("even-kernel", (2, 2, 5, 4), 2, 2)
        yield case("stride-whole", (1, 2, 7, 7), 3, 3, stride=2)
        yield case("stride-remainder", (1, 2, 8, 6), 2, 3, stride=2, padding=1)
        yield case("kernel-5", (1, 2, 6, 6), 2, 5, padding=2)
        yield case("batch-3", (3, 2, 4, 4), 2, 3, padding=1)
        yield case("batch-7", (7, 2, 3, 4), 3, 3, padding=1)
        yield case("tap-beyond", (1, 2, 1, 2), 2, 5, padding=2)
        yield case("input-sparse", (2, 3, 4, 3), 2, 3, padding=1, x_draw=sparse)
        yield case("wide-20-to-18", (5, 20, 2, 3), 18, 3, padding=1)
        yield case("input-zeros", (1, 2, 4, 4), 2, 3, padding=1, x_draw=constant)
        yield case("weight-zeros", (1, 2, 4, 4), 2, 3, padding=1, weight_draw=constant)
        yield case("input-large-1e4", (1, 2, 4, 4), 2, 3, padding=1, x_draw=scaled(1e4))
        yield case("input-large-1e18", (1, 2, 4, 4), 2, 3, padding=1, x_draw=scaled(1e18))
        yield case("input-tiny-1e-30", (1, 2, 4, 4), 2, 3, padding=1, x_draw=scaled(1e-30))
        yield case("gradient-large-1e18", (1, 2, 4, 4), 2, 3, padding=1, gradient_scale=1e18)

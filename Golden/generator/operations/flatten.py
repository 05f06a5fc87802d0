"""Flatten: N×C×H×W → N×CHW, row-major."""

from ..operation import Definition, Operation
from ..values import uniform


class Flatten(Operation):
    name = "flatten"

    def forward(self, parameters, inputs):
        return inputs["x"].flatten(1)

    def definitions(self):
        yield Definition("odd", {"x": uniform(1, 3, 5, 7)})
        yield Definition("even", {"x": uniform(2, 4, 2, 6)})
        yield Definition("batch-3", {"x": uniform(3, 2, 3, 2)})
        yield Definition("one-pixel", {"x": uniform(2, 9, 1, 1)})
        yield Definition("wide-20-one-pixel", {"x": uniform(3, 20, 1, 1)})
        yield Definition("wide-20", {"x": uniform(2, 20, 3, 7)})
        yield Definition("wide-16-one-pixel", {"x": uniform(3, 16, 1, 1)})
        yield Definition("large-1e18", {"x": uniform(1, 2, 2, 2, scale=1e18)})
        yield Definition("tiny-1e-30", {"x": uniform(1, 2, 2, 2, scale=1e-30)})

"""Softmax over features, and its mean cross-entropy with labels."""

import numpy as np
import torch.nn.functional as F

from ..operation import Definition, Operation, widen
from ..values import constant, integers, labels, sparse, uniform


class Softmax(Operation):
    name = "softmax"

    def forward(self, parameters, inputs):
        return F.softmax(inputs["x"], dim=1)

    def draws(self):
        """The logits for the cases of both operations."""
        yield "single-class", uniform(2, 1)
        yield "two-classes", uniform(3, 2, scale=3)
        yield "odd", uniform(1, 7)
        yield "even", uniform(4, 10, scale=4)
        yield "thousand-classes", uniform(1, 1000, scale=8)
        yield "batch-5", uniform(5, 11)
        yield "ties", integers(3, 10, bound=1)
        yield "zeros", constant(2, 10)
        yield "sparse", sparse(2, 12, scale=5)
        yield "shifted", uniform(2, 10, offset=1000)
        yield "negative", uniform(2, 10, offset=-500)
        yield "spread-100", uniform(3, 10, scale=100)
        yield "large-1e4", uniform(3, 10, scale=1e4)
        yield "large-1e18", uniform(2, 10, scale=1e18)
        yield "tiny-1e-30", uniform(2, 10, scale=1e-30)

    def definitions(self):
        for name, draw in self.draws():
            yield Definition(name, {"x": draw})
        yield Definition("gradient-large-1e18", {"x": uniform(2, 10)}, {}, 1e18)


class SoftmaxCrossEntropy(Operation):
    name = "softmax_cross_entropy"

    def definitions(self):
        for name, draw in Softmax().draws():
            yield Definition(name, {"x": draw, "labels": labels(*draw.shape)})

    def expected(self, definition, inputs):
        x = widen(inputs["x"]).requires_grad_()
        loss = F.cross_entropy(x, widen(inputs["labels"]))
        loss.backward()
        return {"loss": np.array([loss.item()]), "x_gradient": x.grad.numpy()}

"""Normalization within a channel: y = a / (k + s · Σ a²)^β over an n×n window of the plane."""

import torch.nn.functional as F

from .. import normalization_numpy as second
from ..operation import Definition, Operation, agree
from ..values import constant, integers, sparse, uniform


class SpatialNormalization(Operation):
    name = "spatial_normalization"

    def forward(self, parameters, inputs):
        x, n = inputs["x"], parameters["n"]
        before, after = second.WITHIN[parameters["convention"]](n)
        size = before + after + 1
        squares = F.pad(x * x, (before, after, before, after))
        means = F.avg_pool2d(squares, size, stride=1)  # over all places, zeros beyond the edge too
        share = size * size / (1 if parameters["convention"] == "paper" else n * n)
        scale = parameters["k"] + parameters["alpha"] * share * means
        return x * scale ** -parameters["beta"]

    def verify(self, parameters, inputs, expected):
        y, x_gradient = second.within_channel(
            inputs["x"].astype("f8"), inputs["gradient"].astype("f8"), **parameters
        )
        agree(f"{self.name} y", y, expected["y"])
        agree(f"{self.name} x_gradient", x_gradient, expected["x_gradient"])

    def definitions(self):
        def case(name, draw, n=3, k=1.0, alpha=5e-5, beta=0.75, convention="paper", scale=1.0):
            parameters = {
                "n": n, "k": k, "alpha": alpha, "beta": beta, "convention": convention,
            }
            return Definition(f"{convention}-{name}", {"x": draw}, parameters, scale)

        def pixels(*shape):
            return uniform(*shape, scale=100)

        yield case("odd-3", uniform(2, 2, 5, 6), 3, 1.0, 0.5, convention="caffe")
        yield case("odd-5", pixels(1, 2, 6, 7), 5, 1.0, 1e-3, convention="caffe")
        yield case("odd-3", uniform(2, 2, 5, 6), 3, 1.0, 0.5, convention="onednn")
        yield case("even-4", uniform(2, 2, 6, 7), 4, 2.0, 0.5, convention="onednn")
        yield case("even-2", uniform(1, 2, 5, 4), 2, 1.0, 0.5, convention="onednn")
        for convention in ("paper", "source2012"):
            of = {"convention": convention}
            yield case("cuda-convnet-18", pixels(2, 2, 7, 7), **of)
            yield case("alexnet-2012", pixels(1, 3, 8, 9), 5, 1.0, 1e-3, **of)
            yield case("odd-3", uniform(1, 2, 5, 6), 3, 1.0, 0.5, **of)
            yield case("even-2", uniform(1, 2, 5, 4), 2, 1.0, 0.5, **of)
            yield case("even-4", uniform(2, 2, 6, 7), 4, 2.0, 0.5, **of)
            yield case("size-1", uniform(1, 2, 3, 3), 1, 1.0, 0.5, **of)
            yield case("wider-than-the-map", uniform(1, 2, 3, 2), 7, 1.0, 0.1, **of)
            yield case("even-wider-than-the-map", uniform(1, 2, 2, 3), 6, 1.0, 0.1, **of)
            yield case("single-pixel", uniform(2, 3, 1, 1), 3, 1.0, 1.0, **of)
            yield case("beta-half", uniform(1, 2, 4, 4), 3, 1.0, 0.5, 0.5, **of)
            yield case("after-relu", sparse(1, 3, 6, 6, scale=100), **of)
            yield case("whole-numbers", integers(2, 2, 5, 5), 3, 1.0, 0.5, **of)
            yield case("batch-3", pixels(3, 1, 4, 4), **of)
            yield case("zeros", constant(1, 2, 4, 4), **of)
            yield case("large-1e4", uniform(1, 2, 5, 5, scale=1e4), **of)
            yield case("large-1e10", uniform(1, 2, 4, 4, scale=1e10), **of)
            yield case("tiny-1e-30", uniform(1, 2, 4, 4, scale=1e-30), **of)
            yield case("inexact", uniform(2, 2, 5, 4, scale=2), 3, 0.3, 0.7, 0.6, **of)
            yield case("inexact-5", sparse(1, 2, 7, 5, scale=2), 5, 0.3, 0.7, 0.6, **of)
            yield case("positive-3", sparse(2, 2, 5, 8, scale=2), 3, 0.7, 0.6, **of)
            yield case("wide-20", uniform(2, 20, 4, 7, scale=2), 3, 1.0, 0.5, **of)
            yield case("wide-20-5", uniform(1, 20, 6, 4, scale=2), 5, 1.0, 0.3, **of)
            yield case("gradient-large-1e18", pixels(1, 2, 4, 4), scale=1e18, **of)

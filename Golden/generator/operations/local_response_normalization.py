"""Local response normalization across channels, under seven conventions.

PyTorch's own definition computes y, and the other conventions are expressed in its terms: if a convention
doesn't divide by n, α is passed as α·n; a symmetric window of r taps on either side is an odd n of 2r + 1;
a window leaning high is one leaning low, on the channels in reverse order. The NumPy implementation
follows the formula instead, and both must agree.
"""

import torch
import torch.nn.functional as F

from .. import normalization_numpy as second
from ..operation import NUMPY, TORCH, Definition, Operation, agree
from ..values import constant, integers, sparse, uniform


class LocalResponseNormalization(Operation):
    name = "local_response_normalization"

    def forward(self, parameters, inputs):
        n, convention = parameters["n"], parameters["convention"]
        divided, taps = second.ACROSS[convention]
        before, after = taps(n)
        size = before + after + 1
        alpha = parameters["alpha"] * size / (n if divided else 1)

        def normalized(x):
            reverse = after > before
            x = x.flip(1) if reverse else x
            y = F.local_response_norm(x, size, alpha, parameters["beta"], parameters["k"])
            return y.flip(1) if reverse else y

        parts = inputs["x"].chunk(parameters["groups"], dim=1)
        return torch.cat([normalized(part) for part in parts], dim=1)

    def generator(self, parameters, inputs=None):
        """The implementation that supports the convention natively; the two were compared."""
        native = parameters["convention"] in ("pytorch", "source2012", "caffe")
        return TORCH if native else NUMPY

    def verify(self, parameters, inputs, expected):
        y, x_gradient = second.across_channels(
            inputs["x"].astype("f8"), inputs["gradient"].astype("f8"), **parameters
        )
        agree(f"{self.name} y", y, expected["y"])
        agree(f"{self.name} x_gradient", x_gradient, expected["x_gradient"])
        if self.generator(parameters) == NUMPY:
            expected |= {"y": y, "x_gradient": x_gradient}

    def definitions(self):
        def case(name, draw, n=5, k=2.0, alpha=1e-4, beta=0.75, convention="paper", groups=1,
                 gradient_scale=1.0):
            parameters = {
                "n": n, "k": k, "alpha": alpha, "beta": beta, "convention": convention,
                "groups": groups,
            }
            name = f"{convention}-{name}"
            return Definition(name, {"x": draw}, parameters, gradient_scale)

        def pixels(*shape):
            return uniform(*shape, scale=100)

        for convention in second.ACROSS:
            of = {"convention": convention}
            yield case("alexnet", pixels(1, 9, 3, 4), **of)
            yield case("odd-3", uniform(2, 7, 3, 3), 3, 1.0, 0.5, 0.75, **of)
            yield case("odd-11-wider-than-channels", uniform(1, 6, 2, 3), 11, 1.0, 1.0, 0.5, **of)
            yield case("size-1", uniform(1, 4, 2, 2), 1, 1.0, 0.5, **of)
            yield case("groups-2", pixels(2, 8, 3, 2), groups=2, **of)
            yield case("groups-3", uniform(1, 9, 2, 2), 5, 1.0, 1.0, groups=3, **of)
            if convention != "caffe":
                yield case("even-2", uniform(2, 5, 2, 3), 2, 1.0, 1.0, **of)
                yield case("even-4", pixels(1, 8, 3, 3), 4, **of)
                yield case("even-4-groups-2", uniform(1, 10, 2, 2), 4, 1.0, 1.0, groups=2, **of)
                yield case("even-10-wider-than-channels", uniform(1, 4, 2, 2), 10, 1.0, **of)
            yield case("large-1e4", uniform(1, 7, 2, 3, scale=1e4), **of)
        for convention in ("paper", "source2012"):
            of = {"convention": convention}
            yield case("single-channel", pixels(2, 1, 3, 3), **of)
            yield case("cuda-convnet-11", pixels(1, 20, 2, 2), 9, 1.0, 1e-3, **of)
            yield case("beta-half", uniform(1, 6, 2, 2), 5, 1.0, 1.0, 0.5, **of)
            yield case("beta-one", uniform(1, 6, 2, 2), 5, 1.5, 1.0, 1.0, **of)
            yield case("after-relu", sparse(2, 9, 3, 3, scale=100), **of)
            yield case("whole-numbers", integers(2, 7, 3, 3), 5, 1.0, 1.0, **of)
            yield case("batch-3", pixels(3, 6, 2, 2), **of)
            yield case("zeros", constant(1, 6, 2, 2), **of)
            yield case("large-1e10", uniform(1, 6, 2, 2, scale=1e10), **of)
            yield case("tiny-1e-30", uniform(1, 6, 2, 2, scale=1e-30), **of)
            yield case("gradient-large-1e18", pixels(1, 6, 2, 2), gradient_scale=1e18, **of)
            # k, α and β that no Float represents exactly, and that differ from every default.
            yield case("inexact", uniform(2, 9, 3, 2, scale=2), 5, 0.3, 0.7, 0.6, **of)
            yield case("wide-inexact", uniform(1, 20, 3, 2, scale=2), 3, 0.3, 0.9, 0.6, **of)
            yield case("wide-40-groups-2", uniform(2, 40, 3, 3, scale=2), 12, 1.5, 0.3, groups=2, **of)
            yield case("wide-20-groups-2", uniform(1, 20, 2, 3, scale=2), 12, 1.5, 0.3, groups=2, **of)
            yield case("wide-48-odd-5", uniform(1, 48, 5, 4, scale=2), 5, 1.0, 0.4, **of)
            yield case("wide-48-even-22", uniform(1, 48, 2, 3, scale=2), 22, 1.0, 0.2, **of)
            yield case("wide-32-groups-2", uniform(1, 32, 3, 3, scale=2), 5, 1.0, 0.4, groups=2, **of)
            yield case("wide-20-odd-11", uniform(2, 20, 3, 3, scale=2), 11, 1.0, 0.3, **of)
            yield case("wide-36-even-4", uniform(1, 36, 3, 4, scale=2), 4, 1.0, 0.4, **of)
            yield case("wide-36-even-8", uniform(1, 36, 3, 4, scale=2), 8, 1.0, 0.4, 0.5, **of)
            yield case("wide-36-odd-9", uniform(1, 36, 3, 4, scale=2), 9, 1.0, 0.4, 1.0, **of)
            # More places than a thread takes at a time, with neighbours near and far.
            yield case("wide-strips-3", uniform(1, 20, 9, 8, scale=2), 3, 1.0, 0.4, **of)
            yield case("wide-strips-11", uniform(1, 20, 9, 8, scale=2), 11, 1.0, 0.3, **of)
            yield case("positive-7", sparse(2, 20, 3, 3, scale=2), 7, 0.7, 0.6, 0.65, **of)
            yield case("positive-15", sparse(1, 20, 3, 3, scale=2), 15, 0.7, 0.3, **of)

"""Batch normalization: y = weight · (x − mean) / √(variance + epsilon) + bias, per channel."""

import torch.nn.functional as F

from ..operation import Definition, Operation
from ..values import constant, integers, uniform


class BatchNormalization(Operation):
    name = "batch_normalization"
    differentiated = ("x", "weight", "bias")

    def forward(self, parameters, inputs):
        """Updates the running tensors of `inputs` in place when training.

        torch's momentum is the share of the new value, ours that of the old one. torch refuses a
        batch with one element per channel; here its variance is 0, and so is its unbiased variance.
        """
        x = inputs["x"]
        if parameters["training"] and x.numel() == x.shape[1]:
            return self.one_element(parameters, inputs)
        return F.batch_norm(
            inputs["x"],
            inputs["running_mean"],
            inputs["running_var"],
            inputs["weight"],
            inputs["bias"],
            training=parameters["training"],
            momentum=1 - parameters["momentum"],
            eps=parameters["epsilon"],
        )

    def one_element(self, parameters, inputs):
        """With one element per channel, the mean is that element, and the variance 0."""
        x, keep = inputs["x"], parameters["momentum"]
        shape = (1, -1) + (1,) * (x.dim() - 2)
        inputs["running_mean"].mul_(keep).add_((1 - keep) * x.detach().flatten())
        inputs["running_var"].mul_(keep)
        mean = x.mean(dim=[0, *range(2, x.dim())], keepdim=True)
        variance = ((x - mean) ** 2).mean(dim=[0, *range(2, x.dim())], keepdim=True)
        normalized = (x - mean) / (variance + parameters["epsilon"]).sqrt()
        return normalized * inputs["weight"].view(shape) + inputs["bias"].view(shape)

    def state(self, tensors):
        return {name: tensors[name].numpy() for name in ("running_mean", "running_var")}

    def definitions(self):
        def case(name, draw, training, epsilon=1e-3, momentum=0.99, weight=None, scale=1.0):
            channels = draw.shape[1]
            inputs = {
                "x": draw,
                "weight": weight or uniform(channels, scale=0.25, offset=1),
                "bias": uniform(channels, scale=0.1),
                "running_mean": uniform(channels, scale=0.1),
                "running_var": uniform(channels, scale=0.5, offset=1),
            }
            parameters = {"epsilon": epsilon, "momentum": momentum, "training": training}
            mode = "training" if training else "inference"
            return Definition(f"{mode}-{name}", inputs, parameters, scale)

        for training in (True, False):
            yield case("odd", uniform(2, 3, 5, 7), training)
            yield case("even", uniform(4, 2, 4, 6), training)
            yield case("batch-1", uniform(1, 4, 5, 3), training)
            yield case("vectors", uniform(6, 5), training)
            yield case("vectors-batch-2", uniform(2, 7), training)
            yield case("epsilon-1e-5", uniform(3, 3, 2, 2), training, 1e-5, 0.9)
            yield case("shifted", uniform(3, 2, 4, 4, offset=100), training)
            yield case("whole-numbers", integers(2, 3, 4, 4), training)
            yield case("zeros", constant(2, 3, 3, 3), training)
            yield case("constant", constant(2, 2, 3, 3, value=0.5), training)
            yield case("weight-zeros", uniform(2, 3, 3, 3), training, weight=constant(3))
            yield case("large-1e4", uniform(2, 3, 4, 3, scale=1e4), training)
            yield case("large-1e18", uniform(2, 3, 4, 3, scale=1e18), training)
            yield case("tiny-1e-30", uniform(2, 3, 4, 3, scale=1e-30), training)
            yield case("gradient-large-1e18", uniform(2, 3, 3, 3), training, scale=1e18)
            yield case("batch-11", uniform(11, 3, 2, 3), training)
            yield case("wide-20", uniform(9, 20, 3, 2), training)
            # A mean far from 0: variances computed in one pass, or in Float, lose all their digits.
            yield case("offset-1000", uniform(4, 3, 5, 5, scale=0.5, offset=1000), training)
            yield case("offset-2-20", uniform(4, 3, 5, 5, scale=0.5, offset=2.0**20), training)
        yield case("plane-of-35", uniform(2, 3, 5, 7, scale=2), True, momentum=0.5)
        yield case("momentum-0", uniform(3, 4, 2, 2), True, momentum=0.0)
        for name, variance in (("0", 0.0), ("1e-6", 1e-6), ("1e-4", 1e-4)):
            definition = case(f"variance-{name}", uniform(2, 3, 3, 4), False)
            definition.inputs["running_var"] = constant(3, value=variance)
            yield definition
        for name, draw in (("single-map", uniform(1, 3, 1, 1)), ("single-vector", uniform(1, 5))):
            yield case(f"{name}", draw, True)

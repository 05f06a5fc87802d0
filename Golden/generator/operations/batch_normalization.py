"""Batch normalization: y = weight · (x − mean) / √(variance + epsilon) + bias, per channel."""

import torch.nn.functional as F

from ..operation import Definition, Operation
from ..values import constant, integers, uniform


class BatchNormalization(Operation):
    name = "batch_normalization"
    differentiated = ("x", "weight", "bias")

    def forward(self, parameters, inputs):
        """Updates the running tensors of `inputs` in place when training.

        torch's momentum is the share of the new value, ours that of the old one.
        """
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

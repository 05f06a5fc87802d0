"""Max and average pooling in torch, and a second implementation in NumPy from the definition."""

from collections.abc import Iterator

import numpy as np
import torch.nn.functional as F

from ..operation import NUMPY, Definition, Operation, agree
from ..values import constant, integers, sparse, uniform, with_nan


def spans(size: int, parameters: dict) -> list[tuple[int, int]]:
    """The first and past-the-last index of each window along one axis, clipped to the input.

    Windows that would begin beyond the input, as rounding up can cause, don't exist.
    """
    kernel, stride, padding = (parameters[key] for key in ("kernel", "stride", "padding"))
    room = size + 2 * padding - kernel
    steps = -(-room // stride) if parameters["rounding"] == "ceil" else room // stride
    starts = [index * stride - padding for index in range(steps + 1)]
    return [
        (max(start, 0), min(start + kernel, size)) for start in starts if start < size
    ]


def windows(x: np.ndarray, parameters: dict) -> Iterator[tuple]:
    """Output index (p, q), and the slices of rows and columns, of every window."""
    for p, rows in enumerate(spans(x.shape[2], parameters)):
        for q, columns in enumerate(spans(x.shape[3], parameters)):
            yield p, q, slice(*rows), slice(*columns)


class Pooling(Operation):
    """The cases that both kinds share."""

    def definitions(self):
        def case(name, draw, kernel, stride, padding=0, rounding="floor", gradient_scale=1.0):
            parameters = {
                "kernel": kernel, "stride": stride, "padding": padding, "rounding": rounding,
            }
            return Definition(name, {"x": draw}, parameters, gradient_scale)

        yield case("single-element", uniform(1, 1, 1, 1), 1, 1)
        yield case("identity", uniform(2, 3, 4, 5), 1, 1)
        yield case("whole-input", uniform(2, 3, 6, 6), 6, 1)
        yield case("overlapping-odd", uniform(2, 3, 9, 9), 3, 2)
        yield case("overlapping-even", uniform(1, 2, 8, 10), 3, 2)
        yield case("overlapping-stride-1", uniform(1, 2, 6, 5), 3, 1)
        yield case("tiling", uniform(2, 2, 6, 8), 2, 2)
        yield case("stride-remainder", uniform(1, 3, 11, 10), 3, 3)
        yield case("stride-beyond-kernel", uniform(1, 2, 10, 11), 2, 3)
        yield case("alexnet-13-to-6", uniform(1, 4, 13, 13), 3, 2)
        yield case("padding-1", uniform(2, 2, 7, 8), 3, 2, padding=1)
        yield case("padding-2", uniform(1, 2, 6, 7), 5, 2, padding=2)
        yield case("padding-negative-input", uniform(1, 2, 6, 6, scale=0.5, offset=-2), 3, 2, 1)
        yield case("ceil-exact", uniform(1, 2, 9, 9), 3, 2, rounding="ceil")
        yield case("ceil-remainder", uniform(2, 3, 8, 10), 3, 2, rounding="ceil")
        yield case("ceil-cuda-convnet-32", uniform(1, 2, 32, 32), 3, 2, rounding="ceil")
        yield case("ceil-small", uniform(2, 2, 2, 4), 3, 2, 1, "ceil")
        yield case("ceil-clips-to-one", uniform(1, 2, 5, 5), 3, 3, 1, "ceil")
        yield case("ceil-drops-window", uniform(1, 2, 5, 6), 2, 3, 1, "ceil")
        yield case("ceil-drops-window-unpadded", uniform(1, 2, 4, 7), 1, 2, 0, "ceil")
        yield case("ceil-padding", uniform(2, 2, 7, 10), 4, 3, 2, "ceil")
        yield case("batch-4", uniform(4, 1, 5, 5), 3, 2)
        yield case("ties", integers(2, 3, 9, 8, bound=1), 3, 2)
        yield case("ties-padding-ceil", integers(2, 2, 8, 9, bound=1), 3, 2, 1, "ceil")
        yield case("ties-stride-1", integers(1, 2, 7, 7, bound=2), 3, 1)
        yield case("ties-after-relu", sparse(2, 2, 8, 8), 3, 2)
        yield case("zeros", constant(1, 2, 7, 7), 3, 2)
        yield case("large-1e4", uniform(1, 2, 7, 7, scale=1e4), 3, 2)
        yield case("large-1e18", uniform(1, 2, 7, 7, scale=1e18), 3, 2)
        yield case("tiny-1e-30", uniform(1, 2, 7, 7, scale=1e-30), 3, 2)
        yield case("gradient-large-1e18", uniform(1, 2, 6, 6), 3, 2, gradient_scale=1e18)
        yield case("ties-positive", integers(2, 3, 9, 7, bound=1, offset=2), 3, 2)
        yield case("ties-positive-padding", integers(2, 3, 8, 7, bound=1, offset=2), 3, 2, 1)
        yield case("ties-positive-stride-1", integers(1, 3, 6, 7, bound=1, offset=2), 3, 1)
        yield case("tiling-ceil", uniform(2, 3, 5, 7), 2, 2, rounding="ceil")
        yield case("ties-sparse-tiling-ceil", sparse(2, 3, 5, 7), 2, 2, rounding="ceil")
        yield case("ties-sparse-padding", sparse(2, 3, 7, 9), 3, 2, 1)
        yield case("ties-sparse-remainder", sparse(1, 3, 8, 11), 3, 3)
        yield case("remainder-3-2", uniform(1, 3, 8, 10), 3, 2)
        yield case("kernel-5-stride-2", uniform(2, 2, 9, 10), 5, 2)
        yield case("wide-17", uniform(1, 2, 19, 21), 17, 2)
        yield case("wide-17-padding", sparse(1, 2, 18, 19), 17, 3, 8, "ceil")


class MaxPooling(Pooling):
    name = "max_pooling"

    def forward(self, parameters, inputs):
        return F.max_pool2d(
            inputs["x"],
            parameters["kernel"],
            parameters["stride"],
            parameters["padding"],
            ceil_mode=parameters["rounding"] == "ceil",
        )

    def generator(self, parameters, inputs=None):
        """torch gives a window's gradient to its last NaN, the definition gives it to the first."""
        if inputs and np.any(np.isnan(inputs["x"])):
            return NUMPY
        return super().generator(parameters)

    def definitions(self):
        yield from super().definitions()
        of = {"kernel": 3, "stride": 2, "padding": 0, "rounding": "floor"}
        yield Definition("with-nan", {"x": with_nan(uniform(2, 1, 7, 9), 8, 2)}, of)
        yield Definition("with-nan-stride-1", {"x": with_nan(sparse(1, 1, 6, 5), 4, 1)}, of | {"stride": 1})
        yield Definition("with-nan-padding", {"x": with_nan(uniform(2, 1, 5, 6), 7)}, of | {"padding": 1})

    def verify(self, parameters, inputs, expected):
        """The first maximum in row-major order gets the whole gradient; a NaN counts as a maximum."""
        x, gradient = inputs["x"].astype(np.float64), inputs["gradient"]
        y, x_gradient = np.zeros(gradient.shape), np.zeros(x.shape)
        for p, q, rows, columns in windows(x, parameters):
            window = x[:, :, rows, columns]
            flat = window.reshape(*x.shape[:2], -1)
            first = np.argmax(flat, axis=2)  # NumPy's argmax is the first
            y[:, :, p, q] = np.take_along_axis(flat, first[:, :, None], axis=2)[:, :, 0]
            row, column = np.divmod(first, window.shape[3])
            for n, c in np.ndindex(*x.shape[:2]):
                position = (n, c, rows.start + row[n, c], columns.start + column[n, c])
                x_gradient[position] += gradient[n, c, p, q]
        agree("max_pooling y", y, expected["y"])
        if np.any(np.isnan(x)):
            expected["x_gradient"] = x_gradient
        agree("max_pooling x_gradient", x_gradient, expected["x_gradient"])


class AveragePooling(Pooling):
    name = "average_pooling"

    def forward(self, parameters, inputs):
        return F.avg_pool2d(
            inputs["x"],
            parameters["kernel"],
            parameters["stride"],
            parameters["padding"],
            ceil_mode=parameters["rounding"] == "ceil",
            count_include_pad=False,
        )

    def verify(self, parameters, inputs, expected):
        """The divisor is the number of elements in the clipped window."""
        x, gradient = inputs["x"].astype(np.float64), inputs["gradient"]
        y, x_gradient = np.zeros(gradient.shape), np.zeros(x.shape)
        for p, q, rows, columns in windows(x, parameters):
            window = x[:, :, rows, columns]
            y[:, :, p, q] = window.mean(axis=(2, 3))
            share = gradient[:, :, p, q].astype(np.float64) / (window.shape[2] * window.shape[3])
            x_gradient[:, :, rows, columns] += share[:, :, None, None]
        agree("average_pooling y", y, expected["y"])
        agree("average_pooling x_gradient", x_gradient, expected["x_gradient"])

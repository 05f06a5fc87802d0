"""Convolution: y[n,o,p,q] = bias[o] + Σ x[n,c,p·s−pad+i,q·s−pad+j] · weight[o,c,i,j]."""

import torch.nn.functional as F

from ..operation import Definition, Operation
from ..values import constant, sparse, spread, uniform


def windows(size: int, kernel: int, stride: int, padding: int, rounding: str) -> int:
    """The number of windows along an axis; none begins beyond the input."""
    if not 0 <= padding < kernel <= size + 2 * padding:
        raise ValueError(f"no window of {kernel} on {size}, padded by {padding}")
    room = size + 2 * padding - kernel
    count = room // stride + 1
    if rounding == "ceil" and room % stride and count * stride - padding < size:
        count += 1
    return count


def overhang(size: int, kernel: int, stride: int, padding: int, rounding: str) -> int:
    """The zeros needed past the padded edge for the last window to fit."""
    count = windows(size, kernel, stride, padding, rounding)
    return max(0, (count - 1) * stride + kernel - size - 2 * padding)


class Convolution(Operation):
    name = "convolution"
    differentiated = ("x", "weight", "bias")

    def forward(self, parameters, inputs):
        x, weight = inputs["x"], inputs["weight"]
        stride, padding = parameters["stride"], parameters["padding"]
        kernel = weight.shape[2]
        down, right = (
            overhang(size, kernel, stride, padding, parameters["rounding"])
            for size in x.shape[2:]
        )
        padded = F.pad(x, (padding, padding + right, padding, padding + down))
        groups = parameters["groups"]
        return F.conv2d(padded, weight, inputs["bias"], stride=stride, groups=groups)

    def definitions(self):
        def case(
            name, x, filters, kernel, stride=1, padding=0, groups=1, rounding="floor", **draws
        ):
            weight = (filters, x[1] // groups, kernel, kernel)
            inputs = {
                "x": draws.get("x_draw", uniform)(*x),
                "weight": draws.get("weight_draw", uniform)(*weight),
                "bias": draws.get("bias_draw", uniform)(filters),
            }
            parameters = {
                "stride": stride, "padding": padding, "groups": groups, "rounding": rounding,
            }
            return Definition(name, inputs, parameters, draws.get("gradient_scale", 1.0))

        yield case("pointwise", (1, 3, 5, 4), 2, 1)
        yield case("single-element", (1, 1, 1, 1), 1, 1)
        yield case("window-is-the-input", (2, 3, 4, 4), 5, 4)
        yield case("one-pixel-padded", (1, 2, 1, 1), 2, 3, padding=1)
        yield case("odd-same", (2, 3, 7, 7), 4, 3, padding=1)
        yield case("odd-same-5", (1, 4, 9, 9), 6, 5, padding=2)
        yield case("even-size", (1, 2, 8, 6), 3, 3, padding=1)
        yield case("even-kernel-2", (2, 2, 6, 6), 3, 2)
        yield case("even-kernel-4", (1, 3, 9, 7), 2, 4, stride=2, padding=1)
        yield case("tall", (2, 3, 11, 4), 4, 3)
        yield case("stride-whole", (1, 3, 9, 9), 4, 3, stride=2)
        yield case("stride-remainder", (1, 2, 10, 12), 3, 3, stride=3)
        yield case("stride-beyond-kernel", (2, 2, 11, 11), 3, 2, stride=3)
        yield case("alexnet-first", (1, 3, 27, 27), 4, 11, stride=4)
        yield case("alexnet-first-remainder", (1, 3, 24, 24), 4, 11, stride=4)
        yield case("owt-first", (1, 3, 24, 24), 3, 11, stride=4, padding=2)
        yield case("batch-3", (3, 2, 5, 5), 4, 3, padding=1)
        yield case("groups-2", (2, 4, 6, 6), 6, 3, padding=1, groups=2)
        yield case("groups-2-kernel-5", (1, 6, 8, 8), 4, 5, padding=2, groups=2)
        yield case("groups-3-stride", (2, 6, 7, 8), 3, 3, stride=2, padding=1, groups=3)
        yield case("groups-each-channel", (1, 5, 6, 5), 5, 3, padding=1, groups=5)
        yield case("ceil-exact", (1, 2, 9, 9), 3, 3, stride=2, rounding="ceil")
        yield case("ceil-remainder", (2, 2, 10, 8), 3, 3, stride=2, rounding="ceil")
        yield case("ceil-first", (1, 3, 24, 24), 4, 11, stride=4, rounding="ceil")
        yield case("ceil-padding", (1, 3, 9, 10), 2, 5, 3, 2, rounding="ceil")
        yield case("ceil-groups", (2, 4, 8, 8), 4, 3, 2, 0, 2, "ceil")
        yield case("input-zeros", (1, 2, 5, 5), 3, 3, padding=1, x_draw=constant)
        yield case("weight-zeros", (1, 2, 5, 5), 3, 3, padding=1, weight_draw=constant)
        yield case("input-sparse", (2, 3, 6, 6), 4, 3, padding=1, x_draw=sparse)
        for name, scale in SCALES:
            yield case(
                f"input-{name}", (1, 3, 6, 6), 4, 3, padding=1,
                x_draw=lambda *shape, scale=scale: uniform(*shape, scale=scale),
            )
        for name, scale in (("large-1e18", 1e18), ("tiny-1e-30", 1e-30)):
            yield case(f"gradient-{name}", (1, 2, 5, 5), 3, 3, padding=1, gradient_scale=scale)
        yield case("mixed-magnitudes", (1, 4, 6, 6), 3, 3, 1, 1, x_draw=spread)
        # Taps that lie beyond the map for every output.
        yield case("tap-beyond-1", (1, 2, 1, 1), 3, 3, stride=2, padding=1)
        yield case("tap-beyond-2", (2, 2, 2, 2), 3, 5, stride=2, padding=2)
        yield case("tap-beyond-5", (1, 3, 1, 1), 2, 5, padding=2)
        yield case("tap-beyond-wide", (1, 2, 1, 4), 2, 5, padding=2)
        yield case("kernel-7-remainder", (1, 2, 12, 10), 3, 7, stride=2, padding=3)
        yield case("groups-3-of-several", (2, 6, 5, 4), 9, 3, padding=1, groups=3)
        yield case("ceil-starts-beyond", (1, 2, 8, 8), 2, 3, 4, 2, rounding="ceil")
        yield case("padding-beyond-half", (1, 2, 5, 6), 3, 3, padding=2)
        # Full and partial blocks of 16 channels on both sides.
        yield case("wide-20-to-24", (1, 20, 6, 5), 24, 3, padding=1)
        yield case("wide-20-to-36", (2, 20, 5, 7), 36, 5, padding=2, weight_draw=small)
        yield case("wide-16-stride-2", (1, 16, 7, 9), 16, 3, stride=2, padding=1)
        yield case("wide-48-to-33", (3, 48, 5, 9), 33, 3, padding=0, weight_draw=small)
        yield case("winograd-13", (2, 16, 13, 14), 32, 3, padding=1, weight_draw=small)
        yield case("winograd-sparse", (2, 20, 9, 6), 20, 3, padding=1, x_draw=sparse)
        yield case("winograd-sparse-5", (1, 20, 7, 6), 20, 5, padding=2, x_draw=sparse)


def small(*shape):
    """Weights a quarter as large."""
    return uniform(*shape, scale=0.25)


SCALES = (("large-1e4", 1e4), ("large-1e18", 1e18), ("tiny-1e-30", 1e-30))

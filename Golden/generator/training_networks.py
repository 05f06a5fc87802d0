"""Small networks made for training: each thing that the published ones lack, at least once.

Maps that aren't square, numbers of channels that don't fill a block of 16, batches of 3, 11 and 17, windows
that leave a remainder, and, after a ReLU, every kind of layer that a fast engine may fuse with it.
"""

from .networks import FLATTEN, SOFTMAX, Network, conv, linear, lrn, plain, pool, relu, spatial


def norm(name):
    return {
        "name": name, "operation": "batch_normalization", "epsilon": 1e-3, "momentum": 0.8,
        "training": True,
    }


def drop(name, rate, convention):
    return {
        "name": name, "operation": "dropout", "rate": rate, "convention": convention,
        "training": True,
    }


def local(name, filters, kernel=3, padding=1):
    return {
        "name": name, "operation": "locally_connected", "filters": filters, "kernel": kernel,
        "stride": 1, "padding": padding,
    }


def window(name, kind, kernel, stride, padding=0, rounding="floor"):
    return {
        "name": name, "operation": f"{kind}_pooling", "kernel": kernel, "stride": stride,
        "padding": padding, "rounding": rounding,
    }


def count(layers, shape):
    """Weights and biases, including running statistics."""
    import math

    from .operations.convolution import windows
    from .running import shapes

    total, x = 0, (1, *shape)
    for layer in layers:
        total += sum(math.prod(size) for size in shapes(layer, x).values())
        if "filters" in layer or layer["operation"].endswith("pooling"):
            rounding = layer.get("rounding", "floor")
            sizes = (
                windows(size, layer["kernel"], layer["stride"], layer["padding"], rounding)
                for size in x[2:]
            )
            x = (1, layer.get("filters", x[1]), *sizes)
        elif layer["operation"] == "flatten":
            x = (1, math.prod(x))
        elif "outputs" in layer:
            x = (1, layer["outputs"])
    return total


def network(name, shape, batch, layers):
    return Network(
        name, shape, tuple(layers), count(layers, shape), {}, batch=batch, image_scale=2.0
    )


# No layer has as many as 8 filters, so nothing is stored in blocks.
PLAIN = network(
    "plain", (4, 9, 8), 2,
    [
        conv("conv1", 6, 3, padding=1), relu("relu1"), lrn("norm1", n=3, alpha=0.1),
        conv("conv2", 6, 3, padding=1, groups=2), relu("relu2"),
        spatial("norm2", 3, 0.5),
        conv("conv3", 7, 3), relu("relu3"), window("pool3", "average", 3, 2),
        conv("conv4", 5, 2, padding=1), relu("relu4"), window("pool4", "max", 2, 1),
        FLATTEN, linear("fc5", 6), SOFTMAX,
    ],
)

# ReLU before normalization across 5, 12 and 11 channels, pooling, and a locally connected layer.
MIXED = network(
    "mixed", (3, 12, 10), 3,
    [
        conv("conv1", 20, 3, padding=1), relu("relu1"), lrn("norm1", alpha=0.1),
        window("pool1", "max", 3, 2, 1),
        conv("conv2", 24, 5, padding=2), relu("relu2"), lrn("norm2", n=12, alpha=0.1, groups=2),
        window("pool2", "average", 3, 2, 0, "ceil"),
        local("local3", 20), relu("relu3"), lrn("norm3", n=11, alpha=0.2),
        FLATTEN, linear("fc10", 10), SOFTMAX,
    ],
)

# Batch normalization, strides and groups, dropout under both conventions. (No bias directly before a
# batch normalization: its gradient is 0 except for rounding errors, which Adam turns into steps of any
# size.)
NORMALIZED = network(
    "normalized", (5, 11, 9), 11,
    [
        conv("conv1", 24, 5, stride=2, padding=2), relu("relu1"), norm("bn1"),
        conv("conv2", 27, 3, padding=1, groups=3), relu("relu2"),
        window("pool2", "average", 2, 2, 0, "ceil"), drop("drop2", 0.25, "paper"),
        FLATTEN, linear("fc17", 17), relu("relu3"), norm("bn3"), relu("relu4"),
        drop("drop4", 0.5, "inverted"),
        linear("fc7", 7), SOFTMAX,
    ],
)

# Winograd's convolutions behind ReLU, tanh, windows of 5 within maps, a batch of 17.
BLOCKS = network(
    "blocks", (3, 8, 6), 17,
    [
        conv("conv1", 20, 3, padding=1), relu("relu1"),
        conv("conv2", 33, 3, padding=1), relu("relu2"), spatial("norm2", 5, 0.5),
        conv("conv3", 16, 5, padding=2), relu("relu3"), window("pool3", "max", 2, 2, 0, "ceil"),
        local("local4", 18), relu("relu4"), window("pool4", "average", 2, 1),
        conv("conv5", 16, 3, stride=2, padding=1), plain("tanh5", "tanh"),
        FLATTEN, linear("fc6", 20), relu("relu6"), linear("fc7", 5), SOFTMAX,
    ],
)

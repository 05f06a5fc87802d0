"""A network in float64 by NumPy, straight from the definitions: what every program's rounding is held against.

    exact.py --network FILE.json --image IMAGE.json

Prints the first logits as JSON: those of the weights that all peers use.
"""

import argparse
import json

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from network import Network


def padded(x, layer, value):
    """The map with its padding; after it, as much as the last window needs."""
    height, width = x.shape[1:]
    near, stride, kernel = layer["padding"], layer["stride"], layer["kernel"]
    far = [max(0, (count - 1) * stride + kernel - size - near)
           for count, size in zip(layer.output[1:], (height, width))]
    return np.pad(x, ((0, 0), (near, far[0]), (near, far[1])), constant_values=value)


def windows(x, layer, value):
    """C×H'×W'×K×K: the windows that the outputs see."""
    stride, (_, rows, columns) = layer["stride"], layer.output
    found = sliding_window_view(padded(x, layer, value), (layer["kernel"],) * 2, axis=(1, 2))
    return found[:, ::stride, ::stride][:, :rows, :columns]


def average(x, layer):
    """Of the numbers inside the map: padding doesn't count."""
    count = windows(np.ones_like(x), layer, 0).sum((3, 4))
    return windows(x, layer, 0).sum((3, 4)) / count


def across(x, layer):
    """x ÷ (k + s·Σx²)^β over n neighbouring channels."""
    reach = layer["n"] // 2
    squares = np.pad(x * x, ((reach, reach), (0, 0), (0, 0)))
    total = sum(squares[i:i + len(x)] for i in range(layer["n"]))
    return x / (layer["k"] + layer.scale * total) ** layer["beta"]


def within(x, layer):
    """x ÷ (k + s·Σx²)^β over n×n neighbours in the channel."""
    reach = layer["n"] // 2
    squares = np.pad(x * x, ((0, 0), (reach, reach), (reach, reach)))
    total = sliding_window_view(squares, (layer["n"],) * 2, axis=(1, 2)).sum((3, 4))
    return x / (layer["k"] + layer.scale * total) ** layer["beta"]


OPERATIONS = {
    "convolution": lambda x, layer: np.tensordot(
        layer.weight.astype(np.float64), windows(x, layer, 0), ((1, 2, 3), (0, 3, 4)))
    + layer.bias.astype(np.float64)[:, None, None],
    "linear": lambda x, layer: layer.weight.astype(np.float64) @ x + layer.bias,
    "relu": lambda x, layer: np.maximum(x, 0),
    "max_pooling": lambda x, layer: windows(x, layer, -np.inf).max((3, 4)),
    "average_pooling": average,
    "local_response_normalization": across,
    "spatial_normalization": within,
    "flatten": lambda x, layer: x.reshape(-1),
    "dropout": lambda x, layer: x,
}


def logits(network, image):
    """The output of the last layer before the softmax, in float64."""
    x = image.astype(np.float64)
    for layer in network.layers:
        x = OPERATIONS[layer.kind](x, layer)
    return x


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--network", required=True)
    parser.add_argument("--image", required=True)
    options = parser.parse_args()
    network = Network(options.network)
    network.draw_weights()
    with open(options.image, encoding="utf-8") as file:
        image = np.array(json.load(file), np.float32).reshape(network.input)
    print(json.dumps(logits(network, image).tolist()))


if __name__ == "__main__":
    main()

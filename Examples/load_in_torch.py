"""Loads a checkpoint of `alexnet train` into PyTorch and runs it, with the same logits.

    python3 Examples/load_in_torch.py runs/80-seconds-seed1/best.safetensors cat.png

A checkpoint is a safetensors file whose tensors have PyTorch's names and layouts. To load only the
parameters, use `module.load_state_dict(safetensors.torch.load_file(path), strict=False)`. This script
also builds the module from the network, which is stored as JSON in the file's metadata, and prepares
images as the training did. It needs torch, numpy, safetensors and pillow.
"""

import argparse
import json

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageOps
from safetensors import safe_open
from torch import nn


class Window(nn.Module):
    """A layer that slides a window over the rows and columns.

    If sizes are rounded up, the last window extends past the far edge: `edges` adds zeros there, and
    `ceil` tells PyTorch's pooling about it.
    """

    def __init__(self, layer):
        super().__init__()
        self.kernel, self.stride = layer["kernel"], layer.get("stride", 1)
        self.padding, self.ceil = layer.get("padding", 0), layer.get("rounding", "floor") == "ceil"

    def edges(self, x):
        def past(size):
            rest = (size + 2 * self.padding - self.kernel) % self.stride
            return self.stride - rest if self.ceil and rest else 0

        height, width = x.shape[2:]
        p = self.padding
        return F.pad(x, (p, p + past(width), p, p + past(height)))


class Convolution(Window):
    def __init__(self, layer):
        super().__init__(layer)
        self.groups = layer.get("groups", 1)
        self.weight, self.bias = nn.UninitializedParameter(), nn.UninitializedParameter()

    def forward(self, x):
        return F.conv2d(self.edges(x), self.weight, self.bias, self.stride, groups=self.groups)


class LocallyConnected(Window):
    """A convolution with different filters at each position: weight H×W×O×I×K×K and bias H×W×O."""

    def __init__(self, layer):
        super().__init__(layer)
        self.weight, self.bias = nn.UninitializedParameter(), nn.UninitializedParameter()

    def forward(self, x):
        rows, columns, filters = self.bias.shape
        windows = F.unfold(self.edges(x), self.kernel, stride=self.stride)
        banks = self.weight.reshape(rows * columns, filters, -1)
        y = torch.einsum("nkp,pok->nop", windows, banks) + self.bias.reshape(-1, filters).T
        return y.reshape(len(x), filters, rows, columns)


class MaxPooling(Window):
    def forward(self, x):
        return F.max_pool2d(x, self.kernel, self.stride, self.padding, ceil_mode=self.ceil)


class AveragePooling(Window):
    """Mean pooling in which a window over the edge is divided by the number of elements it covers."""

    def forward(self, x):
        return F.avg_pool2d(
            x, self.kernel, self.stride, self.padding, ceil_mode=self.ceil, count_include_pad=False
        )


class ChannelNormalization(nn.Module):
    """Local response normalization over neighbouring channels, by any system's definition."""

    def __init__(self, layer):
        super().__init__()
        self.n, self.k = layer.get("n", 5), layer.get("k", 2)
        self.alpha, self.beta = layer.get("alpha", 1e-4), layer.get("beta", 0.75)
        self.groups, convention = layer.get("groups", 1), layer.get("convention", "paper")
        n = self.n
        self.below, self.above = {
            "onnx": (n - 1 - n // 2, n // 2),
            "tensorflow": (n // 2, n // 2),
            "caffe": ((n - 1) // 2, (n - 1) // 2),
            "onednn": ((n - 1) // 2, (n - 1) // 2),
        }.get(convention, (n // 2, n - 1 - n // 2))
        self.scale = self.alpha if convention in ("paper", "tensorflow") else self.alpha / n

    def forward(self, x):
        parts = []
        for part in x.chunk(self.groups, dim=1):
            squares = F.pad(part * part, (0, 0, 0, 0, self.below, self.above))
            channels = part.shape[1]
            sums = sum(squares[:, i : i + channels] for i in range(self.below + self.above + 1))
            parts.append(part * (self.k + self.scale * sums) ** -self.beta)
        return torch.cat(parts, dim=1)


class SpatialNormalization(nn.Module):
    """Local response normalization over a window of rows and columns within each channel."""

    def __init__(self, layer):
        super().__init__()
        self.n, self.k = layer.get("n", 3), layer.get("k", 1)
        self.alpha, self.beta = layer.get("alpha", 5e-5), layer.get("beta", 0.75)
        convention = layer.get("convention", "source2012")
        n = self.n
        self.below, self.above = {
            "onednn": ((n - 1) // 2, (n - 1) // 2), "caffe": ((n - 1) // 2, (n - 1) // 2),
        }.get(convention, (n // 2, n - 1 - n // 2))
        self.scale = self.alpha if convention == "paper" else self.alpha / (n * n)

    def forward(self, x):
        taps = self.below + self.above + 1
        squares = F.pad(x * x, (self.below, self.above) * 2)
        sums = F.avg_pool2d(squares, taps, stride=1) * (taps * taps)
        return x * (self.k + self.scale * sums) ** -self.beta


class BatchNormalization(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.epsilon = layer.get("epsilon", 1e-3)
        self.weight, self.bias = nn.UninitializedParameter(), nn.UninitializedParameter()
        self.running_mean, self.running_var = nn.UninitializedBuffer(), nn.UninitializedBuffer()

    def forward(self, x):
        return F.batch_norm(
            x, self.running_mean, self.running_var, self.weight, self.bias, eps=self.epsilon
        )


class Linear(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.weight, self.bias = nn.UninitializedParameter(), nn.UninitializedParameter()

    def forward(self, x):
        return F.linear(x.flatten(1), self.weight, self.bias)


class Dropout(nn.Module):
    """At test time, the paper multiplies by the fraction kept; inverted dropout does nothing."""

    def __init__(self, layer):
        super().__init__()
        self.keep = 1 - layer.get("rate", 0.5) if layer.get("convention", "paper") == "paper" else 1

    def forward(self, x):
        return x * self.keep


KINDS = {
    "convolution": Convolution, "locally_connected": LocallyConnected, "max_pooling": MaxPooling,
    "average_pooling": AveragePooling, "local_response_normalization": ChannelNormalization,
    "spatial_normalization": SpatialNormalization, "batch_normalization": BatchNormalization,
    "linear": Linear, "dropout": Dropout,
    "relu": lambda _: nn.ReLU(), "tanh": lambda _: nn.Tanh(),
    "elu": lambda layer: nn.ELU(layer.get("alpha", 1)), "flatten": lambda _: nn.Flatten(),
}


def build(network, tensors):
    """The module for a network's JSON, with its parameters. The softmax at its end is left out."""
    module = nn.Sequential()
    for layer in network["layers"]:
        if layer["kind"] != "softmax":
            module.add_module(layer["name"], KINDS[layer["kind"]](layer))
    # The shapes are in the file: lazy parameters get the shape of their tensor.
    for name, tensor in [*module.named_parameters(), *module.named_buffers()]:
        tensor.materialize(tensors[name].shape)
    module.load_state_dict(tensors, strict=True)
    return module.eval()


class Pictures:
    """Prepares images as the training did, but without random crops and mirroring, as in a test."""

    def __init__(self, settings, size, tensors):
        self.settings, (self.channels, self.height, self.width) = settings, size
        shape = (-1, 1, 1)
        mean = tensors["pictures/mean"]
        self.mean = mean if mean.dim() == 3 else mean.reshape(shape)
        self.deviation = tensors["pictures/deviation"].reshape(shape)

    def __call__(self, image):
        """An image as the network's input: 1×C×H×W."""
        image = image.convert("L" if self.channels == 1 else "RGB")
        if image.size != (self.width, self.height):
            image = ImageOps.fit(image, (self.width, self.height), Image.Resampling.BILINEAR)
        bytes = np.asarray(image, dtype=np.float32).reshape(self.height, self.width, self.channels)
        x = torch.from_numpy(bytes.transpose(2, 0, 1).copy())
        x = (x * (self.settings["scale"] / 255) - self.mean) / self.deviation
        x = x[None]
        if self.settings["resize"]:
            share = self.settings["resize"] / min(self.height, self.width)
            size = [round(self.height * share), round(self.width * share)]
            x = F.interpolate(x, size, mode="bilinear", antialias=True)
        crop = self.settings["crop"]
        if crop:
            top, left = (x.shape[2] - crop) // 2, (x.shape[3] - crop) // 2
            x = x[:, :, top : top + crop, left : left + crop]
        return x


def load(path):
    """The module of a checkpoint, its image preparation, and the names of its classes."""
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    if metadata.get("format") != "alexnet-checkpoint":
        raise SystemExit(f"{path} isn't a checkpoint of alexnet")
    state, recipe = json.loads(metadata["state"]), json.loads(metadata["recipe"])
    parameters = {name: tensor for name, tensor in tensors.items() if "/" not in name}
    module = build(json.loads(metadata["network"]), parameters)
    return module, Pictures(recipe["pictures"], state["picture_size"], tensors), state["classes"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("checkpoint")
    parser.add_argument("pictures", nargs="+", metavar="image")
    parser.add_argument("--json", action="store_true", help="print the logits as JSON")
    arguments = parser.parse_args()
    module, pictures, classes = load(arguments.checkpoint)
    for path in arguments.pictures:
        with torch.no_grad():
            logits = module(pictures(Image.open(path)))[0]
        if arguments.json:
            print(json.dumps({"picture": path, "logits": logits.tolist()}))
            continue
        print(path)
        for share, index in zip(*logits.softmax(0).topk(min(3, len(classes)))):
            print(f"  {classes[index]:12} {share:6.1%}   logit {logits[index]:.5f}")


if __name__ == "__main__":
    main()

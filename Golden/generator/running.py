"""Runs a network with the weights of the counter-based generator, watching for near-ties."""

import math

import numpy as np
import torch
import torch.nn.functional as F

from . import counter
from .networks import Network
from .operation import widen
from .operations import BY_NAME
from .operations.convolution import overhang

TRAINABLE = ("weight", "bias")
NORMALIZATION = {  # offset + scale · unit
    "weight": (1.0, 0.25),
    "bias": (0.0, 0.1),
    "running_mean": (0.0, 0.1),
    "running_var": (1.0, 0.5),
}


class NearTie(Exception):
    """A value too close to where a ReLU or max pooling would switch; the message names the place."""


def shapes(layer: dict, x: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """The shapes of a layer's tensors, given the shape of its input."""
    match layer["operation"]:
        case "convolution":
            kernel = layer["kernel"]
            weight = (layer["filters"], x[1] // layer["groups"], kernel, kernel)
            return {"weight": weight, "bias": weight[:1]}
        case "locally_connected":
            kernel = layer["kernel"]
            rows, columns = (
                (size + 2 * layer["padding"] - kernel) // layer["stride"] + 1 for size in x[2:]
            )
            weight = (rows, columns, layer["filters"], x[1], kernel, kernel)
            return {"weight": weight, "bias": weight[:3]}
        case "linear":
            return {"weight": (layer["outputs"], x[1]), "bias": (layer["outputs"],)}
        case "batch_normalization":
            return dict.fromkeys(NORMALIZATION, (x[1],))
        case _:
            return {}


def fan_in(layer: dict, weight: tuple[int, ...]) -> int:
    """How many weights feed one output."""
    return math.prod(weight[3:] if layer["operation"] == "locally_connected" else weight[1:])


def draw(
    layer: dict, tensor: str, shape: tuple[int, ...], seed: int, factor: float
) -> np.ndarray:
    """The tensor `LAYER.TENSOR` from the counter-based generator; `factor` is a power of two, so exact."""
    unit = counter.unit(f"{layer['name']}.{tensor}", seed, shape)
    if layer["operation"] == "batch_normalization":
        offset, scale = NORMALIZATION[tensor]
        product = np.float32(scale) * unit
        return np.float32(offset) + product if offset else product
    if tensor == "bias":
        return np.float32(0.1) * unit
    return np.float32(math.sqrt(6 / fan_in(layer, shape))) * np.float32(factor) * unit


def image(network: Network, name: str, batch: int, seed: int) -> np.ndarray:
    """The images, N×C×H×W; their mean counts as already subtracted."""
    return np.float32(network.image_scale) * counter.unit(name, seed, (batch, *network.input))


def labels(network: Network, name: str, batch: int, seed: int) -> np.ndarray:
    """The class of each picture."""
    return counter.modulo(name, seed, batch, network.classes)


class Run:
    """A network's parameters for one seed, computed when the forward pass first needs them."""

    def __init__(self, network: Network, seed: int, margin: float):
        self.network, self.seed, self.margin = network, seed, margin
        self.parameters: dict[str, torch.Tensor] = {}

    def forward(self, x: torch.Tensor, stream: str = "") -> dict[str, torch.Tensor]:
        """The output of every layer, in order; `stream` names dropout's masks. Throws NearTie."""
        outputs = {}
        for depth, layer in enumerate(self.network.layers, start=1):
            self.watch(layer, x.detach(), depth)
            operation = BY_NAME[layer["operation"]]
            tensors = {"x": x} | self.tensors(layer, tuple(x.shape))
            if layer["operation"] == "dropout" and layer["training"]:
                tensors["mask"] = self.mask(layer, tuple(x.shape), stream)
            x = operation.forward(layer, tensors)
            outputs[layer["name"]] = x
        return outputs

    def tensors(self, layer: dict, x: tuple[int, ...]) -> dict[str, torch.Tensor]:
        found = {}
        for tensor, shape in shapes(layer, x).items():
            name = f"{layer['name']}.{tensor}"
            if name not in self.parameters:
                factor = self.network.weight_scales.get(name, 1.0)
                values = widen(draw(layer, tensor, shape, self.seed, factor))
                values.requires_grad_(tensor in TRAINABLE)
                self.parameters[name] = values
            found[tensor] = self.parameters[name]
        return found

    def mask(self, layer: dict, shape: tuple[int, ...], stream: str) -> torch.Tensor:
        """1 where an element is kept."""
        drawn = counter.unit(f"mask.{layer['name']}.{stream}", self.seed, shape)
        return widen((drawn < np.float32(1 - 2 * layer["rate"])).astype(np.float32))

    def trainable(self) -> dict[str, torch.Tensor]:
        return {name: value for name, value in self.parameters.items() if value.requires_grad}

    def watch(self, layer: dict, x: torch.Tensor, depth: int) -> None:
        """Throws if the rounding errors of `depth` layers in Float32 could switch a ReLU or max pooling."""
        match layer["operation"]:
            case "relu":
                distance = x.abs()
            case "max_pooling":
                distance = runner_up_distance(layer, x)
            case _:
                return
        rms = x.square().mean().sqrt().item()
        needed = self.margin * 2.0**-24 * math.sqrt(depth) * rms
        if distance.min().item() < needed:
            raise NearTie(f"seed {self.seed}: {layer['name']} within {needed:.3g} of a switch")


def runner_up_distance(layer: dict, x: torch.Tensor) -> torch.Tensor:
    """The largest minus the second largest of each window; exact ties, which the first one wins, are left out.

    Exact ties come from zeros that a ReLU produced, so they are exact ties in Float32 too.
    """
    kernel, stride = layer["kernel"], layer["stride"]
    padding = layer["padding"]
    down, right = (
        overhang(size, kernel, stride, padding, layer["rounding"]) for size in x.shape[2:]
    )
    padded = F.pad(x, (padding, padding + right, padding, padding + down), value=-math.inf)
    windows = padded.unfold(2, kernel, stride).unfold(3, kernel, stride).flatten(-2)
    first, second = windows.topk(2, dim=-1).values.unbind(-1)
    distance = first - second
    return distance[distance > 0]

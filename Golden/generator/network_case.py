"""One case per network: every layer's output, the logits, the loss and all gradients."""

import math

import numpy as np
import torch
import torch.nn.functional as F

from . import running
from .casefile import Case
from .networks import Network
from .operation import TORCH, widen
from .running import NearTie, Run
from .summary import summarize

MARGIN = 16.0  # times 2^-24 · √depth · rms of the layer
TRIES = 50


def case(network: Network) -> Case:
    """The case with the smallest seed for which no ReLU or max pooling is within the margin of a switch."""
    for seed in range(1, TRIES + 1):
        run = Run(network, seed, MARGIN)
        try:
            return computed(run)
        except NearTie:
            continue
    raise AssertionError(f"{network.name}: no seed in 1…{TRIES} keeps a margin of {MARGIN}")


def computed(run: Run) -> Case:
    network, seed = run.network, run.seed
    image = widen(running.image(network, "image", network.batch, seed)).requires_grad_()
    labels = running.labels(network, "label", network.batch, seed)
    outputs = run.forward(image)
    count = sum(math.prod(value.shape) for value in run.parameters.values())
    if count != network.parameters:
        raise AssertionError(f"{network.name} has {count} parameters, not {network.parameters}")
    logits = outputs[network.layers[-2]["name"]]
    loss = F.cross_entropy(logits, torch.from_numpy(labels))
    loss.backward()

    tensors = {
        "expected.logits": logits.detach().numpy() + 0.0,
        "expected.loss": np.array([loss.item()]),
        "input.labels": labels,
    }
    for name, output in outputs.items():
        tensors |= summarize(f"layer.{name}", name, seed, output.detach().numpy())
    for name, value in ({"image": image} | run.trainable()).items():
        key = f"gradient.{name}"
        tensors |= summarize(key, key, seed, value.grad.numpy())
    return Case("network", network.name, parameters(network), TORCH, seed, tensors)


def parameters(network: Network) -> dict:
    """Everything needed to build the network without knowing its name."""
    return {
        "network": network.name,
        "batch": network.batch,
        "margin": MARGIN,
        "input": list(network.input),
        "image_scale": network.image_scale,
        "weight_scales": network.weight_scales,
        "classes": network.classes,
        "parameters": network.parameters,
        "layers": list(network.layers),
    }

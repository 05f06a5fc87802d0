"""Ten steps of stochastic gradient descent on cuda-convnet-18: the loss before each update.

    v ← momentum · v − decay · ε · w − ε · ∂L/∂w        w ← w + v

is the paper's rule: the learning rate ε stands inside the velocity. ε and decay of a bias differ
from those of a weight, and fc10 decays on its own, as in the published net.
"""

import dataclasses

import numpy as np
import torch
import torch.nn.functional as F

from . import network_case, running
from .casefile import Case
from .networks import BY_NAME, Network
from .operation import TORCH, widen
from .running import NearTie, Run

STEPS, BATCH, TRIES = 10, 8, 50
MOMENTUM, WEIGHT_RATE, BIAS_RATE = 0.9, 0.001, 0.002
DECAY = {"conv1.weight": 0.004, "conv2.weight": 0.004, "conv3.weight": 0.004, "fc10.weight": 1.0}
# conv1 brings the pixels down to order 1, so that the published rates neither explode nor stall.
NETWORK = dataclasses.replace(
    BY_NAME["cuda-convnet-18"], batch=BATCH, weight_scales={"conv1.weight": 2.0**-5}
)


def case() -> Case:
    """The case under the smallest seed for which no step comes within the margin of a switch."""
    for seed in range(1, TRIES + 1):
        try:
            losses, labels = descend(NETWORK, seed)
        except NearTie:
            continue
        tensors = {"expected.losses": np.array(losses), "input.labels": labels}
        return Case("training", NETWORK.name, parameters(), TORCH, seed, tensors)
    raise AssertionError(f"training: no seed in 1…{TRIES} keeps the margin")


def descend(network: Network, seed: int) -> tuple[list[float], np.ndarray]:
    """The loss of each step, and the labels STEPS×BATCH."""
    run = Run(network, seed, network_case.MARGIN)
    velocities: dict[str, torch.Tensor] = {}
    losses, drawn = [], []
    for step in range(1, STEPS + 1):
        images = widen(running.image(network, f"image.{step}", BATCH, seed))
        labels = running.labels(network, f"label.{step}", BATCH, seed)
        logits = run.forward(images)[network.layers[-2]["name"]]
        loss = F.cross_entropy(logits, torch.from_numpy(labels))
        losses.append(loss.item())
        drawn.append(labels)
        weights = run.trainable()
        gradients = torch.autograd.grad(loss, list(weights.values()))
        with torch.no_grad():
            for (name, w), gradient in zip(weights.items(), gradients, strict=True):
                rate = BIAS_RATE if name.endswith(".bias") else WEIGHT_RATE
                v = velocities.get(name, torch.zeros_like(w))
                v = MOMENTUM * v - DECAY.get(name, 0.0) * rate * w - rate * gradient
                w += v
                velocities[name] = v
    return losses, np.stack(drawn)


def parameters() -> dict:
    """The network as in its own case, and the settings of the descent."""
    return network_case.parameters(NETWORK) | {
        "steps": STEPS,
        "momentum": MOMENTUM,
        "weight_rate": WEIGHT_RATE,
        "bias_rate": BIAS_RATE,
        "decay": DECAY,
    }

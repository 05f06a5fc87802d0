"""Steps of an optimizer: the loss before each update, and the weights after the last.

    paper     v ← momentum · v − decay · ε · w − ε · ∂L/∂w     w ← w + v
    pytorch   v ← momentum · v + ∂L/∂w + decay · w             w ← w − ε · v
    adam      g ← ∂L/∂w + decay · w
              m ← β₁ · m + (1 − β₁) · g                        v ← β₂ · v + (1 − β₂) · g²
              w ← w − ε · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε̂)

ε and decay of a bias differ from those of a weight. The last two are compared with torch.optim, and the
generator stops if they differ.
"""

import dataclasses
import math
from dataclasses import dataclass, field

import numpy as np
import torch
import torch.nn.functional as F

from . import network_case, running
from .casefile import Case
from .networks import BY_NAME, Network
from .operation import TORCH, agree, widen
from .running import NearTie, Run
from .summary import samples
from .training_networks import BLOCKS, MIXED, NORMALIZED, PLAIN

TRIES = 200


@dataclass(frozen=True)
class Descent:
    """A network, and the settings of its steps."""

    network: Network
    steps: int
    rule: str
    settings: dict
    decay: dict = field(default_factory=dict)
    keeps_weights: bool = True

    @property
    def name(self) -> str:
        return self.network.name


# conv1 scales the pixels down to order 1, so that the published rates neither diverge nor stall.
CUDA_CONVNET = dataclasses.replace(
    BY_NAME["cuda-convnet-18"], batch=8, weight_scales={"conv1.weight": 2.0**-5}
)

DESCENTS = [
    Descent(
        CUDA_CONVNET, 10, "paper",
        {"momentum": 0.9, "weight_rate": 0.001, "bias_rate": 0.002},
        {"conv1.weight": 0.004, "conv2.weight": 0.004, "conv3.weight": 0.004, "fc10.weight": 1.0},
        keeps_weights=False,
    ),
    Descent(
        PLAIN, 6, "paper", {"momentum": 0.9, "weight_rate": 0.01, "bias_rate": 0.02},
        {"conv1.weight": 0.5, "conv3.weight": 0.25, "fc5.weight": 1.0, "conv2.bias": 0.5},
    ),
    Descent(
        MIXED, 5, "pytorch", {"momentum": 0.8, "weight_rate": 0.02, "bias_rate": 0.05},
        {"conv1.weight": 0.05, "local3.weight": 0.1, "fc10.weight": 0.2, "fc10.bias": 0.1},
    ),
    Descent(
        NORMALIZED, 5, "adam",
        {"beta1": 0.9, "beta2": 0.95, "epsilon": 0.01, "weight_rate": 0.01, "bias_rate": 0.02},
        {"conv1.weight": 0.05, "bn1.weight": 0.1, "fc17.weight": 0.1},
    ),
    Descent(
        BLOCKS, 4, "adam",
        {"beta1": 0.8, "beta2": 0.9, "epsilon": 0.02, "weight_rate": 0.005, "bias_rate": 0.01},
        {"conv2.weight": 0.1, "fc7.weight": 0.05},
    ),
]


def case(descent: Descent) -> Case:
    """The case with the smallest seed for which no step comes within the margin of a switch."""
    for seed in range(1, TRIES + 1):
        try:
            tensors = Steps(descent, seed).tensors()
        except NearTie:
            continue
        return Case("training", descent.name, parameters(descent), TORCH, seed, tensors)
    raise AssertionError(f"training/{descent.name}: no seed in 1…{TRIES} keeps the margin")


class Steps:
    """Runs the steps, and compares them with those of a library."""

    def __init__(self, descent: Descent, seed: int):
        self.descent, self.seed = descent, seed
        self.run = Run(descent.network, seed, network_case.MARGIN)
        self.memory: dict[str, list[torch.Tensor]] = {}
        # For each parameter and step: the root mean square of the gradient, and the gradient.
        self.sizes: dict[str, list[float]] = {}
        self.gradients: dict[str, list[torch.Tensor]] = {}
        # The most that a batch changes the running statistics by.
        self.moved: dict[str, torch.Tensor] = {}

    def tensors(self) -> dict[str, np.ndarray]:
        losses, drawn = [], []
        second = None
        for step in range(1, self.descent.steps + 1):
            network = self.descent.network
            images = widen(running.image(network, f"image.{step}", network.batch, self.seed))
            labels = running.labels(network, f"label.{step}", network.batch, self.seed)
            outputs = self.run.forward(images, stream=str(step))
            logits = outputs[network.layers[-2]["name"]]
            loss = F.cross_entropy(logits, torch.from_numpy(labels))
            losses.append(loss.item())
            drawn.append(labels)
            weights = self.run.trainable()
            gradients = torch.autograd.grad(loss, list(weights.values()))
            second = second or Second(self.descent, weights)
            self.note_statistics(images, outputs)
            with torch.no_grad():
                for (name, w), gradient in zip(weights.items(), gradients, strict=True):
                    self.update(name, w, gradient, step)
            second.step(dict(zip(weights, gradients, strict=True)))
        second.compare(self.run.trainable())
        tensors = {"expected.losses": np.array(losses), "input.labels": np.stack(drawn)}
        if self.descent.keeps_weights:
            for name, value in self.run.parameters.items():
                key = f"final.{name}"
                values = value.detach().numpy()
                tensors[f"{key}.samples"] = samples(key, self.seed, values) + 0.0
                reach = np.broadcast_to(self.reach(name).numpy(), values.shape)
                tensors[f"{key}.reach"] = samples(key, self.seed, np.ascontiguousarray(reach))
        return tensors

    def rate(self, name: str) -> float:
        return self.descent.settings["bias_rate" if name.endswith(".bias") else "weight_rate"]

    def update(self, name: str, w: torch.Tensor, gradient: torch.Tensor, step: int) -> None:
        settings, decay = self.descent.settings, self.descent.decay.get(name, 0.0)
        rate = self.rate(name)
        self.sizes.setdefault(name, []).append(gradient.square().mean().sqrt().item())
        memory = self.memory.setdefault(name, [torch.zeros_like(w), torch.zeros_like(w)])
        match self.descent.rule:
            case "paper":
                memory[0] = settings["momentum"] * memory[0] - decay * rate * w - rate * gradient
                w += memory[0]
            case "pytorch":
                memory[0] = settings["momentum"] * memory[0] + gradient + decay * w
                w -= rate * memory[0]
            case "adam":
                first, second = settings["beta1"], settings["beta2"]
                g = gradient + decay * w
                self.gradients.setdefault(name, []).append(g)
                memory[0] = first * memory[0] + (1 - first) * g
                memory[1] = second * memory[1] + (1 - second) * g * g
                size = (memory[1] / (1 - second**step)).sqrt() + settings["epsilon"]
                w -= rate * (memory[0] / (1 - first**step)) / size

    def note_statistics(self, images: torch.Tensor, outputs: dict) -> None:
        """The possible error of running statistics: their share of the error of the batch's statistics."""
        x = images
        for layer in self.descent.network.layers:
            if layer["operation"] == "batch_normalization":
                square = x.detach().square().mean(dim=[0, *range(2, x.dim())])
                for tensor, size in (("running_mean", square.sqrt()), ("running_var", 2 * square)):
                    name, keep = f"{layer['name']}.{tensor}", layer["momentum"]
                    before = self.moved.get(name, torch.zeros_like(size))
                    self.moved[name] = keep * before + (1 - keep) * size
            x = outputs[layer["name"]]

    def reach(self, name: str) -> torch.Tensor:
        """How far each element would move if each gradient were off by its root mean square."""
        if name in self.moved:
            return self.moved[name]
        settings, rate, sizes = self.descent.settings, self.rate(name), self.sizes[name]
        steps = range(1, len(sizes) + 1)
        if self.descent.rule != "adam":
            # The gradient of step t contributes to the weight with the factor ε · (1 + μ + … + μ^(T−t)).
            sums = [sum(settings["momentum"] ** k for k in range(len(sizes) - t + 1)) for t in steps]
            return torch.tensor(
                rate * math.fsum(size * total for size, total in zip(sizes, sums, strict=True))
            ).double()
        return self.adam_reach(name, settings, rate, sizes)

    def adam_reach(self, name: str, settings: dict, rate: float, sizes: list) -> torch.Tensor:
        """|∂step_t/∂g_s| · rms(g_s), summed over all t and s ≤ t: of m, and of v under the root."""
        first, second, epsilon = (settings[key] for key in ("beta1", "beta2", "epsilon"))
        gradients = self.gradients[name]
        m = v = total = torch.zeros_like(gradients[0])
        for t in range(1, len(sizes) + 1):
            m = first * m + (1 - first) * gradients[t - 1]
            v = second * v + (1 - second) * gradients[t - 1] ** 2
            root = (v / (1 - second**t)).sqrt()
            step = (m / (1 - first**t)).abs() / (root + epsilon) ** 2
            for s in range(1, t + 1):
                of_m = (1 - first) * first ** (t - s) / (1 - first**t) / (root + epsilon)
                share = (1 - second) * second ** (t - s) / (1 - second**t)
                of_v = step * share * gradients[s - 1].abs() / root.clamp(min=1e-30)
                total = total + rate * (of_m + of_v) * sizes[s - 1]
        return total


class Second:
    """The same steps by torch.optim, on copies of the weights; does nothing for the paper's rule."""

    def __init__(self, descent: Descent, weights: dict[str, torch.Tensor]):
        self.copies = {name: w.detach().clone().requires_grad_() for name, w in weights.items()}
        settings = descent.settings
        groups = [
            {
                "params": [copy],
                "lr": settings["bias_rate" if name.endswith(".bias") else "weight_rate"],
                "weight_decay": descent.decay.get(name, 0.0),
            }
            for name, copy in self.copies.items()
        ]
        match descent.rule:
            case "pytorch":
                self.optimizer = torch.optim.SGD(groups, lr=1, momentum=settings["momentum"])
            case "adam":
                betas = (settings["beta1"], settings["beta2"])
                self.optimizer = torch.optim.Adam(
                    groups, lr=1, betas=betas, eps=settings["epsilon"]
                )
            case _:
                self.optimizer = None

    def step(self, gradients: dict[str, torch.Tensor]) -> None:
        if self.optimizer:
            for name, gradient in gradients.items():
                self.copies[name].grad = gradient.clone()
            self.optimizer.step()

    def compare(self, weights: dict[str, torch.Tensor]) -> None:
        if self.optimizer:
            for name, w in weights.items():
                agree(name, w.detach().numpy(), self.copies[name].detach().numpy(), 1e-12)


def parameters(descent: Descent) -> dict:
    """The network, described as in a network case, and the optimizer's settings."""
    rule = {} if descent.rule == "paper" and not descent.keeps_weights else {"rule": descent.rule}
    return (
        network_case.parameters(descent.network)
        | {"steps": descent.steps, "decay": descent.decay}
        | descent.settings
        | rule
    )

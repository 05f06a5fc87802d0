#!/usr/bin/env python3
"""Trains airbench94 on CIFAR-10 for as long as it may take, then tests it.

    airbench_peer.py --data DIR --seconds 300

The method of Keller Jordan, "94% on CIFAR-10 in 3.29 seconds on a single GPU", arXiv 2404.00498, whose script is
airbench94.py in github.com/KellerJordan/cifar10-airbench, as a program for processors: the same network, whitening,
initialization, loss, schedule, averaging, crops, mirrors and test, in 32-bit floats. The schedule is as long as fits
the time. What the paper states in epochs out of 9.9 is the same share of the run here.

--width 64, --batch 1024 and --views 6 are the published settings. Rates are per image, so other batches need no others.
"""

import math
import time

import cifar10
import torch
import torch.nn.functional as F
from torch import nn

EPOCHS = 9.9
# Per 1,024 images and independent of the momentum, as the paper states them.
RATE, DECAY, MOMENTUM, BIAS_FACTOR = 11.5, 0.0153, 0.85, 64
SMOOTHING, LOGIT_SCALE = 0.2, 1 / 9
MEAN, DEVIATION = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)


def convolution(inputs, outputs):
    """3×3 without biases; its first filters pass the input on at the start."""
    layer = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
    nn.init.dirac_(layer.weight.data[:inputs])
    return layer


def normalization(channels):
    """With biases and without factors. The statistics keep 0.6 of their value at each step."""
    layer = nn.BatchNorm2d(channels, eps=1e-12, momentum=0.4)
    layer.weight.requires_grad = False
    return layer


def group(inputs, outputs):
    return [convolution(inputs, outputs), nn.MaxPool2d(2), normalization(outputs), nn.GELU(),
            convolution(outputs, outputs), normalization(outputs), nn.GELU()]


class Airbench(nn.Module):
    def __init__(self, width, images):
        super().__init__()
        self.whitening = nn.Conv2d(3, 24, 2)
        self.whitening.weight.requires_grad = False
        self.whitening.weight.data = whitening_filters(images)
        self.whitening.bias.data.zero_()
        self.groups = nn.Sequential(
            *group(24, width), *group(width, 4 * width), *group(4 * width, 4 * width), nn.MaxPool2d(3))
        self.linear = nn.Linear(4 * width, 10, bias=False)

    def forward(self, x):
        x = self.groups(F.gelu(self.whitening(x)))
        return self.linear(x.flatten(1)) * LOGIT_SCALE


def whitening_filters(images):
    """The 12 principal components of 2×2 patches, scaled to deviation 1, and their negatives: 24×3×2×2."""
    patches = F.unfold(images, 2).transpose(1, 2).reshape(-1, 12)
    values, vectors = torch.linalg.eigh(patches.T @ patches / len(patches))
    components = (vectors / torch.sqrt(values + 5e-4)).T.flip(0).reshape(12, 3, 2, 2)
    return torch.cat([components, -components])


def rate_factor(progress):
    """Up from 0.2 to 1 during the first 23% of the steps, then down to 0.07."""
    return 0.2 + 0.8 * progress / 0.23 if progress < 0.23 else 1 - 0.93 * (progress - 0.23) / 0.77


class Averaging:
    """Every five steps the network becomes the mean of itself and of what it was then (Lookahead)."""

    def __init__(self, network):
        self.tensors = [value for value in network.state_dict().values() if value.is_floating_point()]
        self.slow = [value.clone() for value in self.tensors]

    def update(self, keep):
        for slow, value in zip(self.slow, self.tensors):
            value.copy_(slow.lerp_(value, 1 - keep))


def optimizer_for(network):
    scale = 1024 * (1 + 1 / (1 - MOMENTUM))
    parameters = [(name, value) for name, value in network.named_parameters() if value.requires_grad]
    biases = [value for name, value in parameters if name.startswith("groups") and name.endswith("bias")]
    others = [value for name, value in parameters if not (name.startswith("groups") and name.endswith("bias"))]

    def settings(values, rate):
        # The loss is a sum over the batch, so rates are per image; decay doesn't depend on the rate.
        return {"params": values, "lr": rate, "full_rate": rate, "decay": DECAY / scale / rate}

    groups = [settings(biases, BIAS_FACTOR * RATE / scale), settings(others, RATE / scale)]
    return torch.optim.SGD(groups, lr=1, momentum=MOMENTUM, nesterov=True, fused=True)


def views(images, count):
    """The images and their mirrors; with six views also both moved by a pixel along the diagonal, up and down."""
    yield from ((images, 0.5), (images.flip(-1), 0.5)) if count == 2 else ((images, 0.25), (images.flip(-1), 0.25))
    if count == 6:
        padded = F.pad(images, [1] * 4, mode="reflect")
        for first in (0, 2):
            moved = padded[:, :, first:first + 32, first:first + 32]
            yield from ((moved, 0.125), (moved.flip(-1), 0.125))


def test(network, images, labels, count):
    """The number of misclassified images."""
    network.eval()
    wrong = 0
    with torch.no_grad():
        for some, truth in zip(images.split(500), labels.split(500)):
            logits = sum(weight * network(view) for view, weight in views(some, count))
            wrong += (logits.argmax(1) != truth).sum().item()
    return wrong


def main():
    options = cifar10.options(__doc__, width=64, batch=1024, views=6)
    (train, labels), (tested, truth) = cifar10.read(options)
    mean, deviation = (torch.tensor(values).reshape(3, 1, 1) for values in (MEAN, DEVIATION))
    train, tested = ((images / 255 - mean) / deviation for images in (train, tested))
    tested = tested.contiguous(memory_format=torch.channels_last)
    crops, batch = cifar10.Crops(train, 2, "reflect"), min(options.batch, len(train))
    network = Airbench(options.width, train[:5000]).to(memory_format=torch.channels_last)
    optimizer = optimizer_for(network)

    def loss(images, labels):
        return F.cross_entropy(network(images), labels, label_smoothing=SMOOTHING, reduction="sum")
    run = torch.compile(loss) if options.compile else loss

    # Half of the images are mirrored in even epochs, the other half in odd ones.
    flipped = torch.rand(len(train)) < 0.5

    source = cifar10.batches(len(train), batch)

    def step(factor, train_whitening_bias=True):
        for settings in optimizer.param_groups:
            settings["lr"] = factor * settings["full_rate"]
            # The published script divides the decay by the full rate, and it then falls with the current one.
            settings["weight_decay"] = settings["decay"] * batch
        chosen, epoch = next(source)
        run(crops(chosen, flipped[chosen] ^ (epoch % 2 == 1)), labels[chosen]).backward()
        if not train_whitening_bias:
            network.whitening.bias.grad = None
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    total, duration = cifar10.measured(options, network, optimizer, step, 4, tested, 250, options.views)
    averaging, begin, part = None, time.monotonic(), 3 / EPOCHS
    for number in range(total):
        step(rate_factor(number / total), number < part * total)
        if number >= part * total and (number + 1) % 5 == 0:
            if averaging is None:
                averaging = Averaging(network)
            else:
                averaging.update(0.95 ** 5 * ((number + 1) / total) ** 3)
    if averaging is not None:
        averaging.update(1)
    seconds = time.monotonic() - begin
    wrong = test(network, tested, truth, options.views)
    cifar10.report(
        f"airbench94 in PyTorch, {options.width} filters first, {options.views} views", total, batch, len(train),
        seconds, wrong, len(truth), parameters=sum(value.numel() for value in network.parameters()),
        step_estimate=duration, step_seconds=seconds / total, before_training=begin - cifar10.START)


if __name__ == "__main__":
    main()

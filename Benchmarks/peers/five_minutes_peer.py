#!/usr/bin/env python3
"""Trains the network of a recipe of alexnet's in PyTorch, with the same recipe, for as long as it may take.

    five_minutes_peer.py --network FILE --recipe FILE --data DIR --seconds 300

FILEs are what `alexnet network save` and `alexnet recipe --file` write. Everything is as the recipe says, except for
the number of epochs, which is what fits the time: initialization, SGD, rates, schedule, crops, mirrors, cut-out
squares, test. In the form that gets furthest in the time: fused SGD, channels last, images prepared as whole batches.
Compiling takes longer than it saves in five minutes (--compile does it). No images are held back, so it trains on a
few more.
"""

import json
import math
import time

import cifar10
import torch
from network import Network
from pytorch_peer import linear_or_convolution
from torch import nn


def module(layer):
    kind = layer.kind
    if kind in ("convolution", "linear"):
        built = linear_or_convolution(layer)
        nn.init.normal_(built.weight, std=math.sqrt(2 / math.prod(layer.weight_shape[1:])))
        nn.init.zeros_(built.bias)
        return built
    if kind == "batch_normalization":
        return nn.BatchNorm2d(layer.input[0], layer["epsilon"], 1 - layer["momentum"])
    if kind in ("max_pooling", "average_pooling"):
        return {"max_pooling": nn.MaxPool2d, "average_pooling": nn.AvgPool2d}[kind](
            layer["kernel"], layer["stride"], layer["padding"], ceil_mode=layer["rounding"] == "ceil")
    # A ReLU may not overwrite what a pooling or a normalization needs for its gradient.
    return {"relu": nn.ReLU, "flatten": nn.Flatten}[kind]()


def cut_out(images, side):
    """Clears a square in each image; its centre is any pixel, so that at an edge it is cut."""
    places = torch.arange(images.shape[-1])
    first = torch.randint(images.shape[-1], (2, len(images), 1)) - side // 2
    rows, columns = (places >= first) & (places < first + side)
    return images * ~(rows[:, None, :, None] & columns[:, None, None, :])


def rate_factor(schedule, step, steps):
    """One cycle: up to 1 in the first part of the steps, then down along a line or half a cosine."""
    if schedule["kind"] != "one-cycle":
        raise ValueError(f"the schedule {schedule['kind']} isn't supported here")
    last = max(1, steps - 1)
    peak = schedule["warm_up"] * last
    if step < peak:
        return schedule["start"] + (1 - schedule["start"]) * step / peak
    share, final = (step - peak) / (last - peak), schedule["final"]
    if schedule["anneal"] == "cosine":
        return final + (1 - final) * (1 + math.cos(math.pi * share)) / 2
    return 1 + (final - 1) * share


def optimizer_for(network, recipe):
    settings = recipe["optimizer"]
    if settings["kind"] != "pytorch" or recipe["layers"]:
        raise ValueError("only SGD as in PyTorch is supported here, with the same settings for all layers")
    parameters = list(network.named_parameters())
    weights = [value for name, value in parameters if name.endswith("weight")]
    biases = [value for name, value in parameters if name.endswith("bias")]
    return torch.optim.SGD([
        {"params": weights, "lr": recipe["rate"], "full_rate": recipe["rate"], "weight_decay": recipe["decay"]},
        {"params": biases, "lr": recipe["bias_rate"], "full_rate": recipe["bias_rate"],
         "weight_decay": recipe["bias_decay"]},
    ], lr=1, momentum=settings["momentum"], fused=True)


def test(network, images, labels, mirrored):
    """The number of misclassified images; probabilities are averaged over an image and its mirror."""
    network.eval()
    wrong = 0
    with torch.no_grad():
        for some, truth in zip(images.split(500), labels.split(500)):
            scores = network(some).softmax(1)
            if mirrored:
                scores += network(some.flip(-1)).softmax(1)
            wrong += (scores.argmax(1) != truth).sum().item()
    return wrong


def main():
    options = cifar10.options(__doc__, network=None, recipe=None)
    with open(options.recipe, encoding="utf-8") as file:
        recipe = json.load(file)
    pictures, batch = recipe["pictures"], recipe["batch"]
    description = Network(options.network)
    network = nn.Sequential(*map(module, description.layers)).to(memory_format=torch.channels_last)
    (train, labels), (tested, truth) = cifar10.read(options)
    batch = min(batch, len(train))
    whole = train.permute(1, 0, 2, 3).reshape(3, -1) / 255
    mean, deviation = (values.reshape(3, 1, 1) for values in (whole.mean(1), whole.std(1)))
    del whole
    train, tested = ((images / 255 - mean) / deviation for images in (train, tested))
    tested = tested.contiguous(memory_format=torch.channels_last)
    # The padding is 0 after the mean is subtracted, as in alexnet.
    crops = cifar10.Crops(train, pictures["padding"])
    optimizer, cross_entropy = optimizer_for(network, recipe), nn.CrossEntropyLoss()

    def loss(images, labels):
        return cross_entropy(network(images), labels)
    run = torch.compile(loss) if options.compile else loss

    source = cifar10.batches(len(train), batch)

    def step(factor):
        for settings in optimizer.param_groups:
            settings["lr"] = factor * settings["full_rate"]
        chosen, _ = next(source)
        images = crops(chosen, (torch.rand(batch) < 0.5) & pictures["mirror"])
        images = cut_out(images, pictures["cutout"]) if pictures["cutout"] else images
        run(images, labels[chosen]).backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    views = 1 if recipe["crops"] == "center" else 2
    total, duration = cifar10.measured(options, network, optimizer, step, 20, tested, 500, views)
    begin = time.monotonic()
    for number in range(total):
        step(rate_factor(recipe["schedule"], number, total))
    seconds = time.monotonic() - begin
    cifar10.report(
        "the same recipe in PyTorch", total, batch, len(train), seconds, test(network, tested, truth, views == 2),
        len(truth), parameters=sum(value.numel() for value in network.parameters()), step_estimate=duration,
        step_seconds=seconds / total, before_training=begin - cifar10.START)


if __name__ == "__main__":
    main()

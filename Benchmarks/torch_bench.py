#!/usr/bin/env python3
"""The work of `alexnet bench`, done by PyTorch on the CPU.

A training step (forward, softmax cross-entropy, backward, SGD with momentum 0.9 and decay 0.0005) on a
batch in memory, inference on the batch, and inference on a single image. Prints medians as one JSON line.
Needs torch. `compare.py` runs it beside `alexnet bench`.
"""

import argparse
import json
import statistics
import time

import torch
from torch import nn


def alexnet_cifar10():
    """AlexNet for ten classes at 227×227, in one group. PyTorch divides α by n in the normalization."""
    layers = []

    def convolution(inputs, outputs, kernel, **geometry):
        layers.extend([nn.Conv2d(inputs, outputs, kernel, **geometry), nn.ReLU(inplace=True)])

    def normalized_pool():
        layers.extend([nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=2), nn.MaxPool2d(3, 2)])

    convolution(3, 96, 11, stride=4)
    normalized_pool()
    convolution(96, 256, 5, padding=2)
    normalized_pool()
    convolution(256, 384, 3, padding=1)
    convolution(384, 384, 3, padding=1)
    convolution(384, 256, 3, padding=1)
    layers.extend([nn.MaxPool2d(3, 2), nn.Flatten()])
    for inputs in (9216, 4096):
        layers.extend([nn.Dropout(0.5), nn.Linear(inputs, 4096), nn.ReLU(inplace=True)])
    layers.append(nn.Linear(4096, 10))
    return nn.Sequential(*layers), 227


def cuda_convnet_18():
    """Krizhevsky's 18% network. PyTorch has no normalization within a map, so it uses one across maps
    with the same window size."""
    layers = []

    def block(inputs, outputs, pool, normalized):
        layers.append(nn.Conv2d(inputs, outputs, 5, padding=2))
        if pool == "max":
            layers.extend([nn.MaxPool2d(3, 2, ceil_mode=True), nn.ReLU(inplace=True)])
        else:
            layers.extend([nn.ReLU(inplace=True), nn.AvgPool2d(3, 2, ceil_mode=True)])
        if normalized:
            layers.append(nn.LocalResponseNorm(3, alpha=5e-5, beta=0.75, k=1))

    block(3, 32, "max", True)
    block(32, 32, "average", True)
    block(32, 64, "average", False)
    layers.extend([nn.Flatten(), nn.Linear(1024, 10)])
    return nn.Sequential(*layers), 32


NETWORKS = {"alexnet-cifar10": alexnet_cifar10, "cuda-convnet-18": cuda_convnet_18}


def median_seconds(work, times):
    work()
    seconds = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--network", choices=NETWORKS, default="alexnet-cifar10")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--compile", action="store_true", help="run through torch.compile")
    options = parser.parse_args()

    if options.threads:
        torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    network, side = NETWORKS[options.network]()
    run = torch.compile(network) if options.compile else network
    pictures = torch.randn(options.batch, 3, side, side)
    labels = torch.randint(0, 10, (options.batch,))
    optimizer = torch.optim.SGD(
        network.parameters(), lr=0.001, momentum=0.9, weight_decay=5e-4)
    cross_entropy = nn.CrossEntropyLoss()

    def train():
        optimizer.zero_grad(set_to_none=True)
        cross_entropy(run(pictures), labels).backward()
        optimizer.step()

    training = median_seconds(train, options.steps)
    network.eval()
    with torch.no_grad():
        inference = median_seconds(lambda: run(pictures), options.steps)
        single = median_seconds(lambda: run(pictures[:1]), 4 * options.steps)
    print(
        json.dumps({
            "network": options.network,
            "engine": f"PyTorch {torch.__version__}" + (", compiled" if options.compile else ""),
            "batch": options.batch,
            "train_images_per_s": options.batch / training,
            "infer_images_per_s": options.batch / inference,
            "infer_batch1_ms": 1000 * single,
        }))


if __name__ == "__main__":
    main()

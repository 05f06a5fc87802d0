#!/usr/bin/env python3
"""PyTorch's DistributedDataParallel (gloo) on the work of `mpirun -np N alexnet train`; `ranks.py` runs it.

    ddp_peer.py --network FILE.json --batch 64 --ranks 2 --threads 1 --form compiled

Prints the images per second of all ranks together, from the median step, as one JSON line.
"""

import argparse
import json
import os
import socket
import statistics
import time

import torch
import torch.distributed as dist
import torch.multiprocessing as processes
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from network import Network
from pytorch_peer import module

FORMS = ("eager", "compiled")


def work(rank, options, port, results):
    """A rank: trains on its part of each batch."""
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
    torch.set_num_threads(options.threads)
    dist.init_process_group("gloo", rank=rank, world_size=options.ranks)
    torch.manual_seed(1)
    network = Network(options.network)
    network.draw_weights()
    # Gradients are views of the buckets that are sent, so they aren't copied.
    model = DistributedDataParallel(
        nn.Sequential(*[module(layer, True) for layer in network.layers]), gradient_as_bucket_view=True)
    optimizer = torch.optim.SGD(
        model.parameters(), lr=1e-6, momentum=0.9, weight_decay=5e-4, fused=options.form == "compiled")
    forward = torch.compile(model) if options.form == "compiled" else model
    loss = nn.CrossEntropyLoss()
    share = options.batch // options.ranks
    images = torch.randn(share, *network.input)
    labels = torch.randint(0, network.classes, (share,))

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss(forward(images), labels).backward()
        optimizer.step()

    for _ in range(2):
        step()
    seconds = []
    for _ in range(options.steps):
        dist.barrier()
        begin = time.perf_counter()
        step()
        dist.barrier()
        seconds.append(time.perf_counter() - begin)
    if rank == 0:
        results.put(options.batch / statistics.median(seconds))
    dist.destroy_process_group()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--network", required=True, help="as `alexnet network save` writes it")
    parser.add_argument("--batch", type=int, default=64, help="of all ranks together")
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1, help="of each rank")
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--form", choices=FORMS, default="compiled")
    options = parser.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    results = processes.get_context("spawn").SimpleQueue()
    processes.spawn(work, (options, port, results), nprocs=options.ranks)
    print(json.dumps({"images_per_s": results.get()}))


if __name__ == "__main__":
    main()

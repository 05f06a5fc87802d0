#!/usr/bin/env python3
"""Compares training by several processes of one machine with PyTorch's DistributedDataParallel, in turn.

    ranks.py PROGRAM [--python PYTHON] [--network alexnet-cifar10] [--batch 64] [--ranks 2] [--rounds 3]

PROGRAM is built with MPI: make build MPI=1 gives .build-mpi/release/alexnet. Each rank has one thread. The third figure
is one process with as many threads as there are ranks: what several processes cost.
"""

import argparse
import csv
import os
import statistics
import struct
import sys
import tempfile
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "peers"))
import machine
from scale import last_json, run

CLASSES, PER_CLASS = 10, 100


def write_images(folder):
    """PNG files of noise: an epoch has about ten batches of 64."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    for label in range(CLASSES):
        os.makedirs(os.path.join(folder, f"class{label}"))
        for number in range(PER_CLASS):
            rows = b"".join(b"\0" + os.urandom(96) for _ in range(32))
            with open(os.path.join(folder, f"class{label}", f"{number}.png"), "wb") as file:
                file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 32, 32, 8, 2, 0, 0, 0))
                           + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def training(options, images, out, batch, threads, epochs):
    """A command that trains without validation, at a rate that changes next to nothing."""
    return [options.program, "train", "--network", options.network, "--data", images, "--batch", str(batch), "--epochs",
            str(epochs), "--threads", str(threads), "--set", "validation=0", "--rate", "1e-6", "--save-minutes", "0",
            "--out", out]


def last_speed(out):
    """Images per second in a run's last epoch."""
    with open(os.path.join(out, "metrics.csv"), encoding="utf-8") as file:
        return float(list(csv.DictReader(file))[-1]["images_per_s"])


class Turns:
    def __init__(self, options, folder):
        self.options, self.folder, self.count = options, folder, 0
        self.images = os.path.join(folder, "images")
        write_images(self.images)
        self.network = os.path.join(folder, "network.json")
        run([options.program, "--network", options.network, "network", "save", self.network])

    def train(self, before, threads):
        """Images per second of the last of three epochs."""
        self.count += 1
        out = os.path.join(self.folder, f"run{self.count}")
        run([*before, *training(self.options, self.images, out, self.options.batch, threads, epochs=3)])
        found = last_speed(out)
        for name in os.listdir(out):
            os.remove(os.path.join(out, name))
        return found

    def ranks(self):
        return self.train(["mpirun", "-q", "-np", str(self.options.ranks), "--bind-to", "none"], 1)

    def threads(self):
        return self.train([], self.options.ranks)

    def peer(self, form):
        return last_json(run([
            self.options.python, os.path.join(HERE, "peers", "ddp_peer.py"), "--network", self.network, "--batch",
            str(self.options.batch), "--ranks", str(self.options.ranks), "--form", form]))["images_per_s"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--python", default=os.environ.get("ALEXNET_PYTHON", sys.executable))
    parser.add_argument("--network", default="alexnet-cifar10")
    parser.add_argument("--batch", type=int, default=64, help="of all ranks together")
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")
    with tempfile.TemporaryDirectory() as folder:
        turns = Turns(options, folder)
        kinds = {
            f"alexnet, {options.ranks} ranks": turns.ranks,
            f"alexnet, 1 process, {options.ranks} threads": turns.threads,
            "PyTorch DDP, compiled": lambda: turns.peer("compiled"),
            "PyTorch DDP, eager": lambda: turns.peer("eager"),
        }
        found, shares = {name: [] for name in kinds}, []
        for number in range(options.rounds):
            for name, turn in kinds.items():
                with machine.OthersShare() as others:
                    found[name].append(turn())
                shares.append(others.value or 0)
                print(f"round {number + 1}: {name}: {found[name][-1]:.4g} images/s", file=sys.stderr)
    first = next(iter(found))
    print(f"{machine.description()}; {options.network}, batch {options.batch}, medians of {options.rounds} rounds in turn; "
          f"others used up to {100 * max(shares):.0f}% of the cores\n\n| | images/s | the first is so many times as fast |\n|---|---|---|")
    for name, values in found.items():
        ratio = statistics.median(a / b for a, b in zip(found[first], values))
        print(f"| {name} | {statistics.median(values):.4g} | {ratio:.2f} |")


if __name__ == "__main__":
    main()

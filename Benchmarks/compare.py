#!/usr/bin/env python3
"""Compares alexnet with PyTorch on this machine, in one run.

    compare.py PROGRAM [--python PYTHON] [--rounds 3] [--threads N]

They take turns at the same work, so that noise affects both. The figures and their ratios are medians
over the rounds. PYTHON is an interpreter that can import torch (default: $ALEXNET_PYTHON, otherwise the
one running this script). Without torch, only alexnet's figures are printed.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

# Network, batch, and the requirements: the figure, the peer, and the smallest ratio in our favour.
MATCHES = [
    ("alexnet-cifar10", 64, [
        ("train_images_per_s", "eager", 3.0),
        ("train_images_per_s", "compiled", 2.5),
        ("infer_images_per_s", "compiled", 1.4),
        ("infer_batch1_ms", "compiled", 1.3),
    ]),
    ("cuda-convnet-18", 128, [
        ("train_images_per_s", "eager", None),
        ("train_images_per_s", "compiled", 2.0),
        ("infer_images_per_s", "compiled", None),
        ("infer_batch1_ms", "compiled", None),
    ]),
]
NAMES = {
    "train_images_per_s": "training, images/s",
    "infer_images_per_s": "inference, images/s",
    "infer_batch1_ms": "one image, ms",
}


def run(command):
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{result.stderr.strip()}")
    return json.loads(result.stdout.strip().splitlines()[-1])


def has_torch(python):
    command = [python, "-c", "import torch"]
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--python", default=os.environ.get("ALEXNET_PYTHON", sys.executable))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    threads = ["--threads", str(options.threads)]
    peer = has_torch(options.python)
    if not peer:
        print(f"{options.python} has no torch, so only alexnet is measured ($ALEXNET_PYTHON names another)")

    def measure(network, batch, side):
        sizes = ["--network", network, "--batch", str(batch), *threads]
        if side == "alexnet":
            return run([options.program, "bench", *sizes, "--json"])
        script = [options.python, os.path.join(HERE, "torch_bench.py"), *sizes]
        return run(script + (["--compile"] if side == "compiled" else []))

    print(f"{'':24}{'alexnet':>10}{'PyTorch':>10}{'ratio':>8}  {'at least':8}")
    met = True
    for network, batch, asked in MATCHES:
        sides = ["alexnet"] + (["eager", "compiled"] if peer else [])
        rounds = []
        for number in range(options.rounds):
            print(f"{network}: round {number + 1} of {options.rounds}", file=sys.stderr)
            rounds.append({side: measure(network, batch, side) for side in sides})
        engines = ", ".join(rounds[0][side]["engine"] for side in sides)
        print(f"{network}, batch {batch}: {engines}")
        for figure, side, least in asked if peer else [(f, None, None) for f in NAMES]:
            ours = statistics.median(r["alexnet"][figure] for r in rounds)
            line = f"  {NAMES[figure]:22}{ours:10.4g}"
            if side:
                theirs = statistics.median(r[side][figure] for r in rounds)
                faster = (lambda a, b: b / a) if figure.endswith("_ms") else (lambda a, b: a / b)
                ratio = statistics.median(
                    faster(r["alexnet"][figure], r[side][figure]) for r in rounds)
                verdict = "" if least is None else f"{least:.1f} " + (
                    "met" if ratio >= least else "NOT MET")
                met = met and (least is None or ratio >= least)
                line += f"{theirs:10.4g}{ratio:8.2f}  {verdict:12}{side}"
            print(line)
        if network == "cuda-convnet-18" and peer:
            print("  (PyTorch has no normalization within a map, so it uses one across maps)")
        share = statistics.median(
            100 * r["alexnet"]["train_gflop_per_s"] / r["alexnet"]["matrix_product_gflop_per_s"]
            for r in rounds)
        line = f"  training relative to a large matrix product, by counted operations: {share:.0f}%"
        if network == "alexnet-cifar10":
            line += f"  85% {'met' if share >= 85 else 'NOT MET'}"
            met = met and share >= 85
        print(line)
    large = run([
        options.program, "bench", "--network", "alexnet-cifar10", "--batch", "128", "--steps", "1",
        *threads, "--json"])
    memory = large["peak_memory_mb"] / 1024
    print(f"alexnet-cifar10, batch 128: peak memory {memory:.2f} GiB  "
          f"3.00 {'met' if memory <= 3 else 'NOT MET'}")
    print("all goals met" if met and memory <= 3 else "not all goals met")


if __name__ == "__main__":
    main()

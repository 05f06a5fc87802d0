#!/usr/bin/env python3
"""Compares what training on two machines sends, and how long its steps take, with what alexnet prints and predicts.

    two_machines.py PROGRAM [--rate 1gbit] [--network alexnet-cifar10] [--batch 64] [--modes data hybrid]

PROGRAM is built with MPI: make build MPI=1 gives .build-mpi/release/alexnet. The two machines are network namespaces of
this one, with a slow link between them (Scripts/two-machines, as root); each has one rank with one thread. How fast a
rank computes is measured first: two processes train at the same time, each on its half of the batch, without hearing
from each other. That rate goes into `alexnet parallel`, whose prediction is compared with the steps measured.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "peers"))
import machine
from ranks import last_speed, training, write_images
from scale import last_json, run

SCRIPT = os.path.join(os.path.dirname(HERE), "Scripts", "two-machines")


def predict(options, ranks, batch, gflops, mode):
    bandwidth = options.rate.replace("gbit", "Gbit").replace("mbit", "Mbit")
    return last_json(run([
        options.program, "parallel", options.network, "--ranks", str(ranks), "--batch", str(batch), "--bandwidth",
        bandwidth, "--latency", "100us", "--gflops", str(gflops), "--mode", mode, "--json"]))["prediction"]


def gflops_of_a_rank(options, images, folder):
    """Of each of two processes that train at the same time."""
    outs = [os.path.join(folder, name) for name in ("left", "right")]
    half = options.batch // 2
    both = [subprocess.Popen(training(options, images, out, half, 1, epochs=2), stdout=subprocess.DEVNULL) for out in outs]
    if any(process.wait() for process in both):
        sys.exit("a rank by itself can't train")
    seconds = sum(half / last_speed(out) for out in outs) / 2
    return predict(options, 1, half, 100, "data")["step_s"] * 100 / seconds


def megabytes(text, pattern):
    """The last number of megabytes that a pattern finds in a program's output."""
    number, unit = re.findall(pattern + r"([\d.,]+) (kB|MB)", text)[-1]
    return float(number.replace(",", "")) / (1000 if unit == "kB" else 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--rate", default="1gbit", help="of the link, as tc says it")
    parser.add_argument("--network", default="alexnet-cifar10")
    parser.add_argument("--batch", type=int, default=64, help="of both ranks together")
    parser.add_argument("--modes", nargs="+", default=["data", "hybrid"])
    options = parser.parse_args()
    options.program = os.path.abspath(options.program)
    os.environ.update(NO_COLOR="1", COLUMNS="1000")
    with tempfile.TemporaryDirectory() as folder, machine.OthersShare() as others:
        images = os.path.join(folder, "images")
        write_images(images)
        gflops = gflops_of_a_rank(options, images, folder)
        rows = []
        for mode in options.modes:
            out = os.path.join(folder, mode)
            command = [SCRIPT, options.rate, *training(options, images, out, options.batch, 1, epochs=2), "--parallel", mode]
            result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if result.returncode:
                sys.exit(f"{' '.join(command)}:\n{result.stdout}")
            sent = [int(number) / 1e6 for number in re.findall(r"^sent (\d+) \d+$", result.stdout, re.M)][-1]
            printed, total = (megabytes(result.stdout, pattern) for pattern in (
                r"ranks  (?=[\d.,]+ .B sent per step)", r"ranks  (?=[\d.,]+ .B sent in all)"))
            prediction = predict(options, 2, options.batch, gflops, mode)
            print(result.stdout, file=sys.stderr)
            rows.append((mode, printed, prediction["bytes_sent"] / 1e6, total, sent,
                         options.batch / last_speed(out), prediction["step_s"]))
    print(f"{machine.description()}; {options.network}, batch {options.batch}, {options.rate}; a rank computes "
          f"{gflops:.0f} GFLOP/s; others used {100 * (others.value or 0):.0f}% of the cores\n\n"
          "| | MB per step, printed | predicted | MB in all, printed | counted at the interface | s per step | predicted |"
          "\n|---|---|---|---|---|---|---|")
    for mode, printed, predicted, total, sent, seconds, expected in rows:
        print(f"| {mode} | {printed:.1f} | {predicted:.1f} | {total:.1f} | {sent:.1f} ({sent / total - 1:+.1%}) | "
              f"{seconds:.3f} | {expected:.3f} ({expected / seconds - 1:+.0%}) |")


if __name__ == "__main__":
    main()

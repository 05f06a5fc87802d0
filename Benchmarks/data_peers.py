#!/usr/bin/env python3
"""Compares how fast images reach a network: alexnet, PyTorch's ImageFolder with DataLoader, and tf.data.

    Scripts/imagenet RAW --benchmark 5000
    alexnet data prepare RAW SHARDS
    data_peers.py PROGRAM RAW SHARDS [--python PYTHON] [--rounds 3] [--batches 16]

All prepare the same batches from the same files: shorter side to 256 with an antialiased bilinear filter,
the centre 256×256, a random crop of 227×227, mirrored at random, 32-bit floats minus the channels' means,
batches of 128. They take turns on otherwise the same machine, so that noise affects all. A figure is the
images per second of processor time, over all threads and processes: what one core that does nothing else
achieves. PYTHON can import torch, torchvision and tensorflow (default: $ALEXNET_PYTHON, otherwise the one
running this script). What is missing is left out.
"""

import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import time

BATCH, SIDE, CROP = 128, 256, 227
MEANS = (122.68, 116.67, 104.01)

# What alexnet must achieve, as ratios of images per second and core.
GOALS = [
    ("raw files", "alexnet raw", "torch", 1.5),
    ("raw files", "alexnet raw", "tensorflow", 1.0),
    ("shards, the peer raw files", "alexnet shards", "torch", 3.0),
]


def processor_seconds():
    """Of this process and of its children that have ended."""
    return sum(usage.ru_utime + usage.ru_stime for usage in (
        resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)))


def import_torchvision():
    """torchvision from PyPI is built for CUDA. With PyTorch for the CPU its compiled operators are missing;
    none of them is used here, so they are declared without being defined."""
    import torch

    library = torch.library.Library("torchvision", "DEF")
    while True:
        try:
            from torchvision import datasets, transforms
            return datasets, transforms, library
        except RuntimeError as error:
            missing = re.search(r"operator torchvision::(\w+) does not exist", str(error))
            if not missing:
                raise
            library.define(missing[1] + "() -> ()")
            for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
                del sys.modules[name]


def torch_batches(folder, threads):
    import torch

    datasets, transforms, _library = import_torchvision()
    torch.set_num_threads(1)
    means = torch.tensor(MEANS).reshape(3, 1, 1)
    steps = transforms.Compose([
        transforms.Resize(SIDE), transforms.CenterCrop(SIDE), transforms.RandomCrop(CROP),
        transforms.RandomHorizontalFlip(), transforms.PILToTensor(),
        transforms.Lambda(lambda pixels: pixels.float() - means),
    ])
    images = datasets.ImageFolder(os.path.join(folder, "train"), steps)
    workers = threads if threads > 1 else 0
    return torch.utils.data.DataLoader(
        images, batch_size=BATCH, shuffle=True, num_workers=workers, drop_last=True)


def tensorflow_batches(folder, threads):
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    root = os.path.join(folder, "train")
    classes = sorted(os.listdir(root))
    files = [(os.path.join(root, name, file), label) for label, name in enumerate(classes)
             for file in sorted(os.listdir(os.path.join(root, name)))]

    def prepared(path, label):
        pixels = tf.io.decode_jpeg(tf.io.read_file(path), channels=3, dct_method="INTEGER_ACCURATE")
        size = tf.shape(pixels)[:2]
        size = size * SIDE // tf.reduce_min(size)
        pixels = tf.image.resize(pixels, size, antialias=True)
        top, left = (size[0] - SIDE) // 2, (size[1] - SIDE) // 2
        pixels = pixels[top:top + SIDE, left:left + SIDE]
        pixels = tf.image.random_flip_left_right(tf.image.random_crop(pixels, (CROP, CROP, 3)))
        return pixels - tf.constant(MEANS), label

    images = tf.data.Dataset.from_tensor_slices(tuple(map(list, zip(*files)))).shuffle(len(files))
    options = tf.data.Options()
    options.threading.private_threadpool_size = threads
    return iter(images.map(prepared, num_parallel_calls=threads).batch(BATCH, drop_remainder=True)
                .prefetch(2).repeat().with_options(options))


def measure_peer(kind, folder, batches, threads):
    """Images per second and per second of processor time: the difference between a longer and a shorter
    run, so that imports and the first batch don't count."""
    make = {"torch": torch_batches, "tensorflow": tensorflow_batches}[kind]
    source = iter(make(folder, threads))
    next(source)
    if threads == 1 or kind == "tensorflow":
        start, processor = time.perf_counter(), processor_seconds()
        for _ in range(batches):
            next(source)
        count = batches * BATCH
        return {"images_per_s": count / (time.perf_counter() - start),
                "images_per_core_s": count / (processor_seconds() - processor)}
    # The workers' times are known only when they have ended.
    start = time.perf_counter()
    for _ in range(batches):
        next(source)
    return {"images_per_s": batches * BATCH / (time.perf_counter() - start), "images_per_core_s": None}


def run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()
        return None, said[-1:] or ["it failed"]
    return json.loads(done.stdout.strip().splitlines()[-1]), None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("raw")
    parser.add_argument("shards", nargs="?")
    parser.add_argument("--python", default=os.environ.get("ALEXNET_PYTHON", sys.executable))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batches", type=int, default=16)
    parser.add_argument("--threads", type=int, default=1, help="threads or workers of each side (1)")
    parser.add_argument("--measure", choices=["torch", "tensorflow"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(measure_peer(options.measure, options.raw, options.batches, options.threads)))
        return

    def ours(folder):
        found, error = run([
            options.program, "bench", "--data", folder, "--data-only", "--network", "alexnet", "--batch",
            str(BATCH), "--decoders", str(options.threads), "--json"])
        return found and {"images_per_s": found["path_images_per_s"],
                          "images_per_core_s": found["path_images_per_core_s"]}, error

    def peer(kind):
        return run([
            options.python, os.path.abspath(__file__), "-", options.raw, "--measure", kind, "--batches",
            str(options.batches), "--threads", str(options.threads)])

    sides = {"alexnet raw": lambda: ours(options.raw), "torch": lambda: peer("torch"),
             "tensorflow": lambda: peer("tensorflow")}
    if options.shards:
        sides["alexnet shards"] = lambda: ours(options.shards)
    rounds, absent = [], set()
    for number in range(options.rounds):
        found = {}
        for side, measure in sides.items():
            if side in absent:
                continue
            print(f"round {number + 1} of {options.rounds}: {side}; load "
                  + " ".join(f"{load:.1f}" for load in os.getloadavg()), file=sys.stderr)
            figures, error = measure()
            if figures is None:
                print(f"{side} is left out: {error[0]}", file=sys.stderr)
                absent.add(side)
            else:
                found[side] = figures
        rounds.append(found)
    print(f"{os.cpu_count()} cores, {options.threads} used by each side; medians of {options.rounds} rounds")
    print(f"{'':18}{'images/s':>10}{'per core':>10}")
    for side in sides:
        if side not in absent:
            def median(figure):
                values = [found[side][figure] for found in rounds if found[side][figure] is not None]
                return f"{statistics.median(values):10.0f}" if values else f"{'':10}"
            print(f"{side:18}{median('images_per_s')}{median('images_per_core_s')}")
    figure = "images_per_core_s" if options.threads == 1 else "images_per_s"
    for what, side, other, least in GOALS:
        if {side, other} & absent or side not in sides:
            continue
        ratio = statistics.median(found[side][figure] / found[other][figure] for found in rounds)
        verdict = "met" if ratio >= least else "NOT MET"
        print(f"{what}: {ratio:.2f} times {other}; at least {least:.1f}: {verdict}")


if __name__ == "__main__":
    main()

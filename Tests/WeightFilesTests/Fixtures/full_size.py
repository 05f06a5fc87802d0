#!/usr/bin/env python3
"""Compares weight files of AlexNet's full size with OpenCV's dnn and ONNX Runtime.

    pip install torch numpy onnx onnxruntime 'opencv-python-headless<5' safetensors
    python full_size.py ALEXNET FOLDER

Writes AlexNet with the paper's two groups, 60,965,224 random parameters, as Caffe files (newer and older
messages) and as ONNX files into FOLDER, with the writers of generate.py. The program ALEXNET loads each and
shows its input and its logits of the test card, computed by the reference engine; the other program runs on the
same input. A logit may differ by what the roundings of the two explain, as in NetworkBound.swift.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

import generate as g
import numpy as np
import onnx

ROUNDOFF = 2.0**-24
FALSE_ALARM = 1e-9


def full_size():
    """Sets the sizes of the network that generate.py writes."""
    g.SIDE, g.CLASSES, g.LAST_POOLING = 227, 1000, (3, 2)
    g.LRN = dict(size=5, alpha=1e-4, beta=0.75)
    g.CONVOLUTIONS = [
        ("conv1", 96, 3, 11, 4, 0, 1),
        ("conv2", 256, 96, 5, 1, 2, 2),
        ("conv3", 384, 256, 3, 1, 1, 1),
        ("conv4", 384, 384, 3, 1, 1, 2),
        ("conv5", 256, 384, 3, 1, 1, 2),
    ]
    g.LINEARS = [("fc6", 4096, 9216), ("fc7", 4096, 4096), ("fc8", 1000, 4096)]
    g.GROUPED = g.parameters(True)
    count = sum(array.size for pair in g.GROUPED.values() for array in pair)
    assert count == 60_965_224, count


def ours(program, path):
    """The input and the logits of the program, and the seconds that it took."""
    cells = [f"load {path}", "input[0]", "input[1]", "input[2]", "fc8.output"]
    words = [word for cell in cells for word in ("-c", cell)]
    start = time.monotonic()
    lines = subprocess.run(
        [program, "--json", "--engine", "reference", *words],
        capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    seconds = time.monotonic() - start
    *image, logits = (np.array(json.loads(line)["value"], np.float32) for line in lines[-4:])
    return np.stack(image).reshape(1, 3, g.SIDE, g.SIDE), logits.reshape(-1), seconds


def bounds(expected):
    """How far each logit may be off.

    A layer whose outputs are sums of n terms adds u to the relative deviation of the reference, which sums in
    float64 and rounds once, and u · √(1 + n) to that of a program that sums in Float. All are independent.
    A normalization counts as 32 terms. The largest of m deviations is at most c times the standard deviation.
    """
    terms = [array[0].size for array, _ in g.GROUPED.values()] + 2 * [32]
    deviation = ROUNDOFF * np.sqrt(sum(2 + count for count in terms))
    factor = np.sqrt(2 * np.log(expected.size / FALSE_ALARM))
    rms = np.sqrt(np.mean(expected.astype(np.float64) ** 2))
    return factor * deviation * np.hypot(rms, expected) + ROUNDOFF * np.abs(expected)


def compare(program, path, theirs):
    image, logits, seconds = ours(program, path)
    expected = theirs(image).reshape(-1)
    assert logits.shape == expected.shape == (1000,), logits.shape
    share = (np.abs(logits - expected.astype(np.float64)) / bounds(expected)).max()
    size = path.stat().st_size / 1e6
    print(f"{path.name}: {size:.0f} MB, {seconds:.1f} s, logits from {expected.min():.1f} to "
          f"{expected.max():.1f}, the largest difference is {share:.2f} of what roundings explain", flush=True)  # fmt: skip
    assert np.ptp(expected) > 1 and share <= 1
    path.unlink()


def main(program, folder):
    full_size()
    for file, old in (("new.caffemodel", False), ("old.caffemodel", True)):
        text = g.write_caffe(folder / file, old)
        compare(program, folder / file, lambda image: g.run_caffe(folder / file, text, image))
    for file, producer in (("pytorch.onnx", "pytorch"), ("caffe2.onnx", "onnx-caffe2")):
        onnx.save_model(g.onnx_model(producer, True, False), folder / file)
        compare(program, folder / file, lambda image: g.run_onnx(folder / file, producer, image))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

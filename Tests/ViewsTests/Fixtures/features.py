#!/usr/bin/env python3
"""Computes features.json: occlusion, Grad-CAM and nearest neighbours of a small network, in float64.

The network is features-network.json. Weights and images follow the formulas below, which the test has
too. Gradients come from central differences, not from a backward pass.

    python3 features.py            compares features.json with what is computed
    python3 features.py --write    writes it
"""

import json
import sys
from pathlib import Path

import numpy as np

PLACE = Path(__file__).resolve().parent / "features.json"
SIDE, CLASS = 9, 1
SHAPES = [(4, 3, 3, 3), (4,), (5, 4, 3, 3), (5,), (6, 80), (6,), (3, 6), (3,)]


def weights():
    """Each parameter by its place p: ((7919 k + 131 p + 90) mod 1009) / 1009 - 0.5, as float32."""
    result = []
    for p, shape in enumerate(SHAPES):
        k = np.arange(int(np.prod(shape)))
        values = ((k * 7919 + 131 * p + 90) % 1009) / 1009 - 0.5
        result.append(values.astype(np.float32).astype(np.float64).reshape(shape))
    return result


def image(n):
    """Image n: the byte (37 c + 91 y + 53 x + 7 x y + 29 n + 13 n c y) mod 256."""
    c, y, x = np.meshgrid(np.arange(3), np.arange(SIDE), np.arange(SIDE), indexing="ij")
    return (37 * c + 91 * y + 53 * x + 7 * x * y + 29 * n + 13 * n * c * y) % 256


def prepared(bytes_):
    mean = np.array([120.0, 110.0, 100.0]).reshape(3, 1, 1)
    return ((bytes_ - mean) / 60).astype(np.float32).astype(np.float64)


W = weights()


def convolution(x, w, b):
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1)))
    h, wd = x.shape[1:]
    out = np.empty((w.shape[0], h, wd))
    for f in range(w.shape[0]):
        for i in range(h):
            for j in range(wd):
                out[f, i, j] = np.sum(w[f] * padded[:, i : i + 3, j : j + 3]) + b[f]
    return out


def pooling(x):
    side = (x.shape[1] - 3) // 2 + 1
    return np.array(
        [
            [[x[c, 2 * i : 2 * i + 3, 2 * j : 2 * j + 3].max() for j in range(side)] for i in range(side)]
            for c in range(x.shape[0])
        ]
    )


def relu1(x):
    return np.maximum(0, convolution(x, W[0], W[1]))


def after_relu1(a):
    return np.maximum(0, convolution(pooling(a), W[2], W[3]))


def hidden(a):
    return np.maximum(0, W[4] @ a.reshape(-1) + W[5])


def scores(a):
    return W[6] @ hidden(a) + W[7]


def log_odds(x):
    """ln(p/(1 - p)) of the class, where p is its probability."""
    s = scores(after_relu1(relu1(x)))
    return s[CLASS] - np.log(np.sum(np.exp(np.delete(s, CLASS))))


def probability(x):
    s = scores(after_relu1(relu1(x)))
    e = np.exp(s - s.max())
    return (e / e.sum())[CLASS]


def occlusion(size, stride):
    x, grey = prepared(image(0)), prepared(np.full((3, SIDE, SIDE), 128))
    room = SIDE - size
    starts = [*range(0, room, stride), room]
    whole = log_odds(x)
    rows, odds = [], []
    sums, counts = np.zeros((SIDE, SIDE)), np.zeros((SIDE, SIDE))
    for r in starts:
        row, odds_row = [], []
        for c in starts:
            covered = x.copy()
            covered[:, r : r + size, c : c + size] = grey[:, r : r + size, c : c + size]
            row.append(probability(covered))
            odds_row.append(log_odds(covered))
            sums[r : r + size, c : c + size] += whole - odds_row[-1]
            counts[r : r + size, c : c + size] += 1
        rows.append(row)
        odds.append(odds_row)
    drop = np.maximum(0, np.divide(sums, counts, out=np.zeros_like(sums), where=counts > 0))
    return {"size": size, "stride": stride, "starts": starts, "whole": probability(x), "map": rows,
            "wholeOdds": whole, "odds": odds, "drop": drop.tolist()}


def slopes(score, maps, step=1e-5):
    result = np.empty_like(maps)
    for place in np.ndindex(maps.shape):
        more, less = maps.copy(), maps.copy()
        more[place] += step
        less[place] -= step
        result[place] = (score(more) - score(less)) / (2 * step)
    return result


def grad_cam(layer):
    a1 = relu1(prepared(image(0)))
    maps, score = {
        "relu1": (a1, lambda a: scores(after_relu1(a))[CLASS]),
        "relu2": (after_relu1(a1), lambda a: scores(a)[CLASS]),
    }[layer]
    means = slopes(score, maps).mean(axis=(1, 2))
    return {"layer": layer, "score": score(maps), "weights": means.tolist(),
            "map": np.maximum(0, np.tensordot(means, maps, 1)).tolist()}


def neighbours(features, count=4, images=12):
    query = features(prepared(image(0)))
    distances = [np.sqrt(np.sum((features(prepared(image(n))) - query) ** 2)) for n in range(1, images + 1)]
    order = np.argsort(distances)
    gaps = np.diff(np.sort(distances)[: count + 1])
    assert gaps.min() > 1e-3, "two distances nearly tie"
    return [{"index": int(i), "distance": distances[i]} for i in order[:count]]


def everything():
    maps = after_relu1(relu1(prepared(image(0))))
    before = np.abs(W[4] @ maps.reshape(-1) + W[5])
    assert before.min() > 1e-2, "a unit is nearly at the bend of its ReLU"
    return {
        "occlusion": [occlusion(3, 2), occlusion(3, 4), occlusion(9, 1)],
        "gradcam": [grad_cam("relu1"), grad_cam("relu2")],
        "neighbours": {
            "relu3": neighbours(lambda x: hidden(after_relu1(relu1(x)))),
            "image": neighbours(lambda x: x),
        },
    }


def close(a, b):
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(close(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(close, a, b))
    return a == b if isinstance(a, (str, int)) else abs(a - b) <= 1e-9


if __name__ == "__main__":
    computed = json.loads(json.dumps(everything()))
    if "--write" in sys.argv:
        PLACE.write_text(json.dumps(computed, indent=1) + "\n")
    elif not close(computed, json.loads(PLACE.read_text())):
        sys.exit("features.json differs from what is computed")

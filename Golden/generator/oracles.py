"""Compares stored local response normalization with other programs that support the convention.

The values under `paper`, `tensorflow`, `onnx` and `onednn` come from this project's NumPy file. For an odd
n, TensorFlow computes `paper` and `tensorflow`, forward and backward, and ONNX Runtime computes `onnx` and
`onednn`, forward only; both in Float32. (For an even n, neither follows the conventions.)

An element may differ by the rounding errors of Float32, which follow from the formula:

    y       γ(r) · |a|·S^−β                     r = ⌈β + 1⌉·(taps + 3) + 7 + ⌈(β + 1)·|ln S|⌉
    ∂L/∂a   γ(r + taps + 3) · (|g|·S^−β + 2·s·β·|a|·Σ |g·a|·S^(−β−1))

γ(r) = r·u / (1 − r·u), u = 2^−24; plus the least Float once for each rounding. The logarithm is of the
largest S: a power computed as e^(−β·ln S) has the error of its argument, which is rounded in Float32.
"""

import json
import math
from pathlib import Path

import numpy as np

from . import casefile
from .normalization_numpy import ACROSS, band

PROGRAMS = {"tensorflow": ("paper", "tensorflow"), "onnxruntime": ("onnx", "onednn")}


def compare(folder: Path) -> tuple[list[str], list[str]]:
    """The differences, one per line; and what was compared or skipped, one line per program."""
    failures, notes = [], []
    for program, conventions in PROGRAMS.items():
        try:
            module = __import__(program)
            compute = {"tensorflow": by_tensorflow, "onnxruntime": by_onnx_runtime}[program]
            compute_once = compute()
        except ImportError as error:
            notes.append(f"{program}: skipped, {error.name or program} is not installed")
            continue
        count = 0
        for file in sorted((folder / "local_response_normalization").glob("*.safetensors")):
            metadata, tensors = casefile.decode(file.read_bytes())
            parameters = json.loads(metadata["parameters"])
            if parameters["convention"] not in conventions or parameters["n"] % 2 == 0:
                continue
            count += 1
            a, g = tensors["input.x"], tensors["input.gradient"]
            got = compute_once(a, g, parameters)
            for name, bound in zip(("y", "x_gradient"), bounds(a, g, parameters), strict=True):
                if name not in got:
                    continue
                error = np.abs(got[name].astype(np.float64) - tensors[f"expected.{name}"])
                limit = bound + 2.0**-24 * np.abs(tensors[f"expected.{name}"])
                if not np.all(error <= limit):
                    worst = np.unravel_index(np.argmax(error / limit), error.shape)
                    failures.append(
                        f"{file.stem}: {name}{[int(i) for i in worst]} by {program} differs by "
                        f"{error[worst]:.3g}, bound {limit[worst]:.3g}"
                    )
        notes.append(f"{program} {module.__version__}: {count} cases compared")
    return failures, notes


def bounds(a, g, parameters):
    """How far y and ∂L/∂a in Float32 may be from the stored values."""
    n, k, beta, groups = (parameters[key] for key in ("n", "k", "beta", "groups"))
    divided, taps = ACROSS[parameters["convention"]]
    s = parameters["alpha"] / n if divided else parameters["alpha"]
    window = np.kron(np.eye(groups), band(a.shape[1] // groups, *taps(n)))
    a, g = np.abs(a.astype(np.float64)), np.abs(g.astype(np.float64))
    scale = k + s * np.einsum("cj,njhw->nchw", window, a * a)
    across = np.einsum("jc,njhw->nchw", window, g * a * scale ** (-beta - 1))
    argument = (beta + 1) * float(np.max(np.abs(np.log(scale))))
    roundings = math.ceil(beta + 1) * (n + 3) + 7 + math.ceil(argument)
    sizes = (a * scale**-beta, g * scale**-beta + 2 * s * beta * a * across)
    result = []
    for size, count in zip(sizes, (roundings, roundings + n + 3), strict=True):
        gamma = count * 2.0**-24 / (1 - count * 2.0**-24)
        result.append(gamma * size + (count + 1) * 2.0**-149)
    return result


def by_tensorflow():
    """y and ∂L/∂a of N×C×H×W; TensorFlow has the channels last."""
    import tensorflow as tf

    def compute(a, g, parameters):
        parts = []
        count = parameters["groups"]
        for part, gradient in zip(np.split(a, count, 1), np.split(g, count, 1), strict=True):
            x = tf.constant(part.transpose(0, 2, 3, 1))
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = tf.nn.local_response_normalization(
                    x, parameters["n"] // 2, parameters["k"], parameters["alpha"],
                    parameters["beta"],
                )
            upstream = tf.constant(gradient.transpose(0, 2, 3, 1))
            dx = tape.gradient(y, x, output_gradients=upstream)
            parts.append([value.numpy().transpose(0, 3, 1, 2) for value in (y, dx)])
        return {
            name: np.concatenate([part[i] for part in parts], axis=1)
            for i, name in enumerate(("y", "x_gradient"))
        }

    return compute


def by_onnx_runtime():
    """y of N×C×H×W: ONNX's operator LRN."""
    import onnx
    import onnxruntime

    def compute(a, g, parameters):
        parts = []
        for part in np.split(a, parameters["groups"], 1):
            node = onnx.helper.make_node(
                "LRN", ["x"], ["y"], size=parameters["n"], bias=parameters["k"],
                alpha=parameters["alpha"], beta=parameters["beta"],
            )
            kind = onnx.TensorProto.FLOAT
            graph = onnx.helper.make_graph(
                [node], "lrn",
                [onnx.helper.make_tensor_value_info("x", kind, part.shape)],
                [onnx.helper.make_tensor_value_info("y", kind, part.shape)],
            )
            model = onnx.helper.make_model(
                graph, opset_imports=[onnx.helper.make_opsetid("", 13)], ir_version=8
            )
            session = onnxruntime.InferenceSession(
                model.SerializeToString(), providers=["CPUExecutionProvider"]
            )
            parts.append(session.run(None, {"x": np.ascontiguousarray(part)})[0])
        return {"y": np.concatenate(parts, axis=1)}

    return compute

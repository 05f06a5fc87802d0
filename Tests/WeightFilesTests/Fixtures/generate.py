#!/usr/bin/env python3
"""Writes every weight file of this folder, with the logits of the program that the file belongs to.

    pip install torch numpy onnx onnxruntime 'opencv-python-headless<5' safetensors
    python generate.py

Files of PyTorch are loaded again by PyTorch, which computes the logits in float64. Those of NumPy are
computed here from the definitions, in float64, on rows × columns × channels. OpenCV's dnn runs the Caffe
files, ONNX Runtime the ONNX files, both in Float. All logits are in expected.safetensors, under the
names of the files; `input` is the image that every network ran on.
"""

import io
import json
import os
import pickle
import shutil
import struct
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

import cv2
import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file
from torch import nn

HERE = Path(__file__).parent
SIDE, CLASSES = 31, 5
LRN = dict(size=3, alpha=0.02, beta=0.75)
# name, filters, inputs of a filter without groups, kernel, stride, padding, groups where there are any
CONVOLUTIONS = [
    ("conv1", 4, 3, 5, 2, 1, 1),
    ("conv2", 6, 4, 3, 1, 1, 2),
    ("conv3", 6, 6, 3, 1, 1, 1),
    ("conv4", 4, 6, 3, 1, 1, 2),
    ("conv5", 4, 4, 3, 1, 1, 2),
]
LINEARS = [("fc6", 8, 16), ("fc7", 8, 8), ("fc8", CLASSES, 8)]
LAST_POOLING = (2, 1)
random = np.random.default_rng(11)


def draw(shape, fan_in):
    return (random.standard_normal(shape) * np.sqrt(2 / fan_in)).astype(np.float32)


def parameters(grouped):
    """Weights and biases by layer, kernels O×I×H×W, dense weights outputs×inputs."""
    made = {}
    for name, filters, inputs, kernel, _, _, groups in CONVOLUTIONS:
        inputs //= groups if grouped else 1
        fan_in = inputs * kernel * kernel
        made[name] = (draw((filters, inputs, kernel, kernel), fan_in), draw(filters, 10))
    for name, outputs, inputs in LINEARS:
        made[name] = (draw((outputs, inputs), inputs), draw(outputs, 10))
    return made


PLAIN, GROUPED = parameters(False), parameters(True)
IMAGE = (random.standard_normal((1, 3, SIDE, SIDE)) * 2).astype(np.float32)
EXPECTED = {"input": IMAGE}


# PyTorch


def convolution(index):
    _, filters, inputs, kernel, stride, padding, _ = CONVOLUTIONS[index]
    return nn.Conv2d(inputs, filters, kernel, stride, padding)


class Torchvision(nn.Module):
    """The layers of torchvision's AlexNet, with its names."""

    def __init__(self):
        super().__init__()
        relu, pool = nn.ReLU, lambda: nn.MaxPool2d(3, 2)
        self.features = nn.Sequential(
            convolution(0), relu(), pool(), convolution(1), relu(), pool(),
            convolution(2), relu(), convolution(3), relu(), convolution(4), relu(),
            nn.MaxPool2d(2, 1),
        )  # fmt: skip
        self.classifier = nn.Sequential(
            nn.Dropout(), nn.Linear(16, 8), relu(), nn.Dropout(), nn.Linear(8, 8), relu(),
            nn.Linear(8, CLASSES),
        )  # fmt: skip

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))


class Port(nn.Module):
    """A port as many posts have it: normalization after each of the first two convolutions."""

    def __init__(self, features="net"):
        super().__init__()
        norm = lambda: nn.LocalResponseNorm(LRN["size"], LRN["alpha"], LRN["beta"], k=2)
        relu, pool = nn.ReLU, lambda: nn.MaxPool2d(3, 2)
        self.name = features
        setattr(self, features, nn.Sequential(
            convolution(0), relu(), norm(), pool(), convolution(1), relu(), norm(), pool(),
            convolution(2), relu(), convolution(3), relu(), convolution(4), relu(),
            nn.MaxPool2d(2, 1),
        ))  # fmt: skip
        self.classifier = nn.Sequential(
            nn.Dropout(), nn.Linear(16, 8), relu(), nn.Dropout(), nn.Linear(8, 8), relu(),
            nn.Linear(8, CLASSES),
        )  # fmt: skip

    def forward(self, x):
        return self.classifier(torch.flatten(getattr(self, self.name)(x), 1))


class Named(Port):
    """The same port with the layers as members: c1 to c5, fc1 to fc3."""

    def __init__(self):
        super().__init__()
        for number, index in enumerate([0, 4, 8, 10, 12], 1):
            setattr(self, f"c{number}", self.net[index])
        for number, index in enumerate([1, 4, 6], 1):
            setattr(self, f"fc{number}", self.classifier[index])


def filled(model, values=PLAIN):
    layers = [m for m in model.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    for layer, (weight, bias) in zip(layers, values.values()):
        layer.weight.data = torch.from_numpy(weight.copy())
        layer.bias.data = torch.from_numpy(bias.copy())
    return model.eval()


def torch_logits(model, state):
    model.load_state_dict(state)
    with torch.no_grad():
        return model.double().eval()(torch.from_numpy(IMAGE).double()).numpy()


def torch_file(name, model, value, state=None, **options):
    torch.save(value, HERE / name, **options)
    loaded = torch.load(HERE / name, weights_only=False)  # written just now
    EXPECTED[name] = torch_logits(model, state(loaded) if state else loaded)


def torch_files():
    for protocol in (2, 4, 5):
        torch_file(f"protocol{protocol}.pth", Torchvision(), filled(Torchvision()).state_dict(),
                   pickle_protocol=protocol)  # fmt: skip
    torch_file("stream.pth", Torchvision(), filled(Torchvision()).state_dict(),
               _use_new_zipfile_serialization=False)  # fmt: skip
    for kind in ("half", "bfloat16", "double"):
        model = getattr(filled(Torchvision()), kind)()
        torch_file(f"{kind}.pth", Torchvision(), model.state_dict())
    # A training program's checkpoint, whose weights lie in memory as rows, columns, channels.
    model = filled(Torchvision()).to(memory_format=torch.channels_last)
    checkpoint(model)
    torch_file("net.pth", Port(), filled(Port()).state_dict())
    torch_file("feature_extractor.pth", Port("feature_extractor"),
               filled(Port("feature_extractor")).state_dict())  # fmt: skip
    torch_file("features.pth", Port("features"), filled(Port("features")).state_dict())
    named = {k: v for k, v in filled(Named()).state_dict().items() if k[0] in "cf" and k[1] != "l"}
    torch.save(named, HERE / "named.pth")
    EXPECTED["named.pth"] = EXPECTED["net.pth"]
    chain = nn.Sequential(*filled(Torchvision()).features, nn.Flatten(),
                          *filled(Torchvision()).classifier)  # fmt: skip
    torch_file("chain.pth", chain, chain.state_dict())


def checkpoint(model):
    state = {f"module._orig_mod.{k}": v for k, v in model.state_dict().items()}
    value = {"epoch": 3, "optimizer": {"momentum": torch.zeros(3)}, "state_dict": state}
    torch_file(
        "checkpoint.pth", Torchvision(), value,
        lambda loaded: {k.removeprefix("module._orig_mod."): v
                        for k, v in loaded["state_dict"].items()},
    )  # fmt: skip


def sharded():
    """A model in two safetensors files with an index, as large models come."""
    state = {k: v.numpy() for k, v in filled(Torchvision()).state_dict().items()}
    parts = {"part-1.safetensors": "features", "part-2.safetensors": "classifier"}
    where = {}
    for file, start in parts.items():
        tensors = {k: v for k, v in state.items() if k.startswith(start)}
        save_file(tensors, HERE / file)
        where |= dict.fromkeys(tensors, file)
    text = json.dumps({"metadata": {}, "weight_map": where}, indent=1)
    (HERE / "model.safetensors.index.json").write_text(text + "\n")
    EXPECTED["model.safetensors.index.json"] = EXPECTED["protocol2.pth"]


# NumPy: rows × columns × channels, from the definitions


def convolve(x, weight, bias, stride, padding, groups):
    x = np.pad(x, ((padding, padding), (padding, padding), (0, 0)))
    kernel, _, inputs, filters = weight.shape
    side = (x.shape[0] - kernel) // stride + 1
    y = np.empty((side, side, filters))
    for f in range(filters):
        start = f // (filters // groups) * inputs
        for r in range(side):
            for c in range(side):
                window = x[r * stride:, c * stride:][:kernel, :kernel, start:start + inputs]
                y[r, c, f] = (window * weight[..., f]).sum() + bias[f]
    return y


def pool(x, kernel, stride):
    side = (x.shape[0] - kernel) // stride + 1
    return np.array([
        [x[r * stride:, c * stride:][:kernel, :kernel].max((0, 1)) for c in range(side)]
        for r in range(side)
    ])  # fmt: skip


def normalize(x, k, alpha, beta, reach):
    y = np.empty_like(x)
    for i in range(x.shape[2]):
        near = x[..., max(0, i - reach):i + reach + 1]
        y[..., i] = x[..., i] / (k + alpha * (near**2).sum(2)) ** beta
    return y


def rows_columns_channels(values):
    """Kernels H×W×I×O, dense weights inputs×outputs, fc6's inputs in the order H, W, C."""
    made = {}
    for name, (weight, bias) in values.items():
        if weight.ndim == 4:
            weight = weight.transpose(2, 3, 1, 0)
        elif name == "fc6":
            weight = weight.reshape(8, 4, 2, 2).transpose(2, 3, 1, 0).reshape(16, 8)
        else:
            weight = weight.T
        made[name] = (np.ascontiguousarray(weight), bias)
    return made


def numpy_logits(values, image, grouped, lrn):
    x = image[0].transpose(1, 2, 0).astype(np.float64)
    for number, (name, *_, stride, padding, groups) in enumerate(CONVOLUTIONS):
        weight, bias = (v.astype(np.float64) for v in values[name])
        x = np.maximum(convolve(x, weight, bias, stride, padding, groups if grouped else 1), 0)
        if number < 2:
            x = pool(normalize(x, *lrn) if lrn else x, 3, 2)
    x = pool(x, 2, 1).reshape(-1)
    for name, *_ in LINEARS:
        weight, bias = (v.astype(np.float64) for v in values[name])
        x = x @ weight + bias
        x = np.maximum(x, 0) if name != "fc8" else x
    return x[None]


class Python2(pickle._Pickler):
    """Writes byte strings and text as Python 2 did."""

    dispatch = dict(pickle._Pickler.dispatch)

    def save_string(self, value):
        value = value if isinstance(value, bytes) else value.encode()
        if len(value) < 256:
            self.write(b"U" + bytes([len(value)]) + value)
        else:
            self.write(b"T" + struct.pack("<i", len(value)) + value)
        self.memoize(value)

    dispatch[bytes] = dispatch[str] = save_string


def numpy_files():
    grouped = rows_columns_channels(GROUPED)
    # The weights are Caffe's: 5 channels, k 1, α 0.0001 divided by 5.
    logits = numpy_logits(grouped, IMAGE[:, ::-1], True, (1, 1e-4 / 5, 0.75, 2))
    dictionary = np.array({name: list(pair) for name, pair in grouped.items()}, dtype=object)
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "|O", "fortran_order": False, "shape": ()})
    for name, dump in {
        "python2.npy": lambda out: Python2(out, 2).dump(dictionary),
        "protocol2.npy": lambda out: pickle.dump(dictionary, out, 2),
        "protocol3.npy": lambda out: pickle.dump(dictionary, out, 3),
        "protocol5.npy": lambda out: pickle.dump(dictionary, out, 5),
    }.items():
        body = io.BytesIO()
        dump(body)
        (HERE / name).write_bytes(header.getvalue() + body.getvalue())
        EXPECTED[name] = logits
    words = {name: {"weights": w, "biases": b} for name, (w, b) in grouped.items()}
    np.save(HERE / "words.npy", np.array(words, dtype=object), allow_pickle=True)
    EXPECTED["words.npy"] = logits

    plain = rows_columns_channels(PLAIN)
    logits = numpy_logits(plain, IMAGE, False, None)
    for first, file, separator in ((0, "keras3.npz", "/"), (1, "keras2.npz", "/")):
        arrays = {}
        layers = [("conv2d", name) for name, *_ in CONVOLUTIONS]
        layers += [("dense", name) for name, *_ in LINEARS]
        counts = {"conv2d": first, "dense": first}
        for kind, name in layers:
            place = kind if counts[kind] == 0 else f"{kind}_{counts[kind]}"
            counts[kind] += 1
            suffix = ":0" if first else ""
            arrays[f"{place}{separator}kernel{suffix}"] = plain[name][0]
            arrays[f"{place}{separator}bias{suffix}"] = plain[name][1]
        (np.savez_compressed if first else np.savez)(HERE / file, **arrays)
        EXPECTED[file] = logits
    own = {}
    for name, (weight, bias) in PLAIN.items():
        # Other element orders: first axis fastest, and big-endian.
        own[f"{name}.weight"] = np.asfortranarray(weight)
        own[f"{name}.bias"] = bias.astype(">f8")
    np.savez(HERE / "own.npz", **own)
    EXPECTED["own.npz"] = logits


# Caffe


def varint(value):
    out = b""
    while value >= 0x80:
        out, value = out + bytes([value & 0x7F | 0x80]), value >> 7
    return out + bytes([value])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def blob(array, old):
    data = field(5, array.astype("<f4").tobytes())
    if not old:
        return field(7, field(1, b"".join(map(varint, array.shape)))) + data
    shape = (1,) * (4 - array.ndim) + array.shape
    return b"".join(field(n, size) for n, size in enumerate(shape, 1)) + data


def caffe_layers():
    """Name, type, old number, parameters' fields (new, old), text form, weights."""
    lrn = field(1, LRN["size"]) + field(2, LRN["alpha"]) + field(3, LRN["beta"])
    lrn_text = "lrn_param { local_size: %(size)d alpha: %(alpha)g beta: %(beta)g }" % LRN
    flip = {name: pair for name, pair in GROUPED.items()}
    weight, bias = flip["conv1"]
    flip["conv1"] = (np.ascontiguousarray(weight[:, ::-1]), bias)

    def pooling(name, kernel, stride):
        settings = field(2, kernel) + field(3, stride)
        text = f"pooling_param {{ pool: MAX kernel_size: {kernel} stride: {stride} }}"
        return (name, "Pooling", 17, (121, 19), settings, text, None)

    for name, filters, _, kernel, stride, padding, groups in CONVOLUTIONS:
        settings = field(1, filters) + field(3, padding) + field(4, kernel)
        settings += field(5, groups) + field(6, stride)
        text = (f"convolution_param {{ num_output: {filters} pad: {padding} kernel_size: {kernel} "
                f"group: {groups} stride: {stride} }}")  # fmt: skip
        yield (name, "Convolution", 4, (106, 10), settings, text, flip[name])
        yield (f"relu{name[-1]}", "ReLU", 18, None, b"", "", None)
        if name in ("conv1", "conv2"):
            yield (f"norm{name[-1]}", "LRN", 15, (118, 18), lrn, lrn_text, None)
            yield pooling(f"pool{name[-1]}", 3, 2)
    yield pooling("pool5", *LAST_POOLING)
    for name, outputs, _ in LINEARS:
        text = f"inner_product_param {{ num_output: {outputs} }}"
        yield (name, "InnerProduct", 14, (117, 17), field(1, outputs), text, flip[name])
        if name != "fc8":
            yield (f"relu{name[-1]}", "ReLU", 18, None, b"", "", None)
            yield (f"drop{name[-1]}", "Dropout", 6, None, b"", "", None)


def write_caffe(path, old):
    """Writes a file of weights; returns the text that describes its network."""
    net, text, bottom = [field(1, "tiny")], f'name: "tiny"\ninput: "data"\n', "data"
    text += "".join(f"input_dim: {n}\n" for n in (1, 3, SIDE, SIDE))
    for name, kind, number, places, settings, words, weights in caffe_layers():
        blobs = b"".join(field(6 if old else 7, blob(a, old)) for a in weights or ())
        links = (field(2, bottom) + field(3, name), field(3, bottom) + field(4, name))
        if old:
            body = links[0] + field(4, name) + field(5, number) + blobs
        else:
            body = field(1, name) + field(2, kind) + links[1] + blobs
        if places:
            body += field(places[old], settings)
        net.append(field(2 if old else 100, body))
        text += f'layer {{ name: "{name}" type: "{kind}" bottom: "{bottom}" top: "{name}" {words} }}\n'
        bottom = name
    path.write_bytes(b"".join(net))
    return text


def run_caffe(path, text, image):
    """OpenCV's logits of an image, whose channels Caffe takes in the order blue, green, red."""
    words = path.with_suffix(".prototxt")
    words.write_text(text)
    network = cv2.dnn.readNetFromCaffe(str(words), str(path))
    words.unlink()
    network.setInput(np.ascontiguousarray(image[:, ::-1]))
    return network.forward().copy()


def caffe_files():
    for file, old in (("new.caffemodel", False), ("old.caffemodel", True)):
        text = write_caffe(HERE / file, old)
        EXPECTED[file] = run_caffe(HERE / file, text, IMAGE)


# ONNX


def onnx_model(producer, raw, transposed):
    weights = dict(GROUPED)
    nodes, tensors, last = [], [], "image"

    def add(kind, extra=(), **attributes):
        nonlocal last
        name = f"{kind}{len(nodes)}"
        nodes.append(helper.make_node(kind, [last, *extra], [name], name=name, **attributes))
        last = name

    def tensor(name, array):
        if raw:
            tensors.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        else:
            tensors.append(helper.make_tensor(name, TensorProto.FLOAT, array.shape, array.ravel()))
        return name

    for name, _, _, kernel, stride, padding, groups in CONVOLUTIONS:
        weight, bias = weights[name]
        if producer.startswith("onnx-caffe") and name == "conv1":
            weight = weight[:, ::-1]
        add("Conv", (tensor(f"{name}_w_0", weight), tensor(f"{name}_b_0", bias)),
            kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[padding] * 4, group=groups)  # fmt: skip
        add("Relu")
        if name in ("conv1", "conv2"):
            add("LRN", size=LRN["size"], alpha=LRN["alpha"], beta=LRN["beta"], bias=1.5)
            add("MaxPool", kernel_shape=[3, 3], strides=[2, 2])
    add("MaxPool", kernel_shape=[LAST_POOLING[0]] * 2, strides=[LAST_POOLING[1]] * 2)
    add("Flatten")
    for name, *_ in LINEARS:
        weight, bias = weights[name]
        if transposed and name == "fc7":
            add("MatMul", (tensor(f"{name}_w_0", weight.T),))
            add("Add", (tensor(f"{name}_b_0", bias),))
        else:
            place = tensor(f"{name}_w_0", weight.T if transposed else weight)
            add("Gemm", (place, tensor(f"{name}_b_0", bias)), transB=0 if transposed else 1)
        if name != "fc8":
            add("Relu")
    graph = helper.make_graph(
        nodes, "tiny",
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, [1, 3, SIDE, SIDE])],
        [helper.make_tensor_value_info(last, TensorProto.FLOAT, [1, CLASSES])], tensors)  # fmt: skip
    return helper.make_model(
        graph, producer_name=producer, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def run_onnx(path, producer, image):
    """ONNX Runtime's logits of an image; files from Caffe take blue, green, red."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    image = image[:, ::-1] if "caffe" in producer else image
    return session.run(None, {"image": np.ascontiguousarray(image)})[0]


def onnx_files():
    for file, producer, raw, transposed in (
        ("raw.onnx", "pytorch", True, False), ("floats.onnx", "onnx-caffe2", False, False),
        ("transposed.onnx", "", True, True), ("external.onnx", "pytorch", True, False),
    ):  # fmt: skip
        model = onnx_model(producer, raw, transposed)
        if file == "external.onnx":
            (HERE / "external.data").unlink(missing_ok=True)
            onnx.save_model(model, HERE / file, save_as_external_data=True,
                            location="external.data", size_threshold=0)  # fmt: skip
        else:
            onnx.save_model(model, HERE / file)
        EXPECTED[file] = run_onnx(HERE / file, producer, IMAGE)


if __name__ == "__main__":
    torch.manual_seed(1)
    torch_files()
    sharded()
    numpy_files()
    caffe_files()
    onnx_files()
    save_file({k: np.ascontiguousarray(v) for k, v in EXPECTED.items()},
              HERE / "expected.safetensors")  # fmt: skip
    shutil.rmtree(HERE / "__pycache__", ignore_errors=True)
    for name, value in EXPECTED.items():
        print(name, value.shape if name == "input" else value.round(3).tolist())

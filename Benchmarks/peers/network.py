"""A network as the program describes it, with weights: what every peer builds."""

import json
import math

import numpy as np

# Normalizations that don't divide α by the size of the window.
UNDIVIDED = ("paper", "tensorflow")


class Layer:
    """One layer: its members as in the network's JSON, the shapes C×H×W or F of its input and output, its weights."""

    def __init__(self, description, shape):
        self.name, self.kind = description["name"], description["kind"]
        self.description, self.input = description, shape
        self.output = self._output()
        self.weight = self.bias = None

    def __getitem__(self, member):
        return self.description[member]

    def _output(self):
        if self.kind == "flatten":
            return (math.prod(self.input),)
        if self.kind == "linear":
            return (self["outputs"],)
        if "kernel" not in self.description:
            return self.input
        if self.description.get("groups", 1) != 1:
            raise ValueError(f"{self.name}: the peers compute no groups")
        return (self.description.get("filters", self.input[0]), *map(self._windows, self.input[1:]))

    def _windows(self, size):
        span = size + 2 * self["padding"] - self["kernel"]
        count = -(-span // self["stride"]) if self["rounding"] == "ceil" else span // self["stride"]
        # A window that would begin beyond the input doesn't exist.
        return count + 1 - (count * self["stride"] - self["padding"] >= size)

    @property
    def far_padding(self):
        """Rows and columns after the input that the last window reaches; below 0 if it leaves some out."""
        return (self.output[1] - 1) * self["stride"] + self["kernel"] - self.input[1] - self["padding"]

    @property
    def scale(self):
        """What a normalization multiplies the sum of squares with."""
        n = self["n"]
        if n % 2 == 0 or self.description.get("groups", 1) != 1:
            raise ValueError(f"{self.name}: the peers normalize over odd windows in one group")
        if self["convention"] in UNDIVIDED:
            return self["alpha"]
        return self["alpha"] / (n * n if self.kind == "spatial_normalization" else n)

    @property
    def weight_shape(self):
        if self.kind == "linear":
            return (*self.output, *self.input)
        return (self["filters"], self.input[0], self["kernel"], self["kernel"])


class Network:
    """The layers of a network, without its softmax: it ends with logits."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            description = json.load(file)
        form = description["input"]
        self.name = description["name"]
        self.input = shape = (form["channels"], form["height"], form["width"])
        self.layers = []
        for layer in description["layers"]:
            if layer["kind"] == "softmax":
                break
            self.layers.append(Layer(layer, shape))
            shape = self.layers[-1].output
        self.classes = shape[0]

    @property
    def weighted(self):
        return [layer for layer in self.layers if layer.kind in ("convolution", "linear")]

    def draw_weights(self, seed=1):
        """Weights of deviation √(2 ÷ inputs), and biases to match. Those of the first layer are 30 times larger,
        so that the sums of squares in the normalizations count."""
        random = np.random.default_rng(seed)
        for layer in self.weighted:
            deviation = math.sqrt(2 / math.prod(layer.weight_shape[1:])) * (30 if layer is self.weighted[0] else 1)
            layer.weight = (deviation * random.standard_normal(layer.weight_shape)).astype(np.float32)
            layer.bias = (deviation * random.standard_normal(layer.output[:1])).astype(np.float32)

    def weights(self):
        return {f"{layer.name}.{part}": getattr(layer, part)
                for layer in self.weighted for part in ("weight", "bias")}


def write_safetensors(tensors, path):
    header, data = {}, b""
    for name, values in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(values.shape),
                        "data_offsets": [len(data), len(data) + values.nbytes]}
        data += values.astype("<f4").tobytes()
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    with open(path, "wb") as file:
        file.write(len(head).to_bytes(8, "little") + head + data)

"""PyTorch: as most programs use it, and compiled, with normalizations that it compiles well."""

import torch
import torch.nn.functional as F
from torch import nn

GROUPS = {
    "PyTorch": {
        "eager": "eager",
        "compiled": "compiled, fused SGD",
        "slices": "compiled, fused SGD, LRN over channel slices",
        "slices-last": "compiled, fused SGD, LRN over channel slices, channels last",
    },
}
TRAINS = True


def negative_power(s, beta):
    """s to the power −β; two square roots are faster than `pow`."""
    if beta != 0.75:
        return s.pow(-beta)
    root = s.rsqrt()
    return root * root.sqrt()


def window_sum(values, n):
    """The sum over n neighbouring channels."""
    channels = values.shape[1]
    padded = F.pad(values, (0, 0, 0, 0, n // 2, n // 2))
    total = padded[:, :channels]
    for first in range(1, n):
        total = total + padded[:, first:first + channels]
    return total


class SliceNormalization(torch.autograd.Function):
    """Across channels: x·S^−β with S = k + s·Σx². Keeps x only, and computes S again."""

    @staticmethod
    def forward(context, x, n, k, s, beta):
        context.save_for_backward(x)
        context.constants = n, k, s, beta
        return x * negative_power(k + s * window_sum(x * x, n), beta)

    @staticmethod
    def backward(context, gradient):
        (x,) = context.saved_tensors
        n, k, s, beta = context.constants
        total = k + s * window_sum(x * x, n)
        power = negative_power(total, beta)
        neighbours = window_sum(gradient * x * power / total, n)
        return gradient * power - (2 * s * beta) * x * neighbours, None, None, None, None


class Normalization(nn.Module):
    def __init__(self, layer):
        super().__init__()
        self.constants = layer["n"], layer["k"], layer.scale, layer["beta"]

    def forward(self, x):
        return SliceNormalization.apply(x, *self.constants)


class SpatialNormalization(nn.Module):
    """Within a map: PyTorch has no such layer."""

    def __init__(self, layer):
        super().__init__()
        self.n, self.k, self.beta = layer["n"], layer["k"], layer["beta"]
        self.scale = layer.scale * self.n * self.n

    def forward(self, x):
        mean = F.avg_pool2d(x * x, self.n, 1, self.n // 2)
        return x * negative_power(self.k + self.scale * mean, self.beta)


def linear_or_convolution(layer):
    if layer.kind == "linear":
        return nn.Linear(layer.input[0], layer.output[0])
    return nn.Conv2d(layer.input[0], layer["filters"], layer["kernel"], layer["stride"], layer["padding"])


def module(layer, slices):
    kind = layer.kind
    if kind in ("convolution", "linear"):
        built = linear_or_convolution(layer)
        built.weight.data = torch.from_numpy(layer.weight)
        built.bias.data = torch.from_numpy(layer.bias)
        return built
    if kind in ("max_pooling", "average_pooling"):
        return {"max_pooling": nn.MaxPool2d, "average_pooling": nn.AvgPool2d}[kind](
            layer["kernel"], layer["stride"], layer["padding"], ceil_mode=layer["rounding"] == "ceil")
    if kind == "local_response_normalization":
        n = layer["n"]
        return Normalization(layer) if slices else nn.LocalResponseNorm(
            n, layer.scale * n, layer["beta"], layer["k"])
    if kind == "dropout":
        return nn.Dropout(layer["rate"])
    return {"relu": lambda: nn.ReLU(inplace=True), "flatten": nn.Flatten,
            "spatial_normalization": lambda: SpatialNormalization(layer)}[kind]()


class Peer:
    version = f"PyTorch {torch.__version__}"

    def __init__(self, network, form, batch, threads):
        torch.set_num_threads(threads)
        torch.manual_seed(1)
        self.network = nn.Sequential(*[module(layer, form.startswith("slices")) for layer in network.layers])
        self.layout = torch.channels_last if form == "slices-last" else torch.contiguous_format
        self.network.to(memory_format=self.layout)
        compiled = form != "eager"
        self.training = torch.compile(self.network) if compiled else self.network
        # While it's used for inference alone, weights are constants that may be laid out anew.
        self.inference = torch.compile(self.network, options={"freezing": True}) if compiled else self.network
        self.labels = torch.randint(0, network.classes, (batch,))
        self.optimizer = torch.optim.SGD(
            self.network.parameters(), lr=1e-6, momentum=0.9, weight_decay=5e-4, fused=compiled)
        self.loss = nn.CrossEntropyLoss()

    def parameters(self):
        return sum(parameter.numel() for parameter in self.network.parameters())

    def _images(self, images):
        return torch.from_numpy(images).contiguous(memory_format=self.layout)

    def inferring(self, images):
        self.network.eval()
        images = self._images(images)

        def run():
            with torch.no_grad():
                return self.inference(images).numpy()
        return run

    def training_step(self, images):
        self.network.train()
        images = self._images(images)

        def run():
            self.optimizer.zero_grad(set_to_none=True)
            loss = self.loss(self.training(images), self.labels)
            loss.backward()
            self.optimizer.step()
            return loss.item()
        return run

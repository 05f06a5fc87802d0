"""A network as an ONNX model, which ONNX Runtime and OpenVINO read."""

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper


class Builder:
    def __init__(self):
        self.nodes, self.constants, self.value = [], [], "x"

    def add(self, operation, *inputs, **attributes):
        """Adds an operation on the latest value unless inputs are named, and returns its result's name."""
        result = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, inputs or (self.value,), (result,), **attributes))
        return result

    def constant(self, values):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values, np.float32), name))
        return name

    def divide_by_power(self, x, squares, layer, scale):
        """x ÷ (k + scale·squares)^β; for β = ¾, by two square roots."""
        total = self.add("Add", self.add("Mul", squares, self.constant(scale)), self.constant(layer["k"]))
        if layer["beta"] != 0.75:
            return self.add("Div", x, self.add("Pow", total, self.constant(layer["beta"])))
        root = self.add("Sqrt", total)
        return self.add("Div", x, self.add("Mul", root, self.add("Sqrt", root)))


def onnx_model(network, batch, by_convolution):
    """The model for a batch size; `by_convolution` sums the squares of the LRN by a 1×1 convolution."""
    build = Builder()
    for layer in network.layers:
        if layer.kind == "convolution":
            near, far = layer["padding"], max(0, layer.far_padding)
            build.value = build.add(
                "Conv", build.value, build.constant(layer.weight), build.constant(layer.bias),
                kernel_shape=[layer["kernel"]] * 2, strides=[layer["stride"]] * 2, pads=[near, near, far, far])
        elif layer.kind == "linear":
            build.value = build.add(
                "Gemm", build.value, build.constant(layer.weight), build.constant(layer.bias), transB=1)
        elif layer.kind in ("max_pooling", "average_pooling"):
            near, far = layer["padding"], max(0, layer.far_padding)
            window = dict(
                kernel_shape=[layer["kernel"]] * 2, strides=[layer["stride"]] * 2, pads=[near, near, far, far])
            if layer.kind == "average_pooling":
                window["count_include_pad"] = 0
            build.value = build.add("MaxPool" if layer.kind == "max_pooling" else "AveragePool", **window)
        elif layer.kind == "local_response_normalization":
            n, channels = layer["n"], layer.input[0]
            if by_convolution:
                distance = np.abs(np.subtract.outer(np.arange(channels), np.arange(channels)))
                band = (distance <= n // 2).reshape(channels, channels, 1, 1)
                squares = build.add("Mul", build.value, build.value)
                build.value = build.divide_by_power(
                    build.value, build.add("Conv", squares, build.constant(band)), layer, layer.scale)
            else:
                build.value = build.add(
                    "LRN", size=n, alpha=layer.scale * n, beta=layer["beta"], bias=float(layer["k"]))
        elif layer.kind == "spatial_normalization":
            n = layer["n"]
            mean = build.add(
                "AveragePool", build.add("Mul", build.value, build.value), kernel_shape=[n, n], strides=[1, 1],
                pads=[n // 2] * 4, count_include_pad=1)
            build.value = build.divide_by_power(build.value, mean, layer, layer.scale * n * n)
        elif layer.kind in ("relu", "flatten"):
            build.value = build.add(layer.kind.capitalize())
        elif layer.kind != "dropout":
            raise ValueError(f"{layer.name}: {layer.kind} isn't supported here")
    graph = helper.make_graph(
        build.nodes, network.name,
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, (batch, *network.input))],
        [helper.make_tensor_value_info(build.value, TensorProto.FLOAT, (batch, network.classes))],
        build.constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    checker.check_model(model)
    return model


def parameters(network, model):
    """The numbers of the model's initializers that are a layer's weight or bias."""
    shapes = {values.shape for values in network.weights().values()}
    return sum(int(np.prod(c.dims)) for c in model.graph.initializer if tuple(c.dims) in shapes)

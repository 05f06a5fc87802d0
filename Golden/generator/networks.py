"""The networks, layer by layer: each layer has a name, an operation and its settings.

Settings are the `parameters` of the operation cases, plus `filters` and `kernel` of convolutions and
locally connected layers and `outputs` of linear ones; everything else follows from the input.
"""

from dataclasses import dataclass




@dataclass(frozen=True)
class Network:
    """A network in inference mode.

    `image_scale` is the largest magnitude of a pixel value. `weight_scales` scales down the weights it names by
    a power of two: those of the last layer, so that the logits are of order 1 and the softmax doesn't round
    to 0 and 1.
    """

    name: str
    input: tuple[int, int, int]
    layers: tuple[dict, ...]
    parameters: int  # weights and biases of all layers, running statistics included
    weight_scales: dict[str, float]
    batch: int = 1
    image_scale: float = 64.0

    @property
    def classes(self) -> int:
        return next(layer for layer in reversed(self.layers) if "outputs" in layer)["outputs"]


def conv(name, filters, kernel, stride=1, padding=0, groups=1, rounding="floor"):
    return {
        "name": name, "operation": "convolution", "filters": filters, "kernel": kernel,
        "stride": stride, "padding": padding, "groups": groups, "rounding": rounding,
    }


def local(name, filters):
    return {
        "name": name, "operation": "locally_connected", "filters": filters, "kernel": 3,
        "stride": 1, "padding": 1,
    }


def pool(name, rounding="floor", kind="max", kernel=3, stride=2):
    return {
        "name": name, "operation": f"{kind}_pooling", "kernel": kernel, "stride": stride,
        "padding": 0, "rounding": rounding,
    }


def lrn(name, convention="paper", n=5, k=2.0, alpha=1e-4, groups=1):
    return {
        "name": name, "operation": "local_response_normalization", "n": n, "k": k,
        "alpha": alpha, "beta": 0.75, "convention": convention, "groups": groups,
    }


def spatial(name, n, alpha):
    return {
        "name": name, "operation": "spatial_normalization", "n": n, "k": 1.0, "alpha": alpha,
        "beta": 0.75, "convention": "source2012",
    }


def norm(name):
    return {
        "name": name, "operation": "batch_normalization", "epsilon": 1e-3, "momentum": 0.99,
        "training": False,
    }


def drop(name, convention):
    return {
        "name": name, "operation": "dropout", "rate": 0.5, "convention": convention,
        "training": False,
    }


def linear(name, outputs):
    return {"name": name, "operation": "linear", "outputs": outputs}


def plain(name, operation):
    return {"name": name, "operation": operation}


def relu(name):
    return plain(name, "relu")


FLATTEN, SOFTMAX = plain("flatten", "flatten"), plain("softmax", "softmax")


def head(convention, width=4096, classes=1000):
    """fc6, fc7 and fc8; the first two are followed by a ReLU and dropout."""
    return [
        FLATTEN,
        linear("fc6", width), relu("relu6"), drop("drop6", convention),
        linear("fc7", width), relu("relu7"), drop("drop7", convention),
        linear("fc8", classes), SOFTMAX,
    ]


def alexnet(groups=1):
    return [
        conv("conv1", 96, 11, stride=4), relu("relu1"), lrn("norm1"), pool("pool1"),
        conv("conv2", 256, 5, padding=2, groups=groups), relu("relu2"), lrn("norm2"), pool("pool2"),
        conv("conv3", 384, 3, padding=1), relu("relu3"),
        conv("conv4", 384, 3, padding=1, groups=groups), relu("relu4"),
        conv("conv5", 256, 3, padding=1, groups=groups), relu("relu5"), pool("pool5"),
        *head("paper"),
    ]


def caffenet():
    def norm(name):
        return lrn(name, "caffe", k=1.0)

    return [
        conv("conv1", 96, 11, stride=4), relu("relu1"), pool("pool1"), norm("norm1"),
        conv("conv2", 256, 5, padding=2, groups=2), relu("relu2"), pool("pool2"), norm("norm2"),
        conv("conv3", 384, 3, padding=1), relu("relu3"),
        conv("conv4", 384, 3, padding=1, groups=2), relu("relu4"),
        conv("conv5", 256, 3, padding=1, groups=2), relu("relu5"), pool("pool5"),
        *head("inverted"),
    ]


def alexnet_owt():
    return [
        conv("conv1", 64, 11, stride=4, padding=2), relu("relu1"), pool("pool1"),
        conv("conv2", 192, 5, padding=2), relu("relu2"), pool("pool2"),
        conv("conv3", 384, 3, padding=1), relu("relu3"),
        conv("conv4", 256, 3, padding=1), relu("relu4"),
        conv("conv5", 256, 3, padding=1), relu("relu5"), pool("pool5"),
        pool("avgpool", kind="average", kernel=1, stride=1), FLATTEN,
        drop("drop6", "inverted"), linear("fc6", 4096), relu("relu6"),
        drop("drop7", "inverted"), linear("fc7", 4096), relu("relu7"),
        linear("fc8", 1000), SOFTMAX,
    ]


def alexnet_batchnorm():
    return [
        conv("conv1", 96, 11, stride=4), relu("relu1"), pool("pool1"), norm("bn1"),
        conv("conv2", 256, 5, padding=2), relu("relu2"), pool("pool2"), norm("bn2"),
        conv("conv3", 384, 3, padding=1), relu("relu3"), norm("bn3"),
        conv("conv4", 384, 3, padding=1), relu("relu4"), norm("bn4"),
        conv("conv5", 256, 3, padding=1), relu("relu5"), norm("bn5"), pool("pool5"),
        *head("inverted"),
    ]


def alexnet_2012():
    up = {"rounding": "ceil"}
    return [
        conv("conv1", 96, 11, stride=4, **up), lrn("norm1", "source2012", groups=2),
        pool("pool1", **up), relu("relu1"),
        conv("conv2", 256, 5, padding=2, groups=2, **up), relu("relu2"),
        lrn("norm2", "source2012", groups=2), spatial("spatial2", 5, 1e-3), pool("pool2", **up),
        conv("conv3", 384, 3, padding=1, **up), relu("relu3"),
        conv("conv4", 384, 3, padding=1, groups=2, **up), relu("relu4"),
        conv("conv5", 256, 3, padding=1, groups=2, **up), pool("pool5", **up), relu("relu5"),
        *head("paper"),
    ]


def alexnet32():
    return [
        conv("conv1", 48, 5, padding=2), relu("relu1"), lrn("norm1"), pool("pool1", "ceil"),
        conv("conv2", 128, 5, padding=2), relu("relu2"), lrn("norm2"), pool("pool2", "ceil"),
        conv("conv3", 192, 3, padding=1), relu("relu3"),
        conv("conv4", 192, 3, padding=1), relu("relu4"),
        conv("conv5", 128, 3, padding=1), relu("relu5"), pool("pool5", "ceil"),
        *head("paper", 512, 10),
    ]


def cuda_convnet_26():
    return [
        conv("conv1", 32, 5, padding=2), pool("pool1", "ceil"), relu("relu1"),
        conv("conv2", 32, 5, padding=2), relu("relu2"), pool("pool2", "ceil", "average"),
        conv("conv3", 64, 5, padding=2), relu("relu3"), pool("pool3", "ceil", "average"),
        FLATTEN, linear("fc64", 64), relu("relu4"), linear("fc10", 10), SOFTMAX,
    ]


def cuda_convnet_18():
    return [
        conv("conv1", 32, 5, padding=2), pool("pool1", "ceil"), relu("relu1"),
        spatial("norm1", 3, 5e-5),
        conv("conv2", 32, 5, padding=2), relu("relu2"), pool("pool2", "ceil", "average"),
        spatial("norm2", 3, 5e-5),
        conv("conv3", 64, 5, padding=2), relu("relu3"), pool("pool3", "ceil", "average"),
        FLATTEN, linear("fc10", 10), SOFTMAX,
    ]


def cuda_convnet_13():
    return [
        conv("conv1", 64, 5, padding=2), relu("relu1"), pool("pool1", "ceil"),
        conv("conv2", 64, 5, padding=2), relu("relu2"), pool("pool2", "ceil"),
        local("local3", 32), relu("relu3"), local("local4", 32), relu("relu4"),
        FLATTEN, linear("fc10", 10), SOFTMAX,
    ]


def cuda_convnet_11():
    def norm(name):
        return lrn(name, "source2012", n=9, k=1.0, alpha=1e-3)

    return [
        conv("conv1", 64, 5, padding=2), relu("relu1"), pool("pool1", "ceil"), norm("norm1"),
        conv("conv2", 64, 5, padding=2), relu("relu2"), norm("norm2"), pool("pool2", "ceil"),
        local("local3", 64), relu("relu3"), local("local4", 32), relu("relu4"),
        FLATTEN, linear("fc10", 10), SOFTMAX,
    ]


WIDE, CARD, SMALL, CROP = (3, 227, 227), (3, 224, 224), (3, 32, 32), (3, 24, 24)


def network(name, input, layers, parameters, exponent, **more):
    """A network whose last linear layer's weights are scaled by 2^exponent."""
    last = next(layer["name"] for layer in reversed(layers) if "outputs" in layer)
    scales = {f"{last}.weight": 2.0**exponent}
    return Network(name, input, tuple(layers), parameters, scales, **more)


NETWORKS = [
    network("alexnet", WIDE, alexnet(), 62_378_344, -2),
    network("alexnet-grouped", WIDE, alexnet(groups=2), 60_965_224, -2),
    network("caffenet", WIDE, caffenet(), 60_965_224, -5),
    network("alexnet-owt", CARD, alexnet_owt(), 61_100_840, -2, image_scale=2.0),
    network("alexnet-batchnorm", WIDE, alexnet_batchnorm(), 62_383_848, -7),
    network("alexnet-2012", CARD, alexnet_2012(), 60_965_224, -2),
    network("alexnet32", SMALL, alexnet32(), 2_248_906, -2, batch=2),
    network("cuda-convnet-26", SMALL, cuda_convnet_26(), 145_578, -5, batch=2),
    network("cuda-convnet-18", SMALL, cuda_convnet_18(), 89_578, -4, batch=2),
    network("cuda-convnet-13", CROP, cuda_convnet_13(), 1_116_490, -6, batch=2),
    network("cuda-convnet-11", CROP, cuda_convnet_11(), 2_112_970, -3, batch=2),
]
BY_NAME = {network.name: network for network in NETWORKS}

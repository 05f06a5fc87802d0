"""TensorFlow: a step as one graph, with or without its XLA compiler. Images are N×H×W×C, as it likes best."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
import tensorflow as tf

GROUPS = {"TensorFlow": {"graph": "tf.function", "xla": "tf.function, compiled by XLA"}}
TRAINS = True


def negative_power(s, beta):
    if beta != 0.75:
        return tf.pow(s, -beta)
    root = tf.math.rsqrt(s)
    return root * tf.sqrt(root)


class Peer:
    version = f"TensorFlow {tf.__version__}"

    def __init__(self, network, form, batch, threads):
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(1)
        tf.random.set_seed(1)
        self.layers, self.compiled = network.layers, form == "xla"
        self.variables = {}
        for layer in network.weighted:
            self.variables[layer.name] = (
                tf.Variable(self._laid_out(layer), name=layer.name), tf.Variable(layer.bias))
        self.momenta = [tf.Variable(tf.zeros_like(v)) for pair in self.variables.values() for v in pair]
        self.labels = tf.random.uniform((batch,), 0, network.classes, tf.int32)

    def _laid_out(self, layer):
        if layer.kind == "convolution":
            return layer.weight.transpose(2, 3, 1, 0)
        before = self.layers[self.layers.index(layer) - 1]
        while before.kind in ("dropout", "relu"):
            before = self.layers[self.layers.index(before) - 1]
        if before.kind != "flatten":
            return layer.weight.T
        # The maps are flattened with the channels last.
        maps = layer.weight.reshape(-1, *before.input)
        return maps.transpose(2, 3, 1, 0).reshape(layer.weight.shape[::-1])

    def parameters(self):
        return sum(int(tf.size(v)) for pair in self.variables.values() for v in pair)

    def _window(self, layer):
        near, far = layer["padding"], max(0, layer.far_padding)
        return [[0, 0], [near, far], [near, far], [0, 0]]

    def _run(self, x, training):
        for layer in self.layers:
            if layer.kind == "convolution":
                weight, bias = self.variables[layer.name]
                x = tf.nn.bias_add(tf.nn.conv2d(x, weight, layer["stride"], self._window(layer)), bias)
            elif layer.kind == "linear":
                weight, bias = self.variables[layer.name]
                x = tf.nn.bias_add(tf.matmul(x, weight), bias)
            elif layer.kind in ("max_pooling", "average_pooling"):
                # The padding that TensorFlow calls SAME isn't counted, as here.
                same = layer.far_padding > 0
                if layer["padding"] or layer.far_padding > 1:
                    raise ValueError(f"{layer.name}: this padding isn't supported here")
                pool = tf.nn.max_pool2d if layer.kind == "max_pooling" else tf.nn.avg_pool2d
                x = pool(x, layer["kernel"], layer["stride"], "SAME" if same else "VALID")
            elif layer.kind == "local_response_normalization":
                x = tf.nn.local_response_normalization(
                    x, layer["n"] // 2, layer["k"], layer.scale, layer["beta"])
            elif layer.kind == "spatial_normalization":
                n = layer["n"]
                edge = [[0, 0], [n // 2, n // 2], [n // 2, n // 2], [0, 0]]
                mean = tf.nn.avg_pool2d(tf.pad(x * x, edge), n, 1, "VALID")
                x = x * negative_power(layer["k"] + layer.scale * n * n * mean, layer["beta"])
            elif layer.kind == "relu":
                x = tf.nn.relu(x)
            elif layer.kind == "flatten":
                x = tf.reshape(x, (x.shape[0], -1))
            elif layer.kind == "dropout":
                x = tf.nn.dropout(x, layer["rate"]) if training else x
            else:
                raise ValueError(f"{layer.name}: {layer.kind} isn't supported here")
        return x

    def inferring(self, images):
        images = tf.constant(images.transpose(0, 2, 3, 1))

        @tf.function(jit_compile=self.compiled)
        def infer(x):
            return self._run(x, False)
        return lambda: self._channels_first(infer(images).numpy())

    def _channels_first(self, found):
        """Numbers in the network's order, if it ends with maps: they are flattened with the channels last."""
        last = self.layers[-1]
        if last.kind != "flatten":
            return found
        channels, *area = last.input
        return found.reshape(-1, *area, channels).transpose(0, 3, 1, 2).reshape(found.shape)

    def training_step(self, images):
        images = tf.constant(images.transpose(0, 2, 3, 1))
        variables = [v for pair in self.variables.values() for v in pair]

        @tf.function(jit_compile=self.compiled)
        def train(x, labels):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(
                    tf.nn.sparse_softmax_cross_entropy_with_logits(labels, self._run(x, True)))
            for variable, momentum, gradient in zip(
                    variables, self.momenta, tape.gradient(loss, variables)):
                momentum.assign(0.9 * momentum + gradient + 5e-4 * variable)
                variable.assign_sub(1e-6 * momentum)
            return loss
        return lambda: float(train(images, self.labels))

"""ONNX Runtime, with all of its optimizations of the graph."""

import onnxruntime
from onnx_model import onnx_model, parameters

GROUPS = {"ONNX Runtime": {"operator": "LRN as an operator", "convolution": "LRN as a 1×1 convolution"}}
TRAINS = False


class Peer:
    version = f"ONNX Runtime {onnxruntime.__version__}"

    def __init__(self, network, form, batch, threads):
        self.network, self.form, self.threads = network, form, threads

    def parameters(self):
        return parameters(self.network, onnx_model(self.network, 1, self.form == "convolution"))

    def inferring(self, images):
        model = onnx_model(self.network, len(images), self.form == "convolution")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = self.threads, 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        session = onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        return lambda: session.run(None, {"x": images})[0]

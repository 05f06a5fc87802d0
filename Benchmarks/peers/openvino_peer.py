"""OpenVINO with its LATENCY hint, in 32-bit floats or, its default on processors that have it, bfloat16."""

import openvino
from onnx_model import onnx_model, parameters

GROUPS = {
    f"OpenVINO {precision}": {
        f"{precision}-operator": "LRN as an operator",
        f"{precision}-convolution": "LRN as a 1×1 convolution",
    } for precision in ("f32", "bf16")
}
TRAINS = False


class Peer:
    version = f"OpenVINO {openvino.__version__.split('-')[0]}"

    def __init__(self, network, form, batch, threads):
        self.network, self.threads = network, threads
        self.precision, lrn = form.split("-")
        self.by_convolution = lrn == "convolution"

    def parameters(self):
        return parameters(self.network, onnx_model(self.network, 1, self.by_convolution))

    def inferring(self, images):
        core = openvino.Core()
        model = core.read_model(onnx_model(self.network, len(images), self.by_convolution).SerializeToString())
        request = core.compile_model(model, "CPU", {
            "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": self.precision,
            "INFERENCE_NUM_THREADS": self.threads,
        }).create_infer_request()

        def run():
            return request.infer([images], share_inputs=True, share_outputs=True)[0]
        return run

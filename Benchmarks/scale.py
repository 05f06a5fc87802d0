"""Two tables for `compare.py`: speed and memory by batch and threads, and rounding errors against float64."""

import json
import math
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
BATCHES = (1, 4, 16, 64, 128, 256)
# The convolutions that alexnet computes by Winograd's algorithm, and the logits.
LAYERS = ("conv3", "conv4", "conv5", "fc8")


def run(command):
    """A program's lines; if it fails, the comparison ends with what it said."""
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{(result.stderr or result.stdout).strip()}")
    return result.stdout.strip().splitlines()


def last_json(lines):
    return json.loads(lines[-1])


def flat(value):
    return [x for v in value for x in flat(v)] if isinstance(value, list) else [value]


def tables(options, comparisons, folder):
    """Both, for the networks compared; the errors only for those that have the layers."""
    lines = []
    for comparison in comparisons:
        lines += sizes(options, comparison.network)
    for comparison in comparisons:
        if {*LAYERS} <= {layer["name"] for layer in comparison.layers} and comparison.forms:
            lines += Errors(options, comparison.network, folder).table(comparison.fastest_forms())
    return lines


def sizes(options, network, batches=BATCHES):
    """Speed and peak memory of alexnet by itself."""
    lines = [
        f"## {network}: batches and threads", "",
        f"`alexnet bench --network {network} --batch N --threads T --steps {options.steps}`. The peak is that of the "
        "whole command, which trains first.", "",
        "| batch | threads | training, images/s | inference, images/s | peak memory, GiB |", "|---|---|---|---|---|",
    ]
    for batch in batches:
        for threads in range(1, options.threads + 1):
            print(f"{network}: batch {batch}, {threads} threads", file=sys.stderr)
            found = last_json(run([
                options.program, "bench", "--network", network, "--batch", str(batch), "--threads", str(threads),
                "--steps", str(options.steps), "--json"]))
            lines.append(
                f"| {batch} | {threads} | {found['train_images_per_s']:.4g} | {found['infer_images_per_s']:.4g} | "
                f"{found['peak_memory_mb'] / 1024:.2f} |")
    return lines + [""]


def output(options, network, layer, weights, image):
    """The numbers that a layer of the network in a file gives in alexnet, with the weights that all peers use. Writes
    these weights, and alexnet's image, for the peers."""
    run([options.python, peer("measure.py"), "--network", network, "--weights", weights])
    cells = [f"network load {network}", f"load {weights}", "forward", "input[0]", "input[1]", "input[2]",
             f"{layer}.output"]
    lines = run([options.program, "--json", "--engine", "onednn", *(w for cell in cells for w in ("-c", cell))])
    *channels, numbers = [flat(json.loads(line)["value"]) for line in lines[-4:]]
    with open(image, "w", encoding="utf-8") as file:
        json.dump(flat(channels), file)
    return numbers


def peer(name):
    return os.path.join(HERE, "peers", name)


class Errors:
    """How far a network's numbers, up to some layer, are from those in float64."""

    def __init__(self, options, network, folder):
        self.options, self.network, self.folder = options, network, folder
        self.full = os.path.join(folder, "whole.json")
        run([options.program, "--network", network, "network", "save", self.full, "--overwrite"])
        with open(self.full, encoding="utf-8") as file:
            self.description = json.load(file)

    def until(self, layer):
        """Writes the network that ends with a layer."""
        layers = self.description["layers"]
        last = [each["name"] for each in layers].index(layer)
        ends = [{"name": "end", "kind": "flatten"}] if layers[last]["kind"] == "convolution" else []
        path = os.path.join(self.folder, f"until-{layer}.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({
                **{member: value for member, value in self.description.items() if member != "labels"},
                "name": f"until-{layer}",
                "layers": layers[:last + 1] + ends + [{"name": "softmax", "kind": "softmax"}]}, file)
        return path

    def theirs(self, path, image, form):
        return last_json(run([
            self.options.python, peer("measure.py"), "--peer", form["peer"], "--form", form["form"],
            "--network", path, "--image", image, "--batch", "1", "--threads", str(self.options.threads),
            "--only-logits"]))["logits"]

    def table(self, forms):
        """For each program the error of each layer: root mean square and largest, over the layer's root mean square."""
        rows = {}
        for layer in LAYERS:
            path, image = self.until(layer), os.path.join(self.folder, "image.json")
            found = {"alexnet": output(self.options, path, layer, path + ".safetensors", image)}
            exact = last_json(run([self.options.python, peer("exact.py"), "--network", path, "--image", image]))
            for form in forms:
                print(f"{self.network}: error of {layer}, {form['group']} {form['text']}", file=sys.stderr)
                found[", ".join(filter(None, (form["group"], form["text"])))] = self.theirs(path, image, form)
            for name, numbers in found.items():
                rows.setdefault(name, []).append(error(numbers, exact))
        return [
            f"## {self.network}: rounding errors", "",
            "One image through the network with the same weights, against float64 (`Benchmarks/peers/exact.py`): the root mean "
            "square error of a layer's numbers and, in parentheses, the largest, both divided by the root mean square of the "
            "numbers, in units of 10⁻⁷. alexnet computes conv3 to conv5 by Winograd's algorithm. Errors of the layers before "
            "are part of each figure.", "",
            "| | " + " | ".join(LAYERS) + " |", "|---|" + "---|" * len(LAYERS),
            *(f"| {name} | " + " | ".join(f"{1e7 * mean:.3g} ({1e7 * most:.3g})" for mean, most in cells) + " |"
              for name, cells in rows.items()), ""]


def error(numbers, exact):
    """Root mean square and largest error, over the root mean square of the exact numbers."""
    differences = [abs(a - b) for a, b in zip(numbers, exact, strict=True)]
    size = math.sqrt(sum(b * b for b in exact) / len(exact))
    return math.sqrt(sum(d * d for d in differences) / len(exact)) / size, max(differences) / size

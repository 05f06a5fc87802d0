#!/usr/bin/env python3
"""Compares alexnet with OpenVINO, ONNX Runtime, TensorFlow and PyTorch on this machine, in one run.

    compare.py PROGRAM [--python PYTHON] [--rounds 5] [--threads N] [--output FILE]

They take turns at the same work, so that noise affects all; figures and ratios are medians over the rounds.
The first round tries every form of each program (`peers/*_peer.py`), the others repeat those that were its fastest
in a figure. Before a form counts, its network must have as many parameters as alexnet's, and give the same logits
for the same weights and image.

Then alexnet alone: speed and memory by batch and threads, and the rounding errors of all against float64.

A round in which other processes used more than 12% of the cores during any turn is repeated, for at most ten
minutes in all. --output writes the tables to a file, unless rounds that busy remain.

PYTHON has the programs (`make peers` installs them; default: $ALEXNET_PYTHON, otherwise the one running this
script). Those that it lacks are left out.
"""

import argparse
import datetime
import json
import os
import statistics
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
MEASURE = os.path.join(HERE, "peers", "measure.py")
sys.path.insert(0, os.path.dirname(MEASURE))
import machine
import scale
from scale import last_json, run

BATCHES = {"alexnet-cifar10": 64, "cuda-convnet-18": 128}
FIGURES = {
    "train_images_per_s": "training, images/s",
    "infer_images_per_s": "inference, images/s",
    "infer_batch1_ms": "one image, ms",
}
BUSY = 0.12
OURS = "alexnet"
# With --precision bfloat16, which is for inference.
ROUNDED = {"group": OURS, "text": "bfloat16"}
# What alexnet aims for, as it is or rounded: at least this many times as fast as the fastest form of a group.
GOALS = [
    ("alexnet-cifar10", "train_images_per_s", None, "TensorFlow", 3.0),
    ("alexnet-cifar10", "train_images_per_s", None, "PyTorch", 4.0),
    ("alexnet-cifar10", "infer_images_per_s", None, "OpenVINO f32", 2.4),
    ("alexnet-cifar10", "infer_batch1_ms", None, "OpenVINO f32", 1.25),
    ("alexnet-cifar10", "infer_images_per_s", ROUNDED, "OpenVINO bf16", 1.5),
    ("alexnet-cifar10", "infer_batch1_ms", ROUNDED, "OpenVINO bf16", 1.1),
    ("cuda-convnet-18", "train_images_per_s", None, "TensorFlow", 4.0),
]


class Comparison:
    """One network on all programs."""

    def __init__(self, options, network, forms, folder):
        self.options, self.network = options, network
        self.batch = BATCHES[network]
        self.description = os.path.join(folder, network + ".json")
        self.image = os.path.join(folder, network + "-image.json")
        self.rounds, self.shares, self.differences = [], [], {}
        self._prepare(os.path.join(folder, network + ".safetensors"), bool(forms))
        self.forms = self._different(forms)

    def _different(self, forms):
        """Without local response normalization, forms that differ only in it are the same."""
        if "local_response_normalization" in (layer["kind"] for layer in self.layers):
            return forms
        names = {}
        for form in forms:
            text = ", ".join(part for part in form["text"].split(", ") if "LRN" not in part)
            names.setdefault((form["group"], text), {**form, "text": text})
        return list(names.values())

    def _prepare(self, weights, has_peers):
        """Writes the network and an image for the peers, and keeps what alexnet makes of them."""
        program, name = self.options.program, ["--network", self.network]
        run([program, *name, "network", "save", self.description, "--overwrite"])
        self.parameters = last_json(run([program, "summary", self.network, "--json"]))["parameters"]
        with open(self.description, encoding="utf-8") as file:
            self.layers = json.load(file)["layers"]
        if not has_peers:
            return
        self.logits = scale.output(
            self.options, self.description, self.layers[-2]["name"], weights, self.image)

    def turn(self, form):
        """The figures of alexnet (None or ROUNDED) or of a form."""
        sizes = ["--batch", str(self.batch), "--threads", str(self.options.threads),
                 "--steps", str(self.options.steps)]
        if form in (None, ROUNDED):
            if self.options.check:
                return {}
            words = [self.options.program, "bench", "--network", self.network, *sizes, "--json"]
            if form is None:
                return last_json(run(words))
            return last_json(run([*words, "--precision", "bfloat16"]))["precisions"][-1]
        result = last_json(run([
            self.options.python, MEASURE, "--peer", form["peer"], "--form", form["form"], "--network",
            self.description, "--image", self.image, *sizes, *["--only-logits"] * self.options.check]))
        self._check(form, result)
        return result

    def _check(self, form, result):
        name, found = title(form), result["parameters"]
        if found != self.parameters:
            sys.exit(f"{name}: its {self.network} has {found:,} parameters, not {self.parameters:,}")
        size = max(map(abs, self.logits))
        worst = max(abs(a - b) for logits in (result["logits"], result["batch_logits"])
                    for a, b in zip(self.logits, logits, strict=True)) / size
        if not worst <= (0.05 if "bf16" in form["form"] else 1e-4):
            sys.exit(f"{name}: its {self.network} gives other logits than alexnet; the largest difference is "
                     f"{worst:.2g} of the largest logit")
        self.differences[name] = max(worst, self.differences.get(name, 0))

    def round(self, forms):
        """One turn of each, and the largest share of the cores that others used during one."""
        figures, worst = {}, None
        for form in [None, ROUNDED, *forms]:
            with machine.OthersShare() as others:
                figures[title(form)] = self.turn(form)
            if others.value is not None:
                worst = max(others.value, worst or 0)
        return figures, worst

    def compare(self, clock):
        """All rounds; `clock` counts the seconds spent on repetitions."""
        forms = self.forms
        for number in range(1 if self.options.check else self.options.rounds):
            while True:
                print(f"{self.network}: round {number + 1} of {self.options.rounds}", end="", file=sys.stderr)
                begin = time.monotonic()
                figures, share = self.round(forms)
                seconds = time.monotonic() - begin
                print(f", {seconds:.0f} s, others used {percent(share)} of the cores", file=sys.stderr)
                if self.options.check or share is None or share <= BUSY or clock["spent"] + seconds > self.options.repeat_for:
                    break
                clock["spent"] += seconds
            self.rounds.append(figures)
            self.shares.append(share)
            if number == 0:
                forms = [form for form in forms if self._is_fastest(form)]

    def _is_fastest(self, form):
        figures = self.rounds[0]
        rivals = [title(f) for f in self.forms if f["group"] == form["group"]]
        return any(
            figures[title(form)].get(figure) == fastest(figure, [figures[r][figure] for r in rivals])
            for figure in FIGURES if figure in figures[title(form)])

    def median(self, name, figure):
        values = [r[name][figure] for r in self.rounds if figure in r.get(name, {})]
        return statistics.median(values) if values else None

    def ratio(self, name, figure, ours=None):
        """How many times as fast alexnet is: the median over the rounds that both ran."""
        pairs = [(r[title(ours)][figure], r[name][figure]) for r in self.rounds if figure in r.get(name, {})]
        lower = figure.endswith("_ms")
        return statistics.median(b / a if lower else a / b for a, b in pairs) if pairs else None

    def best(self, group, figure):
        """The fastest form of a group; of those that ran in every round, if there are several rounds."""
        names = [title(form) for form in self.fastest_forms() if form["group"] == group]
        medians = {name: self.median(name, figure) for name in names if self.median(name, figure)}
        pick = min if figure.endswith("_ms") else max
        return pick(medians, key=medians.get) if medians else None

    def table(self):
        lines = [
            f"## {self.network}, batch {self.batch}", "",
            f"Other processes used {', '.join(map(percent, self.shares))} of the cores in the busiest turn of each "
            "round." if self.shares[0] is not None else "What other processes used couldn't be measured.", "",
            "| | " + " | ".join(FIGURES.values()) + " | rounds | logits differ by |",
            "|---|" + "---|" * (len(FIGURES) + 2),
        ]
        for name in self.rounds[0]:
            cells = []
            for figure in FIGURES:
                value = self.median(name, figure)
                text = "–" if value is None else f"{value:.4g}"
                if value is not None and name not in (OURS, title(ROUNDED)):
                    text += f" ({self.ratio(name, figure):.2f}×)"
                cells.append(text)
            difference = self.differences.get(name)
            lines.append(
                f"| {name} | {' | '.join(cells)} | {sum(name in r for r in self.rounds)} | "
                f"{'' if difference is None else f'{difference:.1e}'} |")
        share = statistics.median(
            100 * r[OURS]["train_gflop_per_s"] / r[OURS]["matrix_product_gflop_per_s"] for r in self.rounds)
        return lines + ["", "Training, by the operations of direct convolutions, runs at "
                        f"{share:.0f}% of the speed of a large matrix product."]

    def fastest_forms(self):
        """Those that ran in every round."""
        return [form for form in self.forms if title(form) in self.rounds[-1]]

    def goals(self):
        for network, figure, ours, group, least in GOALS:
            name = self.best(group, figure) if network == self.network else None
            if name:
                ratio = self.ratio(name, figure, ours)
                yield (f"| {network}, {FIGURES[figure]}{ours and ', ' + ours['text'] or ''} | {name} | {least} | "
                       f"{ratio:.2f} | {'yes' if ratio >= least else 'no'} |")


def fastest(figure, values):
    return min(values) if figure.endswith("_ms") else max(values)


def title(form):
    return ", ".join(filter(None, (form["group"], form["text"]))) if form else OURS


def percent(share):
    return "an unknown part" if share is None else f"{100 * share:.0f}%"


def count(number, thing):
    return f"{number} {thing}{'s' * (number != 1)}"


def installed(python):
    """The forms of the programs that this Python has."""
    return last_json(run([python, MEASURE, "--list"]))


def report(options, comparisons, forms, more):
    versions = ", ".join(dict.fromkeys(form["version"] for form in forms))
    ours = comparisons[0].rounds[0][OURS]["engine"]
    lines = [
        "# Beside other programs", "",
        f"`make bench` on {datetime.date.today():%-d %B %Y}: {machine.description()}; {count(options.threads, 'thread')} "
        f"for each. alexnet on {ours}{'; ' if versions else ''}{versions}.", "",
        f"Medians of up to {count(options.rounds, 'round')} in turn, {count(options.steps, 'step')} each (single "
        f"images: {4 * options.steps}), in 32-bit floats unless it says bf16. In parentheses: how many times as fast alexnet "
        "is, the median of the rounds' ratios. A form that wasn't its program's fastest in any figure of the first "
        "round ran only once. The last column is the largest difference to alexnet's logits for the same weights and "
        "image, as a share of the largest logit.", "",
    ]
    for comparison in comparisons:
        lines += comparison.table() + [""]
    goals = [goal for comparison in comparisons for goal in comparison.goals()]
    if goals:
        lines += ["## Goals", "", "| figure | beside | at least | reached | met |", "|---|---|---|---|---|", *goals, ""]
    return "\n".join(lines + more)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--python", default=os.environ.get("ALEXNET_PYTHON", sys.executable))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--repeat-for", type=float, default=600, help="seconds for repeating busy rounds (600)")
    parser.add_argument("--networks", nargs="+", choices=BATCHES, default=list(BATCHES))
    parser.add_argument("--forms", nargs="+", help="only these, such as openvino:f32-operator")
    parser.add_argument("--check", action="store_true", help="only check that all compute the same network")
    parser.add_argument("--output", help="write the tables to this file")
    options = parser.parse_args()
    # Inductor would compile in processes that outlive the turn, and count as others.
    os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "1")
    forms = installed(options.python)
    if options.forms:
        forms = [form for form in forms if f"{form['peer']}:{form['form']}" in options.forms]
    if not forms:
        print(f"{options.python} has none of the other programs, so only alexnet is measured; `make peers` installs "
              "them, or $ALEXNET_PYTHON names a Python that has them", file=sys.stderr)
    comparisons, clock = [], {"spent": 0}
    with tempfile.TemporaryDirectory() as folder:
        for network in options.networks:
            comparisons.append(Comparison(options, network, forms, folder))
            comparisons[-1].compare(clock)
        more = [] if options.check else scale.tables(options, comparisons, folder)
    if options.check:
        for comparison in comparisons:
            for name, difference in comparison.differences.items():
                print(f"{comparison.network}: {name}: {comparison.parameters:,} parameters, the same logits within "
                      f"{difference:.1e}")
        return
    text = report(options, comparisons, forms, more)
    print(text)
    shares = [share for comparison in comparisons for share in comparison.shares]
    if options.output and forms:
        if any(share is None or share > BUSY for share in shares):
            print(f"{options.output} isn't written: other processes used more than {percent(BUSY)} of the cores",
                  file=sys.stderr)
        else:
            with open(options.output + ".new", "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(options.output + ".new", options.output)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Compares what alexnet and PyTorch make of CIFAR-10 in five minutes on this machine.

    accuracy.py PROGRAM --data DIR [--python PYTHON] [--seconds 300] [--threads N] [--output FOLDER]

One after the other, on the same images, each as a whole process from its start to its test error:

  - alexnet's recipe `five-minutes`
  - the same network and recipe in PyTorch (peers/five_minutes_peer.py)
  - airbench94, the strongest small published recipe, in PyTorch (peers/airbench_peer.py), with a quarter of its filters
    and half of its batch, since processors have too little time for more; --published adds it with all its filters

Each trains for as many epochs as fit: the scripts measure some steps first, and for alexnet a short `bench` is
measured, whose time counts as its own. Prints a table, and writes it to FOLDER, with alexnet's metrics and curves.

PYTHON has PyTorch (`make peers` installs it; default: $ALEXNET_PYTHON, otherwise the one running this script).
"""

import argparse
import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
PEERS = os.path.join(HERE, "peers")
sys.path.insert(0, PEERS)
import machine

RECIPE = "five-minutes"
# Of the time that `bench` promises, what training leaves: it also prepares images, validates and tests.
USABLE = 0.85


def run(command, folder):
    """The last line of a program's output, as JSON; its seconds; what others used of the cores meanwhile."""
    # A cache of compiled code would be warm for whoever ran it before.
    environment = {**os.environ, "TORCHINDUCTOR_CACHE_DIR": os.path.join(folder, "inductor")}
    begin = time.monotonic()
    with machine.OthersShare() as others:
        result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    seconds = time.monotonic() - begin
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{(result.stderr or result.stdout).strip()}")
    lines = result.stdout.strip().splitlines()
    return json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}, seconds, others.value


def ours(options, recipe, folder):
    """alexnet's row. Its epochs are those that fit, unless they are given."""
    program = [options.program, "--threads", str(options.threads)]
    images = round((1 - recipe["validation"]) * 50_000)
    epochs, measuring = options.epochs, 0
    if not epochs:
        figures, measuring, _ = run(
            [*program, "bench", "--network", recipe["network"], "--batch", str(recipe["batch"]), "--steps", "20",
             "--json"], folder)
        usable = USABLE * (options.seconds - measuring)
        epochs = max(1, int(usable * figures["train_images_per_s"] / images))
    out = os.path.join(folder, "run")
    result, seconds, others = run(
        [*program, "--data", options.data, "train", "--recipe", RECIPE, "--epochs", str(epochs), "--seed",
         str(options.seed), "--out", out, "--json"], folder)
    with open(os.path.join(out, "metrics.csv"), encoding="utf-8") as file:
        names, *rows = [line.strip().split(",") for line in file]
    speeds = [float(row[names.index("images_per_s")]) for row in rows]
    return {
        "program": f"alexnet, `{RECIPE}`", "epochs": epochs, "images_per_s": len(speeds) / sum(1 / s for s in speeds),
        "seconds": seconds + measuring, "test_error": result["test_error"], "others": others}


def theirs(options, script, words, folder):
    command = [options.python, os.path.join(PEERS, script), "--data", options.data, "--seconds", str(options.seconds),
               "--threads", str(options.threads), "--seed", str(options.seed), *words]
    result, seconds, others = run(command, folder)
    return {**result, "seconds": seconds, "others": others}


def table(rows):
    lines = ["| | epochs | images/s | seconds | test error | others used |", "|---|---|---|---|---|---|"]
    for row in rows:
        others = "–" if row["others"] is None else f"{100 * row['others']:.0f}%"
        lines.append(
            f"| {row['program']} | {row['epochs']:.3g} | {row['images_per_s']:,.0f} | {row['seconds']:.0f} | "
            f"{100 * row['test_error']:.1f}% | {others} |")
    return lines


def report(options, rows, version):
    return "\n".join([
        "# Time to accuracy", "",
        f"`Benchmarks/accuracy.py PROGRAM --data DIR --seconds {options.seconds:g}` on "
        f"{datetime.date.today():%-d %B %Y}: {machine.description()}; {options.threads} threads for each; {version}.",
        "",
        f"CIFAR-10's test error after {options.seconds:g} seconds at most, from the start of the process to the end of "
        "its test. Each trained for as many epochs as fit. The last column is the share of the cores that other "
        "processes used meanwhile.", "",
        *table(rows), ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--data", required=True, help="the folder of cifar-10-batches-bin")
    parser.add_argument("--python", default=os.environ.get("ALEXNET_PYTHON", sys.executable))
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--epochs", type=int, help="of alexnet, instead of those that fit")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--published", action="store_true", help="also airbench94 with all its filters")
    parser.add_argument("--output", help="a folder for the table, metrics.csv and curves.svg")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        recipe, network = os.path.join(folder, "recipe.json"), os.path.join(folder, "network.json")
        run([options.program, "recipe", RECIPE, "--file", recipe], folder)
        with open(recipe, encoding="utf-8") as file:
            settings = json.load(file)
        run([options.program, "--network", settings["network"], "network", "save", network], folder)
        version, _, _ = run(
            [options.python, "-c", "import json, torch; print(json.dumps({'PyTorch': torch.__version__}))"], folder)
        turns = [
            lambda: ours(options, settings, folder),
            lambda: theirs(options, "five_minutes_peer.py", ["--network", network, "--recipe", recipe], folder),
            lambda: theirs(options, "airbench_peer.py", ["--width", "16", "--batch", "512"], folder)]
        if options.published:
            turns.append(lambda: theirs(options, "airbench_peer.py", ["--batch", "256", "--views", "2"], folder))
        rows = []
        for make in turns:
            rows.append(make())
            print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
        text = report(options, rows, "PyTorch " + version["PyTorch"])
        print(text)
        if options.output:
            os.makedirs(options.output, exist_ok=True)
            for name in ("metrics.csv", "curves.svg"):
                shutil.copy(os.path.join(folder, "run", name), os.path.join(options.output, name))
            with open(os.path.join(options.output, "README.md"), "w", encoding="utf-8") as file:
                file.write(text)


if __name__ == "__main__":
    main()

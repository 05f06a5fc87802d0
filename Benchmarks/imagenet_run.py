#!/usr/bin/env python3
"""Does what a user with ImageNet does, on a drawn data set of its layout, and checks what must hold.

    python3 Benchmarks/imagenet_run.py .build/release/alexnet FOLDER [--raw RAW]

RAW (FOLDER/raw) is drawn by Scripts/imagenet if it isn't there, which needs NumPy and Pillow: 1,000
classes of 20 JPEGs of mixed sizes, 1,000 validation images in one folder, and val.txt. Then: index it,
write shards, train the paper's recipe for 54 steps; train again, kill the run with SIGKILL after its
checkpoint of step 20, and resume it; test it with ten crops. Both runs must end with the same bytes,
and no command may take 3·10⁹ bytes of memory. Prints the time and the peak memory of each.
"""

import argparse
import filecmp
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

MOST = 3e9
RECIPE = [
    "--recipe", "paper", "--set", "images-per-class=8", "--set", "validation=0.125",
    "--set", "crops=center", "--epochs", "1", "--save-minutes", "0", "--save-steps", "20",
]  # fmt: skip


def run(title, words, kill_at=None):
    """Runs a command to its end, or until a file is there; returns its JSON lines."""
    start = time.monotonic()
    child = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    while kill_at is not None and not kill_at.exists():
        assert child.poll() is None, f"{title} ended before {kill_at}"
        time.sleep(0.05)
    if kill_at is not None:
        child.send_signal(signal.SIGKILL)
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(f"{title}: {time.monotonic() - start:.0f} s, peak memory {peak / 1e9:.2f}·10⁹ bytes", flush=True)
    wanted = 0 if kill_at is None else -signal.SIGKILL
    assert child.returncode == wanted, f"{title} ended with {child.returncode}"
    assert peak < MOST, f"{title} took {peak} bytes"
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("alexnet")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--raw", type=Path)
    options = parser.parse_args()
    alexnet, folder = os.path.abspath(options.alexnet), options.folder
    raw, shards = options.raw or folder / "raw", folder / "shards"
    straight, resumed = folder / "straight", folder / "resumed"
    folder.mkdir(parents=True, exist_ok=True)
    if not raw.exists():
        script = Path(__file__).resolve().parent.parent / "Scripts" / "imagenet"
        subprocess.run([sys.executable, script, raw], check=True)

    run("data info, which builds the index", [alexnet, "data", "info", "--data", raw, "--json"])
    run("data prepare", [alexnet, "data", "prepare", raw, shards, "--json"])
    train = [alexnet, "train", "--data", shards, *RECIPE, "--json"]
    said = run("train, 54 steps", [*train, "--out", straight])
    print(f"  it says {said[-1]['peak_memory_mb']:.0f} MiB", flush=True)
    run("train, killed", [*train, "--out", resumed], resumed / "checkpoint-0000-000020.safetensors")
    run("train --resume", [alexnet, "train", "--resume", resumed, "--json"])
    names = sorted(path.name for path in straight.glob("*.safetensors"))
    assert names == sorted(path.name for path in resumed.glob("*.safetensors")), names
    assert "best.safetensors" in names and len(names) > 1, names
    for name in names:
        assert filecmp.cmp(straight / name, resumed / name, shallow=False), f"{name} differs"
    print(f"the same bytes: {', '.join(names)}")
    said = run(
        "evaluate, ten crops", [alexnet, "evaluate", resumed, "--crops", "ten", "--json"])[-1]
    assert said["crops"] == "ten-crop" and said["pictures"] == 1000, said
    print(f"  top-1 error {said['error']:.1%}, top-5 error {said['top5_error']:.1%}")


if __name__ == "__main__":
    main()

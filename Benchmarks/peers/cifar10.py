"""CIFAR-10 for scripts that train on it: its binary files, random crops, and a schedule that fits a time."""

import argparse
import json
import os
import time

START = time.monotonic()
os.environ.setdefault("TORCHINDUCTOR_COMPILE_THREADS", "2")

import torch
import torch.nn.functional as F


def options(description, **defaults):
    """What all scripts take; `defaults` are further options."""
    parser = argparse.ArgumentParser(description=description.splitlines()[0])
    parser.add_argument("--data", required=True, help="the folder of cifar-10-batches-bin, or that folder")
    parser.add_argument("--seconds", type=float, default=300, help="for the whole process (300)")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--images", type=int, help="only so many training and test images")
    parser.add_argument("--steps", type=int, help="only so many steps, whatever the time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--compile", action="store_true",
                        help="compile the network, which takes longer than it saves in five minutes")
    parser.add_argument("--held-out", type=int, default=0, help="measure the error on so many training images instead")
    for name, default in defaults.items():
        parser.add_argument("--" + name, type=type(default) if default is not None else str, default=default,
                            required=default is None)
    found = parser.parse_args()
    torch.set_num_threads(found.threads)
    torch.manual_seed(found.seed)
    return found


def read(options):
    """Training and test images, N×3×32×32 bytes, each with its labels. Held-out images replace the test images."""
    folder = os.path.join(options.data, "cifar-10-batches-bin")
    folder = folder if os.path.isdir(folder) else options.data

    def part(names):
        files = [torch.from_file(os.path.join(folder, name), size=os.path.getsize(os.path.join(folder, name)),
                                 dtype=torch.uint8).reshape(-1, 3073) for name in names]
        rows = torch.cat(files)
        return rows[:, 1:].reshape(-1, 3, 32, 32), rows[:, 0].long()

    train = part([f"data_batch_{number}.bin" for number in range(1, 6)])
    held = options.held_out
    test = tuple(values[-held:] for values in train) if held else part(["test_batch.bin"])
    train = tuple(values[:len(values) - held] for values in train)
    return [tuple(values[:options.images] for values in pair) for pair in (train, test)]


class Crops:
    """32×32 crops at random places of padded images N×3×H×W, in the layout in which channels are last."""

    def __init__(self, images, padding, mode="constant"):
        padded = F.pad(images, [padding] * 4, mode=mode)
        self.images, self.room = padded.permute(0, 2, 3, 1).contiguous(), 2 * padding
        self.side = torch.arange(images.shape[-1])

    def __call__(self, chosen, mirrored):
        """The images of these numbers; those where `mirrored` is true are flipped."""
        rows, columns = torch.randint(self.room + 1, (2, len(chosen), 1))
        columns = columns + torch.where(mirrored[:, None], self.side.flip(0), self.side)
        rows = rows + self.side
        return self.images[chosen[:, None, None], rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def seconds_for(work, times):
    """Seconds for one call, of the fastest half of several: what a step takes once the machine is warm."""
    taken = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begin)
    taken.sort()
    half = taken[:max(1, len(taken) // 2)]
    return sum(half) / len(half)


def steps_that_fit(options, step, test, reserve=0.05):
    """How many steps fit: `step` and `test` are the seconds that a step and the test take. A part of the time is kept
    in reserve, since steps don't always take equally long."""
    if options.steps:
        return options.steps
    left = options.seconds * (1 - reserve) - (time.monotonic() - START) - test
    return max(1, int(left / step))


def measured(options, network, optimizer, step, steps, tested, images, views):
    """How many steps fit, and the seconds of one. `step(0)` is called for `steps` of them, and `images` of the test
    images pass through; afterwards network and optimizer are as before."""
    network.train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    step(0)  # prepares, or compiles
    duration = seconds_for(lambda: step(0), steps)
    network.eval()
    with torch.no_grad():
        inference = seconds_for(lambda: network(tested[:images]), 3) / len(tested[:images])
    total = steps_that_fit(options, duration, inference * len(tested) * views)
    network.load_state_dict(before)
    optimizer.state.clear()
    network.train()
    return total, duration


def batches(count, batch):
    """The numbers of the images of each whole batch, and of its epoch, without end."""
    epoch = 0
    while True:
        for chosen in torch.randperm(count).split(batch):
            if len(chosen) == batch:
                yield chosen, epoch
        epoch += 1


def report(program, steps, batch, count, training_seconds, wrong, tested, **more):
    """Prints a run's figures as one JSON line."""
    print(json.dumps({
        "program": program, "steps": steps, "batch": batch, "epochs": steps * batch / count,
        "images_per_s": steps * batch / training_seconds, "seconds": time.monotonic() - START,
        "test_error": wrong / tested, **more}))

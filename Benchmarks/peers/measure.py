#!/usr/bin/env python3
"""Measures one program in one of its forms on the work of `alexnet bench`; `compare.py` runs it.

    measure.py --peer openvino --form f32-operator --network FILE.json --batch 64 --threads 2

A training step (forward, softmax cross-entropy, backward, SGD with momentum 0.9 and decay 0.0005) on a
batch in memory, inference on the batch, and on one image. Prints medians as one JSON line, with the number of
parameters and the logits of the first image, which show that it is the same network. --list prints the forms of
every program that is installed.
"""

import argparse
import importlib
import json
import statistics
import time

PEERS = ("openvino", "onnxruntime", "tensorflow", "pytorch")


def median_seconds(work, times):
    work()
    seconds = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds)


def forms():
    """Every form of every installed program: in groups that compete, and what sets it apart."""
    found = []
    for name in PEERS:
        try:
            peer = importlib.import_module(name + "_peer")
        except ImportError:
            continue
        for group, described in peer.GROUPS.items():
            for form, text in described.items():
                found.append({
                    "peer": name, "version": peer.Peer.version, "group": group, "form": form, "text": text})
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--peer", choices=PEERS)
    parser.add_argument("--form")
    parser.add_argument("--network", help="as `alexnet network save` writes it")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--image", help="a JSON list of the first image's C·H·W values; by default they are drawn")
    parser.add_argument("--only-logits", action="store_true", help="measure nothing")
    parser.add_argument("--weights", help="only write the weights that all peers use to this safetensors file")
    options = parser.parse_args()
    if options.list:
        print(json.dumps(forms()))
        return

    import numpy as np
    from network import Network, write_safetensors

    network = Network(options.network)
    network.draw_weights()
    if options.weights:
        write_safetensors(network.weights(), options.weights)
        return
    module = importlib.import_module(options.peer + "_peer")
    peer = module.Peer(network, options.form, options.batch, options.threads)
    random = np.random.default_rng(2)
    images = random.standard_normal((options.batch, *network.input), np.float32)
    if options.image:
        with open(options.image, encoding="utf-8") as file:
            images[0] = np.array(json.load(file), np.float32).reshape(network.input)
    single, many = peer.inferring(images[:1]), peer.inferring(images)
    result = {
        "parameters": peer.parameters(), "logits": single()[0].tolist(), "batch_logits": many()[0].tolist()}
    if not options.only_logits:
        result["infer_batch1_ms"] = 1000 * median_seconds(single, 4 * options.steps)
        result["infer_images_per_s"] = options.batch / median_seconds(many, options.steps)
        if module.TRAINS:
            step = peer.training_step(images)
            result["loss"] = step()
            result["train_images_per_s"] = options.batch / median_seconds(step, options.steps)
    print(json.dumps(result))


if __name__ == "__main__":
    main()

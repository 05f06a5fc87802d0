"""How fast the Jupyter kernel starts and answers, and the memory it takes, beside ipykernel.

    python3 Benchmarks/jupyter.py [ROUNDS]

Needs jupyter_client and ipykernel, which `make python` installs below .build, and an installed kernel
(`alexnet jupyter install --user`). All kernels are measured in turn, in every round.

start        from starting the process until its reply to kernel_info and its first output have arrived, so
             that the client can run a cell and misses nothing
wait         what jupyter_client's wait_for_ready adds: it returns when nothing has come for 0.2 s
round trip   from sending the cell `1 + 1` to its reply: the median of 200
memory       resident, after that
processor    the processor time that the process had used at the end of `start`

`nothing` is a kernel that only listens and replies, a few lines of Python in this file: the time that the
client, ZeroMQ and Python's own start take. A client connects while the kernel starts, is refused, and tries
again after 0.1 to 0.2 s, so no kernel that needs more than a few milliseconds to start is ready sooner.
"""

import hashlib
import hmac
import json
import os
import pathlib
import queue
import statistics
import sys
import tempfile
import threading
import time
import uuid

TICKS = os.sysconf("SC_CLK_TCK")


def serve(path):
    """A kernel that only listens and replies to kernel_info."""
    import zmq

    file = json.loads(pathlib.Path(path).read_text())
    context = zmq.Context()

    def listen(kind, name):
        socket = context.socket(kind)
        socket.bind(f"tcp://{file['ip']}:{file[name]}")
        return socket

    shell, iopub = listen(zmq.ROUTER, "shell_port"), listen(zmq.PUB, "iopub_port")
    unused = [listen(zmq.ROUTER, name) for name in ("control_port", "stdin_port")]
    heartbeat = listen(zmq.REP, "hb_port")
    threading.Thread(target=lambda: zmq.proxy(heartbeat, heartbeat), daemon=True).start()
    session = str(uuid.uuid4())

    def send(socket, route, kind, parent, content):
        header = {"msg_id": str(uuid.uuid4()), "session": session, "username": "", "msg_type": kind,
                  "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "version": "5.3"}
        parts = [json.dumps(header).encode(), parent, b"{}", json.dumps(content).encode()]
        digest = hmac.new(file["key"].encode(), b"".join(parts), hashlib.sha256).hexdigest()
        socket.send_multipart([*route, b"<IDS|MSG>", digest.encode(), *parts])

    while unused:
        frames = shell.recv_multipart()
        place = frames.index(b"<IDS|MSG>")
        header = frames[place + 2]
        for state in ("busy", "idle"):
            send(iopub, [b"status"], "status", header, {"execution_state": state})
        send(shell, frames[:place], "kernel_info_reply", header, {
            "status": "ok", "protocol_version": "5.3", "implementation": "nothing",
            "implementation_version": "0", "language_info": {"name": "nothing"}, "banner": ""})


def process_figures(process):
    """The resident memory of a process in MB, and its processor time in ms."""
    with open(f"/proc/{process}/status") as status:
        line = next(line for line in status if line.startswith("VmRSS"))
    with open(f"/proc/{process}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return int(line.split()[1]) / 1000, 1000 * (int(fields[11]) + int(fields[12])) / TICKS


def measure(name):
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name=name)
    begun = time.perf_counter()
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    # As in wait_for_ready, which asks again where the second socket was connected too late.
    while True:
        client.kernel_info()
        client.get_shell_msg(timeout=60)
        try:
            client.get_iopub_msg(timeout=0.2)
            break
        except queue.Empty:
            continue
    start = time.perf_counter() - begun
    processor = process_figures(manager.provisioner.process.pid)[1]
    begun = time.perf_counter()
    client.wait_for_ready(timeout=60)
    wait = time.perf_counter() - begun
    trips = [0.0]
    if name != "nothing":
        trips = []
        for _ in range(200):
            begun = time.perf_counter()
            message = client.execute("1 + 1")
            while client.get_shell_msg(timeout=60)["parent_header"].get("msg_id") != message:
                pass
            trips.append(time.perf_counter() - begun)
    memory = process_figures(manager.provisioner.process.pid)[0]
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    return start, wait, 1000 * statistics.median(trips), memory, processor


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    names = ["alexnet", "python3", "nothing"]
    with tempfile.TemporaryDirectory() as folder:
        spec = pathlib.Path(folder, "kernels/nothing/kernel.json")
        spec.parent.mkdir(parents=True)
        spec.write_text(json.dumps({
            "argv": [sys.executable, str(pathlib.Path(__file__).resolve()), "--serve", "{connection_file}"],
            "display_name": "nothing", "language": "nothing"}))
        os.environ["JUPYTER_PATH"] = os.pathsep.join(
            part for part in (folder, os.environ.get("JUPYTER_PATH")) if part)
        results = {name: [] for name in names}
        for place in range(rounds):
            for name in names if place % 2 == 0 else reversed(names):
                results[name].append(measure(name))
    print(f"medians of {rounds} rounds   start       wait   round trip   memory   processor")
    for name in names:
        start, wait, trip, memory, processor = map(statistics.median, zip(*results[name]))
        trip = f"{trip:8.2f} ms" if trip > 0 else " " * 11
        print(f"{name:16} {start:12.2f} s {wait:8.2f} s {trip} {memory:6.0f} MB {processor:8.0f} ms")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2])
    else:
        main()

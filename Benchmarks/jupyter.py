"""How fast the Jupyter kernel starts and answers, and the memory it takes, beside ipykernel.

    python3 Benchmarks/jupyter.py [ROUNDS]

Both kernels are measured in turn, in every round. Needs jupyter_client and ipykernel, which `make python`
installs below .build, and an installed kernel (`alexnet jupyter install --user`).

start       from starting the process to the reply to kernel_info
round trip  from sending a cell `1 + 1` to its reply: the median of 200
memory      resident, after that
"""

import statistics
import sys
import time

from jupyter_client.manager import KernelManager

KERNELS = ("alexnet", "python3")


def resident(process):
    """The resident memory of a process, in MB."""
    with open(f"/proc/{process}/status") as status:
        line = next(line for line in status if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1000


def measure(name):
    manager = KernelManager(kernel_name=name)
    begun = time.perf_counter()
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    start = time.perf_counter() - begun
    trips = []
    for _ in range(200):
        begun = time.perf_counter()
        message = client.execute("1 + 1")
        while client.get_shell_msg(timeout=60)["parent_header"].get("msg_id") != message:
            pass
        trips.append(time.perf_counter() - begun)
    memory = resident(manager.provisioner.process.pid)
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    return start, 1000 * statistics.median(trips), memory


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    results = {name: [] for name in KERNELS}
    for place in range(rounds):
        for name in KERNELS if place % 2 == 0 else reversed(KERNELS):
            results[name].append(measure(name))
    print(f"medians of {rounds} rounds   start    round trip   memory")
    for name in KERNELS:
        start, trip, memory = (statistics.median(values) for values in zip(*results[name]))
        print(f"{name:20} {start:8.2f} s {trip:8.2f} ms {memory:6.0f} MB")


if __name__ == "__main__":
    main()

"""The machine, and how much of it other processes use."""

import os
import platform
import re
import resource
import time


def busy_seconds():
    """Seconds that all cores together have worked since the machine started, those that a hypervisor gave to others
    included; None where /proc/stat doesn't say."""
    try:
        with open("/proc/stat", encoding="ascii") as file:
            ticks = [int(word) for word in file.readline().split()[1:9]]
    except OSError:
        return None
    user, nice, system, _idle, _waiting, interrupts, soft, stolen = ticks
    return (user + nice + system + interrupts + soft + stolen) / os.sysconf("SC_CLK_TCK")


def own_seconds():
    """Processor time of this process and of its children that have ended."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


class OthersShare:
    """Within `with`: the share of all cores' time that other processes used, 0 to 1, or None."""

    value = None

    def __enter__(self):
        self._begin = busy_seconds(), own_seconds(), time.monotonic()
        return self

    def __exit__(self, *_):
        busy, own, clock = self._begin
        if busy is not None:
            others = busy_seconds() - busy - (own_seconds() - own)
            share = others / ((time.monotonic() - clock) * os.cpu_count())
            # A paused virtual machine may count more stolen time than has passed.
            self.value = min(1.0, max(0.0, share))


def description():
    """`AMD EPYC, 2 cores, AVX-512 with bfloat16, 23 GiB, Debian GNU/Linux 12 (bookworm)`."""
    model, flags = platform.processor() or platform.machine(), ""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            text = file.read()
        model = re.search(r"model name\s*: (.*)", text)[1]
        flags = re.search(r"flags\s*: (.*)", text)[1].split()
    except (OSError, TypeError):
        pass
    vectors = "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else None
    if "avx512_bf16" in flags:
        vectors += " with bfloat16"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    try:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        system = platform.platform(terse=True)
    cores = os.cpu_count()
    return ", ".join(filter(None, (
        model, f"{cores} core{'s' * (cores != 1)}", vectors, f"{memory:.0f} GiB", system)))

"""The counter-based generator: computes element i of a named tensor from integers alone.

Swift computes the same numbers bit for bit, so no weights need to be stored. All integer
arithmetic wraps around at 64 bits.

    key(name, seed) = FNV1a64(name) XOR (seed * 0xD1342543DE82EF95)
    bits(key, i)    = mix(key + (i + 1) * 0x9E3779B97F4A7C15)
    unit(key, i)    = (int(bits >> 40) - 2^23) / 2^23        in [-1, 1), exact in Float32
"""

import numpy as np

WORD = (1 << 64) - 1
CHUNK = 1 << 18  # elements computed at a time, so that temporaries stay in the cache


def key(name: str, seed: int) -> int:
    """The 64-bit starting point of the tensor `name` under `seed`."""
    hashed = 0xCBF29CE484222325
    for byte in name.encode("utf-8"):
        hashed = ((hashed ^ byte) * 0x100000001B3) & WORD
    return hashed ^ (seed * 0xD1342543DE82EF95 & WORD)


def bits(start: int, count: int, first: int = 0) -> np.ndarray:
    """`count` 64-bit words from index `first` on: the splitmix64 finalizer of a counter."""
    z = np.arange(first + 1, first + count + 1, dtype=np.uint64)
    z *= np.uint64(0x9E3779B97F4A7C15)
    z += np.uint64(start)
    z ^= z >> np.uint64(30)
    z *= np.uint64(0xBF58476D1CE4E5B9)
    z ^= z >> np.uint64(27)
    z *= np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return z


def unit(name: str, seed: int, shape: tuple[int, ...]) -> np.ndarray:
    """A float32 tensor of multiples of 2^-23 in [-1, 1), row-major."""
    start = key(name, seed)
    count = int(np.prod(shape))
    values = np.empty(count, dtype=np.float32)
    for first in range(0, count, CHUNK):
        size = min(CHUNK, count - first)
        integers = (bits(start, size, first) >> np.uint64(40)).astype(np.int32) - (1 << 23)
        values[first : first + size] = integers.astype(np.float32) * np.float32(2.0**-23)
    return values.reshape(shape)


def modulo(name: str, seed: int, count: int, divisor: int) -> np.ndarray:
    """`count` integers in 0 ..< divisor: the words of `name`, modulo `divisor`."""
    return (bits(key(name, seed), count) % np.uint64(divisor)).astype(np.int64)

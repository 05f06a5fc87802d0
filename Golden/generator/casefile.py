"""Reads and writes cases: safetensors files in a canonical form, sealed with a digest."""

import hashlib
import json
import struct
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

FORMAT = "alexnet-golden"
VERSION = "1"
UNSEALED = "0" * 64
DIGEST_MARK = b'"digest":"'
TYPES = {"F32": np.dtype("<f4"), "F64": np.dtype("<f8"), "I64": np.dtype("<i8")}
NAMES = {dtype: name for name, dtype in TYPES.items()}


class CaseError(Exception):
    """A file that isn't a valid golden case; the message says why."""


@dataclass
class Case:
    """The content of one case file."""

    operation: str
    name: str
    parameters: dict
    generator: str
    seed: int
    tensors: dict[str, np.ndarray] = field(default_factory=dict)

    def metadata(self) -> dict[str, str]:
        """The header's `__metadata__`, without the digest."""
        return {
            "format": FORMAT,
            "version": VERSION,
            "case": self.name,
            "operation": self.operation,
            "parameters": canonical(self.parameters),
            "generator": self.generator,
            "seed": str(self.seed),
        }


def canonical(value) -> str:
    """JSON with sorted keys and no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest_span(data: bytes) -> tuple[int, int]:
    """The position of the 64 digits of the digest in the bytes of a file."""
    if len(data) < 8:
        raise CaseError("shorter than a safetensors header")
    header_end = 8 + struct.unpack("<Q", data[:8])[0]
    if header_end > len(data):
        raise CaseError("the header is longer than the file")
    if data.count(DIGEST_MARK, 8, header_end) != 1:
        raise CaseError('the header must contain "digest":" exactly once, without spaces')
    start = data.index(DIGEST_MARK, 8) + len(DIGEST_MARK)
    if start + 64 > header_end or data[start + 64 : start + 65] != b'"':
        raise CaseError("the digest is not 64 digits long")
    return start, start + 64


def digest(data: bytes) -> str:
    """SHA-256 of a file's bytes in which the digest's own 64 digits count as zeros."""
    start, end = digest_span(data)
    return hashlib.sha256(data[:start] + UNSEALED.encode() + data[end:]).hexdigest()


def encode(case: Case) -> bytes:
    """The bytes of a case file: tensors sorted by name, with the digest filled in."""
    header = {"__metadata__": case.metadata() | {"digest": UNSEALED}}
    blobs = []
    offset = 0
    for name in sorted(case.tensors):
        tensor = np.ascontiguousarray(case.tensors[name])
        blob = tensor.tobytes()
        header[name] = {
            "dtype": NAMES[tensor.dtype.newbyteorder("<")],
            "shape": list(tensor.shape),
            "data_offsets": [offset, offset + len(blob)],
        }
        blobs.append(blob)
        offset += len(blob)
    text = canonical(header).encode("ascii")
    text += b" " * (-len(text) % 8)
    data = struct.pack("<Q", len(text)) + text + b"".join(blobs)
    start, end = digest_span(data)
    return data[:start] + digest(data).encode() + data[end:]


def decode(data: bytes) -> tuple[dict[str, str], dict[str, np.ndarray]]:
    """The metadata (without the digest) and tensors of a file; checks the digest."""
    start, end = digest_span(data)
    if digest(data) != data[start:end].decode("ascii", "replace"):
        raise CaseError("the digest does not match: some byte of the file was altered")
    body = 8 + struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:body])
    metadata = header.pop("__metadata__")
    metadata.pop("digest")
    tensors = {}
    for name, entry in header.items():
        first, last = entry["data_offsets"]
        flat = np.frombuffer(data[body + first : body + last], dtype=TYPES[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"])
    return metadata, tensors


def write(path: Path, case: Case) -> None:
    """Writes one case, and creates its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode(case))

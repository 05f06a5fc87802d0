#!/usr/bin/env python3
"""Writes every golden case, or checks that the stored ones can be computed again.

    generate.py                     write all cases beside this file
    generate.py --check             recompute; compare inputs and metadata exactly, values to 1e-12
    generate.py --only 'conv*'      only cases whose OPERATION/CASE matches
    generate.py --out DIR           another folder
    generate.py --list              name the cases
    generate.py --oracles           compare stored normalizations with TensorFlow and ONNX Runtime

Exit code: 0 success, 1 a case differs, 2 wrong usage.
"""

import argparse
import fnmatch
import os
import sys
import time
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[variable] = "1"  # before the libraries read it: one thread, one order of sums

from generator import casefile, check, oracles  # noqa: E402

LIMIT = 8_000_000  # bytes, all cases together


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="compare instead of writing")
    parser.add_argument("--list", action="store_true", help="name the cases and stop")
    parser.add_argument(
        "--oracles", action="store_true", help="compare with TensorFlow and ONNX Runtime"
    )
    parser.add_argument("--only", metavar="PATTERN", default="*", help="as in fnmatch")
    parser.add_argument("--out", metavar="DIR", type=Path, default=Path(__file__).parent)
    return parser.parse_args()


def compare_with_oracles(folder: Path) -> int:
    failures, notes = oracles.compare(folder)
    for failure in failures:
        print(failure, file=sys.stderr)
    print("\n".join(notes))
    return 1 if failures else 0


def main() -> int:
    options = arguments()
    if options.oracles:
        return compare_with_oracles(options.out)
    import torch  # not needed for the comparison

    from generator import plan

    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    everything = plan.cases()
    pattern = options.only if "*" in options.only else f"*{options.only}*"
    chosen = {path: make for path, make in everything.items() if fnmatch.fnmatch(path, pattern)}
    if not chosen:
        print(f"no case matches {options.only!r}; --list names them", file=sys.stderr)
        return 2
    if options.list:
        print("\n".join(chosen))
        return 0

    start = time.monotonic()
    failures = []
    for path, make in chosen.items():
        file = options.out / f"{path}.safetensors"
        if options.check:
            failures += [f"{path}: {problem}" for problem in check.problems(file, make)]
        else:
            casefile.write(file, make())
    stored = sorted(options.out.rglob("*.safetensors"))
    if options.check and chosen.keys() == everything.keys():
        names = {file.relative_to(options.out).with_suffix("").as_posix() for file in stored}
        strangers = sorted(names - everything.keys())
        failures += [f"{name}: not one of the generated cases" for name in strangers]
    size = sum(file.stat().st_size for file in stored)
    if size > LIMIT:
        failures.append(f"all cases together take {size:,} bytes, more than {LIMIT:,}")
    for failure in failures:
        print(failure, file=sys.stderr)
    seconds = time.monotonic() - start
    done = "checked" if options.check else "written"
    result = f"{len(failures)} problems" if failures else "no problem"
    print(f"{len(chosen)} cases {done}, {result}; all take {size:,} bytes; {seconds:.1f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

"""Run every benchmark, one after another, each with its peer in the same run. `make bench` calls it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ORDER = (
    "bench_asof",
    "bench_structures",
    "bench_typos",
    "bench_listings",
    "bench_screen",
    "bench_start",
    "bench_scale",
)


def main() -> int:
    """The number of benchmarks that failed to run."""
    failed = 0
    for name in ORDER:
        print(f"\n== {name}", flush=True)
        failed += subprocess.run([sys.executable, str(HERE / f"{name}.py")], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())

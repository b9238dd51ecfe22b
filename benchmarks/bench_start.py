"""Promise: `headwater identify "acetone"` answers in under 0.5 s where no structure is needed. Peer: `python -c "import rdkit"`."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

ROUNDS = 7


def seconds(command: list[str]) -> float:
    """The median wall time of a command, its first run (which fills the caches) left out."""
    times = []
    for _ in range(ROUNDS + 1):
        begun = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - begun)
    return statistics.median(times[1:])


def main() -> None:
    """Print both and the ratio."""
    ours = seconds([sys.executable, "-m", "headwater.cli.main", "identify", "acetone", "--json"])
    theirs = seconds([sys.executable, "-c", "from rdkit import Chem"])
    print(
        f"headwater identify acetone: {ours:.3f} s (promise: 0.5); importing RDKit alone: {theirs:.3f} s; ratio {ours / theirs:.2f}"
    )


if __name__ == "__main__":
    main()

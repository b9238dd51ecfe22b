"""Promise: constant memory and constant rows a second as the input grows. Draws benchmarks/scale.svg.

    python benchmarks/bench_scale.py [--rows 250000 1000000 4000000]

Each size is screened by `headwater screen` in a process of its own, from a CSV to a JSONL on disk; the peak is the largest
resident size of that process and its workers, read every 50 ms.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from bench_screen import ROUTES, SEED
from listings_data import listings

HERE = Path(__file__).resolve().parent


def write(path: Path, rows: int, texts: list[str]) -> None:
    """`rows` listings: the made texts again and again, each with its own number so that no two rows are the same."""
    chance = random.Random(SEED)
    with path.open("w", encoding="utf-8") as file:
        file.write("id,kind,date,text,seller_country,destination\n")
        for number in range(rows):
            day = f"2025-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
            text = texts[number % len(texts)].replace('"', "'")
            origin, destination = chance.choice(ROUTES)
            file.write(f'L{number},listing,{day},"{text} lot {number}",{origin},{destination}\n')


def resident(pid: int) -> int:
    """Resident bytes of a process and its children (Linux)."""
    total, todo = 0, [pid]
    while todo:
        one = todo.pop()
        try:
            total += int(Path(f"/proc/{one}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            todo += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
        except (OSError, IndexError):
            continue
    return total


def measure(path: Path, out: Path) -> tuple[float, int]:
    """Seconds and peak resident bytes of one run."""
    command = [sys.executable, "-m", "headwater.cli.main", "screen", str(path), "-o", str(out), "--overwrite", "-q"]
    begun, peak = time.perf_counter(), 0
    process = subprocess.Popen(command)
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.05):
            peak = max(peak, resident(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    if process.wait() != 0:
        raise SystemExit("headwater screen failed")
    seconds = time.perf_counter() - begun
    done.set()
    watcher.join()
    return seconds, peak


def main() -> None:
    """Measure each size, print it and draw the plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[250_000, 1_000_000, 4_000_000])
    sizes = parser.parse_args().rows
    texts, _ = listings(50_000, 0.01, SEED)
    rates, peaks = [], []
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "in.csv", Path(folder) / "out.jsonl"
        for rows in sizes:
            write(path, rows, texts)
            seconds, peak = measure(path, out)
            rates.append(rows / seconds)
            peaks.append(peak / (1 << 20))
            print(f"{rows:>12,} rows: {rates[-1]:>9,.0f} rows/s, peak {peaks[-1]:>6,.0f} MB ({seconds:.1f} s)")
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
    for axis, values, label in ((left, rates, "rows a second"), (right, peaks, "peak resident MB, all processes")):
        axis.plot(sizes, values, marker="o")
        axis.set(xscale="log", xlabel="rows", title=label, ylim=(0, max(values) * 1.2))
        axis.grid(alpha=0.3)
    matplotlib.rcParams["svg.hashsalt"] = "headwater"
    figure.savefig(HERE / "scale.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()

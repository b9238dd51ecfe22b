"""Listings of about 250 bytes, 1% of which name a listed substance: scan and identify, beside a bare
pyahocorasick loop.

Run: PYTHONPATH=src python benchmarks/bench_listings.py [rows]
"""

from __future__ import annotations

import platform
import sys
import time

import ahocorasick
from listings_data import column, identifier, listings, substances

from headwater.identify.names import listed_names
from headwater.identify.scanner import ColumnScanner


def main(rows: int = 100_000, seed: int = 7) -> None:
    made, hits = listings(rows, 0.01, seed)
    data, offsets = column(made)
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, seed {seed}")
    print(f"{rows:,} listings of {len(data) // rows} bytes, {hits:,} with a listed name")

    found = identifier()
    start = time.perf_counter()
    scanner = ColumnScanner(found)
    print(f"compile once: {time.perf_counter() - start:.1f} s, {len(scanner.serialise()) / 1e6:.1f} MB")

    start = time.perf_counter()
    flagged = scanner.candidates(data, offsets)
    scan = time.perf_counter() - start
    named = sum(bool(found.find(made[row])) for row in flagged.nonzero()[0])
    whole = time.perf_counter() - start

    bare = ahocorasick.Automaton()
    for substance in substances():
        for name in listed_names(substance):
            bare.add_word(name.lower(), substance.id)
    bare.make_automaton()
    start = time.perf_counter()
    peer_rows = sum(any(True for _ in bare.iter(row.lower())) for row in made)
    peer = time.perf_counter() - start

    print(f"scan alone:        {rows / scan:>12,.0f} rows/s on one core, {int(flagged.sum()):,} rows flagged")
    print(f"scan and identify: {rows / whole:>12,.0f} rows/s on one core, {named:,} rows named")
    print(f"bare pyahocorasick:{rows / peer:>12,.0f} rows/s on one core, {peer_rows:,} rows")
    print(f"time beside the peer's: scan {scan / peer:.2f}, in all {whole / peer:.2f} (promise: at most 2.3)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

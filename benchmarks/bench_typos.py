"""Misspelt names in listings of about 250 bytes: scan and identify, beside rapidfuzz comparing every word
with every name.

Run: PYTHONPATH=src python benchmarks/bench_typos.py [rows]
"""

from __future__ import annotations

import platform
import sys
import time

from listings_data import column, identifier, listings, substances
from rapidfuzz import process
from rapidfuzz.distance import OSA

from headwater.identify.names import listed_names
from headwater.identify.scanner import ColumnScanner


def main(rows: int = 50_000, seed: int = 11) -> None:
    made, hits = listings(rows, 0.01, seed, misspelt=True)
    data, offsets = column(made)
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}, seed {seed}")
    print(f"{rows:,} listings of {len(data) // rows} bytes, {hits:,} with a misspelt name")

    found = identifier()
    scanner = ColumnScanner(found)
    start = time.perf_counter()
    flagged = scanner.candidates(data, offsets)
    named = sum(bool(found.find(made[row])) for row in flagged.nonzero()[0])
    ours = time.perf_counter() - start

    names = sorted({name.lower() for s in substances() for name in listed_names(s) if len(name) >= 7})
    sample = made[: max(200, rows // 100)]
    start = time.perf_counter()
    for row in sample:
        process.cdist(row.lower().split(), names, scorer=OSA.distance, score_cutoff=1, workers=1)
    peer = (time.perf_counter() - start) / len(sample) * rows

    print(
        f"scan and identify: {rows / ours:>10,.0f} listings/s on one core, "
        f"{named:,} of {hits:,} misspelt names found ({named / max(hits, 1):.1%})"
    )
    print(f"rapidfuzz cdist:   {rows / peer:>10,.0f} listings/s on one core (single words only)")
    print(f"ratio to peer: {peer / ours:.1f} times as fast (promise: 20,000 listings/s)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))

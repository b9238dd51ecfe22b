"""Promise: listings of about 250 bytes, 1% naming something listed, from a CSV to decisions on disk at 0.5 million rows a second
on two cores, and in at most 2.3 times the time of a bare pyahocorasick loop that only finds the words.

    python benchmarks/bench_screen.py [--rows 400000] [--share 0.01]

The automaton is compiled before the clock starts (it is built once and kept); reading, mapping, dates, countries, the scan,
identification, law, decisions and writing are inside.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import random
import resource
import tempfile
import time
from pathlib import Path

import ahocorasick
from listings_data import listings

from headwater.flow.batch import Settings, Tally, run
from headwater.flow.making import make_engine
from headwater.identify.names import listed_names
from headwater.sources.bundled import load_regime
from headwater.sources.identifiers import identifier, scanner

SEED = 7
ROUTES = (
    ("CN", "US"),
    ("CN", "MX"),
    ("CN", "BR"),
    ("IN", "DE"),
    ("DE", "US"),
    ("US", "CA"),
    ("CN", "NL"),
    ("GB", "AU"),
)


def write(path: Path, texts: list[str]) -> None:
    """The listings as a marketplace would export them."""
    chance = random.Random(SEED)
    days = [f"2025-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("id", "kind", "date", "text", "seller_country", "destination"))
        for number, text in enumerate(texts):
            out.writerow((f"L{number}", "listing", chance.choice(days), text, *chance.choice(ROUTES)))


def peer(texts: list[str]) -> float:
    """Seconds of a bare pyahocorasick loop over the lower-cased texts and every listed name."""
    automaton = ahocorasick.Automaton()
    for substance in load_regime().substances.values():
        for name in listed_names(substance):
            automaton.add_word(name.lower(), name)
    automaton.make_automaton()
    begun = time.perf_counter()
    for text in texts:
        for _ in automaton.iter(text.lower()):
            pass
    return time.perf_counter() - begun


def main() -> None:
    """Print rows a second and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=400_000)
    parser.add_argument("--share", type=float, default=0.01)
    args = parser.parse_args()
    texts, hits = listings(args.rows, args.share, SEED)
    settings = Settings(None, "2999-12-31", None, False, {}, "2026-11-22")
    scanner(identifier(load_regime(), opsin=False))  # compiled and kept
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "in.csv", Path(folder) / "out.jsonl"
        write(path, texts)
        tally = Tally()
        begun = time.perf_counter()
        with out.open("wb") as file:
            for _, _, worked in run([path], settings, make_engine, processes=os.cpu_count()):
                tally.add(worked)
                file.write(worked.lines)
        ours = time.perf_counter() - begun
    theirs = peer(texts)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"{platform.machine()}, Python {platform.python_version()}, {os.cpu_count()} cores, seed {SEED}")
    print(f"{args.rows:,} listings of about 250 bytes, {hits:,} with a listed name; decisions {dict(tally.decisions)}")
    print(
        f"headwater, CSV to decisions: {args.rows / ours:,.0f} rows/s ({ours:.1f} s), peak {used / 1024:,.0f} MB in all processes"
    )
    print(
        f"bare pyahocorasick loop:     {args.rows / theirs:,.0f} rows/s; headwater takes {ours / theirs:.2f} of its time (promise: 2.3)"
    )


if __name__ == "__main__":
    main()

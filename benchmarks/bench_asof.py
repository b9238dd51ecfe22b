"""As-of look-up: a million transactions against 5,000 dated measures, beside polars' join_asof in the same run.

Promise: under 1 s for the as-of part.
"""

from __future__ import annotations

import random
import time
from datetime import date

import polars as pl

from headwater.regime.law import Timeline, standing
from headwater.regime.measures import Control
from headwater.values.time import EPOCH_DAY, NEVER, parse_moment

MEASURES, SUBJECTS, ROWS, SEED = 5_000, 1_000, 1_000_000, 7


def main() -> None:
    """Print seconds for both and their ratio."""
    random_ = random.Random(SEED)
    first = date(2015, 1, 1).toordinal()
    subjects = [f"s{n}" for n in range(SUBJECTS)]
    held: dict[str, list[Control]] = {s: [] for s in subjects}
    for number in range(MEASURES):
        subject = random_.choice(subjects)
        day = date.fromordinal(first + random_.randrange(4000)).isoformat()
        start = parse_moment(day, "UTC")
        held[subject].append(Control(str(number), subject, "l", "CN", "c", start, NEVER, "2026-11-22", "s", "verified"))
    asked = [(random_.choice(subjects), first + random_.randrange(4000) - EPOCH_DAY) for _ in range(ROWS)]

    begun = time.perf_counter()
    lines = {subject: Timeline(controls, standing) for subject, controls in held.items()}
    compiled = time.perf_counter() - begun
    begun = time.perf_counter()
    found = sum(len(lines[subject].on(day)) for subject, day in asked)
    ours = time.perf_counter() - begun

    left = pl.DataFrame({"subject": [s for s, _ in asked], "day": [d for _, d in asked]}).sort("day")
    right = pl.DataFrame(
        {
            "subject": [c.subject for cs in held.values() for c in cs],
            "day": [c.start.first // 1440 for cs in held.values() for c in cs],
        }
    ).sort("day")
    begun = time.perf_counter()
    left.join_asof(right.with_columns(start=pl.col("day")), on="day", by="subject")
    peer = time.perf_counter() - begun

    print(
        f"as-of: {ROWS:,} look-ups against {MEASURES:,} measures of {SUBJECTS:,} subjects (seed {SEED}); {found:,} controls in force"
    )
    print(f"  headwater, every control in force: {ours:.2f} s (compiled once in {compiled:.2f} s)")
    print(f"  polars join_asof, the latest one only, vectorised: {peer:.2f} s; ratio {ours / peer:.1f}")


if __name__ == "__main__":
    main()

"""Pin the quality of identification: write floors.json from what is measured now.

    PYTHONPATH=src python tests/corpus/pin.py [--accept-lower]

A floor of recall only rises and a ceiling of false matches only falls, unless --accept-lower says that a lower bar is
accepted. A pin belongs to the corpus files by their digests: after a change of the corpus the gate asks for a new pin.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path
from typing import Any

import measure

from headwater.regime.regime import Regime
from headwater.sources.bundled import load_regime
from headwater.sources.identifiers import identifier

FLOORS = Path(__file__).resolve().parent / "floors.json"
SHARED = Path(__file__).resolve().parents[3] / "shared"


def inchikeys(regime: Regime) -> dict[str, str]:
    """InChIKey -> id of every listed substance."""
    return {substance.inchikey: substance.id for substance in regime.substances.values()}


def measured() -> dict[str, Any]:
    """What a pin of this moment would hold. Real data is counted where it lies beside the checkout."""
    regime = load_regime()
    finder, listed = identifier(regime, opsin=False), frozenset(regime.substances)
    scores = measure.score(measure.corpus(), finder, listed)
    pin: dict[str, Any] = {
        "corpus": measure.digests(),
        "recall": {kind: math.floor(s.recall * 10_000) / 10_000 for kind, s in scores.items() if s.recall is not None},
        "wrong": {kind: len(s.wrong) for kind, s in scores.items()},
    }
    if (SHARED / "data").is_dir():
        counts = measure.real(SHARED, finder, inchikeys(regime), listed)
        pin["real"] = {name: count.matches for name, count in counts.items()}
    return pin


def lowered(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """The bars that `new` would lower, one line each."""
    lines = [
        f"recall of {kind}: {floor} -> {new['recall'][kind]}"
        for kind, floor in old.get("recall", {}).items()
        if kind in new["recall"] and new["recall"][kind] < floor
    ]
    for group in ("wrong", "real"):
        lines += [
            f"{group} {kind}: {ceiling} -> {new[group][kind]}"
            for kind, ceiling in old.get(group, {}).items()
            if kind in new.get(group, {}) and new[group][kind] > ceiling
        ]
    return lines


def main() -> int:
    """Write floors.json, or say which bars would fall."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accept-lower", action="store_true", help="accept lower floors and higher ceilings")
    accept_lower = parser.parse_args().accept_lower
    old = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    new = measured()
    falls = lowered(old, new)
    if falls and not accept_lower:
        print(
            "Not pinned. These bars would fall:",
            *falls,
            "Pass --accept-lower to accept that.",
            sep="\n  ",
            file=sys.stderr,
        )
        return 1
    if "real" not in new and "real" in old:
        new["real"] = old["real"]
    FLOORS.write_text(json.dumps(new, indent=2) + "\n", encoding="utf-8")
    print(f"pinned {FLOORS.name}", *falls, sep="\n  lowered: ")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The quality of identification as a table a person reads: recall and false matches a kind of text, with examples.

    PYTHONPATH=src python benchmarks/eval_identify.py [--examples N] [--kind KIND] [--all-chemicals] [--opsin]

The corpus is tests/corpus; real data is read from ../shared where it lies beside the checkout. --all-chemicals reads
all 47,391 ordinary chemicals with every name (minutes); without it every eighth.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "corpus"))

import measure  # noqa: E402
import pin  # noqa: E402

from headwater.sources.bundled import load_regime  # noqa: E402
from headwater.sources.identifiers import identifier  # noqa: E402


def show(examples: tuple[str, ...], count: int, mark: str) -> None:
    """Examples, spread over the whole so that one substance does not fill them."""
    step = max(1, len(examples) // count) if count else 1
    for line in examples[::step][:count]:
        print(f"      {mark} {line}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--examples", type=int, default=5, metavar="N", help="examples of misses and false matches a kind"
    )
    parser.add_argument("--kind", help="only this kind of text, with its examples")
    parser.add_argument("--all-chemicals", action="store_true", help="read every ordinary chemical")
    parser.add_argument("--opsin", action="store_true", help="resolve systematic names with OPSIN as well")
    args = parser.parse_args()

    regime = load_regime()
    finder, listed = identifier(regime, opsin=args.opsin), frozenset(regime.substances)
    floors = json.loads(pin.FLOORS.read_text(encoding="utf-8"))
    rows = [row for row in measure.corpus() if args.kind in (None, row.kind)]
    began = time.perf_counter()
    scores = measure.score(rows, finder, listed)
    print(f"{len(rows)} labelled texts in {time.perf_counter() - began:.1f} s")
    print(f"{'kind':<26}{'rows':>6}{'recall':>9}{'floor':>9}{'aim':>7}{'false':>7}{'pinned':>8}")
    for kind, score in scores.items():
        recall = "" if score.recall is None else f"{score.recall:.4f}"
        floor = floors["recall"].get(kind, "")
        pinned = floors["wrong"].get(kind, "")
        aim, false = measure.AIMS.get(kind, ""), len(score.wrong)
        print(f"{kind:<26}{score.rows:>6}{recall:>9}{floor:>9}{aim:>7}{false:>7}{pinned:>8}")
        show(score.missed, args.examples, "missed")
        show(score.wrong, args.examples, "false ")
    if args.kind or not (pin.SHARED / "data").is_dir():
        return
    every = 1 if args.all_chemicals else measure.EVERY
    print(f"\n{'real data':<26}{'texts':>8}{'matches':>9}")
    for name, count in measure.real(pin.SHARED, finder, pin.inchikeys(regime), listed, every).items():
        print(f"{name:<26}{count.texts:>8}{count.matches:>9}")
        if name == "ordinary-chemicals":
            rate = count.matches * measure.CHEMICALS_A_FALSE_MATCH / count.texts
            print(f"      {rate:.2f} false matches in {measure.CHEMICALS_A_FALSE_MATCH} chemicals (aim: at most 1)")
        show(count.examples, args.examples, "match ")


if __name__ == "__main__":
    main()

"""Promise: 8,000 order lines a second with a SMILES each, on one core, against every listed substance and class.

Peer, in the same run over the same lines: RDKit's FilterCatalog with equivalent patterns (the skeletons of the classes
and the listed structures), which parses each SMILES, asks for the first match, and does no clause work.

    python benchmarks/bench_structures.py [--lines 20000] [--rounds 3] [--check]

`--check` exits with status 1 where the promise is not kept.
"""

from __future__ import annotations

import argparse
import csv
import lzma
import platform
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import rdkit
from rdkit import Chem, rdBase
from rdkit.Chem import FilterCatalog

from headwater.identify.structure import StructureIdentifier
from headwater.regime.regime import Regime
from headwater.sources.bundled import load_regime

PROMISE = 8_000  # order lines a second on one core
SEED = 20261122
TABLE = Path(__file__).resolve().parents[2] / "shared/data/chemicals/identifiers.csv.xz"


def structures(count: int) -> list[str]:
    """`count` structures of ordinary chemicals; the listed ones, again and again, where the table is not at hand."""
    if TABLE.is_file():
        with lzma.open(TABLE, "rt", encoding="utf-8") as table:
            rows = [row["smiles"] for row in csv.DictReader(table)]
    else:
        print(f"note: {TABLE.name} is not beside this checkout; using the listed structures, which all match")
        rows = [f"{s.smiles} {n}" for n in range(count // 40) for s in load_regime().substances.values()]
    return random.Random(SEED).sample(rows, min(count, len(rows)))


def order_lines(distinct: list[str], count: int) -> list[str]:
    """Order lines as trade repeats them: a few structures often, most of them seldom (Zipf, exponent 1)."""
    weights = [1 / rank for rank in range(1, len(distinct) + 1)]
    return random.Random(SEED).choices(distinct, weights, k=count)


def peer(regime: Regime) -> Callable[[list[str]], int]:
    """FilterCatalog with one pattern a listed structure and a class skeleton."""
    catalog = FilterCatalog.FilterCatalog()
    patterns = [(s.id, s.smiles) for s in regime.substances.values()]
    patterns += [(c.id, str(c.definition["skeleton"])) for c in regime.classes.values() if c.definition]
    for name, smarts in patterns:
        matcher = FilterCatalog.SmartsMatcher(name, Chem.MolFromSmarts(smarts), 1)
        catalog.AddEntry(FilterCatalog.FilterCatalogEntry(name, matcher))

    def run(lines: list[str]) -> int:
        with rdBase.BlockLogs():
            molecules = (Chem.MolFromSmiles(line) for line in lines)
            return sum(m is not None and catalog.HasMatch(m) for m in molecules)

    return run


def rate(work: Callable[[], object], lines: int) -> float:
    """Lines a second of one run."""
    start = time.perf_counter()
    work()
    return lines / (time.perf_counter() - start)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--lines", type=int, default=20_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--check", action="store_true")
    chosen = options.parse_args()

    regime = load_regime()
    ours = StructureIdentifier(list(regime.substances.values()), list(regime.classes.values()))
    theirs = peer(regime)
    distinct = structures(chosen.lines)
    orders = order_lines(distinct, chosen.lines)
    versions = f"Python {platform.python_version()}, RDKit {rdkit.__version__}"
    print(f"machine: {platform.machine()}, {platform.system()}, {versions}")
    print(f"lines: {len(distinct):,}, seed {SEED}, one process, one thread, best of {chosen.rounds} alternating rounds")
    best = {"distinct": 0.0, "orders": 0.0, "peer": 0.0}
    for _ in range(chosen.rounds):
        best["distinct"] = max(best["distinct"], rate(lambda: ours.find_many(distinct), len(distinct)))
        best["orders"] = max(best["orders"], rate(lambda: ours.find_many(orders), len(orders)))
        best["peer"] = max(best["peer"], rate(lambda: theirs(distinct), len(distinct)))
    print(f"headwater, all lines distinct:      {best['distinct']:>9,.0f} lines/s")
    print(f"headwater, lines repeat as orders:  {best['orders']:>9,.0f} lines/s ({len(set(orders)):,} distinct)")
    print(f"RDKit FilterCatalog from SMILES:    {best['peer']:>9,.0f} lines/s")
    print(f"ratio to the peer, all distinct:    {best['distinct'] / best['peer']:>9.2f}")
    kept = best["distinct"] >= PROMISE
    print(f"promise of {PROMISE:,} lines/s: {'kept' if kept else 'NOT KEPT'}")
    return 0 if kept or not chosen.check else 1


if __name__ == "__main__":
    sys.exit(main())

"""Synthetic listings for the benchmarks: words of ordinary goods by seed, a share of rows with a listed name
put in.

Words come from the ordinary-products sample beside the repository; without it, from a short list here.
"""

from __future__ import annotations

import csv
import gzip
import random
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "identify"))

from text_data import SHARED, identifier, substances  # noqa: E402, F401

from headwater.identify.names import listed_names  # noqa: E402

_PLAIN = [
    "cotton",
    "shirt",
    "blue",
    "steel",
    "bottle",
    "set",
    "of",
    "two",
    "kitchen",
    "phone",
    "printed",
    "shoes",
    "ring",
]


def words() -> list[str]:
    path = SHARED / "listings" / "ordinary-products.csv.gz"
    if not path.exists():
        return _PLAIN
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [word for row in csv.DictReader(file) for word in f"{row['title']} {row['description']}".split()]


def listings(rows: int, share: float, seed: int, length: int = 250, *, misspelt: bool = False) -> tuple[list[str], int]:
    """`rows` listings of about `length` bytes, and how many of them name a listed substance."""
    chance = random.Random(seed)
    vocabulary = words()
    names = [name for s in substances() for name in listed_names(s) if name.isascii() and len(name) > 8]
    made, hits = [], 0
    for _ in range(rows):
        parts: list[str] = []
        size = 0
        while size < length:
            parts.append(chance.choice(vocabulary))
            size += len(parts[-1]) + 1
        if chance.random() < share:
            name = chance.choice(names)
            parts.insert(chance.randrange(len(parts)), slip(name, chance) if misspelt else name)
            hits += 1
        made.append(" ".join(parts))
    return made, hits


def slip(name: str, chance: random.Random) -> str:
    """A name with one letter dropped, doubled, changed or swapped with its neighbour."""
    letters = [i for i, char in enumerate(name[:-1]) if char.isalpha() and name[i + 1].isalpha()]
    i = chance.choice(letters)
    return chance.choice(
        (
            name[:i] + name[i + 1 :],
            name[:i] + name[i] + name[i:],
            name[:i] + chance.choice("aeiorst") + name[i + 1 :],
            name[:i] + name[i + 1] + name[i] + name[i + 2 :],
        )
    )


def column(rows: list[str]) -> tuple[bytes, npt.NDArray[np.int64]]:
    """Rows as the scanner takes them: UTF-8, a line feed after each, and where those line feeds stand."""
    encoded = [row.replace("\n", " ").encode() for row in rows]
    ends = np.cumsum([len(row) + 1 for row in encoded]) - 1
    return b"\n".join(encoded) + b"\n", ends

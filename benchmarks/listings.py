"""Made-up listings for benchmarks: about 250 bytes each, a stated share of them naming a listed substance. Seeded."""

from __future__ import annotations

import csv
import random
from pathlib import Path

_WORDS = (
    "men women running shoes leather wallet cotton shirt steel kitchen knife set lamp garden hose phone case silicone cover "
    "wireless mouse keyboard office chair cushion ceramic mug glass bottle stainless spoon wooden toy puzzle baby blanket soft "
    "polyester curtain window film adhesive tape paper notebook pen ink printer cartridge battery charger cable adapter travel "
    "bag backpack hiking tent sleeping mattress pillow organic green tea coffee beans dried fruit spice powder vitamin tablets "
    "sodium chloride citric acid glycerin stearate titanium dioxide zinc oxide calcium carbonate xanthan gum lysine feed grade "
    "industrial pump valve gasket bearing motor gearbox sensor relay switch transformer panel led strip light outdoor solar "
    "delivery shipping worldwide original quality premium new sale discount wholesale supplier factory price sample available"
).split()
_HITS = (
    "4-piperidone hydrochloride 98% 25kg drum", "N-phenethyl-4-piperidone CAS 39742-60-4", "acetone AR 160kg drum x 80",
    "potassium permanganate 50kg", "1-boc-4-piperidone", "ephedrine HCl", "toluene 99.9% ISO tank", "4–ANPP 21409–26–7",
    "piperonal (heliotropine) perfumery grade", "高锰酸钾 25公斤/桶",
)  # fmt: skip
_ROUTES = (("CN", "US"), ("CN", "MX"), ("CN", "BR"), ("IN", "DE"), ("DE", "US"), ("US", "CA"), ("CN", "NL"), ("GB", "AU"))
HEADINGS = ("id", "kind", "date", "text", "seller_country", "destination")


def text(random_: random.Random, hit: bool) -> str:
    """One listing of about 250 bytes."""
    words: list[str] = []
    length = 0
    while length < 240:
        word = random_.choice(_WORDS)
        words.append(word)
        length += len(word) + 1
    if hit:
        words.insert(random_.randrange(len(words)), random_.choice(_HITS))
    return " ".join(words)


def write(path: Path, rows: int, share: float, seed: int = 7) -> None:
    """A CSV of `rows` listings, `share` of which name something listed."""
    random_ = random.Random(seed)
    days = [f"2025-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(HEADINGS)
        for number in range(rows):
            origin, destination = random_.choice(_ROUTES)
            hit = random_.random() < share
            out.writerow((f"L{number}", "listing", random_.choice(days), text(random_, hit), origin, destination))


def texts(rows: int, share: float, seed: int = 7) -> list[str]:
    """Only the texts, in memory."""
    random_ = random.Random(seed)
    return [text(random_, random_.random() < share) for _ in range(rows)]

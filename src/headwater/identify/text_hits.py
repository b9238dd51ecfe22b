"""Hits of one text among themselves: which one stands where they overlap, and whether the text hid a name."""

from __future__ import annotations

from headwater.identify.identification import Identification
from headwater.identify.normalise import fold_char

_RANK: dict[str, int] = {"cas": 4, "name": 4, "structure": 4, "class": 3, "fuzzy": 2, "near": 1}


def settled(found: list[Identification]) -> list[Identification]:
    """Sorted by start; of overlapping hits of one substance the strongest, and nothing near inside what is
    named."""
    kept: list[Identification] = []
    places: dict[int, list[Identification]] = {}  # by blocks of the text, so that only neighbours are compared
    for hit in sorted(found, key=lambda h: (-_RANK[h.method], -h.score, h.start - h.end, h.start)):
        blocks = range(hit.start >> 6, (hit.end >> 6) + 1)
        over = [k for block in blocks for k in places.get(block, ()) if k.start < hit.end and hit.start < k.end]
        if any(k.substance == hit.substance or _gives_way(hit, k) for k in over):
            continue
        kept.append(hit)
        for block in blocks:
            places.setdefault(block, []).append(hit)
    return sorted(kept, key=lambda h: (h.start, h.end, h.substance))


def _gives_way(hit: Identification, kept: Identification) -> bool:
    """Whether a hit yields to a stronger one of another substance that it overlaps."""
    return hit.method in ("near", "fuzzy") or kept.end - kept.start > hit.end - hit.start


def is_disguised(written: str) -> bool:
    """True when the text hides the name: full-width or look-alike letters, characters that print nothing."""
    return not written.isascii() and any(
        "\uff10" <= char <= "\uff5a" or "\u0400" <= char <= "\u052f" or fold_char(char) == "" for char in written
    )

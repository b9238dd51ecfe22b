"""Country texts to ISO 3166 codes: codes, names in English, Chinese and Spanish, `Shanghai, China`,
`CN-JS`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import msgspec

from headwater.flow.columns import data, key

# Parts of China whose law is their own: where a text names China and one of these, it means the part.
_OWN_LAW = ("HK", "MO", "TW")
_SUBDIVISION = re.compile(r"([A-Z]{2})-([A-Za-z0-9][\w ]*)\Z")
_BRACKETED = re.compile(r"\s*[(（\[][^)）\]]*[)）\]]\s*")
_LISTED = re.compile(r"\s*(?:[;；+|、/→]|->|>|\bvia\b|\bthen\b|\n)\s*", re.IGNORECASE)
_COMMA = re.compile(r"\s*[,，]\s*")


# What marketplaces write for a list they do not show: the country that is named counts.
_AND_MORE = re.compile(r"\s*(?:,|and|&|\+|y|和)\s*\d+\s*(?:more|others?|más|其他)\Z", re.IGNORECASE)


class _Atlas(msgspec.Struct, frozen=True):
    codes: dict[str, str]
    names: dict[str, str]
    han: tuple[int, ...]  # lengths of the Chinese names, longest first
    us_states: frozenset[str]
    not_stated: frozenset[str]


@cache
def _atlas() -> _Atlas:
    raw = data("places/countries.yaml")
    codes: dict[str, str] = {}
    names: dict[str, str] = {}
    for code, entry in raw["countries"].items():
        codes[code] = code
        if alpha3 := entry.get("alpha3"):
            codes[alpha3] = code
        for name in (n for kind in ("en", "zh", "es", "also") for n in entry.get(kind, ())):
            names[key(name)] = code
    for division, division_names in raw["subdivisions"].items():
        codes[division] = division[:2]
        for name in division_names:
            names.setdefault(key(name), division[:2])
    for name in raw["cities_of_china"]:
        names.setdefault(key(name), "CN")
    han = sorted({len(name) for name in names if not name.isascii()}, reverse=True)
    return _Atlas(
        codes, names, tuple(han), frozenset(raw["us_states"]), frozenset(map(str.casefold, raw["not_stated"]))
    )


def is_stated(text: str) -> bool:
    """False for an empty field and for what people write into one that they leave open (`worldwide`, `n/a`,
    `未知`).
    """
    bare = _AND_MORE.sub("", text.strip()).casefold()
    return bool(bare) and bare not in _atlas().not_stated


def country(text: str) -> str | None:
    """The code of the country that a text names, or None when it names none that can be told."""
    raw = _AND_MORE.sub("", unicodedata.normalize("NFKC", text).strip())
    if not raw:
        return None
    whole = _one(raw, code=True)
    if whole:
        return whole
    parts = [part for part in _COMMA.split(raw) if part]
    if len(parts) < 2:
        return None
    last = parts[-1]
    found = _one(last, code=last.upper() not in _atlas().us_states)
    if found == "CN":
        for part in parts[:-1]:
            special = _one(part, code=False)
            if special in _OWN_LAW:
                return special
    return found


def _one(text: str, *, code: bool) -> str | None:
    """One country named by the whole of a text. `code`: whether a two-letter code may be read."""
    atlas = _atlas()
    upper = text.upper()
    if code or len(text) != 2:
        if upper in atlas.codes:
            return atlas.codes[upper]
        division = _SUBDIVISION.match(text)
        if division and division[1] in atlas.codes:
            inner = atlas.codes.get(division[2].upper())
            return inner if division[1] == "CN" and inner in _OWN_LAW else atlas.codes[division[1]]
    if len(text) < 3 and not code:
        return None
    name = key(text)
    found = atlas.names.get(name) or atlas.names.get(name.removeprefix("the"))
    if found is None and _BRACKETED.search(text):
        outer = _BRACKETED.sub(" ", text).strip()
        found = _one(outer, code=code) if outer else None
    return found or _han_address(name)


def _han_address(name: str) -> str | None:
    """Chinese writes an address from the large to the small without a mark: 江苏苏州, 中国香港九龙.
    The longest name it begins with decides.
    """
    if not name or not "一" <= name[0] <= "鿿":
        return None
    prefixes = (name[:length] for length in _atlas().han if 2 <= length <= len(name))
    return next((_atlas().names[prefix] for prefix in prefixes if prefix in _atlas().names), None)


def countries(text: str) -> tuple[str, ...] | None:
    """The codes of every country that a transit field names, in order; None when a part of it cannot be
    told.
    """
    raw = unicodedata.normalize("NFKC", text).strip()
    if not is_stated(raw):
        return ()
    found: list[str] = []
    for piece in filter(None, _LISTED.split(raw)):
        if not is_stated(piece):
            continue
        whole = _one(piece, code=True)
        parts = [whole] if whole else [_one(part, code=True) for part in _COMMA.split(piece) if part]
        if not all(parts):
            parts = [country(piece)]
        for code in parts:
            if code is None:
                return None
            if code not in found:
                found.append(code)
    return tuple(found)

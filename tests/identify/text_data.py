"""Substances and lexicon for tests, decoded straight from the data files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec
import yaml

from headwater.identify.lexicon import LexiconData, lexicon_from
from headwater.identify.text import TextIdentifier
from headwater.regime.measures import Abbreviation, CasNumber, SeenAs, Substance

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "src" / "headwater" / "data"
SHARED = ROOT.parent / "shared" / "data"


def load(path: Path) -> dict[str, object]:
    document: dict[str, object] = yaml.load(
        path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    )
    return document


def _substance(raw: dict) -> Substance:
    return Substance(
        id=raw["id"],
        name=raw["name"],
        group=raw["group"],
        names={language: tuple(names) for language, names in raw.get("names", {}).items()},
        cas=tuple(msgspec.convert(number, CasNumber) for number in raw.get("cas", [])),
        smiles=raw.get("smiles", ""),
        inchikey=raw.get("inchikey", ""),
        formula=raw.get("formula", ""),
        abbreviations=tuple(
            Abbreviation(a["text"], a["other"], tuple(a.get("for", ())), tuple(a.get("against", ())))
            for a in raw.get("abbreviations", [])
        ),
        seen_as=tuple(msgspec.convert(seen, SeenAs) for seen in raw.get("seen_as", [])),
    )


@cache
def substances() -> tuple[Substance, ...]:
    return tuple(_substance(load(path)) for path in sorted((DATA / "substances").glob("*.yaml")))


@cache
def lexicon() -> LexiconData:
    return lexicon_from(load(path) for path in sorted((DATA / "identify").glob("*.yaml")))


@cache
def identifier() -> TextIdentifier:
    return TextIdentifier(substances(), lexicon())

"""How good identification is, in numbers: recall and false matches a kind of text, on the corpus and on real data.

The functions ask only for something that finds: `text(str)` and `cas_field(str)`, each a list of identifications. A row
is found when every expected substance is identified by any method but `near` (`fuzzy` counts); it is wrong when
something it forbids is identified so. `*` forbids every substance but those expected. `near` names nothing and counts
for nothing.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import lzma
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from headwater.identify.identification import Identification

HERE = Path(__file__).resolve().parent
FILES = ("by_hand.csv", "generated.csv")
# What the project aims at: recall of the kinds in which a name or number stands as somebody prints it, and of slips.
# In every other kind nothing is expected, and false matches are the measure.
EXACT = (
    "name", "synonym", "zh", "es", "salt", "cas-text", "cas-field", "systematic-variant", "in-sentence", "obfuscated",
    "abbreviation-in-context", "abbreviation-open", "ingredient",
)  # fmt: skip
INEXACT = ("typo", "garble")
AIMS = {**dict.fromkeys(EXACT, 0.99), **dict.fromkeys(INEXACT, 0.90)}
# At most one false match in so many ordinary chemicals.
CHEMICALS_A_FALSE_MATCH = 2000
# The gate reads every n-th ordinary chemical, the benchmark reads all.
EVERY = 8
# The salts of these acids are outside the Tables: only the acid itself is a form of it.
ACIDS_ALONE = frozenset({"hydrochloric-acid", "sulphuric-acid"})


class Finder(Protocol):
    """What identifies: headwater.identify.identifier.Identifier, or anything that answers in its form."""

    def text(self, text: str) -> list[Identification]: ...

    def cas_field(self, text: str) -> list[Identification]: ...


class Row(NamedTuple):
    """One labelled text."""

    text: str
    kind: str
    expect: frozenset[str]
    forbid: frozenset[str]
    why: str


class Score(NamedTuple):
    """The rows of one kind: how many expect something, how many of those were found, and the rows that went wrong."""

    rows: int
    expecting: int
    found: int
    missed: tuple[str, ...]
    wrong: tuple[str, ...]

    @property
    def recall(self) -> float | None:
        return self.found / self.expecting if self.expecting else None


def corpus() -> list[Row]:
    """Every labelled row, those written by hand first."""
    rows = []
    for name in FILES:
        with (HERE / name).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                rows.append(Row(row["text"], row["kind"], ids(row["expect"]), ids(row["forbid"]), row["why"]))
    return rows


def ids(cell: str) -> frozenset[str]:
    """The substance ids of a cell, parted by semicolons."""
    return frozenset(part for part in cell.split(";") if part)


def digests() -> dict[str, str]:
    """SHA-256 of each corpus file: what a pin belongs to."""
    return {name: hashlib.sha256((HERE / name).read_bytes()).hexdigest() for name in FILES}


def named(found: Iterable[Identification], listed: frozenset[str]) -> dict[str, list[Identification]]:
    """The listed substances that were identified, `near` left out; classes have measures of their own."""
    by_substance: dict[str, list[Identification]] = {}
    for one in found:
        if one.method != "near" and one.substance in listed:
            by_substance.setdefault(one.substance, []).append(one)
    return by_substance


def score(rows: Iterable[Row], finder: Finder, listed: frozenset[str]) -> dict[str, Score]:
    """One score a kind of text."""
    kinds: dict[str, list[tuple[Row, bool, frozenset[str]]]] = {}
    for row in rows:
        found = named(finder.cas_field(row.text) if row.kind == "cas-field" else finder.text(row.text), listed)
        forbidden = listed - row.expect if "*" in row.forbid else row.forbid
        met = all(substance in found and as_labelled(row.kind, found[substance]) for substance in row.expect)
        kinds.setdefault(row.kind, []).append((row, met, frozenset(found) & forbidden))
    return {kind: _score(judged) for kind, judged in sorted(kinds.items())}


def as_labelled(kind: str, found: Sequence[Identification]) -> bool:
    """Whether the identifications say what the kind of text asks: an ingredient, or an open reading."""
    if kind == "ingredient":
        return all(one.role == "ingredient" for one in found)
    if kind == "abbreviation-open":
        return all(one.ambiguous for one in found)
    return True


def _score(judged: list[tuple[Row, bool, frozenset[str]]]) -> Score:
    expecting = [(row, met) for row, met, _ in judged if row.expect]
    return Score(
        rows=len(judged),
        expecting=len(expecting),
        found=sum(met for _, met in expecting),
        missed=tuple(f"{row.text} -> {';'.join(sorted(row.expect))} ({row.why})" for row, met in expecting if not met),
        wrong=tuple(f"{row.text} -> {';'.join(sorted(bad))} ({row.why})" for row, _, bad in judged if bad),
    )


class RealCount(NamedTuple):
    """A count over real data: texts read, texts with a false match (or a match, where nothing says which is false)."""

    texts: int
    matches: int
    examples: tuple[str, ...]


def ordinary_chemicals(
    shared: Path, finder: Finder, forms: Mapping[str, frozenset[str]], listed: frozenset[str], every: int = 1
) -> RealCount:
    """False matches over the names of ordinary chemicals: a match of any substance that the chemical is no form of.

    Each name (common name, IUPAC name, synonyms) is a text; a chemical counts once however many of its names go wrong.
    `forms` gives, by InChIKey, the listed substances that the chemical is a form of. With `every` > 1, a part of the
    rows.
    """
    wrong, texts = [], 0
    for number, row in enumerate(_xz(shared / "data" / "chemicals" / "identifiers.csv.xz")):
        if number % every:
            continue
        texts += 1
        names = dict.fromkeys([row["common_name"], row["iupac_name"], *row["synonyms"].split("|")])
        for name in filter(None, names):
            false = named(finder.text(name), listed).keys() - forms.get(row["inchikey"], frozenset())
            if false:
                wrong.append(f"{name} ({row['cas']}) -> {';'.join(sorted(false))}")
                break
    return RealCount(texts, len(wrong), tuple(wrong))


def forms_in_table(shared: Path, keys: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """By InChIKey, the listed substances (`keys`: InChIKey -> id) that a row of the table of chemicals is a form of.

    A form has a part (salt, hydrate, complex) of the same connectivity once its charge is taken away; of the two
    mineral acids only the whole structure is one. Needs RDKit.
    """
    from rdkit import Chem, RDLogger
    from rdkit.Chem.MolStandardize import rdMolStandardize

    RDLogger.DisableLog("rdApp.*")  # type: ignore[attr-defined]
    blocks: dict[str, set[str]] = {}
    for key, substance in keys.items():
        blocks.setdefault(key[:14], set()).add(substance)
    neutral = rdMolStandardize.Uncharger()

    def parts(smiles: str) -> Iterator[str]:
        molecule = Chem.MolFromSmiles(smiles)
        for part in Chem.GetMolFrags(molecule, asMols=True, sanitizeFrags=True) if molecule else ():
            for atom in part.GetAtoms():
                atom.SetIsotope(0)
            yield Chem.MolToInchiKey(neutral.uncharge(part))[:14]  # type: ignore[no-untyped-call]

    held = {}
    for row in _xz(shared / "data" / "chemicals" / "identifiers.csv.xz"):
        whole = blocks.get(row["inchikey"][:14], set())
        compound = (
            "." in row["smiles"] or "+" in row["smiles"] or "-]" in row["smiles"] or re.search(r"\[\d", row["smiles"])
        )
        of_parts = {s for block in (parts(row["smiles"]) if compound else ()) for s in blocks.get(block, ())}
        if whole or of_parts - ACIDS_ALONE:
            held[row["inchikey"]] = frozenset(whole | (of_parts - ACIDS_ALONE))
    return held


def real(
    shared: Path, finder: Finder, keys: Mapping[str, str], listed: frozenset[str], every: int = EVERY
) -> dict[str, RealCount]:
    """All counts over the shared real data."""
    chemicals = ordinary_chemicals(shared, finder, forms_in_table(shared, keys), listed, every)
    return {
        "ordinary-chemicals": chemicals,
        **{name: texts_matched(texts(shared), finder, listed) for name, texts in REAL.items()},
    }


def texts_matched(texts: Iterable[str], finder: Finder, listed: frozenset[str]) -> RealCount:
    """How many texts name any listed substance."""
    count, examples = 0, []
    for text in texts:
        count += 1
        found = named(finder.text(text), listed)
        if found:
            examples.append(f"{text[:110]} -> {';'.join(sorted(found))}")
    return RealCount(count, len(examples), tuple(examples))


def ordinary_products(shared: Path) -> Iterator[str]:
    """Titles and descriptions of ordinary shop goods."""
    for row in _gz(shared / "data" / "listings" / "ordinary-products.csv.gz"):
        yield f"{row['title']} {row['description']}".strip()


def steroid_offers(shared: Path) -> Iterator[str]:
    """The titles in which NPP is the steroid nandrolone phenylpropionate: all in which it stands."""
    for title in darkweb_titles(shared):
        if re.search(r"\bNPP\b", title):
            yield title


def darkweb_titles(shared: Path) -> Iterator[str]:
    """Titles of dark-web offers."""
    for row in _gz(shared / "data" / "listings" / "darkweb-titles.csv.gz"):
        yield row["title"]


def hs_descriptions(shared: Path) -> Iterator[str]:
    """Descriptions of the Harmonized System."""
    for row in _gz(shared / "data" / "listings" / "hs-descriptions.csv.gz"):
        yield row["description"]


REAL: dict[str, Callable[[Path], Iterator[str]]] = {
    "ordinary-products": ordinary_products,
    "npp-steroid-offers": steroid_offers,
    "darkweb-titles": darkweb_titles,
    "hs-descriptions": hs_descriptions,
}


def _xz(path: Path) -> Iterator[dict[str, str]]:
    with lzma.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _gz(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)

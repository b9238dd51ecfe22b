"""Is this structure a listed substance? Identity independent of salt form, charge, isotopes and hydrates.

What an entry covers beyond its own structure is read from the `scope` of the substance, in three phrases: "salts are
excluded" (hydrochloric and sulphuric acid), "esters: methyl, ethyl, ..." (the glycidic acids), "stereoisomers".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from headwater.errors import RegimeError
from headwater.identify.molecules import (
    Mol,
    carbonyl_forms,
    charge_states,
    formula,
    layers,
    matches,
    parent_form,
    parse,
    parts_of,
    sanitized,
    with_water,
)
from headwater.regime.measures import Substance

_ALKYL = {
    "methyl": "C",
    "ethyl": "CC",
    "propyl": "CCC",
    "isopropyl": "C(C)C",
    "butyl": "CCCC",
    "isobutyl": "CC(C)C",
    "sec-butyl": "C(C)CC",
    "tert-butyl": "C(C)(C)C",
}
_ESTERS = re.compile(r"esters:\s*([\w ,-]+)", re.IGNORECASE)
_NO_SALTS = re.compile(r"salts are excluded", re.IGNORECASE)
_STEREOISOMERS = re.compile(r"stereoisomers", re.IGNORECASE)
_WATER = frozenset({"H2O", "H3O+", "H+"})
# Company in which an acid has made no salt (no base, ion or metal), and in which a neutral substance is no ligand.
_NO_BASE = re.compile(r"(?:(?:C|H|O|F|Cl|Br|I)\d*)+\Z")
_NO_METAL = re.compile(r"(?:(?:C|H|N|O|S|P|Si|F|Cl|Br|I)\d*)+\Z")


class Entry(msgspec.Struct, frozen=True):
    """One form that a substance's entry covers: itself, or an ester it names. `parts`: skeleton and stereo of each.

    `salts` is False where the entry excludes salts; `forms_salts` is False for what is neither a base nor an acid.
    """

    substance: Substance
    form: str
    parts: tuple[tuple[str, str], ...]
    salts: bool
    forms_salts: bool
    stereoisomers: bool

    def fits(self, stereo: str) -> bool:
        """True when nothing in the drawn stereo speaks against the entry; mirror images are the same."""
        own = self.parts[0][1]
        return self.stereoisomers or not own or not stereo or "?" in stereo or stereo == own


class Match(msgspec.Struct, frozen=True):
    """A component that is a listed substance; `said` tells how it was read where it was not read as drawn.

    `near`: the same atoms and bonds in another spatial arrangement, which the entry does not cover by its words.
    `ambiguous`: the drawing leaves open which of several entries. `ingredient`: one of several neutral parts.
    """

    substance: Substance
    component: int
    said: tuple[str, ...]
    near: bool = False
    ambiguous: bool = False
    ingredient: bool = False


class _Read(msgspec.Struct, frozen=True):
    """A component that has the skeleton of at least one entry."""

    component: int
    skeleton: str
    stereo: str
    said: tuple[str, ...]
    company: tuple[str, ...]


class ListedSubstances:
    """The listed substances, findable by formula first and by connectivity after."""

    def __init__(self, substances: Sequence[Substance]) -> None:
        self._entries: dict[str, list[Entry]] = {}
        self._formulas: set[str] = set()
        self._acids: set[str] = set()
        for substance in substances:
            for form, smiles in _covered(substance):
                self._add(substance, form, smiles)
        self._hydrates = {with_water(f) for f in self._formulas if not f.endswith(("+", "-"))}

    def _add(self, substance: Substance, form: str, smiles: str) -> None:
        whole = sanitized(parse(smiles))
        molecules = [parent_form(part) for part in parts_of(whole)]
        entry = Entry(
            substance=substance,
            form=form,
            parts=tuple(layers(molecule) for molecule in molecules),
            salts=_NO_SALTS.search(substance.scope) is None,
            forms_salts=matches(whole, "[NX3;!$(N-C=O)]") or matches(whole, "C(=O)[OH]"),
            stereoisomers=_STEREOISOMERS.search(substance.scope) is not None,
        )
        # An entry of several parts (a salt that is listed as such) is found by its first.
        self._entries.setdefault(entry.parts[0][0], []).append(entry)
        for molecule in molecules:
            states = charge_states(formula(molecule))
            self._formulas |= states
            self._acids |= states if not entry.salts else set()

    def find(self, components: Sequence[Mol]) -> list[Match]:
        """Every listed substance among the components, in the order of the components."""
        formulas = [formula(component) for component in components]
        candidates = [n for n, f in enumerate(formulas) if f in self._formulas or f in self._hydrates]
        if not candidates:
            return []
        skeletons: dict[int, _Read] = {}
        for number in candidates:
            company = tuple(f for n, f in enumerate(formulas) if n != number and f not in _WATER)
            if formulas[number] in self._acids and not _free_acid(formulas[number], company, formulas):
                continue  # the acid of a salt; hydrochlorides are too many to be worked each time
            read = self._read(components[number], formulas[number], number, company)
            if read is not None:
                skeletons[number] = read
        present = {read.skeleton for read in skeletons.values()} | {
            layers(parent_form(components[n]))[0] for n in candidates if n not in skeletons and len(candidates) > 1
        }
        return [match for read in skeletons.values() for match in self._matches(read, present)]

    def _read(self, component: Mol, written: str, number: int, company: tuple[str, ...]) -> _Read | None:
        """The component as a skeleton that is listed: as drawn, or as the ketone of a hydrate; None otherwise."""
        parent = parent_form(component)
        said = ("isotopes ignored",) if any(atom.GetIsotope() for atom in component.GetAtoms()) else ()
        if written in self._formulas:
            skeleton, stereo = layers(parent)
            if skeleton in self._entries:
                return _Read(number, skeleton, stereo, said, company)
        if written in self._hydrates:
            for form in carbonyl_forms(parent):
                skeleton, stereo = layers(form)
                if skeleton in self._entries:
                    return _Read(number, skeleton, stereo, (*said, "drawn as its hydrate"), company)
        return None

    def _matches(self, read: _Read, present: set[str]) -> list[Match]:
        entries = [
            entry
            for entry in self._entries[read.skeleton]
            if all(skeleton in present for skeleton, _ in entry.parts) and _stands_free(entry, read.company)
        ]
        fitting = [entry for entry in entries if entry.fits(read.stereo)]
        if not fitting:
            words = (*read.said, "drawn as another stereoisomer than the one of the entry")
            return [Match(entry.substance, read.component, words, near=True) for entry in entries]
        ambiguous = len({entry.substance.id for entry in fitting}) > 1
        return [_match(entry, read, ambiguous) for entry in fitting]


def _match(entry: Entry, read: _Read, ambiguous: bool) -> Match:
    said = (entry.form, *read.said) if entry.form else read.said
    alone = len(read.company) < len(entry.parts)
    if read.stereo and "?" not in read.stereo and entry.parts[0][1] not in ("", read.stereo):
        said = (*said, "another stereoisomer than the one drawn in the entry, which covers it")
    if ambiguous:
        said = (*said, "the drawing leaves open which of several listed stereoisomers it is")
    if not alone:
        said = (
            *said,
            "read without what is drawn with it" if entry.forms_salts else "one of several parts of what is drawn",
        )
    ingredient = not alone and not entry.forms_salts
    return Match(entry.substance, read.component, said, ambiguous=ambiguous, ingredient=ingredient)


def _stands_free(entry: Entry, company: tuple[str, ...]) -> bool:
    """False for a substance that forms no salts, drawn beside ions or metals: a ligand, or the solvent of a crystal."""
    return entry.forms_salts or len(entry.parts) > 1 or all(_NO_METAL.match(f) for f in company)


def _free_acid(written: str, company: tuple[str, ...], formulas: list[str]) -> bool:
    """True when an acid has made no salt: it is alone, in water, or in neutral company without a base."""
    if "-" in written and not {"H+", "H3O+"} & set(formulas):
        return False
    return all(_NO_BASE.match(f) for f in company)


def _covered(substance: Substance) -> list[tuple[str, str]]:
    """(form, SMILES) of everything the entry covers by its own words: itself, and the esters its scope names."""
    covered = [("", substance.smiles)]
    if named := _ESTERS.search(substance.scope):
        for word in re.split(r",\s*|\s+and\s+", named[1].strip()):
            if word not in _ALKYL:
                raise RegimeError([f"substance {substance.id!r}: no ester is known by the name {word!r}"])
            smiles = substance.smiles.replace("C(=O)O)", f"C(=O)O{_ALKYL[word]})", 1)
            covered.append((f"the {word} ester", smiles))
    return covered

"""Is this structure a listed substance? Exact identity, independent of salt form, charge, isotopes and open forms.

What an entry covers beyond its own structure is read from the `scope` of the substance, in the law's own phrases:
"salts are excluded" (hydrochloric and sulphuric acid), "esters: methyl, ethyl, ..." (the glycidic acids).
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
    parent_form,
    parse,
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
# What an acid is dissolved in, as opposed to what it has made a salt with: no base, no ion, no metal.
_NEUTRAL_COMPANY = re.compile(r"(?:(?:C|H|O|F|Cl|Br|I)\d*)+\Z")


class Entry(msgspec.Struct, frozen=True):
    """One form that a listed substance's entry covers: itself or an ester it names. `parts` are its components' layers."""

    substance: Substance
    form: str
    parts: tuple[tuple[str, str], ...]
    salts: bool
    forms_salts: bool
    size: int


class Match(msgspec.Struct, frozen=True):
    """A component of a structure that is a listed substance; `said` tells how it was read where not as drawn."""

    substance: Substance
    component: int
    said: tuple[str, ...]
    ambiguous: bool = False
    ingredient: bool = False


class ListedSubstances:
    """The listed substances, findable by formula first and by connectivity after."""

    def __init__(self, substances: Sequence[Substance]) -> None:
        self._entries: dict[str, list[Entry]] = {}
        self._formulas: set[str] = set()
        for substance in substances:
            for form, smiles in _covered(substance):
                self._add(substance, form, smiles)
        self._acids: set[str] = set()
        for entry in (e for group in self._entries.values() for e in group if not e.salts):
            self._acids |= charge_states(formula(parse(entry.substance.smiles)))
        self._hydrates = {with_water(f) for f in self._formulas if not f.endswith(("+", "-"))}

    def _add(self, substance: Substance, form: str, smiles: str) -> None:
        from rdkit import Chem

        whole = parse(smiles)
        molecules = [parent_form(part) for part in Chem.GetMolFrags(whole, asMols=True, sanitizeFrags=False)]
        parts = tuple(layers(molecule) for molecule in molecules)
        entry = Entry(
            substance=substance,
            form=form,
            parts=parts,
            salts=_NO_SALTS.search(substance.scope) is None,
            forms_salts=any(whole.HasSubstructMatch(Chem.MolFromSmarts(q)) for q in ("[NX3;!$(N-C=O)]", "C(=O)[OH]")),
            size=whole.GetNumHeavyAtoms(),
        )
        for molecule, (main, _) in zip(molecules, parts, strict=True):
            self._entries.setdefault(main, []).append(entry)
            self._formulas |= charge_states(formula(molecule))

    def find(self, components: Sequence[Mol]) -> list[Match]:
        """Every listed substance among the components, in the order of the components."""
        formulas = [formula(component) for component in components]
        keys: list[tuple[str, str, tuple[str, ...]] | None] = [None] * len(components)
        for number, component in enumerate(components):
            if formulas[number] in self._formulas or formulas[number] in self._hydrates:
                keys[number] = self._key(component, formulas, number)
        present = [key[0] for key in keys if key is not None]
        matches: list[Match] = []
        for number, key in enumerate(keys):
            if key is not None:
                matches += self._matches(key, number, present, formulas, components)
        return matches

    def _key(self, component: Mol, formulas: list[str], number: int) -> tuple[str, str, tuple[str, ...]] | None:
        """The layers of a component that is listed, as drawn or as the carbonyl compound it stands for; else None."""
        if not self._needs_chemistry(formulas, number):
            return None
        parent = parent_form(component)
        said = ("isotopes ignored",) if any(atom.GetIsotope() for atom in component.GetAtoms()) else ()
        if formulas[number] in self._formulas:
            main, stereo = layers(parent)
            if main in self._entries:
                return main, stereo, said
        for form, word in carbonyl_forms(parent):
            main, stereo = layers(form)
            if main in self._entries:
                return main, stereo, (*said, f"drawn as the {word}")
        return None

    def _needs_chemistry(self, formulas: list[str], number: int) -> bool:
        """False for the acid in a salt, where the entry excludes salts: hydrochlorides are too many to be worked each time."""
        return formulas[number] not in self._acids or _alone(formulas, number)

    def _matches(
        self,
        key: tuple[str, str, tuple[str, ...]],
        number: int,
        present: list[str],
        formulas: list[str],
        components: Sequence[Mol],
    ) -> list[Match]:
        main, stereo, said = key
        entries = [
            entry
            for entry in self._entries[main]
            if all(part in present for part, _ in entry.parts)
            and entry.parts[0][0] == main  # an entry of several parts is reported once, at its first
            and (entry.salts or _alone(formulas, number))
        ]
        same = [entry for entry in entries if _own_stereo(entry, main) == stereo]
        undrawn = not stereo or "?" in stereo
        if len({entry.substance.id for entry in entries}) > 1 and same and not undrawn:
            entries = same
        ambiguous = len({entry.substance.id for entry in entries}) > 1
        return [
            self._match(
                entry,
                number,
                (*said, *self._stereo_said(entry, main, stereo, ambiguous)),
                ambiguous,
                components,
            )
            for entry in entries
        ]

    @staticmethod
    def _stereo_said(entry: Entry, main: str, stereo: str, ambiguous: bool) -> tuple[str, ...]:
        if ambiguous:
            return ("the drawing leaves open which of several listed stereoisomers it is",)
        own = _own_stereo(entry, main)
        if own and stereo and "?" not in stereo and own != stereo:
            return ("drawn as another stereoisomer than the one of the entry",)
        return ()

    @staticmethod
    def _match(entry: Entry, number: int, said: tuple[str, ...], ambiguous: bool, components: Sequence[Mol]) -> Match:
        others = [c for n, c in enumerate(components) if n != number]
        if len(components) > len(entry.parts):
            said = (*said, "read without the counter-ions and solvents drawn with it")
        ingredient = not entry.forms_salts and any(
            c.GetNumHeavyAtoms() > entry.size and any(a.GetAtomicNum() == 6 for a in c.GetAtoms()) for c in others
        )
        if ingredient:
            said = (*said, "the smaller part of what is drawn")
        if entry.form:
            said = (entry.form, *said)
        return Match(entry.substance, number, said, ambiguous, ingredient)


def _covered(substance: Substance) -> list[tuple[str, str]]:
    """(form, SMILES) of everything the entry covers by its own words: itself, and the esters its scope names."""
    covered = [("", substance.smiles)]
    if named := _ESTERS.search(substance.scope):
        for word in re.split(r",\s*|\s+and\s+", named[1].strip()):
            if word not in _ALKYL:
                raise RegimeError([f"substance {substance.id!r}: no ester is known by the name {word!r}"])
            covered.append((f"the {word} ester", substance.smiles.replace("C(=O)O)", f"C(=O)O{_ALKYL[word]})", 1)))
    return covered


def _own_stereo(entry: Entry, main: str) -> str:
    return next(stereo for part, stereo in entry.parts if part == main)


def _alone(formulas: list[str], number: int) -> bool:
    """True when an acid has made no salt: beside it only neutral matter without a base, as in a solution."""
    others = [f for n, f in enumerate(formulas) if n != number and f not in ("H+", "H2O", "H3O+")]
    free_proton = any(f in ("H+", "H3O+") for f in formulas)
    if formulas[number].endswith("-") and not free_proton:
        return False
    return all(_NEUTRAL_COMPANY.match(f) for f in others)

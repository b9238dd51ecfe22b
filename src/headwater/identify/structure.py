"""Structure -> substance or class: what a SMILES or InChI field names.

Steps, cheapest first: parse; take the components; ask the listed substances (formula, then connectivity); ask the class
definitions (a ring all members share, then skeletons, then clauses). Distinct structures are worked once.
RDKit is needed; it is imported when an identifier is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from headwater.errors import InputError
from headwater.identify.classes import ClassRules, Membership
from headwater.identify.identification import NEAR, Identification
from headwater.identify.identity import ListedSubstances, Match
from headwater.identify.molecules import carbonyl_forms, components, inchikey_and_formula, parent_form, parse
from headwater.regime.measures import ClassDefinition, Substance


class StructureIdentifier:
    """Finds listed substances and members of classes by structure. Pure: the same structure gives the same answer.

    `unevaluated` names the classes whose official definition was not read: no structure is said to be outside them.
    """

    def __init__(self, substances: Sequence[Substance], classes: Sequence[ClassDefinition]) -> None:
        from rdkit import rdBase

        self._quiet = rdBase.BlockLogs
        with self._quiet():
            self._listed = ListedSubstances(substances)
            self._rules = ClassRules(classes)
        self._names = {law.id: law.name for law in classes}

    @property
    def unevaluated(self) -> tuple[str, ...]:
        return self._rules.unevaluated

    def find(self, structure: str, field: str = "smiles") -> list[Identification]:
        """What a SMILES or InChI (of one or several components) names. Raises InputError when it cannot be read."""
        with self._quiet():
            return self._find(structure, field)

    def find_many(self, structures: Iterable[str], field: str = "smiles") -> list[list[Identification] | InputError]:
        """One answer for each structure, in order; each distinct structure is worked once."""
        answers: dict[str, list[Identification] | InputError] = {}
        results = []
        with self._quiet():
            for structure in structures:
                if structure not in answers:
                    try:
                        answers[structure] = self._find(structure, field)
                    except InputError as error:
                        answers[structure] = error
                results.append(answers[structure])
        return results

    def _find(self, structure: str, field: str) -> list[Identification]:
        parts = components(structure, parse(structure, field))
        matches = self._listed.find(parts)
        found = [_as_identification(match, structure, field) for match in _once(matches)]
        listed = {match.component: match.substance.id for match in matches if not match.near}
        seen = set()
        for number, part in enumerate(parts):
            if not self._rules.may_hold(part):
                continue
            parent = parent_form(part)
            members = self._rules.members(parent, listed.get(number, ""))
            for form in () if members else carbonyl_forms(parent):
                members = members or self._rules.members(form, listed.get(number, ""))
            for member in members:
                if member.class_id not in seen:
                    seen.add(member.class_id)
                    found.append(self._member(member, structure, field))
        return found

    def _member(self, member: Membership, structure: str, field: str) -> Identification:
        return Identification(
            substance=member.class_id,
            name=self._names[member.class_id],
            cas=(),
            method="near" if member.elsewhere else "class",
            matched=structure,
            start=0,
            end=len(structure),
            score=NEAR if member.elsewhere else 1.0,
            field=field,
            reading=member.why,
            clauses=member.clauses,
        )


def _once(matches: Iterable[Match]) -> list[Match]:
    """The first match of each substance: a structure names a substance once, however many molecules of it are drawn."""
    first: dict[str, Match] = {}
    for match in matches:
        first.setdefault(match.substance.id, match)
    return list(first.values())


def _as_identification(match: Match, structure: str, field: str) -> Identification:
    substance = match.substance
    return Identification(
        substance=substance.id,
        name=substance.name,
        cas=tuple(number.number for number in substance.cas),
        method="near" if match.near else "structure",
        matched=structure,
        start=0,
        end=len(structure),
        score=NEAR if match.near else 1.0,
        field=field,
        reading="; ".join(match.said),
        ambiguous=match.ambiguous,
        role="ingredient" if match.ingredient else "goods",
    )


def check_substances(substances: Iterable[Substance]) -> list[str]:
    """The problems of substances whose SMILES does not belong to the InChIKey or the formula given with it."""
    problems = []
    for substance in substances:
        try:
            inchikey, formula = inchikey_and_formula(substance.smiles)
        except InputError as error:
            problems.append(f"substance {substance.id!r}: {error}")
            continue
        if inchikey != substance.inchikey:
            problems.append(f"substance {substance.id!r}: the SMILES has InChIKey {inchikey}, not {substance.inchikey}")
        if formula != substance.formula:
            problems.append(f"substance {substance.id!r}: the SMILES has formula {formula}, not {substance.formula}")
    return problems

"""Does a structure fall under a class that a law defines? The definition is data; this module only walks it.

A definition names a skeleton (atoms numbered), and says at every place of it what may stand there: what leaves the
parent unchanged, and which change meets which clause. Whatever the definition does not name takes the structure out of
the class. A structure is in the class when every place is accounted for and at least one clause is met.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from headwater.errors import RegimeError
from headwater.identify.groups import GROUPS, RINGS, ring_of, substituent
from headwater.identify.identity import ListedSubstances
from headwater.identify.molecules import Mol, pattern
from headwater.regime.measures import ClassDefinition, Confidence, Substance


class _Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A record of a definition as written."""


class Option(_Form, frozen=True):
    """What may stand at a place: a group, or a ring with what it carries. Without a clause it changes nothing."""

    groups: tuple[str, ...] = ()
    ring: str = ""
    carrying: tuple[str, ...] = ()
    clause: str = ""


class Place(_Form, frozen=True):
    """A place of the skeleton: its atoms by number, and the options for each group found there.

    `hydrogen` is the clause met where nothing stands there; `least` and `most` count the groups on all its atoms.
    """

    name: str
    atoms: tuple[int, ...]
    options: tuple[Option, ...]
    hydrogen: str = ""
    least: int = 0
    most: int = 99


class Elsewhere(_Form, frozen=True):
    """A substance that meets the words of the definition but has its own listing, which governs."""

    name: str
    smiles: str
    citation: str
    confidence: Confidence


class Definition(_Form, frozen=True):
    """What `definition:` of a class file holds.

    `reading` is `text` (the law describes the structures itself) or `interpretation` (it does not; `undecided` says
    what was read into it). `combined` is the clause that several together also need. `own_entries` are listed
    substances that meet the words and are reported by their own entry; `undecided` says what is left to a person.
    """

    reading: Literal["text", "interpretation"]
    compared_with: str
    skeleton: str
    places: tuple[Place, ...]
    combined: str = ""
    own_entries: tuple[str, ...] = ()
    listed_elsewhere: tuple[Elsewhere, ...] = ()
    undecided: str = ""


class Membership(msgspec.Struct, frozen=True):
    """A component is in a class by these clauses; or (`elsewhere`) would be, had it not a listing of its own."""

    class_id: str
    clauses: tuple[str, ...]
    why: str
    elsewhere: str = ""


class ClassRule:
    """A class definition, compiled. Raises RegimeError where it names an unknown group, ring, clause or atom."""

    def __init__(self, law: ClassDefinition) -> None:
        self.law = law
        try:
            self.definition = msgspec.convert(law.definition, Definition)
        except msgspec.ValidationError as error:
            raise RegimeError([f"class {law.id!r}: definition: {error}"]) from error
        self._skeleton = pattern(self.definition.skeleton)
        if self._skeleton is None:
            raise RegimeError([f"class {law.id!r}: definition: the skeleton is not a readable pattern"])
        self._numbers = [atom.GetAtomMapNum() for atom in self._skeleton.GetAtoms()]
        self._check()
        self._place_of = {number: place for place in self.definition.places for number in place.atoms}
        self._elsewhere = ListedSubstances([_as_substance(e) for e in self.definition.listed_elsewhere])

    def _check(self) -> None:
        problems = []
        for place in self.definition.places:
            problems += [
                f"place {place.name!r}: no atom {n} in the skeleton" for n in place.atoms if n not in self._numbers
            ]
            for option in place.options:
                named = (*option.groups, *option.carrying)
                problems += [f"place {place.name!r}: unknown group {g!r}" for g in named if g not in GROUPS]
                if option.ring and option.ring not in RINGS:
                    problems.append(f"place {place.name!r}: unknown ring {option.ring!r}")
        used = {option.clause for place in self.definition.places for option in place.options}
        used |= {place.hydrogen for place in self.definition.places} | {self.definition.combined}
        problems += [f"unknown clause {clause!r}" for clause in sorted(used - {"", *self.law.clauses})]
        if problems:
            raise RegimeError([f"class {self.law.id!r}: definition: {problem}" for problem in problems])

    def frame(self) -> str:
        """The ring in which the skeleton begins, by its elements alone: what every member has."""
        from rdkit import Chem

        bare = Chem.Mol(self._skeleton)
        Chem.FastFindRings(bare)
        first = [ring for ring in bare.GetRingInfo().AtomRings() if 0 in ring] or [(0,)]
        elements = [f"[#{bare.GetAtomWithIdx(index).GetAtomicNum()}]" for index in first[0]]
        return f"{elements[0]}1-{'-'.join(elements[1:])}-1" if len(elements) > 1 else elements[0]

    def member(self, component: Mol, listed: str = "") -> Membership | None:
        """The membership of a component (in parent form), or None. `listed` is the substance it is, if any."""
        if listed in self.definition.own_entries:
            return None
        for match in component.GetSubstructMatches(self._skeleton, maxMatches=50):
            clauses = self._clauses(component, match)
            if clauses:
                return self._membership(component, tuple(sorted(clauses)))
        return None

    def _membership(self, component: Mol, clauses: tuple[str, ...]) -> Membership:
        words = "; ".join(f"({clause}) {self.law.clauses[clause]}" for clause in clauses)
        why = f"Within {self.law.name} by {words}."
        if self.definition.reading == "interpretation":
            why += " This is a reading of the law's words, not a published definition."
        own = self._elsewhere.find([component])
        if own:
            entry = next(e for e in self.definition.listed_elsewhere if e.name == own[0].substance.name)
            why = (
                f"{entry.name} meets the words of {self.law.name}, but has its own listing, which governs: "
                f"{entry.citation}{' (from memory)' if entry.confidence == 'from-memory' else ''}."
            )
            return Membership(self.law.id, clauses, why, entry.name)
        return Membership(self.law.id, clauses, why)

    def _clauses(self, component: Mol, match: Sequence[int]) -> set[str] | None:
        """The clauses met by one way of laying the skeleton on the component; None if something is unaccounted for."""
        skeleton = frozenset(match)
        clauses: set[str] = set()
        found: dict[str, int] = {place.name: 0 for place in self.definition.places}
        for index, number in zip(match, self._numbers, strict=True):
            place = self._place_of.get(number)
            for start in self._outside(component, index, skeleton, place):
                if place is None:
                    return None
                met = self._option(component, skeleton, index, start, place)
                if met is None:
                    return None
                clauses |= met
                found[place.name] += 1
        for place in self.definition.places:
            if not place.least <= found[place.name] <= place.most:
                return None
            if place.hydrogen and not found[place.name]:
                clauses.add(place.hydrogen)
        if self.definition.combined and len(clauses) > 1:
            clauses.add(self.definition.combined)
        return clauses

    @staticmethod
    def _outside(component: Mol, index: int, skeleton: frozenset[int], place: Place | None) -> list[int]:
        """The neighbours of a skeleton atom that begin a substituent. A ring place is one, whatever it carries."""
        if place is not None and any(option.ring for option in place.options):
            return [index]
        return [n.GetIdx() for n in component.GetAtomWithIdx(index).GetNeighbors() if n.GetIdx() not in skeleton]

    def _option(
        self, component: Mol, skeleton: frozenset[int], index: int, start: int, place: Place
    ) -> set[str] | None:
        """The clause (or none) of the first option satisfied by what stands at the place; None when no option is."""
        for option in place.options:
            if option.ring:
                fits = self._ring_fits(component, skeleton, index, option)
            else:
                group = substituent(component, skeleton, start)
                fits = any(GROUPS[name](group) for name in option.groups)
            if fits:
                return {option.clause} if option.clause else set()
        return None

    @staticmethod
    def _ring_fits(component: Mol, skeleton: frozenset[int], index: int, option: Option) -> bool:
        ring = ring_of(component, index)
        if ring is None or ring & skeleton != {index} or not RINGS[option.ring](component, ring):
            return False
        frame = skeleton | ring
        for atom in ring:
            for neighbour in component.GetAtomWithIdx(atom).GetNeighbors():
                if neighbour.GetIdx() not in frame:
                    group = substituent(component, frame, neighbour.GetIdx())
                    if not any(GROUPS[name](group) for name in option.carrying):
                        return False
        return True


class ClassRules:
    """All classes that can be evaluated; `unevaluated` names those whose official definition was not read."""

    def __init__(self, classes: Sequence[ClassDefinition]) -> None:
        self.rules = tuple(ClassRule(law) for law in classes if law.definition)
        self.unevaluated = tuple(law.id for law in classes if not law.definition)
        self._frames = tuple(pattern(frame) for frame in sorted({rule.frame() for rule in self.rules}))

    def may_hold(self, component: Mol) -> bool:
        """False when the component lacks the ring that every skeleton has: the usual case, by one cheap match."""
        return any(component.HasSubstructMatch(frame) for frame in self._frames)

    def members(self, component: Mol, listed: str = "") -> list[Membership]:
        """Every class the component (in parent form) falls under, in the order of the classes."""
        found = (rule.member(component, listed) for rule in self.rules)
        return [membership for membership in found if membership is not None]


def _as_substance(entry: Elsewhere) -> Substance:
    return Substance(
        id=entry.name,
        name=entry.name,
        group="",
        names={},
        cas=(),
        smiles=entry.smiles,
        inchikey="",
        formula="",
    )

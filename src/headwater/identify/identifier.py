"""One door to identification: a text, a CAS field, a structure. Chemistry is loaded when the first structure is asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from headwater.errors import InputError
from headwater.identify.identification import FieldProblem, Identification
from headwater.identify.lexicon import LexiconData
from headwater.identify.text import TextIdentifier
from headwater.regime.regime import Regime

if TYPE_CHECKING:
    from headwater.identify.structure import StructureIdentifier

Resolver = Callable[[Sequence[str]], Mapping[str, str]]
_CAS = re.compile(r"\b\d{2,7}-\d{2}-\d\b")


class Identifier:
    """Identify the substances and classes of a regime. `resolve` turns systematic names into SMILES, where a tool is at hand."""

    def __init__(self, regime: Regime, words: LexiconData, resolve: Resolver | None = None) -> None:
        self._regime = regime
        self._resolve = resolve
        self.words = TextIdentifier(list(regime.substances.values()), words, resolve)
        self._structures: dict[str, list[Identification]] = {}

    @property
    def digest(self) -> str:
        """The digest of the regime whose substances are identified."""
        return self._regime.digest

    @cached_property
    def structures(self) -> StructureIdentifier:
        """The structure identifier, made (and chemistry imported) on first use."""
        from headwater.identify.structure import StructureIdentifier

        return StructureIdentifier(list(self._regime.substances.values()), list(self._regime.classes.values()))

    @property
    def stems(self) -> tuple[str, ...]:
        """Parts of words of which a text must hold one for a systematic name in it to be resolved; none without a resolver."""
        return self.words.lexicon.systematic_stems if self._resolve is not None else ()

    def prefetch(self, texts: Iterable[str]) -> None:
        """Resolve the systematic names of many texts in one call; `text` then finds them known."""
        if self._resolve is not None:
            names = dict.fromkeys(name for text in texts for _, _, name in self.words.systematic_spans(text))
            if names:
                self._resolve(list(names))

    def text(self, text: str, field: str = "text") -> list[Identification]:
        """Names, numbers, garbles and near names in free text; systematic names through the resolver."""
        found = self.words.find(text, field)
        if self._resolve is not None:
            found = self._with_systematic_names(text, field, found)
        return found

    def cas_field(self, text: str, field: str = "cas") -> list[Identification]:
        """The listed substances whose CAS RN stands in a CAS field."""
        return self.words.find_cas(text, field)

    def cas_problems(self, text: str, field: str) -> list[FieldProblem]:
        """Numbers of CAS form whose check digit is wrong, with the listed substances one slip away."""
        return [
            FieldProblem(
                f"{p.written!r} fails the check digit of a CAS RN.", p.written, p.start, p.end, field,
                tuple(dict.fromkeys(substance for substance, _ in p.slips)),
            )
            for p in self.words.cas_problems(text)
        ]  # fmt: skip

    def structure(self, text: str, field: str = "smiles") -> tuple[list[Identification], list[FieldProblem]]:
        """The substances and classes of a SMILES or InChI; a structure that cannot be read is a problem of the field."""
        try:
            return self.structures.find(text.strip(), field), []
        except InputError as error:
            return [], [FieldProblem(f"The structure cannot be read: {error.what}.", text, 0, len(text), field)]

    def other_meaning(self, found: Identification) -> list[str]:
        """The CAS RNs of the other chemicals that an ambiguous abbreviation stands for."""
        substance = self._regime.substances[found.substance]
        return [number for a in substance.abbreviations for number in _CAS.findall(a.other)]

    def _with_systematic_names(self, text: str, field: str, found: list[Identification]) -> list[Identification]:
        """Read what the table does not hold through the resolver; a systematic name outranks what its parts resemble."""
        for start, end, smiles in self.words.systematic_names(text):
            if smiles not in self._structures:
                self._structures[smiles] = self.structure(smiles)[0]
            meant = self._structures[smiles]
            if meant:
                found = [i for i in found if not (i.start < end and start < i.end)]
                found += [
                    Identification(
                        i.substance, i.name, i.cas, i.method, text[start:end], start, end, i.score, field,
                        i.reading or "read as a systematic name", clauses=i.clauses,
                    )
                    for i in meant
                ]  # fmt: skip
        return sorted(found, key=lambda i: (i.start, i.end))

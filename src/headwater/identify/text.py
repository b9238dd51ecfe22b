"""Text -> the listed substances it names, each with span, method and score.

    read        fold and cut the text once                                    (normalise)
    match       names and their spellings, longest first                      (names)
    judge       neighbours, abbreviations; cues of absence and ingredients    (context, claims)
    correct     misspelt words, then match and judge again                    (typos)
    resemble    longer names around the core of a fentanyl-related name       (here: `near`, a yes or a no)

What the text calls something else, or says is absent, gives nothing. Two readings that the text does not
settle give one identification marked `ambiguous`, for a person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from msgspec.structs import replace

from headwater.identify import systematic
from headwater.identify.cas_numbers import CasProblem, CasTable
from headwater.identify.claims import Claim, Claims
from headwater.identify.context import Context, evidence
from headwater.identify.identification import Identification, Method, Role
from headwater.identify.lexicon import LexiconData
from headwater.identify.names import Entry, Match, NameTable
from headwater.identify.normalise import DIGITS, LETTERS, Reading, read, reread
from headwater.identify.text_hits import is_disguised, settled
from headwater.identify.typos import ANCHOR, TWICE, Speller
from headwater.regime.measures import Abbreviation, Substance

Resolver = Callable[[Sequence[str]], Mapping[str, str]]

# What a method is worth, set by the project: a number or name as written is certain, a cleaned one nearly, a
# reading is a likelihood.
WRITTEN, CLEANED, CONFIRMED, READ, QUOTED, UNSETTLED = 1.0, 0.95, 0.9, 0.8, 0.6, 0.5
# The groups whose longer, unknown relatives are `near`. Solvents and acids have too many ordinary relatives.
_NEAR_GROUPS = frozenset({"fentanyl-related"})
# A text is read in pieces of this many characters, so that a cell of megabytes costs no more a character than
# a title; a name that begins within the margin of a piece's edge is read in the neighbouring piece.
PIECE, MARGIN = 3000, 300
_OWN_CODE = 5  # characters from which a garbled code is no common abbreviation
_AROUND = 40  # tokens on either side of an abbreviation in which a dose speaks of it

_ROTATION = re.compile(r"\([+\-/±]{1,3}\)-?\Z")  # (+)-, (+-)-: part of the name, though no token


class TextIdentifier:
    """Finds listed substances in text. Built from the regime's substances and the lexicon; pure."""

    def __init__(
        self, substances: Sequence[Substance], lexicon_data: LexiconData, resolve: Resolver | None = None
    ) -> None:
        self.substances = {substance.id: substance for substance in substances}
        self.lexicon = lexicon_data
        self.table = NameTable(substances, lexicon_data)
        self.numbers = CasTable(substances)
        self.context = Context(lexicon_data)
        self.claims = Claims(lexicon_data)
        self._resolve = resolve
        self._dose = frozenset(lexicon_data.dose)
        self._cas = {s.id: tuple(number.number for number in s.cas) for s in substances}
        self.abbreviations: dict[tuple[str, ...], tuple[Substance, Abbreviation]] = {}
        self._short_heads: set[str] = set()
        for substance in substances:
            for abbreviation in substance.abbreviations:
                tokens = tuple(token.text for token in read(abbreviation.text, self.table.folding).tokens)
                self.abbreviations[tokens] = (substance, abbreviation)
                self._short_heads.add(tokens[0])

    @cached_property
    def speller(self) -> Speller:
        """Corrects misspelt words; built when the first text with an unknown long word comes."""
        return Speller(self.table, self.lexicon)

    # --- what callers ask ---

    def find(self, text: str, field: str = "text") -> list[Identification]:
        """Listed substances named in `text`, by where they start; one for each substance and span."""
        if len(text) <= PIECE:
            return self._read(text, field)
        found: list[Identification] = []
        step = PIECE - 2 * MARGIN
        for offset in range(0, len(text), step):
            low = offset + MARGIN if offset else 0
            high = offset + MARGIN + step
            for hit in self._read(text[offset : offset + PIECE], field):
                if low <= hit.start + offset < high:
                    found.append(replace(hit, start=hit.start + offset, end=hit.end + offset))
        return found

    def _read(self, text: str, field: str) -> list[Identification]:
        first = read(text, self.table.folding)
        found: list[Identification] = list(self._numbers(first, field, column=False))
        for reading in (first, *reread(first)):
            found += self._names(reading, field, found)
        return settled(found)

    def find_cas(self, text: str, field: str = "cas") -> list[Identification]:
        """Listed substances in a CAS column, which may hold several numbers, written with or without
        dashes."""
        return settled(list(self._numbers(read(text, self.table.folding), field, column=True)))

    def cas_problems(self, text: str) -> list[CasProblem]:
        """Numbers in the form of a CAS RN whose check digit is wrong, with the listed numbers one slip
        away."""
        if not any(char.isdigit() for char in text):
            return []
        return list(self.numbers.problems(read(text, self.table.folding)))

    def systematic_spans(self, text: str) -> list[tuple[int, int, str]]:
        """Systematic names that the table does not know and that may be those of listed substances or classes, to be
        resolved elsewhere (a batch asks for all of its texts at once)."""
        found = list(systematic.spans(text, self.lexicon.systematic_stems))
        if not found:
            return []
        known = [(hit.start, hit.end) for hit in self.find(text) if hit.method == "name"]
        return [(a, b, text[a:b]) for a, b in found if not any(start <= a and b <= end for start, end in known)]

    def systematic_names(self, text: str) -> list[tuple[int, int, str]]:
        """The `systematic_spans` of a text with the SMILES the resolver gives them; none without a resolver."""
        if self._resolve is None:
            return []
        spans = self.systematic_spans(text)
        smiles = self._resolve([name for _, _, name in spans]) if spans else {}
        return [(start, end, smiles[name]) for start, end, name in spans if smiles.get(name)]

    # --- the steps ---

    def _names(self, reading: Reading, field: str, found: Sequence[Identification]) -> Iterator[Identification]:
        """Names as written or spelt otherwise, corrected words and abbreviations in their order, then what
        resembles."""
        judged = self._judged(reading)
        named = {hit.substance for hit in found} | {
            m.entries[0].substance for m, other in judged if not other and m.key
        }
        claim: Claim | None = None
        edge = 0
        for match, other in judged:
            gap = reading.folded[edge : reading.tokens[match.first].start] if claim is not None else ""
            substance = match.entries[0].substance
            claim = self.claims.claim(reading, match.first, match.last, claim, gap, substance)
            edge = reading.tokens[match.last].end
            if claim.verdict == "absent":
                continue
            if other:
                yield from self._resembles(reading, match, field)
            elif match.key:
                yield from self._named(reading, match, claim, field)
            else:
                yield from self._abbreviated(reading, match, claim, field, named)
        yield from self._cores(reading, [(match.first, match.last) for match, _ in judged], field)

    def _judged(self, reading: Reading) -> list[tuple[Match, bool]]:
        """Matches that do not lie in one another, the longest first to take its place, each with whether its
        neighbours make it another chemical; in the order of the text."""
        covered: dict[int, set[int]] = {}  # token -> the matches that hold it
        judged: list[tuple[Match, bool]] = []
        for match in (*self.table.matches(reading), *self._short_forms(reading)):
            if covered.get(match.first, set()).isdisjoint(covered.get(match.last, ())):
                for index in range(match.first, match.last + 1):
                    covered.setdefault(index, set()).add(len(judged))
                judged.append((match, self.context.is_other(reading, match)))
        for match in self._misspelt(reading, judged):
            inside = [pair for pair in judged if match.first <= pair[0].first and pair[0].last <= match.last]
            outside = [pair for pair in judged if pair not in inside]
            if any(m.first <= match.last and match.first <= m.last for m, _ in outside):
                continue
            span = (match.first, match.last)
            if not any(m.edits or len(m.key) >= len(match.key) or m[:2] == span for m, _ in inside):
                judged = [*outside, (match, self.context.is_other(reading, match))]
        return sorted(judged, key=lambda pair: pair[0].first)

    def _misspelt(self, reading: Reading, judged: Sequence[tuple[Match, bool]]) -> list[Match]:
        """Misspelt names, if there is a word long enough that no name as written accounts for."""
        named = {index for match, _ in judged for index in range(match.first, match.last + 1)}
        if all(
            index in named or t.kind != LETTERS or len(t.text) < ANCHOR for index, t in enumerate(reading.tokens)
        ) and (all(not other for _, other in judged)):
            return []
        complete = (
            m
            for m, other in judged
            if not other
            and (_stands_alone(reading, m) if len(m.key) < TWICE else not self._follows_unknown(reading, m))
        )
        return self.speller.matches(reading, frozenset(i for m in complete for i in range(m.first, m.last + 1)))

    def _follows_unknown(self, reading: Reading, match: Match) -> bool:
        """True after a long word that is neither a word of the names nor known: perhaps their first, misspelt."""
        if match.first == 0 or reading.gap(match.first) not in (" ", "-"):
            return False
        before = reading.tokens[match.first - 1]
        return before.kind == LETTERS and len(before.text) >= ANCHOR and not self.speller.is_known(before.text)

    def _named(self, reading: Reading, match: Match, claim: Claim, field: str) -> Iterator[Identification]:
        start, end = reading.span(match.first, match.last)
        sign = _ROTATION.search(reading.original, max(0, start - 6), start)
        start = sign.start() if sign is not None else start
        for entry in match.entries:
            if match.key in self.table.short and entry.garble and not self._code_is_confirmed(reading, match, entry):
                continue
            method, score, note = self._worth(reading, match, entry, start, end)
            yield self._identification(
                entry.substance, method, reading.original, start, end, score, field, note,
                role="ingredient" if claim.ingredient else "goods", per_cent=claim.per_cent,
            )  # fmt: skip

    def _worth(self, reading: Reading, match: Match, entry: Entry, start: int, end: int) -> tuple[Method, float, str]:
        """Method, score and reading of a name as it stands in the text."""
        if match.edits:
            return "fuzzy", READ, f"read as {entry.written}: a likely misspelling"
        if entry.garble:
            return "fuzzy", READ, entry.reading
        if match.spaced or reading.leet or is_disguised(reading.original[start:end]):
            return "name", CLEANED, f"read as {entry.written}"
        return "name", WRITTEN, ""

    def _code_is_confirmed(self, reading: Reading, match: Match, entry: Entry) -> bool:
        """A short garbled code (NNP) counts when it is the whole text or long enough to have no other meaning,
        or beside words that confirm the substance or speak of precursors."""
        if len(match.key) >= _OWN_CODE or len(reading.tokens) == match.last - match.first + 1:
            return True
        if evidence(reading, match.first, match.last, self.lexicon.code_cues, ())[0]:
            return True
        for abbreviation in self.substances[entry.substance].abbreviations:
            for_, against = evidence(reading, match.first, match.last, abbreviation.for_, abbreviation.against)
            if for_ and not against:
                return True
        return False

    def _resembles(self, reading: Reading, match: Match, field: str) -> Iterator[Identification]:
        """A longer name around a listed name of the fentanyl-related group: near."""
        for entry in match.entries[:1]:
            if self.substances[entry.substance].group in _NEAR_GROUPS and self._has_core(match.key):
                start, end = reading.span(match.first, match.last)
                yield self._near(entry.substance, reading.original, start, end, field)

    def _has_core(self, key: str) -> bool:
        return any(core.text in key for core in self.lexicon.cores)

    def _cores(self, reading: Reading, taken: list[tuple[int, int]], field: str) -> Iterator[Identification]:
        """Unknown words with the core of a fentanyl-related name in them: near."""
        for core in self.lexicon.cores:
            position = reading.squashed.find(core.text)
            while position >= 0:
                first = _token_at(reading, position)
                last = _token_at(reading, position + len(core.text) - 1)
                whole_number = not core.text[0].isdigit() or position in reading.starts
                whole_number = whole_number and _is_unbroken(reading, first, last)
                if whole_number and last - first < 6 and not any(a <= last and first <= b for a, b in taken):
                    taken.append((first, last))
                    start, end = reading.span(first, last)
                    if self.claims.claim(reading, first, last, None, "").verdict != "absent":
                        yield self._near(core.substance, reading.original, start, end, field)
                position = reading.squashed.find(core.text, position + 1)

    def _near(self, substance: str, original: str, start: int, end: int, field: str) -> Identification:
        note = f"resembles {self.substances[substance].name}; not a name of a listed substance"
        return self._identification(substance, "near", original, start, end, UNSETTLED, field, note)

    def _numbers(self, reading: Reading, field: str, *, column: bool) -> Iterator[Identification]:
        for hit in self.numbers.hits(reading, column=column):
            score = WRITTEN if hit.clean else CLEANED
            note = "" if hit.clean else f"read as {hit.number}"
            method: Method = "cas"
            substance = self.numbers.substances.get(hit.number, "")
            if not substance:
                substance, kind = self.numbers.quoted[hit.number]
                method, score, note = "fuzzy", QUOTED, f"read as {self.substances[substance].name}: {kind}"
            yield self._identification(substance, method, reading.original, hit.start, hit.end, score, field, note)

    def _short_forms(self, reading: Reading) -> Iterator[Match]:
        """Abbreviations in the text: matches without a key."""
        tokens = reading.tokens
        if reading.leet:
            return
        for index, token in enumerate(tokens):
            for length in (3, 2, 1) if token.text in self._short_heads else ():
                short = self.abbreviations.get(tuple(t.text for t in tokens[index : index + length]))
                if short is None or index + length > len(tokens):
                    continue
                if all(reading.gap(i) in ("", "-") for i in range(index + 1, index + length)):
                    yield Match(index, index + length - 1, "", (Entry(short[0].id, short[1].text),))

    def _abbreviated(
        self, reading: Reading, match: Match, claim: Claim, field: str, named: set[str]
    ) -> Iterator[Identification]:
        """An abbreviation: the substance, nothing, or a question."""
        first, last = match.first, match.last
        substance, short = self.abbreviations[tuple(token.text for token in reading.tokens[first : last + 1])]
        for_, against = evidence(reading, first, last, short.for_, short.against)
        for_ = for_ or substance.id in named
        if not for_ and (against or self._is_dosed(reading, first)):
            return
        start, end = reading.span(first, last)
        written = reading.original[start:end]
        role: Role = "ingredient" if claim.ingredient else "goods"
        if for_ and not against:
            note = f"read as {substance.name}"
            yield self._identification(
                substance.id,
                "name",
                reading.original,
                start,
                end,
                CONFIRMED,
                field,
                note,
                role=role,
                per_cent=claim.per_cent,
            )
        elif written.isupper() or len(reading.tokens) == last - first + 1:
            note = f"{short.text} is short for {substance.name} or for {short.other}"
            yield self._identification(
                substance.id,
                "name",
                reading.original,
                start,
                end,
                UNSETTLED,
                field,
                note,
                role=role,
                ambiguous=True,
            )

    def _is_dosed(self, reading: Reading, index: int) -> bool:
        """True when a dose in milligrams stands near: a medicine, not a chemical by the kilogram."""
        pairs = pairwise(reading.tokens[max(0, index - _AROUND) : index + _AROUND])
        return any(left.kind == DIGITS and right.text in self._dose for left, right in pairs)

    def _identification(
        self,
        substance: str,
        method: Method,
        original: str,
        start: int,
        end: int,
        score: float,
        field: str,
        reading: str = "",
        *,
        role: Role = "goods",
        per_cent: float | None = None,
        ambiguous: bool = False,
    ) -> Identification:
        return Identification(
            substance=substance,
            name=self.substances[substance].name,
            cas=self._cas[substance],
            method=method,
            matched=original[start:end],
            start=start,
            end=end,
            score=score,
            field=field,
            reading=reading,
            ambiguous=ambiguous,
            role=role,
            per_cent=per_cent,
        )


def _stands_alone(reading: Reading, match: Match) -> bool:
    """True when neither hyphen nor bracket ties the match to more of a name."""
    return not any(mark in reading.gap(match.first) + reading.gap(match.last + 1) for mark in "-()[]{}")


def _is_unbroken(reading: Reading, first: int, last: int) -> bool:
    """True when the tokens are cut only between letters and digits, and little stands between them."""
    tokens = reading.tokens
    return all(
        len(reading.gap(i)) <= 2 and (tokens[i].kind != tokens[i - 1].kind or not reading.gap(i))
        for i in range(first + 1, last + 1)
    )


def _token_at(reading: Reading, position: int) -> int:
    """The token that holds a position of the squashed text."""
    while position not in reading.starts:
        position -= 1
    return reading.starts[position]


__all__ = ["CasProblem", "LexiconData", "Resolver", "TextIdentifier"]

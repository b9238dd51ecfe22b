"""The table of names: every listed name and its spellings, squashed, and where they stand in a reading.

A name matches where its squashed form begins and ends with a token of the text, and the text is cut inside
it only where a chemist may cut (between morphemes, or everywhere: s p a c e d letters). Short names must be
written as the table writes them. Locants and digits agree exactly, because they are part of the squashed
form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from headwater.identify.lexicon import LexiconData
from headwater.identify.normalise import DIGITS, HAN, LETTERS, Folding, Reading, Token, read
from headwater.regime.measures import Substance

SHORT = 6  # squashed letters and digits up to which a name must be written exactly
UNCUT = 11  # letters up to which a single word is never cut
SPACED = 5  # single letters in a row that are read as one word
_MOST_SPELLINGS = 128  # a bound on the spellings of one name, so that a rule that feeds itself cannot run away
_TAIL = re.compile(r"\s+\([^)]*\)?\)$|\s+and its \w+$|及其酯类$")
_GAP = re.compile(r"[\s\-()\[\]{}'’′‘\"“”*_./·•~+^,`´|<>&]{0,8}\Z")
_BROKEN = re.compile(r"\.\s|[\n|]|,\s")
_COMMA = re.compile(r"[\s\-()\[\]{}'*~+]*,[\s\-()\[\]{}'*~+]*\Z")
# CAS writes names inverted: "toluene, alpha-chloro-"; the part after the comma ends with a hyphen.
_INVERTED = re.compile(r"[^,]*[a-z)], \D*-\Z", re.IGNORECASE)
# More of a name directly after the hyphen of an inverted one.
CONTINUED = re.compile(r"[)\]}]*-[)\]}]*[0-9a-z(\[]|[)\]}]+[0-9a-z]|[(\[]")
_ESTER = re.compile(r"(\S*yl) (\S+)(carboxylate|glycidate)\Z")
_NUMBER_ONLY = re.compile(r"[\d\s-]+\Z")


class Entry(NamedTuple):
    """One name of one substance. `garble`: no chemist writes it so; `reading` says what it is read as, and
    why."""

    substance: str
    written: str
    garble: bool = False
    reading: str = ""


class Match(NamedTuple):
    """Tokens `first` to `last` of a reading spell `key`, a squashed name."""

    first: int
    last: int
    key: str
    entries: tuple[Entry, ...]
    spaced: bool = False
    edits: int = 0
    inverted: bool = False  # the name ends with a hyphen, after which nothing of it may follow


class Rule(NamedTuple):
    """A morpheme and how else it is written; True marks a garble."""

    written: str
    others: tuple[tuple[str, bool], ...]


def listed_names(substance: Substance) -> Iterator[str]:
    """Every name that the data give a substance, without remarks in brackets."""
    names = [substance.name, *(name for names in substance.names.values() for name in names)]
    for name in names:
        plain = _TAIL.sub("", name)
        if plain and (
            name != substance.name or len(plain) == len(name) or "," in plain or "-" in plain or " " in plain
        ):
            yield _TAIL.sub("", plain)


def spellings(key: str, rules: Sequence[Rule]) -> dict[str, bool]:
    """The ways to write a squashed name by the rules of spelling, itself first; True marks a garble."""
    seen = {key: False}
    text = key  # all that is seen, to pass over the many rules that fit none of it
    for rule in rules:
        if rule.written not in text:
            continue
        for known, garbled in list(seen.items()):
            if rule.written not in known:
                continue
            for other, garble in rule.others:
                if (garble and garbled) or (other in known and rule.written in other):
                    continue
                new = known.replace(rule.written, other, 1)
                if new in seen:
                    seen[new] = seen[new] and (garbled or garble)
                elif len(seen) < _MOST_SPELLINGS:
                    seen[new] = garbled or garble
        text = "\n".join(seen)
    return seen


class NameTable:
    """Squashed names to substances; built once from the regime's substances and the lexicon."""

    def __init__(self, substances: Sequence[Substance], lexicon: LexiconData) -> None:
        self.folding = Folding(lexicon.lookalikes, lexicon.han)
        self._rules = [
            Rule(s.written, (*((o, False) for o in s.also), *((o, True) for o in s.garble))) for s in lexicon.spellings
        ]
        self._synonym_kinds = lexicon.synonym_kinds
        self.entries: dict[str, tuple[Entry, ...]] = {}
        self.short: dict[str, set[tuple[str, ...]]] = {}
        self._morphemes = frozenset(lexicon.morphemes)
        self._words: set[str] = {*lexicon.morphemes, *(g for rule in lexicon.spellings for g in rule.garble)}
        self._plain_words: set[str] = set()
        self._cuts: dict[str, set[int]] = {}
        self._forms: dict[str, dict[str, bool]] = {}
        self._listing: set[str] = set()  # names with commas between their words, which a text may keep
        self.inverted: set[str] = set()  # names that end with a hyphen, as CAS inverts them
        self.lone: dict[str, str] = {}  # letters that stand by themselves in a name: locants and signs
        self.led: set[str] = set()  # names that begin with a letter for a locant: N-, o-
        self._open: set[str] = set()  # inverted names that only their last hyphen sets off from a list
        for substance in substances:
            for name in listed_names(substance):
                self._add_name(substance, name)
                ester = _ESTER.match(name)
                if ester is not None:
                    acid = ester[3].removesuffix("ate") + "ic"
                    self._add_name(substance, f"{ester[2]}{acid} acid, {ester[1]} ester")
        for substance in substances:
            self._add_seen(substance)
        self._seams: dict[str, frozenset[int]] = {}
        # The longest name that begins with each three characters, so that few windows of a text are looked
        # up.
        self._heads: dict[str, int] = {}
        for key in self.entries:
            self._heads[key[:3]] = max(len(key), self._heads.get(key[:3], 0))
        self._stub = max((len(key) for key in self.entries if len(key) < 3), default=0)

    def _add_name(self, substance: Substance, name: str) -> None:
        reading = read(name, self.folding)
        if not reading.tokens:
            return
        written = [token.text for token in reading.tokens if token.kind == LETTERS and len(token.text) > 3]
        self._plain_words.update(written)
        self._words.update(written)
        if self._is_short(reading.squashed):
            self.short.setdefault(reading.squashed, set()).add(tuple(token.text for token in reading.tokens))
            self._add(reading.squashed, Entry(substance.id, name))
            return
        lone = "".join(t.text for t in reading.tokens if t.kind == LETTERS and len(t.text) == 1)
        self.lone[reading.squashed] = self.lone.get(reading.squashed, "") + lone
        own = {0, *(token.offset for i, token in enumerate(reading.tokens) if reading.gap(i))}
        self._cuts.setdefault(reading.squashed, set()).update(own)
        inverted, lead = ", " in name, reading.tokens[0]
        led = lead.kind == LETTERS and len(lead.text) == 1
        is_open = inverted and _INVERTED.match(name) is not None
        forms = self._forms.get(reading.squashed)
        if forms is None:
            forms = self._forms[reading.squashed] = spellings(reading.squashed, self._rules)
        elif not inverted and substance.id in [e.substance for e in self.entries[reading.squashed] if not e.garble]:
            return  # the same name with other punctuation
        for key, garble in forms.items():
            if led and key[0] == lead.text:
                self.led.add(key)
            if inverted:
                self._listing.add(key)
                if name.endswith("-"):
                    self.inverted.add(key)
                if is_open and key not in self.entries:
                    self._open.add(key)
            self._add(key, Entry(substance.id, name, garble, f"read as {name}" if garble else ""))

    def _add_seen(self, substance: Substance) -> None:
        for seen in substance.seen_as:
            for text in re.split(r"\s+/\s+", seen.text):
                plain = _TAIL.sub("", text)
                if _NUMBER_ONLY.match(plain):
                    continue  # numbers are read by cas_numbers
                reading = read(plain, self.folding)
                synonym = any(kind in seen.kind for kind in self._synonym_kinds)
                note = "" if synonym else f"read as {substance.name}: {seen.kind}"
                if reading.squashed and reading.squashed not in self.entries:
                    if self._is_short(reading.squashed):
                        self.short[reading.squashed] = {tuple(token.text for token in reading.tokens)}
                    self._add(reading.squashed, Entry(substance.id, plain, not synonym, note))

    def _add(self, key: str, entry: Entry) -> None:
        """Add an entry; a name as written beats the garble of another, and one substance stands once."""
        known = self.entries.get(key, ())
        same = [e for e in known if e.substance == entry.substance]
        if same and (entry.garble or not same[0].garble):
            return
        others = [e for e in known if e.substance != entry.substance]
        if entry.garble and any(not e.garble for e in others):
            return
        if not entry.garble:
            others = [e for e in others if not e.garble]
        self.entries[key] = (*others, entry)

    @staticmethod
    def _is_short(key: str) -> bool:
        return len(key) <= SHORT and key.isascii()

    def seams(self, key: str) -> frozenset[int]:
        """Where a text may be cut inside a name: before and after each morpheme, and around digits."""
        found = self._seams.get(key)
        if found is None:
            cuts = set(self._cuts.get(key, ()))
            # A plain word (acetone, safrole) is not cut, but before its stem (iso safrole); compound names
            # are, where a chemist would write a hyphen.
            plain = len(key) <= UNCUT and key.isalpha() and len(cuts) == 1
            if plain:
                cuts.update(
                    at for at in range(3, len(key) - 3) if key[:at] in self._morphemes and key[at:] in self.entries
                )
            for start in () if plain else range(len(key)):
                if key[start - 1 : start] == "基":
                    cuts.add(start)
                for end in range(start + 3, min(len(key), start + 24) + 1):
                    if key[start:end] in self._words:
                        cuts.update((start, end))
            cuts.update(m.start() for m in re.finditer(r"(?<=\d)(?=\D)|(?<=\D)(?=\d)", key))
            found = self._seams[key] = frozenset(cuts - {0, len(key)})
        return found

    def words(self) -> Iterator[str]:
        """The Latin words of the names: as the tables write them, and joined as other spellings join them."""
        yield from self._plain_words
        for key, entries in self.entries.items():
            if all(entry.garble for entry in entries):
                continue
            for run in re.findall("[a-z]+", key):
                # A locant that squashing has joined to its word (N-phenethyl) is not part of the word.
                yield run[1:] if run[0] in "nt" and run[1:] in self._plain_words else run

    def parts(self, key: str) -> Iterator[tuple[str, int]]:
        """The words in a squashed name with where they begin, as the tables or other spellings cut and join
        it."""
        cuts = self._cuts.get(key, ())
        for run in re.finditer("[a-z]+", key):
            start, end = run.span()
            if cuts:
                edges = sorted({start, end, *(cut for cut in cuts if start < cut < end)})
                yield from ((key[a:b], a) for i, a in enumerate(edges) for b in edges[i + 1 :])
                continue
            yield run[0], start
            for middle in range(start + 1, end):
                yield key[start:middle], start
                yield key[middle:end], middle

    def holds_together(self, reading: Reading, first: int, last: int, key: str) -> bool:
        """True when nothing but a name's own punctuation stands between the tokens."""
        return all(self._may_stand(reading, index, key) for index in range(first + 1, last + 1)) and (
            key not in self._open or _is_set_off(reading, last)
        )

    def _may_stand(self, reading: Reading, index: int, key: str) -> bool:
        """Whether what stands before a token inside a name is a name's own punctuation."""
        gap = reading.gap(index)
        if not gap:
            return True
        if not _GAP.match(gap):
            return False
        if not _BROKEN.search(gap):
            return True
        left, right = reading.tokens[index - 1], reading.tokens[index]
        if not _COMMA.match(gap):
            return left.kind != right.kind and "," in gap
        # "3, 4-" are locants; between words a comma stands where the table writes an inverted name.
        return DIGITS in (left.kind, right.kind) or key in self._listing or left.kind != right.kind

    def matches(self, reading: Reading) -> list[Match]:
        """Every name that stands in the reading, longest first; they may overlap."""
        found: list[Match] = []
        squashed, tokens = reading.squashed, reading.tokens
        for first, token in enumerate(tokens):
            longest = self._heads.get(squashed[token.offset : token.offset + 3], self._stub)
            for last in range(first, len(tokens)):
                end = tokens[last].offset + len(tokens[last].text)
                if end - token.offset > longest:
                    break
                key = squashed[token.offset : end]
                if key in self.entries:
                    match = self._written(reading, first, last, key)
                    if match is not None:
                        found.append(match)
        found.sort(key=lambda match: -len(match.key))
        return found

    def _written(self, reading: Reading, first: int, last: int, key: str) -> Match | None:
        """The match, if the text is cut inside the name only where it may be."""
        tokens = reading.tokens[first : last + 1]
        if key in self._open and not _is_set_off(reading, last):
            return None
        if key in self.inverted and CONTINUED.match(reading.folded, tokens[-1].end):
            return None  # "4-piperidone, N-phenethyl-4-piperidone" are two names
        if len(tokens) == 1:
            return Match(first, last, key, self.entries[key], inverted=key in self.inverted)
        gaps = [reading.gap(i) for i in range(first + 1, last + 1)]
        spaced = _is_spaced(tokens, [reading.written_gap(i) for i in range(first + 1, last + 1)])
        if key in self.short and not spaced:
            if tuple(token.text for token in tokens) not in self.short[key]:
                return None
            if any(gap not in ("", "-", " ", ", ", ",", "/") for gap in gaps):
                return None
        base = tokens[0].offset
        for index, gap in enumerate(gaps, first + 1):
            if not self._may_stand(reading, index, key):
                return None
            left, right = reading.tokens[index - 1], reading.tokens[index]
            cut = right.offset - base
            if not gap or spaced or left.kind != right.kind or left.kind == DIGITS or cut in self.seams(key):
                continue
            letters = left.kind == LETTERS and min(len(left.text), len(right.text)) == 1
            spelt_out = len(left.text) == len(right.text) == 1 and len(gap) == 1  # P M K ethyl glycidate
            if not (letters and ("-" in gap or spelt_out)):  # N- and t- may stand anywhere
                return None
        return Match(first, last, key, self.entries[key], spaced, inverted=key in self.inverted)


def _is_set_off(reading: Reading, last: int) -> bool:
    """True when a hyphen ends the inverted name, as CAS prints it."""
    return reading.gap(last + 1).lstrip(")]} ").startswith("-")


def _is_spaced(tokens: Sequence[Token], gaps: Sequence[str]) -> bool:
    """True for s p a c e d letters: each by itself, a mark or two apart, five in a row or three Han."""
    kinds = {token.kind for token in tokens if token.kind != DIGITS}
    if len(kinds) != 1 or any(len(token.text) > 1 for token in tokens if token.kind != DIGITS):
        return False
    longest = run = 1
    for left, right, gap in zip(tokens, tokens[1:], gaps, strict=False):
        if not _is_mark(gap):
            return False
        if left.kind == right.kind != DIGITS:
            if not gap:
                return False
            run += 1
        else:
            run = 1
        longest = max(longest, run)
    return longest >= (3 if HAN in kinds else SPACED)


def _is_mark(gap: str) -> bool:
    """True for the blank, dot or other plain mark that stands between spaced letters, or for nothing."""
    return len(gap) <= 2 and gap.isascii()

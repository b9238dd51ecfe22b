"""Misspelt names: found by one of their words, then compared whole.

One edit (a letter for another, one too many, one missing, neighbours swapped) in names of seven letters, two
in names of fourteen. Digits are never corrected. A misspelling is noticed by a word of seven letters that is
nearly a word of a listed name, or by the longest word of a name standing beside a misspelt short one. A word
that is itself a word, or names another class of compound (piperidine, piperidone), is left alone: see
data/identify/misspellings.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rapidfuzz.distance import OSA

from headwater.identify.lexicon import LexiconData
from headwater.identify.names import Match, NameTable
from headwater.identify.normalise import LETTERS, Reading

LONG, TWICE = 7, 14  # letters from which one edit is forgiven, and two
TWICE_A_WORD = 10  # letters of a word of such a name in which both edits may fall
ANCHOR = 5  # letters of a correct word that draws attention to the name around it
_MOST_CACHED = 200_000


class Fix(NamedTuple):
    """A correction of a word: the listed word it is read as, and how many edits away."""

    word: str
    edits: int


def halves(word: str) -> tuple[str, str]:
    """A word in two parts, one of which stands whole in every misspelling that is corrected by two edits."""
    return word[: len(word) // 2], word[len(word) // 2 :]


def edits_within(word: str, other: str, limit: int) -> int:
    """Edits (substitution, insertion, omission, swap of neighbours) between two words, or limit + 1 if there
    are more."""
    return OSA.distance(word, other, score_cutoff=limit)


def _deletions(word: str, depth: int) -> set[str]:
    """The word and what is left of it when up to `depth` letters are dropped."""
    found = {word}
    layer = {word}
    for _ in range(depth):
        layer = {w[:i] + w[i + 1 :] for w in layer for i in range(len(w))}
        found |= layer
    return found


class Speller:
    """Words of listed names, what other words may be misspellings of them, and the names misspelt in a
    text."""

    def __init__(self, table: NameTable, lexicon: LexiconData) -> None:
        self._table = table
        self._guard = frozenset(lexicon.guard_words.split())
        self._confusable = lexicon.confusable
        self.words = frozenset(word for word in table.words() if len(word) >= ANCHOR)
        self._known = self.words.union(table.words(), self._guard)
        self._by_word: dict[str, list[tuple[str, int]]] = {}
        self.anchors: dict[str, list[tuple[str, int]]] = {}
        for key, entries in table.entries.items():
            if not all(entry.garble for entry in entries) and sum(map(str.isalpha, key)) >= LONG and key.isascii():
                self._add(key)
        self._index: dict[str, list[str]] = {}
        self._lefts: set[str] = set()
        self._rights: set[str] = set()
        for word in self.words:
            if len(word) >= LONG:
                left, right = halves(word)
                # One edit leaves a half whole, unless it swaps the letters where the halves meet.
                self._lefts.update((left, left[:-1] + right[0]))
                self._rights.add(right)
                for rest in _deletions(word, _word_reach(len(word))):
                    self._index.setdefault(rest, []).append(word)
        self._longest = max(map(len, self.words), default=0) + 2
        self._left_sizes = sorted({len(left) for left in self._lefts})
        self._right_sizes = sorted({len(right) for right in self._rights})
        self._fixes: dict[str, tuple[Fix, ...]] = {}
        self._reach: dict[str, int] = {}

    def _add(self, key: str) -> None:
        inside = [(word, offset) for word, offset in self._table.parts(key) if word in self.words]
        for word, offset in inside:
            self._by_word.setdefault(word, []).append((key, offset))
        # The longest word of a name draws attention to it, and so does every word of a name of short words.
        longest = max(
            (
                len(word)
                for word, start in inside
                if not any(
                    start <= other and other + len(part) <= start + len(word) and len(part) < len(word)
                    for part, other in inside
                )
            ),
            default=0,
        )
        for word, offset in inside:
            if len(word) < len(key) and (len(word) >= longest or longest < LONG):
                self.anchors.setdefault(word, []).append((key, offset))

    def is_known(self, word: str) -> bool:
        """Whether a word is one of the names' or one in its own right."""
        return word in self._known

    def fixes(self, word: str) -> tuple[Fix, ...]:
        """What a word of seven letters may be a misspelling of, nearest first; nothing for a word in its own
        right."""
        known = self._fixes.get(word)
        if known is None:
            if len(self._fixes) > _MOST_CACHED:
                self._fixes.clear()
            known = self._fixes[word] = tuple(self._corrections(word))
        return known

    def places(self, word: str) -> list[tuple[str, int, int]]:
        """The names that a word may be a part of, misspelt or beside something misspelt: squashed name, where in it the
        (corrected) word begins, and its length there."""
        found = [(key, offset, len(word)) for key, offset in self.anchors.get(word, ())]
        for fix in self.fixes(word):
            found += [(key, offset, len(fix.word)) for key, offset in self._by_word.get(fix.word, ())]
        return found

    def _corrections(self, word: str) -> Iterator[Fix]:
        if word in self._known or not LONG - 1 <= len(word) <= self._longest or not self._has_half(word):
            return
        near: set[str] = set()
        for rest in _deletions(word, _word_reach(len(word) + 1)):
            near.update(self._index.get(rest, ()))
        found = []
        for other in near:
            limit = _word_reach(len(other))
            edits = edits_within(word, other, limit)
            if edits > limit or (edits == 2 and not (_keeps_half(word, other) and word[0] == other[0])):
                continue
            if not self._is_another(word, other):
                found.append(Fix(other, edits))
        yield from sorted(found, key=lambda fix: (fix.edits, fix.word))

    def _has_half(self, word: str) -> bool:
        return any(word[:size] in self._lefts for size in self._left_sizes) or any(
            word[-size:] in self._rights for size in self._right_sizes
        )

    def _is_another(self, word: str, other: str) -> bool:
        """True when the difference is one that makes another compound: an ending or stem with a meaning of
        its own."""
        for one, two in self._confusable:
            for left, right in ((one, two), (two, one)):
                start = other.find(left)
                while start >= 0:
                    if other[:start] + right + other[start + len(left) :] == word:
                        return True
                    start = other.find(left, start + 1)
        return False

    def matches(self, reading: Reading, complete: frozenset[int]) -> list[Match]:
        """Misspelt names in the reading, those with the fewest edits and the longest first; `complete`
        tokens need no look."""
        found: dict[tuple[int, int], Match] = {}
        for index, token in enumerate(reading.tokens):
            if token.kind != LETTERS or len(token.text) < ANCHOR or index in complete:
                continue
            places = self.anchors.get(token.text, [])
            for fix in self.fixes(token.text):
                places = places + self._by_word.get(fix.word, [])
            for key, offset in places:
                match = self._spelt(reading, token.offset - offset, key, index)
                if match is not None:
                    known = found.get((match.first, match.last))
                    if known is None or match.edits < known.edits:
                        found[match.first, match.last] = match
        return sorted(found.values(), key=lambda match: (match.edits, -len(match.key)))

    def _spelt(self, reading: Reading, near: int, key: str, index: int) -> Match | None:
        """The match, if the text around token `index` spells `key` with as many edits as its length
        forgives."""
        limit = self._reach.get(key)
        if limit is None:
            limit = self._reach[key] = _reach(sum(map(str.isalpha, key)))
        best: Match | None = None
        for start in range(near - limit, near + limit + 1):
            first = reading.starts.get(start)
            if first is None or first > index:
                continue
            for end in range(start + len(key) - limit, start + len(key) + limit + 1):
                last = reading.ends.get(end)
                if last is None or last < index:
                    continue
                edits = self._edits(reading, first, last, key, limit)
                if 0 < edits <= limit and (best is None or edits < best.edits):
                    inverted = key in self._table.inverted
                    best = Match(first, last, key, self._table.entries[key], edits=edits, inverted=inverted)
        return best

    def _edits(self, reading: Reading, first: int, last: int, key: str, limit: int) -> int:
        end = reading.tokens[last]
        window = reading.squashed[reading.tokens[first].offset : end.offset + len(end.text)]
        # Nearly every window fails here, so this cheap test comes before the exact ones.
        edits = edits_within(window, key, limit)
        if edits > limit:
            return edits
        tokens = reading.tokens[first : last + 1]
        lone = tokens[0].kind == LETTERS and len(tokens[0].text) == 1
        if (key in self._table.led) != lone and not tokens[0].text.startswith(key[:2]):
            return limit + 1  # o-aminobenzoic acid is not m-aminobenzoic acid, nor the acid without a locant
        own = self._table.lone.get(key)
        if any(
            token.kind == LETTERS and len(token.text) == 1 and token.text not in (own or key) for token in tokens
        ) or (lone and tokens[0].text != key[0]):
            return limit + 1
        if _letters_out(window) != _letters_out(key) or not self._table.holds_together(reading, first, last, key):
            return limit + 1
        if self._is_another(window, key):
            return limit + 1
        base = tokens[0].offset
        wrong = [
            token.text
            for token in tokens
            if not any(key.startswith(token.text, max(0, token.offset - base + d)) for d in range(-limit, limit + 1))
        ]
        # A lone letter is a locant or a sign of stereochemistry; two edits in one short word make another
        # word.
        if any(len(word) == 1 for word in wrong) or (edits == 2 and len(wrong) == 1 and len(wrong[0]) < TWICE_A_WORD):
            return limit + 1
        if any(word in self._known or (word.endswith("s") and word[:-1] in self._known) for word in wrong):
            return limit + 1
        return edits


def _reach(letters: int) -> int:
    return 2 if letters >= TWICE else 1


def _word_reach(letters: int) -> int:
    return 2 if letters >= TWICE_A_WORD else 1


def _keeps_half(word: str, other: str) -> bool:
    left, right = halves(other)
    return word.startswith(left) or word.endswith(right)


def _letters_out(text: str) -> str:
    """The digits of a squashed text, which must agree exactly."""
    return "".join(char for char in text if char.isdigit())

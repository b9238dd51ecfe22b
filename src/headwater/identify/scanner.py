"""The cheap test that runs first over whole columns: which rows may name a listed substance?

One block scan of an automaton over the column's bytes; no work in Python for a row in which nothing stands.
A row that is not flagged has an empty `find` and no CAS problem. Needs hyperscan (the `batch` extra);
without it every row is read in full, which gives the same identifications, slowly.
"""

from __future__ import annotations

import importlib
import re
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from headwater.identify.normalise import LETTERS, read, reread
from headwater.identify.scanner_patterns import (
    FIGURES,
    NAME,
    NOTHING,
    ROW,
    SPELLING,
    fragments,
    patterns,
    short_forms,
)
from headwater.identify.text import TextIdentifier
from headwater.identify.typos import ANCHOR, TWICE, edits_within

hyperscan: Any
try:
    hyperscan = importlib.import_module("hyperscan")
except ImportError:  # the extra is not installed
    hyperscan = None

_BLOCK = 1 << 22  # bytes of text scanned at once: small beside memory, large beside the cost of a call
_LONGEST = 160  # bytes of a word looked at; a longer one is passed on to be read
# Bytes as they are compared: ASCII letters in lower case, everything else that is no letter a blank.
_LETTERS = bytes(c + 32 if 65 <= c <= 90 else c if 97 <= c <= 122 or c == 10 else 32 for c in range(256))
_LOWER = bytes(c + 32 if 65 <= c <= 90 else c for c in range(256))
_PUNCTUATION = bytes(c for c in range(128) if not chr(c).isalnum())
_WORDS = 8  # words on one side of an anchor that the rest of a name may have
_NEIGHBOURHOOD = 220  # bytes on each side of a part within which the whole of its name must stand
_SPACE = re.compile(rb"[ \t\r\n\f\v]")
_MOST_CACHED = 500_000


NO, SURE, ANCHORED = 0, 1, 2


class Compiled(msgspec.Struct, frozen=True):
    """The automata, what a hit of each pattern is about, and the names it stands for. Empty without hyperscan."""

    automata: tuple[bytes, ...] = ()
    abouts: tuple[int, ...] = ()
    keys: tuple[tuple[bytes, ...], ...] = ()
    fragments: tuple[str, ...] = ()


def compile_patterns(identifier: TextIdentifier) -> Compiled:
    """Compile the patterns of an identifier: seconds of work for some thousand patterns."""
    if hyperscan is None:
        return Compiled()
    made = patterns(identifier)
    standing = fragments(identifier)
    flags = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_DOTALL
    automata = []
    for group in sorted({pattern.automaton for pattern in made}):
        members = [(number, pattern.text) for number, pattern in enumerate(made) if pattern.automaton == group]
        automaton = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        automaton.compile(
            expressions=[text.encode("latin-1") for _, text in members],
            ids=[number for number, _ in members],
            elements=len(members),
            flags=[flags] * len(members),
        )
        automata.append(hyperscan.dumpb(automaton))
    keys = (tuple(sorted(key.encode() for key in standing[p.part].keys)) if p.part else () for p in made)
    return Compiled(tuple(automata), tuple(p.about for p in made), tuple(keys), tuple(standing))


class ColumnScanner:
    """Flags the rows of a text column that must be read. Compiling takes seconds: keep `serialise()`, under a digest of all
    that the identifier is made of."""

    def __init__(self, identifier: TextIdentifier, compiled: bytes | None = None) -> None:
        self._identifier = identifier
        self._made = msgspec.msgpack.decode(compiled, type=Compiled) if compiled else compile_patterns(identifier)
        self._fragments = self._made.fragments
        self._keys = self._made.keys
        self._short = {token for tokens in short_forms(identifier) for token in tokens if token.isalpha()}
        self._words: dict[bytes, int] = {}
        self._fits: dict[tuple[int, bytes], tuple[bytes, ...]] = {}
        self._besides: dict[tuple[bytes, bytes, bytes], bool] = {}
        self._rests: dict[bytes, tuple[list[tuple[str, str, int]], int, int]] = {}
        self._masks: dict[bytes, bool] = {}
        self._automata = [hyperscan.loadb(blob, hyperscan.HS_MODE_BLOCK) for blob in self._made.automata]
        for automaton in self._automata:
            automaton.scratch = hyperscan.Scratch(automaton)

    @classmethod
    def from_bytes(cls, identifier: TextIdentifier, compiled: bytes) -> ColumnScanner:
        """A scanner from what `serialise` gave, for the same identifier. Raises ValueError for other bytes."""
        return cls(identifier, compiled)

    def serialise(self) -> bytes:
        """All that was compiled."""
        return msgspec.msgpack.encode(self._made)

    def candidates(self, rows: bytes, ends: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Which rows may give an identification. `rows` is UTF-8, each row followed by a line feed and none holding one;
        `ends` is the offset of each of those line feeds."""
        flagged = np.zeros(len(ends), dtype=np.bool_)
        if not self._automata:
            for number, row in enumerate(rows.split(b"\n")[: len(ends)]):
                flagged[number] = self._reads(row)
            return flagged
        first = 0
        while first < len(ends):
            start = int(ends[first - 1]) + 1 if first else 0
            last = max(first + 1, int(np.searchsorted(ends, start + _BLOCK, side="right")))
            block = b"\n" + rows[start : int(ends[last - 1]) + 1]
            hits = self._scan(block)
            if hits:
                # A hit ends one byte after its last character, and the block begins with a line feed of its own.
                at = np.unique(np.asarray(hits, dtype=np.int64)) - 2 + start
                flagged[np.searchsorted(ends, at, side="left").clip(0, len(ends) - 1)] = True
            first = last
        return flagged

    def _reads(self, row: bytes) -> bool:
        text = row.decode("utf-8", "replace")
        return bool(self._identifier.find(text) or self._identifier.cas_problems(text))

    def _scan(self, block: bytes) -> list[int]:
        """Where, just after its last byte, something stands that makes a row worth reading."""
        letters = block.translate(_LETTERS)
        hits: list[int] = []
        abouts, words = self._made.abouts, self._words
        words_only = letters.replace(b"\n", b" ")
        spelt, fitting, named, is_listed = self._spelt, self._fitting, self._named, self._is_listed

        def on_match(identity: int, _start: int, end: int, _flags: int, _context: object) -> None:
            about = abouts[identity]
            if about == SPELLING:
                start = letters.rfind(b" ", 0, end - 1) + 1
                start = max(start, letters.rfind(b"\n", start, end - 1) + 1)
                word = letters[start : end - 1]
                known = words.get(word)
                if known is None:
                    known = spelt(word)
                if known and (known == SURE or self._beside(letters, start, end - 1, word)):
                    hits.append(end)
            elif about == NAME:
                names = fitting(words_only, end, identity)
                if names and named(block, end, names):
                    hits.append(end)
            elif about == ROW or is_listed(block, end, about):
                hits.append(end)

        for automaton in self._automata:
            automaton.scan(block, match_event_handler=on_match)
        return hits

    def _fitting(self, words: bytes, end: int, identity: int) -> tuple[bytes, ...]:
        """The names that a part stands for which the word around it may be of: a name holds every word that it touches whole,
        but for the core of a name, which a word may hold. Each distinct word is looked at once."""
        keys = self._keys[identity]
        last = end - 1 if words[end - 1] != 32 else end - 2
        if words[last] == 32:
            return keys  # the part is not of Latin letters
        word = words[words.rfind(b" ", 0, last) + 1 : words.find(b" ", last)]
        known = self._fits.get((identity, word))
        if known is None:
            if len(self._fits) >= _MOST_CACHED:
                self._fits.clear()
            plain = word.removesuffix(b"s")
            known = self._fits[identity, word] = tuple(key for key in keys if plain in key or key in plain)
        return known

    def _named(self, block: bytes, end: int, keys: tuple[bytes, ...]) -> bool:
        """Whether a name that the part stands for may stand whole around the hit. Where there is more than ASCII, as a name
        may be written in many ways, the row is read."""
        first = max(block.rfind(b"\n", 0, end - 1) + 1, end - _NEIGHBOURHOOD)
        last = block.find(b"\n", end - 1)
        near = block[first : min(last, end + _NEIGHBOURHOOD)]
        if not near.isascii():
            return True
        squashed = near.translate(_LOWER, _PUNCTUATION)
        return any(key in squashed for key in keys)

    def _spelt(self, word: bytes) -> int:
        """What a word tells: NO, that it is SURE to be a name misspelt, or ANCHORED: the words beside it must be of a name."""
        text = word.decode()
        places = self._identifier.speller.places(text)
        rests = list(dict.fromkeys(_rest(key, offset, length) for key, offset, length in places))
        told = NO if not rests else SURE if any(not left and not right for left, right, _ in rests) else ANCHORED
        if len(self._words) >= _MOST_CACHED:
            self._words.clear()
            self._rests.clear()
        self._words[word] = told
        if told == ANCHORED:
            self._rests[word] = rests, max(len(left) for left, _, _ in rests), max(len(right) for _, right, _ in rests)
        return told

    def _beside(self, letters: bytes, start: int, end: int, word: bytes) -> bool:
        """Whether the words on both sides of an anchor may be of the rest of its name, as many edits apart as it forgives."""
        rests, most_left, most_right = self._rests[word]
        before = letters[max(0, start - _LONGEST) : start].rpartition(b"\n")[2].split()[-_WORDS:] if most_left else []
        after = letters[end : end + _LONGEST].partition(b"\n")[0].split(None, _WORDS)[:_WORDS] if most_right else []
        key = (b" ".join(before), word, b" ".join(after))
        known = self._besides.get(key)
        if known is None:
            if len(self._besides) >= _MOST_CACHED:
                self._besides.clear()
            left_texts = _runs([w.decode() for w in reversed(before)], most_left, forward=False)
            right_texts = _runs([w.decode() for w in after], most_right, forward=True)
            known = self._besides[key] = any(
                _is_rest(left_texts, left, limit) and _is_rest(right_texts, right, limit)
                for left, right, limit in rests
            )
        return known

    def _is_listed(self, block: bytes, end: int, about: int) -> bool:
        """Whether the characters at a hit may disguise a listed name or number; each distinct word is looked at once."""
        if about == NOTHING:
            return _is_between(block, end)
        if about == FIGURES:
            figures = block[max(block.rfind(b"\n", 0, end - 1) + 1, end - _LONGEST) : end].decode("utf-8", "replace")
            return bool(self._identifier.find_cas(figures) or self._identifier.cas_problems(figures))
        start, stop = _word_at(block, end - 1)
        if stop - start > _LONGEST:
            return True
        word = block[start:stop]
        known = self._masks.get(word)
        if known is None:
            self._masks = self._masks if len(self._masks) < _MOST_CACHED else {}
            known = self._masks[word] = self._is_masked(word.decode("utf-8", "replace"))
        return known

    def _is_misspelt(self, word: str) -> bool:
        return self._spelt(word.encode()) != NO if word.isascii() else bool(self._identifier.speller.fixes(word))

    def _is_masked(self, text: str) -> bool:
        """True when a word holds part of a listed name once its accents, look-alikes and disguised letters
        are read."""
        first = read(text, self._identifier.table.folding)
        for reading in (first, *reread(first)):
            if any(fragment in reading.squashed for fragment in self._fragments):
                return True
            for token in reading.tokens:
                if token.kind == LETTERS and (
                    token.text in self._short or (len(token.text) >= ANCHOR and self._is_misspelt(token.text))
                ):
                    return True
        return False


def _rest(key: str, offset: int, length: int) -> tuple[str, str, int]:
    """The letters before and after a word of a squashed name, and the edits that the name forgives."""
    left = "".join(filter(str.isalpha, key[:offset]))
    right = "".join(filter(str.isalpha, key[offset + length :]))
    return left, right, 2 if sum(map(str.isalpha, key)) >= TWICE else 1


def _runs(words: list[str], most: int, *, forward: bool) -> list[str]:
    """The nearest word, the nearest two joined, and so on, as long as the rest of a name could be."""
    runs, text = [], ""
    for word in words:
        text = text + word if forward else word + text
        if len(text) > most + 2:
            break
        runs.append(text)
    return runs


def _is_rest(runs: list[str], rest: str, limit: int) -> bool:
    """Whether some whole words beside an anchor are the rest of its name, but for `limit` edits."""
    return len(rest) <= limit or any(
        abs(len(run) - len(rest)) <= limit and edits_within(run, rest, limit) <= limit for run in runs
    )


def _is_between(block: bytes, end: int) -> bool:
    """Whether the character that prints nothing and ends at `end` touches a letter or digit, or parts Han
    characters."""
    start = end - 1
    while block[start] & 0xC0 == 0x80:
        start -= 1
    before, after = block[start - 1], block[end]
    return (
        (before < 0x80 and (after < 0x80 or chr(before).isalnum()))
        or (after < 0x80 and chr(after).isalnum())
        or (before >= 0x80 and 0xE3 <= after <= 0xE9)
    )


def _word_at(block: bytes, position: int) -> tuple[int, int]:
    """The run of bytes between blanks that holds the byte before `position`."""
    low, high = max(0, position - 1 - _LONGEST), min(len(block), position + _LONGEST)
    start = max(
        block.rfind(b" ", low, position - 1),
        block.rfind(b"\n", low, position - 1),
        block.rfind(b"\t", low, position - 1),
    )
    after = _SPACE.search(block, position, high)
    return (start + 1 if start >= 0 else low), (after.start() if after else high)

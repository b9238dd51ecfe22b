"""The cheap test that runs first over whole columns: which rows may name a listed substance?

One block scan of an automaton over the column's bytes; no work in Python for a row in which nothing stands.
A row that is not flagged has an empty `find` and no CAS problem. Needs hyperscan (the `batch` extra);
without it every row is read in full, which gives the same identifications, slowly.
"""

from __future__ import annotations

import hashlib
import importlib
import re
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from headwater.identify.normalise import LETTERS, read, reread
from headwater.identify.scanner_patterns import (
    FIGURES,
    NOTHING,
    ROW,
    SPELLING,
    Pattern,
    fragments,
    patterns,
    short_forms,
)
from headwater.identify.text import TextIdentifier
from headwater.identify.typos import ANCHOR

hyperscan: Any
try:
    hyperscan = importlib.import_module("hyperscan")
except ImportError:  # the extra is not installed
    hyperscan = None

_BLOCK = 1 << 22  # bytes of text scanned at once: small beside memory, large beside the cost of a call
_LONGEST = 160  # bytes of a word looked at; a longer one is passed on to be read
_LAST_WORD = re.compile(rb"[A-Za-z]+\Z")
_SPACE = re.compile(rb"[ \t\r\n\f\v]")
_MOST_CACHED = 500_000


class ColumnScanner:
    """Flags the rows of a text column that must be read. Compiling takes seconds: keep `serialise()` under
    `fingerprint`."""

    def __init__(self, identifier: TextIdentifier, compiled: bytes | None = None) -> None:
        self._identifier = identifier
        self._patterns: list[Pattern] = patterns(identifier) if hyperscan is not None else []
        self._abouts = [pattern.about for pattern in self._patterns]
        self._fragments = tuple(fragments(identifier)) if hyperscan is not None else ()
        self._short = {token for tokens in short_forms(identifier) for token in tokens if token.isalpha()}
        self._words: dict[bytes, bool] = {}
        self._masks: dict[bytes, bool] = {}
        self._automata: list[Any] = []
        if hyperscan is not None:
            blobs = msgspec.msgpack.decode(compiled, type=list[bytes]) if compiled else []
            self._automata = [
                hyperscan.loadb(blob, hyperscan.HS_MODE_BLOCK) for blob in blobs
            ] or self._compile()
            for automaton in self._automata:
                automaton.scratch = hyperscan.Scratch(automaton)

    @classmethod
    def from_bytes(cls, identifier: TextIdentifier, compiled: bytes) -> ColumnScanner:
        """A scanner from what `serialise` gave, for the same `fingerprint`."""
        return cls(identifier, compiled)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what the automaton is made of; a stored automaton is good for the same fingerprint
        only."""
        return fingerprint(self._patterns)

    def serialise(self) -> bytes:
        """The compiled automata; empty without hyperscan."""
        return (
            msgspec.msgpack.encode([hyperscan.dumpb(automaton) for automaton in self._automata])
            if self._automata
            else b""
        )

    def _compile(self) -> list[Any]:
        flags = hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_DOTALL
        automata = []
        for group in sorted({pattern.automaton for pattern in self._patterns}):
            members = [
                (i, pattern.text) for i, pattern in enumerate(self._patterns) if pattern.automaton == group
            ]
            automaton = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
            automaton.compile(
                expressions=[text.encode("latin-1") for _, text in members],
                ids=[identity for identity, _ in members],
                elements=len(members),
                flags=[flags] * len(members),
            )
            automata.append(automaton)
        return automata

    def candidates(self, data: memoryview | bytes, offsets: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Which rows of an Arrow large-string column (UTF-8 `data`, `offsets` of rows + 1) may give an
        identification."""
        rows = len(offsets) - 1
        flagged = np.zeros(rows, dtype=np.bool_)
        view = memoryview(data).cast("B") if rows else memoryview(b"")
        if not self._automata:
            for row in range(rows):
                flagged[row] = self._reads(bytes(view[offsets[row] : offsets[row + 1]]))
            return flagged
        first = 0
        while first < rows:
            last = int(np.searchsorted(offsets, offsets[first] + _BLOCK, side="right")) - 1
            last = min(max(last, first + 1), rows)
            self._scan(view, offsets[first : last + 1], flagged[first:last])
            first = last
        return flagged

    def _reads(self, row: bytes) -> bool:
        text = row.decode("utf-8", "replace")
        return bool(self._identifier.find(text) or self._identifier.cas_problems(text))

    def _scan(self, view: memoryview, offsets: npt.NDArray[np.int64], flagged: npt.NDArray[np.bool_]) -> None:
        """Scan some rows, each between line ends so that none is joined to its neighbour."""
        edges = offsets.tolist()
        block = b"\n" + b"\n".join([view[a:b] for a, b in pairwise(edges)]) + b"\n"
        hits: list[int] = []
        abouts, is_listed = self._abouts, self._is_listed

        def on_match(identity: int, _start: int, end: int, _flags: int, _context: object) -> None:
            about = abouts[identity]
            if about == ROW or is_listed(block, end, about):
                hits.append(end)

        for automaton in self._automata:
            automaton.scan(block, match_event_handler=on_match)
        if hits:
            # The byte that ends a hit may be the line end after the row: the row is that of the byte before
            # it.
            ends = offsets[1:] - offsets[0] + np.arange(1, len(offsets))
            flagged[np.searchsorted(ends, np.unique(hits) - 1, side="left").clip(0, len(flagged) - 1)] = True

    def _is_listed(self, block: bytes, end: int, about: int) -> bool:
        """Whether the word at a hit may be a listed one misspelt or masked; each distinct word is looked at
        once."""
        if about == SPELLING:
            found = _LAST_WORD.search(block, max(0, end - _LONGEST), end - 1)
            if found is None:
                return False
            word = found[0]
            known = self._words.get(word)
            if known is None:
                self._words = self._words if len(self._words) < _MOST_CACHED else {}
                known = self._words[word] = self._is_misspelt(word.decode().lower())
            return known
        if about == NOTHING:
            return _is_between(block, end)
        if about == FIGURES:
            figures = block[max(block.rfind(b"\n", 0, end - 1) + 1, end - _LONGEST) : end].decode(
                "utf-8", "replace"
            )
            return bool(self._identifier.find_cas(figures) or self._identifier.cas_problems(figures))
        start, stop = _around(block, end - 1)
        if stop - start > _LONGEST:
            return True
        word = block[start:stop]
        known = self._masks.get(word)
        if known is None:
            self._masks = self._masks if len(self._masks) < _MOST_CACHED else {}
            known = self._masks[word] = self._is_masked(word.decode("utf-8", "replace"))
        return known

    def _is_misspelt(self, word: str) -> bool:
        speller = self._identifier.speller
        return word in speller.anchors or bool(speller.fixes(word))

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


def fingerprint(parts: list[Pattern]) -> str:
    """SHA-256 of the patterns and of the automaton's version."""
    version = getattr(hyperscan, "__version__", "")
    text = "\n".join([version, *(f"{part.automaton} {part.about} {part.text}" for part in parts)])
    return hashlib.sha256(text.encode()).hexdigest()


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


def _around(block: bytes, position: int) -> tuple[int, int]:
    """The run of bytes between blanks that holds the byte before `position`."""
    low, high = max(0, position - 1 - _LONGEST), min(len(block), position + _LONGEST)
    start = max(
        block.rfind(b" ", low, position - 1),
        block.rfind(b"\n", low, position - 1),
        block.rfind(b"\t", low, position - 1),
    )
    after = _SPACE.search(block, position, high)
    return (start + 1 if start >= 0 else low), (after.start() if after else high)

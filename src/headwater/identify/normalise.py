"""First step of text identification: read a text as a person would, and remember where every character came
from.

A `Reading` is the text folded (width, case, accents, dashes, look-alike letters, characters that print
nothing) and cut into tokens: runs of Latin letters, runs of digits, single Han characters, runs of other
letters. `squashed` is the tokens without what stands between them; names are compared on it, so that
brackets, hyphens and blanks of a systematic name do not matter, while `Reading.gap` still tells what stood
between two tokens.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

LETTERS, DIGITS, HAN, OTHER = "letters", "digits", "han", "other"

_TOKEN = re.compile(r"([a-z]+)|([0-9]+)|([\u3400-\u9fff\uf900-\ufaff])|([^\W\d_a-z\u3400-\u9fff]+)")
_KINDS = (LETTERS, DIGITS, HAN, OTHER)
_DASHES = frozenset("‐‑‒–—―⁃−－﹣﹘─━ー〜～")
_GREEK_NAMES = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ω": "omega",
}  # fmt: skip
_MIXED_SCRIPT = re.compile(r"[a-z\u0370-\u03ff\u0400-\u04ff\u0500-\u052f]+")
# A digit or sign written for a letter inside a word: piperid0ne, Ph3nethyl, t0luene. Two letters must stand
# on one side.
LEET = re.compile(
    r"(?:(?<=[a-z][a-z])[013457@$](?=[a-z])|(?<=[a-z])[013457@$](?=[a-z][a-z])|(?<=[a-z]{4})[013457@$](?![0-9a-z]))"
)
# In a word so disguised, also the first (3rgotam1ne), a zero between any letters (B0C) and the last.
_MORE_LEET = re.compile(
    rf"{LEET.pattern}|(?<![0-9a-z])[013457@$](?=[a-z@$]{{4}})|(?<=[a-z])0(?=[a-z])|(?<=[a-z][a-z])0(?![0-9a-z])"
)
_HINT = re.compile("[a-z][013457@$]")
_UNBROKEN = re.compile(r"\S+")
_MOST_TURNS = 6  # disguised letters side by side
_LEET_LETTERS = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s"}


class Token(NamedTuple):
    """One token: its text, kind, and span in the folded text; `offset` is where it starts in the squashed
    text."""

    text: str
    kind: str
    start: int
    end: int
    offset: int


class Folding(NamedTuple):
    """Tables of look-alikes, from data/identify: letters that pass for Latin ones, and Han characters
    written otherwise."""

    lookalikes: Mapping[str, str]
    han: Mapping[str, str]


class Reading:
    """A folded text with its tokens and the way back to the original. Built by `read` and `reread`."""

    __slots__ = ("_ends", "_starts", "folded", "leet", "origin", "original", "squashed", "tokens")

    def __init__(self, original: str, folded: str, origin: list[int] | None, leet: bool = False) -> None:
        self.original = original
        self.folded = folded
        self.origin = origin
        self.leet = leet
        tokens: list[Token] = []
        offset = 0
        for match in _TOKEN.finditer(folded):
            text = match[0]
            tokens.append(Token(text, _KINDS[(match.lastindex or 1) - 1], match.start(), match.end(), offset))
            offset += len(text)
        self.tokens = tokens
        self.squashed = "".join(token.text for token in tokens)
        self._starts: dict[int, int] | None = None
        self._ends: dict[int, int] | None = None

    @property
    def starts(self) -> dict[int, int]:
        """Token by where it starts in the squashed text."""
        if self._starts is None:
            self._starts = {token.offset: index for index, token in enumerate(self.tokens)}
        return self._starts

    @property
    def ends(self) -> dict[int, int]:
        """Token by where it ends in the squashed text."""
        if self._ends is None:
            self._ends = {token.offset + len(token.text): index for index, token in enumerate(self.tokens)}
        return self._ends

    def gap(self, index: int) -> str:
        """What stands between token `index - 1` and token `index` (the text's edge for the first and after
        the last)."""
        left = self.tokens[index - 1].end if index > 0 else 0
        right = self.tokens[index].start if index < len(self.tokens) else len(self.folded)
        return self.folded[left:right]

    def written_gap(self, index: int) -> str:
        """The gap before a token as the original writes it."""
        if self.origin is None:
            return self.gap(index)
        return self.original[self.origin[self.tokens[index - 1].end - 1] + 1 : self.origin[self.tokens[index].start]]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """The span in the original text, end excluded, of tokens `first` to `last`."""
        return self.original_span(self.tokens[first].start, self.tokens[last].end)

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original text of a span of the folded text."""
        if self.origin is None:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1


@lru_cache(maxsize=8192)
def fold_char(char: str) -> str:
    """One character as it is compared: '' if it prints nothing, '-' for any dash, plain lower-case letters
    otherwise."""
    if char in _DASHES:
        return "-"
    category = unicodedata.category(char)
    if category in ("Cf", "Mn", "Me") or char == "\u3164":
        return ""
    if category == "No" and "SUB" not in unicodedata.name(char, "") and "CIRCLED" not in unicodedata.name(char, ""):
        return char  # m², ½: not digits of a name
    plain = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c)).casefold()
    if len(plain) == 1 and plain in "‐–—−":
        return "-"
    if not plain or (not plain.isalnum() and category[0] in "LN"):
        return char.casefold()
    return plain


def read(text: str, folding: Folding) -> Reading:
    """Fold `text` and cut it into tokens."""
    if text.isascii():
        return Reading(text, text.lower(), None)
    pieces: list[str] = []
    origin: list[int] = []
    for index, char in enumerate(text):
        plain = char.lower() if char < "\x80" else folding.han.get(char) or fold_char(char)
        pieces.append(plain)
        origin.extend([index] * len(plain))
    folded = _one_script("".join(pieces), folding.lookalikes)
    return _name_greek(text, folded, origin)


def _one_script(folded: str, lookalikes: Mapping[str, str]) -> str:
    """Turn look-alike letters into Latin ones, in words that mix scripts and nowhere else."""

    def turn(match: re.Match[str]) -> str:
        word = match[0]
        if word.isascii() or not any(char < "\x80" for char in word):
            return word
        return "".join(lookalikes.get(char, char) for char in word)

    return _MIXED_SCRIPT.sub(turn, folded)


def _name_greek(text: str, folded: str, origin: list[int]) -> Reading:
    """Write Greek letters that stand alone as their names: α-phenyl... is alpha-phenyl..."""
    if not any(letter in folded for letter in _GREEK_NAMES):
        return Reading(text, folded, origin)
    pieces: list[str] = []
    spread: list[int] = []
    for char, index in zip(folded, origin, strict=True):
        name = _GREEK_NAMES.get(char, char)
        pieces.append(name)
        spread.extend([index] * len(name))
    return Reading(text, "".join(pieces), spread)


def reread(reading: Reading) -> Iterator[Reading]:
    """Further readings of a text in which digits or signs stand for letters inside words."""
    if _HINT.search(reading.folded) is None or LEET.search(reading.folded) is None:
        return
    letters = dict(_LEET_LETTERS)
    for one in ("i", "l") if "1" in reading.folded else ("i",):
        letters["1"] = one
        folded = _UNBROKEN.sub(lambda word: _undisguised(word[0], letters), reading.folded)
        yield Reading(reading.original, folded, reading.origin, leet=True)


def _undisguised(word: str, letters: Mapping[str, str]) -> str:
    """A word with the letters that its digits and signs stand for."""
    if LEET.search(word) is None:
        return word
    for _ in range(_MOST_TURNS):  # neighbours that are both disguised are turned one after the other
        turned = _MORE_LEET.sub(lambda match: letters[match[0]], word)
        if turned == word:
            break
        word = turned
    return word


def squash(name: str, folding: Folding) -> str:
    """A name of the tables as it is compared: letters, digits and Han only."""
    return read(name, folding).squashed

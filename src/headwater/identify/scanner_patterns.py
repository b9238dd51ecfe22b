"""What a row must hold for the text identifier to find anything in it, as patterns over UTF-8 bytes.

Each kind of finding has a necessary condition that an automaton can test on the raw bytes: a part of the
name that no way of writing it cuts; the form of a CAS number; the halves that a misspelling leaves whole; or
a sign that the text is disguised. The union is a superset of what `TextIdentifier.find` finds; the last step
is always the identifier's.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from headwater.identify.normalise import fold_char
from headwater.identify.text import TextIdentifier
from headwater.identify.typos import LONG, TWICE_A_WORD, halves

# What a hit is about: the row at once, a part of a name, a word to be spelt, a word to be unmasked, a character
# that prints nothing, figures to be read as a CAS number.
ROW, NAME, SPELLING, DISGUISE, NOTHING, FIGURES = range(6)
# Automata that are scanned apart, because counting repeats slows the literals down when they are scanned
# together.
LITERAL, NUMBER, SPACED = range(3)

_EDGE = "[^A-Za-z]"
_MARKS = r"[\x00-\x09\x0b-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]{1,2}"
_LEET = r"[A-Za-z][A-Za-z][013457@$][A-Za-z]|[A-Za-z][013457@$][A-Za-z][A-Za-z]|[A-Za-z]{4}[013457@$][^0-9A-Za-z]"
_HAN = r"[\xe3-\xe9][\x80-\xbf]{2}"
_CAS_MARKS = frozenset("-./_:·, ")


class Pattern(NamedTuple):
    """A pattern over bytes (written in Latin-1), what a hit is about, the automaton it belongs to, and for a name the part
    of it that stands for it."""

    text: str
    about: int
    automaton: int = LITERAL
    part: str = ""


def patterns(identifier: TextIdentifier) -> list[Pattern]:
    """Every pattern, in a fixed order."""
    found = {Pattern(text, NAME, part=part) for text, part in _names(identifier)}
    found |= {Pattern(text, ROW) for text in _short(identifier)}
    found |= {Pattern(text, FIGURES, NUMBER) for text in _cas()}
    found |= {Pattern(text, ROW, SPACED) for text in _spaced()}
    found |= {Pattern(text, SPELLING) for text in _spellings(identifier)}
    found |= set(_hidden())
    found |= {Pattern(text, DISGUISE) for text in (*_masked(identifier), *_LEET.split("|"))}
    return sorted(found)


# --- names ---


class Fragment(NamedTuple):
    """A part that stands for names: whether it begins and ends their words, and the squashed names that hold it."""

    begins: bool
    ends: bool
    keys: frozenset[str]


def fragments(identifier: TextIdentifier) -> dict[str, Fragment]:
    """For every way of writing a name, the rarest part that no writing cuts, with the names it stands for."""
    table = identifier.table
    common = frozenset(identifier.lexicon.common_parts)
    chosen: dict[str, Fragment] = {}

    def add(text: str, begins: bool, ends: bool, key: str) -> None:
        known = chosen.get(text, Fragment(begins, ends, frozenset()))
        chosen[text] = Fragment(known.begins and begins, known.ends and ends, known.keys | {key})

    for key in table.entries:
        if key in table.short:
            continue
        cuts = [0, *sorted(table.seams(key)), len(key)]
        pieces = [(key[a:b], a, b) for a, b in pairwise(cuts)]
        text, start, end = max(pieces, key=lambda piece: (_weight(piece[0], common), piece[0]))
        # A digit beside the part ends a word of the text as well as the name's edge does.
        add(text, start == 0 or key[start - 1].isdigit(), end == len(key) or key[end].isdigit(), key)
    for core in identifier.lexicon.cores:
        part = max(re.findall(r"[a-z]+|[^a-z0-9]+", core.text), key=len)
        add(part, False, False, part)
    return chosen


def _weight(piece: str, common: frozenset[str]) -> float:
    """How rare a part of a name is: its letters, a Han character counting for three; half where trade texts are full of it."""
    letters = sum(3 if not char.isascii() else 1 for char in piece)
    return letters / 2 if piece in common else letters


def _names(identifier: TextIdentifier) -> Iterator[tuple[str, str]]:
    spellings = _han_spellings(identifier)
    for text, (begins, ends, _) in fragments(identifier).items():
        if text.isascii():
            left = _EDGE if begins and text[0].isalpha() else ""
            right = _EDGE if ends and text[-1].isalpha() else ""
            yield f"{left}{text}{right}", text
        else:
            yield "".join(spellings.get(char, _bytes(char)) for char in text), text


def _short(identifier: TextIdentifier) -> Iterator[str]:
    """Abbreviations and short names, token by token."""
    spellings = _han_spellings(identifier)
    for tokens in short_forms(identifier):
        between = r"(?:[-/ ,]|, )?"
        written = (re.escape(t) if t.isascii() else "".join(spellings.get(c, _bytes(c)) for c in t) for t in tokens)
        middle = between.join(written)
        yield f"{_edge(tokens[0])}{middle}{_edge(tokens[-1])}"


def _spaced() -> Iterator[str]:
    """Five letters or three Han characters, each by itself."""
    yield rf"{_EDGE}(?:[A-Za-z]{_MARKS}){{4}}[A-Za-z]{_EDGE}"
    yield f"(?:{_HAN}{_MARKS}){{2}}{_HAN}"


def short_forms(identifier: TextIdentifier) -> set[tuple[str, ...]]:
    """Abbreviations and short names as tokens."""
    return set(identifier.abbreviations).union(*identifier.table.short.values())


def _edge(token: str) -> str:
    if not token.isascii():
        return ""  # Chinese is written without blanks
    return _EDGE if token.isalpha() else "[^0-9]"


def _han_spellings(identifier: TextIdentifier) -> dict[str, str]:
    """Han characters of names with the other characters that are read as them."""
    others: dict[str, list[str]] = {}
    for written, plain in identifier.lexicon.han.items():
        others.setdefault(plain, []).append(written)
    return {plain: f"(?:{'|'.join(map(_bytes, [plain, *written]))})" for plain, written in others.items()}


def _bytes(text: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


# --- numbers ---


def _cas() -> Iterator[str]:
    marks = [
        chr(c) for c in (*range(128, 0xD800), *range(0xF900, 0x10000)) if _folded(c) in _CAS_MARKS or chr(c).isspace()
    ]
    mark = rf"(?:[-./_:, \t\r\x0b\x0c]|{_alternatives(marks)})"
    digit = "[0-9OoIiLl]"
    yield rf"{digit}{{2,7}}{mark}{{1,3}}{digit}{{2}}{mark}{{1,3}}{digit}[^0-9A-Za-z]"
    yield rf"{_EDGE}cas[^A-Za-mo-qs-z0-9][^0-9]{{0,50}}[0-9]{{5,10}}[^0-9]"


# --- misspellings ---


def _spellings(identifier: TextIdentifier) -> Iterator[str]:
    """Words beside which a name may be misspelt; a half of each word with one edit in the other, or with two
    in a long one."""
    speller = identifier.speller
    for word in speller.anchors:
        yield f"{_EDGE}{word}{_EDGE}"
    for word in speller.words:
        if len(word) < LONG:
            continue
        left, right = halves(word)
        yield f"{_EDGE}{left}(?:{_edited(right)}){_EDGE}"
        yield f"{_EDGE}(?:{_edited(left)}){right}{_EDGE}"
        yield f"{_EDGE}{left[:-1]}{right[0]}{left[-1]}{right[1:]}{_EDGE}"
        if len(word) >= TWICE_A_WORD:
            yield f"{_EDGE}{left}[a-z]{{{len(right) - 2},{len(right) + 2}}}{_EDGE}"
            yield f"{_EDGE}[a-z]{{{len(left) - 2},{len(left) + 2}}}{right}{_EDGE}"


def _edited(part: str) -> str:
    """Every way to write a part of a word with one edit, as a pattern."""
    ways = [part[:i] + "[a-z]" + part[i + 1 :] for i in range(len(part))]
    ways += [part[:i] + "[a-z]" + part[i:] for i in range(len(part) + 1)]
    ways += [part[:i] + part[i + 1 :] for i in range(len(part))]
    ways += [part[:i] + part[i + 1] + part[i] + part[i + 2 :] for i in range(len(part) - 1)]
    return "|".join(ways)


# --- disguise ---


def _folded(code: int) -> str:
    return fold_char.__wrapped__(chr(code))


def _hidden() -> Iterator[Pattern]:
    """Characters that print nothing; full-width and other dressed letters."""
    nothing, dressed = [], []
    for code in range(0x80, sys.maxunicode + 1):
        if 0x2FFFF < code < 0xE0000 or 0x3400 <= code <= 0xF8FF:
            continue
        folded = _folded(code)
        if folded == "":
            nothing.append(chr(code))
        elif folded.isascii() and folded.isalnum() and not _is_accented(code):
            dressed.append(chr(code))
    yield Pattern(_alternatives(nothing), NOTHING)
    yield Pattern(_alternatives(dressed), ROW)


def _is_accented(code: int) -> bool:
    """Latin letters with marks, which ordinary Spanish, French or Turkish texts hold."""
    return 0xC0 <= code <= 0x24F or 0x1E00 <= code <= 0x1EFF


def _masked(identifier: TextIdentifier) -> Iterator[str]:
    """Accented letters, and words that mix scripts."""
    accented = [chr(c) for c in range(0xAA, 0x1F00) if _is_accented(c) and _folded(c).isascii() and _folded(c)]
    yield _alternatives(accented)
    other = r"(?:[\xce\xcf\xd0-\xd4][\x80-\xbf])"
    yield f"[A-Za-z]{other}"
    yield f"{other}[A-Za-z]"
    yield r"(?:\xce[\xb1-\xb5]|\xcf\x89)"


def _alternatives(chars: Iterable[str]) -> str:
    """A pattern for any of the characters' UTF-8 bytes, last bytes joined to ranges."""
    tails: dict[str, list[int]] = {}
    for char in sorted(chars):
        *first, last = char.encode()
        tails.setdefault("".join(f"\\x{byte:02x}" for byte in first), []).append(last)
    heads: dict[str, list[str]] = {}
    for head, lasts in tails.items():
        heads.setdefault(f"[{_ranges(lasts)}]", []).append(head)
    return "(?:" + "|".join(f"(?:{'|'.join(same)}){tail}" for tail, same in heads.items()) + ")"


def _ranges(numbers: list[int]) -> str:
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return "".join(f"\\x{low:02x}" if low == high else f"\\x{low:02x}-\\x{high:02x}" for low, high in spans)

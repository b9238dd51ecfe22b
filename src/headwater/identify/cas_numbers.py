"""CAS Registry Numbers in text: every way they are written, and those that are wrong by a slip.

Dashes of every kind, blanks around them, dots, slashes and underscores for dashes, O and l for 0 and 1,
full-width digits and characters that print nothing have been folded or are allowed here. A number counts
only when it is listed, which (with the check digit) keeps telephone numbers, lots and dates out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from headwater.identify.normalise import Reading
from headwater.regime.measures import Substance
from headwater.values import cas

_D = "[0-9oil]"
# The three groups with something between them. The first group keeps one true digit, so that words stay out.
_MARK = r"(\s?[-./_:·,]\s?|\s)"
_SPLIT = re.compile(
    rf"(?<![0-9a-z])(?=[oil]{{0,3}}[0-9])({_D}{{2,7}}){_MARK}({_D}{{2}}){_MARK}({_D})(?![0-9a-z]|[-.,/][0-9])"
)
# Every digit by itself: 7 9 0 9 9 - 0 7 - 3.
_SPACED = re.compile(r"(?<![0-9a-z])((?:[0-9] ){1,6}[0-9]) ?- ?([0-9] [0-9]) ?- ?([0-9])(?! ?[0-9])")
_BARE = re.compile(r"(?<![0-9a-z])([1-9][0-9]{4,9})(?![0-9a-z])")
_CUE_WORDS = "rn|nr|no|number|numero|num|reg|registry|registry number|号|登记号|編號|编号|#"
_CUE = re.compile(rf"(?<![a-z])cas(?:\s?(?:{_CUE_WORDS}))?\s?[.:#=号码：\-(\[\s]{{0,4}}\Z")
_STRICT = re.compile(r"(?<![0-9a-z\-])([1-9][0-9]{1,6})-([0-9]{2})-([0-9])(?![0-9a-z]|-[0-9])")
_DATE = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-\d\Z")
_LETTERS = str.maketrans("oil", "011")


class CasProblem(msgspec.Struct, frozen=True):
    """A number in the form of a CAS RN whose check digit is wrong.

    `slips` are the listed substances, each with its number, that one slip of the pen would make of it; often
    none.
    """

    start: int
    end: int
    written: str
    number: str
    slips: tuple[tuple[str, str], ...] = ()


class CasHit(NamedTuple):
    """A listed number at a span of the original text; `clean` when it was written as CAS writes it."""

    start: int
    end: int
    number: str
    clean: bool


class CasTable:
    """Listed CAS numbers to substances; `quoted` holds the valid numbers of other things that have been
    quoted for one."""

    def __init__(self, substances: Sequence[Substance]) -> None:
        self.substances: dict[str, str] = {}
        for substance in substances:
            for number in substance.cas:
                self.substances.setdefault(number.number, substance.id)
        self.quoted: dict[str, tuple[str, str]] = {}
        for substance in substances:
            for seen in substance.seen_as:
                if cas.is_valid(seen.text) and seen.text not in self.substances:
                    self.quoted[seen.text] = (substance.id, seen.kind)

    def hits(self, reading: Reading, *, column: bool = False) -> Iterator[CasHit]:
        """Listed numbers in the text. In a CAS `column`, bare digits and blanks for dashes need no cue."""
        for match in _SPLIT.finditer(reading.folded):
            number = "-".join((match[1], match[3], match[5])).translate(_LETTERS).lstrip("0")
            if number not in self.substances and number not in self.quoted:
                continue
            blank = match[2].isspace() or match[4].isspace()
            if blank and not column and len(match[1]) < 4 and not _CUE.search(reading.folded, 0, match.start()):
                continue
            start, end = reading.original_span(*match.span())
            yield CasHit(start, end, number, reading.original[start:end] == number)
        for match in _SPACED.finditer(reading.folded) if column else ():
            number = "-".join(match.groups()).replace(" ", "")
            if number in self.substances:
                yield CasHit(*reading.original_span(*match.span()), number, False)
        for match in _BARE.finditer(reading.folded):
            number = cas.hyphenate(match[1])
            if number in self.substances and (column or _CUE.search(reading.folded, 0, match.start())):
                start, end = reading.original_span(*match.span())
                yield CasHit(start, end, number, False)

    def problems(self, reading: Reading) -> Iterator[CasProblem]:
        """Numbers in the form of a CAS RN with a wrong check digit. Dates are not numbers."""
        for match in _STRICT.finditer(reading.folded):
            number = match[0]
            if cas.is_valid(number) or _DATE.match(number):
                continue
            slips = sorted(
                (self.substances[listed], listed)
                for listed in map(cas.hyphenate, cas.one_slip(number.replace("-", "")))
                if listed in self.substances
            )
            start, end = reading.original_span(*match.span())
            yield CasProblem(start, end, reading.original[start:end], number, tuple(slips))

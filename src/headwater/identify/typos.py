"""Misspelt words of listed names: corrected word by word, then read again as names.

One edit (a letter for another, one too many, one missing, neighbours swapped) in words of seven letters, two in words of
fourteen; short words only beside a correct part of the same name. Digits are never corrected. A word that is itself a word,
or names another class of compound (piperidine, piperidone), is left alone: see data/identify/misspellings.yaml.
"""

from __future__ import annotations

from headwater.identify.lexicon import LexiconData
from headwater.identify.names import Match, NameTable
from headwater.identify.normalise import Reading


class Speller:
    def __init__(self, table: NameTable, lexicon: LexiconData) -> None:
        self._table = table

    def matches(self, reading: Reading, taken: list[tuple[int, int]]) -> list[Match]:
        return []

"""What a text says of a substance it names: the goods, an ingredient of other goods, or absent."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Literal, NamedTuple

from headwater.identify.context import phrases
from headwater.identify.lexicon import LexiconData
from headwater.identify.normalise import Reading

Verdict = Literal["listed", "absent"]

_ABOUT = r"about|approx\.?|ca\.?|max\.?|up to|min\.?|约|至多|<|>|≤|≥|~|hasta|un|el|de"
_PER_CENT = (
    rf"(?:\(?\s*(?:(?:{_ABOUT})\s*)*(\d+(?:[.,]\d+)?)(?:\s*-\s*\d+(?:[.,]\d+)?)?"
    r"\s*(?:wt|w/w|v/v|vol)?\s*[%％](?:\s*(?:w/w|v/v|wt|vol))?\s*\)?\s*(?:of|de|del|的)?\s*)?"
)
_AFTER_PER_CENT = re.compile(r"\s{0,2}[(:：]?\s{0,2}(\d+(?:[.,]\d+)?)\s*%")
_WINDOW = 240  # characters before a name in which a list of what is left out may begin
_MOLAR = re.compile(r"(?:\d\s?(?:m|n|mol/l|wt|wt%|%)|%)\s+in\s+\Z")
_PER_CENT_STATED = r"\s{0,2}[(:：]?\s{0,2}\d+(?:[.,]\d+)?\s*%"
_STRENGTH = r"\d+(?:[.,]\d+)?\s?(?:mg|mcg|ug|毫克|微克)(?![a-z])"
_STRENGTH_AFTER = re.compile(rf"(?:\s[a-z]+|[\u4e00-\u9fff]){{0,6}}[\s(,:]{{0,3}}{_STRENGTH}")
_STRENGTH_BEFORE = re.compile(rf"{_STRENGTH}\s(?:of\s|de\s)?\Z")
_NEAR = 56  # characters before a name in which a cue that speaks of it alone stands


class Claim(NamedTuple):
    """What the text says of a name: present as the goods, as an ingredient (with its per cent, if stated),
    or absent."""

    verdict: Verdict
    ingredient: bool = False
    per_cent: float | None = None


class Claims:
    """Reads cues of absence and of ingredients by the lexicon."""

    def __init__(self, lexicon: LexiconData) -> None:
        self._lexicon = lexicon
        self._number_words = frozenset(lexicon.number_words)

    def claim(
        self, reading: Reading, first: int, last: int, before: Claim | None, gap_before: str, substance: str = ""
    ) -> Claim:
        """What the text says of `substance` at tokens `first` to `last`; `before` is the claim on the name
        listed just before, if any."""
        start, end = reading.tokens[first].start, reading.tokens[last].end
        folded = reading.folded
        inherited = before if before is not None and self._list_gap.fullmatch(gap_before) else None
        if self._absent_after.match(folded, end) and not self._free_of.match(folded, end):
            return Claim("absent")
        head = folded[max(0, start - _NEAR) : start]
        absent = self._absent_before.search(head)
        if absent is not None and not self._is_number_word(head, absent):
            return Claim("absent")
        window = folded[max(0, start - _WINDOW) : start]
        if any(cue in window for cue in self._lexicon.absent_before_list) and self._absent_list.search(window):
            return Claim("absent")
        cue = self._ingredient_before.search(head)
        if cue is not None and cue[1]:
            return Claim("listed", True, float(cue[1].replace(",", ".")))
        if (
            cue is not None
            or _MOLAR.search(head)
            or self._ingredient_after.match(folded, end)
            or self._ingredient_list.search(window)
            or self._is_of_product(folded, start, end)
            or (substance in self._lexicon.medicines and self._is_dosed(folded, start, end))
        ):
            return Claim("listed", True, self._per_cent_after(folded, end))
        if inherited is not None and inherited.ingredient:
            return Claim("listed", True, self._per_cent_after(folded, end))
        return inherited or Claim("listed")

    def _is_of_product(self, folded: str, start: int, end: int) -> bool:
        """True beside a finished product that is sold by retail packs, or that states the per cent."""
        if self._product_after.match(folded, end):
            return True
        return bool(self._product_before.search(folded, max(0, start - _NEAR), start)) and bool(
            self._pack_after.match(folded, end)
        )

    def _is_dosed(self, folded: str, start: int, end: int) -> bool:
        """True when a strength in milligrams stands beside the name, and a dosage form in the text."""
        strength = _STRENGTH_AFTER.match(folded, end) or _STRENGTH_BEFORE.search(folded, max(0, start - _NEAR), start)
        return strength is not None and self._dosage_form.search(folded) is not None

    def _is_number_word(self, head: str, cue: re.Match[str]) -> bool:
        """True when "no" is short for number (CAS no, item no)."""
        if cue[1] != "no":
            return False
        words = re.findall(r"[a-z]+", head[: cue.start(1)])
        return "." in head[cue.end(1) :] or ":" in head[cue.end(1) :] or bool(words and words[-1] in self._number_words)

    @staticmethod
    def _per_cent_after(folded: str, end: int) -> float | None:
        match = _AFTER_PER_CENT.match(folded, end)
        return float(match[1].replace(",", ".")) if match else None

    @cached_property
    def _absent_before(self) -> re.Pattern[str]:
        words = phrases(self._lexicon.absent_before, before=True)
        return re.compile(rf"({words})(?:[\s\-.:]*|\s+(?:any|added|the|de|of)\s+)\Z")

    @cached_property
    def _absent_list(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{phrases(self._lexicon.absent_before_list, before=True)})(?![a-z])[^;|\n]{{0,200}}\Z")

    @cached_property
    def _absent_after(self) -> re.Pattern[str]:
        return re.compile(rf"[\s\-]*(?:{phrases(self._lexicon.absent_after, before=False)})")

    @cached_property
    def _free_of(self) -> re.Pattern[str]:
        return re.compile(rf"[\s\-]*free[\s\-]+(?:{phrases(self._lexicon.free_of, before=False)})")

    @cached_property
    def _ingredient_list(self) -> re.Pattern[str]:
        heads = phrases(self._lexicon.list_heads, before=True)
        products = phrases(self._lexicon.products, before=True)
        per_cents = r"(?=[^;|\n]{1,80}\d\s?%)"
        return re.compile(rf"(?:(?:{heads})\s*[:：]|(?:{products}):{per_cents})(?:(?!\.\s)[^;|\n。]){{0,200}}\Z")

    @cached_property
    def _product_before(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{phrases(self._lexicon.products, before=True)})\s*[\s,:(\-]\s*\Z")

    @cached_property
    def _product_after(self) -> re.Pattern[str]:
        products = phrases(self._lexicon.products, before=False)
        return re.compile(rf"\s?(?:[a-z]+\s){{0,2}}(?:{products})[^;|]{{0,30}}?{self._pack}")

    @cached_property
    def _pack_after(self) -> re.Pattern[str]:
        return re.compile(rf"{_PER_CENT_STATED}|[\s,)]{{0,3}}{self._pack}")

    @cached_property
    def _pack(self) -> str:
        return rf"\d\s?(?:{phrases(self._lexicon.packs, before=False)})"

    @cached_property
    def _dosage_form(self) -> re.Pattern[str]:
        return re.compile(rf"(?<![a-z])(?:{phrases(self._lexicon.dosage_forms, before=False)})")

    @cached_property
    def _ingredient_before(self) -> re.Pattern[str]:
        words = phrases(self._lexicon.ingredient_before, before=True)
        return re.compile(rf"(?:{words})\s*:?：?\s*{_PER_CENT}\Z")

    @cached_property
    def _ingredient_after(self) -> re.Pattern[str]:
        return re.compile(rf"[\s\-]*(?:{phrases(self._lexicon.ingredient_after, before=False)})")

    @cached_property
    def _list_gap(self) -> re.Pattern[str]:
        words = "|".join(map(re.escape, self._lexicon.list_words))
        return re.compile(
            rf"\s*\d+(?:[.,]\d+)?\s*%\s*|\s*(?:\(?\s*\d+(?:[.,]\d+)?\s*%\s*\)?)?\s*(?:[,，、/&+]|{words})\s*(?:{words})?\s*(?:\(?\s*\d+(?:[.,]\d+)?\s*%\s*\)?)?\s*"
        )

"""Invariants of text identification: spans, order, and that the scanner passes over nothing that is found."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "identify"))

from test_text_scanner import missed
from text_data import identifier

from headwater.identify.names import listed_names

NAMES = sorted({name for s in identifier().substances.values() for name in listed_names(s)})
NUMBERS = sorted(identifier().numbers.substances)
SHORT = sorted({short.text for s in identifier().substances.values() for short in s.abbreviations})
FILLERS = [
    "",
    " ",
    "-",
    "\u200b",
    "\u00ad",
    ".",
    " 25kg ",
    "％",
    "ａ",
    "0",
    "é",
    "а",
    "CAS ",
    "α",
    "\ufe0f",
    "(",
    "、",
    "\u3000",
    "x",
    "基",
]


@st.composite
def disguised(draw: st.DrawFn) -> str:
    """A listed name, number or abbreviation with up to three characters put in, taken out or changed."""
    text = draw(st.sampled_from(draw(st.sampled_from((NAMES, NUMBERS, SHORT)))))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(text)))
        gone = draw(st.integers(0, 1))
        text = text[:place] + draw(st.sampled_from([*FILLERS, "e", "n", "i", "3", "1"])) + text[place + gone :]
    return draw(st.sampled_from((text, text.upper(), " ".join(text))))


texts = st.lists(st.one_of(disguised(), st.sampled_from(FILLERS), st.text(max_size=12)), max_size=5).map(" ".join)


@given(texts)
@settings(max_examples=300, deadline=None)
def test_hits_lie_in_the_text_in_order(text: str) -> None:
    hits = identifier().find(text)
    assert [hit.start for hit in hits] == sorted(hit.start for hit in hits)
    for hit in hits:
        assert text[hit.start : hit.end] == hit.matched != ""
        assert 0 < hit.score <= 1
    places = [(hit.substance, hit.start, hit.end) for hit in hits]
    assert len(places) == len(set(places))
    for problem in identifier().cas_problems(text):
        assert text[problem.start : problem.end] == problem.written


@given(texts)
@settings(max_examples=100, deadline=None)
def test_the_same_text_gives_the_same_answer_in_any_case(text: str) -> None:
    assert identifier().find(text) == identifier().find(text)


@given(st.lists(texts.filter(lambda t: not any("\ud800" <= c <= "\udfff" for c in t)), min_size=1, max_size=12))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_row_with_an_identification_is_passed_over(rows: list[str]) -> None:
    pytest.importorskip("hyperscan")
    assert missed(rows) == []

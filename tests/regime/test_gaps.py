"""The gap table of the researched notes, recomputed from the measures."""

from __future__ import annotations

from datetime import date

import pytest

from headwater.cli.gaps import _row
from headwater.regime.gaps import gaps
from headwater.regime.law import Known

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("substance", "jurisdiction", "days"),
    [
        ("npp", "US", -3831),
        ("npp", "CN", 106),
        ("npp", "EU", 262),
        ("npp", "CA", -322),
        ("anpp", "CN", 106),
        ("4-ap", "CN", 648),
        ("norfentanyl", "EU", 89),
        ("4-piperidone", "CN", 229),
        ("4-piperidone", "US", -571),
        ("1-boc-4-piperidone", "EU", 254),
        ("1-boc-4-piperidone", "IN", 51),
    ],
)
def test_days_of_delay_or_lead(known: Known, substance: str, jurisdiction: str, days: int) -> None:
    (gap,) = [g for g in gaps(known, TODAY, jurisdiction) if g.substance == substance]
    assert gap.days == days
    assert gap.un_citation
    assert gap.national_citation


def test_not_found_is_not_none(known: Known) -> None:
    (gap,) = [g for g in gaps(known, TODAY, "MX") if g.substance == "1-boc-4-piperidone"]
    assert gap.status == "not found"
    assert gap.days is None
    assert gap.open_days == (TODAY - date(2024, 12, 3)).days


def test_unconfirmed_is_neither_controlled_nor_not_found(known: Known) -> None:
    (gap,) = [g for g in gaps(known, TODAY, "HK") if g.substance == "4-piperidone"]
    assert gap.status == "unconfirmed"


def test_a_recalled_date_is_starred_also_where_its_record_was_read(known: Known) -> None:
    (gap,) = [g for g in gaps(known, TODAY, "CN") if g.substance == "4-ap"]
    assert gap.un_confidence == "verified"
    assert "effective" in gap.un_from_memory
    row = _row(gap)
    assert (row[2], row[4]) == ("2022-11-23*", "2024-09-01")

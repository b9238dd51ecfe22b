"""Dates as the law and trade state them: precision kept, nothing guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.errors import InputError
from headwater.values.time import day_minutes, days_between, parse_known, parse_moment, parse_when


@pytest.mark.parametrize("text", ["2025-02-30", "2025-13-01", "20250720x", "today", "", "2025-04-15T10:00", "2025-7-2"])
def test_a_slip_is_refused_not_turned_into_today(text: str) -> None:
    with pytest.raises(InputError):
        parse_when(text)


def test_an_instant_falls_on_each_zone_s_own_day() -> None:
    when = parse_when("2025-07-19T20:00-04:00")
    assert when.span("Asia/Shanghai")[0] == day_minutes(parse_when("2025-07-20").day) + 8 * 60
    assert when.span("America/New_York")[0] == day_minutes(parse_when("2025-07-19").day) + 20 * 60


def test_a_month_is_not_its_first_day() -> None:
    month = parse_moment("2018-02", "UTC")
    assert not month.certain
    assert days_between(parse_moment("2018-02-01", "UTC"), parse_moment("2018-02-28", "UTC")) == 27
    assert (month.first, month.last) == (
        parse_moment("2018-02-01", "UTC").first,
        parse_moment("2018-02-28", "UTC").first,
    )


def test_known_on_a_day_means_all_that_was_held_that_day() -> None:
    assert parse_known("2026-11-22").isoformat() == "2026-11-22T23:59:59.999999+00:00"


@given(st.dates())
def test_a_day_reads_back(day) -> None:  # type: ignore[no-untyped-def]
    assert parse_when(day.isoformat()).day == day
    assert parse_when(day.isoformat()).span("Asia/Shanghai")[0] == day_minutes(day)

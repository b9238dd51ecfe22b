"""Dates as written on trade papers: one reading or none."""

from __future__ import annotations

import pytest

from headwater.errors import InputError
from headwater.flow.dates import plain_date


@pytest.mark.parametrize(
    "text",
    [
        "2025-07-20",
        "2025/07/20",
        "2025.7.20",
        "20250720",
        "20 July 2025",
        "20-Jul-2025",
        "20JUL2025",
        "July 20, 2025",
        "Jul. 20th 2025",
        "20th July, 2025",
        "2025年7月20日",
        "２０２５年７月２０日",
        "20 de julio de 2025",
        "20/07/2025",
        "07/20/2025",
        "20.07.2025",
        "2025-07-20 00:00:00",
        "2025-07-20T00:00:00.000",
        " 2025-07-20 ",
        "2025/7/20 0:00",
    ],
)
def test_one_day_written_many_ways(text: str) -> None:
    assert plain_date(text) == "2025-07-20"
    assert plain_date(plain_date(text)) == "2025-07-20"


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2025-04-15T10:00-04:00", "2025-04-15T10:00:00-04:00"),
        ("2025-04-15 10:00:30Z", "2025-04-15T10:00:30+00:00"),
        ("2025/4/15 9:05 +0800", "2025-04-15T09:05:00+08:00"),
        ("2025-04-15T00:00:00Z", "2025-04-15T00:00:00+00:00"),
    ],
)
def test_instants_keep_their_offset(text: str, instant: str) -> None:
    assert plain_date(text) == instant
    assert plain_date(instant) == instant


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("2025-02-30", "not a date that exists"),
        ("2025-13-01", "not a date that exists"),
        ("31/04/2025", "not a date that exists"),
        ("13/13/2025", "not a date that exists"),
        ("20250231", "not a date that exists"),
        ("30 Feb 2025", "not a date that exists"),
        ("03/04/2025", "either order"),
        ("3.4.2025", "either order"),
        ("2025-04-15 10:00", "without an offset"),
        ("2025-04-15 25:00Z", "not a date that exists"),
        ("45858", "not a date"),
        ("soon", "not a date"),
        ("2025-07", "not a date"),
        ("20 Foo 2025", "not a date"),
        ("03/04/25", "not a date"),
        ("0000-01-01", "not a date that exists"),
        ("9" * 5000, "not a date"),
    ],
)
def test_what_is_no_date_is_refused_with_a_remedy(text: str, what: str) -> None:
    with pytest.raises(InputError, match=what) as caught:
        plain_date(text)
    assert caught.value.remedy
    assert len(str(caught.value)) < 200


def test_a_day_that_reads_the_same_both_ways() -> None:
    assert plain_date("04/04/2025") == "2025-04-04"

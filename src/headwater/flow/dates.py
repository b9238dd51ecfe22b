"""Dates as trade papers write them, rewritten as `values.time` reads them. Nothing is guessed: what has two
readings is refused.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from headwater.errors import InputError
from headwater.values.time import parse_when

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan enero ene", "february feb febrero", "march mar marzo", "april apr abril abr",
            "may mayo", "june jun junio", "july jul julio", "august aug agosto ago",
            "september sep sept septiembre", "october oct octubre", "november nov noviembre",
            "december dec diciembre dic",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_MIDNIGHT = re.compile(r"[T ]0?0:00(:00(\.0+)?)?\Z")
_TIME = re.compile(r"[T ]+(\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)\s*(Z|z|[+-]\d{2}:?\d{2})?\Z")
_YEAR_FIRST = re.compile(r"(\d{4})\s*([-/.年])\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?\Z")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})\Z")
_YEAR_LAST = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4})\Z")
_DAY_MONTH = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[\s\-/.]*(?:de\s+)?([^\W\d_]{3,})\.?[\s\-/.,]*(?:del?\s+)?(\d{4})\Z",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(r"([^\W\d_]{3,})\.?\s*(\d{1,2})(?:st|nd|rd|th)?\s*,?\s+(\d{4})\Z", re.IGNORECASE)


class NoSuchDayError(InputError):
    """A date of a right form that no calendar has, such as 30 February."""


def plain_date(text: str) -> str:
    """A day as YYYY-MM-DD or an instant in ISO form with its offset, from any usual way of writing them in
    English, Chinese or Spanish. Raises InputError for a date that does not exist, has two readings, or is a
    time without an offset.
    """
    raw = unicodedata.normalize("NFKC", text).strip()
    time, offset = "", ""
    day = _MIDNIGHT.sub("", raw)
    if match := _TIME.search(day):
        day, time, offset = day[: match.start()], match[1], match[2] or ""
        time = time if time[1] != ":" else f"0{time}"
    day = _day(day.strip(), raw)
    if not time:
        return str(parse_when(day))
    if len(offset) == 5:
        offset = f"{offset[:3]}:{offset[3:]}"
    return str(parse_when(f"{day}T{time}{offset}"))


def _day(day: str, raw: str) -> str:
    if match := _YEAR_FIRST.match(day):
        return _iso(match[1], match[3], match[4])
    if match := _COMPACT.match(day):
        return _iso(match[1], match[2], match[3])
    if match := _YEAR_LAST.match(day):
        first, second = int(match[1]), int(match[3])
        if first <= 12 and second <= 12 and first != second:
            raise InputError(f"{raw!r} may be a day and a month in either order", remedy="write the date as YYYY-MM-DD")
        month, day_of_month = (second, first) if first > 12 else (first, second)
        return _iso(match[4], str(month), str(day_of_month))
    for pattern, at in ((_DAY_MONTH, (3, 2, 1)), (_MONTH_DAY, (3, 1, 2))):
        if match := pattern.match(day):
            month_number = _MONTHS.get(match[at[1]].casefold())
            if month_number:
                return _iso(match[at[0]], str(month_number), match[at[2]])
    raise InputError(f"{raw[:60]!r} is not a date", remedy="write the date as YYYY-MM-DD")


def _iso(year: str, month: str, day: str) -> str:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError as error:
        raise NoSuchDayError(f"{year}-{month}-{day} is not a date that exists", remedy="correct the date") from error

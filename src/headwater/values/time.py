"""Valid time and knowledge time. The only module that parses dates.

A `Moment` is a point of time as a law or a transaction states it, with the precision it was stated in.
It is held as a span [first, last) of local minutes: a day-precise law date is certain (it starts at local
midnight), a month is not its first day, an unknown date is open on one or both sides.

Comparing a question (`on`) with a measure's edges has three answers, never two: begun, not begun, depends.
Rules follow `shared/bitemporal.md`; intervals are half-open.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from headwater.errors import InputError

MINUTES_A_DAY = 1440
BEFORE_ALL = -(1 << 40)
AFTER_ALL = 1 << 40
EPOCH_DAY = date(1970, 1, 1).toordinal()
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z")
_MONTH = re.compile(r"(\d{4})-(\d{2})\Z")
_YEAR = re.compile(r"(\d{4})\Z")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")


def day_minutes(day: date) -> int:
    """Minutes from 1970-01-01 00:00 to the start of `day`, on the local calendar."""
    return (day.toordinal() - EPOCH_DAY) * MINUTES_A_DAY


def local_minute(at: datetime, zone: str) -> int:
    """The minute of an aware instant on the local calendar of `zone`."""
    local = at.astimezone(ZoneInfo(zone))
    return day_minutes(local.date()) + local.hour * 60 + local.minute


class When(msgspec.Struct, frozen=True):
    """When a question is asked about: a calendar day (`at` is None), or an aware instant.

    `text` is what was written. A day is a day on the calendar of whichever jurisdiction is asked.
    """

    day: date
    at: datetime | None = None
    text: str = ""

    def span(self, zone: str) -> tuple[int, int]:
        """The question as local minutes [first, after) in `zone`: a day spans its 1440 minutes, an instant one."""
        if self.at is None:
            start = day_minutes(self.day)
            return start, start + MINUTES_A_DAY
        minute = local_minute(self.at, zone)
        return minute, minute + 1

    def __str__(self) -> str:
        return self.at.isoformat() if self.at is not None else self.day.isoformat()


def parse_when(text: str, *, where: str = "") -> When:
    """Read a day (`2025-07-20`) or an instant with offset (`2025-04-15T10:00-04:00`).

    Raises InputError for a day that does not exist, an instant without offset, or any other form: a slip in a
    date must never turn into today's law.
    """
    raw = text.strip()
    match = _DAY.match(raw)
    try:
        if match:
            return When(date(int(match[1]), int(match[2]), int(match[3])), None, raw)
        if _INSTANT.match(raw):
            at = datetime.fromisoformat(raw.replace("Z", "+00:00").replace("z", "+00:00"))
            if at.tzinfo is None:
                raise InputError(
                    f"{raw!r} is a time without an offset",
                    where=where,
                    remedy="add the zone offset, for example 2025-04-15T10:00-04:00",
                )
            return When(at.date(), at, raw)
    except ValueError as error:
        raise InputError(f"{raw!r} is not a date that exists", where=where, remedy="use YYYY-MM-DD") from error
    raise InputError(f"{raw!r} is not a date", where=where, remedy="use YYYY-MM-DD or an instant with offset")


def parse_known(text: str, *, where: str = "") -> datetime:
    """Read a knowledge time as an aware UTC instant. A day means its last moment in UTC: all that was held that day."""
    when = parse_when(text, where=where)
    if when.at is not None:
        return when.at.astimezone(UTC)
    return datetime(when.day.year, when.day.month, when.day.day, tzinfo=UTC) + timedelta(days=1, microseconds=-1)


class Moment(msgspec.Struct, frozen=True):
    """One edge of a measure: the text of the law's date and the local minutes it may fall on, both ends included.

    `first == last` where the date is certain. BEFORE_ALL and AFTER_ALL stand for an open side.
    """

    text: str
    first: int
    last: int

    @property
    def certain(self) -> bool:
        return self.first == self.last


NEVER = Moment("", AFTER_ALL, AFTER_ALL)


def parse_moment(text: str, zone: str) -> Moment:
    """Read a law's date in the precision it was written in: year, month, day, or instant with offset.

    Raises ValueError. The loader adds file and line.
    """
    raw = text.strip()
    if match := _DAY.match(raw):
        minute = day_minutes(date(int(match[1]), int(match[2]), int(match[3])))
        return Moment(raw, minute, minute)
    if match := _MONTH.match(raw):
        year, month = int(match[1]), int(match[2])
        after = date(year + month // 12, month % 12 + 1, 1)
        return Moment(raw, day_minutes(date(year, month, 1)), day_minutes(after - timedelta(days=1)))
    if match := _YEAR.match(raw):
        year = int(match[1])
        return Moment(raw, day_minutes(date(year, 1, 1)), day_minutes(date(year, 12, 31)))
    at = datetime.fromisoformat(raw)
    if at.tzinfo is None:
        raise ValueError(f"{raw!r} is a time without an offset")
    minute = local_minute(at, zone)
    return Moment(raw, minute, minute)


def days_between(earlier: Moment, later: Moment) -> int:
    """Whole days from `earlier` to `later` (negative when later comes first); both must be certain."""
    return (later.first - earlier.first) // MINUTES_A_DAY

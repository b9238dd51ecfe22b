"""Obligation against fact: the UN lists a substance, and each jurisdiction controls it so many days later or earlier.

"Not found" is missing evidence, not evidence that there is no control; it is never written as "none".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

import msgspec

from headwater.regime.law import Known
from headwater.regime.measures import Control, Obligation
from headwater.values.time import MINUTES_A_DAY, day_minutes, days_between

Status = Literal["controlled", "date not verified", "unconfirmed", "not found"]


class Gap(msgspec.Struct, frozen=True):
    """One substance under one obligation in one jurisdiction.

    `days` is national effective date less UN effective date: positive is delay, negative is lead. `open_days` counts from the
    UN date to the date asked where no national control was found.
    """

    substance: str
    name: str
    jurisdiction: str
    un_decided: str | None
    un_effective: str | None
    un_citation: str
    national_list: str | None
    national_effective: str | None
    national_citation: str | None
    days: int | None
    open_days: int | None
    status: Status
    un_confidence: str
    un_from_memory: tuple[str, ...]
    national_confidence: str | None
    national_from_memory: tuple[str, ...]
    source: str | None
    obligation: str


def gaps(known: Known, on: date, jurisdiction: str | None = None) -> Iterator[Gap]:
    """Every obligation of the regime against what its parties did, as known; `on` counts what is still open."""
    for obligation in known.regime.obligations:
        for substance in known.regime.substances.values():
            bound = _earliest(c for c in known.controls.get(substance.id, ()) if c.list == obligation.list)
            if bound is None or _already_bound(known, substance.id, obligation, bound):
                continue
            for party in obligation.parties:
                if jurisdiction is None or party == jurisdiction:
                    yield _gap(known, on, obligation, bound, substance.id, party)


def _already_bound(known: Known, subject: str, obligation: Obligation, bound: Control) -> bool:
    """True where a transfer between tables made no new duty: the earlier listing is the one that counts."""
    others = (
        c
        for o in known.regime.obligations
        if o.list != obligation.list
        for c in known.controls.get(subject, ())
        if c.list == o.list
    )
    return any(other.start.last < bound.start.last for other in others)


def _earliest(controls: Iterable[Control]) -> Control | None:
    """The control that began first; one whose first day is not established only where no other is."""
    return min(controls, key=lambda c: (c.effective is None, c.start.last), default=None)


def _gap(known: Known, on: date, obligation: Obligation, bound: Control, subject: str, party: str) -> Gap:
    national = _earliest(c for c in known.controls.get(subject, ()) if c.jurisdiction == party)
    unsure = any(u.jurisdiction == party for u in known.unconfirmed.get(subject, ()))
    status: Status = "not found"
    days = open_days = None
    if national is not None:
        status = "controlled" if national.effective else "date not verified"
        if national.start.certain and bound.start.certain and national.effective and bound.effective:
            days = days_between(bound.start, national.start)
    else:
        status = "unconfirmed" if unsure else "not found"
        if bound.start.certain and bound.effective:
            open_days = max(0, (day_minutes(on) - bound.start.first) // MINUTES_A_DAY)
    return Gap(
        substance=subject, name=known.regime.subject_name(subject), jurisdiction=party, un_decided=bound.decided,
        un_effective=bound.effective, un_citation=bound.citation,
        national_list=known.regime.lists[national.list].name if national else None,
        national_effective=national.effective if national else None,
        national_citation=national.citation if national else None, days=days, open_days=open_days, status=status,
        un_confidence=bound.confidence, un_from_memory=bound.from_memory,
        national_from_memory=national.from_memory if national else (), national_confidence=national.confidence if national else None,
        source=national.source if national else None, obligation=obligation.citation,
    )  # fmt: skip

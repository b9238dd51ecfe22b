"""law(on, known): the regime seen on a valid date, as it was known at a time. Bitemporal; three answers, never a guess.

`Known` is the regime as recorded up to an instant: of every measure the version last recorded by then. `Law` is that,
asked on a day or instant. A measure's standing is `in-force`, `depends` (the law changes inside the question: the day or
month stated is too coarse), `not-verified` (in force in a later source; its first day is not established), `not-yet` or
`ended`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Generic, Literal, Protocol, TypeVar

import msgspec

from headwater.regime.measures import Control, Membership, Requirement, Unconfirmed, UnknownAnnex
from headwater.regime.regime import Regime
from headwater.values.time import AFTER_ALL, BEFORE_ALL, EPOCH_DAY, MINUTES_A_DAY, Moment, When

State = Literal["in-force", "depends", "not-verified", "not-yet", "ended"]


class _Measure(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def recorded(self) -> str: ...


class _Dated(Protocol):
    @property
    def start(self) -> Moment: ...
    @property
    def end(self) -> Moment: ...


_M = TypeVar("_M", bound=_Measure)


class Standing(msgspec.Struct, frozen=True):
    """A control as it stands on the date asked; `why` is a sentence wherever the state is not plainly in force."""

    control: Control
    state: State
    why: str = ""


def state_of(measure: _Dated, span: tuple[int, int]) -> State:
    """Where the question [first, after), in local minutes, lies against a measure's edges."""
    first, after = span
    if measure.start.first >= after:
        return "not-yet"
    if measure.end.last <= first:
        return "ended"
    if measure.start.last > first:
        return "depends" if measure.start.text else "not-verified"
    return "in-force" if measure.end.first >= after else "depends"


def standing(control: Control, state: State) -> Standing:
    """A control with its state, and a sentence where that is not plainly in force."""
    why = ""
    if state == "depends":
        span = f"{control.effective} to {control.ended or 'open'}"
        why = f"depends on the time: the law changes inside the day or month that is stated ({span})"
    elif state == "not-verified":
        since = f" (after {control.decided})" if control.decided else ""
        why = f"shown in force by a later source; its first day{since} is not verified"
    return Standing(control, state, why)


def _as_known(measures: Iterable[_M], known: datetime) -> list[_M]:
    """Of each measure, the version recorded last among those recorded by `known` (whole UTC days), in file order."""
    day = known.astimezone(UTC).date().isoformat()
    chosen: dict[str, _M] = {}
    for measure in measures:
        if measure.recorded <= day:
            held = chosen.get(measure.id)
            if held is None or held.recorded <= measure.recorded:
                chosen[measure.id] = measure
    return list(chosen.values())


_D = TypeVar("_D", bound=_Dated)
_V = TypeVar("_V")


class Timeline(Generic[_V]):
    """What stands of some measures over all days, compiled into sorted edges: one bisection answers a day, and days between
    two edges get the same object.

    Days are local to each jurisdiction, so that one calendar day is the same question in every zone.
    """

    __slots__ = ("edges", "values")

    def __init__(self, measures: Iterable[_D], view: Callable[[_D, State], _V]) -> None:
        held = list(measures)
        days = {BEFORE_ALL // MINUTES_A_DAY + 1}
        for measure in held:
            for edge in (measure.start.first, measure.start.last, measure.end.first, measure.end.last):
                # A day is touched by an edge that falls inside it; the next day is wholly after it.
                days |= {edge // MINUTES_A_DAY, -(-edge // MINUTES_A_DAY)} if BEFORE_ALL < edge < AFTER_ALL else set()
        self.edges = sorted(days)
        self.values: list[tuple[_V, ...]] = [
            tuple(
                view(measure, state)
                for measure in held
                if (state := state_of(measure, (day * MINUTES_A_DAY, (day + 1) * MINUTES_A_DAY)))
                not in ("not-yet", "ended")
            )
            for day in self.edges
        ]

    def on(self, day: int) -> tuple[_V, ...]:
        """What is in force (or cannot be said for sure) on a day, counted from 1970-01-01."""
        return self.values[bisect_right(self.edges, day) - 1]


class Known:
    """The regime as it was known at an instant, indexed for look-up. Immutable; make it once, ask it many times."""

    def __init__(self, regime: Regime, known: datetime) -> None:
        self.regime, self.known = regime, known
        self.controls: dict[str, list[Control]] = {}
        for control in _as_known(regime.controls, known):
            self.controls.setdefault(control.subject, []).append(control)
        self.requirements: dict[str, list[Requirement]] = {}
        for requirement in _as_known(regime.requirements, known):
            for list_id in requirement.lists:
                self.requirements.setdefault(list_id, []).append(requirement)
        self.unconfirmed: dict[str, list[Unconfirmed]] = {}
        for entry in _as_known(regime.unconfirmed, known):
            self.unconfirmed.setdefault(entry.subject, []).append(entry)
        self.annexes: list[UnknownAnnex] = _as_known(regime.annexes, known)
        self._members: dict[str, list[Membership]] = {}
        for member in regime.members:
            self._members.setdefault(member.country, []).append(member)
        self._laws: dict[When, Law] = {}
        self._controls: dict[str, Timeline[Standing]] = {}
        self._asked: dict[tuple[str, tuple[str, ...]], Timeline[tuple[Requirement, State]]] = {}
        self._destinations: dict[str, frozenset[str] | None] = {}

    def timeline(self, subject: str) -> Timeline[Standing]:
        """The compiled timeline of a substance or class."""
        line = self._controls.get(subject)
        if line is None:
            line = self._controls[subject] = Timeline(self.controls.get(subject, ()), standing)
        return line

    def asked(self, list_id: str, activities: tuple[str, ...]) -> Timeline[tuple[Requirement, State]]:
        """The compiled timeline of what a list asks of any of some activities."""
        line = self._asked.get((list_id, activities))
        if line is None:
            held = (r for r in self.requirements.get(list_id, ()) if not set(activities).isdisjoint(r.activities))
            line = self._asked[list_id, activities] = Timeline(held, lambda requirement, state: (requirement, state))
        return line

    def destinations(self, list_id: str) -> frozenset[str] | None:
        """The destinations that a list is made for; None where it binds whatever the destination."""
        if list_id not in self._destinations:
            held = self.requirements.get(list_id, ())
            only = bool(held) and all(r.destinations for r in held)
            self._destinations[list_id] = frozenset(d for r in held for d in r.destinations) if only else None
        return self._destinations[list_id]

    def on(self, when: When) -> Law:
        """The law on a day or at an instant."""
        law = self._laws.get(when)
        if law is None:
            law = self._laws[when] = Law(self, when)
        return law

    def jurisdiction(self, country: str, when: When) -> str | None:
        """Whose law binds in `country` (ISO 3166 alpha-2, or a jurisdiction's code) on the day: None when none is held."""
        day = when.day.isoformat()
        for member in self._members.get(country, ()):
            if member.first <= day and (not member.last or day < member.last):
                return member.jurisdiction or None
        return country if country in self.regime.jurisdictions and country not in self._members else None

    def membership_days(self) -> list[str]:
        """The days on which whose law binds in some country changes, sorted."""
        return sorted({day for held in self._members.values() for m in held for day in (m.first, m.last) if day})


class Law:
    """What binds on one day or instant, as known. Every answer carries its measures."""

    def __init__(self, known: Known, when: When) -> None:
        self.known_as, self.when = known, when
        self.regime = known.regime
        self._spans: dict[str, tuple[int, int]] = {}

    def span(self, jurisdiction: str) -> tuple[int, int]:
        """The question in the local minutes of a jurisdiction."""
        span = self._spans.get(jurisdiction)
        if span is None:
            span = self._spans[jurisdiction] = self.when.span(self.regime.zone(jurisdiction))
        return span

    def standings(self, subject: str) -> Iterator[Standing]:
        """Every control on a substance or class, past, present and to come, with its state on the date."""
        for control in self.known_as.controls.get(subject, ()):
            yield standing(control, state_of(control, self.span(control.jurisdiction)))

    def controls(self, subject: str) -> Sequence[Standing]:
        """The controls in force, and those of which that cannot be said for sure (`depends`, `not-verified`)."""
        if self.when.at is None:
            return self.known_as.timeline(subject).on(self.when.day.toordinal() - EPOCH_DAY)
        return [s for s in self.standings(subject) if s.state not in ("not-yet", "ended")]

    def requirements(self, list_id: str, activities: tuple[str, ...]) -> tuple[tuple[Requirement, State], ...]:
        """What a list asks of any of the activities on the date."""
        if self.when.at is None:
            return self.known_as.asked(list_id, activities).on(self.when.day.toordinal() - EPOCH_DAY)
        return tuple(
            (requirement, state)
            for requirement in self.known_as.requirements.get(list_id, ())
            if not set(activities).isdisjoint(requirement.activities)
            and (state := state_of(requirement, self.span(requirement.jurisdiction))) not in ("not-yet", "ended")
        )

    def annexes(self, group: str) -> list[UnknownAnnex]:
        """Lists in force whose members are not known, that may name a substance of `group`."""
        return [
            annex
            for annex in self.known_as.annexes
            if group in annex.groups and state_of(annex, self.span(annex.jurisdiction)) in ("in-force", "depends")
        ]

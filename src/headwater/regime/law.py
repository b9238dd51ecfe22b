"""law(on, known): the regime seen on a valid date, as it was known at a time. Bitemporal; three answers, never a guess.

`Known` is the regime as recorded up to an instant: of every measure the version last recorded by then. `Law` is that,
asked on a day or instant. A measure's standing is `in-force`, `depends` (the law changes inside the question: the day or
month stated is too coarse), `not-verified` (in force in a later source; its first day is not established), `not-yet` or
`ended`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Literal, Protocol, TypeVar

import msgspec

from headwater.regime.measures import Control, Membership, Requirement, Unconfirmed, UnknownAnnex
from headwater.regime.regime import Regime
from headwater.values.time import Moment, When

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
            state = state_of(control, self.span(control.jurisdiction))
            yield Standing(control, state, self._why(control, state))

    def controls(self, subject: str) -> list[Standing]:
        """The controls in force, and those of which that cannot be said for sure (`depends`, `not-verified`)."""
        return [s for s in self.standings(subject) if s.state not in ("not-yet", "ended")]

    def requirements(self, list_id: str, activities: Iterable[str]) -> list[tuple[Requirement, State]]:
        """What a list asks of any of the activities on the date."""
        wanted = frozenset(activities)
        found: list[tuple[Requirement, State]] = []
        for requirement in self.known_as.requirements.get(list_id, ()):
            if wanted.isdisjoint(requirement.activities):
                continue
            state = state_of(requirement, self.span(requirement.jurisdiction))
            if state not in ("not-yet", "ended"):
                found.append((requirement, state))
        return found

    def annexes(self, group: str) -> list[UnknownAnnex]:
        """Lists in force whose members are not known, that may name a substance of `group`."""
        return [
            annex
            for annex in self.known_as.annexes
            if group in annex.groups and state_of(annex, self.span(annex.jurisdiction)) in ("in-force", "depends")
        ]

    def _why(self, control: Control, state: State) -> str:
        if state == "depends":
            edge = control.effective if not control.start.certain or self._inside(control.start, control) else control.ended
            return f"depends on the time: the law changes at {edge}, inside {self.when}"
        if state == "not-verified":
            since = f" after {control.decided}" if control.decided else ""
            return f"in force at a later date; its first day{since} is not verified for {self.when}"
        return ""

    def _inside(self, moment: Moment, control: Control) -> bool:
        first, after = self.span(control.jurisdiction)
        return first < moment.last < after

"""What only the whole regime can show: references that lead nowhere, intervals that overlap, numbers given twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

from headwater.regime.measures import Control, Unconfirmed
from headwater.regime.regime import Regime


def check_whole(regime: Regime, place: Callable[[Any], str]) -> list[str]:
    """Every problem of the whole, each with the place (file and line) of the measure that shows it."""
    return [
        f"{where}: {what}" if where else what
        for where, what in (
            *_references(regime, place),
            *_overlaps(regime, place),
            *_cas_given_twice(regime),
        )
    ]


def _references(regime: Regime, place: Callable[[Any], str]) -> Iterator[tuple[str, str]]:
    subjects = regime.substances.keys() | regime.classes.keys()
    entries: tuple[Control | Unconfirmed, ...] = (*regime.controls, *regime.unconfirmed)
    for entry in entries:
        if entry.subject not in subjects:
            yield place(entry), f"dangling reference: no substance or class {entry.subject!r}"
    for requirement in regime.requirements:
        named = {t.substance for t in requirement.thresholds} | {m.substance for m in requirement.mixture_limits}
        for substance in sorted((named | set(requirement.substances)) - regime.substances.keys()):
            yield place(requirement), f"dangling reference: no substance {substance!r}"
    for obligation in regime.obligations:
        if obligation.list not in regime.lists:
            yield obligation.id, f"unknown list {obligation.list!r}"
        for party in sorted(set(obligation.parties) - regime.jurisdictions.keys()):
            yield obligation.id, f"unknown jurisdiction {party!r}"
    for member in regime.members:
        if member.jurisdiction and member.jurisdiction not in regime.jurisdictions:
            yield member.country, f"unknown jurisdiction {member.jurisdiction!r}"
        if member.first and member.last and member.last <= member.first:
            yield member.country, f"reversed interval: {member.last} is not after {member.first}"


def _overlaps(regime: Regime, place: Callable[[Any], str]) -> Iterator[tuple[str, str]]:
    """A substance stands once on a list at a time: two entries of one scope whose certain intervals meet are an error."""
    entries: dict[tuple[str, str, str], list[Control]] = {}
    for control in regime.controls:
        entries.setdefault((control.subject, control.list, control.scope), []).append(control)
    for group in entries.values():
        for one, other in combinations(group, 2):
            if one.id == other.id:
                continue  # versions of one measure, told apart by knowledge time
            if max(one.start.last, other.start.last) < min(one.end.first, other.end.first):
                yield place(other), f"overlapping intervals on {other.list}: {one.id!r} and {other.id!r}"


def _cas_given_twice(regime: Regime) -> Iterator[tuple[str, str]]:
    owner: dict[str, str] = {}
    for substance in regime.substances.values():
        for number in substance.cas:
            first = owner.setdefault(number.number, substance.id)
            if first != substance.id:
                yield "", f"CAS RN {number.number} is given to {first!r} and to {substance.id!r}"

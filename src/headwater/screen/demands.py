"""What the controls on a subject demand on one leg: requirements in force, less what quantity or mixture exempts.

Thresholds are the law's own (21 CFR 1310.04(f); Regulation 273/2004 Annex II; Regulation 2015/1011 Annex I). One row cannot
show the total of a month or a year, so an exemption by quantity always says which total it leaves open.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from headwater.regime.law import Law, Standing, State
from headwater.regime.measures import Demand, Requirement, Threshold
from headwater.screen.case import Case, Subject
from headwater.screen.finding import Effect
from headwater.screen.route import Leg

# requirements.yaml, "next_step"; a registration is a standing permission, so its lack stops the activity like a licence's.
EFFECT: dict[Demand, Effect] = {
    "prohibition": "prohibited",
    "licence": "licence-required",
    "authorisation": "licence-required",
    "registration": "licence-required",
    "pre-export-notification": "notification-required",
    "advance-notice": "notification-required",
    "declaration": "duty",
    "record": "duty",
    "report": "duty",
    "identity-check": "duty",
    "labelling": "duty",
}
ORDER: tuple[Effect, ...] = ("prohibited", "licence-required", "notification-required", "duty")


class Asked(msgspec.Struct, frozen=True):
    """The requirements of one effect that a list makes of a leg; `certain` ones first, and only those where there are any."""

    effect: Effect
    requirements: tuple[Requirement, ...]
    certain: bool


class Asking(msgspec.Struct, frozen=True):
    """All that a list asks of a leg; `exempt` holds a sentence for each requirement that quantity lifts; `known` is False
    where the regime holds no requirement of this list for this activity at all."""

    asked: tuple[Asked, ...]
    exempt: tuple[str, ...]
    known: bool


def asking(case: Case, subject: Subject, standing: Standing, leg: Leg) -> Asking:
    """What the list of a control asks of a leg for this subject and quantity."""
    law = case.law(leg)
    held = [
        (requirement, state)
        for requirement, state in law.requirements(standing.control.list, leg.activities)
        if _reaches(requirement, subject, leg)
    ]
    below = _excluded(held) or _below_regulated(case, subject, held)
    by_effect: dict[Effect, list[tuple[Requirement, State]]] = {}
    exempt: list[str] = [below] if below else []
    for requirement, state in held:
        if requirement.threshold_rule == "regulated" or requirement.binds == "exclusion":
            continue
        lifted = _below_own(case, subject, requirement)
        if lifted:
            exempt.append(lifted)
            continue
        for effect in _effects(case, requirement):
            if not (below and effect != "licence-required"):
                by_effect.setdefault(effect, []).append((requirement, state))
    asked = tuple(_asked(effect, by_effect[effect]) for effect in ORDER if effect in by_effect)
    return Asking(asked, tuple(dict.fromkeys(exempt)), bool(held))


def _asked(effect: Effect, held: list[tuple[Requirement, State]]) -> Asked:
    certain = tuple(r for r, state in held if _certain(r, state))
    return Asked(effect, certain or tuple(r for r, _ in held), bool(certain))


def _certain(requirement: Requirement, state: State) -> bool:
    """Goods are not held on a requirement that was only recalled, or whose first day is open on the date."""
    return requirement.confidence == "verified" and state == "in-force"


def _reaches(requirement: Requirement, subject: Subject, leg: Leg) -> bool:
    """False for what speaks of other destinations, other substances, mixtures, or conduct that no order shows."""
    if requirement.binds in ("conduct", "mixture"):
        return False
    if requirement.destinations and leg.destination not in requirement.destinations:
        return False
    return not requirement.substances or subject.key in requirement.substances


def _effects(case: Case, requirement: Requirement) -> Iterator[Effect]:
    """The effects of a requirement's demands, once each. A ban on private buyers is a duty to check the buyer."""
    if requirement.party == "state":
        if "pre-export-notification" in requirement.demands:
            yield "notification-required"
        return
    if requirement.binds == "cash":
        if case.policy.pays_cash(case.transaction.payment_method):
            yield "prohibited"
        return
    if requirement.binds != "always":
        yield "duty"
        return
    yield from dict.fromkeys(EFFECT[demand] for demand in requirement.demands)


def _excluded(held: list[tuple[Requirement, State]]) -> str:
    """A sentence where the law takes the transaction out of regulation, unless it regulates this very destination."""
    if any(r.threshold_rule == "regulated" and r.destinations for r, _ in held):
        return ""
    return next((f"{r.what.rstrip('.')} ({r.citation})" for r, _ in held if r.binds == "exclusion"), "")


def _below_regulated(case: Case, subject: Subject, held: list[tuple[Requirement, State]]) -> str:
    """A sentence where a list regulates only from a threshold on and this row stays below it (registration is owed anyway)."""
    for requirement, _ in held:
        if requirement.threshold_rule == "regulated" and (row := _row(case, subject, requirement)) is not None:
            return below(case, subject, row)
    return ""


def _below_own(case: Case, subject: Subject, requirement: Requirement) -> str:
    """A sentence where a requirement carries its own threshold for the substance and this row stays below it."""
    row = _row(case, subject, requirement)
    return below(case, subject, row) if row is not None else ""


def _row(case: Case, subject: Subject, requirement: Requirement) -> Threshold | None:
    """The threshold row of a substance; where the law gives mass and volume, the one in the unit of the order."""
    rows = [t for t in requirement.thresholds if t.substance == subject.key]
    unit = case.quantity.unit if case.quantity is not None else ""
    return min(rows, key=lambda t: t.unit != unit) if rows else None


def below(case: Case, subject: Subject, threshold: Threshold, content: Decimal | None = None) -> str:
    """A sentence where the row's quantity (times `content`, a fraction) is below `threshold`, else the empty string."""
    if case.quantity is None or case.quantity.unit == "piece":
        return ""
    amount = case.policy.in_unit(case.quantity, threshold.unit, subject.key)
    if amount is None:
        return ""
    amount *= content if content is not None else 1
    reached = amount >= threshold.amount if threshold.relation == "at-or-above" else amount > threshold.amount
    if reached:
        return ""
    period = {"per-transaction": "a transaction", "per-package": "a package"}.get(
        threshold.period, f"a {threshold.period.removeprefix('calendar-')}"
    )
    total = (
        ""
        if threshold.period.startswith("per-")
        else f", unless the {threshold.period.replace('-', ' ')}'s total reaches it"
    )
    memory = " (figure from memory)" if threshold.confidence == "from-memory" else ""
    return f"{case.quantity} is below the threshold of {threshold.text} {period}{memory} in {threshold.citation}{total}"


def smallest_threshold(case: Case, subject: Subject, law: Law) -> Threshold | None:
    """The smallest quantity at which any law on the route (or, where those set none, any law held) begins to act."""
    found: list[tuple[bool, Decimal, Threshold]] = []
    for requirements in law.known_as.requirements.values():
        for requirement in requirements:
            for threshold in requirement.thresholds:
                if threshold.substance == subject.key and threshold.amount > 0:
                    amount = threshold.amount * (
                        case.policy.density.get(subject.key, Decimal(1)) if threshold.unit == "ml" else 1
                    )
                    found.append((requirement.jurisdiction not in case.jurisdictions, amount, threshold))
    return min(found, key=lambda f: f[:2])[2] if found else None

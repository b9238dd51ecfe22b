"""What one rule says of one transaction, and what the findings add up to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

Effect = Literal["note", "red-flag", "near-match", "duty", "notification-required", "licence-required", "prohibited"]
Verdict = Literal["release", "review", "hold"]

# design.md, "Effects of a finding, weakest first".
EFFECTS: tuple[Effect, ...] = (
    "note", "red-flag", "near-match", "duty", "notification-required", "licence-required", "prohibited",
)  # fmt: skip
_HOLD = frozenset({"licence-required", "prohibited"})
_REVIEW = frozenset({"near-match", "red-flag", "notification-required"})


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One rule's result: effect, the measure it rests on, its citation, the evidence and a sentence.

    `start` and `end` count characters of `field` as the user wrote it. `verify` is set where the row states a licence: the
    demand may be met, and a person has to look. `confidence` is that of the measure: what is not verified says so.
    """

    rule: str
    effect: Effect
    field: str = ""
    matched: str = ""
    start: int = 0
    end: int = 0
    substance: str | None = None
    party: str | None = None
    measure: str | None = None
    jurisdiction: str | None = None
    citation: str = ""
    explanation: str
    list: str | None = None
    source: str = ""
    confidence: str = ""
    verify: bool = False


class Upcoming(msgspec.Struct, frozen=True):
    """A control on the route that is not in force yet on the date: what comes, and when."""

    substance: str
    jurisdiction: str
    list: str
    effective: str
    citation: str
    measure: str


class Decision(msgspec.Struct, frozen=True):
    """What the findings add up to. `not_held` names the jurisdictions on the route whose law the regime does not hold."""

    id: str
    decision: Verdict
    findings: tuple[Finding, ...]
    on: str
    known: str
    regime: str
    not_held: tuple[str, ...] = ()
    upcoming: tuple[Upcoming, ...] = ()


def decisive(findings: Iterable[Finding]) -> Finding | None:
    """The finding that a person reads first: one that holds before one that sends to review, and of those the strongest."""

    def weight(finding: Finding) -> tuple[bool, bool, int]:
        holds = finding.effect in _HOLD and not finding.verify
        return holds, finding.verify or finding.effect in _REVIEW, EFFECTS.index(finding.effect)

    return max(findings, key=weight, default=None)


def verdict(findings: tuple[Finding, ...]) -> Verdict:
    """hold on a prohibition or an unmet licence; review on what a person must look at; release otherwise."""
    if any(f.effect in _HOLD and not f.verify for f in findings):
        return "hold"
    if any(f.effect in _REVIEW or f.verify for f in findings):
        return "review"
    return "release"

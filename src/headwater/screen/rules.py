"""The ordered list of rules. To change the policy is to change a row; each rule's docstring is its documentation.

A rule is a function of a `Case` that yields findings. Its `source` names what it rests on: a law on the case, or the
published reason for looking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from headwater.screen import rules_evidence, rules_law
from headwater.screen.case import Case
from headwater.screen.finding import Finding


class Rule(msgspec.Struct, frozen=True):
    """One rule: its name in the output, what it rests on, and the function."""

    name: str
    source: str
    check: Callable[[Case], Iterator[Finding]]

    @property
    def sentence(self) -> str:
        """The first paragraph of the rule's docstring."""
        return " ".join((self.check.__doc__ or "").split("\n\n")[0].split())


RULES: tuple[Rule, ...] = (
    Rule("control", "the control and the requirements of its list, cited in the finding", rules_law.controls),
    Rule("unknown-annex", "the instrument whose annex is not known, cited in the finding", rules_law.unknown_annexes),
    Rule("not-held", "absence of law is not permission: the regime names what it does not hold", rules_law.not_held),
    Rule("offer", "FIN-2024-A002: suppliers that advertise precursors online", rules_law.offers),
    Rule("not-yet-controlled", "the controls' effective dates", rules_law.not_yet_controlled),
    Rule(
        "near-match",
        "design.md: what is near a controlled substance is never released by the machine",
        rules_evidence.near,
    ),
    Rule(
        "contradiction", "FIN-2024-A002 and FIN-2019-A006: descriptions that do not fit", rules_evidence.contradiction
    ),
    Rule("field-check", "CAS, check digit verification of CAS Registry Numbers", rules_evidence.field_check),
    Rule("hs-hint", "Harmonized System 2022, subheadings of single substances", rules_evidence.hs_hint),
)

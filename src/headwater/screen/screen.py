"""screen(transaction, known, identifier, policy) -> Decision. One function; the same values give the same bytes.

The steps are those of docs/decisions.md:

(1) identify substances in text, CAS and structure fields
(2) lay out the legs of the route and whose law binds on each, on the day of the event that governs it
(3) run the rules in their order
(4) add what comes into force soon, and what the regime does not hold
(5) decide
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from headwater.identify.identification import FieldProblem, Identification
from headwater.identify.identifier import Identifier
from headwater.regime.law import Known
from headwater.screen import rules_law
from headwater.screen.case import Case, Memory
from headwater.screen.finding import Decision, Finding, Upcoming, verdict
from headwater.screen.policy import Policy
from headwater.screen.rules import RULES
from headwater.screen.transaction import Transaction


def screen(
    transaction: Transaction,
    known: Known,
    identifier: Identifier,
    policy: Policy,
    memory: Memory | None = None,
) -> Decision:
    """Decide one transaction. Raises nothing of its own: what cannot be read is a finding.

    `memory` may be kept over the rows of a batch under the same `known` and `policy`: it holds answers by all they depend on.
    """
    # (1)
    identified, problems = identify(transaction, identifier)
    return decide(transaction, identified, problems, known, policy, memory)


def decide(
    transaction: Transaction,
    identified: Sequence[Identification],
    problems: Sequence[FieldProblem],
    known: Known,
    policy: Policy,
    memory: Memory | None = None,
) -> Decision:
    """Steps (2) to (5): decide a transaction in which this was identified."""
    # (2)
    case = Case(transaction, known, policy, identified, problems, memory)
    # (3)
    findings: tuple[Finding, ...] = tuple(dict.fromkeys(f for rule in RULES for f in rule.check(case)))
    # (4)
    upcoming = tuple(dict.fromkeys(_upcoming(case)))
    # (5)
    return Decision(
        id=transaction.id, decision=verdict(findings), findings=findings, on=str(transaction.on),
        known=known.known.isoformat(timespec="seconds"), regime=known.regime.digest, not_held=case.not_held(),
        upcoming=upcoming,
    )  # fmt: skip


def identify(transaction: Transaction, identifier: Identifier) -> tuple[list[Identification], list[FieldProblem]]:
    """Everything listed that the text, CAS and structure fields name, and the numbers and structures that do not check."""
    found = list(identifier.text(transaction.text)) if transaction.text else []
    problems = list(identifier.cas_problems(transaction.text, "text")) if transaction.text else []
    if transaction.cas:
        found += identifier.cas_field(transaction.cas)
        problems += identifier.cas_problems(transaction.cas, "cas")
    if transaction.smiles:
        structures, problem = identifier.structure(transaction.smiles)
        found += structures
        problems += problem
    other = {number for i in found if i.ambiguous for number in identifier.other_meaning(i)}
    settled = any(number in transaction.cas for number in other)
    return [i for i in found if not (i.ambiguous and settled)], problems


def _upcoming(case: Case) -> Iterator[Upcoming]:
    """What comes into force on this route within the time the policy looks ahead, for every subject that is sure."""
    for subject in case.subjects:
        if subject.sureness not in ("sure", "likely"):
            continue
        for standing in rules_law.upcoming(case, subject):
            control = standing.control
            if control.effective and rules_law.days_until(case, control) <= case.policy.upcoming_shown_days:
                yield Upcoming(
                    subject.key, control.jurisdiction, case.regime.lists[control.list].name, control.effective,
                    control.citation, control.id,
                )  # fmt: skip

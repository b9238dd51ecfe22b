"""What the rules look at: one transaction, the law of its legs, and what was identified in it, gathered by subject."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cached_property
from typing import Literal

from headwater.identify.identification import FieldProblem, Identification
from headwater.regime.law import Known, Law
from headwater.screen.finding import Finding
from headwater.screen.policy import Policy
from headwater.screen.route import Leg, legs
from headwater.screen.transaction import Transaction
from headwater.values import quantity
from headwater.values.quantity import Quantity

Sureness = Literal["sure", "likely", "ambiguous", "near"]

# Which evidence to show first when several fields name the same subject.
_WEIGHT = {"structure": 0, "cas": 1, "name": 2, "class": 3, "fuzzy": 4, "near": 5}


# Answers by all that they depend on, kept over the rows of a batch.
Memory = dict[Hashable, tuple[Finding, ...]]


class Subject:
    """One substance or class that the transaction seems to be about, with all the evidence for it."""

    def __init__(self, key: str, evidence: Sequence[Identification]) -> None:
        self.key = key
        self.evidence = sorted(evidence, key=lambda i: (i.ambiguous, _WEIGHT[i.method], -i.score, i.field, i.start))
        self.best = self.evidence[0]

    @property
    def sureness(self) -> Sureness:
        """`sure` by name, number or structure; `likely` by a garble; `ambiguous` by an open abbreviation; else `near`."""
        firm = [i for i in self.evidence if i.method not in ("fuzzy", "near")]
        if any(not i.ambiguous for i in firm):
            return "sure"
        if any(i.method == "fuzzy" for i in self.evidence):
            return "likely"
        return "ambiguous" if firm else "near"

    @cached_property
    def ingredient(self) -> Identification | None:
        """The mention that says the goods only contain it, where no evidence says that they are it."""
        if any(i.role == "goods" for i in self.evidence):
            return None
        return self.best


class Case:
    """One transaction with everything the rules may ask. Pure; built once, read by every rule."""

    def __init__(
        self,
        transaction: Transaction,
        known: Known,
        policy: Policy,
        identified: Sequence[Identification],
        problems: Sequence[FieldProblem],
        memory: Memory | None = None,
    ) -> None:
        self.transaction, self.known, self.policy = transaction, known, policy
        self.regime = known.regime
        self.identified, self.problems = identified, problems
        self.route = legs(transaction, known)
        self.memory = memory if memory is not None else {}
        self.licence_stated = policy.states_a_licence(transaction.licence)

    @cached_property
    def subjects(self) -> list[Subject]:
        """The subjects in order of first mention: substances before classes."""
        grouped: dict[str, list[Identification]] = {}
        for found in self.identified:
            grouped.setdefault(found.substance, []).append(found)
        return [Subject(key, evidence) for key, evidence in grouped.items()]

    def law(self, leg: Leg) -> Law:
        """The law of a leg, on the day or instant of the event that governs it."""
        return self.known.on(leg.when)

    @property
    def today(self) -> Law:
        """The law on the transaction's own date (the UN tables, and what comes into force next)."""
        return self.known.on(self.transaction.on)

    @cached_property
    def law_legs(self) -> list[Leg]:
        """The legs whose law is held, and the Convention's as a leg over all activities of the route."""
        activities = dict.fromkeys(activity for leg in self.route for activity in leg.activities)
        baseline = Leg(tuple(activities), "UN", "UN", self.transaction.on)
        return [*(leg for leg in self.route if leg.jurisdiction is not None), baseline]

    @cached_property
    def jurisdictions(self) -> frozenset[str]:
        """The jurisdictions on the route whose law is held."""
        return frozenset(leg.jurisdiction for leg in self.route if leg.jurisdiction is not None)

    @cached_property
    def quantity(self) -> Quantity | None:
        """What is moved, where the row states it in a form that can be read."""
        try:
            return quantity.total(self.transaction.quantity, self.transaction.unit, self.transaction.text)
        except ValueError:
            return None

    def not_held(self) -> tuple[str, ...]:
        """Countries on the route whose law the regime does not hold on the day."""
        return tuple(dict.fromkeys(leg.country for leg in self.route if leg.jurisdiction is None))

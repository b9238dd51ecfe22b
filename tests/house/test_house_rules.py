"""Every rule is documented, sourced, named in docs/decisions.md, and has cases that raise it and cases that do not."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from headwater.flow.rows import to_transaction
from headwater.identify.identifier import Identifier
from headwater.regime.law import Known
from headwater.screen.finding import EFFECTS, Decision
from headwater.screen.policy import Policy
from headwater.screen.rules import RULES, Rule
from headwater.screen.screen import screen
from headwater.screen.transaction import FIELDS, Transaction

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "cases" / "rules"
# What `control` reports under a name of its own: a licence that is stated and has to be verified.
REPORTED = {"licence-stated"}


class RuleCase(NamedTuple):
    rule: str
    raised: bool
    why: str
    row: dict[str, str]
    effect: str | None
    decision: str | None


def cases() -> list[RuleCase]:
    """All rows of tests/cases/rules, as text fields."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        document: dict[str, list[dict[str, Any]]] = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert set(document) == {"raises", "does_not"}, path
        for key, raised in (("raises", True), ("does_not", False)):
            for item in document[key]:
                assert set(item) <= {"why", "row", "effect", "decision"}, f"{path}: {item}"
                row = {k: v.isoformat() if isinstance(v, datetime.date) else str(v) for k, v in item["row"].items()}
                assert set(row) <= set(FIELDS), f"{path}: {row}"
                found.append(RuleCase(path.stem, raised, item["why"], row, item.get("effect"), item.get("decision")))
    return found


CASES = cases()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_is_documented_sourced_and_has_its_cases(rule: Rule) -> None:
    assert rule.sentence.endswith("."), "the first paragraph of the docstring is the rule's documentation"
    assert rule.source.strip()
    assert f"`{rule.name}`" in (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
    assert {case.raised for case in CASES if case.rule == rule.name} == {True, False}


def test_there_are_no_cases_of_a_rule_that_is_gone() -> None:
    assert {case.rule for case in CASES} == {rule.name for rule in RULES} | REPORTED
    text = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in (*REPORTED, *EFFECTS))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}-{'raised' if case.raised else 'not'}-{case.why}")
def test_rule(case: RuleCase, known: Known, identifier: Identifier, policy: Policy) -> None:
    decision = decide(case.row, known, identifier, policy)
    raised = [finding for finding in decision.findings if finding.rule == case.rule]
    assert bool(raised) == case.raised, decision
    assert case.effect is None or case.effect in {finding.effect for finding in raised}, raised
    assert case.decision is None or decision.decision == case.decision, decision


def decide(row: dict[str, str], known: Known, identifier: Identifier, policy: Policy) -> Decision:
    """One row through the reader and the screen."""
    transaction = to_transaction(row, number=1, on=None)
    assert isinstance(transaction, Transaction), transaction
    return screen(transaction, known, identifier, policy)

"""The worked orders of orders.yaml: for each row the officer's decision, what is cited, and what must not be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from headwater.flow.rows import to_transaction
from headwater.identify.identifier import Identifier
from headwater.regime.law import Known
from headwater.regime.regime import Regime
from headwater.screen.finding import Decision
from headwater.screen.policy import Policy
from headwater.screen.screen import screen
from headwater.screen.transaction import Transaction

GROUPS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "orders.yaml").read_text(encoding="utf-8"))
CASES: list[dict[str, Any]] = [case for group in GROUPS for case in group["cases"]]


def decide(row: dict[str, str], known: Known, identifier: Identifier, policy: Policy) -> Decision:
    transaction = to_transaction({"kind": "order", **row}, number=1, on=None)
    assert isinstance(transaction, Transaction), transaction
    return screen(transaction, known, identifier, policy)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_order(case: dict[str, Any], known: Known, identifier: Identifier, policy: Policy) -> None:
    decision = decide(case["row"], known, identifier, policy)
    shown = f"{case['why']}\n{msgspec.json.encode(decision).decode()}"
    cited = {(finding.jurisdiction, finding.list) for finding in decision.findings}
    named = {finding.substance for finding in decision.findings}
    assert decision.decision in case["accept"], shown
    assert {tuple(pair) for pair in case.get("cite", ())} <= cited, shown
    assert cited.isdisjoint(tuple(pair) for pair in case.get("must_not_cite", ())), shown
    assert case.get("substance") is None or case["substance"] in named, shown
    assert named.isdisjoint(case.get("must_not_name", ())), shown


def test_the_cases_are_well_formed(regime: Regime) -> None:
    lists = {(head.jurisdiction, head.name) for head in regime.lists.values()}
    assert len(CASES) >= 80
    assert len({case["id"] for case in CASES}) == len(CASES)
    for case in CASES:
        assert case["decision"] in case["accept"], case["id"]
        assert case["why"].endswith("."), case["id"]
        pairs = [tuple(pair) for pair in (*case.get("cite", ()), *case.get("must_not_cite", ()))]
        assert set(pairs) <= lists, (case["id"], pairs)
        assert {*case.get("must_not_name", ()), case.get("substance", "npp")} <= set(regime.substances), case["id"]

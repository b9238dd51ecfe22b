"""The worked orders of the shared cases: the judgement asked for. Designated parties come with their own issue."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import msgspec
import pytest

from headwater.identify.identifier import Identifier
from headwater.regime.law import Known
from headwater.screen.finding import Decision
from headwater.screen.policy import Policy
from headwater.screen.screen import screen

# The groups that need designations in the regime.
PARTY_GROUPS = {"designated", "common-name", "bank"}


def cases() -> list[dict[str, object]]:
    """Rows joined with their expected answers; empty where the shared folder is absent."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "cases"
    if not folder.is_dir():
        return []
    with (folder / "orders.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    lines = (folder / "orders.expected.jsonl").read_text(encoding="utf-8").splitlines()
    return [{**json.loads(line), "row": rows[json.loads(line)["id"]]} for line in lines]


def decide(row: dict[str, str], known: Known, identifier: Identifier, policy: Policy) -> Decision:
    from headwater.flow.rows import to_transaction
    from headwater.screen.transaction import Transaction

    transaction = to_transaction(row, number=1, on=None)
    assert isinstance(transaction, Transaction), transaction
    return screen(transaction, known, identifier, policy)


def cited(decision: Decision, wanted: dict[str, str]) -> bool:
    return any(f.jurisdiction == wanted["jurisdiction"] and f.list == wanted["list"] for f in decision.findings)


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case['id']}-{case['group']}")
def test_worked_order(case: dict, known: Known, identifier: Identifier, policy: Policy) -> None:  # type: ignore[type-arg]
    if case["group"] in PARTY_GROUPS and case["decision"] != "release":
        pytest.skip("needs designations in the regime (their own issue)")
    decision = decide(case["row"], known, identifier, policy)
    shown = msgspec.json.encode(decision).decode()
    assert decision.decision in case["accept"], shown
    assert all(cited(decision, wanted) for wanted in case["cite"]), shown
    assert not any(cited(decision, forbidden) for forbidden in case["must_not_cite"]), shown
    named = {f.substance for f in decision.findings}
    assert case["substance"] is None or case["substance"] in named, shown
    assert named.isdisjoint(case["must_not_name"]), shown


def test_the_cases_are_there(shared: Path) -> None:
    assert len(cases()) >= 20

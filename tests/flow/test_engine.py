"""The batch engine gives every row the decision that `screen` gives it alone, in row order."""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec
import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from headwater.flow import engine as engine_module
from headwater.flow.engine import Engine, documents
from headwater.flow.rows import prepare, to_transaction
from headwater.identify.identifier import Identifier
from headwater.identify.scanner import ColumnScanner
from headwater.regime.law import Known
from headwater.screen.policy import Policy
from headwater.screen.screen import screen
from headwater.screen.transaction import FIELDS, Transaction

# The scanner takes part whatever the size of the table.
engine_module.WORTH_SCANNING = 1
ROOT = Path(__file__).resolve().parents[2]

texts = st.sampled_from(
    [
        "", "4-piperidone 98% 25kg", "Nail polish remover (acetone based) 100ml x 48", "men's running shoes", "4-AP 5kg",
        "4-dipiperone", "toluene-free paint", "高锰酸钾 500克", "sodium chloride CAS 7647-14-5", "lot 41661-47-5", "Ph3nethyl",
    ]
)  # fmt: skip
countries = st.sampled_from(["", "CN", "US", "DE", "GB", "BR", "中国", "Mexico"])
rows = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["", "A-1", 'x"y', "é\\"]),
        "kind": st.sampled_from(["", "order", "consignment", "listing", "payment"]),
        "date": st.sampled_from(["2019-05-01", "2020-12-31", "2021-01-01", "2025-07-19", "2025-07-20", "2025-07-20T10:00+08:00"]),
        "text": texts,
        "cas": st.sampled_from(["", "41661-47-6", "67-64-1", "144-55-9", "7647-14-5"]),
        "smiles": st.sampled_from(["", "O=C1CCNCC1", "CCO", "not a structure"]),
        "hs_code": st.sampled_from(["", "2933.37", "293399"]),
        "quantity": st.sampled_from(["", "25", "1,000", "x"]),
        "unit": st.sampled_from(["", "kg", "pcs"]),
        "seller_country": countries,
        "origin": countries,
        "destination": countries,
        "transit": st.sampled_from(["", "SG", "US;PA"]),
        "licence": st.sampled_from(["", "pending", "MOFCOM 2025-0001"]),
        "seller": st.just("Some firm"),
    }
)  # fmt: skip


def decided(engine: Engine, table: list[dict[str, str]]) -> list[dict[str, object]]:
    frame = pl.DataFrame(
        [{f: row.get(f, "") for f in FIELDS} for row in table], schema=dict.fromkeys(FIELDS, pl.String)
    )
    numbers = pl.Series("number", range(1, len(table) + 1), dtype=pl.Int64)
    ready = prepare(frame, numbers, numbers.alias("line"), None)
    assert not ready.rejects
    result = engine.decide(ready.frame, ready.numbers)
    known = engine.known
    return [
        msgspec.json.decode(d)
        for d in documents(result, known.known.isoformat(timespec="seconds"), known.regime.digest)
    ]


def alone(row: dict[str, str], number: int, engine: Engine) -> dict[str, object]:
    transaction = to_transaction(row, number=number, on=None)
    assert isinstance(transaction, Transaction)
    one = screen(transaction, engine.known, engine.identifier, engine.policy)
    return msgspec.json.decode(msgspec.json.encode(one))  # type: ignore[no-any-return]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(table=st.lists(rows, min_size=1, max_size=12))
def test_a_row_in_a_batch_is_decided_as_alone(
    table: list[dict[str, str]], known: Known, identifier: Identifier, policy: Policy, scanner: ColumnScanner
) -> None:
    engine = Engine(known, identifier, policy, lambda: scanner)
    for number, (row, document) in enumerate(zip(table, decided(engine, table), strict=True), 1):
        assert document == alone(row, number, engine)


def test_the_examples_are_decided_as_alone(
    known: Known, identifier: Identifier, policy: Policy, scanner: ColumnScanner
) -> None:
    with (ROOT / "examples" / "orders.csv").open(encoding="utf-8", newline="") as file:
        table = [row for row in csv.DictReader(file) if isinstance(to_transaction(row, number=1, on=None), Transaction)]
    engine = Engine(known, identifier, policy, lambda: scanner)
    for number, (row, document) in enumerate(zip(table, decided(engine, table), strict=True), 1):
        assert document == alone(row, number, engine)

"""Rows to transactions: what is read, what is rejected, and that one row and a whole table are read alike."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.flow.columns import Mapper
from headwater.flow.rejects import Reject
from headwater.flow.rows import prepare, to_transaction
from headwater.flow.sources import open_table
from headwater.screen.transaction import FIELDS, Transaction
from headwater.values.time import parse_when

ROW = {
    "id": "A1",
    "kind": "",
    "date": "2025-07-20",
    "text": "Acetone 25 kg",
    "origin": "中国",
    "destination": "Mexico",
}


def made(**fields: str) -> Transaction:
    found = to_transaction(ROW | fields, number=7, on=None)
    assert isinstance(found, Transaction), found
    return found


def refused(**fields: str) -> Reject:
    found = to_transaction(ROW | fields, number=7, on=None, line=8)
    assert isinstance(found, Reject), found
    assert (found.number, found.line) == (7, 8)
    return found


def test_a_row_is_read() -> None:
    found = made(
        transit="Singapore via Hong Kong",
        quantity="25KG/drum x 4",
        seller="=cmd|'/c calc'!A1",
        loaded_at="2025/7/19",
    )
    assert (found.id, found.kind, found.origin, found.destination) == ("A1", "order", "CN", "MX")
    assert found.transit == ("SG", "HK")
    assert (found.quantity, found.seller) == ("25KG/drum x 4", "=cmd|'/c calc'!A1")
    assert (found.on, found.loaded_at, found.entered_at) == (
        parse_when("2025-07-20"),
        parse_when("2025-07-19"),
        None,
    )


def test_a_row_without_id_has_its_number() -> None:
    assert made(id=" ").id == "7"


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("", "order"),
        ("Order", "order"),
        ("订单", "order"),
        ("出口", "consignment"),
        ("PARCEL", "consignment"),
        ("Importación", "consignment"),
        ("advert", "listing"),
        ("wire transfer", "payment"),
    ],
)
def test_kinds(word: str, kind: str) -> None:
    assert made(kind=word).kind == kind


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("kind", "powder", "no kind of transaction; use order, consignment, listing, payment"),
        ("date", "2025-02-30", "not a date that exists"),
        ("date", "03/04/2025", "either order"),
        ("date", "", "there is no date; give the row a date, or give --on"),
        ("origin", "Narnia", "cannot be read as a country; use an ISO 3166 code"),
        ("destination", "Los Angeles, CA", "cannot be read as a country"),
        ("transit", "SG; Narnia", "cannot be read as countries"),
        ("entered_at", "2025-04-15 10:00", "without an offset"),
    ],
)
def test_rejects_name_field_reason_and_value(field: str, value: str, reason: str) -> None:
    found = refused(**{field: value})
    assert (found.field, found.value) == (field, value)
    assert reason in found.reason


def test_a_row_about_nothing_is_rejected() -> None:
    assert "names no goods" in refused(text="  ").reason
    assert made(text="", seller="Ningbo Trading").seller == "Ningbo Trading"


def test_on_stands_in_for_the_date() -> None:
    on = parse_when("2025-09-01")
    for date in ("", "2024-01-01", "03/04/2025", "2019"):
        found = to_transaction(ROW | {"date": date}, number=1, on=on)
        assert isinstance(found, Transaction)
        assert found.on == on
    assert isinstance(to_transaction(ROW | {"date": "2025-02-30"}, number=1, on=on), Reject)


def test_the_first_fault_of_a_row_is_told() -> None:
    frame = table([ROW | {"date": "soon", "origin": "Narnia"}])
    prepared = prepare(frame, pl.Series([5]), pl.Series([6]), None)
    assert prepared.rejects == (to_transaction(frame.row(0, named=True), number=5, on=None, line=6),)


def table(rows: list[dict[str, str]]) -> pl.DataFrame:
    return pl.DataFrame({field: pl.Series([row.get(field, "") for row in rows], dtype=pl.String) for field in FIELDS})


VALUES = {
    "id": ["", " ", "A", "A"],
    "kind": ["", "order", "出口", "powder", "Listing"],
    "date": ["", "2025-07-20", "20/07/2025", "03/04/2025", "2025-02-30", "2025-04-15T10:00-04:00", "x"],
    "text": ["", " ", "Acetone", "=1+1", "a\nb"],
    "seller": ["", "Ningbo"],
    "origin": ["", "CN", "Hong Kong, China", "Narnia", "n/a", "\x00"],
    "buyer_country": ["", "México", "Korea"],
    "transit": ["", "SG;AE", "SG via Narnia", "worldwide"],
    "exported_at": ["", "2025年7月20日", "2025-04-15 10:00"],
    "quantity": ["", "25", "lots"],
}
ROWS = st.lists(
    st.fixed_dictionaries({field: st.sampled_from(v) | st.text(max_size=6) for field, v in VALUES.items()}),
    max_size=8,
)


@given(rows=ROWS, on=st.sampled_from([None, parse_when("2025-08-01")]))
def test_a_table_and_its_rows_are_read_alike(rows: list[dict[str, str]], on: object) -> None:
    rows = [{f: v.encode("utf-8", "replace").decode() for f, v in row.items()} for row in rows]
    frame = table(rows)
    numbers = pl.Series(range(11, 11 + len(rows)), dtype=pl.Int64)
    prepared = prepare(frame, numbers, numbers + 1, on)  # type: ignore[arg-type]
    singly = [to_transaction(row, number=11 + i, on=on, line=12 + i) for i, row in enumerate(frame.to_dicts())]  # type: ignore[arg-type]
    again = [
        to_transaction(row, number=number, on=on)  # type: ignore[arg-type]
        for row, number in zip(prepared.frame.to_dicts(), prepared.numbers, strict=True)
    ]
    assert again == [found for found in singly if isinstance(found, Transaction)]
    assert list(prepared.rejects) == [found for found in singly if isinstance(found, Reject)]


def shared(*parts: str) -> Path:
    for folder in Path(__file__).resolve().parents:
        if (folder.parent / "shared").is_dir():
            return folder.parent.joinpath("shared", *parts)
    pytest.skip("the folder shared is not beside this checkout")


def test_the_worked_orders_are_all_read() -> None:
    mapper = Mapper()
    for chunk in open_table(shared("cases", "orders.csv")):
        prepared = prepare(mapper(chunk.frame), chunk.numbers, chunk.lines, None)
        assert (chunk.rejects, prepared.rejects) == ((), ())
        assert prepared.frame.height == 23


@pytest.mark.parametrize(
    "name",
    ["ordinary-products", "darkweb-titles", "cryptomarket-descriptions", "customs-declarations-synthetic"],
)
def test_real_listings_are_all_read(name: str) -> None:
    mapper = Mapper({"text": ("HS6 Code",)} if name.startswith("customs") else None)
    on = parse_when("2025-08-01")
    for chunk in open_table(shared("data", "listings", f"{name}.csv.gz")):
        prepared = prepare(mapper(chunk.frame), chunk.numbers, chunk.lines, on)
        assert chunk.rejects == ()
        # "United States and 2 more" leaves countries out: it is rejected, and nothing else is.
        assert {r.value for r in prepared.rejects if not r.value.endswith(" more")} <= {
            "From:",
            "selected",
            "anonymous",
        }

"""A row of text fields made into a Transaction: kind, dates and countries read, or the row rejected with
field and reason.

`to_transaction` does one row; `prepare` does a whole table by working each distinct value once. Both go
through the same readers, and a prepared row given to `to_transaction` yields the same transaction as the
row it was made from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any, cast

import msgspec
import polars as pl

from headwater.errors import InputError
from headwater.flow.columns import SUBJECTS, data, key
from headwater.flow.countries import countries, country, is_stated
from headwater.flow.dates import NoSuchDayError, plain_date
from headwater.flow.rejects import Reject, excerpt
from headwater.screen.transaction import FIELDS, KINDS, Kind, Transaction
from headwater.values.time import When, parse_when

DEFAULT_KIND: Kind = "order"  # what a row without a kind is: the widest reading, since a sale precedes every shipment
COUNTRY_FIELDS = ("seller_country", "buyer_country", "origin", "destination")
EVENT_FIELDS = ("loaded_at", "exported_at", "entered_at")
_PLAIN = tuple(f for f in FIELDS if f not in ("id", "kind", "date", "transit", *COUNTRY_FIELDS, *EVENT_FIELDS))

Reader = Callable[[str], str]


@cache
def _kinds() -> dict[str, str]:
    raw = data("flow/columns.yaml")["kinds"]
    return {key(word): kind for kind in KINDS for word in (kind, *raw[kind])}


def read_kind(text: str) -> str:
    """The transaction kind that a word stands for; an empty field is an order. Raises InputError."""
    if not text.strip():
        return DEFAULT_KIND
    found = _kinds().get(key(text))
    if found is None:
        raise InputError("is no kind of transaction", remedy=f"use {', '.join(KINDS)}")
    return found


def read_country(text: str) -> str:
    """A country's code, or nothing where none is stated. Raises InputError: the law that applies follows
    from it.
    """
    if not is_stated(text):
        return ""
    found = country(text)
    if found is None:
        raise InputError("cannot be read as a country", remedy="use an ISO 3166 code such as CN")
    return found


def read_transit(text: str) -> str:
    """The codes of the countries passed through, joined with `;`. Raises InputError."""
    found = countries(text) if is_stated(text) else ()
    if found is None:
        raise InputError(
            "cannot be read as countries", remedy="use ISO 3166 codes separated by semicolons, such as SG;AE"
        )
    return ";".join(found)


def read_event(text: str) -> str:
    """The day or instant of an event, or nothing. Raises InputError."""
    return plain_date(text) if text.strip() else ""


def _read_day(text: str) -> str:
    if not text.strip():
        raise InputError("there is no date", remedy="give the row a date, or give --on for all rows")
    return plain_date(text)


def _check_day(text: str) -> str:
    """With --on the row's own date is not used, so one that cannot be read does no harm; one that does not
    exist is still a fault of the row.
    """
    try:
        return read_event(text)
    except NoSuchDayError:
        raise
    except InputError:
        return ""


def readers(on: When | None) -> dict[str, Reader]:
    """What reads each field that is more than text, in the contract's order: the first that fails names the
    reject.
    """
    return {
        "kind": read_kind,
        "date": _read_day if on is None else _check_day,
        **dict.fromkeys(COUNTRY_FIELDS[:2], read_country),
        "origin": read_country,
        "transit": read_transit,
        "destination": read_country,
        **dict.fromkeys(EVENT_FIELDS, read_event),
    }


def _reason(error: InputError) -> str:
    return f"{error.what}; {error.remedy}" if error.remedy else error.what


_NOTHING = "the row names no goods, no CAS number, no structure and no party"


@lru_cache(maxsize=4096)
def _when(text: str) -> When | None:
    return parse_when(text) if text else None


def to_transaction(fields: Mapping[str, str], *, number: int, on: When | None, line: int = 0) -> Transaction | Reject:
    """The transaction that a row states, or why it states none. `number` is the record's number, its id if
    it has none.

    `on` (from --on) stands in place of the row's date. Quantities, CAS numbers and names stay as written.
    """
    if not any(fields.get(field, "").strip() for field in SUBJECTS):
        return Reject(number, line, "text", _NOTHING)
    read: dict[str, str] = {}
    for field, reader in readers(on).items():
        raw = fields.get(field, "")
        try:
            read[field] = reader(raw)
        except InputError as error:
            return Reject(number, line, field, _reason(error), excerpt(raw))
    rest: dict[str, Any] = {field: fields.get(field, "") for field in _PLAIN}
    rest |= {field: read[field] for field in COUNTRY_FIELDS}
    rest |= {field: _when(read[field]) for field in EVENT_FIELDS}
    return Transaction(
        id=fields.get("id", "").strip() or str(number),
        on=on if on is not None else parse_when(read["date"]),
        kind=cast(Kind, read["kind"]),
        transit=tuple(filter(None, read["transit"].split(";"))),
        **rest,
    )


class Prepared(msgspec.Struct, frozen=True):
    """The rows of a table that can be screened, normalised, with their record `numbers`; and the others as
    `rejects`.
    """

    frame: pl.DataFrame
    numbers: pl.Series
    rejects: tuple[Reject, ...]


def prepare(frame: pl.DataFrame, numbers: pl.Series, lines: pl.Series, on: When | None) -> Prepared:
    """Normalise a table with the contract's columns as `to_transaction` would, each distinct value worked
    once.
    """
    columns: dict[str, pl.Series] = {}
    faults: list[tuple[str, pl.Series]] = []
    subject = frame.select(pl.any_horizontal(pl.col(f).str.strip_chars() != "" for f in SUBJECTS)).to_series()
    if not subject.all():
        faults.append(("text", pl.select(pl.when(subject).then(None).otherwise(pl.lit(_NOTHING))).to_series()))
    for field, reader in readers(on).items():
        columns[field], fault = _work_distinct(frame[field], reader)
        if fault is not None:
            faults.append((field, fault))
    ids = frame["id"].str.strip_chars()
    columns["id"] = pl.select(pl.when(ids == "").then(numbers.cast(pl.String)).otherwise(ids).alias("id")).to_series()
    made = frame.with_columns(columns.values())
    if not faults:
        return Prepared(made, numbers, ())
    rejects: dict[int, Reject] = {}
    for field, fault in faults:
        for at in fault.is_not_null().arg_true().to_list():
            if at not in rejects:
                value = "" if fault[at] == _NOTHING else excerpt(frame[field][at])
                rejects[at] = Reject(numbers[at], lines[at], field, fault[at], value)
    keep = ~pl.int_range(frame.height, eager=True).is_in(list(rejects))
    return Prepared(made.filter(keep), numbers.filter(keep), tuple(rejects[at] for at in sorted(rejects)))


def _work_distinct(column: pl.Series, reader: Reader) -> tuple[pl.Series, pl.Series | None]:
    """The column as read, and a column of faults (null where there is none) or None when no value has one."""
    distinct = column.unique()
    values, faults = [], []
    for text in distinct.to_list():
        try:
            value, fault = reader(text), None
        except InputError as error:
            value, fault = "", _reason(error)
        values.append(value)
        faults.append(fault)
    if not any(faults):
        if len(distinct) == 1:
            return pl.repeat(values[0], len(column), dtype=pl.String, eager=True).alias(column.name), None
        return column.replace_strict(distinct, values, return_dtype=pl.String), None
    new = pl.Series(values, dtype=pl.String)
    why = pl.Series(faults, dtype=pl.String)
    return column.replace_strict(distinct, new), column.replace_strict(distinct, why)

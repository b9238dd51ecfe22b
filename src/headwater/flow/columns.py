"""Which column of the user's table is which field of the contract: by its heading, or as `--map
field=column` says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import polars as pl
import yaml

from headwater.errors import InputError, UsageError
from headwater.flow.chunks import heading
from headwater.screen.transaction import FIELDS
from headwater.values.quantity import unit

JOINT = {"text": " | ", "transit": "; "}  # what stands between the columns of a field that takes several
# A row without any of these says nothing that could be screened.
SUBJECTS = ("text", "cas", "smiles", "seller", "buyer", "consignee", "end_user", "bank")
_BRACKETS = re.compile(r"[(（\[]([^)）\]]*)[)）\]]\s*\Z")


class Columns(msgspec.Struct, frozen=True):
    """`fields`: the columns of each field found. `constants`: what a heading says for every row, as
    `Quantity (kg)` says the unit. `ignored`: columns that are no field of the contract.
    """

    fields: dict[str, tuple[str, ...]]
    constants: dict[str, str]
    ignored: tuple[str, ...]


class _Spec(msgspec.Struct, frozen=True):
    headings: tuple[str, ...]
    otherwise: tuple[str, ...] = ()
    several: bool = False


def key(text: str) -> str:
    """A heading or name without case, accents, width, blanks and punctuation: `CAS No.` and `cas_no` are
    one.
    """
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in folded if c.isalnum())


def data(path: str) -> Any:
    """One data file of Headwater's own, parsed."""
    return yaml.safe_load(files("headwater").joinpath("data", path).read_text(encoding="utf-8"))


@cache
def _specs() -> dict[str, _Spec]:
    raw = data("flow/columns.yaml")["fields"]
    return {
        field: _Spec(
            tuple(dict.fromkeys([key(field), *map(key, raw[field]["headings"])])),
            tuple(map(key, raw[field].get("otherwise", ()))),
            raw[field].get("several", False),
        )
        for field in FIELDS
    }


def overrides(options: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """`--map field=column` options; the same field twice names several columns. Raises UsageError."""
    found: dict[str, tuple[str, ...]] = {}
    for option in options:
        field, equals, column = option.partition("=")
        field = field.strip()
        if not equals or not column.strip():
            raise UsageError(f"{option!r} names no column", where="--map", remedy="write --map field=column")
        if field not in FIELDS:
            raise UsageError(f"{field!r} is no field", where="--map", remedy=f"fields are {', '.join(FIELDS)}")
        found[field] = (*found.get(field, ()), column.strip())
    return found


def recognise(names: Sequence[str], mapped: Mapping[str, Sequence[str]] | None = None, *, where: str = "") -> Columns:
    """The fields of a table with these columns. Raises InputError when two columns claim a field that takes
    one, when a mapped column is not there, or when the table holds nothing that could be screened.
    """
    fields: dict[str, tuple[str, ...]] = {}
    for field, wanted in (mapped or {}).items():
        fields[field] = tuple(_named(column, names, where) for column in wanted)
    taken = {column for columns in fields.values() for column in columns}
    keys = {name: _keys(name) for name in names if name not in taken}
    for field, spec in _specs().items():
        if field in fields:
            continue
        claims = tuple(name for name, forms in keys.items() if any(form in spec.headings for form in forms))
        if not claims:
            claims = _fallback(spec, keys)
        if claims:
            fields[field] = claims
    for field, columns in fields.items():
        if len(columns) > 1 and not _specs()[field].several:
            raise InputError(
                f"columns {' and '.join(map(repr, columns))} are both {field}",
                where=where,
                remedy=f"choose one with --map {field}={heading(columns[0])!r}",
            )
    if not any(field in fields for field in SUBJECTS):
        raise InputError(
            f"no column says what or who is traded; the headings are {', '.join(map(repr, names)) or 'none'}",
            where=where,
            remedy="name the column of the goods or of a party, for example --map text=COLUMN",
        )
    used = {column for columns in fields.values() for column in columns}
    return Columns(fields, _constants(fields), tuple(name for name in names if name not in used))


def _named(column: str, names: Sequence[str], where: str) -> str:
    """The column that a person names: exactly, or without regard to case and punctuation where that names
    one only.
    """
    alike = [name for name in names if name == column] or [name for name in names if key(name) == key(column)]
    if len(alike) == 1:
        return alike[0]
    what = f"{column!r} names several columns" if alike else f"there is no column {column!r}"
    raise InputError(what, where=where, remedy=f"the columns are {', '.join(map(repr, names))}")


def _keys(name: str) -> tuple[str, ...]:
    """The forms under which a heading is looked up: whole, and without what stands in brackets at its end."""
    whole = heading(name)
    return key(whole), key(_BRACKETS.sub("", whole))


def _fallback(spec: _Spec, keys: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    for wanted in spec.otherwise:
        for name, forms in keys.items():
            if wanted in forms:
                return (name,)
    return ()


def _constants(fields: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """What brackets in a heading say of every row: `Net weight (KG)`, `Value (USD)`."""
    found: dict[str, str] = {}
    for field, tells in (("quantity", "unit"), ("value", "currency")):
        for column in fields.get(field, ()) if tells not in fields else ():
            match = _BRACKETS.search(heading(column))
            word = match[1].strip() if match else ""
            known = unit(word) is not None if tells == "unit" else re.fullmatch("[A-Z]{3}", word) is not None
            if known:
                found[tells] = word
    return found


def rename(frame: pl.DataFrame, columns: Columns) -> pl.DataFrame:
    """The table with exactly the contract's fields, in the contract's order; a field that no column carries
    is empty.
    """
    made = []
    for field in FIELDS:
        carriers = columns.fields.get(field, ())
        if len(carriers) > 1:
            filled = [pl.when(pl.col(name) != "").then(pl.col(name)) for name in carriers]
            made.append(pl.concat_str(filled, separator=JOINT[field], ignore_nulls=True).alias(field))
        elif carriers:
            made.append(pl.col(carriers[0]).alias(field))
        else:
            made.append(pl.lit(columns.constants.get(field, ""), dtype=pl.String).alias(field))
    return _dated(frame.select(made)) if frame.width else frame


def _dated(frame: pl.DataFrame) -> pl.DataFrame:
    """A row without a date of its own happened when its first event did: export, loading, entry."""
    empty = pl.col("date").str.strip_chars() == ""
    events = pl.coalesce(
        *(
            pl.when(pl.col(name).str.strip_chars() != "").then(pl.col(name))
            for name in ("exported_at", "loaded_at", "entered_at")
        ),
        pl.col("date"),
    )
    return frame.with_columns(pl.when(empty).then(events).otherwise(pl.col("date")).alias("date"))


class Mapper:
    """Renames chunk after chunk. JSONL may bring new columns in a later chunk: they are recognised when
    they come.
    """

    def __init__(self, mapped: Mapping[str, Sequence[str]] | None = None, *, where: str = "") -> None:
        self._mapped, self._where = dict(mapped or {}), where
        self._names: list[str] = []
        self.columns: Columns | None = None

    def __call__(self, frame: pl.DataFrame) -> pl.DataFrame:
        if self.columns is None or frame.columns != self._names:
            self.columns = recognise(frame.columns, self._mapped, where=self._where)
            self._names = frame.columns
        return rename(frame, self.columns)

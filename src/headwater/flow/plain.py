"""Values of typed formats as the text a person would have written: 25 and not 25.0, dates in ISO form,
nothing for null.
"""

from __future__ import annotations

import math
from datetime import date, datetime, time
from decimal import Decimal

import msgspec
import polars as pl

_EXACT = float(1 << 53)  # above it a float no longer holds every whole number


def number_text(raw: float | str) -> str:
    """A number without a fraction that says nothing: 25.0 -> 25, 0.50 as a float -> 0.5. Text of a number
    is kept but for `.0`.
    """
    if isinstance(raw, str):
        whole, point, fraction = raw.partition(".")
        return whole if point and not fraction.strip("0") else raw
    if not math.isfinite(raw):
        return ""
    return str(int(raw)) if raw == int(raw) and abs(raw) < _EXACT else repr(raw)


def plain(value: object) -> str:
    """One cell as text. A list is written with semicolons, an object as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, datetime):
        midnight = value.tzinfo is None and value.time() == time.min
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "; ".join(filter(None, map(plain, value)))
    return msgspec.json.encode(value, enc_hook=str).decode()


def plain_column(column: pl.Series) -> pl.Series:
    """A typed column as text, whole where that gives the same as `plain`, by distinct value otherwise."""
    if column.dtype in (pl.String, pl.Categorical, pl.Enum):
        return column.cast(pl.String).fill_null("")
    if column.dtype.is_integer():
        return column.cast(pl.String).fill_null("")
    if column.dtype.is_nested() or column.dtype == pl.Binary:
        texts = [plain(_open(value)) for value in column.to_list()]
        return pl.Series(column.name, texts, dtype=pl.String)
    distinct = column.unique()
    texts = [plain(value) for value in distinct.to_list()]
    table = pl.DataFrame({"value": distinct, "text": pl.Series(texts, dtype=pl.String)})
    return (
        column.to_frame("value")
        .join(table, on="value", how="left", nulls_equal=True, maintain_order="left")["text"]
        .alias(column.name)
    )


def _open(value: object) -> object:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value

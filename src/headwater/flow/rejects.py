"""Rows that cannot be screened: each with its place in the file, the field and the reason, never dropped in
silence.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

import msgspec

EXCERPT = 120  # characters of the offending value that a reject repeats: a 10 MB cell must not fill the file
HEADINGS = ("row", "line", "field", "reason", "value", "file")
# A cell that begins with one of these is run as a formula by spreadsheet programs (OWASP, "CSV Injection").
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Reject(msgspec.Struct, frozen=True):
    """One record that was not screened. `number` counts records from 1 without the header; `line` is the
    line (or the sheet's row) it begins on, 0 where the format has none; `field` is a field, a column or
    empty for the whole record.
    """

    number: int
    line: int
    field: str
    reason: str
    value: str = ""


def excerpt(value: str | bytes) -> str:
    """The beginning of a value in printable characters: what a person needs to find it again."""
    text = value[: 4 * EXCERPT].decode("utf-8", "replace") if isinstance(value, bytes) else value[: 4 * EXCERPT]
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return shown if len(shown) <= EXCERPT else shown[: EXCERPT - 1] + "…"


def harmless(cell: str) -> str:
    """A cell that no spreadsheet program runs: an apostrophe goes before what looks like a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def reject_lines(rejects: Iterable[Reject], file: str, *, header: bool) -> bytes:
    """Rejects of one input file as lines of CSV, the value cut to an excerpt and made harmless."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    if header:
        text.write("\N{BOM}")
        writer.writerow(HEADINGS)
    for reject in rejects:
        cells = (
            str(reject.number),
            str(reject.line or ""),
            reject.field,
            reject.reason,
            excerpt(reject.value),
            file,
        )
        writer.writerow([harmless(cell) for cell in cells])
    return text.getvalue().encode()

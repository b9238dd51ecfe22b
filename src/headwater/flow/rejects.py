"""Rows that cannot be screened: each with its place in the file, the field and the reason, never dropped in
silence.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import msgspec

EXCERPT = 120  # characters of the offending value that a reject repeats, so that a 10 MB cell does not fill the file
HEADINGS = ("row", "line", "field", "reason", "value")
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
    text = (
        value[: 4 * EXCERPT].decode("utf-8", "replace") if isinstance(value, bytes) else value[: 4 * EXCERPT]
    )
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return shown if len(shown) <= EXCERPT else shown[: EXCERPT - 1] + "…"


def harmless(cell: str) -> str:
    """A cell that no spreadsheet program runs: an apostrophe goes before what looks like a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


class RejectsFile:
    """`OUT.rejects.csv`, made when the first reject arrives and only then. Safe to append to after an
    interruption.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0

    def write(self, rejects: Iterable[Reject]) -> None:
        """Append rejects and flush them to the operating system."""
        rows = [[r.number, r.line or "", r.field, r.reason, harmless(excerpt(r.value))] for r in rejects]
        if not rows:
            return
        new = not self.path.exists() or self.path.stat().st_size == 0
        with self.path.open("a", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            if new:
                writer.writerow(HEADINGS)
            writer.writerows(rows)
        self.count += len(rows)

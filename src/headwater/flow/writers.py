"""Decisions out: JSONL, Parquet or CSV by the name of the file, which appears under that name only when it
is whole.

Whatever the format, decisions are first appended as JSONL to `OUT.partial`, the one form that an
interruption cannot break: it is cut at the last counted byte and goes on. `finish` turns it into the format
asked for and renames it.
"""

from __future__ import annotations

import csv
import gzip
import io
import lzma
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

import msgspec
import polars as pl

from headwater.errors import HeadwaterError, InputError, UsageError
from headwater.flow import checkpoint
from headwater.flow.checkpoint import Checkpoint, Position, Run
from headwater.flow.rejects import Reject, harmless, reject_lines
from headwater.screen.finding import Finding, Upcoming

COMMIT_EVERY = 1.0  # seconds between checkpoints: what an interruption costs at most
_BLOCK = 4 << 20
_SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".parquet": "parquet"}

_TYPES = {"start": pl.Int64(), "end": pl.Int64(), "verify": pl.Boolean()}
FINDING = tuple(f.name for f in msgspec.structs.fields(Finding))
UPCOMING = tuple(f.name for f in msgspec.structs.fields(Upcoming))
_TEXTS = ("on", "known", "regime")
SCHEMA: dict[str, pl.DataType] = {
    "id": pl.String(),
    "decision": pl.String(),
    "findings": pl.List(pl.Struct({name: _TYPES.get(name, pl.String()) for name in FINDING})),
    **dict.fromkeys(_TEXTS, pl.String()),
    "not_held": pl.List(pl.String()),
    "upcoming": pl.List(pl.Struct(dict.fromkeys(UPCOMING, pl.String()))),
}
# In CSV the findings of a row stand side by side, joined with " | " in the order of the findings.
CSV_FINDING = tuple(name for name in FINDING if name not in ("start", "end", "verify", "source"))
CSV_HEADINGS = ("id", "decision", *CSV_FINDING, "not_held", "upcoming", *_TEXTS)


def format_of_output(out: Path) -> str:
    """The format that the output's name states. Raises UsageError."""
    compressed = out.suffix.lower() in (".gz", ".xz")
    inner = out.with_suffix("") if compressed else out
    found = _SUFFIXES.get(inner.suffix.lower())
    if found is None or (compressed and found == "parquet"):
        what = "Parquet compresses itself" if found else "the name does not say what format to write"
        raise UsageError(what, where=str(out), remedy="end it in .jsonl, .csv (also with .gz or .xz) or .parquet")
    return found


def rejects_path(out: Path) -> Path:
    """Where the rejects of a run go."""
    return out.with_name(out.name + ".rejects.csv")


class DecisionsFile:
    """The output of one run. `write` appends, `finish` puts the whole under its name; between them a run
    may die and go on.

    Raises UsageError when the output cannot be made there, InputError when an interrupted run there is
    another one.
    """

    def __init__(self, out: Path, run: Run) -> None:
        self.form = format_of_output(out)
        if not out.parent.is_dir():
            raise UsageError("there is no such folder", where=str(out.parent), remedy="make it first")
        if any(out.resolve() == Path(mark.path).resolve() for mark in run.inputs):
            raise UsageError("the output would replace an input", where=str(out), remedy="choose another name")
        self.out, self.run = out, run
        self._partial = out.with_name(out.name + ".partial")
        self._bad = out.with_name(out.name + ".rejects.partial")
        self._checkpoint = out.with_name(out.name + ".checkpoint.json")
        found = checkpoint.load(self._checkpoint, run)
        self.resumed = found is not None
        self.position = found or Position()
        self._decisions = _reopen(self._partial, self.position.output, self._checkpoint)
        try:
            self._rejects = _reopen(self._bad, self.position.rejects, self._checkpoint)
        except HeadwaterError:
            self._decisions.close()
            raise
        self._committed = time.monotonic()
        if not self.resumed:
            self.commit()

    def write(
        self, lines: bytes, rejects: Sequence[Reject], *, table: int, record: int, tally: Mapping[str, int]
    ) -> None:
        """Append decisions (whole JSON lines) and rejects, after which inputs before number `table` and
        `record` records of it are done and the run's counts are `tally`. Counted on the disk about once a
        second.
        """
        self._decisions.write(lines)
        if rejects:
            first = self._rejects.tell() == 0
            self._rejects.write(reject_lines(rejects, self.run.inputs[table].path, header=first))
        self.position = Position(table, record, self._decisions.tell(), self._rejects.tell(), dict(tally))
        if time.monotonic() - self._committed >= COMMIT_EVERY:
            self.commit()

    def commit(self) -> None:
        """Force what was written to the disk and count it."""
        for file in (self._decisions, self._rejects):
            file.flush()
            os.fsync(file.fileno())
        checkpoint.save(self._checkpoint, Checkpoint(self.run, self.position))
        self._committed = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files and keep what was done, for a later run to go on from."""
        if not self._decisions.closed:
            self.commit()
            self._decisions.close()
            self._rejects.close()

    def finish(self) -> None:
        """Put decisions and rejects under their names, whole, and remove what was kept for an
        interruption.
        """
        self.close()
        if self.position.rejects:
            self._bad.replace(rejects_path(self.out))
        else:
            self._bad.unlink(missing_ok=True)
            rejects_path(self.out).unlink(missing_ok=True)  # of an earlier run to the same name
        if self.form == "jsonl" and self.out.suffix.lower() not in (".gz", ".xz"):
            self._partial.replace(self.out)
        else:
            fresh = self.out.with_name(self.out.name + ".new")
            _convert(self._partial, fresh, self.out, self.form)
            fresh.replace(self.out)
            self._partial.unlink()
        self._checkpoint.unlink()


def _reopen(path: Path, length: int, checkpoint_path: Path) -> BinaryIO:
    """A partial file at its counted length, ready to append to."""
    try:
        file = path.open("r+b" if path.exists() else "w+b")
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror or error}", where=str(path)) from error
    if file.seek(0, os.SEEK_END) < length:
        file.close()
        raise InputError(
            "holds less than its checkpoint counts",
            where=str(path),
            remedy=f"delete {checkpoint_path.name} to start over",
        )
    file.truncate(length)
    file.seek(length)
    return cast(BinaryIO, file)


def _convert(partial: Path, fresh: Path, out: Path, form: str) -> None:
    """Write the JSONL of `partial` into `fresh` as the output's format and compression."""
    if form == "parquet":
        if partial.stat().st_size:
            pl.scan_ndjson(partial, schema=SCHEMA).sink_parquet(fresh)
        else:
            pl.DataFrame(schema=SCHEMA).write_parquet(fresh)
        return
    opened: Any = {".gz": gzip.open, ".xz": lzma.open}.get(out.suffix.lower(), open)
    with partial.open("rb") as source, opened(fresh, "wb") as target:
        if form == "csv":
            for block in _csv_blocks(source):
                target.write(block)
        else:
            while block := source.read(_BLOCK):
                target.write(block)


def _csv_blocks(source: BinaryIO) -> Iterator[bytes]:
    """JSON lines as CSV with a byte order mark, without which spreadsheet programs take Chinese for another
    encoding.
    """
    decode = msgspec.json.Decoder().decode
    rows: list[Sequence[str]] = [CSV_HEADINGS]
    yield b"\xef\xbb\xbf"
    for line in source:
        rows.append(_csv_row(decode(line)))
        if len(rows) >= 10_000:
            yield _csv(rows)
            rows = []
    yield _csv(rows)


def _csv_row(decision: Mapping[str, Any]) -> list[str]:
    findings = decision["findings"]
    joined = [" | ".join(_text(finding.get(name)) for finding in findings) for name in CSV_FINDING]
    return [
        harmless(cell)
        for cell in (
            _text(decision["id"]),
            decision["decision"],
            *joined,
            ", ".join(decision.get("not_held", ())),
            " | ".join(f"{u['effective']}: {u['jurisdiction']} {u['list']}" for u in decision.get("upcoming", ())),
            *map(_text, map(decision.get, _TEXTS)),
        )
    ]


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()

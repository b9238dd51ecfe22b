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
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

import msgspec
import polars as pl
from polars.io.plugins import register_io_source

from headwater.errors import HeadwaterError, InputError, UsageError
from headwater.flow import checkpoint
from headwater.flow.checkpoint import Checkpoint, Position, Run
from headwater.flow.rejects import Reject, harmless, reject_lines

COMMIT_EVERY = 1.0  # seconds between checkpoints: what an interruption costs at most
_BLOCK = 4 << 20
BATCH = 20_000  # decisions converted at a time
_SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".parquet": "parquet"}

# The contract's output (design.md, "headwater screen").
FINDING = (
    "rule", "effect", "field", "matched", "start", "end", "substance", "party", "measure", "jurisdiction",
    "citation", "explanation",
)  # fmt: skip
_COUNTS = ("start", "end")
_TEXTS = ("on", "known", "regime")
SCHEMA: dict[str, pl.DataType] = {
    "id": pl.String(),
    "decision": pl.String(),
    "findings": pl.List(
        pl.Struct({name: pl.Int64() if name in _COUNTS else pl.String() for name in FINDING})
    ),
    **dict.fromkeys(_TEXTS, pl.String()),
}
# In CSV the findings of a row stand side by side, joined with " | " in the order of the findings.
CSV_FINDING = (
    "rule",
    "effect",
    "field",
    "matched",
    "substance",
    "party",
    "jurisdiction",
    "measure",
    "citation",
    "explanation",
)
_NOTHING_FOUND = [""] * len(CSV_FINDING)
CSV_HEADINGS = ("id", "decision", *CSV_FINDING, *_TEXTS)


def format_of_output(out: Path) -> str:
    """The format that the output's name states. Raises UsageError."""
    compressed = out.suffix.lower() in (".gz", ".xz")
    inner = out.with_suffix("") if compressed else out
    found = _SUFFIXES.get(inner.suffix.lower())
    if found is None or (compressed and found == "parquet"):
        what = "Parquet compresses itself" if found else "the name does not say what format to write"
        raise UsageError(
            what, where=str(out), remedy="end it in .jsonl, .csv (also with .gz or .xz) or .parquet"
        )
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
            raise UsageError(
                "the output would replace an input", where=str(out), remedy="choose another name"
            )
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


class _Line(msgspec.Struct, frozen=True):
    """One line of the partial file, its findings left as JSON until they are wanted."""

    id: str
    decision: str
    findings: msgspec.Raw
    on: str
    known: str
    regime: str


def _batches(source: BinaryIO) -> Iterator[list[_Line]]:
    decode = msgspec.json.Decoder(_Line).decode
    while lines := list(islice(source, BATCH)):
        yield [decode(line) for line in lines]


def _convert(partial: Path, fresh: Path, out: Path, form: str) -> None:
    """Write the JSONL of `partial` into `fresh` as the output's format and compression."""
    opened: Any = {".gz": gzip.open, ".xz": lzma.open}.get(out.suffix.lower(), open)
    with partial.open("rb") as source:
        if form == "parquet":
            # The whole is asked for, so what polars offers to push down (columns, filter, length) is empty.
            def frames(*_: object) -> Iterator[pl.DataFrame]:
                return map(_typed, _batches(source))

            register_io_source(frames, schema=SCHEMA).sink_parquet(fresh)
            return
        with opened(fresh, "wb") as target:
            if form == "csv":
                target.write(b"\xef\xbb\xbf" + _csv([CSV_HEADINGS]))
                for batch in _batches(source):
                    target.write(_csv(map(_csv_row, batch)))
            else:
                shutil.copyfileobj(source, target, _BLOCK)


def _typed(batch: list[_Line]) -> pl.DataFrame:
    """Lines as a table with the contract's types; findings in full."""
    columns = {name: [getattr(line, name) for line in batch] for name in ("id", "decision", *_TEXTS)}
    findings = pl.Series("findings", [bytes(line.findings).decode() for line in batch], dtype=pl.String)
    return pl.DataFrame(columns | {"findings": findings.str.json_decode(SCHEMA["findings"])}).select(
        list(SCHEMA)
    )


def _csv_row(line: _Line) -> list[str]:
    joined = _NOTHING_FOUND
    if findings := msgspec.json.decode(line.findings):
        joined = [" | ".join(_text(finding.get(name)) for finding in findings) for name in CSV_FINDING]
    return [harmless(cell) for cell in (line.id, line.decision, *joined, line.on, line.known, line.regime)]


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def json_lines(frame: pl.DataFrame) -> bytes:
    """Decisions as JSON lines, made in whole columns. `frame`: id, decision, findings (as JSON), on, known,
    regime.
    """
    if frame.is_empty():
        return b""
    texts = {name: _json_strings(frame[name]) for name in ("id", "decision", *_TEXTS)}
    parts: list[pl.Series | str] = []
    for name in SCHEMA:
        parts += [f'{"," if parts else "{"}"{name}":', frame[name] if name == "findings" else texts[name]]
    columns = [pl.lit(part) for part in (*parts, "}\n")]
    return cast(str, pl.select(pl.concat_str(columns)).to_series().str.join("").item()).encode()


def _json_strings(column: pl.Series) -> pl.Series | str:
    """Texts as JSON strings; one string where all are alike. Only those with a character that JSON escapes
    are worked singly.
    """
    if (column == column[0]).all():
        return msgspec.json.encode(column[0]).decode()
    quoted = pl.select(pl.lit('"') + pl.lit(column) + pl.lit('"')).to_series()
    special = column.str.contains(r'["\\\x00-\x1f]').arg_true()
    if special.is_empty():
        return quoted
    return quoted.scatter(
        special, [msgspec.json.encode(text).decode() for text in column.gather(special).to_list()]
    )

"""CSV and TSV: whole blocks by polars where they are well formed, record by record where they are not.

Both ways read RFC 4180 with the same result; `tidy` proves, on the bytes, that a block is one that both
read alike. A block that is not tidy goes to `records`, which rejects what is wrong one record at a time and
reads on at the next line.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import polars as pl

from headwater.errors import InputError
from headwater.flow.chunks import MAX_CELL, Chunk, chunk_of, joined, unique
from headwater.flow.layout import tidy
from headwater.flow.records import MAX_RECORD, Record, next_record, usual_cells
from headwater.flow.rejects import Reject, excerpt
from headwater.flow.streams import Utf8Stream, encoding_of

BLOCK = 16 << 20  # bytes read and parsed at a time
PIECE = 1 << 20  # bytes tried at a time in a block that holds a fault
DELIMITERS = b",;\t|"
# Excel's way of naming the delimiter in the first line.
_SEP_LINE = re.compile(rb"sep=([,;\t|])\r?\n", re.IGNORECASE)
_QUOTED_CELLS = re.compile(rb'"(?:[^"]|"")*"')


def read_delimited(path: Path, *, tabs: bool = False) -> Iterator[Chunk]:
    """The records of a CSV or TSV file in chunks. Raises InputError when no header can be read."""
    stream = Utf8Stream(path, encoding_of(path))
    try:
        yield from _Reader(path, stream, tabs).chunks()
    finally:
        stream.close()


class _Reader:
    """Reads one stream from top to bottom; `number` and `line` are those of the next record."""

    def __init__(self, path: Path, stream: Utf8Stream, tabs: bool) -> None:
        self.path, self.stream = path, stream
        self.number, self.line = 1, 1
        self.buffer = stream.read(BLOCK)
        self.cutting = False
        self.delimiter = b"\t" if tabs else b""
        self.headings = self._header()

    @property
    def ended(self) -> bool:
        return self.stream.ended and not self.stream.damage

    def _header(self) -> list[str]:
        start = self.buffer
        if match := _SEP_LINE.match(start):
            self.delimiter = match[1]
            self._consume(match.end())
        while blank := re.match(rb"[ \t]*\r?\n", self.buffer):
            self._consume(blank.end())
        if not self.buffer.strip():
            raise InputError(
                "the file has no line of text", where=str(self.path), remedy="give a file with a header line"
            )
        if b"\n" not in self.buffer and self.buffer.count(b"\r") > 1:
            raise InputError(
                "the lines end in a lone carriage return (old Macintosh)",
                where=str(self.path),
                remedy="save as CSV UTF-8",
            )
        if not self.delimiter:
            first = _QUOTED_CELLS.sub(b"", self.buffer[: 1 << 20].split(b"\n", 1)[0])
            self.delimiter = max((DELIMITERS[i : i + 1] for i in range(4)), key=first.count)
        record = next_record(self.buffer, 0, self.delimiter, True)
        fault = record.fault if record else "the header is cut short"
        cells = record.cells if record else []
        if any(b"\x00" in cell for cell in cells):
            fault = "the header holds NUL bytes: this is no text file, or UTF-16 without a byte order mark"
        try:
            names = [cell.decode().strip() for cell in cells]
        except UnicodeDecodeError:
            fault = f"the header is not {self.stream.encoding.upper()}"
            names = []
        if fault or record is None:
            raise InputError(fault, where=f"{self.path}:{self.line}", remedy="save the file as CSV in UTF-8")
        self._consume(record.end)
        return unique(names)

    def _consume(self, end: int) -> None:
        self.line += self.buffer.count(b"\n", 0, end)
        self.buffer = self.buffer[end:]

    def chunks(self) -> Iterator[Chunk]:
        """Blocks until the stream ends. The first chunk comes even when it is empty: it carries the
        headings.
        """
        first = True
        while True:
            if self.ended:
                self.buffer = self.buffer.rstrip(b"\r\n") + b"\n" if self.buffer.strip(b"\r\n") else b""
            for part in joined(self._work()):
                first = False
                yield msgspec.structs.replace(part, share=self.stream.share)
            if self.stream.ended and (not self.buffer or self.stream.damage):
                break
            self.buffer += self.stream.read(BLOCK)
            if self.cutting:
                self._cut_line()
        if self.stream.damage:
            fault = f"{self.stream.damage}: nothing after this place was read"
            rest = Reject(self.number, self.line, "", fault, excerpt(self.buffer))
            yield chunk_of(self.headings, self.number, [], [rest])
        elif first:
            yield chunk_of(self.headings, self.number, [], [])

    def _cut_line(self) -> None:
        """Drop the rest of a line that was rejected before its end came."""
        end = self.buffer.find(b"\n") + 1
        self.cutting = not end
        self._consume(end or len(self.buffer))

    def _work(self) -> Iterator[Chunk]:
        """Turn the complete records of the buffer into chunks and keep the rest. Where the block as a whole
        is not well formed, its pieces are tried, so that only the neighbourhood of a fault is read record
        by record.
        """
        size = len(self.buffer)
        while self.buffer:
            before = len(self.buffer)
            chunk = self._wholly(size) or self._singly(PIECE)
            if chunk is not None:
                yield chunk
            size = PIECE
            if len(self.buffer) == before:
                return

    def _wholly(self, size: int) -> Chunk | None:
        """The records that end within `size` bytes, when they are all well formed; None, and nothing is
        read, otherwise.
        """
        view = self.buffer[:size]
        layout = tidy(view, len(self.headings), self.delimiter)
        frame = None if layout is None else _parse(view[: layout.end], self.headings, self.delimiter)
        if layout is None or frame is None or frame.height != len(layout.lines):
            return None
        first, self.number = self.number, self.number + frame.height
        numbers = pl.int_range(first, self.number, eager=True, dtype=pl.Int64).alias("number")
        lines = pl.Series("line", layout.lines + self.line, dtype=pl.Int64)
        self.buffer, self.line = self.buffer[layout.end :], self.line + layout.newlines
        return Chunk(first, frame.height, frame, numbers, lines, ())

    def _singly(self, size: int) -> Chunk | None:
        """The records that begin within `size` bytes, one by one: the good as rows, the bad as rejects.
        None when there is no complete one.
        """
        position, line, first = 0, self.line, self.number
        good: list[tuple[int, int, list[str]]] = []
        bad: list[Reject] = []
        while position < min(size, len(self.buffer)):
            usual = usual_cells(self.buffer, position, self.delimiter)
            if usual is not None and len(usual[0]) == len(self.headings):
                good.append((self.number, line, usual[0]))
                self.number += 1
                line += 1
                position = usual[1]
                continue
            record = self._record(position)
            if record is None:
                break
            cells, fault = self._judge(record) if record.cells or record.fault else ([], "")
            if fault:
                record = _given_back(self.buffer, position, record)
                value = excerpt(self.buffer[position : record.end].rstrip(b"\r\n"))
                bad.append(Reject(self.number, line, "", fault, value))
            elif cells:
                good.append((self.number, line, cells))
            self.number += bool(cells or fault)
            line += self.buffer.count(b"\n", position, record.end)
            position = record.end
        self.buffer, self.line = self.buffer[position:], line
        return chunk_of(self.headings, first, good, bad) if good or bad else None

    def _record(self, position: int) -> Record | None:
        record = next_record(self.buffer, position, self.delimiter, self.ended)
        if record is None and len(self.buffer) - position >= MAX_RECORD:
            self.cutting = True
            return Record(len(self.buffer), [], f"a line of over {MAX_RECORD >> 20} MB")
        return record

    def _judge(self, record: Record) -> tuple[list[str], str]:
        """The cells as text, or what is wrong with the record."""
        width = len(self.headings)
        if record.fault:
            return [], record.fault
        if any(len(cell) > MAX_CELL for cell in record.cells):
            return [], f"a cell of over {MAX_CELL:,} bytes"
        if any(b"\x00" in cell for cell in record.cells):
            return [], "a NUL byte"
        if len(record.cells) != width:
            return [], f"{len(record.cells)} fields where the header has {width}"
        try:
            return [cell.decode() for cell in record.cells], ""
        except UnicodeDecodeError:
            return [], f"bytes that are not {self.stream.encoding.upper()} text; save the file as UTF-8"


def _given_back(block: bytes, start: int, record: Record) -> Record:
    """A bad record of several lines ends at its first: what a stray quote has swallowed is read again. An
    oversized one is no such case and goes as a whole.
    """
    newline = block.find(b"\n", start, record.end)
    if newline < 0 or any(len(cell) > MAX_CELL for cell in record.cells):
        return record
    return Record(newline + 1, record.cells, record.fault)


def _parse(block: bytes, headings: list[str], delimiter: bytes) -> pl.DataFrame | None:
    """The block by polars, every cell as text. None when it is not valid UTF-8 or polars refuses it."""
    try:
        frame = pl.read_csv(
            io.BytesIO(block),
            has_header=False,
            separator=delimiter.decode(),
            schema=dict.fromkeys(headings, pl.String),
            quote_char='"',
        )
    except pl.exceptions.PolarsError:
        return None
    return frame.fill_null("")

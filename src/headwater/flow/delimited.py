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
import numpy as np
import polars as pl

from headwater.errors import InputError
from headwater.flow.chunks import MAX_CELL, MAX_ROWS, Chunk, chunk_of, unique
from headwater.flow.rejects import Reject, excerpt
from headwater.flow.streams import Utf8Stream, encoding_of

BLOCK = 16 << 20  # bytes read and parsed at a time
MAX_RECORD = 64 << 20  # a quoted cell still open after so many bytes is taken for a stray quote
DELIMITERS = b",;\t|"
_SEP_LINE = re.compile(
    rb"sep=([,;\t|])\r?\n", re.IGNORECASE
)  # Excel's way of naming the delimiter in the first line
_QUOTED_CELLS = re.compile(rb'"(?:[^"]|"")*"')
_QUOTED = re.compile(rb'[ ]*"([^"]*+(?:""[^"]*+)*+)"[ ]*')
_OPENED = re.compile(rb'[ ]*"')


class Record(msgspec.Struct, frozen=True):
    """One record as bytes: where it ends in the block, how many lines it spans, its cells or what is wrong
    with it.
    """

    end: int
    cells: list[bytes]
    fault: str = ""


def read_delimited(path: Path, *, tabs: bool = False) -> Iterator[Chunk]:
    """The records of a CSV or TSV file in chunks. Raises InputError when there is no header that can be
    read.
    """
    encoding = encoding_of(path)
    stream = Utf8Stream(path, encoding)
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
            for chunk in self._work():
                first = False
                yield chunk
            if self.stream.ended and (not self.buffer or self.stream.damage):
                break
            self.buffer += self.stream.read(BLOCK)
        if self.stream.damage:
            fault = f"{self.stream.damage}: nothing after this place was read"
            yield chunk_of(
                self.headings,
                self.number,
                [],
                [Reject(self.number, self.line, "", fault, excerpt(self.buffer))],
            )
        elif first:
            yield chunk_of(self.headings, self.number, [], [])

    def _work(self) -> Iterator[Chunk]:
        """Turn the complete records of the buffer into chunks and keep the rest."""
        if self.ended and self.buffer:
            self.buffer = self.buffer.rstrip(b"\r\n") + b"\n" if self.buffer.strip(b"\r\n") else b""
        layout = tidy(self.buffer, len(self.headings), self.delimiter)
        if layout is not None:
            frame = _parse(self.buffer[: layout.end], self.headings, self.delimiter)
            if frame is not None and frame.height == len(layout.lines):
                yield from self._whole(frame, layout.lines)
                self.buffer, self.line = self.buffer[layout.end :], self.line + layout.newlines
                return
        yield from self._singly()

    def _whole(self, frame: pl.DataFrame, lines: np.ndarray) -> Iterator[Chunk]:
        at = pl.Series("line", lines + self.line, dtype=pl.Int64)
        for start in range(0, frame.height, MAX_ROWS):
            part = frame.slice(start, MAX_ROWS)
            numbers = pl.int_range(self.number, self.number + part.height, eager=True, dtype=pl.Int64).alias(
                "number"
            )
            yield Chunk(
                self.number, part.height, part, numbers, at.slice(start, MAX_ROWS), (), self.stream.share
            )
            self.number += part.height

    def _singly(self) -> Iterator[Chunk]:
        """The tolerant way: good records in batches, bad ones as rejects."""
        block, position, line = self.buffer, 0, self.line
        first = self.number
        good: list[tuple[int, int, list[str]]] = []
        bad: list[Reject] = []
        ended = self.ended
        while position < len(block):
            record = next_record(block, position, self.delimiter, ended)
            if record is None:
                if len(block) - position < MAX_RECORD:
                    break
                record = Record(len(block), [], f"a line of more than {MAX_RECORD >> 20} MB")
            if record.cells or record.fault:
                cells, fault = self._judge(record)
                if fault and block.count(b"\n", position, record.end) > 1 and "over" not in fault:
                    # What a stray quote has swallowed is given back: only the line it stands on is bad.
                    record = Record(block.index(b"\n", position) + 1, [], fault)
                if fault:
                    bad.append(
                        Reject(
                            self.number,
                            line,
                            "",
                            fault,
                            excerpt(block[position : record.end].rstrip(b"\r\n")),
                        )
                    )
                else:
                    good.append((self.number, line, cells))
                self.number += 1
            line += block.count(b"\n", position, record.end)
            position = record.end
            if len(good) >= MAX_ROWS:
                yield chunk_of(self.headings, first, good, bad, self.stream.share)
                first, good, bad = self.number, [], []
        self.buffer, self.line = block[position:], line
        if good or bad:
            yield chunk_of(self.headings, first, good, bad, self.stream.share)

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


class Layout(msgspec.Struct, frozen=True):
    """A well-formed run of records: where it ends in the block, its line ends, the line offset of each
    record.
    """

    end: int
    newlines: int
    lines: np.ndarray


def tidy(block: bytes, width: int, delimiter: bytes) -> Layout | None:
    """The layout of the complete records of a block, when all are well formed: quotes stand at the edges of
    cells or doubled within them, every record has `width` fields, none is blank, oversized or holds a NUL,
    no carriage return stands alone.
    None otherwise.
    """
    data = np.frombuffer(block, dtype=np.uint8)
    newlines = np.flatnonzero(data == 10)
    quotes = np.flatnonzero(data == 34)
    # A record can end only where the quotes before it are even in number.
    ends = newlines[np.searchsorted(quotes, newlines) % 2 == 0] if len(quotes) else newlines
    if not len(ends):
        return None
    end = int(ends[-1]) + 1
    newlines = newlines[: np.searchsorted(newlines, end)]
    quotes = quotes[: np.searchsorted(quotes, end)]
    data = data[:end]
    if b"\x00" in block or not _returns_paired(block, data) or not _quotes_paired(data, quotes, delimiter[0]):
        return None
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts
    blank = (lengths == 0) | ((lengths == 1) & (data[starts] == 13))
    if blank.any() or lengths.max() > MAX_CELL or (_fields(data, ends, quotes, delimiter[0]) != width).any():
        return None
    return Layout(end, len(newlines), np.searchsorted(newlines, starts))


def _returns_paired(block: bytes, data: np.ndarray) -> bool:
    """Every carriage return stands before a line feed."""
    if b"\r" not in block:
        return True
    returns = np.flatnonzero(data[:-1] == 13)
    return bool((data[returns + 1] == 10).all())


def _quotes_paired(data: np.ndarray, quotes: np.ndarray, delimiter: int) -> bool:
    """Each first quote of a pair begins a cell, each second ends one, or the two between pairs are a
    doubled quote.
    """
    opened, closed = quotes[0::2], quotes[1::2]
    if not len(opened):
        return True
    doubled = opened[1:] == closed[:-1] + 1
    before, after = data[opened - 1], data[closed + 1]
    begins = (before == delimiter) | (before == 10) | (opened == 0)
    ends = (after == delimiter) | (after == 10) | (after == 13)
    begins[1:] |= doubled
    ends[:-1] |= doubled
    return bool(begins.all() and ends.all())


def _fields(data: np.ndarray, ends: np.ndarray, quotes: np.ndarray, delimiter: int) -> np.ndarray:
    """The number of fields of every record, delimiters within quotes not counted."""
    delimiters = np.flatnonzero(data == delimiter)
    counts = np.diff(np.searchsorted(delimiters, ends), prepend=0)
    if len(quotes):
        opened, closed = quotes[0::2], quotes[1::2]
        within = np.searchsorted(delimiters, closed) - np.searchsorted(delimiters, opened)
        of_record = np.searchsorted(ends, opened)
        counts -= np.bincount(of_record, weights=within, minlength=len(ends)).astype(np.int64)
    return counts + 1


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


def next_record(block: bytes, start: int, delimiter: bytes, ended: bool) -> Record | None:
    """The record that begins at `start`; a blank line is a record without cells. None when it may go on
    after the block.
    """
    newline = block.find(b"\n", start)
    if newline < 0 and not ended:
        return None
    end = newline if newline >= 0 else len(block)
    after = end + 1 if newline >= 0 else end
    line = block[start:end]
    if b'"' not in line:
        line = line.removesuffix(b"\r")
        return Record(after, line.split(delimiter) if line.strip(b" \t") or delimiter in line else [])
    return _quoted_record(block, start, after, delimiter, ended)


def _quoted_record(block: bytes, start: int, line_end: int, delimiter: bytes, ended: bool) -> Record | None:
    """A record with quotes in it. A quote that does not begin a cell is part of the text, as in `5" pipe`."""
    cells: list[bytes] = []
    position = start
    while True:
        opened = _OPENED.match(block, position) is not None
        match = _QUOTED.match(block, position) if opened else None
        if match:
            cells.append(match[1].replace(b'""', b'"'))
            position = match.end()
            if position >= len(block) - 1 and not ended:
                return None
        elif opened:
            if not ended and len(block) - start < MAX_RECORD:
                return None
            return Record(line_end, [], "a quote is opened and never closed")
        else:
            found = [
                at
                for at in (block.find(delimiter, position, line_end), block.find(b"\n", position))
                if at >= 0
            ]
            stop = min(found, default=len(block))
            cell = block[position:stop]
            cells.append(cell.removesuffix(b"\r") if block[stop : stop + 1] != delimiter else cell)
            position = stop
        mark = block[position : position + 1]
        if mark == delimiter:
            position += 1
        elif mark in (b"", b"\n"):
            return Record(min(position + 1, len(block)), cells)
        elif block[position : position + 2] == b"\r\n" or (mark == b"\r" and position + 1 == len(block)):
            return Record(min(position + 2, len(block)), cells)
        else:
            return Record(line_end, [], "text follows a closing quote")

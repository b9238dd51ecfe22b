"""One CSV record at a time: the tolerant reading of RFC 4180, which says what is wrong with a record and
where to go on.
"""

from __future__ import annotations

import csv
import re

import msgspec

from headwater.flow.chunks import MAX_CELL

MAX_RECORD = 64 << 20  # a quoted cell still open after so many bytes is taken for a stray quote
_QUOTED = re.compile(rb'[ ]*"([^"]*+(?:""[^"]*+)*+)"[ ]*')
_OPENED = re.compile(rb'[ ]*"')
_SPACED = re.compile(r'(?:^|[,;\t|]) +"')  # blanks before a quote: the csv module takes the quote for text


class Record(msgspec.Struct, frozen=True):
    """One record as bytes: where it ends in the block, and its cells or what is wrong with it."""

    end: int
    cells: list[bytes]
    fault: str = ""


def usual_cells(block: bytes, start: int, delimiter: bytes) -> tuple[list[str], int] | None:
    """The cells of a record that is one line of clean text, and its end: what `next_record` finds, sooner.
    None for any record that needs a closer look.
    """
    newline = block.find(b"\n", start)
    line = block[start:newline].removesuffix(b"\r")
    if newline < 0 or not line or len(line) > MAX_CELL or b"\x00" in line or b"\r" in line:
        return None
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return None
    mark = delimiter.decode()
    if '"' not in text:
        return text.split(mark), newline + 1
    if ' "' in text and _SPACED.search(text):
        return None
    try:
        return next(csv.reader([text], delimiter=mark, strict=True)), newline + 1
    except csv.Error:
        return None


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
        return Record(after, line.split(delimiter) if line else [])
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
            found = [at for at in (block.find(delimiter, position, line_end), block.find(b"\n", position)) if at >= 0]
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

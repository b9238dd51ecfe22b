"""JSONL: one JSON object a line. A line that is no object becomes a reject and the others go through."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from headwater.errors import InputError
from headwater.flow.chunks import MAX_CELL, MAX_ROWS, Chunk, chunk_of
from headwater.flow.plain import number_text, plain
from headwater.flow.rejects import Reject, excerpt
from headwater.flow.streams import Utf8Stream, encoding_of

BLOCK = 8 << 20
MAX_LINE = 64 << 20  # a line without an end after so many bytes is rejected

_DECODER = msgspec.json.Decoder(dict[str, Any], float_hook=number_text)


def read_jsonlines(path: Path) -> Iterator[Chunk]:
    """The records of a JSONL file in chunks. The columns of a chunk are the keys seen so far, in order of
    appearance.
    """
    stream = Utf8Stream(path, encoding_of(path))
    headings: dict[str, None] = {}
    number, line = 1, 1
    try:
        for lines in _blocks(stream):
            good: list[tuple[int, int, dict[str, str]]] = []
            bad: list[Reject] = []
            first = number
            for raw in lines:
                if raw and not raw.isspace():
                    cells, fault = _object(raw)
                    if fault:
                        bad.append(Reject(number, line, "", fault, excerpt(raw)))
                    else:
                        good.append((number, line, cells))
                        headings.update(dict.fromkeys(cells))
                    number += 1
                line += 1
                if number - first >= MAX_ROWS:
                    yield _chunk(headings, first, good, bad, stream.share)
                    first, good, bad = number, [], []
            if good or bad:
                yield _chunk(headings, first, good, bad, stream.share)
        if stream.damage:
            yield _chunk(
                headings,
                number,
                [],
                [Reject(number, line, "", f"{stream.damage}: nothing after this place was read")],
            )
        if number == 1:
            raise InputError("the file has no line of text", where=str(path), remedy="give one JSON object a line")
    finally:
        stream.close()


def _chunk(
    headings: dict[str, None],
    first: int,
    good: list[tuple[int, int, dict[str, str]]],
    bad: list[Reject],
    share: float = 1.0,
) -> Chunk:
    names = list(headings)
    rows = [
        (
            number,
            line,
            list(cells.values()) if list(cells) == names else [cells.get(name, "") for name in names],
        )
        for number, line, cells in good
    ]
    return chunk_of(names, first, rows, bad, share)


def _blocks(stream: Utf8Stream) -> Iterator[list[bytes]]:
    """Whole lines, a block at a time. What follows the last line end of a damaged file is left out."""
    rest = b""
    while block := stream.read(BLOCK):
        lines = (rest + block).split(b"\n")
        rest = lines.pop()
        if len(rest) > MAX_LINE:
            lines.append(rest)
            rest = b""
        yield lines
    if rest and not stream.damage:
        yield [rest]


def _object(raw: bytes) -> tuple[dict[str, str], str]:
    """The fields of one line as text, or what is wrong with it."""
    if b"\x00" in raw:
        return {}, "a NUL byte"
    try:
        found = _DECODER.decode(raw)
    except msgspec.ValidationError:
        return {}, "the line is JSON but not an object"
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return {}, f"not JSON: {error}"
    except RecursionError:
        return {}, "not JSON: nested too deeply"
    cells = {name: value if type(value) is str else plain(value) for name, value in found.items()}
    if len(raw) > MAX_CELL and any(len(cell) > MAX_CELL for cell in cells.values()):
        return {}, f"a cell of over {MAX_CELL:,} characters"
    if b"\\u0000" in raw and any("\x00" in cell for cell in cells.values()):
        return {}, "a NUL byte"
    return cells, ""

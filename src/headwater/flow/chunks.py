"""A piece of a table on its way in: text columns named by the file's headings, record numbers, and what was
rejected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec
import polars as pl

from headwater.flow.rejects import Reject

# A cell longer than this is no order line; its record is rejected so that one cell cannot hold up the batch.
MAX_CELL = 1_000_000
# Rows in a chunk: with some 300 bytes a row, about the 16 MB that a block holds.
MAX_ROWS = 50_000
_REPEATED = re.compile(r" \[column \d+\]\Z")


class Chunk(msgspec.Struct, frozen=True):
    """`records` records from number `first` on (1-based, header not counted): the good ones are the rows of
    `frame`, all columns text, with their record `numbers` and the `lines` they begin on (0 where unknown);
    the bad ones are `rejects`. `share` of the input file (0 to 1) was read when the chunk was made.
    """

    first: int
    records: int
    frame: pl.DataFrame
    numbers: pl.Series
    lines: pl.Series
    rejects: tuple[Reject, ...]
    share: float = 0.0

    @property
    def last(self) -> int:
        """The number of the last record, good or bad."""
        return self.first + self.records - 1


def chunk_of(
    headings: Sequence[str],
    first: int,
    good: Sequence[tuple[int, int, Sequence[str]]],
    bad: Iterable[Reject],
    share: float = 1.0,
) -> Chunk:
    """A chunk from single records, each (number, line, cells)."""
    rejects = tuple(bad)
    columns = list(zip(*(cells for _, _, cells in good), strict=True)) if good else [()] * len(headings)
    frame = pl.DataFrame(
        {name: pl.Series(name, list(cells), dtype=pl.String) for name, cells in zip(headings, columns, strict=True)}
    )
    numbers = pl.Series("number", [number for number, _, _ in good], dtype=pl.Int64)
    lines = pl.Series("line", [line for _, line, _ in good], dtype=pl.Int64)
    return Chunk(first, len(good) + len(rejects), frame, numbers, lines, rejects, share)


def after(chunks: Iterable[Chunk], done: int) -> Iterator[Chunk]:
    """The chunks without the records up to number `done`: where an interrupted run goes on."""
    for chunk in chunks:
        if chunk.last <= done and chunk.records:
            continue
        if chunk.first > done:
            yield chunk
            continue
        keep = chunk.numbers > done
        rejects = tuple(r for r in chunk.rejects if r.number > done)
        numbers = chunk.numbers.filter(keep)
        yield Chunk(done + 1, chunk.last - done, chunk.frame.filter(keep), numbers, chunk.lines.filter(keep), rejects)


def joined(chunks: Iterable[Chunk]) -> Iterator[Chunk]:
    """The same records in chunks of up to MAX_ROWS rows, small neighbours put together and large ones
    divided.
    """
    held: list[Chunk] = []
    rows = 0
    for chunk in chunks:
        if held and rows + chunk.frame.height > MAX_ROWS:
            yield _one(held)
            held, rows = [], 0
        while chunk.frame.height > MAX_ROWS:
            head, chunk = _divided(chunk)
            yield head
        held.append(chunk)
        rows += chunk.frame.height
    if held:
        yield _one(held)


def _one(chunks: list[Chunk]) -> Chunk:
    if len(chunks) == 1:
        return chunks[0]
    return Chunk(
        chunks[0].first,
        sum(chunk.records for chunk in chunks),
        pl.concat([chunk.frame for chunk in chunks], rechunk=True),
        pl.concat([chunk.numbers for chunk in chunks], rechunk=True),
        pl.concat([chunk.lines for chunk in chunks], rechunk=True),
        tuple(reject for chunk in chunks for reject in chunk.rejects),
        chunks[-1].share,
    )


def _divided(chunk: Chunk) -> tuple[Chunk, Chunk]:
    """The first MAX_ROWS rows with the rejects before the next row, and the rest."""
    start = chunk.numbers[MAX_ROWS]
    halves = (
        (
            slice(None, MAX_ROWS),
            chunk.first,
            start - chunk.first,
            [r for r in chunk.rejects if r.number < start],
        ),
        (
            slice(MAX_ROWS, None),
            start,
            chunk.last + 1 - start,
            [r for r in chunk.rejects if r.number > start],
        ),
    )
    head, rest = (
        Chunk(
            first,
            records,
            chunk.frame[rows],
            chunk.numbers[rows],
            chunk.lines[rows],
            tuple(rejects),
            chunk.share,
        )
        for rows, first, records, rejects in halves
    )
    return head, rest


def unique(headings: Iterable[str]) -> list[str]:
    """Column names for headings as written: an empty or repeated one is told apart by its position."""
    names: list[str] = []
    for position, heading in enumerate(headings, 1):
        name = heading if heading and heading not in names else f"{heading} [column {position}]".strip()
        names.append(name)
    return names


def heading(name: str) -> str:
    """The heading as the file has it, for a column name made by `unique`."""
    return _REPEATED.sub("", name)

"""Parquet: batches by polars' streaming engine, every column made into the text a person would have
written.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import polars as pl

from headwater.errors import InputError
from headwater.flow.chunks import MAX_CELL, MAX_ROWS, Chunk, chunk_of, unique
from headwater.flow.plain import plain_column
from headwater.flow.rejects import Reject, excerpt
from headwater.flow.spool import spooled


def read_parquet(path: Path) -> Iterator[Chunk]:
    """The rows of a Parquet file in chunks. Raises InputError when it is none, or is damaged on the way."""
    with spooled(path) as plain_path:
        first = 1
        try:
            lazy = pl.scan_parquet(plain_path, glob=False)
            headings = unique(name.strip() for name in lazy.collect_schema().names())
            total = lazy.select(pl.len()).collect().item()
            for batch in lazy.collect_batches(chunk_size=MAX_ROWS, maintain_order=True):
                for start in range(0, batch.height, MAX_ROWS):
                    chunk = _chunk(batch.slice(start, MAX_ROWS), headings, first, total)
                    first += chunk.records
                    yield chunk
            if first == 1:
                yield chunk_of(headings, 1, [], [])
        except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
            reason = str(error).splitlines()[0][:200]
            raise InputError(f"not a Parquet file that can be read: {reason}", where=str(path)) from error


def _chunk(batch: pl.DataFrame, headings: list[str], first: int, total: int) -> Chunk:
    columns = zip(batch.get_columns(), headings, strict=True)
    frame = pl.DataFrame([plain_column(column).alias(name) for column, name in columns])
    after = first + frame.height
    numbers = pl.int_range(first, after, eager=True, dtype=pl.Int64).alias("number")
    lines = pl.zeros(frame.height, pl.Int64, eager=True).alias("line")
    return screened(Chunk(first, frame.height, frame, numbers, lines, (), (after - 1) / total))


def screened(chunk: Chunk) -> Chunk:
    """The chunk with rows that hold an oversized cell or a NUL made into rejects; for formats read whole
    columns at a time.
    """
    if chunk.frame.is_empty():
        return chunk
    rejects: dict[int, Reject] = {}
    for column in chunk.frame.get_columns():
        for fault, reason in (
            (column.str.len_bytes() > MAX_CELL, f"a cell of over {MAX_CELL:,} bytes"),
            (column.str.contains("\x00", literal=True), "a NUL byte"),
        ):
            for at in fault.arg_true().to_list():
                reject = Reject(chunk.numbers[at], chunk.lines[at], column.name, reason, excerpt(column[at]))
                rejects.setdefault(at, reject)
    if not rejects:
        return chunk
    keep = ~pl.int_range(chunk.frame.height, eager=True).is_in(list(rejects))
    return msgspec.structs.replace(
        chunk,
        frame=chunk.frame.filter(keep),
        numbers=chunk.numbers.filter(keep),
        lines=chunk.lines.filter(keep),
        rejects=(*chunk.rejects, *(rejects[at] for at in sorted(rejects))),
    )

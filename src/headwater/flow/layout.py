"""Where records and fields lie in a block of CSV, worked out on whole arrays of byte positions."""

from __future__ import annotations

import msgspec
import numpy as np

from headwater.flow.chunks import MAX_CELL


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

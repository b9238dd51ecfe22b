"""Whatever bytes a file holds, reading it gives a clear error or records of which each is a row or a
reject, once.
"""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.errors import InputError
from headwater.flow import delimited, jsonlines
from headwater.flow.chunks import Chunk
from headwater.flow.sources import open_table

# Bytes that mean something to a reader come often, all others now and then.
NASTY = st.lists(
    st.sampled_from(
        [
            b",",
            b'"',
            b'""',
            b"\n",
            b"\r\n",
            b"\r",
            b";",
            b"\t",
            b" ",
            b"a",
            b"7",
            "丙".encode(),
            b"\xb1\xfb",
            b"\x00",
            b"\xff",
            b"\xed\xa0\x80",
        ]
    )
    | st.binary(min_size=1, max_size=3),
    max_size=60,
).map(b"".join)


@contextmanager
def file(name: str, content: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        yield path


def read(name: str, content: bytes) -> list[Chunk] | str:
    """The chunks, checked for what always holds, or the error's line."""
    with file(name, content) as path:
        try:
            chunks = list(open_table(path))
        except InputError as error:
            line = str(error)
            assert line.startswith(str(path))
            assert "\n" not in line
            return line.removeprefix(str(path))
    last = 0
    for chunk in chunks:
        assert chunk.first == last + 1
        rows, bad = chunk.numbers.to_list(), [reject.number for reject in chunk.rejects]
        assert sorted([*rows, *bad]) == list(range(chunk.first, chunk.last + 1))
        assert rows == sorted(rows)
        assert bad == sorted(bad)
        assert set(chunk.frame.dtypes) <= {pl.String}
        assert sum(chunk.frame.null_count().row(0)) == 0
        assert chunk.frame.height == len(chunk.lines) == len(rows)
        assert all(reject.reason and reject.value.isprintable() for reject in chunk.rejects)
        assert not any("\x00" in cell for row in chunk.frame.rows() for cell in row)
        last = chunk.last
    return chunks


def flat(chunks: list[Chunk] | str) -> object:
    """What was read, whatever the chunks it came in."""
    if isinstance(chunks, str):
        return chunks
    rows = [
        (number, line, row)
        for chunk in chunks
        for number, line, row in zip(chunk.numbers, chunk.lines, chunk.frame.rows(), strict=True)
    ]
    return rows, [reject for chunk in chunks for reject in chunk.rejects]


@settings(max_examples=300, deadline=None)
@given(
    content=NASTY,
    name=st.sampled_from(["a.csv", "a.tsv"]),
    header=st.sampled_from([b"", b"a,b\n", b"a\tb\r\n"]),
)
def test_any_bytes_as_csv_read_the_same_in_blocks_and_whole(content: bytes, name: str, header: bytes) -> None:
    whole = flat(read(name, header + content))
    with mock.patch.object(delimited, "tidy", return_value=None):
        assert flat(read(name, header + content)) == whole
    if header:
        with mock.patch.object(delimited, "BLOCK", 64), mock.patch.object(delimited, "PIECE", 16):
            assert flat(read(name, header + content)) == whole


CELL = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12).map(
    lambda text: text.replace("\r\n", "\n").replace("\r", "\n")
)
TABLE = st.lists(st.tuples(CELL.filter(lambda c: c.strip(" \t")), CELL, CELL), max_size=12)


@settings(deadline=None)
@given(
    rows=TABLE,
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_what_a_spreadsheet_writes_is_read_back(
    rows: list[tuple[str, str, str]], delimiter: str, end: str, quoting: int
) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(
        [("one", "two", "three"), *rows]
    )
    chunks = read("a.csv", text.getvalue().encode())
    assert isinstance(chunks, list)
    plain = [row for chunk in chunks for row in chunk.frame.rows()]
    # A cell that begins or ends with blanks before a quote is the one thing that the tolerant way may trim.
    assert plain == rows


BROKEN = st.sampled_from([b"1,2\n", b"1,2,3,4\n", b'"x" y,2,3\n', b"\x00,2,3\n", b"\xff,2,3\n", b'"open,2,3\n'])


@settings(deadline=None)
@given(lines=st.lists(st.one_of(st.integers(0, 99), BROKEN), max_size=20))
def test_good_records_among_broken_ones_all_come_through(lines: list[int | bytes]) -> None:
    content = b"a,b,c\n" + b"".join(b'%d,"x, y",z\n' % line if isinstance(line, int) else line for line in lines)
    chunks = read("a.csv", content)
    assert isinstance(chunks, list)
    found = [row for chunk in chunks for row in chunk.frame.rows()]
    assert found == [(str(line), "x, y", "z") for line in lines if isinstance(line, int)]
    assert [chunk.last for chunk in chunks][-1] == len(lines)


JSON_LINES = st.lists(
    st.sampled_from(
        [
            b'{"a": 1}',
            b'{"b": "\\ud800"}',
            b"[]",
            b"{",
            b'{"a": "\xff"}',
            b'{"a": {"b": [1.0, null]}}',
            b"\x00",
            b"",
            b"NaN",
        ]
    )
    | st.binary(max_size=12),
    max_size=12,
).map(b"\n".join)


@settings(deadline=None)
@given(content=JSON_LINES)
def test_any_bytes_as_jsonl(content: bytes) -> None:
    whole = read("a.jsonl", content)
    with mock.patch.object(jsonlines, "BLOCK", 9):
        pieces = read("a.jsonl", content)
    assert isinstance(whole, str) == isinstance(pieces, str)
    if not isinstance(whole, str):
        assert [r for c in whole for r in c.rejects] == [r for c in pieces for r in c.rejects]


@pytest.fixture(scope="module")
def books() -> dict[str, bytes]:
    book = openpyxl.Workbook()
    for row in [("id", "text"), *((number, f"Acetone {number}") for number in range(50))]:
        book.active.append(row)
    sheet, table = io.BytesIO(), io.BytesIO()
    book.save(sheet)
    pl.DataFrame({"id": list(range(50)), "text": ["Acetone"] * 50}).write_parquet(table)
    return {"a.xlsx": sheet.getvalue(), "a.parquet": table.getvalue()}


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damaged_workbooks_and_tables(books: dict[str, bytes], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(books)))
    content = bytearray(books[name])
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=6)):
        content[at] = data.draw(st.integers(0, 255))
    read(name, bytes(content[: data.draw(st.integers(0, len(content)) | st.just(len(content)))]))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_sound_archives_with_damaged_xml(books: dict[str, bytes], data: st.DataObject) -> None:
    with zipfile.ZipFile(io.BytesIO(books["a.xlsx"])) as archive:
        parts = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    damaged = parts[
        data.draw(st.sampled_from([name for name in sorted(parts) if "sheet1" in name or "workbook" in name]))
    ]
    for at in data.draw(st.lists(st.integers(0, len(damaged) - 1), min_size=1, max_size=4)):
        damaged[at : at + data.draw(st.integers(0, 3))] = data.draw(
            st.sampled_from([b"", b"<", b">", b'"', b"9", b"-", b"A", b"&", b"\xff"])
        )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, bytes(content))
    read("a.xlsx", made.getvalue())


@settings(deadline=None)
@given(
    content=st.binary(max_size=200),
    name=st.sampled_from(
        [f"a.{form}{pack}" for form in ("csv", "tsv", "jsonl", "parquet", "xlsx") for pack in ("", ".gz", ".xz")]
    ),
)
def test_any_bytes_under_any_name(content: bytes, name: str) -> None:
    read(name, content)

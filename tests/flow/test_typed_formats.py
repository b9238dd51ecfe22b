"""JSONL, Parquet and XLSX: values as a person wrote them, bad rows as rejects, bombs refused."""

from __future__ import annotations

import datetime as dt
import gzip
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from headwater.errors import InputError
from headwater.flow import jsonlines, workbook
from headwater.flow.chunks import MAX_CELL, Chunk
from headwater.flow.sources import open_table


def read(path: Path, sheet: str | None = None) -> list[Chunk]:
    return list(open_table(path, sheet=sheet))


def dicts(chunks: list[Chunk]) -> list[dict[str, str]]:
    return [row for chunk in chunks for row in chunk.frame.to_dicts()]


def reasons(chunks: list[Chunk]) -> list[tuple[int, int, str]]:
    return [(r.number, r.line, r.reason) for chunk in chunks for r in chunk.rejects]


def test_jsonl_values_are_plain_text(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        '{"q": 25.0, "big": 123456789012345678901, "b": true, "n": null, '
        '"l": ["SG", "AE"], "o": {"k": 1}, "s": "=1+1"}\n'
    )
    assert dicts(read(path)) == [
        {
            "q": "25",
            "big": "123456789012345678901",
            "b": "true",
            "n": "",
            "l": "SG; AE",
            "o": '{"k":1}',
            "s": "=1+1",
        }
    ]


def test_jsonl_bad_lines_are_rejected_singly(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    lines = [
        b'{"text": "a"}',
        b"",
        b"[1]",
        b"{bad",
        b'{"text": "\\ud800"}',
        b'{"text": "\xff"}',
        b'{"text": "a\\u0000"}',
        b'{"text": "' + b"x" * (MAX_CELL + 1) + b'"}',
        b"[" * 100_000,
        b'{"text": "z"}',
    ]
    path.write_bytes(b"\n".join(lines))
    chunks = read(path)
    assert dicts(chunks) == [{"text": "a"}, {"text": "z"}]
    assert [(number, line) for number, line, _ in reasons(chunks)] == [(n, n + 1) for n in range(2, 9)]
    assert reasons(chunks)[0][2] == "the line is JSON but not an object"


def test_jsonl_new_keys_become_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonlines, "MAX_ROWS", 2)
    path = tmp_path / "a.jsonl"
    path.write_text('{"a": 1}\n{"a": 2}\n{"b": 3}\n')
    first, second = read(path)
    assert (first.frame.columns, second.frame.columns) == (["a"], ["a", "b"])
    assert second.frame.rows() == [("", "3")]
    assert second.numbers.to_list() == [3]


def test_jsonl_empty_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("\n\n")
    with pytest.raises(InputError, match="no line of text"):
        read(path)


def test_parquet_values_are_plain_text(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    frame = pl.DataFrame(
        {
            "q": [25.0, 0.5, None],
            "i": [1, None, 3],
            "day": [dt.date(2025, 7, 20), None, None],
            "at": [dt.datetime(2025, 7, 20, 10, 30), dt.datetime(2025, 7, 20), None],
            "zoned": [dt.datetime(2025, 7, 20, 10, 30, tzinfo=dt.UTC), None, None],
            "amount": [Decimal("25.500"), None, None],
            "yes": [True, False, None],
            "list": [["SG", "AE"], [], None],
            "kind": pl.Series(["order", None, "order"], dtype=pl.Categorical),
            "bytes": [b"abc", None, None],
        }
    )
    frame.write_parquet(path)
    (chunk,) = read(path)
    assert chunk.frame.row(0) == (
        "25",
        "1",
        "2025-07-20",
        "2025-07-20T10:30:00",
        "2025-07-20T10:30:00+00:00",
        "25.5",
        "true",
        "SG; AE",
        "order",
        "abc",
    )
    assert chunk.frame.row(1) == ("0.5", "", "", "2025-07-20", "", "", "false", "", "", "")
    assert set(chunk.frame.dtypes) == {pl.String}
    packed = tmp_path / "b.parquet.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert read(packed)[0].frame.equals(chunk.frame)


def test_parquet_in_chunks_with_rejects(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    texts = ["Acetone"] * 120_000
    texts[60_000] = "a\x00b"
    pl.DataFrame({"text": texts}).write_parquet(path)
    chunks = read(path)
    assert [chunk.first for chunk in chunks] == [1, 50_001, 100_001]
    assert sum(chunk.frame.height for chunk in chunks) == 119_999
    assert reasons(chunks) == [(60_001, 0, "a NUL byte")]
    assert chunks[-1].share == 1.0


def test_empty_parquet_gives_its_headings(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame(schema={"text": pl.String}).write_parquet(path)
    (chunk,) = read(path)
    assert (chunk.frame.columns, chunk.records) == (["text"], 0)


@pytest.mark.parametrize("name", ["a.parquet", "a.xlsx", "a.parquet.gz", "a.xlsx.xz"])
@pytest.mark.parametrize("content", [b"", b"nope", b"PK\x03\x04" + b"\x00" * 100, b"PAR1" + b"\x00" * 100])
def test_what_is_no_such_file_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def make_book(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "orders"
    sheet["B2"], sheet["C2"], sheet["D2"], sheet["E2"] = "id", "品名", "qty", "date"
    sheet["B3"], sheet["C3"], sheet["D3"], sheet["E3"] = 7, "丙酮", 25.0, dt.date(2025, 7, 20)
    sheet["B4"], sheet["C4"], sheet["D4"] = "00012", "#N/A", 0.5
    sheet["C4"].data_type = "e"
    sheet["B6"], sheet["C6"], sheet["E6"] = True, "'=1+1", dt.datetime(2025, 7, 20, 10, 30)
    book.create_sheet("other").append(["text"])
    book.create_sheet("blank")
    book.save(path)


def test_xlsx_values_rows_and_errors(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    make_book(path)
    (chunk,) = read(path)
    assert chunk.frame.columns == ["id", "品名", "qty", "date"]
    assert chunk.frame.rows() == [
        ("7", "丙酮", "25", "2025-07-20"),
        ("true", "'=1+1", "", "2025-07-20 10:30:00"),
    ]
    assert (chunk.numbers.to_list(), chunk.lines.to_list()) == ([1, 3], [3, 6])
    assert reasons([chunk]) == [(2, 4, "cell C4 holds an error value such as #N/A or #REF!")]


def test_xlsx_sheets(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    make_book(path)
    (chunk,) = read(path, sheet="other")
    assert (chunk.frame.columns, chunk.records) == (["text"], 0)
    with pytest.raises(InputError, match="the sheets are 'orders', 'other', 'blank'"):
        read(path, sheet="none")
    with pytest.raises(InputError, match="the sheet is empty"):
        read(path, sheet="blank")


def bomb(path: Path, size: int) -> None:
    make_book(path)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/x.bin", "w") as member,
    ):
        for _ in range(size >> 20):
            member.write(b"\x00" * (1 << 20))


def test_zip_bombs_are_refused_before_parsing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_load", lambda *_: pytest.fail("the bomb was parsed"))
    path = tmp_path / "a.xlsx"
    bomb(path, workbook.RATIO_MATTERS + (4 << 20))
    with pytest.raises(InputError, match="zip bomb"):
        read(path)


def test_a_directory_that_lies_about_size_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_load", lambda *_: pytest.fail("the bomb was parsed"))
    path = tmp_path / "a.xlsx"
    bomb(path, 8 << 20)
    content = path.read_bytes()
    lie = content.replace((8 << 20).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lie != content
    path.write_bytes(lie)
    with pytest.raises(InputError, match="damaged"):
        read(path)


def test_two_cells_in_far_corners_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "text", "x"
    book.save(path)
    with pytest.raises(InputError, match="the sheet spans 17,179,869,184 cells"):
        read(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    for place in (b"r='XFD1048576'", b'r = "XFD1048576"', b'r="&#88;FD1048576"'):
        with zipfile.ZipFile(path, "w") as archive:
            for part, content in (parts | {name: parts[name].replace(b'r="XFD1048576"', place)}).items():
                archive.writestr(part, content)
        with pytest.raises(InputError):
            read(path)


def test_too_many_parts_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_MEMBERS", 5)
    path = tmp_path / "a.xlsx"
    make_book(path)
    with pytest.raises(InputError, match="zip bomb"):
        read(path)


def test_names_that_state_no_format(tmp_path: Path) -> None:
    (tmp_path / "a.doc").write_text("x")
    (tmp_path / "b.csv").mkdir()
    for name, what in (("a.doc", "what format"), ("none.csv", "no such file"), ("b.csv", "a folder")):
        with pytest.raises(InputError, match=what):
            read(tmp_path / name)

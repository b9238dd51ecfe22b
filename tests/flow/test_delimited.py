"""CSV and TSV: what is well formed goes through, what is not is rejected singly, and both ways of reading
agree.
"""

from __future__ import annotations

import gzip
import lzma
from pathlib import Path

import pytest

from headwater.errors import InputError
from headwater.flow import chunks as chunks_module
from headwater.flow import delimited
from headwater.flow.chunks import MAX_CELL, Chunk, after
from headwater.flow.sources import open_table


def read(path: Path, content: bytes) -> list[Chunk]:
    path.write_bytes(content)
    return list(open_table(path))


def rows(chunks: list[Chunk]) -> list[tuple[str, ...]]:
    return [row for chunk in chunks for row in chunk.frame.rows()]


def rejects(chunks: list[Chunk]) -> list[tuple[int, int, str]]:
    return [(r.number, r.line, r.reason) for chunk in chunks for r in chunk.rejects]


def test_records_keep_their_number_and_line(tmp_path: Path) -> None:
    (chunk,) = read(tmp_path / "a.csv", b'id,text\r\n1,"two\r\nlines"\r\n2,"a ""b"", c"\r\n')
    assert chunk.frame.rows() == [("1", "two\r\nlines"), ("2", 'a "b", c')]
    assert chunk.numbers.to_list() == [1, 2]
    assert chunk.lines.to_list() == [2, 4]
    assert chunk.share == 1.0


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\xef\xbb\xbfid;text\n1;Acetone, 25 kg\n", "a.csv"),
        (b"id|text\n1|Acetone, 25 kg\n", "a.csv"),
        (b"id\ttext\n1\tAcetone, 25 kg\n", "a.csv"),
        (b"id\ttext\n1\tAcetone, 25 kg", "a.tsv"),
        (b"sep=;\r\nid;text\r\n1;Acetone, 25 kg\r\n", "a.csv"),
        (b'id,text\n1,"Acetone, 25 kg"\n\n\n', "a.csv"),
        (b'\n\nid,text\n\n1,"Acetone, 25 kg"\n', "a.csv"),
        (b'id, "text"\n1, "Acetone, 25 kg"\n', "a.csv"),
    ],
)
def test_delimiters_marks_and_blank_lines(tmp_path: Path, content: bytes, name: str) -> None:
    chunks = read(tmp_path / name, content)
    assert chunks[0].frame.columns == ["id", "text"]
    assert rows(chunks) == [("1", "Acetone, 25 kg")]
    assert rejects(chunks) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = "编号,品名\n1,丙酮 工业级\n2,柠檬酸\n"
    assert rows(read(tmp_path / "a.csv", text.encode(encoding))) == [("1", "丙酮 工业级"), ("2", "柠檬酸")]


def test_big_endian_utf16(tmp_path: Path) -> None:
    content = b"\xfe\xff" + "id,text\n1,丙酮\n".encode("utf-16-be")
    assert rows(read(tmp_path / "a.csv", content)) == [("1", "丙酮")]


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_compressed(tmp_path: Path, pack) -> None:  # type: ignore[no-untyped-def]
    name = "a.csv.gz" if pack is gzip.compress else "a.csv.xz"
    assert rows(read(tmp_path / name, pack(b"id,text\n1,Acetone\n"))) == [("1", "Acetone")]


def test_bad_records_are_rejected_singly(tmp_path: Path) -> None:
    chunks = read(
        tmp_path / "a.csv",
        b'id,text\n1,good\n2,too,many\n3\n"4,never closed\n5,good\n6,"x" y\n7,5" pipe\n8,\x00\n9,\xff\xfe\n10,"good"\n',
    )
    assert rows(chunks) == [("1", "good"), ("5", "good"), ("7", '5" pipe'), ("10", "good")]
    assert rejects(chunks) == [
        (2, 3, "3 fields where the header has 2"),
        (3, 4, "1 fields where the header has 2"),
        (4, 5, "text follows a closing quote"),
        (6, 7, "text follows a closing quote"),
        (8, 9, "a NUL byte"),
        (9, 10, "bytes that are not UTF-8 text; save the file as UTF-8"),
    ]


@pytest.mark.parametrize("gap", [b"\n", b"\r\n"])
def test_blank_lines_of_a_single_column_are_no_records(tmp_path: Path, gap: bytes) -> None:
    chunks = read(tmp_path / "a.csv", b"text\na\n" + gap + b" \nb\n")
    assert rows(chunks) == [("a",), (" ",), ("b",)]
    assert chunks[0].lines.to_list() == [2, 4, 5]


def test_a_quote_open_to_the_end_costs_one_line(tmp_path: Path) -> None:
    chunks = read(tmp_path / "a.csv", b'id,text\n1,"open\n2,good\n3,good\n')
    assert rows(chunks) == [("2", "good"), ("3", "good")]
    assert rejects(chunks) == [(1, 2, "a quote is opened and never closed")]


def test_lines_swallowed_by_a_stray_quote_are_given_back(tmp_path: Path) -> None:
    chunks = read(tmp_path / "a.csv", b'id,text\n"1,open\n2,good\n3,"x"\n')
    assert rows(chunks) == [("2", "good"), ("3", "x")]
    assert len(rejects(chunks)) == 1


def test_a_ten_megabyte_cell_is_one_reject(tmp_path: Path) -> None:
    huge = b"x" * (10 * MAX_CELL)
    chunks = read(tmp_path / "a.csv", b'id,text\n1,good\n2,"' + huge + b'"\n3,' + huge + b"\n4,good\n")
    assert rows(chunks) == [("1", "good"), ("4", "good")]
    assert [number for number, _, _ in rejects(chunks)] == [2, 3]
    assert all(len(r.value) <= 120 for chunk in chunks for r in chunk.rejects)


def test_a_line_without_end_is_one_reject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "BLOCK", 100)
    monkeypatch.setattr(delimited, "MAX_RECORD", 300)
    chunks = read(tmp_path / "a.csv", b"id,text\n1," + b"x" * 1000 + b"\n2,good\n")
    assert rows(chunks) == [("2", "good")]
    assert [(number, line) for number, line, _ in rejects(chunks)] == [(1, 2)]
    assert chunks[-1].lines.to_list() == [3]


def test_a_western_file_is_not_read_as_chinese(tmp_path: Path) -> None:
    chunks = read(tmp_path / "a.csv", "id,text\n1,Ácido sulfúrico\n2,Acetona\n".encode("cp1252"))
    assert rows(chunks) == [("2", "Acetona")]
    assert "UTF-8" in rejects(chunks)[0][2]


def test_a_broken_sequence_in_gb18030(tmp_path: Path) -> None:
    content = "编号,品名\n1,丙酮\n2,柠檬酸\n".encode("gb18030") + b"3,\xff\xff\n" + "4,丙酮\n".encode("gb18030")
    chunks = read(tmp_path / "a.csv", content)
    assert rows(chunks) == [("1", "丙酮"), ("2", "柠檬酸"), ("4", "丙酮")]
    assert [number for number, _, _ in rejects(chunks)] == [3]


def test_neither_encoding_names_the_offset(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="from byte 8 on"):
        read(tmp_path / "a.csv", b"id,text\n" + b"\xff\xff\xfe\xff\xff,x\n" * 50)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\n \n", "no line of text"),
        (b"PK\x03\x04\x00\x00\x00", "NUL"),
        (b"id,text\r1,a\r2,b\r", "carriage return"),
        (b'"id,text\n1,x\n', "never closed"),
    ],
)
def test_a_file_without_a_header_is_refused(tmp_path: Path, content: bytes, what: str) -> None:
    with pytest.raises(InputError, match=what):
        read(tmp_path / "a.csv", content)


def test_header_only_gives_one_empty_chunk(tmp_path: Path) -> None:
    (chunk,) = read(tmp_path / "a.csv", b"id,text\n")
    assert (chunk.frame.columns, chunk.frame.height, chunk.records) == (["id", "text"], 0, 0)


def test_repeated_and_empty_headings_stay_apart(tmp_path: Path) -> None:
    (chunk,) = read(tmp_path / "a.csv", b"text,text,\na,b,c\n")
    assert chunk.frame.columns == ["text", "text [column 2]", "[column 3]"]


def test_truncated_gzip_gives_what_came_before_and_says_so(tmp_path: Path) -> None:
    lines = b"".join(b"%d,Acetone %d\n" % (i, i * 7919) for i in range(5000))
    chunks = read(tmp_path / "a.csv.gz", gzip.compress(b"id,text\n" + lines)[:-3000])
    done = len(rows(chunks))
    assert done > 1000
    assert rows(chunks)[-1] == (str(done - 1), f"Acetone {(done - 1) * 7919}")
    ((number, line, reason),) = rejects(chunks)
    assert (number, line) == (done + 1, done + 2)
    assert "cut short or damaged" in reason


def test_what_is_no_gzip_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cut short or damaged"):
        read(tmp_path / "a.csv.gz", b"id,text\n1,Acetone\n")


def test_blocks_do_not_show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f'{i},"Acetone, lot {i}\nsecond line"\r\n' if i % 3 else f"{i},plain\r\n" for i in range(2000)]
    lines[700] = '700,"a","b"\r\n'
    lines[1400] = '"1400,x\r\n'
    content = ("id,text\r\n" + "".join(lines)).encode()
    whole = read(tmp_path / "a.csv", content)
    monkeypatch.setattr(delimited, "BLOCK", 1000)
    monkeypatch.setattr(delimited, "PIECE", 200)
    monkeypatch.setattr(chunks_module, "MAX_ROWS", 9)
    pieces = read(tmp_path / "a.csv", content)
    assert len(pieces) > 20
    assert max(chunk.frame.height for chunk in pieces) == 9
    assert [c.first for c in pieces[1:]] == [c.last + 1 for c in pieces[:-1]]
    assert rows(pieces) == rows(whole)
    assert rejects(pieces) == rejects(whole)
    assert [n for c in pieces for n in c.numbers] == [n for c in whole for n in c.numbers]
    assert [n for c in pieces for n in c.lines] == [n for c in whole for n in c.lines]


def test_well_formed_blocks_take_the_fast_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(self: object, size: int) -> None:
        raise AssertionError("a well-formed block was read record by record")

    monkeypatch.setattr(delimited._Reader, "_singly", slow)
    chunks = read(tmp_path / "a.csv", 'id,text\r\n1,"丙酮, ""AR"""\r\n2,\r\n3,"a\nb"\r\n'.encode())
    assert rows(chunks) == [("1", '丙酮, "AR"'), ("2", ""), ("3", "a\nb")]


def test_going_on_after_a_number_of_records(tmp_path: Path) -> None:
    chunks = read(tmp_path / "a.csv", b"id,text\n1,a\n2\n3,c\n4,d\n")
    rest = list(after(chunks, 2))
    assert rows(rest) == [("3", "c"), ("4", "d")]
    assert rejects(rest) == []
    assert (rest[0].first, rest[0].records) == (3, 2)
    assert rejects(list(after(chunks, 1))) == [(2, 3, "1 fields where the header has 2")]
    assert list(after(chunks, 4)) == []

"""XLSX: the archive is measured before anything parses it, then one sheet is read as text and handed out in
chunks.

A sheet holds at most 1,048,576 rows by its format; it is held whole while it is read, within `MAX_UNPACKED`
of XML.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterator
from pathlib import Path

import fastexcel
import polars as pl

from headwater.errors import InputError
from headwater.flow.chunks import MAX_ROWS, Chunk, chunk_of, unique
from headwater.flow.parquet import screened
from headwater.flow.rejects import Reject
from headwater.flow.spool import spooled
from headwater.flow.streams import DAMAGE

# What an archive may unpack to. A full sheet (1,048,576 rows of 20 cells) is about 1 GB of XML; deflate
# cannot shrink it more than 1032-fold, ordinary sheets shrink 5 to 40-fold, and the known bombs are made of
# runs that shrink several hundredfold.
MAX_UNPACKED = 2 << 30
MAX_RATIO = 200
RATIO_MATTERS = 64 << 20  # below this size a high ratio (a sheet of empty cells) does no harm
MAX_MEMBERS = 10_000
# Cells of the rectangle that a sheet spans: a full sheet of 30 columns, held in about 1 GB.
MAX_CELLS = 32_000_000
SMALL_XML = 4 << 20  # workbook.xml and its relations
_PIECE = 1 << 20
_LONGEST_CELL_TAG = 200  # bytes kept between pieces, so that a tag across two of them is seen
_ERROR_CELL = re.compile(
    rb'<c\b[^>]*?\br="([A-Z]{1,3})(\d{1,7})"[^>]*?\bt="e"|<c\b[^>]*?\bt="e"[^>]*?\br="([A-Z]{1,3})(\d{1,7})"'
)
_CELL = re.compile(rb"""\sr\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""")
_HIDDEN = re.compile(rb"""\sr\s*=\s*["'][^"'<>]{0,40}&""")  # a cell's place written with character references
_MIDNIGHT = " 00:00:00"
_NO_DATE = "1899-12-31 "  # day zero of Excel: a cell that holds a time of day alone


def read_workbook(path: Path, *, sheet: str | None = None) -> Iterator[Chunk]:
    """The rows of one sheet (the first, or the one named) in chunks. The header is the first row that is
    not empty.

    Raises InputError for what is no workbook, for an archive that unpacks out of proportion, and for an
    unknown sheet.
    """
    with spooled(path) as plain_path:
        errors = _inspect(plain_path, path, sheet)
        table = _load(plain_path, path, sheet)
    filled = table.select(pl.any_horizontal(pl.all() != "")).to_series() if table.width else pl.Series(dtype=pl.Boolean)
    if not filled.any():
        raise InputError("the sheet is empty", where=str(path), remedy="name another with --sheet")
    top = filled.arg_true()[0]
    headings = unique(name.strip() for name in table.row(top))
    table = table.rename(dict(zip(table.columns, headings, strict=True))).with_row_index("row", offset=1)
    rows = table.filter(filled & (pl.int_range(table.height, eager=True) > top))
    if rows.is_empty():
        yield chunk_of(headings, 1, [], [])
    for start in range(0, rows.height, MAX_ROWS):
        yield _chunk(rows.slice(start, MAX_ROWS), start + 1, rows.height, errors)


def _chunk(part: pl.DataFrame, first: int, total: int, errors: dict[int, str]) -> Chunk:
    """Rows of the sheet as a chunk; a row with an error value in it (#REF!, #N/A) is a reject: what stood
    there is lost.
    """
    lines = part["row"].cast(pl.Int64).alias("line")
    numbers = pl.int_range(first, first + part.height, eager=True, dtype=pl.Int64).alias("number")
    bad = lines.is_in(list(errors)) if errors else pl.repeat(False, part.height, eager=True, dtype=pl.Boolean)
    rejects = tuple(
        Reject(numbers[at], lines[at], "", f"cell {errors[lines[at]]} holds an error value such as #N/A or #REF!")
        for at in bad.arg_true().to_list()
    )
    good = ~bad
    frame = part.drop("row")
    return screened(
        Chunk(
            first,
            part.height,
            frame.filter(good),
            numbers.filter(good),
            lines.filter(good),
            rejects,
            (first - 1 + part.height) / total,
        )
    )


def _load(plain_path: Path, path: Path, sheet: str | None) -> pl.DataFrame:
    """The sheet as text, row 1 of the sheet first."""
    try:
        reader = fastexcel.read_excel(plain_path)
        loaded = reader.load_sheet(sheet if sheet is not None else 0, header_row=None, skip_rows=0, dtypes="string")
        table = loaded.to_polars()
    except fastexcel.FastExcelError as error:
        raise InputError(f"the workbook cannot be read: {str(error).splitlines()[0][:200]}", where=str(path)) from error
    return table.fill_null("").with_columns(
        pl.when(pl.all().str.starts_with(_NO_DATE))
        .then(pl.all().str.slice(len(_NO_DATE)))
        .otherwise(pl.all().str.strip_suffix(_MIDNIGHT))
    )


def _inspect(plain_path: Path, path: Path, sheet: str | None) -> dict[int, str]:
    """Measure the archive by its directory, unpack it once to hold it to that, and note the sheet's error
    cells by row.
    """
    where = str(path)
    try:
        with zipfile.ZipFile(plain_path) as archive:
            _proportionate(archive, where)
            member = _sheet_member(archive, sheet, where)
            extent = _Extent(where)
            for name in archive.namelist():
                # zipfile unpacks no more than the directory declares and checks the sum: a directory that
                # lies is found here.
                with archive.open(name) as content:
                    while piece := content.read(_PIECE):
                        if name == member:
                            extent.add(piece)
            return extent.errors
    except (
        *DAMAGE,
        zipfile.BadZipFile,
        OSError,
        NotImplementedError,
        RuntimeError,
        KeyError,
        ElementTree.ParseError,
    ) as error:
        raise InputError(
            "not an XLSX workbook, or a damaged one", where=where, remedy="save it again as .xlsx or CSV"
        ) from error


def _proportionate(archive: zipfile.ZipFile, where: str) -> None:
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if (
        len(members) > MAX_MEMBERS
        or unpacked > MAX_UNPACKED
        or (unpacked > RATIO_MATTERS and unpacked > MAX_RATIO * packed)
    ):
        raise InputError(
            f"{packed:,} bytes would unpack to {unpacked:,} in {len(members)} parts: refused as a zip bomb",
            where=where,
            remedy="save the sheet as CSV",
        )


class _Extent:
    """What the XML of a sheet says of its size and of error values, gathered piece by piece as it is
    unpacked.

    A sheet is held in memory as a full rectangle, so that two cells in far corners are a bomb of a few
    hundred bytes.
    """

    def __init__(self, where: str) -> None:
        self.errors: dict[int, str] = {}
        self._where = where
        self._columns: set[bytes] = set()
        self._rows = 0
        self._rest = b""

    def add(self, piece: bytes) -> None:
        """Take in the next piece. Raises InputError for a sheet that is too large or written so as to hide
        its size.
        """
        text = self._rest + piece
        self._rest = text[-_LONGEST_CELL_TAG:]
        if b"\x00" in piece or _HIDDEN.search(text):
            raise zipfile.BadZipFile("the sheet is not plain UTF-8 XML")
        for match in _ERROR_CELL.finditer(text):
            column, row = (match[1], match[2]) if match[1] else (match[3], match[4])
            self.errors.setdefault(int(row), f"{column.decode()}{row.decode()}")
        cells = _CELL.findall(text)
        self._columns.update(column for column, _ in cells)
        self._rows = max(self._rows, max((int(row) for _, row in cells), default=0))
        area = self._rows * max(map(_column_number, self._columns), default=0)
        if area > MAX_CELLS:
            raise InputError(
                f"the sheet spans {area:,} cells, more than the {MAX_CELLS:,} that are read",
                where=self._where,
                remedy="save the sheet as CSV",
            )


def _column_number(letters: bytes) -> int:
    """The number of a column: A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _sheet_member(archive: zipfile.ZipFile, sheet: str | None, where: str) -> str:
    """The part of the archive that holds the sheet. Raises InputError for a sheet that is not there."""
    sheets = {
        element.get("name", ""): next((value for name, value in element.attrib.items() if name.endswith("}id")), "")
        for element in _xml(archive, "xl/workbook.xml").iter()
        if element.tag.rpartition("}")[2] == "sheet"
    }
    if not sheets or (sheet is not None and sheet not in sheets):
        what = f"there is no sheet {sheet!r}" if sheets else "the workbook has no sheet"
        raise InputError(what, where=where, remedy=f"the sheets are {', '.join(map(repr, sheets))}" if sheets else "")
    wanted = sheets[sheet] if sheet is not None else next(iter(sheets.values()))
    targets = {
        element.get("Id"): element.get("Target", "") for element in _xml(archive, "xl/_rels/workbook.xml.rels").iter()
    }
    target = targets.get(wanted, "")
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _xml(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    if archive.getinfo(name).file_size > SMALL_XML:
        raise zipfile.BadZipFile(f"{name} is oversized")
    return ElementTree.fromstring(archive.read(name))

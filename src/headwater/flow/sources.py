"""Open a table of the user's, whatever its format, as chunks of text columns. The first room of the batch
job.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from headwater.errors import InputError
from headwater.flow.chunks import Chunk

FORMATS = ("csv", "tsv", "jsonl", "parquet", "xlsx")
_SUFFIXES = {
    ".csv": "csv", ".txt": "csv", ".tsv": "tsv", ".tab": "tsv",
    ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".parquet": "parquet", ".pq": "parquet", ".xlsx": "xlsx", ".xlsm": "xlsx",
}  # fmt: skip
COMPRESSED = (".gz", ".xz")


def format_of(path: Path) -> str:
    """The format that the file's name states. Raises InputError for a name that states none."""
    inner = path.with_suffix("") if path.suffix.lower() in COMPRESSED else path
    found = _SUFFIXES.get(inner.suffix.lower())
    if found is None:
        raise InputError(
            "the name does not say what format the file has",
            where=str(path),
            remedy=f"end it in .{', .'.join(FORMATS)}, with .gz or .xz after it when compressed",
        )
    return found


def column_values(path: Path, column: str) -> Iterator[str]:
    """The values of one column of a table, in file order. Raises InputError when there is no such column, or for a
    record that cannot be read: an answer for each input cannot leave one out.
    """
    for chunk in open_table(path):
        if column not in chunk.frame.columns:
            raise InputError(
                f"there is no column {column!r}",
                where=str(path),
                remedy=f"the columns are {', '.join(chunk.frame.columns)}",
            )
        if chunk.rejects:
            first = chunk.rejects[0]
            raise InputError(first.reason, where=f"{path}, row {first.number}", remedy="mend or remove the row")
        yield from chunk.frame[column].to_list()


def open_table(path: Path, *, sheet: str | None = None) -> Iterator[Chunk]:
    """The records of a table in file order, in chunks of bounded size. The first chunk has the headings
    even if no rows.

    A record that cannot be read is a reject of its chunk. A file of which nothing can be read raises
    InputError.
    """
    form = format_of(path)
    if not path.is_file():
        what = "it is a folder" if path.is_dir() else "there is no such file"
        raise InputError(what, where=str(path), remedy="give the path of a table")
    if form in ("csv", "tsv"):
        from headwater.flow.delimited import read_delimited

        return read_delimited(path, tabs=form == "tsv")
    if form == "jsonl":
        from headwater.flow.jsonlines import read_jsonlines

        return read_jsonlines(path)
    if form == "parquet":
        from headwater.flow.parquet import read_parquet

        return read_parquet(path)
    from headwater.flow.workbook import read_workbook

    return read_workbook(path, sheet=sheet)

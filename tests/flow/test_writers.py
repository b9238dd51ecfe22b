"""Decisions out: whole or not at all under the final name, harmless in a spreadsheet, and safe against interruption."""

from __future__ import annotations

import csv
import gzip
import io
import json
import lzma
from pathlib import Path

import polars as pl
import pytest

from headwater.errors import InputError, UsageError
from headwater.flow.checkpoint import Run, mark
from headwater.flow.rejects import Reject
from headwater.flow.writers import DecisionsFile, rejects_path

FINDING = {
    "rule": "control", "effect": "prohibited", "field": "text", "matched": "4-piperidone", "start": 0, "end": 12,
    "substance": "4-piperidone", "party": None, "measure": "m", "jurisdiction": "UN", "citation": "Table I", "explanation": "why", "list": "Table I", "source": "s", "confidence": "verified", "verify": False,
}  # fmt: skip


def decision(number: int, **changes: object) -> dict[str, object]:
    base = {
        "id": f"A{number}",
        "decision": "release",
        "findings": [],
        "on": "2025-08-01",
        "known": "k",
        "regime": "sha256:0",
        "not_held": [],
        "upcoming": [],
    }
    return base | changes


def line(number: int, **changes: object) -> bytes:
    return json.dumps(decision(number, **changes), ensure_ascii=False).encode() + b"\n"


def run_of(folder: Path, text: str = "id,text\n1,a\n", options: str = "o", regime: str = "r") -> Run:
    table = folder / "in.csv"
    if not table.exists() or table.read_text() != text:
        table.write_text(text)
    return Run((mark(table),), options, regime)


def finish(out: Path, lines: list[bytes], rejects: tuple[Reject, ...] = ()) -> None:
    file = DecisionsFile(out, run_of(out.parent))
    file.write(b"".join(lines), rejects, table=0, record=len(lines), tally={})
    file.finish()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"in.csv"}


def test_jsonl_appears_whole_and_alone(tmp_path: Path) -> None:
    file = DecisionsFile(tmp_path / "out.jsonl", run_of(tmp_path))
    file.write(line(1), (), table=0, record=1, tally={})
    assert "out.jsonl" not in names(tmp_path)
    file.write(line(2), (), table=0, record=2, tally={})
    file.finish()
    assert names(tmp_path) == {"out.jsonl"}
    assert (tmp_path / "out.jsonl").read_bytes() == line(1) + line(2)


@pytest.mark.parametrize(("suffix", "unpack"), [(".gz", gzip.decompress), (".xz", lzma.decompress)])
def test_compressed_jsonl(tmp_path: Path, suffix: str, unpack) -> None:  # type: ignore[no-untyped-def]
    out = tmp_path / f"out.jsonl{suffix}"
    finish(out, [line(1)])
    assert unpack(out.read_bytes()) == line(1)
    assert names(tmp_path) == {out.name}


def test_parquet_has_typed_findings_even_when_there_are_none(tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    finish(out, [line(1, findings=[FINDING, FINDING | {"new": "x"}]), line(2)])
    frame = pl.read_parquet(out)
    assert frame["findings"].to_list() == [[FINDING, FINDING], []]
    assert frame["id"].to_list() == ["A1", "A2"]
    finish(tmp_path / "none.parquet", [])
    assert pl.read_parquet(tmp_path / "none.parquet").schema == frame.schema


def test_csv_is_harmless_in_a_spreadsheet(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    ids = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "ok", "a=b"]
    rows = [
        line(i, id=name, findings=[FINDING | {"matched": "=cmd|'/c calc'!A1"}, FINDING]) for i, name in enumerate(ids)
    ]
    finish(out, rows)
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    found = list(csv.DictReader(io.StringIO(out.read_bytes().decode("utf-8-sig"), newline="")))
    assert [row["id"] for row in found] == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\tx", "'\rx", "ok", "a=b"]
    assert found[0]["matched"] == "'=cmd|'/c calc'!A1 | 4-piperidone"
    assert found[0]["party"] == " | "


def test_rejects_are_listed_harmless_and_stale_ones_removed(tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    finish(
        out,
        [line(1)],
        (Reject(2, 3, "date", "there is no date", "=1+1"), Reject(3, 0, "", "a NUL byte", "\x00" * 5000)),
    )
    found = list(csv.DictReader(io.StringIO(rejects_path(out).read_bytes().decode("utf-8-sig"), newline="")))
    assert [list(row.values())[:4] for row in found] == [
        ["2", "3", "date", "there is no date"],
        ["3", "", "", "a NUL byte"],
    ]
    assert found[0]["value"] == "'=1+1"
    assert len(found[1]["value"]) == 120
    assert found[0]["file"].endswith("in.csv")
    finish(out, [line(1)])
    assert names(tmp_path) == {"out.jsonl"}


@pytest.mark.parametrize("name", ["out.doc", "out", "out.parquet.gz", "nowhere/out.jsonl", "in.csv"])
def test_outputs_that_make_no_sense(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        DecisionsFile(tmp_path / name, run_of(tmp_path))
    assert names(tmp_path) == set()


class KilledError(Exception):
    pass


def work(out: Path, run: Run, total: int, kill_at: int | None = None) -> None:
    """A batch of `total` records, three a chunk, every fifth a reject; it dies before chunk `kill_at` is counted."""
    file = DecisionsFile(out, run)
    tally = dict(file.position.tally)
    for first in range(file.position.record + 1, total + 1, 3):
        numbers = range(first, min(first + 3, total + 1))
        rejects = tuple(Reject(n, n + 1, "", "bad") for n in numbers if n % 5 == 0)
        good = [n for n in numbers if n % 5]
        tally["release"] = tally.get("release", 0) + len(good)
        file.write(b"".join(map(line, good)), rejects, table=0, record=numbers[-1], tally=tally)
        if kill_at is not None and first >= kill_at:
            file._decisions.write(b'{"id": "half a li')
            file._decisions.close()
            file._rejects.close()
            raise KilledError
        file.commit()
    file.finish()


@pytest.mark.parametrize("kills", [[1], [4, 7], [10, 10, 10], [40]])
def test_a_killed_run_goes_on_without_loss_or_repeat(tmp_path: Path, kills: list[int]) -> None:
    whole, broken = tmp_path / "whole.jsonl", tmp_path / "broken.jsonl"
    run = run_of(tmp_path)
    work(whole, run, 44)
    for kill_at in kills:
        with pytest.raises(KilledError):
            work(broken, run, 44, kill_at)
        assert not broken.exists()
    work(broken, run, 44)
    assert broken.read_bytes() == whole.read_bytes()
    assert rejects_path(broken).read_bytes() == rejects_path(whole).read_bytes()
    assert names(tmp_path) == {p.name for out in (whole, broken) for p in (out, rejects_path(out))}


def test_close_keeps_what_was_done(tmp_path: Path) -> None:
    out, run = tmp_path / "out.jsonl", run_of(tmp_path)
    file = DecisionsFile(out, run)
    file.write(line(1), (), table=0, record=1, tally={"release": 1})
    file.close()
    again = DecisionsFile(out, run)
    assert again.resumed
    assert (again.position.record, again.position.tally) == (1, {"release": 1})
    again.finish()
    assert out.read_bytes() == line(1)


def interrupted(folder: Path) -> Path:
    out = folder / "out.jsonl"
    with pytest.raises(KilledError), DecisionsFile(out, run_of(folder)) as file:
        file.write(line(1), (), table=0, record=1, tally={})
        raise KilledError
    return out


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"text": "id,text\n1,b\n"}, "in.csv has changed"),
        ({"options": "p"}, "options are others"),
        ({"regime": "s"}, "regime is another"),
    ],
)
def test_another_run_is_refused(tmp_path: Path, changes: dict[str, str], what: str) -> None:
    out = interrupted(tmp_path)
    with pytest.raises(InputError, match=f"{what}.*delete out.jsonl.checkpoint.json to start over"):
        DecisionsFile(out, run_of(tmp_path, **changes))


def test_a_broken_checkpoint_and_a_short_partial_are_refused(tmp_path: Path) -> None:
    out = interrupted(tmp_path)
    partial, kept = tmp_path / "out.jsonl.partial", tmp_path / "out.jsonl.checkpoint.json"
    partial.write_bytes(b"")
    with pytest.raises(InputError, match="holds less than its checkpoint counts"):
        DecisionsFile(out, run_of(tmp_path))
    partial.write_bytes(line(1))
    (tmp_path / "out.jsonl.rejects.partial").write_bytes(b"")
    kept.write_text(kept.read_text().replace('"rejects": 0', '"rejects": 9'))
    with pytest.raises(InputError, match=r"rejects\.partial: holds less"):
        DecisionsFile(out, run_of(tmp_path))
    kept.write_text("{")
    with pytest.raises(InputError, match="is no checkpoint"):
        DecisionsFile(out, run_of(tmp_path))
    kept.unlink()
    file = DecisionsFile(out, run_of(tmp_path))
    assert not file.resumed
    file.finish()
    assert out.read_bytes() == b""


def test_other_inputs_are_refused(tmp_path: Path) -> None:
    out = interrupted(tmp_path)
    other = tmp_path / "other.csv"
    other.write_text("text\n")
    with pytest.raises(InputError, match="input files are others"):
        DecisionsFile(out, Run((mark(other),), "o", "r"))
    with pytest.raises(InputError, match="cannot be read"):
        mark(tmp_path / "none.csv")

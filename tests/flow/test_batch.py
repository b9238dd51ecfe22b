"""The batch job end to end: order, interruption, formats and encodings."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import msgspec
import polars as pl
import pytest

from headwater.cli.main import main
from headwater.flow import batch

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"


def rows(count: int) -> list[dict[str, str]]:
    return [
        {
            "id": f"R{n}", "date": "2025-08-01" if n % 97 else "2025-02-30",
            "text": "4-piperidone 25 kg" if n % 50 == 0 else f"garden hose {n} m", "origin": "CN", "destination": "MX",
        }
        for n in range(1, count + 1)
    ]  # fmt: skip


def write_csv(path: Path, table: list[dict[str, str]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        out = csv.DictWriter(file, table[0])
        out.writeheader()
        out.writerows(table)
    return path


def decisions(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def screen(*args: object) -> int:
    return main(["screen", *map(str, args), "--known", "2026-11-22", "-q"])


def test_order_is_kept_and_bad_rows_are_told_with_their_number(tmp_path: Path) -> None:
    table = rows(1000)
    out = tmp_path / "out.jsonl"
    assert screen(write_csv(tmp_path / "in.csv", table), "-o", out) == 0
    found = decisions(out)
    assert [d["id"] for d in found] == [r["id"] for r in table if r["date"] != "2025-02-30"]
    with (tmp_path / "out.jsonl.rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        rejects = list(csv.DictReader(file))
    assert [int(r["row"]) for r in rejects] == [n for n in range(1, 1001) if n % 97 == 0]
    assert {r["field"] for r in rejects} == {"date"}
    assert {d["decision"] for d in found if d["findings"]} == {"hold"}


def test_workers_give_the_same_bytes_as_one_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headwater.flow.chunks.MAX_ROWS", 300)
    monkeypatch.setattr("headwater.flow.chunks.MAX_ROWS", 300)
    path = write_csv(tmp_path / "in.csv", rows(2000))
    assert screen(path, "-o", tmp_path / "one.jsonl", "--processes", 1) == 0
    assert screen(path, "-o", tmp_path / "two.jsonl", "--processes", 2) == 0
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()


def test_an_interrupted_run_goes_on_without_doing_or_losing_a_row_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headwater.flow.chunks.MAX_ROWS", 100)
    path = write_csv(tmp_path / "in.csv", rows(1000))
    assert screen(path, "-o", tmp_path / "whole.jsonl") == 0
    out = tmp_path / "out.jsonl"
    real, done = batch.Work.__call__, []

    def dies(self: batch.Work, chunk: object, where: str) -> object:
        done.append(1)
        if len(done) == 4:
            raise KeyboardInterrupt
        return real(self, chunk, where)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(batch.Work, "__call__", dies)
        assert screen(path, "-o", out) == 130
    assert not out.exists()
    assert (tmp_path / "out.jsonl.partial").exists()
    assert screen(path, "-o", out) == 0
    assert out.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert (tmp_path / "out.jsonl.rejects.csv").read_bytes() == (tmp_path / "whole.jsonl.rejects.csv").read_bytes()
    assert sorted(p.name for p in tmp_path.glob("out.*")) == ["out.jsonl", "out.jsonl.rejects.csv"]


def test_every_format_and_encoding_gives_the_same_decisions(tmp_path: Path) -> None:
    table = [
        {"编号": "甲1", "日期": "2025-08-01", "品名": "4-哌啶酮 98% 1kg/瓶", "CAS号": "41661-47-6", "原产国": "中国", "目的国": "墨西哥"},
        {"编号": "甲2", "日期": "2025-08-01", "品名": "电动牙刷", "CAS号": "", "原产国": "中国", "目的国": "墨西哥"},
    ]  # fmt: skip
    frame = pl.DataFrame(table)
    inputs = [write_csv(tmp_path / f"{name}.csv", table, name) for name in ("utf-8", "utf-8-sig", "utf-16", "gb18030")]
    inputs.append(tmp_path / "t.tsv")
    frame.write_csv(inputs[-1], separator="\t")
    inputs.append(tmp_path / "t.parquet")
    frame.write_parquet(inputs[-1])
    inputs.append(tmp_path / "t.jsonl")
    frame.write_ndjson(inputs[-1])
    inputs.append(tmp_path / "t.xlsx")
    from openpyxl import Workbook

    book = Workbook()
    for row in (list(table[0]), *(list(r.values()) for r in table)):
        book.active.append(row)
    book.save(inputs[-1])
    answers = set()
    for number, path in enumerate(inputs):
        out = tmp_path / f"{number}.out.jsonl"
        assert screen(path, "-o", out) == 0, path
        answers.add(out.read_bytes())
    assert len(answers) == 1
    first, second = decisions(tmp_path / "0.out.jsonl")
    assert (first["id"], first["decision"], second["decision"]) == ("甲1", "hold", "release")


def test_decisions_in_parquet_and_csv_hold_what_jsonl_holds(tmp_path: Path) -> None:
    for name in ("out.jsonl", "out.parquet", "out.csv"):
        assert screen(EXAMPLES / "parcels.csv", "-o", tmp_path / name) == 0
    lines = decisions(tmp_path / "out.jsonl")
    assert pl.read_parquet(tmp_path / "out.parquet").to_dicts() == [
        {key: line[key] for key in pl.read_parquet_schema(tmp_path / "out.parquet")} for line in lines
    ]
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [(r["id"], r["decision"]) for r in csv.DictReader(file)] == [(d["id"], d["decision"]) for d in lines]


def test_the_page_stands_alone_and_escapes_what_rows_say(tmp_path: Path) -> None:
    table = [
        {
            "id": "<b>1",
            "date": "2025-08-01",
            "text": "<script>alert(1)</script> 4-piperidone",
            "origin": "CN",
            "destination": "MX",
        }
    ]
    page = tmp_path / "page.html"
    assert screen(write_csv(tmp_path / "in.csv", table), "--report", page) == 0
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert (
        "http"
        not in text.replace("http://www.w3.org/2000/svg", "").replace("https://", "citation://").split("</style>")[0]
    )
    assert "<svg" in text
    assert "Order No. 445" in text


def test_fail_on(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "in.csv", rows(60))
    assert screen(path, "--fail-on", "hold") == 1
    assert screen(path, "--on", "2010-01-01", "--fail-on", "hold") == 0


def test_a_table_without_a_date_column_is_asked_of_the_day_of_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_csv(tmp_path / "in.csv", [{"text": "4-piperidone"}])
    assert main(["screen", str(path), "--json", "-q"]) == 0
    document = msgspec.json.decode(capsys.readouterr().out)
    assert document["on"] >= "2026-01-01"
    assert document["decision"] == "review"

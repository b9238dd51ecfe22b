"""Exit statuses: 0 done, 1 a --fail-on condition was met, 2 wrong usage or unusable input in one clear line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEADING = "id,date,text,origin,destination"
ORDER = "HW-1,2025-08-01,4-piperidone 25 kg,CN,US"
REVIEW = "HW-2,2025-08-01,4-AP 1 kg,CN,US"
SUGAR = "HW-3,2025-08-01,sugar,CN,US"


def refused(result, *words: str) -> None:
    """Status 2, nothing on standard output, one line that names every word, and no traceback."""
    assert result.status == 2, result
    assert result.out == ""
    (line,) = result.err.strip().splitlines()
    assert line.startswith("headwater ")
    assert "Traceback" not in line
    for word in words:
        assert word in line, line


@pytest.mark.parametrize(
    ("rows", "option", "status"),
    [
        ([ORDER], (), 0),
        ([ORDER], ("--fail-on", "hold"), 1),
        ([ORDER], ("--fail-on", "review"), 1),
        ([REVIEW], ("--fail-on", "review"), 1),
        ([REVIEW], ("--fail-on", "hold"), 0),
        ([SUGAR], ("--fail-on", "review"), 0),
    ],
)
def test_fail_on(run, table, rows: list[str], option: tuple[str, ...], status: int) -> None:
    assert run("screen", table(HEADING, rows), "-q", "--json", *option).status == status


def test_screen_of_a_missing_file(run, tmp_path: Path) -> None:
    refused(run("screen", tmp_path / "none.csv"), "none.csv", "no such file")


def test_screen_of_a_missing_file_into_a_file(run, tmp_path: Path) -> None:
    refused(run("screen", tmp_path / "none.csv", "-o", tmp_path / "out.jsonl"), "none.csv")


def test_screen_of_an_unknown_extension(run, table) -> None:
    refused(run("screen", table(HEADING, [ORDER], "orders.doc")), "orders.doc", ".csv")


def test_screen_into_an_unknown_extension(run, table, tmp_path: Path) -> None:
    refused(run("screen", table(HEADING, [ORDER]), "-o", tmp_path / "out.txt"), "out.txt", ".jsonl")


def test_screen_does_not_write_over_a_file_unasked(run, table, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("mine", encoding="utf-8")
    refused(run("screen", table(HEADING, [ORDER]), "-o", out), "out.jsonl", "--overwrite")
    assert out.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("option", ["--on", "--known"])
@pytest.mark.parametrize("when", ["2025-02-30", "yesterday", "2025-04-15T10:00"])
@pytest.mark.parametrize("command", [("identify", "acetone"), ("law", "acetone"), ("gaps",), ("screen", "FILE")])
def test_a_date_that_is_none(run, table, command: tuple[str, ...], when: str, option: str) -> None:
    path = table(HEADING, [ORDER])
    refused(run(*(path if part == "FILE" else part for part in command), option, when), option, when)


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("goods", ("'goods'", "field=column")),
        ("flavour=text", ("'flavour'", "fields are")),
        ("text=goods", ("'goods'",)),
    ],
)
def test_a_map_that_has_no_meaning(run, table, option: str, words: tuple[str, ...]) -> None:
    refused(run("screen", table(HEADING, [ORDER]), "--map", option), *words)


@pytest.mark.parametrize("command", [("identify", "acetone"), ("law", "acetone"), ("gaps",), ("screen", "FILE")])
def test_a_regime_file_that_is_wrong_is_named_with_its_line(
    run, table, tmp_path: Path, command: tuple[str, ...]
) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    text = "recorded: '2026-01-01'\nlist: no-such-list\ncontrols: []\n"
    (folder / "own.yaml").write_text(text, encoding="utf-8")
    path = table(HEADING, [ORDER])
    argv = [path if part == "FILE" else part for part in command]
    refused(run(*argv, "--regime", folder), "own.yaml:2:", "no-such-list")


def test_a_regime_that_is_no_folder(run, tmp_path: Path) -> None:
    refused(run("identify", "acetone", "--regime", tmp_path / "none"), "none", "not a folder")


def test_every_problem_of_the_regime_is_told_at_once(run, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "a.yaml").write_text("list: one\nrecorded: '2026-01-01'\n", encoding="utf-8")
    (folder / "b.yaml").write_text("list: two\nrecorded: '2026-01-01'\nflavour: 1\n", encoding="utf-8")
    result = run("identify", "acetone", "--regime", folder)
    assert result.status == 2
    assert "a.yaml:1:" in result.err
    assert "b.yaml:3:" in result.err or "b.yaml:1:" in result.err


def test_a_structure_that_cannot_be_read(run) -> None:
    refused(run("identify", "--as", "smiles", "C1CC"), "'C1CC'", "SMILES")


def test_nothing_to_identify(run) -> None:
    refused(run("identify"), "nothing to identify", "--file")


def test_identify_of_a_missing_file(run, tmp_path: Path) -> None:
    refused(run("identify", "--file", tmp_path / "none.txt"), "none.txt")


def test_a_jurisdiction_that_is_not_held(run) -> None:
    refused(run("gaps", "--jurisdiction", "ZZ"), "'ZZ'", "CN")


def test_law_of_nothing_listed(run) -> None:
    refused(run("law", "sodium chloride"), "'sodium chloride'", "silence is not permission")


@pytest.mark.parametrize("argv", [(), ("frobnicate",), ("screen",), ("law",), ("identify", "x", "--as", "colour")])
def test_wrong_usage(run, argv: tuple[str, ...]) -> None:
    result = run(*argv)
    assert (result.status, result.out) == (2, "")
    assert "usage: headwater" in result.err


def test_json_leaves_standard_output_to_json(run, table) -> None:
    path = table(HEADING, [ORDER, "HW-4,2025-02-30,acetone,CN,US", SUGAR])
    result = run("screen", path, "--json")
    assert [d["id"] for d in result.documents] == ["HW-1", "HW-3"]
    assert "2025-02-30" in result.err
    assert "rows screened" in result.err


@pytest.mark.parametrize("argv", [("gaps", "--json"), ("gaps",), ("law", "acetone", "--history")])
def test_a_reader_that_goes_away_is_no_error(argv: tuple[str, ...]) -> None:
    command = [sys.executable, "-u", "-m", "headwater.cli.main", *argv]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2] / "src")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        err = process.stderr.read().decode()
    assert process.returncode == 0, err
    assert "Traceback" not in err
    assert "Exception ignored" not in err

"""Run the command line in this process and read what it says."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from headwater.cli.main import main


class Result(NamedTuple):
    """Exit status, standard output, standard error."""

    status: int
    out: str
    err: str

    @property
    def documents(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines; fails where a line is anything else."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Result]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("law", "acetone", "--json")` -> Result. What argparse refuses has status 2 as well."""

    def command(*argv: str | Path) -> Result:
        capsys.readouterr()
        try:
            status = main([str(part) for part in argv])
        except SystemExit as stop:
            status = int(stop.code or 0)
        captured = capsys.readouterr()
        return Result(status, captured.out, captured.err)

    return command


@pytest.fixture
def table(tmp_path: Path) -> Callable[[str, Sequence[str]], Path]:
    """A CSV file of a heading line and rows."""

    def write(heading: str, rows: Sequence[str], name: str = "orders.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join([heading, *rows, ""]), encoding="utf-8")
        return path

    return write

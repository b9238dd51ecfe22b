"""Write docs/commands.md from what the command line says of itself.

python docs/make_reference.py           write the page
python docs/make_reference.py --check   exit with status 1 where the page is not what would be written
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parent / "commands.md"
WIDTH = "100"
HEAD = """\
# Commands

Written from `--help` by `docs/make_reference.py` (`make docs`); do not edit. What goes in and comes out of files is in
[files.md](files.md), what a decision means in [decisions.md](decisions.md), what `--on` and `--known` mean in
[time.md](time.md), what `--regime` takes in [regime.md](regime.md).

Exit status of every command: 0 done; 1 a `--fail-on` condition was met; 2 wrong usage or unusable input, in one line.
"""
# Before Python 3.13 argparse repeats the metavariable: `-o OUT, --out OUT`. The page has the newer form, as wide.
_REPEATED = re.compile(r"(-\w) ([A-Z]+), (--[\w-]+) \2")


def page() -> str:
    """The whole page."""
    os.environ["COLUMNS"] = WIDTH
    from headwater.cli.main import parser

    root = parser()
    parts = [HEAD, section("headwater", root)]
    parts += [section(f"headwater {name}", sub) for name, sub in commands(root).items()]
    return "\n".join(parts)


def commands(root: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The parsers of the commands by name, in the order of the help."""
    for action in root._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    raise SystemExit("the command line has no commands")


def section(title: str, parser: argparse.ArgumentParser) -> str:
    text = _REPEATED.sub(lambda m: f"{m[1]}, {m[3]} {m[2]} {' ' * len(m[2])}", parser.format_help())
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return f"## {title}\n\n```text\n{lines}\n```\n"


def main(argv: list[str]) -> int:
    """Write the page, or compare it."""
    text = page()
    if "--check" not in argv:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write("docs/commands.md is not current: run make docs\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

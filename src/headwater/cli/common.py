"""What every command shares: the options of time and regime, and printing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from headwater.errors import UsageError
from headwater.regime.law import Known
from headwater.regime.regime import Regime
from headwater.sources.bundled import load_regime
from headwater.values.time import When, parse_known, parse_when

_encoder = msgspec.json.Encoder(decimal_format="number")


def add_time_options(parser: argparse.ArgumentParser) -> None:
    """--on, --known, --regime, --json: the same on every command."""
    parser.add_argument(
        "--on", metavar="WHEN", help="the day, or instant with offset, the law is asked on (default: today)"
    )
    parser.add_argument("--known", metavar="WHEN", help="the law as Headwater knew it then (default: now)")
    parser.add_argument(
        "--regime", metavar="DIR", type=Path, help="add or replace measures from the .yaml files of DIR"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document a line on standard output, nothing else")


def regime(args: argparse.Namespace) -> Regime:
    """The bundled regime with the user's measures over it."""
    return load_regime(args.regime)


def on(args: argparse.Namespace) -> When:
    """--on, or today by the machine's calendar."""
    return parse_when(args.on, where="--on") if args.on else When(datetime.now().date())


def known(args: argparse.Namespace) -> Known:
    """The regime as known at --known, or now. Says so where nothing was held yet."""
    at = parse_known(args.known, where="--known") if args.known else datetime.now(UTC)
    view = Known(regime(args), at.replace(microsecond=0))
    if not view.controls and not view.requirements:
        first = min((c.recorded for c in view.regime.controls), default="ever")
        note(f"--known {args.known}: Headwater held no measure then; its records begin on {first}")
    return view


def emit(document: Any) -> None:
    """One JSON document, one line, UTF-8, on standard output."""
    sys.stdout.buffer.write(_encoder.encode(document) + b"\n")


def note(text: str) -> None:
    """One line for a person, on standard error."""
    print(text, file=sys.stderr)


def table(headings: list[str], rows: list[list[str]], write: Callable[[str], None] = print) -> None:
    """A plain aligned table; wide characters count double so that Chinese aligns."""
    from unicodedata import east_asian_width

    def width(text: str) -> int:
        return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)

    widths = [max(width(row[i]) for row in [headings, *rows]) for i in range(len(headings))]
    for row in [headings, ["-" * w for w in widths], *rows]:
        write("  ".join(cell + " " * (w - width(cell)) for cell, w in zip(row, widths, strict=True)).rstrip())


def require(condition: bool, what: str, remedy: str) -> None:
    """Raise UsageError unless the condition holds."""
    if not condition:
        raise UsageError(what, remedy=remedy)

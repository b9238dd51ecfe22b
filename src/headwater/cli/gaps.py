"""headwater gaps: UN listings against what each jurisdiction did: days of delay or lead, still open, or not found."""

from __future__ import annotations

import argparse
from typing import Any

from headwater.cli import common
from headwater.regime.gaps import Gap, gaps


def add_parser(commands: Any) -> None:
    """The arguments of `headwater gaps`."""
    p = commands.add_parser("gaps", help="UN listings against national controls, in days", description=__doc__)
    p.add_argument("--jurisdiction", metavar="CN", help="only this jurisdiction")
    common.add_time_options(p)
    p.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print every obligation and what was done about it."""
    known, when = common.known(args), common.on(args)
    if args.jurisdiction is not None:
        held = known.regime.jurisdictions
        common.require(
            args.jurisdiction in held, f"no measures held for {args.jurisdiction!r}", f"held: {', '.join(held)}"
        )
    rows = list(gaps(known, when.day, args.jurisdiction))
    if args.json:
        for row in rows:
            common.emit(row)
        return 0
    common.table(
        ["substance", "UN decided", "UN effective", "where", "national date", "days", "status", "citation"],
        [_row(g) for g in rows],
    )
    common.note(
        "days: national date less UN date (+ delay, - lead). 'not found' is missing evidence, not the absence of a control."
    )
    common.note("* = recalled, not verified.")
    return 0


def _row(gap: Gap) -> list[str]:
    days = f"{gap.days:+d}" if gap.days is not None else (f"open {gap.open_days}" if gap.open_days is not None else "")
    national = f"{gap.jurisdiction} {gap.national_list}: {gap.national_citation}" if gap.national_citation else ""
    return [
        gap.substance, _date(gap.un_decided, "decided", gap.un_confidence, gap.un_from_memory),
        _date(gap.un_effective, "effective", gap.un_confidence, gap.un_from_memory), gap.jurisdiction,
        _date(gap.national_effective, "effective", gap.national_confidence, gap.national_from_memory) if national else "-",
        days, gap.status, "; ".join(filter(None, (f"UN: {gap.un_citation}", national))),
    ]  # fmt: skip


def _date(date: str | None, field: str, confidence: str | None, from_memory: tuple[str, ...]) -> str:
    """A date with a star where it was recalled: with its whole record, or as a field of a record that was read."""
    if date is None:
        return "?"
    return date if confidence == "verified" and field not in from_memory else f"{date}*"

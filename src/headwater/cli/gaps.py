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
    star = "" if gap.un_confidence == "verified" else "*"
    national = "" if gap.national_confidence in (None, "verified") else "*"
    days = f"{gap.days:+d}" if gap.days is not None else (f"open {gap.open_days}" if gap.open_days is not None else "")
    cites = "; ".join(
        filter(
            None,
            (
                f"UN: {gap.un_citation}",
                gap.national_citation and f"{gap.jurisdiction} {gap.national_list}: {gap.national_citation}",
            ),
        )
    )
    return [
        gap.substance, gap.un_decided or "?", (gap.un_effective or "?") + star, gap.jurisdiction,
        (gap.national_effective or "-") + national, days, gap.status, cites,
    ]  # fmt: skip

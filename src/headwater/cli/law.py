"""headwater law: every measure on a substance (by name, CAS RN or SMILES), an HS code or a country pair such as CN->US."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator
from typing import Any

from headwater.cli import common
from headwater.cli.identify import control_json
from headwater.errors import InputError
from headwater.regime.law import Law, Standing, state_of
from headwater.regime.measures import Requirement
from headwater.values import cas

# How a threshold is counted, in words.
PERIOD = {
    "per-transaction": "in one transaction", "per-package": "in one package", "calendar-month": "in a calendar month",
    "year": "in a year",
}  # fmt: skip


def add_parser(commands: Any) -> None:
    """The arguments of `headwater law`."""
    p = commands.add_parser("law", help="all measures on a substance, HS code or country pair", description=__doc__)
    p.add_argument("subject", metavar="SUBJECT", help="a name, CAS RN, SMILES, HS code (2933.37) or pair (CN->US)")
    p.add_argument("--history", action="store_true", help="all dates, not only what is in force")
    common.add_time_options(p)
    p.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the controls and, by activity, what their lists require."""
    known, when = common.known(args), common.on(args)
    law = known.on(when)
    if pair := re.fullmatch(
        r"\s*([A-Za-z]{2}(?:-[A-Za-z]{2,3})?)\s*(?:->|→|>)\s*([A-Za-z]{2}(?:-[A-Za-z]{2,3})?)\s*", args.subject
    ):
        return _pair(args, law, pair[1].upper(), pair[2].upper())
    for subject in _subjects(law, args.subject):
        _subject(args, law, subject)
    return 0


def _subjects(law: Law, text: str) -> list[str]:
    """The substance and class ids that SUBJECT names. Raises InputError where it names none."""
    from headwater.sources.identifiers import identifier

    regime = law.regime
    if text in regime.substances or text in regime.classes:
        return [text]
    code = re.sub(r"[.\s]", "", text)
    if re.fullmatch(r"\d{6,10}", code) and not cas.is_form(text):
        found = [s.id for s in regime.substances.values() if s.hs == code[:6]]
        if found:
            return found
    find = identifier(regime)
    named = find.cas_field(text) if cas.is_form(text) else find.text(text)
    if not named and re.fullmatch(r"\S{3,}", text):
        named = find.structure(text)[0]
    subjects = list(dict.fromkeys(i.substance for i in named if i.method != "near"))
    if not subjects:
        raise InputError(
            "no measure of the regime is about it (silence is not permission)", where=repr(text),
            remedy="give a listed substance, a CAS RN, a SMILES, an HS code or a pair such as CN->US",
        )  # fmt: skip
    return subjects


def _subject(args: argparse.Namespace, law: Law, subject: str) -> None:
    standings = [s for s in law.standings(subject) if args.history or s.state not in ("not-yet", "ended")]
    standings.sort(key=lambda s: (s.control.jurisdiction, s.control.start.last))
    unconfirmed = law.known_as.unconfirmed.get(subject, [])
    if args.json:
        common.emit(
            {
                "subject": subject, "name": law.regime.subject_name(subject), "on": str(law.when),
                "known": law.known_as.known.isoformat(), "regime": law.regime.digest,
                "controls": [_standing_json(law, s) for s in standings],
                "requirements": [_requirement_json(r) for r in _requirements(law, standings, args.history)],
                "unconfirmed": unconfirmed,
            }
        )  # fmt: skip
        return
    print(f"{law.regime.subject_name(subject)}  [{subject}]  on {law.when}")
    if not standings:
        print("  no control held is in force on this date (--history shows all dates)")
    for s in standings:
        c = s.control
        span = f"{c.effective or '?'} to {c.ended or 'open'}"
        memory = (
            ""
            if c.confidence == "verified" and not c.from_memory
            else f" [from memory: {', '.join(c.from_memory) or 'all'}]"
        )
        print(
            f"  {c.jurisdiction:7} {law.regime.lists[c.list].name}{f' ({c.scope})' if c.scope else ''}: {span}, {s.state}{memory}"
        )
        print(f"          {c.citation}")
        if s.why:
            print(f"          {s.why}")
    for entry in unconfirmed:
        print(
            f"  {entry.jurisdiction:7} {law.regime.lists[entry.list].name}: {entry.status}, brings no control. {entry.note}"
        )
    _print_requirements(law, list(_requirements(law, standings, args.history)), subject)


def _requirements(law: Law, standings: Iterable[Standing], history: bool) -> Iterator[Requirement]:
    seen: set[str] = set()
    for s in standings:
        for r in law.known_as.requirements.get(s.control.list, ()):
            state = state_of(r, law.span(r.jurisdiction))
            if r.id not in seen and (history or state not in ("not-yet", "ended")):
                seen.add(r.id)
                yield r


def _print_requirements(law: Law, requirements: list[Requirement], subject: str) -> None:
    activities = dict.fromkeys(a for r in requirements for a in r.activities)
    for activity in activities:
        print(f"  {activity}:")
        for r in requirements:
            if activity in r.activities:
                memory = "" if r.confidence == "verified" else " [from memory]"
                only = f" (to {', '.join(r.destinations)})" if r.destinations else ""
                print(f"    {r.jurisdiction:7} {', '.join(r.demands)}{only}: {r.what} [{r.citation}]{memory}")
                for t in r.thresholds:
                    if t.substance == subject:
                        print(
                            f"            {t.relation} {t.text} {PERIOD.get(t.period, t.period)} ({t.citation}; {t.confidence})"
                        )


def _standing_json(law: Law, s: Standing) -> dict[str, Any]:
    document = {
        **control_json(law, s.control),
        "state": s.state,
        "decided": s.control.decided,
        "recorded": s.control.recorded,
    }
    if s.why:
        document["why"] = s.why
    return document


def _requirement_json(r: Requirement) -> dict[str, Any]:
    return {
        "requirement": r.id, "jurisdiction": r.jurisdiction, "lists": r.lists, "activities": r.activities, "party": r.party,
        "requires": r.demands, "what": r.what, "binds": r.binds, "destinations": r.destinations, "lead_time": r.lead_time,
        "thresholds": r.thresholds, "mixture_limits": r.mixture_limits, "exemptions": r.exemptions, "citation": r.citation,
        "effective_from": r.effective_from, "effective_to": r.effective_to, "source": r.source, "confidence": r.confidence,
        "from_memory": r.from_memory,
    }  # fmt: skip


def _pair(args: argparse.Namespace, law: Law, origin: str, destination: str) -> int:
    """What exports from one country and imports into the other require, list by list."""
    legs = [("export", origin), ("import", destination)]
    for activity, country in legs:
        jurisdiction = law.known_as.jurisdiction(country, law.when)
        if jurisdiction is None:
            if args.json:
                common.emit({"activity": activity, "country": country, "jurisdiction": None, "requirements": []})
            else:
                print(f"{activity} ({country}): no measures held for {country}; silence is not permission")
            continue
        lists = [x for x in law.regime.lists.values() if x.jurisdiction == jurisdiction]
        found = {
            x.id: [
                r for r, _ in law.requirements(x.id, (activity,)) if not r.destinations or destination in r.destinations
            ]
            for x in lists
        }
        if args.json:
            unique = {r.id: r for rs in found.values() for r in rs}
            common.emit(
                {"activity": activity, "country": country, "jurisdiction": jurisdiction,
                 "requirements": [_requirement_json(r) for r in unique.values()]}
            )  # fmt: skip
            continue
        print(f"{activity} ({country}, law of {jurisdiction}) on {law.when}")
        for x in lists:
            if found[x.id]:
                print(f"  {x.name}:")
                for r in found[x.id]:
                    print(
                        f"    {', '.join(r.demands)}: {r.what} [{r.citation}]{'' if r.confidence == 'verified' else ' [from memory]'}"
                    )
    return 0

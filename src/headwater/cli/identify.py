"""headwater identify: which listed substances a text, a CAS field or a structure names, and what controls them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from headwater.cli import common
from headwater.errors import InputError
from headwater.identify.identification import Identification
from headwater.identify.identifier import Identifier
from headwater.regime.law import Known, Law
from headwater.regime.measures import Control
from headwater.values.time import When

# Inputs whose systematic names are resolved in one call of OPSIN, which starts a Java machine.
BLOCK = 5_000


def add_parser(commands: Any) -> None:
    """The arguments of `headwater identify`."""
    p = commands.add_parser(
        "identify", help="find listed substances in texts, CAS fields or structures", description=__doc__
    )
    p.add_argument("texts", nargs="*", metavar="TEXT", help="what to identify")
    p.add_argument(
        "--file", type=Path, metavar="F", help="one text a line, or a CSV/TSV/JSONL/Parquet/XLSX with --column"
    )
    p.add_argument("--column", metavar="NAME", help="the column of --file that holds the texts")
    p.add_argument(
        "--as", dest="kind", choices=("text", "cas", "smiles"), default="text", help="what the input is (default: text)"
    )
    p.add_argument(
        "--no-opsin", action="store_true", help="do not ask OPSIN for systematic names that the table does not hold"
    )
    common.add_time_options(p)
    p.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Identify every input in order; one line or one JSON document each."""
    from headwater.sources.identifiers import identifier

    common.require(bool(args.texts) or args.file is not None, "nothing to identify", "give TEXT or --file F")
    known, when = common.known(args), common.on(args)
    find = identifier(known.regime, opsin=args.kind == "text" and not args.no_opsin)
    inputs = _inputs(args)
    while block := list(islice(inputs, BLOCK)):
        if args.kind == "text":
            find.prefetch(block)
        for text in block:
            found = identified(find, text, args.kind)
            if args.json:
                common.emit({"input": text, "identified": [as_json(known, when, i) for i in found]})
            else:
                _print(known, when, text, found)
    return 0


def identified(find: Identifier, text: str, kind: str) -> list[Identification]:
    """What one input names. Raises InputError for a structure that cannot be read."""
    if kind == "cas":
        return find.cas_field(text)
    if kind == "smiles":
        found, problems = find.structure(text)
        if problems:
            raise InputError(problems[0].what.rstrip("."), where=repr(text), remedy="give a SMILES or an InChI")
        return found
    return find.text(text)


def _inputs(args: argparse.Namespace) -> Iterator[str]:
    yield from args.texts
    if args.file is None:
        return
    if args.column:
        from headwater.flow.sources import column_values

        yield from column_values(args.file, args.column)
        return
    try:
        with args.file.open(encoding="utf-8-sig", errors="replace") as lines:
            for line in lines:
                yield line.rstrip("\r\n")
    except OSError as error:
        raise InputError(
            error.strerror or str(error), where=str(args.file), remedy="give a file that can be read"
        ) from error


def as_json(known: Known, when: When, found: Identification) -> dict[str, Any]:
    """An identification in the form of the contract. `controls` holds the controls in force on the date, and only those."""
    law = known.on(when)
    document: dict[str, Any] = {
        "substance": found.substance, "name": found.name, "cas": list(found.cas), "method": found.method,
        "matched": found.matched, "start": found.start, "end": found.end, "score": found.score,
        "controls": [],
    }  # fmt: skip
    if found.method != "near":
        standings = [s for s in law.controls(found.substance) if s.control.reaches(found.clauses)]
        document["controls"] = [control_json(law, s.control) for s in standings if s.state == "in-force"]
        uncertain = [
            {**control_json(law, s.control), "state": s.state, "why": s.why} for s in standings if s.state != "in-force"
        ]
        if uncertain:
            document["uncertain"] = uncertain
    for key in ("reading", "ambiguous", "clauses", "per_cent"):
        if value := getattr(found, key):
            document[key] = value
    if found.role != "goods":
        document["role"] = found.role
    return document


def control_json(law: Law, control: Control) -> dict[str, Any]:
    """A control in the form of the contract, with what was recalled and not read."""
    document: dict[str, Any] = {
        "measure": control.id, "jurisdiction": control.jurisdiction, "list": law.regime.lists[control.list].name,
        "effective": control.effective, "ended": control.ended, "citation": control.citation, "source": control.source,
        "confidence": control.confidence,
    }  # fmt: skip
    if control.scope:
        document["scope"] = control.scope
    if control.from_memory:
        document["from_memory"] = list(control.from_memory)
    return document


def _print(known: Known, when: When, text: str, found: list[Identification]) -> None:
    print(text)
    if not found:
        print("  no listed substance identified")
    law = known.on(when)
    for i in found:
        cas = f", CAS {', '.join(i.cas[:3])}" if i.cas else ""
        print(f"  {i.method} {i.matched!r} [{i.start}:{i.end}] -> {i.name}{cas} (score {i.score:g})")
        if i.reading:
            print(f"    {i.reading}")
        if i.role == "ingredient":
            print("    the goods are said to contain it")
        for s in law.controls(i.substance) if i.method != "near" else ():
            c = s.control
            if not c.reaches(i.clauses):
                continue
            since = f"since {c.effective}" if c.effective else "first day not established"
            memory = "" if c.confidence == "verified" else " [from memory]"
            print(
                f"    {c.jurisdiction} {law.regime.lists[c.list].name} {since}: {c.citation}{memory}{f' ({s.why})' if s.why else ''}"
            )

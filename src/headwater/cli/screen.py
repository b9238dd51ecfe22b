"""headwater screen: decide every row of orders, parcels, listings or payments, with the law, section and date."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from headwater.cli import common
from headwater.errors import UsageError

if TYPE_CHECKING:
    from headwater.flow.batch import Settings, Tally, Worked
    from headwater.flow.chunks import Chunk
    from headwater.reports.page import Page

_DECISIONS = ("hold", "review", "release")


def add_parser(commands: Any) -> None:
    """The arguments of `headwater screen`."""
    p = commands.add_parser("screen", help="decide every row of a table (the main job)", description=__doc__)
    p.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="CSV, TSV, JSONL, Parquet or XLSX; also .gz or .xz"
    )
    p.add_argument(
        "-o",
        "--out",
        type=Path,
        metavar="OUT",
        help="decisions: .jsonl, .csv or .parquet; bad rows go to OUT.rejects.csv",
    )
    p.add_argument(
        "--map", action="append", default=[], metavar="FIELD=COLUMN", help="which column holds a field; may be repeated"
    )
    p.add_argument("--sheet", metavar="NAME", help="the sheet of an XLSX (default: the first)")
    p.add_argument(
        "--format", choices=("table", "json"), help="print rows with findings as a table, or every decision as JSON"
    )
    p.add_argument("--report", type=Path, metavar="HTML", help="write a self-contained page for people")
    p.add_argument(
        "--fail-on", choices=("review", "hold"), help="exit with status 1 when a row is decided so, or worse"
    )
    p.add_argument("--overwrite", action="store_true", help="replace OUT and forget an interrupted run")
    p.add_argument(
        "--opsin", action="store_true", help="ask OPSIN for systematic names that the table does not hold (slower)"
    )
    p.add_argument("--processes", type=int, metavar="N", help="worker processes (default: all cores for large inputs)")
    p.add_argument("-q", "--quiet", action="store_true", help="no progress and no summary")
    common.add_time_options(p)
    p.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Screen all files; print a summary to standard error."""
    from headwater.flow.sources import format_of

    for path in args.files:
        format_of(path)
    if args.json:
        args.format = "json"
    if args.report is not None and not args.report.parent.is_dir():
        args.report.parent.mkdir(parents=True)
    settings = _settings(args)
    started = time.monotonic()
    page = _page(args) if args.report is not None else None
    tally = _to_file(args, settings, page) if args.out is not None else _to_output(args, settings, page)
    if page is not None:
        _write_page(args, settings, tally, page)
    if not args.quiet:
        _summary(args, tally, time.monotonic() - started)
    worse = {"review": ("review", "hold"), "hold": ("hold",)}.get(args.fail_on or "", ())
    return int(any(tally.decisions[d] for d in worse))


def _settings(args: argparse.Namespace) -> Settings:
    from headwater.flow.batch import Settings
    from headwater.flow.columns import overrides

    known = common.known(args)
    common.require(
        bool(known.controls),
        f"Headwater held no measure at {args.known}: nothing can be released on that",
        "give a later --known",
    )
    if args.on:
        common.on(args)
    return Settings(
        regime=str(args.regime.resolve()) if args.regime is not None else None, known=known.known.isoformat(), on=args.on,
        opsin=args.opsin, mapped=overrides(args.map), default_on=datetime.now().date().isoformat(),
    )  # fmt: skip


def _to_file(args: argparse.Namespace, settings: Settings, page: Page | None) -> Tally:
    """Decisions into OUT, resumable."""
    import hashlib

    from headwater.flow.batch import Tally
    from headwater.flow.checkpoint import Run, mark
    from headwater.flow.writers import DecisionsFile

    args.out.parent.mkdir(parents=True, exist_ok=True)
    if args.out.exists() and not args.overwrite:
        raise UsageError("exists already", where=str(args.out), remedy="choose another name, or give --overwrite")
    if args.overwrite:
        for name in (".checkpoint.json", ".partial", ".rejects.partial"):
            args.out.with_name(args.out.name + name).unlink(missing_ok=True)
    options = msgspec.structs.replace(settings, known=settings.known if args.known else "", default_on="")
    digest = hashlib.sha256(msgspec.json.encode([options, args.sheet])).hexdigest()
    regime = common.regime(args).digest
    out = DecisionsFile(args.out, Run(tuple(mark(path) for path in args.files), digest, regime))
    tally = Tally(out.position.tally)
    if out.resumed and not args.quiet:
        common.note(f"going on after an interruption: {tally.counts['rows']:,} rows are done")
    try:
        for table, chunk, worked in _worked(args, settings, tally, out.position.table, out.position.record):
            tally.add(worked)
            out.write(worked.lines, worked.rejects, table=table, record=worked.last, tally=tally.counts)
            _show(args, page, chunk, worked)
    except BaseException:
        out.close()
        raise
    out.finish()
    return tally


def _to_output(args: argparse.Namespace, settings: Settings, page: Page | None) -> Tally:
    """Decisions to standard output (JSON, or the table of findings); rejects to standard error."""
    from headwater.flow.batch import Tally

    tally = Tally()
    for table, chunk, worked in _worked(args, settings, tally, 0, 0):
        tally.add(worked)
        for reject in worked.rejects:
            common.note(f"{args.files[table]}: row {reject.number}: {reject.field}: {reject.reason}")
        _show(args, page, chunk, worked)
    return tally


def _worked(
    args: argparse.Namespace, settings: Settings, tally: Tally, table: int, record: int
) -> Iterator[tuple[int, Chunk, Worked]]:
    """Run the batch under a progress display."""
    from headwater.flow.batch import run as run_batch
    from headwater.flow.making import make_engine
    from headwater.flow.progress import Progress

    sizes = [path.stat().st_size if path.exists() else 0 for path in args.files]
    with Progress(sum(sizes), quiet=args.quiet) as progress:
        progress.skip(tally.counts["rows"], sum(sizes[:table]))
        for number, chunk, worked in run_batch(
            args.files, settings, make_engine, sheet=args.sheet, table=table, record=record, processes=args.processes
        ):
            yield number, chunk, worked
            progress.update(tally.counts["rows"], sum(sizes[:number]) + chunk.share * sizes[number])


def _show(args: argparse.Namespace, page: Page | None, chunk: Chunk, worked: Worked) -> None:
    """Print what was asked for of a piece, and give the page its rows."""
    from headwater.flow.columns import Mapper, overrides

    if args.format == "json":
        sys.stdout.buffer.write(worked.lines)
        return
    if args.format != "table" and page is None:
        return
    rejected = {reject.number for reject in worked.rejects}
    rows = Mapper(overrides(args.map))(chunk.frame).iter_rows(named=True)
    kept = (row for number, row in zip(chunk.numbers.to_list(), rows, strict=True) if number not in rejected)
    for row, line in zip(kept, worked.lines.splitlines(), strict=True):
        document = msgspec.json.decode(line)
        if args.format == "table":
            _print_row(document)
        if page is not None:
            page.add(row, document)


def _print_row(document: Mapping[str, Any]) -> None:
    """One row for a person: the decision, why in a sentence, and the citation. Clean releases are only counted."""
    from headwater.screen.finding import Finding, decisive

    findings = document["findings"]
    first = decisive(msgspec.convert(findings, list[Finding]))
    if first is None:
        return
    print(f"{document['decision'].upper():8} {document['id']}  {document['on']}")
    print(f"         {first.explanation}")
    cited = list(
        dict.fromkeys(f["citation"] for f in findings if f["citation"] and f["effect"] not in ("note", "duty"))
    )
    for citation in cited[:4]:
        print(f"         [{citation}]")
    for coming in document["upcoming"]:
        print(f"         from {coming['effective']}: {coming['jurisdiction']} {coming['list']} ({coming['citation']})")
    if document["not_held"]:
        print(f"         no measures held for {', '.join(document['not_held'])}: silence is not permission")


def _page(args: argparse.Namespace) -> Page:
    from headwater.reports.drawings import drawer
    from headwater.reports.page import Page

    regime = common.regime(args)
    return Page(drawer(regime), regime.subject_name)


def _write_page(args: argparse.Namespace, settings: Settings, tally: Tally, page: Page) -> None:
    text = page.render(
        title="Screening of " + ", ".join(path.name for path in args.files), on=args.on or "the date of each row",
        known=settings.known, regime=common.regime(args).digest, decisions=tally.decisions, rejects=tally.counts["rejects"],
    )  # fmt: skip
    fresh = args.report.with_name(args.report.name + ".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(args.report)


def _summary(args: argparse.Namespace, tally: Tally, seconds: float) -> None:
    rows = tally.counts["rows"]
    common.note("")
    common.note(
        f"{rows:,} rows screened, {tally.counts['rejects']:,} rejected, {rows / max(seconds, 1e-9):,.0f} rows/s"
    )
    lines = [[d, f"{tally.decisions[d]:,}"] for d in _DECISIONS]
    common.table(["decision", "rows"], lines, common.note)
    if tally.rules:
        common.note("")
        common.table(["rule", "effect", "findings"], [[r, e, f"{n:,}"] for r, e, n in tally.rules], common.note)
    if args.out is not None:
        common.note("")
        common.note(
            f"decisions: {args.out}" + (f"; rejects: {args.out}.rejects.csv" if tally.counts["rejects"] else "")
        )
    if args.report is not None:
        common.note(f"report: {args.report}")

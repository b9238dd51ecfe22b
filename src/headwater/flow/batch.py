"""The batch job: tables in; decisions, rejects and a summary out. Bounded memory, row order kept, resumable.

A piece of a table goes through `work` (columns mapped, rows prepared, decided, written as JSON lines); pieces of a large
input are worked on all cores of the machine, and what comes back is put in order again.
"""

from __future__ import annotations

import io
import os
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import msgspec
import polars as pl

from headwater.flow.chunks import Chunk, after
from headwater.flow.columns import Mapper
from headwater.flow.engine import Engine, documents
from headwater.flow.rejects import Reject
from headwater.flow.rows import prepare
from headwater.flow.sources import open_table
from headwater.values.time import When

# Below this size of the inputs one process is done before others have started.
PARALLEL_BYTES = 24 << 20


class Settings(msgspec.Struct, frozen=True):
    """All that a decision depends on besides the rows: enough for another process to make the same engine."""

    regime: str | None
    known: str
    on: str | None
    opsin: bool
    mapped: dict[str, tuple[str, ...]]
    default_on: str


class Worked(msgspec.Struct, frozen=True):
    """What came of a piece: JSON lines in row order, rejects, and counts of decisions and of findings by rule and effect."""

    last: int
    rows: int
    lines: bytes
    rejects: tuple[Reject, ...]
    decisions: dict[str, int]
    rules: dict[str, int]


DATES = frozenset({"date", "exported_at", "loaded_at", "entered_at"})
Maker = Callable[[Settings], Engine]


class Work:
    """Maps, prepares and decides the pieces of one table after another in one process."""

    def __init__(self, settings: Settings, make: Maker) -> None:
        self.settings, self.engine = settings, make(settings)
        self.mappers: dict[str, Mapper] = {}

    def __call__(self, chunk: Chunk, where: str) -> Worked:
        mapper = self.mappers.get(where)
        if mapper is None:
            mapper = self.mappers[where] = Mapper(self.settings.mapped, where=where)
        frame = mapper(chunk.frame)
        on = self._on(mapper)
        prepared = prepare(frame, chunk.numbers, chunk.lines, on)
        engine = self.engine
        engine.on = on
        decided = engine.decide(prepared.frame, prepared.numbers)
        texts = documents(decided, engine.known.known.isoformat(), engine.known.regime.digest)
        counts = decided.frame["decision"].value_counts()
        return Worked(
            last=chunk.last, rows=decided.frame.height,
            lines=(texts.str.join("\n").item() + "\n").encode() if texts.len() else b"",
            rejects=tuple(sorted((*chunk.rejects, *prepared.rejects), key=lambda r: r.number)),
            decisions=dict(counts.iter_rows()), rules={f"{rule}\t{effect}": n for (rule, effect), n in decided.rules.items()},
        )  # fmt: skip

    def _on(self, mapper: Mapper) -> When | None:
        """--on; else the row's own dates; else, where the table has no column of dates at all, the day of the run."""
        from headwater.values.time import parse_when

        if self.settings.on is not None:
            return parse_when(self.settings.on)
        dated = mapper.columns is not None and not DATES.isdisjoint(mapper.columns.fields)
        return None if dated else parse_when(self.settings.default_on)


_work: Work | None = None


def _start(settings: Settings, make: Maker) -> None:
    """Run once in each worker process."""
    global _work
    _work = Work(settings, make)


def _do(data: bytes, first: int, records: int, numbers: bytes, rejects: tuple[Reject, ...], where: str) -> Worked:
    assert _work is not None
    frame = pl.read_ipc(io.BytesIO(data))
    order = pl.read_ipc(io.BytesIO(numbers))
    return _work(Chunk(first, records, frame, order["number"], order["line"], rejects), where)


def pieces(paths: Sequence[Path], sheet: str | None, table: int = 0, record: int = 0) -> Iterator[tuple[int, Chunk]]:
    """The chunks of all inputs in order, from record `record` of input number `table` on."""
    for number, path in enumerate(paths):
        if number >= table:
            chunks = open_table(path, sheet=sheet)
            for chunk in after(chunks, record) if number == table and record else chunks:
                yield number, chunk


def run(
    paths: Sequence[Path],
    settings: Settings,
    make: Maker,
    *,
    sheet: str | None = None,
    table: int = 0,
    record: int = 0,
    processes: int | None = None,
) -> Iterator[tuple[int, Chunk, Worked]]:
    """Work all inputs in order. Each answer comes with the input's number and its chunk, in row order."""  # fmt: skip
    size = sum(path.stat().st_size for path in paths if path.is_file())
    cores = (
        processes
        if processes is not None
        else (os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count())
    )
    if not cores or cores < 2 or (processes is None and size < PARALLEL_BYTES):
        work = Work(settings, make)
        for number, chunk in pieces(paths, sheet, table, record):
            yield number, chunk, work(chunk, str(paths[number]))
        return
    yield from _parallel(paths, settings, make, sheet, table, record, cores)


def _parallel(
    paths: Sequence[Path], settings: Settings, make: Maker, sheet: str | None, table: int, record: int, cores: int
) -> Iterator[tuple[int, Chunk, Worked]]:
    make(settings).ready()
    # Polars' threads do not survive a fork, so workers start afresh; each works a whole piece, so one thread each is enough.
    before = os.environ.get("POLARS_MAX_THREADS")
    os.environ["POLARS_MAX_THREADS"] = "1"
    try:
        pool = ProcessPoolExecutor(
            cores, mp_context=get_context("spawn"), initializer=_start, initargs=(settings, make)
        )
        with pool:
            waiting: deque[tuple[int, Chunk, Future[Worked]]] = deque()
            for number, chunk in pieces(paths, sheet, table, record):
                waiting.append((number, chunk, _submit(pool, chunk, str(paths[number]))))
                if len(waiting) > 2 * cores:
                    first, piece, future = waiting.popleft()
                    yield first, piece, future.result()
            while waiting:
                first, piece, future = waiting.popleft()
                yield first, piece, future.result()
    finally:
        if before is None:
            os.environ.pop("POLARS_MAX_THREADS", None)
        else:
            os.environ["POLARS_MAX_THREADS"] = before


def _submit(pool: ProcessPoolExecutor, chunk: Chunk, where: str) -> Future[Worked]:
    data, order = io.BytesIO(), io.BytesIO()
    chunk.frame.write_ipc(data)
    pl.DataFrame({"number": chunk.numbers, "line": chunk.lines}).write_ipc(order)
    return pool.submit(_do, data.getvalue(), chunk.first, chunk.records, order.getvalue(), chunk.rejects, where)


class Tally:
    """The counts of a run, also across an interruption."""

    def __init__(self, counts: dict[str, int] | None = None) -> None:
        self.counts: Counter[str] = Counter(counts or {})

    def add(self, worked: Worked) -> None:
        """Count what came of a piece."""
        self.counts["rows"] += worked.rows
        self.counts["rejects"] += len(worked.rejects)
        for decision, number in worked.decisions.items():
            self.counts[f"decision\t{decision}"] += number
        for rule, number in worked.rules.items():
            self.counts[f"rule\t{rule}"] += number

    @property
    def decisions(self) -> Counter[str]:
        """Rows by decision."""
        return Counter({k.split("\t")[1]: v for k, v in self.counts.items() if k.startswith("decision\t")})

    @property
    def rules(self) -> list[tuple[str, str, int]]:
        """Findings by rule and effect, most first."""
        found: list[tuple[str, str, int]] = []
        for name, number in self.counts.items():
            kind, _, rest = name.partition("\t")
            if kind == "rule":
                rule, _, effect = rest.partition("\t")
                found.append((rule, effect, number))
        return sorted(found, key=lambda r: (-r[2], r[0], r[1]))

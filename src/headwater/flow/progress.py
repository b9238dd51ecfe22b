"""Progress on standard error: a bar with rows, rate and time left on a terminal, a plain line now and then
elsewhere.
"""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

LINE_EVERY = 5.0  # seconds between plain lines: a log stays readable and a watcher knows that the job lives


class Progress:
    """Tells how far a batch has come. `total` is the size of the inputs in bytes; what `update` is told is
    in bytes too.
    """

    def __init__(self, total: int, *, quiet: bool = False, stream: TextIO | None = None) -> None:
        self._total = max(1, total)
        self._stream = stream if stream is not None else sys.stderr
        self._quiet = quiet
        self._bar: RichProgress | None = None
        self._task: TaskID | None = None
        self._rows, self._skipped, self._from = 0, 0, 0.0
        self._start = self._told = time.monotonic()

    def __enter__(self) -> Progress:
        self._start = self._told = time.monotonic()
        if not self._quiet and self._stream.isatty():
            self._bar = _bar(self._stream)
            self._task = self._bar.add_task("screening", total=self._total, rows="")
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def skip(self, rows: int, done: float) -> None:
        """Rows and bytes done by an earlier run: counted, but not in the rate and the time left."""
        self._skipped, self._from = rows, done

    def update(self, rows: int, done: float) -> None:
        """`rows` rows are screened in all, after `done` of the inputs' bytes."""
        self._rows = rows
        if self._quiet:
            return
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=done, rows=f"{rows:,} rows, {self.rate:,.0f}/s")
        elif time.monotonic() - self._told >= LINE_EVERY:
            self._told = time.monotonic()
            self._stream.write(self.line(done) + "\n")
            self._stream.flush()

    @property
    def rate(self) -> float:
        """Rows a second of this run."""
        return (self._rows - self._skipped) / max(1e-9, time.monotonic() - self._start)

    def line(self, done: float) -> str:
        """`1,200,000 rows, 41%, 480,000 rows/s, 0:03 left`"""
        share = min(1.0, done / self._total)
        worked, ahead = done - self._from, max(0.0, self._total - done)
        left = (time.monotonic() - self._start) * ahead / worked if worked > 0 else 0.0
        minutes, seconds = divmod(round(left), 60)
        return f"{self._rows:,} rows, {share:.0%}, {self.rate:,.0f} rows/s, {minutes}:{seconds:02} left"


def _bar(stream: TextIO) -> RichProgress:
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rows]}"),
    )
    return RichProgress(*columns, TimeRemainingColumn(), console=Console(file=stream), transient=True)

"""Progress: a bar on a terminal, plain lines elsewhere, silence when asked."""

from __future__ import annotations

import io

import pytest

from headwater.flow import progress
from headwater.flow.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(progress.time, "monotonic", made)
    return made


def test_a_plain_line_now_and_then(clock: Clock) -> None:
    stream = io.StringIO()
    with Progress(1000, stream=stream) as shown:
        for step in range(1, 11):
            clock.now = step * 2.0
            shown.update(step * 100, step * 50)
    assert stream.getvalue().splitlines() == [
        "300 rows, 15%, 50 rows/s, 0:34 left",
        "600 rows, 30%, 50 rows/s, 0:28 left",
        "900 rows, 45%, 50 rows/s, 0:22 left",
    ]


def test_a_resumed_run_tells_its_own_rate(clock: Clock) -> None:
    with Progress(1000, stream=io.StringIO()) as shown:
        shown.skip(500, 500.0)
        clock.now = 10.0
        shown.update(600, 600.0)
        assert shown.line(600.0) == "600 rows, 60%, 10 rows/s, 0:40 left"


def test_a_bar_on_a_terminal() -> None:
    stream = Terminal()
    with Progress(1000, stream=stream) as shown:
        shown.update(1234, 500)
    assert "1,234 rows" in stream.getvalue()


def test_silence(clock: Clock) -> None:
    stream = Terminal()
    with Progress(1000, quiet=True, stream=stream) as shown:
        clock.now = 100.0
        shown.update(10, 10)
    assert stream.getvalue() == ""

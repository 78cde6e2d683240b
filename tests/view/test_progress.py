"""Progress: what is done, how fast, how long still; in lines for a log, in bars on a terminal."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest

from dedup.view.console import stderr_console
from dedup.view.progress import LineProgress, Step, TerminalProgress


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.mark.parametrize(
    ("step", "amount", "share", "rate", "left"),
    [
        (Step("a", 3_400_000_000, "bytes", 0, 1_190_000_000), "1.2 of 3.4 GB", "35 %", "119 MB/s", 19),
        (Step("a", 40_000_000, "bytes", 0, 1_000_000), "1 of 40 MB", "2 %", "100 kB/s", 390),
        (Step("a", 4000, "pairs", 0, 1000), "1,000 of 4,000 pairs", "25 %", "100 pairs/s", 30),
        (Step("a", 4, "ranges", 0, 2), "2 of 4 ranges", "50 %", "0.2 ranges/s", 10),
        (Step("a", None, "rows", 0, 500), "500 rows", "", "50 rows/s", None),
        (Step("a", 100, "bytes", 0, 300), "300 B", "", "30 B/s", None),  # more than was expected
        (Step("a", None, "", 0), "", "", "", None),
        (Step("a", 0, "pairs", 0), "0 pairs", "", "", None),
        (Step("a", 50, "pairs", 0), "0 of 50 pairs", "0 %", "", None),
    ],
)
def test_figures_of_a_step(step: Step, amount: str, share: str, rate: str, left: float | None) -> None:
    assert (step.amount(), step.share(), step.rate(10.0)) == (amount, share, rate)
    found = step.left(10.0)
    assert found is left or (found is not None and left is not None and abs(found - left) < 1)


def test_a_long_step_in_a_log(clock: Clock) -> None:
    log = io.StringIO()
    progress = LineProgress(log, clock)
    progress.start("read", 3_400_000_000, "bytes")
    for _ in range(34):
        clock.now += 2.5
        progress.advance(100_000_000)
    progress.end()
    lines = log.getvalue().splitlines()
    assert lines[0] == "reading: 0.2 of 3.4 GB, 5 %, 40 MB/s, about 1 min 20 s left"
    assert lines[1] == "reading: 0.6 of 3.4 GB, 17 %, 40 MB/s, about 1 min 10 s left"
    assert lines[-1] == "reading: 3.4 GB, took 1 min 25 s, 40 MB/s"
    assert len(lines) == 10
    assert max(map(len, lines)) < 100


def test_a_step_that_tells_nothing_still_has_a_line_now_and_then(clock: Clock) -> None:
    log = io.StringIO()
    progress = LineProgress(log, clock)
    progress.start("candidates", None, "")
    for _ in range(25):
        clock.now += 1
        progress.tick()
    progress.end()
    assert log.getvalue().splitlines() == [
        *["finding candidates: under way"] * 3,
        "finding candidates: took 25.0 s",
    ]


def test_what_is_short_is_not_worth_a_line(clock: Clock) -> None:
    log = io.StringIO()
    progress = LineProgress(log, clock)
    for step in ("read", "shingles", "unheard of", "candidates", "articles", "pairs"):
        progress.start(step, 10, "bytes")
        clock.now += 0.9
        progress.advance(10)
        progress.tick()
        progress.end()
    progress.advance(1)
    progress.end()
    assert log.getvalue() == ""


def test_the_thread_ends_with_the_work() -> None:
    log = io.StringIO()
    with LineProgress(log) as progress:
        progress.start("read", 10, "bytes")
    assert not progress._thread.is_alive()
    assert log.getvalue() == ""


@pytest.mark.parametrize("width", [80, 110, 200])
@pytest.mark.parametrize(("step", "total", "unit"), [
    ("read", 34_000_000_000, "bytes"), ("aligning candidates", 12_345_678, "pairs"), ("candidates", None, ""),
])  # fmt: skip
def test_a_bar_fits_the_terminal(
    width: int, step: str, total: int | None, unit: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    file = io.StringIO()
    settings: dict[str, Any] = {"force_terminal": True}
    with TerminalProgress(stderr_console(width, file, **settings), clock) as progress:
        progress.start(step, total, unit)
        clock.now += 75
        progress.advance((total or 0) // 3)
        progress._bars.refresh()
        shown = file.getvalue()
        progress.end()
    line = re.split(r"[\r\n]", re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown))[-1]
    assert len(line.rstrip()) <= width
    assert "…" not in line
    assert "1:15" in line
    if unit == "bytes":
        assert "11.3 of 34.0 GB" in line
        assert "151 MB/s" in line
    if unit == "pairs":
        assert "4.1 of 12.3 million pairs" in line
    assert ("2:30 left" in line or "2:29 left" in line) == (total is not None)
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]", shown)


def test_steps_without_a_title_show_nothing(clock: Clock) -> None:
    file = io.StringIO()
    with TerminalProgress(stderr_console(80, file, force_terminal=True), clock) as progress:
        progress.start("unheard of", 10, "rows")
        progress.advance(3)
        progress.end()
    assert "unheard" not in file.getvalue()

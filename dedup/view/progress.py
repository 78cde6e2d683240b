"""Progress of long work: bars on a terminal, now and then a line in a log.

Either says what is done, how much is left, how fast it goes and how long it will take.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.text import Text

from dedup.view import phrases

# Steps by what they mean to a reader; those not named here take no time worth telling.
_TITLES = {
    "read": "reading",
    "recurring": "counting lines",
    "texts": "sketching",
    "names": "naming articles",
    "frequent": "counting shingles",
    "shingles": "signing",
    "buckets": "filling band buckets",
    "candidates": "finding candidates",
    "aligning suspects": "looking for spinners",
    "aligning candidates": "aligning candidates",
    "aligning keeper_candidates": "checking clusters",
    "articles": "writing articles",
    "pairs": "writing pairs",
    "clusters": "writing clusters",
    "spun": "writing spun phrases",
    "report": "writing pages",
}
_UNITS = {"aligning suspects": "articles"}  # where it isn't what the engine hands out
_TITLE_WIDTH = max(map(len, _TITLES.values()))
_BYTES = "bytes"
_WIDE = 120  # columns from which on there is room for everything
_SOON = 0.5  # seconds that a step goes on before its rate means anything

Clock = Callable[[], float]


@dataclass
class Step:
    """A step under way. ``total``: None where nobody knows; times in seconds."""

    title: str
    total: int | None
    unit: str
    begun: float
    done: int = 0

    @property
    def known(self) -> bool:
        """Whether what is left is known. A total that is only expected may be passed."""
        return bool(self.total) and self.done <= (self.total or 0)

    def amount(self) -> str:
        """``1.2 of 3.4 GB``, ``1,200 of 4,000 pairs``, ``1,200 pairs``; empty if nothing is counted."""
        if not self.unit or (self.total is None and not self.done):
            return ""
        if self.unit != _BYTES and self.known and (self.total or 0) >= 1e6:
            return f"{self.done / 1e6:.1f} of {(self.total or 0) / 1e6:.1f} million {self.unit}"
        if self.unit != _BYTES:
            of = f" of {self.total:,}" if self.known else ""
            return f"{self.done:,}{of} {self.unit}"
        if not self.known:
            return phrases.size(self.done)
        number, unit = phrases.size(self.total or 0).split(" ")
        scale = {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9}[unit]
        done = self.done / scale
        return f"{done:.1f} of {number} {unit}" if unit == "GB" else f"{done:.0f} of {number} {unit}"

    def share(self) -> str:
        """``35 %``; never 100 % before the end."""
        if not self.known:
            return ""
        return f"{100 * self.done // (self.total or 1)} %"

    def rate(self, now: float) -> str:
        """``41 MB/s``, ``1,234 pairs/s``."""
        if not self.done or now - self.begun < _SOON:
            return ""
        rate = self.done / (now - self.begun)
        if self.unit == _BYTES:
            return f"{phrases.size(rate)}/s"
        return f"{rate:,.0f} {self.unit}/s" if rate >= 10 else f"{rate:,.1f} {self.unit}/s"

    def left(self, now: float) -> float | None:
        """Seconds until the end, as far as can be told."""
        if not self.known or not self.done or now - self.begun < _SOON:
            return None
        return (now - self.begun) * ((self.total or 0) - self.done) / self.done


class TerminalProgress:
    """Shows the step under way as a bar; use as a context manager."""

    def __init__(self, console: Console, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._step: Step | None = None
        wide = console.width >= _WIDE
        columns: list[ProgressColumn] = [
            TextColumn(f"{{task.description:<{_TITLE_WIDTH}}}", markup=False),
            BarColumn(
                bar_width=max(6, min(30, console.width - 74)), complete_style="bar", finished_style="bar"
            ),
            _Figure(lambda step, now: step.amount()),
            _Figure(lambda step, now: step.rate(now) if wide else _short(step.rate(now))),
            _Figure(lambda step, now: _clock_time(now - step.begun)),
            _Figure(lambda step, now: _left(step.left(now))),
        ]
        if wide:
            columns.insert(2, _Figure(lambda step, now: step.share()))
        self._bars = Progress(*columns, console=console, transient=True, refresh_per_second=4, get_time=clock)
        self._task: TaskID | None = None

    def __enter__(self) -> TerminalProgress:
        self._bars.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._bars.stop()

    def start(self, step: str, total: int | None, unit: str) -> None:
        title, unit = _TITLES.get(step), _UNITS.get(step, unit)
        if title:
            self._step = Step(title, total, unit, self._clock())
            self._task = self._bars.add_task(title, total=total or None, step=self._step)

    def advance(self, amount: int) -> None:
        if self._task is not None and self._step is not None:
            self._step.done += amount
            total = self._step.total if self._step.known else None
            self._bars.update(self._task, completed=self._step.done, total=total)

    def end(self) -> None:
        if self._task is not None:
            self._bars.remove_task(self._task)
            self._task = self._step = None


class _Figure(ProgressColumn):
    """A column that says something of a step."""

    def __init__(self, say: Callable[[Step, float], str]) -> None:
        super().__init__()
        self._say = say

    def render(self, task: Task) -> Text:
        return Text(self._say(task.fields["step"], task.get_time()), justify="right", no_wrap=True)


def _short(rate: str) -> str:
    """A rate without the unit that the amount names already: ``1,234/s``."""
    number, _, unit = rate.partition(" ")
    return rate if not unit or unit in ("B/s", "kB/s", "MB/s", "GB/s") else f"{number}/s"


def _clock_time(seconds: float) -> str:
    """``0:12``, ``1:02:03``."""
    minutes, seconds = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def _left(seconds: float | None) -> str:
    return "" if seconds is None else f"{_clock_time(seconds)} left"


class LineProgress:
    """Writes lines for a log: none for what is short, else one now and then and one at the end.

    Use as a context manager. A thread writes while a step has nothing to tell.
    """

    QUIET = 5.0  # seconds of a scan in which nothing is said
    SHORT = 1.0  # seconds of a step that isn't worth a line
    PAUSE = 10.0  # seconds between two lines of a step

    def __init__(self, file: TextIO, clock: Clock = time.monotonic) -> None:
        self._file = file
        self._clock = clock
        self._begun = clock()
        self._said = 0.0
        self._step: Step | None = None
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="progress", daemon=True)

    def __enter__(self) -> LineProgress:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._closing.set()
        self._thread.join()

    def start(self, step: str, total: int | None, unit: str) -> None:
        title, unit = _TITLES.get(step), _UNITS.get(step, unit)
        with self._lock:
            self._step = Step(title, total, unit, self._clock()) if title else None
            self._said = self._clock() - self.PAUSE  # so that the first line comes when the step isn't short

    def advance(self, amount: int) -> None:
        with self._lock:
            if self._step is not None:
                self._step.done += amount
        self.tick()

    def end(self) -> None:
        with self._lock:
            step, self._step = self._step, None
            now = self._clock()
            if step is not None and self._worth_a_line(step, now):
                done = Step(step.title, None, step.unit, step.begun, step.done)
                took = f"took {phrases.duration(now - step.begun)}"
                self._say(step.title, done.amount(), took, done.rate(now))

    def tick(self) -> None:
        """Write a line if it is time for one."""
        with self._lock:
            step, now = self._step, self._clock()
            if step is None or now - self._said < self.PAUSE or not self._worth_a_line(step, now):
                return
            self._said = now
            left = step.left(now)
            about = "" if left is None else f"about {phrases.duration(round(left))} left"
            going = "" if step.done else "under way"
            self._say(step.title, step.amount() or going, step.share(), step.rate(now), about)

    def _worth_a_line(self, step: Step, now: float) -> bool:
        return now - step.begun >= self.SHORT and now - self._begun >= self.QUIET

    def _say(self, title: str, *figures: str) -> None:
        self._file.write(f"{title}: {', '.join(figure for figure in figures if figure)}\n")
        self._file.flush()

    def _watch(self) -> None:
        while not self._closing.wait(1.0):
            self.tick()

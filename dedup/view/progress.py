"""Progress of long work on a terminal: what is done, how much is left, how long it will take."""

from __future__ import annotations

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

# Work tables by what making them means to a reader; steps not named here take no time worth telling.
_TITLES = {
    "read": "reading and sketching",
    "candidates": "finding candidate pairs",
    "aligning candidates": "aligning candidate pairs",
    "aligning keeper_candidates": "checking clusters",
    "articles": "writing articles",
    "pairs": "writing pairs",
}


class TerminalProgress:
    """Shows each step as a bar with an estimate of the time left; use as a context manager."""

    def __init__(self, console: Console) -> None:
        self._bars = Progress(
            TextColumn("{task.description:<24}"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[share]:>5}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(elapsed_when_finished=False),
            console=console,
            transient=True,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> TerminalProgress:
        self._bars.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._bars.stop()

    def start(self, step: str, total: int | None, unit: str) -> None:
        title = _TITLES.get(step)
        self._task = self._bars.add_task(title, total=total, share="") if title else None

    def advance(self, amount: int) -> None:
        if self._task is not None:
            self._bars.advance(self._task, amount)
            share = self._bars.tasks[self._task].percentage
            self._bars.update(self._task, share=f"{share:.0f} %")

    def end(self) -> None:
        if self._task is not None:
            self._bars.update(self._task, visible=False)
            self._task = None

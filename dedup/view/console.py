"""Consoles and styles: the one place that says what a terminal shows how.

Data goes to stdout, notes to stderr. Nothing that is printed is ever parsed as markup.
Orange is the left and blue the right, not red and green: to readers who lack one of the three kinds
of cones they differ in hue or in lightness. No two styles of words differ in hue alone: what only
the left has is struck through, what the right has is bold, what was changed is in italics, spun
evidence is underlined and furniture grey. Where there is no colour, the marks of ``Marks`` stand
around the words instead.
"""

from __future__ import annotations

import os
import sys
from typing import IO, Any, NamedTuple

from rich.console import Console, ConsoleOptions
from rich.theme import Theme

from dedup.errors import UsageError

WIDTH = 80  # columns where there is no terminal to ask
LEAST_WIDTH = 40

_LEFT = "color(166)"  # orange and blue of one lightness, in contrast to black and to white by 3.8 or more
_RIGHT = "color(32)"

THEME = Theme(
    {
        "title": "bold",
        "name": "bold",
        "note": "dim",
        "label": "dim",
        "figure": "default",
        "bar": _RIGHT,
        "command": _RIGHT,
        "kind": "bold",
        "spun": f"bold {_LEFT}",
        "natural": _RIGHT,
        "left": _LEFT,
        "right": _RIGHT,
        "diff.equal": "default",
        "diff.delete": f"strike {_LEFT}",
        "diff.insert": f"bold {_RIGHT}",
        "diff.replace.left": f"italic {_LEFT}",
        "diff.replace.right": f"bold italic {_RIGHT}",
        "diff.alone.left": _LEFT,  # long stretches: to be read, so neither bold nor struck through
        "diff.alone.right": _RIGHT,
        "diff.evidence": "underline",
        "diff.furniture": "color(244)",  # over the style of its words: what one side alone has stays so
        "diff.natural": "dim",
        "diff.title": "bold",
        "diff.moved": "italic",
        "diff.fold": "dim",
        "diff.rule": "dim",
        "warning": "bold",
        "error": "bold",
    },
    inherit=True,
)


class Marks(NamedTuple):
    """What stands around words where colour can't tell them apart."""

    delete: tuple[str, str] = ("[-", "-]")
    insert: tuple[str, str] = ("{+", "+}")
    replace_left: tuple[str, str] = ("[~", "~]")
    replace_right: tuple[str, str] = ("{~", "~}")
    evidence: tuple[str, str] = ("_", "_")
    furniture_left: tuple[str, str] = ("[#", "#]")
    furniture_right: tuple[str, str] = ("{#", "#}")


MARKS = Marks()


class _Console(Console):
    """A console that leaves it to its caller what a reader's leaving means."""

    def on_broken_pipe(self) -> None:
        """Called while the error is handled; rich itself would end the program with status 1."""
        raise


def stdout_console(width: int | None = None, file: IO[str] | None = None, **settings: Any) -> Console:
    """The console for data. ``width`` is the user's; else the terminal's; else 80."""
    return _console(file or sys.stdout, width, **settings)


def stderr_console(width: int | None = None, file: IO[str] | None = None, **settings: Any) -> Console:
    """The console for notes, progress and errors."""
    return _console(file or sys.stderr, width, **settings)


def has_colour(console: Console) -> bool:
    """Whether words can be told apart by colour. Not with NO_COLOR, nor in a file or a pipe."""
    return console.color_system is not None and not console.no_color


def is_wide(options: ConsoleOptions) -> bool:
    """Whether two texts fit side by side."""
    return options.max_width >= 100


def _console(file: IO[str], width: int | None, **settings: Any) -> Console:
    if width is not None and width < LEAST_WIDTH:
        raise UsageError(f"--width {width} is less than {LEAST_WIDTH}")
    terminal = settings.get("force_terminal") or file.isatty()
    if width is None and not terminal:
        width = WIDTH  # rich would ask the terminal that stdin is
    if hasattr(file, "reconfigure") and not (getattr(file, "encoding", None) or "").lower().startswith("utf"):
        file.reconfigure(errors="replace")  # a terminal of few letters shows ? rather than ending the run
    if "no_color" not in settings:
        settings["no_color"] = bool(os.environ.get("NO_COLOR"))
    return _Console(
        file=file,
        width=width,
        theme=THEME,
        markup=False,
        highlight=False,
        emoji=False,
        **settings,
    )

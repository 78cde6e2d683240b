"""Consoles and styles: the one place that says what a terminal shows how.

Data goes to stdout, notes to stderr. Nothing that is printed is ever parsed as markup.
Orange against blue, not red against green, so that most colour-blind readers see the two
sides; where there is no colour, the marks of ``Marks`` stand around the words instead.
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

_LEFT = "color(172)"  # orange and blue of middling lightness: legible on dark and on light
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
        "diff.delete": _LEFT,
        "diff.insert": _RIGHT,
        "diff.replace.left": f"bold {_LEFT}",
        "diff.replace.right": f"bold {_RIGHT}",
        "diff.evidence": "underline",
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


MARKS = Marks()


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
    return Console(
        file=file,
        width=width,
        theme=THEME,
        markup=False,
        highlight=False,
        emoji=False,
        **settings,
    )

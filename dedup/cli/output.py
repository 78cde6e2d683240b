"""Data goes to stdout."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any

import click

from dedup.errors import DedupError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from dedup.engine.protocol import Progress

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """A reader that closes the pipe has seen enough; that is no failure, but a full disk is one."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_the_rest()
        raise click.exceptions.Exit(0) from None
    except OSError as error:
        if error.errno not in _NO_ROOM:  # then it is not of stdout alone
            raise
        _drop_the_rest()
        raise DedupError(f"can't write to standard output: {error.strerror}") from None


def _drop_the_rest() -> None:
    """What is still to be written goes nowhere, so that the program's end doesn't fail over it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def console(width: int | None, file: IO[str] | None = None) -> Console:
    from dedup.view.console import stdout_console

    return stdout_console(width, file)


def print_view(view: RenderableType, width: int | None = None) -> None:
    with reader_may_leave():
        console(width).print(view)


def print_views(views: Iterable[RenderableType], width: int | None = None, pager: bool = True) -> None:
    """Print one after the other; through a pager if they are longer than the terminal's screen."""
    from dedup.cli.pager import paged

    with reader_may_leave(), paged(pager) as file:
        to = console(width, file)
        for view in views:
            to.print(view)


def print_json(values: Iterable[Any]) -> None:
    from dedup.view.safe import json_line

    print_lines(json_line(value) for value in values)


def print_lines(lines: Iterable[str]) -> None:
    with reader_may_leave():
        for line in lines:
            sys.stdout.write(line + "\n")


@contextmanager
def progress(quiet: bool) -> Iterator[Progress | None]:
    """Progress of long work on stderr: a bar on a terminal, lines in a log, None if ``quiet``."""
    if quiet:
        yield None
        return
    from dedup.view.console import stderr_console
    from dedup.view.progress import LineProgress, TerminalProgress

    with TerminalProgress(stderr_console()) if sys.stderr.isatty() else LineProgress(sys.stderr) as shown:
        yield shown

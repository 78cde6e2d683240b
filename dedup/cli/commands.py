"""The program: its commands, and how each ending becomes an exit status."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Any

import click

from dedup.cli.apply import apply
from dedup.cli.diff import diff
from dedup.cli.explain import explain
from dedup.cli.flags import CONTEXT, help_flag
from dedup.cli.output import print_lines
from dedup.cli.query import query
from dedup.cli.report import report
from dedup.cli.scan import scan
from dedup.cli.show import show
from dedup.cli.spun import spun
from dedup.cli.tune import tune
from dedup.errors import DedupError, Interrupted, Terminated, UsageError

EXIT_STATUS = """\b
Exit status: 0 done, whatever was found; 1 a gate was hit (--fail-on);
2 wrong use or nothing to read; 3 the run failed; 4 done, but something was
skipped (--strict); 130 interrupted, 143 terminated, state kept.
"""


@click.group(context_settings=CONTEXT, epilog=EXIT_STATUS)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=lambda *a: _print_versions(*a)
)
def dedup() -> None:
    """Find articles that tell the same text, and text put through a synonym spinner."""


for _command in (apply, diff, explain, query, report, scan, show, spun, tune):
    dedup.add_command(help_flag(_command))
help_flag(dedup)


def _print_versions(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    from dedup.results.run import versions

    print_lines(f"{name} {version}" for name, version in versions().items())
    context.exit()


def main() -> None:
    """Entry point: runs a command and turns its ending into an exit status."""
    sys.exit(_run())


def program() -> None:
    """``main`` in a process of its own, which ends at once.

    To take apart again what was imported takes 0.2 seconds.
    """
    status = _run()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        sys.exit(status)
    os._exit(status)


class _Stop:
    """Ctrl-C and SIGTERM raise KeyboardInterrupt, once for signals that come together.

    ``number``: the first signal. Use as a context manager.
    """

    def __init__(self) -> None:
        self.number: int | None = None
        self._last = -1.0
        self._before: dict[int, Any] = {}

    def __enter__(self) -> _Stop:
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) is not signal.SIG_IGN:  # the caller said so
                self._before[number] = signal.signal(number, self._raise)
        return self

    def __exit__(self, *exception: object) -> None:
        """Only the last lines are left to say: signals that come now are late."""
        for number, before in self._before.items():
            signal.signal(number, before if self.number is None else signal.SIG_IGN)

    def _raise(self, number: int, _frame: object) -> None:
        last, self._last = self._last, time.monotonic()
        self.number = self.number or number
        if last < 0 or self._last - last > 1.0:
            raise KeyboardInterrupt

    def ending(self) -> DedupError:
        goes_on = "the same command goes on from what is finished"
        if self.number == signal.SIGTERM:
            return Terminated(f"terminated; {goes_on}")
        return Interrupted(f"interrupted; {goes_on}")


def _run() -> int:
    stop = _Stop()
    given = sys.argv[1:]
    try:
        with stop:
            dedup(given or ["--help"], standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        return _end(stop.ending())
    except Exception as error:
        return _end(stop.ending()) if stop.number else _end_with(error)
    return 0 if given else UsageError.exit_status  # no command was given, so none was carried out


def _end_with(error: Exception) -> int:
    if isinstance(error, DedupError):
        return _end(error)
    if isinstance(error, click.UsageError):
        usage = f"{error.ctx.get_usage()}\n" if error.ctx else ""
        return _end(UsageError(error.format_message()), usage)
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if os.environ.get("DEDUP_TRACEBACK"):
        raise error
    name = type(error).__name__  # a failure that no one foresaw is still one line
    return _end(DedupError(f"{name}: {error} (DEDUP_TRACEBACK=1 shows where)"))


def _end(error: DedupError, before: str = "") -> int:
    from dedup.view.safe import safe

    click.echo(f"{safe(before, newlines=True)}dedup: {safe(str(error))}", err=True)
    return error.exit_status

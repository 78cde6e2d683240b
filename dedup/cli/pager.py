"""A pager for what is longer than the screen: started only then, fed as lines come to be."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import IO, Any, cast

_LESS = "-FRX"  # ends at once on what fits, shows colours, leaves what was read on the screen
_PAGERS = ("less", "more")


@contextlib.contextmanager
def paged(wanted: bool) -> Iterator[IO[str] | None]:
    """Where to print: a file that shows through the user's pager what is longer than the screen.

    None, which stands for stdout: no pager is wanted, stdout is no terminal, or there is none. ``PAGER``
    names one, with its arguments; an empty one or ``cat`` is none. ``LESS`` is ``-FRX`` unless it is set.
    """
    command = _command() if wanted and sys.stdout.isatty() else []
    if not command:
        yield None
        return
    screen = _Paged(command)
    try:
        yield cast("IO[str]", screen)
        screen.finish()
    except BrokenPipeError:  # the reader has seen enough
        screen.finish()
    except BaseException:
        screen.leave()
        raise


def _command() -> list[str]:
    if os.environ.get("TERM", "dumb") == "dumb":
        return []
    named = os.environ.get("PAGER")
    if named is None:
        return next(([name] for name in _PAGERS if shutil.which(name)), [])
    try:
        command = shlex.split(named)
    except ValueError:
        return []
    return command if command and command != ["cat"] and shutil.which(command[0]) else []


class _Paged:
    """A file that keeps what fits on the screen, and starts the pager with it when there is more."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.encoding = sys.stdout.encoding
        self.lines = shutil.get_terminal_size().lines
        self.kept: list[str] = []
        self.process: subprocess.Popen[str] | None = None
        self.interrupt: Any = None

    def isatty(self) -> bool:
        """Colours are for terminals, and that is where all ends up."""
        return True

    def fileno(self) -> int:
        return sys.stdout.fileno()

    def write(self, text: str) -> int:
        if self.process is not None:
            self._send(text)
            return len(text)
        self.kept.append(text)
        self.lines -= text.count("\n")
        if self.lines <= 1:  # a prompt takes the last one
            self._start()
        return len(text)

    def flush(self) -> None:
        """Nothing is late: the pager is fed at once."""

    def _start(self) -> None:
        environment = {"LESS": _LESS, **os.environ}
        self.process = subprocess.Popen(  # noqa: S603  the user's own
            self.command,
            stdin=subprocess.PIPE,
            env=environment,
            encoding=self.encoding,
            errors="replace",
        )
        self.interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the pager now
        self._send("".join(self.kept))
        self.kept = []

    def _send(self, text: str) -> None:
        pipe = self.process.stdin if self.process else None
        if pipe is not None:
            pipe.write(text)
            pipe.flush()

    def finish(self) -> None:
        """All is said: wait until it is read, or print it if it was little."""
        if self.process is None:
            sys.stdout.write("".join(self.kept))
            sys.stdout.flush()
            return
        self._close()
        self.process.wait()
        signal.signal(signal.SIGINT, self.interrupt)

    def leave(self) -> None:
        """The program ends before all is said."""
        if self.process is not None:
            self.process.terminate()
            self.finish()

    def _close(self) -> None:
        if self.process is not None and self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()

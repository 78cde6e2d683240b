"""A process that does what may not end: it is killed when it takes too long or too much memory.

Parsers of pages are large C libraries, and pages can be made so that they take minutes. A guard
is a child process that is given one page after another; one that doesn't answer is killed and
replaced, and its page is a skipped row. The bounds are seconds of processor time, so that what
is read doesn't hang on how busy the machine is.

Both sides speak in messages: lengths, then a JSON object, then bytes.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import json
import os
import resource
import select
import signal
import struct
import subprocess
import sys
from typing import IO, Any

from dedup.read.extract import prepare
from dedup.read.page import read_page
from dedup.read.rows import Trouble

SECONDS = 10  # of processor time for one page
MEMORY = 1024 * 2**20  # bytes of address space for a page, beside those of the parsers
_LONGEST_WAIT = 600  # seconds on the clock; only for a child that sleeps and would do so for ever
_LENGTHS = struct.Struct("<QQ")
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
_NO_MEMORY = 3  # exit status
_SERVE = "import sys; sys.path[:] = sys.argv[1:]; from dedup.read.guard import serve; serve()"


class Guard:
    """The one child of this process. ``run`` asks it; it starts when it is first asked."""

    def __init__(self, seconds: int = SECONDS, memory: int = MEMORY) -> None:
        self._bounds = {"seconds": seconds, "memory": memory}
        self._child: subprocess.Popen[bytes] | None = None

    def run(self, task: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes] | Trouble:
        """The answer to a task; a trouble if the child died of it.

        A child that died of anything but time is replaced and asked once more: what is said of a page
        must not come from the pages before it, or from somebody who ended the child.
        """
        task = {**task, **self._bounds}
        answer = self._ask(task, data)
        if isinstance(answer, int) and answer != signal.SIGXCPU:
            answer = self._ask(task, data)
        return self._explain(answer) if isinstance(answer, int) else answer

    def close(self) -> None:
        """End the child, whatever it does."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()

    def _ask(self, task: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes] | int:
        """The answer; or the signal that ended the child, or less than 0: its exit status."""
        child = self._child = self._child or _start()
        assert child.stdin
        assert child.stdout
        answer = None
        try:
            with contextlib.suppress(BrokenPipeError):
                _send(child.stdin, task, data)
                if not _wait(child.stdout):
                    return signal.SIGXCPU
                answer = _receive(child.stdout)
            return answer or -child.wait(_LONGEST_WAIT)
        finally:
            if answer is None:
                self.close()

    def _explain(self, ended: int) -> Trouble:
        if ended == signal.SIGXCPU:
            return Trouble("too-slow", f"takes more than {self._bounds['seconds']} s to read")
        if ended in (-_NO_MEMORY, signal.SIGKILL, signal.SIGABRT):
            return Trouble("too-large", f"needs more than {self._bounds['memory'] // 2**20} MB to be read")
        how = f"signal {ended}" if ended > 0 else f"status {-ended}"
        return Trouble("crash", f"its parser ended with {how}")


GUARD = Guard()
atexit.register(GUARD.close)


def _start() -> subprocess.Popen[bytes]:
    """A child that finds modules where we do, and none in the folder that we happen to be in."""
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-P", "-c", _SERVE, *sys.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _wait(stream: IO[bytes]) -> bool:
    """Whether there is something to read, or the end, before the longest wait is over."""
    ready = select.poll()  # select(2) takes no descriptors above 1023
    ready.register(stream, select.POLLIN)
    return bool(ready.poll(_LONGEST_WAIT * 1000))


def _send(stream: IO[bytes], task: dict[str, Any], data: bytes) -> None:
    head = json.dumps(task).encode()
    stream.write(_LENGTHS.pack(len(head), len(data)) + head)
    stream.write(data)
    stream.flush()


def _receive(stream: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """The next message; null: the other side ended before it had sent it all."""
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    sizes = _LENGTHS.unpack(lengths)
    head, data = (stream.read(size) for size in sizes)
    return (json.loads(head), data) if (len(head), len(data)) == sizes else None


def serve() -> None:
    """The child: answers until its parent is gone."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # they are meant for the parent, which then ends us
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)  # a library that prints must not answer
    _limit(resource.RLIMIT_CORE, 0)
    try:
        while (message := _receive(requests)) is not None:
            task, data = message
            prepare(task["extractor"])
            _limit(resource.RLIMIT_AS, _held() + task["memory"])
            used = resource.getrusage(resource.RUSAGE_SELF)
            _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + task["seconds"] + 1)
            _send(answers, *_answer(task, data))
            _limit(resource.RLIMIT_AS, resource.RLIM_INFINITY)
    except MemoryError:
        os._exit(_NO_MEMORY)


def _limit(what: int, most: int) -> None:
    """Set a bound, within the one that this process can't change."""
    hard = resource.getrlimit(what)[1]
    limits = [limit for limit in (most, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(what, (min(limits, default=resource.RLIM_INFINITY), hard))


def _held() -> int:
    """Bytes of address space of this process."""
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def _answer(task: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        page = read_page(data, task["declared"], task["extractor"])
    except MemoryError:
        raise
    except Exception as error:  # of libraries that have met what they don't expect
        page = Trouble("crash", f"its parser failed: {type(error).__name__}: {error}")
    if isinstance(page, Trouble):
        return {"trouble": list(page)}, b""
    return page._replace(text="")._asdict(), page.text.encode("utf-8", "replace")

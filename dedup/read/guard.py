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

from dedup.read.page import read_page
from dedup.read.rows import Trouble

SECONDS = 10  # of processor time for one page
LONGEST_WAIT = 120  # seconds on the clock, if the process sleeps
MEMORY = 1024 * 2**20  # bytes of address space
_LENGTHS = struct.Struct("<QQ")
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


class Guard:
    """The one child of this process. ``run`` asks it; it starts when it is first asked."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def run(self, task: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes] | Trouble:
        """The answer to a task; a trouble if the child was killed or gave up."""
        if self._child is None:
            self._child = _start()
        child = self._child
        assert child.stdin
        assert child.stdout
        try:
            _send(child.stdin, task, data)
            if select.select([child.stdout], [], [], LONGEST_WAIT)[0]:
                answer = _receive(child.stdout)
                if answer is not None:
                    return answer
        except OSError:
            pass
        return _explain(self.close())

    def close(self) -> int | None:
        """Kill the child; gives the signal that ended it before that, if one did."""
        child, self._child = self._child, None
        if child is None:
            return None
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(0.2)
        ended = child.returncode
        child.kill()
        child.communicate()
        return -ended if ended is not None and ended < 0 else ended


GUARD = Guard()
atexit.register(GUARD.close)


def _explain(ended: int | None) -> Trouble:
    if ended in (signal.SIGXCPU, None):
        return Trouble("too-slow", f"takes more than {SECONDS} s to read")
    if ended in (signal.SIGKILL, signal.SIGABRT, 1):
        return Trouble("too-large", f"needs more than {MEMORY // 2**20} MB to be read")
    return Trouble("crash", f"its parser ended with signal {ended}")


def _start() -> subprocess.Popen[bytes]:
    code = "from dedup.read.guard import serve; serve()"
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )


def _send(stream: IO[bytes], task: dict[str, Any], data: bytes) -> None:
    head = json.dumps(task).encode()
    stream.write(_LENGTHS.pack(len(head), len(data)) + head)
    stream.write(data)
    stream.flush()


def _receive(stream: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    lengths = stream.read(_LENGTHS.size)
    if len(lengths) < _LENGTHS.size:
        return None
    head, data = (stream.read(length) for length in _LENGTHS.unpack(lengths))
    return json.loads(head), data


def serve() -> None:
    """The child: answers until its parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not answer
    while (task := _receive(requests)) is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime) + SECONDS + 1
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
        try:
            _send(answers, *_answer(*task))
        except MemoryError:
            os._exit(1)


def _answer(task: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    page = read_page(data, task["declared"], task["extractor"])
    if isinstance(page, Trouble):
        return {"trouble": list(page)}, b""
    return page._replace(text="")._asdict(), page.text.encode("utf-8", "replace")

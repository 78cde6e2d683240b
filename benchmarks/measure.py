"""Run one command and say what it took: time, and memory of its whole tree of processes.

Memory is read from ``/proc`` every twentieth of a second, so that a shorter peak can be missed.
RSS counts a page that processes share once for each of them, PSS shares it out among them: of a
tree of processes PSS is what the machine has to have, and RSS what most tools show.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_INTERVAL = 0.05
_SHARE = 20  # a look at memory stops the looked-at for a moment: at most 1/20 of the time goes into it
_GRACE = 2.0  # seconds that processes have to end after the one that began them
_FIELDS = (b"Rss:", b"Pss:")
_SET_CHILD_SUBREAPER = 36  # of linux/prctl.h


class Measurement(NamedTuple):
    """What a command took.

    seconds          wall time
    cpu_seconds      user and system time of all of the tree, those whose parents ended first included
    peak_rss         bytes, the greatest sum over the tree
    peak_pss         bytes, likewise
    status           exit status; negative: the signal that ended it
    stopped          why it was killed: "timeout" or "memory"; None: it ended by itself
    """

    seconds: float
    cpu_seconds: float
    peak_rss: int
    peak_pss: int
    status: int
    stopped: str | None

    @property
    def ok(self) -> bool:
        return self.status == 0 and self.stopped is None


def measure(
    command: Sequence[str | Path],
    log: Path,
    *,
    timeout: float | None = None,
    most_memory: int | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Measurement:
    """Run a command to its end, its output into the file ``log``.

    It may write Python's byte code, whatever this process may: a second run then needn't compile.

    timeout       seconds after which its whole tree is killed
    most_memory   bytes of PSS beyond which it is
    environment   variables to set beside those of this process
    folder        where to run it

    Raises FileNotFoundError if there is no such command.
    """
    _adopt_orphans()
    with log.open("wb") as output:
        began = time.perf_counter()
        child = subprocess.Popen(  # noqa: S603
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=_make_environment(environment or {}),
            cwd=folder,
            start_new_session=True,
        )
    tree = _Tree(child.pid)
    try:
        stopped = _watch(tree, began, timeout, most_memory)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
        orphans = tree.wait(_GRACE)
    finally:
        tree.kill()  # what it left behind, and all of it if we are interrupted
        killed = tree.reap()
        child.returncode = 0  # it was waited for; Popen needn't
    cpu_seconds = usage.ru_utime + usage.ru_stime + orphans + killed
    status = os.waitstatus_to_exitcode(status)
    return Measurement(seconds, cpu_seconds, tree.peak_rss, tree.peak_pss, status, stopped)


class _Tree:
    """A process and its descendants, with those whose parents have ended."""

    def __init__(self, root: int) -> None:
        self.root = root
        self._known = {root: _began(root)}
        self.peak_rss = self.peak_pss = 0

    def look(self) -> int:
        """Measure once; bytes of PSS."""
        pids = set(self._living())
        for pid in tuple(pids):
            pids.update(_descendants(pid))
        for pid in pids - self._known.keys():
            self._known[pid] = _began(pid)
        sizes = [_memory(pid) for pid in pids]
        pss = sum(size for _, size in sizes)
        self.peak_rss = max(self.peak_rss, sum(size for size, _ in sizes))
        self.peak_pss = max(self.peak_pss, pss)
        return pss

    def kill(self) -> None:
        """End all that is left."""
        with suppress(ProcessLookupError):
            os.killpg(self.root, signal.SIGKILL)
        for pid in self._living():  # those that went into sessions of their own
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def wait(self, grace: float) -> float:
        """Wait for orphans to end, at most ``grace`` seconds; their CPU seconds."""
        taken, end = 0.0, time.monotonic() + grace
        with suppress(ChildProcessError):  # none is left
            while time.monotonic() < end:
                pid, _, usage = os.wait4(-self.root, os.WNOHANG)
                taken += usage.ru_utime + usage.ru_stime
                if not pid:
                    time.sleep(0.01)
        return taken

    def reap(self) -> float:
        """Wait for all that was killed and is ours to wait for; their CPU seconds."""
        taken = 0.0
        for pid in (-self.root, *self._known):
            with suppress(ChildProcessError):
                while True:
                    _, _, usage = os.wait4(pid, 0)
                    taken += usage.ru_utime + usage.ru_stime
        return taken

    def _living(self) -> Iterator[int]:
        """Those of the tree that still run: numbers are given anew to others in time."""
        return (pid for pid, began in tuple(self._known.items()) if began and _began(pid) == began)


def _make_environment(more: Mapping[str, str]) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**own, **more}


def _adopt_orphans() -> None:
    """Become the parent of descendants whose own parents end, so that their CPU time can be had."""
    if ctypes.CDLL(None, use_errno=True).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "can't adopt orphans")


def _watch(tree: _Tree, began: float, timeout: float | None, most_memory: int | None) -> str | None:
    """Measure until the root ends; why it was killed, if it was."""
    end = select.poll()
    root = os.pidfd_open(tree.root)
    try:
        end.register(root, select.POLLIN)
        pause = 0.0
        while not end.poll(pause * 1000):
            looked = time.perf_counter()
            pss = tree.look()
            now = time.perf_counter()
            pause = max(_INTERVAL, _SHARE * (now - looked))
            over_time = timeout is not None and now - began > timeout
            if over_time or (most_memory is not None and pss > most_memory):
                tree.kill()
                return "timeout" if over_time else "memory"
            if timeout is not None:
                pause = min(pause, max(0.0, began + timeout - now) + 0.001)
        return None
    finally:
        os.close(root)


def _descendants(pid: int) -> Iterator[int]:
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                for child in map(int, (task / "children").read_bytes().split()):
                    yield child
                    yield from _descendants(child)


def _memory(pid: int) -> tuple[int, int]:
    """RSS and PSS of a process in bytes; 0 if it has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_bytes().splitlines()
    except OSError:
        return 0, 0
    sizes = {line.split()[0]: int(line.split()[1]) * 1024 for line in lines if line.startswith(_FIELDS)}
    return sizes.get(b"Rss:", 0), sizes.get(b"Pss:", 0)


def _began(pid: int) -> bytes:
    """When a process began, in ticks since the machine did; empty if it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return b""
    return b"" if fields[0] in b"ZX" else fields[19]

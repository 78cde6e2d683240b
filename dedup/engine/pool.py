"""A pool of processes that runs tasks in order, with a bounded number under way.

One worker means this process. Workers come from a fork server, so that no process with
threads is ever forked, and what they need is loaded once. A worker that dies ends the run
with one line.

Every worker holds the reading end of a pipe, its lifeline, whose other end this process alone
has. When that closes, because the pool gave up or because this process was killed, the worker
ends in the middle of what it does; and the fork server ends when nobody needs it any more.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from dedup.errors import DedupError

Task = TypeVar("Task")
Result = TypeVar("Result")

_OF_MAIN = ("__file__", "__spec__")  # how a new process would find the main script
_OF_PATH = ("PYTHONSAFEPATH", "PYTHONPATH")  # what tells a new process where modules are
AHEAD = 2  # tasks a worker that are given out before the first result is asked for
_TRIM = getattr(ctypes.CDLL(None), "malloc_trim", None)  # of glibc
_GRACE = 0.3  # seconds in which a signal to all processes reaches this one, too


def start_server(workers: int, spun: bool = True) -> None:
    """Let the fork server load what workers need, while this process loads what it needs itself.

    ``spun``: they search for spun text.
    """
    if workers > 1:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["dedup.engine.warm", "dedup.engine.warm_spun"][: 1 + spun])
        with _same_path(), _without_main():
            resource_tracker.ensure_running()  # it would unblock the signal
            with _interrupts_blocked():
                forkserver.ensure_running()


class Pool:
    """Runs functions over tasks; use as a context manager.

    ``guard``: a file that workers hold a shared lock on for as long as they live.
    """

    def __init__(self, workers: int, guard: Path | None = None, spun: bool = True) -> None:
        self._workers = workers
        self._guard = guard
        self._executor: ProcessPoolExecutor | None = None
        self._lifelines: tuple[Connection, ...] = ()
        start_server(workers, spun)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, exception: object, *details: object) -> None:
        if exception is not None:  # nobody waits for what is under way
            self._cut_lifelines()
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)
        self._cut_lifelines()

    def _cut_lifelines(self) -> None:
        for end in self._lifelines:
            end.close()

    def map(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """Results in the order of the tasks."""
        if self._workers == 1:
            yield from (_do(function, task) for task in tasks)
            return
        under_way: deque[Callable[[], Result]] = deque()
        for task in tasks:
            under_way.append(self.begin(function, task))
            if len(under_way) > AHEAD * self._workers:
                yield under_way.popleft()()
        while under_way:
            yield under_way.popleft()()

    def begin(self, function: Callable[[Task], Result], task: Task) -> Callable[[], Result]:
        """Begin a task; gives what waits for its result. One worker does it then."""
        if self._workers == 1:
            return lambda: _do(function, task)
        with _deaths_told():
            future = self._submit(function, task)

        def wait() -> Result:
            with _deaths_told():
                return future.result()

        return wait

    def _submit(self, function: Callable[[Task], Result], task: Task) -> Future[Result]:
        with _same_path(), _without_main():
            if self._executor is None:
                context = multiprocessing.get_context("forkserver")
                self._lifelines = context.Pipe(duplex=False)
                self._executor = ProcessPoolExecutor(
                    self._workers, context, initializer=_begin, initargs=(self._lifelines[0], self._guard)
                )
            return self._executor.submit(_do, function, task)


def _do(function: Callable[[Task], Result], task: Task) -> Result:
    """Run a task, then give back the memory that it freed."""
    try:
        return function(task)
    finally:
        _give_back()


def _give_back() -> None:
    """Let the system have what was freed here; otherwise Arrow and glibc keep it for later."""
    import pyarrow as pa  # here, so that the server of workers starts before this process loads it

    pa.default_memory_pool().release_unused()
    if _TRIM is not None:
        _TRIM(0)


def _begin(lifeline: Connection, guard: Path | None) -> None:
    """Set up a worker. Ctrl-C is the main process's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if guard is not None:
        handle = os.open(guard, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)  # open until the process ends
        fcntl.flock(handle, fcntl.LOCK_SH)
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()
    if lifeline.poll():
        os._exit(1)


def _end_with(lifeline: Connection) -> None:
    with contextlib.suppress(EOFError, OSError):
        lifeline.recv_bytes()
    os._exit(1)


@contextlib.contextmanager
def _deaths_told() -> Iterator[None]:
    """Raise DedupError if a worker died."""
    try:
        yield
    except BrokenProcessPool as error:
        time.sleep(_GRACE)
        raise DedupError(
            "a worker process died, perhaps for want of memory; "
            "the same command goes on from what is finished (see --max-memory, --jobs)"
        ) from error


@contextlib.contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """What is started here never sees Ctrl-C; this process sees it a little later."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """Keep new workers from running the main script again; they need nothing of it."""
    main = sys.modules["__main__"]
    kept: dict[str, Any] = {name: main.__dict__[name] for name in _OF_MAIN if name in main.__dict__}
    for name in kept:
        main.__dict__[name] = None
    try:
        yield
    finally:
        main.__dict__.update(kept)


@contextlib.contextmanager
def _same_path() -> Iterator[None]:
    """Let new processes look for modules where this one does, and not first in the working directory.

    There a folder "dedup", or a file of the name of any module, would be taken for what it is not.
    """
    before = {name: os.environ.get(name) for name in _OF_PATH}
    os.environ["PYTHONSAFEPATH"] = "1"
    os.environ["PYTHONPATH"] = os.pathsep.join(os.path.abspath(place) for place in sys.path)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value

"""A pool of processes that runs tasks in order, with a bounded number under way.

One worker means this process. Workers come from a fork server, so that no process with
threads is ever forked, and what they need is loaded once. A worker that dies ends the run
with one line.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import forkserver
from typing import Any, TypeVar

from dedup.errors import DedupError

Task = TypeVar("Task")
Result = TypeVar("Result")

_OF_MAIN = ("__file__", "__spec__")  # how a new process would find the main script
AHEAD = 2  # tasks a worker that are given out before the first result is asked for


def start_server(workers: int) -> None:
    """Let the fork server load what workers need, while this process loads what it needs itself."""
    if workers > 1:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["dedup.engine.warm"])
        with _without_main():
            forkserver.ensure_running()


class Pool:
    """Runs functions over tasks; use as a context manager."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._executor: ProcessPoolExecutor | None = None
        start_server(workers)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)

    def map(self, function: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """Results in the order of the tasks."""
        if self._workers == 1:
            yield from map(function, tasks)
            return
        under_way: deque[Future[Result]] = deque()
        try:
            for task in tasks:
                under_way.append(self._submit(function, task))
                if len(under_way) > AHEAD * self._workers:
                    yield under_way.popleft().result()
            while under_way:
                yield under_way.popleft().result()
        except BrokenProcessPool as error:
            raise DedupError(
                "a worker process died, perhaps for want of memory; "
                "the same command goes on from what is finished (see --max-memory, --jobs)"
            ) from error

    def _submit(self, function: Callable[[Task], Result], task: Task) -> Future[Result]:
        with _without_main():
            if self._executor is None:
                context = multiprocessing.get_context("forkserver")
                self._executor = ProcessPoolExecutor(self._workers, context, initializer=_ignore_interrupt)
            return self._executor.submit(function, task)


def _ignore_interrupt() -> None:
    """Ctrl-C is the main process's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


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

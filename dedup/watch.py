"""Seconds by step, and memory, of a run."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager

from dedup.memory import MemoryWatch


class Watch:
    """Seconds by step, and memory, of a run; use as a context manager."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._begin = time.monotonic()
        self._steps: list[str] = []  # the innermost last
        self._since = self._begin
        self._memory = MemoryWatch()

    def __enter__(self) -> Watch:
        self._memory.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._memory.__exit__(*exception)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step; what passes in a step within it counts for that one alone."""
        self._charge()
        self._steps.append(name)
        yield
        self._charge()
        self._steps.pop()

    def _charge(self) -> None:
        now = time.monotonic()
        for name in self._steps[-1:]:
            self.seconds[name] = round(self.seconds.get(name, 0.0) + now - self._since, 3)
        self._since = now

    def seconds_and_total(self) -> dict[str, float]:
        """Seconds by step, and of all that was watched as ``total``."""
        return {**self.seconds, "total": round(time.monotonic() - self._begin, 3)}

    def peak_bytes(self, workers: int) -> int:
        """The most memory that all processes took together; ``workers``: the sum of what workers took.

        Where the system doesn't tell that, the sum of what each took, shared pages and all.
        """
        self._memory.look()
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return self._memory.peak_bytes or own + workers

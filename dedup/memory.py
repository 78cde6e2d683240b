"""What memory is free, and the peak of a process and of all that it started, each page counted once.

The proportional set size (PSS) of a process counts a page that n processes share as one
n-th; so the sum over a tree of processes is what the tree takes. Linux tells it.
"""

from __future__ import annotations

import os
import re
import threading
import time
from pathlib import Path

_PROC = Path("/proc")
_PSS = re.compile(rb"^Pss:\s+(\d+) kB", re.MULTILINE)

_AVAILABLE = re.compile(rb"^MemAvailable:\s+(\d+) kB", re.MULTILINE)
_GROUPS = Path("/sys/fs/cgroup")
_GROUP = re.compile(rb"^0::(.*)$", re.MULTILINE)  # of version 2
_CACHED = re.compile(rb"^inactive_file (\d+)", re.MULTILINE)

_INTERVAL = 0.25  # seconds between two looks at least
_SHARE = 0.01  # of a processor's time that looking may take: big processes are looked at less often


class MemoryWatch:
    """Looks at this process and its descendants while it is open; use as a context manager."""

    def __init__(self) -> None:
        self._peak = 0
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory", daemon=True)

    def __enter__(self) -> MemoryWatch:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._closing.set()
        self._thread.join()

    @property
    def peak_bytes(self) -> int:
        """The most that was seen so far, in bytes; 0 where the system doesn't tell."""
        return self._peak

    def look(self) -> None:
        """Take the present memory into account."""
        self._peak = max(self._peak, tree_bytes(os.getpid()))

    def _watch(self) -> None:
        pause = 0.0
        while not self._closing.wait(pause):
            before = time.thread_time()
            self.look()
            pause = max(_INTERVAL, (time.thread_time() - before) / _SHARE)


def tree_bytes(process: int) -> int:
    """PSS of a process and its descendants, in bytes; 0 where the system doesn't tell."""
    return sum(map(_pss, _tree(process)))


def free_bytes(otherwise: int) -> int:
    """Memory that new processes can have: of the machine, or of the control groups that we run in.

    ``otherwise``: what to say where the system tells neither.
    """
    found = _AVAILABLE.search(_content(_PROC / "meminfo"))
    free = [int(found[1]) * 1024] if found else []
    group = _GROUP.search(_content(_PROC / "self" / "cgroup"))
    if group is not None:
        place = _GROUPS / os.fsdecode(group[1]).lstrip("/")
        free += [_free_in(folder) for folder in (place, *place.parents) if _is_limited(folder)]
    return max(0, min(free, default=otherwise))


def _is_limited(group: Path) -> bool:
    return _content(group / "memory.max").strip().isdigit()


def _free_in(group: Path) -> int:
    """What is left of a group's limit; cached files make room when it is asked for."""
    cached = _CACHED.search(_content(group / "memory.stat"))
    used = int(_content(group / "memory.current") or 0) - (int(cached[1]) if cached else 0)
    return int(_content(group / "memory.max")) - used


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _tree(root: int) -> list[int]:
    """The process and its descendants."""
    children: dict[int, list[int]] = {}
    for name in _names():
        children.setdefault(_parent(name), []).append(int(name))
    found = [root]
    for process in found:  # grows as it goes
        found += children.get(process, ())
    return found


def _names() -> list[str]:
    try:
        return [name for name in os.listdir(_PROC) if name.isdecimal()]
    except OSError:
        return []


def _parent(name: str) -> int:
    """The parent of a process; 0 if it is gone."""
    try:
        stat = (_PROC / name / "stat").read_bytes()
    except OSError:
        return 0
    return int(stat[stat.rfind(b")") + 1 :].split()[1])  # a command's name may hold anything


def _pss(process: int) -> int:
    """PSS in bytes; 0 if the process is gone, or may not be looked at."""
    try:
        found = _PSS.search((_PROC / str(process) / "smaps_rollup").read_bytes())
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0

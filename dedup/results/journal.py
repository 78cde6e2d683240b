"""Several files changed as one: as before or as after, wherever a process dies.

What is new lies in a folder of its own until the journal is written, in one step. From then on the change
holds: whoever opens RESULTS first does what is left of it. Each step may be done again.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path, PurePath
from typing import Any

from dedup.errors import DedupError

STAGED = ".extension"
_JOURNAL = ".extension.json"


def stage(home: Path) -> Path:
    """An empty folder for the new files of RESULTS, each by its path below RESULTS."""
    folder = home / STAGED
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def commit(home: Path, removed: Sequence[str]) -> None:
    """Let the staged files take their places, and remove others, by their paths below RESULTS."""
    folder = home / STAGED
    moved = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*")) if path.is_file()]
    for name in moved:
        _sync(folder / name)
    unfinished = home / f"{_JOURNAL}.{os.getpid()}"
    unfinished.write_text(json.dumps({"moved": moved, "removed": list(removed)}), "utf-8")
    _sync(unfinished)
    unfinished.replace(home / _JOURNAL)
    _sync(home)
    finish(home)


def finish(home: Path) -> None:
    """Do what is left of a change that holds. ``DedupError``: RESULTS can't be written."""
    try:
        journal = json.loads((home / _JOURNAL).read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return
    except (OSError, ValueError) as error:
        raise DedupError(f"{home / _JOURNAL} can't be read: {error}") from None
    moved, removed = _names(home, journal, "moved"), _names(home, journal, "removed")
    try:
        for name in moved:
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            with suppress(FileNotFoundError):  # it has its place
                (home / STAGED / name).replace(home / name)
        for name in removed:
            (home / name).unlink(missing_ok=True)
        _sync(home)
        (home / _JOURNAL).unlink(missing_ok=True)
        shutil.rmtree(home / STAGED, ignore_errors=True)
    except OSError as error:
        raise DedupError(f"{home} was extended, which can't be finished: {error.strerror}") from None


def _names(home: Path, journal: Any, what: str) -> list[str]:
    """Paths below RESULTS. What a stranger's RESULTS name elsewhere is no business of theirs."""
    names = journal.get(what) if isinstance(journal, dict) else None
    if not isinstance(names, list) or not all(isinstance(name, str) and _is_below(name) for name in names):
        raise DedupError(f"{home / _JOURNAL} can't be read: {what} is no list of paths below RESULTS")
    return names


def _is_below(name: str) -> bool:
    path = PurePath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and "\0" not in name


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

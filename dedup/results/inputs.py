"""Whether a file that would be written is an input of a scan, or lies among them."""

from __future__ import annotations

import itertools
import os
import re
from contextlib import suppress
from pathlib import Path

from dedup.results.opened import Results

_NUMBER = re.compile(r"^\d+/")  # of a path that was given, before names that clash
_LOOKED_AT = 100  # inputs by which a folder is known


def is_input(results: Results, real: Path) -> bool:
    """Whether a file was scanned: it has the size and the time of one that was, or lies where one did."""
    snapshot = results.run.get("snapshot") or {}
    status = real.stat() if real.exists() else real.lstat()
    if [status.st_size, status.st_mtime_ns] in [list(known) for known in snapshot.values()]:
        return True
    for number, given in enumerate(_given(results), 1):
        place = Path(given).resolve()
        if place == real.resolve():
            return True
        if place in real.parents:
            shown = str(real.relative_to(place))
            if any(name in snapshot for name in (shown, f"{number}/{shown}")):
                return True
    return False


def scanned_folder(results: Results, path: Path) -> Path | None:
    """The folder that was scanned in which a file lies; None: none whose inputs are still as they were.

    It is known by its inputs, for its path may have been given in another working directory.
    """
    named = {os.path.basename(given) for given in _given(results)}  # files, which stand for no folder
    known = itertools.islice((results.run.get("snapshot") or {}).items(), _LOOKED_AT)
    inputs = [(_NUMBER.sub("", name), list(state)) for name, state in known if name not in named]
    for folder in path.resolve().parents:
        for name, state in inputs:
            with suppress(OSError, ValueError):
                status = (folder / name).stat()
                if [status.st_size, status.st_mtime_ns] == state:
                    return folder
    return None


def _given(results: Results) -> list[str]:
    """The paths that were scanned, as they were given."""
    inputs = results.run.get("inputs")
    return [str(path) for path in inputs.get("paths", [])] if isinstance(inputs, dict) else []

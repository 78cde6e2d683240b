"""Compiled kernels, kept by numba beside the modules, go when any source of the package has changed.

numba compiles a kernel anew when its own module has changed, but not when that of a kernel which it calls
has, whose code it holds: after an update, of which pip leaves such files behind, it would run the old one.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_MARK = "kernels"  # in the package's ``__pycache__``: what the kernels beside the modules were compiled from
_CACHE = "__pycache__"
_KERNELS = "*.nb[ic]"  # numba's index of a kernel's versions, and each of these


def drop_stale(package: str | os.PathLike[str]) -> None:
    """Remove compiled kernels from a folder of modules unless all its sources are those of the last call.

    Sources count as unchanged by size and time, else by what they hold. Where nothing may be written
    nothing is done: numba keeps no kernels there either.
    """
    home = Path(package)
    mark = home / _CACHE / _MARK
    with suppress(OSError):
        sources = sorted(_sources(str(home)))
        seen = hashlib.sha256(repr(sources).encode()).hexdigest()
        known = mark.read_text("ascii").split() if mark.exists() else []
        if known[:1] == [seen]:
            return
        held = hashlib.sha256()
        for path, _, _ in sources:
            data = Path(path).read_bytes()
            held.update(f"{os.path.relpath(path, home)} {len(data)} ".encode() + data)
        if known[1:] != [held.hexdigest()]:
            for kernel in home.rglob(_KERNELS):
                kernel.unlink(missing_ok=True)
        mark.parent.mkdir(exist_ok=True)
        unfinished = mark.with_name(f"{_MARK}.{os.getpid()}")
        unfinished.write_text(f"{seen}\n{held.hexdigest()}\n", "ascii")
        unfinished.replace(mark)


def _sources(folder: str) -> Iterator[tuple[str, int, int]]:
    """The modules below a folder, with their sizes and times."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                status = entry.stat()
                yield entry.path, status.st_size, status.st_mtime_ns
            elif entry.name != _CACHE and entry.is_dir(follow_symlinks=False):
                yield from _sources(entry.path)

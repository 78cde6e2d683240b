"""Tables that take long to build, kept between runs in the user's cache folder.

They are kept as plain numbers and characters, under a name that holds a digest of all they
were built from; a file that is missing, damaged or can't be written costs time and no more.
"""

from __future__ import annotations

import functools
import hashlib
import io
import os
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Arrays = tuple[NDArray[Any], ...]


def stored(name: str, made_from: object, build: Callable[[], Sequence[NDArray[Any]]]) -> Arrays:
    """The arrays that ``build`` makes, from the cache folder if they are there.

    made_from  all that decides them: its ``repr`` must differ where they would
    """
    digest = hashlib.sha256(repr(made_from).encode()).hexdigest()
    try:
        path = _folder() / f"{name}-{digest[:24]}.npz"
    except RuntimeError:  # no home folder
        return tuple(build())
    try:
        with path.open("rb") as handle, np.load(handle, allow_pickle=False) as file:
            return tuple(file[f"arr_{number}"] for number in range(len(file.files)))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        arrays = tuple(build())
        _keep(path, arrays)
        return arrays


def save_array(path: Path, array: NDArray[Any]) -> None:
    """Write an array to a file of NumPy's; the file appears whole or not at all. OSError if it can't be."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    whole = io.BytesIO()
    np.save(whole, array, allow_pickle=False)
    unfinished.write_bytes(whole.getvalue())  # which says so if the disk is full; NumPy doesn't
    unfinished.replace(path)


def load_array(path: str) -> NDArray[Any]:
    """An array that ``save_array`` wrote, loaded once a process for as long as the file is the same."""
    status = os.stat(path)
    return _load_array(path, status.st_ino, status.st_mtime_ns)


@functools.lru_cache(maxsize=2)
def _load_array(path: str, inode: int, modified_ns: int) -> NDArray[Any]:
    array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    return array


def digest_of(*data: bytes) -> str:
    """A digest that differs where the data do."""
    whole = hashlib.sha256()
    for one in data:
        whole.update(len(one).to_bytes(8, "little") + one)
    return whole.hexdigest()


def _folder() -> Path:
    """``$XDG_CACHE_HOME/dedup``, or ``~/.cache/dedup``; RuntimeError if there is no home."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(given) if os.path.isabs(given) else Path.home() / ".cache") / "dedup"


def _keep(path: Path, arrays: Arrays) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(file, *arrays)
            os.replace(unfinished, path)
        except OSError:
            os.unlink(unfinished)
    except OSError:
        pass  # it will be built again

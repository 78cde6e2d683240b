"""Inputs that are not named one by one: standard input, and lists of paths."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from dedup.errors import UsageError
from dedup.read.opening import CHUNK

STDIN = "-"  # the path that stands for it
NAME = "stdin"  # under which it is shown
_FOLDER = "dedup-"  # how the folder begins in which its copy lies


@contextmanager
def kept_on_disk(paths: Sequence[str], stream: IO[bytes]) -> Iterator[list[str]]:
    """The paths, with a copy of the stream on disk in place of ``-``, which goes away afterwards.

    Its time is made of its content, so that a scan of the same content goes on or is up to date.
    """
    if STDIN not in paths:
        yield list(paths)
        return
    with tempfile.TemporaryDirectory(prefix=_FOLDER) as folder:
        copy = Path(folder) / NAME
        digest = hashlib.sha256()
        with copy.open("wb") as file:
            while piece := stream.read(CHUNK):
                digest.update(piece)
                file.write(piece)
        time = int.from_bytes(digest.digest()[:7], "little")
        os.utime(copy, ns=(time, time))
        yield [str(copy) if path == STDIN else path for path in paths]


def was_standard_input(path: str) -> bool:
    """Whether a path is that of such a copy, which is gone."""
    place = Path(path)
    return place.name == NAME and place.parent.name.startswith(_FOLDER) and not place.exists()


def read_list(path: str, stream: IO[bytes]) -> list[bytes]:
    """The paths that a file lists, or standard input (``-``): a line each, or NUL after each.

    ``UsageError``: it can't be read.
    """
    try:
        data = stream.read() if path == STDIN else Path(path).read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    names = data.split(b"\0") if b"\0" in data else data.splitlines()
    return [name for name in names if name]

"""Where inputs and RESULTS lie: in folders of this machine, or at URLs that a cluster's Hadoop knows.

What a scan asks of a folder is what ``pathlib.Path`` answers; ``UrlFolder`` says which part of it one at
a URL answers, too. Their errors are ``OSError``.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Protocol, Self, TypeAlias, TypeVar

from dedup.errors import UsageError

RUN_FILE = "run.json"  # the report of a scan, in finished RESULTS
WORK = ".work"  # the folder for work in progress, in RESULTS
NOTE = "identity.json"  # says in that folder what the work is for

_URL = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://")
_NO_HOST = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*):/(?!/)")


def is_url(path: str | bytes | os.PathLike[str]) -> bool:
    """Whether a path, as a user gives it, is a URL."""
    return _URL.match(os.fsencode(path)) is not None


def spelt(url: str) -> str:
    """A URL as Java spells it, as it is spelt here: with two slashes even if no host follows."""
    return _NO_HOST.sub(r"\1:///", url, count=1)


def refuse_url(path: str | os.PathLike[str]) -> None:
    """``UsageError`` if a path is a URL, where only this machine's files are read and written."""
    if is_url(path):
        raise url_refused(str(path))


def url_refused(url: str) -> UsageError:
    """What to do with a URL where only this machine's files are read and written."""
    return UsageError(
        f"{url} is a URL, as only PATH and RESULTS of scan --engine spark may be; "
        "name a place of this machine (hadoop fs -get and -put copy)"
    )


class Status(NamedTuple):
    """Named as by ``os.stat``: the size in bytes, the time of the last change in nanoseconds since 1970."""

    st_size: int
    st_mtime_ns: int


class Entry(NamedTuple):
    """What lies at a URL."""

    url: str
    name: str
    is_directory: bool
    status: Status


class UrlFolder(Protocol):
    """A folder, or a file, at a URL."""

    @property
    def name(self) -> str: ...

    @property
    def suffix(self) -> str: ...

    @property
    def parent(self) -> Self: ...

    def __truediv__(self, name: str, /) -> Self: ...

    def __lt__(self, other: Self, /) -> bool: ...

    def exists(self) -> bool: ...

    def is_dir(self) -> bool: ...

    def is_file(self) -> bool: ...

    def stat(self) -> Status: ...

    def iterdir(self) -> Iterator[Self]: ...

    def glob(self, pattern: str, /) -> Iterator[Self]: ...

    def mkdir(self, *, parents: bool, exist_ok: bool = False) -> None: ...

    def rmdir(self) -> None: ...

    def unlink(self, missing_ok: bool = False) -> None: ...

    def replace(self, target: Self, /) -> Self: ...

    def read_text(self, encoding: str) -> str: ...

    def write_text(self, data: str, encoding: str) -> int: ...

    def write_bytes(self, data: bytes) -> int: ...

    def create(self, text: str) -> None:
        """Write a file that isn't there yet; FileExistsError if it is."""

    def remove(self) -> None:
        """Remove it with all that is in it, if it is there."""


Folder: TypeAlias = Path | UrlFolder
AnyFolder = TypeVar("AnyFolder", bound=Folder)


class Cluster(Protocol):
    """What knows URLs. ``largest``: bytes of a file that it reads."""

    @property
    def largest(self) -> int: ...

    def folder(self, url: str) -> UrlFolder: ...

    def look(self, url: str) -> Entry: ...

    def entries(self, url: str) -> Iterable[Entry]:
        """What lies in a folder, in no order."""

    def fetch(self, url: str, path: Path) -> None:
        """Copy a file to this machine."""


def place_of(folder: Folder) -> bytes:
    """Where a folder lies, as ``read.opening.Place`` tells it of an input."""
    return os.path.realpath(os.fsencode(folder)) if isinstance(folder, Path) else os.fsencode(str(folder))


def remove(place: Folder) -> None:
    """Remove a folder with all that is in it, or a file; if there is none, that is fine."""
    if not isinstance(place, Path):
        place.remove()
    elif place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink(missing_ok=True)


def write_whole(place: Folder, text: str) -> None:
    """Write a file under a hidden name, which becomes its own when it is whole."""
    unfinished: Any = place.parent / f".{place.name}.{os.getpid()}"
    unfinished.write_text(text, "utf-8")
    unfinished.replace(place)

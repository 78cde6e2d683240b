"""The files of a scan, found again where they lay: as they were, or an error.

A file counts as the one that was scanned if its size and time are those of the snapshot.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from dedup.errors import DedupError
from dedup.places import is_url
from dedup.read import opening as inputs
from dedup.read.archive import list_members
from dedup.read.files import File
from dedup.read.formats import ZIP, format_of
from dedup.read.snapshot import Snapshot

Roots: TypeAlias = Sequence[Sequence[str]]  # what paths begin with as shown, and where that lies


def find_roots(files: Iterable[File]) -> list[list[str]]:
    """What is to be put in place of the beginnings of paths, to have where they lie."""
    return [list(root) for root in dict.fromkeys(map(_root, files))]


def _root(file: File) -> tuple[str, str]:
    place = os.fsdecode(file.place.path)
    if file.place.member is not None:
        place += file.shown[file.shown.lower().index(ZIP + "/") + len(ZIP) :]
    number, slash, rest = file.shown.partition("/")
    if place.endswith("/" + file.shown):
        return "", place.removesuffix(file.shown)
    if slash and number.isdecimal() and place.endswith("/" + rest):
        return number + slash, place.removesuffix(rest)
    return file.shown, place  # a link, or a name that is no UTF-8


class Scanned:
    """The files of a scan. ``why``: what they are wanted for, in error messages."""

    def __init__(self, roots: Roots, snapshot: Snapshot, why: str = "") -> None:
        self._snapshot = snapshot
        self._why = why
        self._links: dict[str, list[str]] = {}  # of single files
        self._roots: list[tuple[str, str]] = []
        for begins, lies in roots:
            if begins in snapshot:
                self._links.setdefault(begins, []).append(lies)
            else:
                self._roots.append((begins, lies))

    def find(self, path: str) -> File:
        """The file that a path as shown stands for; DedupError if it isn't what was scanned."""
        if path not in self._snapshot:
            raise DedupError(f"RESULTS is damaged: it doesn't say what {path} was like")
        candidates = list(self._candidates(path))
        size, modified_ns = self._snapshot[path]
        format_ = format_of(os.path.basename(path))
        places = [place for candidate in candidates if (place := _locate(os.fsencode(candidate)))]
        for place in places:
            file = File(0, path, place, format_, size, modified_ns, size)
            if _is_same(file):
                return file
        for url in filter(is_url, candidates):
            raise DedupError(f"{path} lies at {url}{self._why}")
        if places:
            raise self.changed(path)
        raise DedupError(
            f"{path} is gone since it was scanned{self._why}; put it back, or scan again with --overwrite"
        )

    def check(self, file: File) -> None:
        """DedupError if a file has changed since it was found."""
        if not _is_same(file):
            raise self.changed(file.shown)

    def changed(self, path: str) -> DedupError:
        """What is said of a file that is another one now."""
        return DedupError(f"{path} has changed since it was scanned{self._why}; scan again with --overwrite")

    def _candidates(self, path: str) -> Iterator[str]:
        yield from self._links.get(path, ())
        yield from (
            lies + path.removeprefix(begins) for begins, lies in self._roots if path.startswith(begins)
        )


def _locate(path: bytes) -> inputs.Place | None:
    """A file, or a member of an archive; null: there is no such."""
    if os.path.lexists(path):
        return inputs.Place(path)
    begin = 0
    while (cut := path.lower().find(ZIP.encode() + b"/", begin)) >= 0:
        begin = cut + len(ZIP)
        if os.path.isfile(path[:begin]):
            number = _members(path[:begin], os.stat(path[:begin]).st_mtime_ns).get(path[begin + 1 :])
            return None if number is None else inputs.Place(path[:begin], number)
    return None


@functools.lru_cache(maxsize=1)
def _members(path: bytes, modified_ns: int) -> dict[bytes, int]:
    """The numbers of the members of an archive, by their names: many of one are asked for in a row."""
    try:
        return {name: number for number, name, _ in list_members(path)}
    except inputs.DamageError:
        return {}


def _is_same(file: File) -> bool:
    try:
        status = os.stat(file.place.path)
    except (OSError, ValueError):
        return False
    return (status.st_size, status.st_mtime_ns) == (file.size, file.modified_ns)

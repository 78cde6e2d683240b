"""What the input files were like, so that a later run can tell whether they have changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple, TypeAlias

from dedup.places import Cluster, Status, is_url
from dedup.read.files import File

Snapshot: TypeAlias = dict[str, list[int]]  # path as shown -> [size in bytes, modified in ns]


class Changes(NamedTuple):
    """Paths as shown, in order."""

    added: list[str]
    removed: list[str]
    changed: list[str]


def snapshot(files: Iterable[File]) -> Snapshot:
    """Sizes and times of the files, as plain JSON values."""
    return {file.shown: [file.size, file.modified_ns] for file in files}


def fingerprint(files: Iterable[File]) -> str:
    """SHA-256 of paths, sizes and times, in hexadecimal. Contents are not looked at."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(b"%s\0%d\0%d\n" % (file.shown.encode(), file.size, file.modified_ns))
    return digest.hexdigest()


def look_again(files: Sequence[File], cluster: Cluster | None = None) -> list[File]:
    """The files as they are now; one that is gone has the size -1. ``cluster`` knows those at URLs."""
    known = _look_there(files, cluster) if cluster else {}
    return [_look(file, known) for file in files]


def _look_there(files: Iterable[File], cluster: Cluster) -> dict[bytes, Status]:
    """What files at URLs are like, a folder of them at a time."""
    # With their slash: a host alone stands for the user's home there.
    folders = {
        file.place.path[: file.place.path.rindex(b"/") + 1] for file in files if is_url(file.place.path)
    }
    known: dict[bytes, Status] = {}
    for folder in folders:
        with suppress(OSError):
            known |= {os.fsencode(entry.url): entry.status for entry in cluster.entries(os.fsdecode(folder))}
    return known


def _look(file: File, known: Mapping[bytes, Status]) -> File:
    status: Status | os.stat_result
    try:
        status = known[file.place.path] if is_url(file.place.path) else os.lstat(file.place.path)
    except (OSError, ValueError, KeyError):
        return file._replace(size=-1)
    if (status.st_size, status.st_mtime_ns) == (file.size, file.modified_ns):
        return file
    return file._replace(size=status.st_size, modified_ns=status.st_mtime_ns)


def compare(before: Snapshot, now: Snapshot) -> Changes:
    """What was added, removed or changed between two snapshots."""
    return Changes(
        added=sorted(now.keys() - before.keys()),
        removed=sorted(before.keys() - now.keys()),
        changed=sorted(path for path in now.keys() & before.keys() if list(now[path]) != list(before[path])),
    )

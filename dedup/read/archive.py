"""Zip archives: which files are in them, under which names."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePosixPath
from zipfile import ZipInfo

from dedup.read.opening import Zip


def list_members(path: bytes) -> list[tuple[int, bytes, ZipInfo]]:
    """The files in a zip archive: number, name, and what is known of them; ``DamageError`` if it is none.

    A later one of the same name is numbered.
    """
    with Zip(path) as archive:
        members = archive.infolist()
    met: Counter[bytes] = Counter()
    files = []
    for number, member in enumerate(members):
        if not member.is_dir():
            name = member.filename.encode("utf-8", "replace")
            met[name] += 1
            files.append((number, name if met[name] == 1 else b"%s#%d" % (name, met[name]), member))
    return files


def leads_out(name: str) -> bool:
    """Whether a member's name leads out of the archive, or is none."""
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name or not path.parts

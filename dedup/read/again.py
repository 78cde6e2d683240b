"""Reading again what was scanned, for RESULTS that keep no texts: the same text, or an error.

A file counts as the one that was scanned if its size and time are those of the snapshot. Records
are found by streaming through the file with the reader that read them, a piece at a time.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple, TypeAlias

import numpy as np

from dedup.errors import DedupError
from dedup.options import Options
from dedup.places import is_url
from dedup.read import opening as inputs
from dedup.read.archive import list_members
from dedup.read.files import File
from dedup.read.formats import ZIP, format_of
from dedup.read.items import Item, plan_items
from dedup.read.reader import read_rows
from dedup.read.snapshot import Snapshot
from dedup.schema import DOCS

Roots: TypeAlias = Sequence[Sequence[str]]  # what paths begin with as shown, and where that lies

_RECORD, _TEXT = (DOCS.column_names.index(name) for name in ("record", "text"))


class Place(NamedTuple):
    """Where an article stands, by ``articles``, and the number of its words."""

    path: str
    record: int | None
    words: int


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


def read_again(places: Sequence[Place], roots: Roots, snapshot: Snapshot, options: Options) -> list[str]:
    """The texts at some places; DedupError if one of them isn't what was scanned.

    ``options`` says in which columns the texts are.
    """
    by_path: dict[str, set[int | None]] = {}
    for place in places:
        by_path.setdefault(place.path, set()).add(place.record)
    texts: dict[tuple[str, int | None], str] = {}
    for path, records in by_path.items():
        file = _find(path, roots, snapshot)
        for record, text in _read_records(file, records, options):
            texts[path, record] = text
        if not _is_same(file):  # it changed while it was read
            raise _changed(path)
    for place in places:
        found = texts.get((place.path, place.record))
        if found is None or _count_words(found) != place.words:
            raise _changed(place.path)
    return [texts[place.path, place.record] for place in places]


def _find(path: str, roots: Roots, snapshot: Snapshot) -> File:
    """The file that a path as shown stands for."""
    if path not in snapshot:
        raise DedupError(f"RESULTS is damaged: it doesn't say what {path} was like")
    candidates = [lies + path.removeprefix(begins) for begins, lies in roots if path.startswith(begins)]
    size, modified_ns = snapshot[path]
    format_ = format_of(os.path.basename(path))
    places = [place for candidate in candidates if (place := _locate(os.fsencode(candidate)))]
    for place in places:
        file = File(0, path, place, format_, size, modified_ns, size)
        if _is_same(file):
            return file
    for url in filter(is_url, candidates):
        raise DedupError(f"{path} lies at {url}, and RESULTS keeps no texts (--no-text)")
    if places:
        raise _changed(path)
    raise DedupError(f"{path} is gone since it was scanned, and RESULTS keeps no texts (--no-text)")


def _locate(path: bytes) -> inputs.Place | None:
    """A file, or a member of an archive; null: there is no such."""
    if os.path.lexists(path):
        return inputs.Place(path)
    begin = 0
    while (cut := path.lower().find(ZIP.encode() + b"/", begin)) >= 0:
        begin = cut + len(ZIP)
        if os.path.isfile(path[:begin]):
            with suppress(inputs.DamageError):
                return next(
                    (
                        inputs.Place(path[:begin], number)
                        for number, name, _ in list_members(path[:begin])
                        if name == path[begin + 1 :]
                    ),
                    None,
                )
    return None


def _changed(path: str) -> DedupError:
    return DedupError(
        f"{path} has changed since it was scanned, and RESULTS keeps no texts (--no-text);"
        " scan again with --overwrite"
    )


def _is_same(file: File) -> bool:
    try:
        status = os.stat(file.place.path)
    except (OSError, ValueError):
        return False
    return (status.st_size, status.st_mtime_ns) == (file.size, file.modified_ns)


def _read_records(file: File, records: set[int | None], options: Options) -> Iterator[tuple[int | None, str]]:
    """Texts of the wanted records with their numbers, as they come."""
    missing = set(records)
    for item, end in _with_ends(item for group in plan_items([file]) for item in group.items):
        if not any(record is None or _holds(item, end, record) for record in missing):
            continue
        for row in read_rows(item, options):
            record, text = row[_RECORD], row[_TEXT]
            if record in missing and isinstance(text, str):
                assert record is None or isinstance(record, int)
                missing.discard(record)
                yield record, text
                if not missing:
                    return


def _with_ends(items: Iterable[Item]) -> Iterator[tuple[Item, int | None]]:
    """Items with the first records of the next ones."""
    before: Item | None = None
    for item in items:
        if before is not None:
            yield before, item.first
        before = item
    if before is not None:
        yield before, None


def _holds(item: Item, end: int | None, record: int) -> bool:
    return item.first <= record and (end is None or record < end or end <= item.first)


def _count_words(text: str) -> int:
    from dedup.text.words import split_words  # here, for its kernels take long to load

    data = np.frombuffer(text.encode(), np.uint8)
    return int(split_words(data, np.array([0, len(data)])).first[1])

"""Reading again what was scanned, for RESULTS that keep no texts: the same text, or an error.

Records are found by streaming through the file with the reader that read them, a piece at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from dedup.options import Options
from dedup.read.files import File
from dedup.read.items import Item, plan_items
from dedup.read.reader import read_rows
from dedup.read.scanned import Roots, Scanned
from dedup.read.snapshot import Snapshot
from dedup.schema import DOCS

_RECORD, _TEXT = (DOCS.column_names.index(name) for name in ("record", "text"))


class Place(NamedTuple):
    """Where an article stands, by ``articles``, and the number of its words."""

    path: str
    record: int | None
    words: int


def read_again(places: Sequence[Place], roots: Roots, snapshot: Snapshot, options: Options) -> list[str]:
    """The texts at some places; DedupError if one of them isn't what was scanned.

    ``options`` says in which columns the texts are.
    """
    by_path: dict[str, set[int | None]] = {}
    for place in places:
        by_path.setdefault(place.path, set()).add(place.record)
    texts: dict[tuple[str, int | None], str] = {}
    scanned = Scanned(roots, snapshot, ", and RESULTS keeps no texts (--no-text)")
    for path, records in by_path.items():
        file = scanned.find(path)
        for record, text in _read_records(file, records, options):
            texts[path, record] = text
        scanned.check(file)  # it may have changed while it was read
    for place in places:
        found = texts.get((place.path, place.record))
        if found is None or _count_words(found) != place.words:
            raise scanned.changed(place.path)
    return [texts[place.path, place.record] for place in places]


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

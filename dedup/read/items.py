"""Cutting files into work items, in input order and whatever the number of processes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from dedup.places import is_url
from dedup.read.decode import mark_of
from dedup.read.files import File
from dedup.read.formats import recognise
from dedup.read.lines import BLOCK, LONGEST, cut_lines
from dedup.read.opening import DamageError, Place, Stream, open_plain

GROUP_ITEMS = 1000


class Item(NamedTuple):
    """A piece of work for one process: a whole file, or some of its records.

    - ``data`` null, ``stop`` null: the whole file, whose ``format`` its reader finds out;
    - ``data`` null, ``stop`` given: lines at the bytes ``start`` to ``stop`` of a plain
      file, or the row groups ``start`` to ``stop`` of a Parquet file;
    - ``data`` given: lines that were unpacked already;
    - ``reason`` and ``message`` given: nothing to read; record ``first`` could not be.

    ``first`` is the number of the first record, from 1; 0: the file as a whole.
    """

    file: int
    path: str
    place: Place
    format: str
    first: int = 1
    start: int | None = None
    stop: int | None = None
    data: bytes | None = None
    reason: str | None = None
    message: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is a whole file."""
        return self.data is None and self.stop is None and self.reason is None


class ItemGroup(NamedTuple):
    """Items that one process reads together, and about how many bytes they unpack to.

    ``key`` names the rows that they give: it is another one if the number, name, size or time
    of a file is another, or the part of it that is read.
    """

    items: list[Item]
    weight: int
    key: str


def plan_items(files: Sequence[File], block: int = BLOCK, longest: int = LONGEST) -> Iterator[ItemGroup]:
    """Groups of items, each of about ``block`` unpacked bytes and at most 1,000 items.

    Big files are cut, small ones go together; a file whose number is a multiple of 1,000 always
    begins a group, so that a change of one file moves few of the cuts after it. A line of more
    than ``longest`` bytes is an item with its reason; so is the place from which on a file
    can't be unpacked.
    """
    group: list[Item] = []
    total = 0
    digest = hashlib.sha256()
    for file, item, weight in _cut_files(files, block, longest):
        full = total + weight > block or len(group) >= GROUP_ITEMS
        if group and (full or (item.file % GROUP_ITEMS == 0 and item.file != group[-1].file)):
            yield ItemGroup(group, total, digest.hexdigest()[:32])
            group, total, digest = [], 0, hashlib.sha256()
        group.append(item)
        digest.update(_facts(item, file))
        total += weight
    if group:
        yield ItemGroup(group, total, digest.hexdigest()[:32])


def _facts(item: Item, file: File) -> bytes:
    """What decides the rows of an item, beside the options."""
    piece = (item.first, item.start, item.stop, len(item.data or b""), item.reason, item.message)
    return repr((*file._replace(place=Place(b"", file.place.member)), *piece)).encode()


def _cut_files(files: Iterable[File], block: int, longest: int) -> Iterator[tuple[File, Item, int]]:
    """Files, items of them, and about how many bytes each will unpack to."""
    for file in files:
        yield from ((file, item, weight) for item, weight in _cut_file(file, block, longest))


def _cut_file(file: File, block: int, longest: int) -> Iterator[tuple[Item, int]]:
    item = Item(file.file, file.shown, file.place, file.format)
    if is_url(file.place.path):  # whose bytes aren't here
        yield item, file.weight
    elif file.weight > block and file.format == "jsonl":
        yield from _cut_jsonl(item, file.weight, block, longest)
    elif file.weight > block and file.format == "parquet" and file.place.member is None:
        yield from _cut_parquet(item, file.weight, block)
    else:
        yield item, file.weight


def _cut_jsonl(item: Item, weight: int, block: int, longest: int) -> Iterator[tuple[Item, int]]:
    """Blocks of lines. What is no lines of records is left whole: its reader finds out what it is."""
    try:
        with Stream(item.place) as stream:
            head = stream.peek()
            if recognise(head, item.path) != "jsonl" or not is_lines(head):
                yield item, weight
                return
            for cut in cut_lines(stream, block, longest):
                first = cut.first
                if cut.trouble:
                    reason, message = cut.trouble
                    yield item._replace(first=first, reason=reason, message=message), 0
                elif not stream.is_plain:
                    yield item._replace(first=first, data=bytes(cut.data)), len(cut.data)
                else:
                    stop = cut.start + len(cut.data)
                    yield item._replace(first=first, start=cut.start, stop=stop), len(cut.data)
    except DamageError as damage:
        reason, message = damage.trouble
        yield item._replace(first=0, reason=reason, message=message), 0


def is_lines(head: bytes) -> bool:
    """Whether what is named JSON Lines is lines in UTF-8, by its first bytes, and no array."""
    mark, encoding = mark_of(head) or (b"", "utf-8")
    return encoding == "utf-8" and head.removeprefix(mark).lstrip()[:1] != b"["


def _cut_parquet(item: Item, weight: int, block: int) -> Iterator[tuple[Item, int]]:
    """Ranges of row groups. A file that can't be opened is left whole: its reader says why."""
    try:
        with open_plain(item.place.path) as source, pq.ParquetFile(source) as parquet:
            metadata = parquet.metadata
            groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
            sizes = [(group.num_rows, max(group.total_byte_size, 0)) for group in groups]
    except (DamageError, OSError, pa.ArrowException):
        yield item, weight
        return
    if not any(rows for rows, _ in sizes):
        yield item, weight
        return
    first, start, rows, total = 1, 0, 0, 0
    for number, (group_rows, group_size) in enumerate(sizes):
        if number > start and total + group_size > block:
            yield item._replace(first=first, start=start, stop=number), total
            first, start, rows, total = first + rows, number, 0, 0
        rows += group_rows
        total += group_size
    yield item._replace(first=first, start=start, stop=len(sizes)), total

"""A sample of the input: blocks spread over all of it by chance, the same ones every time.

Where an input can be cut anywhere, a block is some whole records of it; small files are
taken whole, as many in a row as make a block.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from dedup.read.files import File
from dedup.read.items import Item, ItemGroup, is_lines, plan_items
from dedup.read.lines import BLOCK
from dedup.read.opening import CHUNK, MEGABYTE, DamageError, Place, Stream, open_plain

SHARE = 0.02  # of the bytes
LEAST, MOST = 20 * MEGABYTE, 200 * MEGABYTE
CUT = MEGABYTE // 4  # bytes of a block
UNPACKED_MOST = 1000 * MEGABYTE  # of a compressed file that is looked at
_SEED = 1


class Block(NamedTuple):
    """Items that lie together, and about how many bytes they unpack to."""

    items: list[Item]
    weight: int

    @property
    def first_row(self) -> int:
        """The least row (see ``schema``) that it may give."""
        item = self.items[0]
        return (item.file << 32) + (0 if item.stop is None and item.data is None else item.first)


class Sample(NamedTuple):
    """Blocks in input order, and about how many bytes the whole input unpacks to."""

    blocks: list[Block]
    total: int

    @property
    def weight(self) -> int:
        """About how many bytes the sample unpacks to."""
        return sum(block.weight for block in self.blocks)


def draw(files: Sequence[File], folder: Path, least: int = LEAST, cut: int = CUT) -> Sample:
    """A sample of at least ``least`` bytes, or the whole input if that is less; ``folder`` is its to use."""
    blocks, total = [], 0
    expected = sum(file.weight for file in files)
    wanted = min(max(least, int(SHARE * expected)), MOST)
    if expected <= wanted:
        every = _blocks_of(files, cut)
        return Sample(every, sum(block.weight for block in every))
    share = wanted / expected
    small: list[File] = []
    for file in files:
        if file.weight <= cut or file.format not in ("jsonl", "parquet", "csv", "tsv"):
            small.append(file)
            continue
        taken, weight = _cut_one(file, share, cut, folder)
        blocks += taken
        total += weight
    rest = _blocks_of(small, cut)
    blocks += _choose(rest, share)
    return Sample(sorted(blocks, key=lambda block: block.first_row), total + sum(b.weight for b in rest))


def spread(blocks: Sequence[Block], workers: int) -> Iterator[ItemGroup]:
    """The blocks in order, as groups for so many processes: large ones first, so that all end at once."""
    left = sum(block.weight for block in blocks)
    items: list[Item] = []
    weight = number = 0
    for place, block in enumerate(blocks, 1):
        items += block.items
        weight += block.weight
        if weight >= min(BLOCK, left / (2 * workers)) or place == len(blocks):
            yield ItemGroup(items, weight, f"{number:06d}")
            left -= weight
            number += 1
            items, weight = [], 0


def _blocks_of(files: Sequence[File], cut: int) -> list[Block]:
    return [Block(group.items, group.weight) for group in plan_items(files, block=cut)]


def _choose(blocks: Sequence[Block], share: float) -> list[Block]:
    """Some of them by chance, in order; at least one if there is any."""
    count = min(len(blocks), max(1, round(share * len(blocks))))
    chosen = random.Random(_SEED).sample(range(len(blocks)), count)  # noqa: S311
    return [blocks[number] for number in sorted(chosen)]


def _cut_one(file: File, share: float, cut: int, folder: Path) -> tuple[list[Block], int]:
    """Blocks of one file, and about how many bytes all of it unpacks to."""
    item = Item(file.file, file.shown, file.place, file.format)
    weight = file.weight
    if file.format == "parquet":
        every = _blocks_of([file], cut)
        return _choose(every, share), sum(block.weight for block in every)
    try:
        with Stream(item.place) as stream:
            lines = file.format == "jsonl" and is_lines(stream.peek())
            if lines and stream.is_plain:
                return _cut_lines(item, file.size, share, cut), weight
            data, weight = _unpack(file, stream, folder, UNPACKED_MOST if lines else share * weight)
    except (DamageError, OSError):
        return [Block([item], weight)], weight
    held = data.stat().st_size
    plain = item._replace(place=Place(bytes(data)))
    if lines:
        return _cut_lines(plain, held, share * weight / max(1, held), cut), weight
    return [Block([plain], held)], weight  # where a table of quoted fields may be cut, nobody knows


def _cut_lines(item: Item, size: int, share: float, cut: int) -> list[Block]:
    """Blocks of whole lines of a plain file of so many bytes."""
    places = range(0, size, cut)
    count = min(len(places), max(1, round(share * len(places))))
    chosen = sorted(random.Random(_SEED).sample(places, count))  # noqa: S311
    blocks = []
    with open_plain(item.place.path) as source:
        for number, place in enumerate(chosen):
            start = _next_line(source, place)
            stop = _next_line(source, min(place + cut, size))
            if start < stop:
                first = 1 + number * cut  # no block has so many lines
                blocks.append(Block([item._replace(first=first, start=start, stop=stop)], stop - start))
    return blocks


def _next_line(source: BinaryIO, place: int) -> int:
    """Where the first line at or after a place begins."""
    if place == 0:
        return 0
    source.seek(place - 1)
    return place - 1 + len(source.readline())


def _unpack(file: File, stream: Stream, folder: Path, most: float) -> tuple[Path, int]:
    """The beginning of a file, unpacked, of about ``most`` bytes; and about how many there are in all."""
    path = folder / f"{file.file}.data"
    with path.open("wb") as target:
        written = 0
        while written < most and (piece := stream.read(4 * CHUNK)):
            target.write(piece)
            written += len(piece)
        whole = not stream.read(1)
    return path, written if whole else int(written / max(stream.consumed, 1e-9))

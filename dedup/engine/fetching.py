"""Files at URLs: Spark's source of whole files hands them to the executors, which read copies on their disks.

That source passes over files without bytes and those whose names begin with ``_`` or ``.``, and it is told
to pass over what can't be opened. Those the driver fetches itself, or learns why that can't be done.
"""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from dedup.chains import Stage
from dedup.engine.executors import BYTES_AT_ONCE, Batches, Task, found, own_disk, spread
from dedup.places import Cluster, is_url, spelt
from dedup.plan import Plan
from dedup.read.items import Item, ItemGroup
from dedup.read.opening import MEGABYTE
from dedup.schema import Table

_PATHS_A_TASK = 100
_PIECE = 8 * MEGABYTE  # of a file, as it reaches Python
Items = dict[str, list[Item]]  # of files, by their URLs


class Fetched(NamedTuple):
    """A file with all its bytes."""

    url: str
    items: list[Item]
    content: bytes


def part(wave: Sequence[ItemGroup]) -> tuple[list[ItemGroup], Items]:
    """The items that are read where they lie, and those whose bytes lie at URLs."""
    here: list[ItemGroup] = []
    there: Items = {}
    for group in wave:
        local = [item for item in group.items if not is_url(item.place.path)]
        if local:
            here.append(group._replace(items=local))
        for item in group.items:
            if is_url(item.place.path):
                there.setdefault(os.fsdecode(item.place.path), []).append(item)
    return here, there


def in_pieces(spark: Any, paths: Sequence[str]) -> Any:
    """Rows of the path, in Hadoop's words, and a piece of files, those of a file one after the other."""
    # To look for a file takes a moment, and each task that does more than that.
    spark.conf.set(
        "spark.sql.sources.parallelPartitionDiscovery.parallelism", len(paths) // _PATHS_A_TASK + 1
    )
    reader = spark.read.format("binaryFile").option("recursiveFileLookup", "true")  # and no partitions of a=1
    files = reader.option("ignoreCorruptFiles", "true").option("ignoreMissingFiles", "true").load(list(paths))
    pieces = files.selectExpr("path", "content", f"explode(sequence(0, (length - 1) div {_PIECE})) AS number")
    return pieces.selectExpr("path", f"substring(content, int(number * {_PIECE} + 1), {_PIECE}) AS piece")


def reading_pieces(items: Any, chain: Sequence[Stage], tables: Sequence[Table], plan: Plan) -> Task:
    """Read items of files, a broadcast ``Items``, as their pieces come, and run a chain over their docs."""

    def run(batches: Batches) -> Batches:
        rows = (
            (spelt(path), piece)
            for batch in batches
            for path, piece in zip(batch["path"].to_pylist(), batch["piece"], strict=True)
        )
        whole = itertools.groupby(rows, key=lambda row: row[0])
        files = ((path, (piece.as_buffer() for _, piece in pieces)) for path, pieces in whole)
        yield from _read(files, items.value, chain, tables, plan)

    return run


def reading_whole(given: Any, chain: Sequence[Stage], tables: Sequence[Table], plan: Plan) -> Task:
    """Read items of files, a broadcast list of ``Fetched``, by their numbers."""

    def run(batches: Batches) -> Batches:
        chosen = [given.value[number] for batch in batches for number in batch.column(0).to_pylist()]
        items = {file.url: file.items for file in chosen}
        yield from _read(((file.url, [file.content]) for file in chosen), items, chain, tables, plan)

    return run


def _read(
    files: Iterable[tuple[str, Iterable[Any]]],
    items: Mapping[str, Sequence[Item]],
    chain: Sequence[Stage],
    tables: Sequence[Table],
    plan: Plan,
) -> Batches:
    from dedup.read.reader import read_items

    here = found(plan)
    with own_disk() as folder:
        yield from spread(read_items(_arriving(files, items, folder), here.options), chain, tables, here)


def _arriving(
    files: Iterable[tuple[str, Iterable[Any]]], items: Mapping[str, Sequence[Item]], folder: Path
) -> Iterator[Item]:
    """Items of files, each of which lies on disk as long as they are read."""
    for number, (url, pieces) in enumerate(files):
        path = folder / str(number)
        with path.open("wb") as file:
            for piece in pieces:
                file.write(piece)
        for item in items.get(url, ()):  # of none: of a folder that has taken a file's place
            yield item._replace(place=item.place._replace(path=os.fsencode(path)))
        path.unlink()


def left_of(items: Items, rows: Any) -> Items:
    """Those items of which there are no rows among those of a chain: every item gives at least one."""
    files = rows.selectExpr("shiftright(coalesce(texts.row, skipped_rows.row), 32) AS file").distinct()
    read = set(files.toArrow()["file"].to_pylist())
    left = {url: [item for item in of_file if item.file not in read] for url, of_file in items.items()}
    return {url: of_file for url, of_file in left.items() if of_file}


def fetch(items: Items, cluster: Cluster) -> Iterator[list[Fetched]]:
    """Files with their bytes, so many at a time as fit in memory; of those that can't be had, why not."""
    wave: list[Fetched] = []
    held = 0
    for url, of_file in items.items():
        try:
            wave.append(Fetched(url, of_file, _fetch(url, cluster)))
            held += len(wave[-1].content)
        except OSError as error:
            why = error.strerror or str(error)
            unread = [item._replace(first=0, reason="unreadable", message=why) for item in of_file]
            wave.append(Fetched(url, unread, b""))
        if held >= BYTES_AT_ONCE:
            yield wave
            wave, held = [], 0
    if wave:
        yield wave


def _fetch(url: str, cluster: Cluster) -> bytes:
    with tempfile.TemporaryDirectory(prefix="dedup-") as folder:
        path = Path(folder, "file")
        cluster.fetch(url, path)
        return path.read_bytes()

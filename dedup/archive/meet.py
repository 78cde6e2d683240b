"""Keys of new articles that others have, too, in an archive or among themselves. A worker does it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from dedup.archive.keys import Entries, Integers, blocks, open_run
from dedup.archive.opened import Archive
from dedup.archive.write import write_keys
from dedup.schema import Table
from dedup.tables.files import PartWriter, arrow_schema
from dedup.tables.parts import part_path


def meet(
    folder: Path, table: Table, archive: Archive, name: str, source: Path, most: int, left_out: Integers
) -> None:
    """Write into a folder the rows of a table whose keys occur again, with those of the archive.

    name      of the archive's index
    source    the folder of all rows of new articles
    most      rows of the archive that are written of each key, the first ones
    left_out  rows of articles that count for nothing, sorted
    """
    run = folder / ".keys"
    write_keys(run, source, left_out)
    index = archive.keys(name)
    with PartWriter(part_path(folder, 0), table) as writer:
        for some in blocks(open_run(run)):
            wanted, counts = np.unique(some.keys, return_counts=True)
            found = index.find(wanted, most, left_out)
            kept = np.repeat((counts > 1) | np.isin(wanted, found.keys), counts)
            for rows in (found, Entries(some.keys[kept], some.rows[kept])):
                writer.write(pa.record_batch([rows.rows, rows.keys], schema=arrow_schema(table)))
    for ending in ("keys", "rows"):
        (folder / f".keys.{ending}").unlink()


def find_rows(archive: Archive, name: str, wanted: Integers) -> Integers:
    """The rows, or numbers of pairs, of all entries with some keys, in order, each once."""
    return np.unique(archive.keys(name).find(np.unique(wanted)).rows)


def connected(archive: Archive, rows: Integers, left_out: Integers) -> Integers:
    """Numbers of the pairs of all that articles are connected with; ``left_out``: through none of these."""
    seen = frontier = np.setdiff1d(rows, left_out)
    numbers = np.empty(0, np.int64)
    while len(frontier):
        found = np.setdiff1d(find_rows(archive, "ends", frontier), numbers)
        pairs = archive.pairs.take(found)
        ends = np.stack([pairs[side].to_numpy() for side in ("left_row", "right_row")])
        kept = ~np.isin(ends, left_out).any(axis=0)
        numbers = np.union1d(numbers, found[kept])
        frontier = np.setdiff1d(ends[:, kept], seen)
        seen = np.union1d(seen, frontier)
    return numbers

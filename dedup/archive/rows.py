"""Records of archived articles and pairs, found by their number: uncompressed Arrow files, mapped."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dedup.schema import Table
from dedup.tables.files import PartWriter, arrow_schema
from dedup.tables.parts import list_parts

_ROWS = 1_024  # of a batch: to find one record, the numbers of so many are looked through
_MANY = 64  # batches; if records of more were taken, their pages are let go of


class RowTable:
    """The records of a table, by its first column, which increases from part to part."""

    def __init__(self, folder: Path, table: Table) -> None:
        self._schema = arrow_schema(table)
        self._number = table.column_names[0]
        self._parts = list_parts(folder)
        self._batches = self._map()
        self._firsts = np.array([batch[self._number][0].as_py() for batch in self._batches], np.int64)
        self._batches = self._map()

    def take(self, numbers: NDArray[np.int64]) -> pa.Table:
        """The records with these numbers, which are sorted, each once; KeyError if one is missing."""
        owners = np.searchsorted(self._firsts, numbers, side="right") - 1
        bounds = np.flatnonzero(np.diff(owners, prepend=-2, append=-2))
        taken = []
        for start, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            batch, wanted = self._batches[max(0, owners[start])], numbers[start:stop]
            held = batch[self._number].to_numpy()
            places = np.minimum(np.searchsorted(held, wanted), len(held) - 1)
            if not np.array_equal(held[places], wanted):
                raise KeyError(f"there is no record of a number from {wanted[0]} to {wanted[-1]}")
            taken.append(batch.take(pa.array(places)))
        if len(taken) > _MANY:
            self._batches = self._map()
        return pa.Table.from_batches(taken, self._schema)

    def _map(self) -> list[pa.RecordBatch]:
        """All batches, mapped anew; the pages of those that were mapped before are let go of with them."""
        batches: list[pa.RecordBatch] = []
        for part in self._parts:
            with pa.memory_map(str(part)) as source:
                opened = pa.ipc.open_file(source)
                batches += [opened.get_batch(place) for place in range(opened.num_record_batches)]
        return batches


def write_rows(path: Path, table: Table, batches: Iterable[pa.RecordBatch]) -> int:
    """Write a part of a ``RowTable`` from batches in order; how many rows they have."""
    with PartWriter(path, table) as writer:
        for batch in batches:
            for start in range(0, batch.num_rows, _ROWS):
                writer.write(batch.slice(start, _ROWS).cast(arrow_schema(table)))
    return writer.rows

"""The texts of a scan, found by row: uncompressed Arrow files, read where they are needed.

Each part holds the texts of increasing rows, and parts follow one another in row order. An
index says at which byte of which file each text stands: pairs join articles from all over the
corpus, so that a task needs a few texts of every part, and mustn't open each part to look for
them. A text is read, not mapped, so that memory holds what was taken and nothing beside.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dedup.tables.mapped import map_integers

Integers = NDArray[np.int64]


class TextStore:
    """Texts by row."""

    def __init__(self, index: list[tuple[int, str]], rows: Integers, places: Integers) -> None:
        """Of every part that has rows its first row and its file; of every text its row, and the
        bytes where it starts and ends in its file, int64[n, 2].
        """
        self._firsts = np.array([first for first, _ in index], np.int64)
        self._files = [file for _, file in index]
        self._rows = rows
        self._places = places

    @classmethod
    def load(cls, path: Path) -> TextStore:
        """Open a store by the index that ``save_index`` wrote."""
        rows, places = (map_integers(beside) for beside in files_beside(path))
        index = [(first, str(path.parent / name)) for first, name in json.loads(path.read_text())]
        return cls(index, rows, places.reshape(-1, 2))

    @property
    def first(self) -> int:
        """The least row; beyond all rows if it holds none."""
        return int(self._rows[0]) if len(self._rows) else 2**63 - 1

    def take(self, rows: Integers) -> pa.Array:
        """The texts of increasing rows, as a large_string array; KeyError for a row without text."""
        start, stop = self._find(rows).T
        offsets = np.concatenate([[0], np.cumsum(stop - start)])
        data = np.empty(offsets[-1], np.uint8)
        part = np.searchsorted(self._firsts, rows, side="right") - 1
        # Texts that stand together are read together.
        apart = np.flatnonzero((part[1:] != part[:-1]) | (start[1:] != stop[:-1])) + 1
        every_run = itertools.pairwise([0, *apart.tolist(), len(rows)] if len(rows) else [])
        for number, runs in itertools.groupby(every_run, key=lambda run: int(part[run[0]])):
            with open(self._files[number], "rb", buffering=0) as file:
                for first, last in runs:
                    _read_into(data[offsets[first] : offsets[last]], file.fileno(), int(start[first]))
        return pa.Array.from_buffers(
            pa.large_string(), len(rows), [None, pa.py_buffer(offsets), pa.py_buffer(data)]
        )

    def sizes(self, rows: Integers) -> Integers:
        """Bytes of the texts of rows in any order; KeyError for a row without text."""
        start, stop = self._find(rows).T
        sizes: Integers = stop - start
        return sizes

    def _find(self, rows: Integers) -> Integers:
        """Where texts start and end in their files."""
        found = np.searchsorted(self._rows, rows)
        known = found < len(self._rows)
        known[known] = self._rows[found[known]] == rows[known]
        if not known.all():
            raise KeyError(f"there is no text of row {rows[~known][0]}")
        places: Integers = self._places[found]
        return places


class TextStores:
    """Several stores as one; the rows of each are less than those of the next."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """By their indexes."""
        self._stores = [TextStore.load(path) for path in paths]
        self._firsts = np.array([store.first for store in self._stores[1:]], np.int64)

    def take(self, rows: Integers) -> pa.Array:
        """As ``TextStore.take``."""
        bounds = [0, *np.searchsorted(rows, self._firsts).tolist(), len(rows)]
        cuts = zip(self._stores, itertools.pairwise(bounds), strict=True)
        taken = [store.take(rows[start:stop]) for store, (start, stop) in cuts]
        return taken[0] if len(taken) == 1 else pa.concat_arrays(taken)

    def sizes(self, rows: Integers) -> Integers:
        """As ``TextStore.sizes``."""
        sizes = np.empty(len(rows), np.int64)
        owners = np.searchsorted(self._firsts, rows, side="right")
        for number, store in enumerate(self._stores):
            sizes[owners == number] = store.sizes(rows[owners == number])
        return sizes


def save_index(path: Path, index: list[tuple[int, str]]) -> None:
    """Write the index of a store: of every part that has rows its first row and its file."""
    row_file, place_file = files_beside(path)
    with row_file.open("wb") as rows, place_file.open("wb") as places:
        for _, file in index:
            for batch_rows, batch_places in _look_up(file):
                batch_rows.tofile(rows)
                batch_places.tofile(places)
    names = [(first, os.path.relpath(file, path.parent)) for first, file in index]
    path.write_text(json.dumps(names))


def _look_up(file: str) -> Iterator[tuple[Integers, Integers]]:
    """Of each batch of a part its rows, and where their texts start and end in the file."""
    with pa.memory_map(file) as source:
        begin = source.read_buffer(1).address
        source.seek(0)
        opened = pa.ipc.open_file(source)
        for number in range(opened.num_record_batches):
            batch = opened.get_batch(number)
            _, offsets, data = batch["text"].buffers()
            bounds = np.frombuffer(offsets, np.int32)[: batch.num_rows + 1].astype(np.int64)
            if data is not None:
                bounds += data.address - begin
            yield batch["row"].to_numpy(), np.stack([bounds[:-1], bounds[1:]], axis=1)


def files_beside(path: Path) -> tuple[Path, Path]:
    """The files of an index that hold the rows of its texts, and their places."""
    return path.with_suffix(".rows"), path.with_suffix(".places")


def _read_into(target: NDArray[Any], handle: int, start: int) -> None:
    """Fill an array from a file; OSError if the file ends before."""
    done = 0
    while done < len(target):
        read = os.preadv(handle, [target[done:].data], start + done)
        if not read:
            raise OSError(f"a text that should stand at byte {start} is cut off")
        done += read

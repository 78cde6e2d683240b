"""The texts of a scan, found by row: uncompressed Arrow files, read where they are needed.

Each part holds the texts of increasing rows, and parts follow one another in row order.
A file is mapped only while texts are taken from it, so that memory holds what was taken.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


class TextStore:
    """Texts by row. ``index`` holds, for every part that has rows, its first row and its file."""

    def __init__(self, index: list[tuple[int, str]]) -> None:
        self._firsts = np.array([first for first, _ in index], np.int64)
        self._files = [file for _, file in index]

    @classmethod
    def load(cls, path: Path) -> TextStore:
        """Open a store by the index that ``save_index`` wrote."""
        return cls([(first, file) for first, file in json.loads(path.read_text())])

    def take(self, rows: NDArray[np.int64]) -> pa.Array:
        """The texts of increasing rows, as a large_string array; KeyError for a row without text."""
        chunks = [self._take_from(file, wanted) for file, wanted in self._by_file(rows)]
        return pa.concat_arrays(chunks) if chunks else pa.array([], pa.large_string())

    def _by_file(self, rows: NDArray[np.int64]) -> Iterator[tuple[str, NDArray[np.int64]]]:
        part = np.searchsorted(self._firsts, rows, side="right") - 1
        cuts = np.flatnonzero(np.diff(part)) + 1
        for wanted in np.split(rows, cuts):
            if len(wanted):
                number = int(np.searchsorted(self._firsts, wanted[0], side="right")) - 1
                yield self._files[number], wanted

    @staticmethod
    def _take_from(file: str, wanted: NDArray[np.int64]) -> pa.Array:
        with pa.memory_map(file) as source:
            opened = pa.ipc.open_file(source)
            taken = []
            for number in range(opened.num_record_batches):
                batch = opened.get_batch(number)
                places = np.flatnonzero(np.isin(batch["row"].to_numpy(), wanted, assume_unique=True))
                if len(places):
                    taken.append(batch["text"].take(pa.array(places)).cast(pa.large_string()))
            if sum(map(len, taken)) < len(wanted):
                raise KeyError(f"{file} lacks one of the rows {wanted[0]} to {wanted[-1]}")
            return pa.concat_arrays(taken)


def save_index(path: Path, index: list[tuple[int, str]]) -> None:
    """Write the index of a store."""
    path.write_text(json.dumps(index))

"""Keys of articles on disk, sorted, so that those of a few articles are found in time that grows with these.

An *entry* is a key and the row of an article that has it. A *run* holds entries sorted by key, then by row,
in two files that are mapped, ``NAME.keys`` and ``NAME.rows``, int64 in the machine's order. An index is
several runs, each of later articles than the one before. A new run is merged with the one before it for as
long as that is less than twice as long, so that there are few of them and none is written often.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from dedup.tables.mapped import let_go, map_integers

Integers = NDArray[np.int64]

EVERY = 2**62  # entries of a key: all of them
NONE: Integers = np.empty(0, np.int64)
_AT_ONCE = 2**21  # entries that are sorted in memory
_LOOKED_UP = 2**14  # keys that are looked up before pages are let go of
_MOST_BITS = 9  # of a key by which entries are parted: so many files are open


class Entries(NamedTuple):
    """n entries: int64[n] each."""

    keys: Integers
    rows: Integers


def write_run(path: Path, entries: Iterable[Entries], total: int) -> None:
    """Write a run of entries in any order, ``total`` of them at most; ``path``: without ending."""
    bits = min(_MOST_BITS, (total // _AT_ONCE).bit_length())
    path.parent.mkdir(parents=True, exist_ok=True)
    keys_file, rows_file = _files(path)
    with keys_file.open("wb") as keys, rows_file.open("wb") as rows:
        for part in _part(entries, bits, path.parent):
            order = np.argsort(part.keys)
            sorted_keys, sorted_rows = part.keys[order], part.rows[order]
            _sort_equal(sorted_keys, sorted_rows)
            sorted_keys.tofile(keys)
            sorted_rows.tofile(rows)


def open_run(path: Path) -> Entries:
    """A run that was written, mapped."""
    return Entries(*(map_integers(file) for file in _files(path)))


def merge_runs(path: Path, one: Entries, other: Entries) -> None:
    """Write a run of all entries of two, the rows of the first being less than those of the other."""
    size = len(one.keys) + len(other.keys)
    if not size:
        write_run(path, (), 0)
        return
    merged = [np.memmap(file, np.int64, "w+", shape=size) for file in _files(path)]
    _merge(*one, *other, *(array.view(np.ndarray) for array in merged))
    for array in merged:
        array.flush()


def add_run(folder: Path, runs: Sequence[str], new: Path, name: str) -> tuple[list[str], list[str]]:
    """Add a run in the folder ``new`` to those of an index, merged as the module says.

    Runs that are made lie in ``new``; nothing else changes. Gives the names of the runs that the index has
    then, and of those that it has no more.
    """
    kept, sizes = [*runs, name], [len(open_run(folder / run).keys) for run in runs]
    sizes.append(len(open_run(new / name).keys))
    gone: list[str] = []
    while len(kept) > 1 and sizes[-2] < 2 * sizes[-1]:
        one, other = (_place(run, folder, new) for run in kept[-2:])
        merged = f"{name}-{len(kept)}"
        merge_runs(new / merged, open_run(one), open_run(other))
        for path in (one, other):
            if path.parent == new:
                for file in _files(path):
                    file.unlink()
            else:
                gone.append(path.name)
        kept[-2:], sizes[-2:] = [merged], [sum(sizes[-2:])]
    return kept, gone


class KeyIndex:
    """The entries of several runs."""

    def __init__(self, runs: Sequence[Entries]) -> None:
        self._runs = runs

    def find(self, wanted: Integers, most: int = EVERY, gone: Integers = NONE) -> Entries:
        """The entries of some keys, sorted by key, then row.

        wanted  sorted, each once
        most    of each key and run so many, those of the least rows
        gone    rows that are left out, sorted
        """
        found = [some for run in self._runs for some in _look_up(run, wanted, most, gone)]
        keys, rows = (np.concatenate([NONE, *(some[end] for some in found)]) for end in (0, 1))
        if len(self._runs) == 1:
            return Entries(keys, rows)
        order = np.lexsort((rows, keys))
        return Entries(keys[order], rows[order])


def blocks(run: Entries, size: int = _AT_ONCE) -> Iterator[Entries]:
    """The entries of a run in order, about ``size`` at a time, those of one key together."""
    start = 0
    while start < len(run.keys):
        stop = min(start + size, len(run.keys))
        stop = int(np.searchsorted(run.keys, run.keys[stop - 1], side="right"))
        yield Entries(run.keys[start:stop], run.rows[start:stop])
        start = stop


def _look_up(run: Entries, wanted: Integers, most: int, gone: Integers) -> Iterator[Entries]:
    for start in range(0, len(wanted), _LOOKED_UP):
        yield Entries(*_find(*run, wanted[start : start + _LOOKED_UP], most, gone))
        if len(wanted) > _LOOKED_UP:
            for mapped in run:
                let_go(mapped)


def _part(entries: Iterable[Entries], bits: int, folder: Path) -> Iterator[Entries]:
    """The entries in 2**bits parts by the upper bits of their keys, least first."""
    if not bits:
        every = list(entries)
        yield Entries(*(np.concatenate([NONE, *(some[end] for some in every)]) for end in (0, 1)))
        return
    with TemporaryDirectory(prefix=".keys-", dir=folder) as held, ExitStack() as stack:
        paths = [Path(held) / f"{number}" for number in range(2**bits)]
        files = [stack.enter_context(path.open("wb")) for path in paths]
        for some in entries:
            number = ((some.keys >> (64 - bits)) + 2 ** (bits - 1)).astype(np.uint16)
            order = np.argsort(number, kind="stable")
            pairs = np.stack([some.keys[order], some.rows[order]], axis=1)
            bounds = np.searchsorted(number[order], np.arange(2**bits + 1))
            for place, file in enumerate(files):
                pairs[bounds[place] : bounds[place + 1]].tofile(file)
        stack.close()
        for path in paths:
            pairs = np.fromfile(path, np.int64).reshape(-1, 2)
            path.unlink()
            yield Entries(pairs[:, 0].copy(), pairs[:, 1].copy())


def _place(run: str, folder: Path, new: Path) -> Path:
    return new / run if _files(new / run)[0].exists() else folder / run


def _files(path: Path) -> tuple[Path, Path]:
    return path.with_name(f"{path.name}.keys"), path.with_name(f"{path.name}.rows")


@numba.njit(cache=True, nogil=True)
def _sort_equal(keys: Any, rows: Any) -> None:
    """Sort the rows of each key."""
    start = 0
    for stop in range(1, len(keys) + 1):
        if stop == len(keys) or keys[stop] != keys[start]:
            if stop - start > 1:
                rows[start:stop] = np.sort(rows[start:stop])
            start = stop


@numba.njit(cache=True, nogil=True)
def _merge(one: Any, one_rows: Any, other: Any, other_rows: Any, keys: Any, rows: Any) -> None:
    at, bt = 0, 0
    for place in range(len(keys)):
        if bt == len(other) or (at < len(one) and one[at] <= other[bt]):
            keys[place], rows[place] = one[at], one_rows[at]
            at += 1
        else:
            keys[place], rows[place] = other[bt], other_rows[bt]
            bt += 1


@numba.njit(cache=True, nogil=True)
def _first_at_least(values: Any, value: Any, low: Any) -> Any:
    """The first place from ``low`` on of a value that isn't less; in steps that double."""
    step = 1
    high = low
    while high < len(values) and values[high] < value:
        low = high + 1
        high += step
        step *= 2
    high = min(high, len(values))
    while low < high:
        middle = (low + high) // 2
        if values[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


@numba.njit(cache=True, nogil=True)
def _find(keys: Any, rows: Any, wanted: Any, most: Any, gone: Any) -> Any:
    starts = np.empty(len(wanted), np.int64)
    place = 0
    size = 0
    for index in range(len(wanted)):
        place = _first_at_least(keys, wanted[index], place)
        starts[index] = place
        count = 0
        while place < len(keys) and keys[place] == wanted[index] and count < most:
            count += 1
            place += 1
        size += count
    found_keys, found_rows = np.empty(size, np.int64), np.empty(size, np.int64)
    size = 0
    for index in range(len(wanted)):
        place = starts[index]
        count = 0
        while place < len(keys) and keys[place] == wanted[index] and count < most:
            at = _first_at_least(gone, rows[place], 0)
            if at == len(gone) or gone[at] != rows[place]:
                if size == len(found_keys):
                    found_keys, found_rows = _longer(found_keys), _longer(found_rows)
                found_keys[size], found_rows[size] = keys[place], rows[place]
                size += 1
                count += 1
            place += 1
    return found_keys[:size], found_rows[:size]


@numba.njit(cache=True, nogil=True)
def _longer(values: Any) -> Any:
    longer = np.empty(2 * len(values) + 16, np.int64)
    longer[: len(values)] = values
    return longer

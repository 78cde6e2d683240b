"""Sorted keys on disk: what is found is what is there, however it was cut, sorted and merged."""

from __future__ import annotations

import itertools
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.archive import keys
from dedup.archive.keys import NONE, Entries, KeyIndex, add_run, blocks, merge_runs, open_run, write_run

KEYS = st.sampled_from([-(2**63), -(2**62), -5, -1, 0, 1, 7, 2**62, 2**63 - 1])
RUN = st.lists(KEYS, max_size=30)


def entries_of(some: list[int], first: int) -> list[Entries]:
    """Entries with rows from ``first`` on, in batches of three, rows in no order."""
    rows = list(range(first, first + len(some)))[::-1]
    return [
        Entries(np.array(some[at : at + 3], np.int64), np.array(rows[at : at + 3], np.int64))
        for at in range(0, len(some), 3)
    ]


def pairs(entries: Entries) -> list[tuple[int, int]]:
    return list(zip(entries.keys.tolist(), entries.rows.tolist(), strict=True))


def every_pair(runs: list[list[Entries]]) -> list[tuple[int, int]]:
    return sorted(pair for run in runs for some in run for pair in pairs(some))


@settings(deadline=None)
@given(RUN, st.integers(1, 5))
def test_a_run_holds_its_entries_sorted_by_key_then_row(some: list[int], at_once: int) -> None:
    entries = entries_of(some, 100)
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "_AT_ONCE", at_once)
        write_run(Path(folder) / "run", entries, len(some))
        run = open_run(Path(folder) / "run")
        assert pairs(run) == every_pair([entries])
        cut = list(blocks(run, 4))
        assert [pair for block in cut for pair in pairs(block)] == pairs(run)
        for one, other in itertools.pairwise(cut):
            assert one.keys[-1] < other.keys[0]
        assert not list(Path(folder).glob(".*"))


@settings(deadline=None)
@given(
    st.lists(RUN, max_size=4),
    st.sets(KEYS, max_size=6),
    st.integers(1, 40),
    st.sets(st.integers(0, 70)),
    st.sampled_from([2, 2**14]),
)
def test_what_is_found_is_what_is_there(
    some: list[list[int]], wanted: set[int], most: int, gone: set[int], looked_up: int
) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "_LOOKED_UP", looked_up)
        runs, first = [], 0
        for number, run in enumerate(some):
            runs.append(entries_of(run, first))
            write_run(Path(folder) / f"{number}", runs[-1], len(run))
            first += len(run)
        opened = [open_run(Path(folder) / f"{number}") for number in range(len(some))]
        asked = np.array(sorted(wanted), np.int64)
        found = pairs(KeyIndex(opened).find(asked, gone=np.array(sorted(gone), np.int64)))
        there = [pair for pair in every_pair(runs) if pair[0] in wanted and pair[1] not in gone]
        assert found == there
        for one_run, entries in zip(opened, runs, strict=True):
            few = pairs(KeyIndex([one_run]).find(asked, most))
            own = every_pair([entries])
            assert few == [
                pair for key in sorted(wanted) for pair in [one for one in own if one[0] == key][:most]
            ]


@settings(deadline=None)
@given(RUN, RUN)
def test_two_runs_are_merged(one: list[int], other: list[int]) -> None:
    entries = entries_of(one, 0), entries_of(other, len(one))
    with TemporaryDirectory() as folder:
        home = Path(folder)
        for name, some in zip("ab", entries, strict=True):
            write_run(home / name, some, 30)
        merge_runs(home / "c", open_run(home / "a"), open_run(home / "b"))
        assert pairs(open_run(home / "c")) == every_pair(list(entries))


@settings(deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=12))
def test_runs_are_few_and_hold_all(sizes: list[int]) -> None:
    with TemporaryDirectory() as folder:
        home, rows = Path(folder), 0
        names: list[str] = []
        for number, size in enumerate(sizes):
            new = home / f".{number}"
            write_run(new / f"{number}", entries_of(list(range(size)), rows), size)
            names, gone = add_run(home, names, new, f"{number}")
            for path in [home / f"{name}.{ending}" for name in gone for ending in ("keys", "rows")]:
                path.unlink()
            for path in new.iterdir():
                path.replace(home / path.name)
            new.rmdir()
            rows += size
        opened = [open_run(home / name) for name in names]
        assert {path.stem for path in home.iterdir()} == set(names)
        assert all(len(one.keys) >= 2 * len(two.keys) for one, two in itertools.pairwise(opened))
        ends = [(run.rows.min(), run.rows.max()) for run in opened if len(run.rows)]
        assert all(one[1] < two[0] for one, two in itertools.pairwise(ends))
        assert sum(len(run.keys) for run in opened) == rows
        found = KeyIndex(opened).find(np.array([0], np.int64), gone=NONE)
        assert len(found.rows) == sum(size > 0 for size in sizes)

"""Mapped files: what they hold stays, whatever is let go of, and memory is given back."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from dedup.archive.keys import KeyIndex, open_run
from dedup.tables.mapped import let_go, map_integers

MAPS = Path("/proc/self/smaps")
COUNT = 2**18


def resident_kib(file: Path) -> int:
    """Pages of a mapped file that count as this process's."""
    found = re.findall(
        rf"^[0-9a-f]+-[0-9a-f]+ .*{re.escape(str(file))}\n(?:.*\n)*?Rss: +(\d+)", MAPS.read_text(), re.M
    )
    return sum(map(int, found))


def test_what_was_let_go_of_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "numbers"
    np.arange(COUNT).tofile(file)
    mapped = map_integers(file)
    assert mapped.sum() == COUNT * (COUNT - 1) // 2
    let_go(mapped)
    assert mapped.sum() == COUNT * (COUNT - 1) // 2


def test_letting_go_of_what_is_not_mapped_does_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    for integers in (np.arange(5), np.arange(5)[1:], map_integers(tmp_path / "empty")):
        before = integers.tolist()
        let_go(integers)
        assert integers.tolist() == before


@pytest.mark.skipif(not MAPS.exists(), reason="the system doesn't tell what of a file is in memory")
def test_pages_of_an_index_are_given_back_after_many_keys_were_looked_up(tmp_path: Path) -> None:
    for ending in ("keys", "rows"):
        np.arange(COUNT).tofile(tmp_path / f"run.{ending}")
    run = open_run(tmp_path / "run")
    files = [tmp_path / f"run.{ending}" for ending in ("keys", "rows")]
    assert run.keys[::512].sum() + run.rows[::512].sum() > 0
    assert min(map(resident_kib, files)) >= COUNT * 8 // 1024
    found = KeyIndex([run]).find(np.arange(0, COUNT, 4))
    assert found.rows.tolist() == list(range(0, COUNT, 4))
    assert max(map(resident_kib, files)) == 0

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from benchmarks.crashes import compare_tables, spread

if TYPE_CHECKING:
    from conftest import Scrape


def test_moments_are_spread_over_the_whole_and_random() -> None:
    moments = spread(10, 50.0, 1)
    assert sorted(int(moment // 5) for moment in moments) == list(range(10))
    assert moments != sorted(moments)
    assert moments == spread(10, 50.0, 1) != spread(10, 50.0, 2)


@pytest.mark.parametrize("harm", ["pairs/part-000000.parquet", "run.json", ""])
def test_tables_are_compared_row_for_row(scrape: Scrape, harm: str) -> None:
    text = scrape.story(1)
    scrape.write("a.txt", text)
    scrape.write("b.txt", text + "And more.")
    one = scrape.scan().path
    other = scrape.home / "other"
    shutil.copytree(one, other)
    assert compare_tables(one, other) == []
    if not harm:
        (other / "clusters" / "part-000000.parquet").unlink()
        assert compare_tables(one, other) == ["clusters/part-000000.parquet"]
        return
    scrape.write("c.txt", text + "And even more.")
    changed = scrape.scan(results=scrape.home / "changed").path
    shutil.copy(changed / harm, other / harm)
    assert compare_tables(one, other) == ["counts" if harm == "run.json" else harm]

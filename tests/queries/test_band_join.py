"""What is done in parts for the sake of memory: the same rows in any number of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from dedup.queries import band_join, steps

if TYPE_CHECKING:
    from conftest import Scrape


def test_ranges_cover_every_key_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(band_join, "_BANDS_A_PART", 10)
    for bands, parts in ((0, 1), (10, 1), (11, 2), (20, 2), (21, 4), (41, 8), (400, 64)):
        ranges = band_join.key_ranges(bands)
        assert len(ranges) == parts
        for key in (-(2**63), -(2**62), -1, 0, 1, 2**62 - 1, 2**62, 2**63 - 1):
            met = [eval(one.format(key=key).replace("TRUE", "True").replace("AND", "and")) for one in ranges]  # noqa: S307
            assert met.count(True) == 1


@pytest.mark.parametrize("cap", [2, 200])
def test_the_number_of_parts_decides_no_row(
    scrape: Scrape, monkeypatch: pytest.MonkeyPatch, cap: int
) -> None:
    for family in range(5):
        words = scrape.words(family)
        for copy in range(6):
            scrape.write(f"{family}-{copy}.txt", " ".join([*words[copy:], *scrape.words(100 + copy, copy)]))
    whole = scrape.scan(bucket_cap=cap)
    monkeypatch.setattr(band_join, "_BANDS_A_PART", 40)
    monkeypatch.setattr(steps, "_PAIRS_AT_ONCE", 7)
    cut = scrape.scan(bucket_cap=cap, results=scrape.home / "cut")
    assert list(cut.rows("pairs")) == list(whole.rows("pairs"))
    assert cut.run["counts"] == whole.run["counts"]
    assert whole.count("pairs") > 25
    assert bool(whole.run["counts"]["capped_buckets"]) == (cap == 2)


def test_articles_of_no_known_source_are_not_all_joined_with_one_another() -> None:
    with duckdb.connect() as database:
        for table in (
            "heads AS SELECT range AS row, NULL::varchar AS source FROM range(2000)",
            "passages AS SELECT range AS row, range AS key FROM range(2000)",
            "past_passages (row bigint, passage_keys bigint, in_series boolean)",
            "near AS SELECT range AS near FROM range(1, 20)",
            "passages_shared AS SELECT row AS one, row + near AS other, 2 AS shared FROM heads, near",
        ):
            database.execute(f"CREATE TABLE {table}")
        plan = database.execute(f"EXPLAIN (FORMAT json) {band_join.series()}").fetchall()[0][1]
    joins = [node for node in nodes_of(json.loads(plan)) if "JOIN" in node["name"]]
    assert joins
    assert all("row" in str(join["extra_info"].get("Conditions")) for join in joins)


def nodes_of(plan: Any) -> Iterator[dict[str, Any]]:
    for node in plan:
        yield node
        yield from nodes_of(node["children"])

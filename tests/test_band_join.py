"""What is done in parts for the sake of memory: the same rows in any number of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dedup import band_join, queries

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
    monkeypatch.setattr(queries, "_PAIRS_AT_ONCE", 7)
    cut = scrape.scan(bucket_cap=cap, results=scrape.home / "cut")
    assert list(cut.rows("pairs")) == list(whole.rows("pairs"))
    assert cut.run["counts"] == whole.run["counts"]
    assert whole.count("pairs") > 25
    assert bool(whole.run["counts"]["capped_buckets"]) == (cap == 2)

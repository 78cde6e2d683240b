"""Estimates: figures for a whole input from a sample of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from dedup.errors import DedupError
from dedup.options import Options
from dedup.pipeline import estimate as module
from dedup.pipeline import sample
from dedup.pipeline.estimate import _Line, _Measured, _scale, estimate
from dedup.pipeline.sample import Block, Sample
from dedup.read.items import Item
from dedup.read.opening import Place

if TYPE_CHECKING:
    from conftest import Scrape


@pytest.fixture
def large(scrape: Scrape, monkeypatch: pytest.MonkeyPatch) -> Scrape:
    """A corpus of which a small part is the sample: 2,000 articles, 1,000 pairs of them everywhere."""
    order = [(number * 619) % 2000 for number in range(2000)]
    scrape.records("a.jsonl", *({"text": scrape.story(number % 1000, 40)} for number in order))
    monkeypatch.setattr(sample, "CUT", 1000)
    monkeypatch.setattr(sample.draw, "__defaults__", (150_000, 1000))
    monkeypatch.setattr(module, "_PAIRS_TIMED", 10)
    monkeypatch.setattr(module, "_ROWS_TIMED", 10)
    return scrape


def test_a_large_input(large: Scrape) -> None:
    before = sorted(large.home.rglob("*"))
    expected = estimate([large.inputs], Options(jobs=1))
    assert sorted(large.home.rglob("*")) == before
    assert 1800 <= expected.articles <= 2200
    assert expected.sample_articles < 1500
    assert 600 <= expected.pairs <= 1500
    steps = {
        "read",
        "furniture",
        "sketch",
        "name",
        "sign",
        "candidates",
        "passages",
        "rewrites",
        "spun",
        "align",
        "cluster",
        "write",
    }
    assert expected.seconds.keys() == {*steps, "total"}
    assert all(value >= 0 for value in expected.seconds.values())
    assert expected.seconds["total"] >= sum(expected.seconds[step] for step in steps) - 0.1
    assert expected.peak_memory_bytes > 10**7
    actual = large.scan(jobs=1)
    size = sum(path.stat().st_size for path in actual.path.rglob("*.parquet"))
    assert 0.5 * size < expected.results_bytes < 2 * size
    json.dumps(expected._asdict())


def test_a_small_input_is_scanned_whole(scrape: Scrape) -> None:
    scrape.write("a.txt", scrape.story(1))
    scrape.write("b.txt", scrape.story(1) + "One more sentence stands here.")
    scrape.write("c.txt", scrape.story(1).upper())
    expected = estimate([scrape.inputs], Options(jobs=1))
    assert (expected.articles, expected.pairs) == (3, 2)
    assert expected.sample_articles == 3


def test_nothing_to_read(scrape: Scrape) -> None:
    with pytest.raises(DedupError, match="no input file"):
        estimate([scrape.inputs])


def test_pairs_of_two_blocks_count_for_more_than_those_of_one() -> None:
    blocks = [Block([Item(0, "a", Place(b"a"), "jsonl", first, 0, 10)], 10) for first in (1, 101, 201)]
    pairs = pa.table({"a": [1, 2, 101], "b": [2, 150, 102]})
    assert _scale(pairs, Sample(blocks, 30)) == 3
    assert _scale(pairs, Sample(blocks, 300)) == pytest.approx(2 * 10 + 1 / (3 * 2 / (30 * 29)))


def test_what_grows_with_the_articles_and_what_does_not() -> None:
    def measured(weight: int) -> _Measured:
        return _Measured(weight, {}, 0, {}, {}, {})

    line = _Line(measured(10), measured(10), measured(110), 1010)
    assert line.at_all(5.0, 2.0, 3.0) == pytest.approx(15.0)
    assert line.at_all(5.0, 3.0, 2.0) == 5.0
    alone = _Line(measured(10), measured(10), measured(10), 20)
    assert alone.at_all(5.0, 2.0, 3.0) == 6.0

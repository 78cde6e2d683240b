"""The queries that find articles which share keys, against plain loops."""

from __future__ import annotations

import itertools
import json
from collections import Counter, defaultdict
from typing import Any

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.queries import band_join
from dedup.queries.band_join import (
    FEW_PARTNERS,
    LEAST_IN_SERIES,
    LEAST_LASTING,
    LEAST_PARTNERS,
    LEAST_SHARE,
    LEAST_SHARED,
    LEAST_STANDING,
    LEAST_STOCK,
    MOST_SHARED,
)

EVERYTHING = ["TRUE"]
CUT = ["({key} < 3)", "({key} >= 3 AND {key} < 5)", "({key} >= 5)"]
KEYS = st.lists(st.sets(st.integers(0, 7)), max_size=12)  # of each article
COPIES = st.sets(st.integers(0, 11), max_size=3)
SOURCES = st.lists(st.sampled_from([None, "a", "b"]), min_size=12, max_size=12)
MONTHS = [None, (1999, 12), (2000, 1), (2000, 1), (2003, 7)]
DATES = st.lists(st.sampled_from(MONTHS), min_size=12, max_size=12)

Rows = list[tuple[Any, ...]]


def connect(
    table: str,
    keys: list[set[int]],
    copies: set[int],
    sources: list[str | None] | None = None,
    dates: list[str | None] | None = None,
) -> duckdb.DuckDBPyConnection:
    """A database with the keys of articles, their sources and dates, and which are exact copies."""
    base = duckdb.connect(config={"threads": 1})
    base.execute(f"CREATE TABLE {table} (row BIGINT, key BIGINT)")
    base.execute("CREATE TABLE exact (row BIGINT, first BIGINT)")
    base.execute("CREATE TABLE heads (row BIGINT, source VARCHAR, published VARCHAR)")
    rows = [(row, key) for row, some in enumerate(keys) for key in sorted(some)]
    nobody: list[str | None] = [None] * len(keys)
    heads = zip(range(len(keys)), sources or nobody, dates or nobody, strict=True)
    several: list[tuple[str, list[tuple[Any, ...]]]] = [
        (table, [*rows]),
        ("exact", [(row, 0) for row in sorted(copies)]),
        ("heads", [*heads]),
    ]
    for into, values in several:
        told = ", ".join(f"({', '.join(map(json.dumps, row))})".replace('"', "'") for row in values)
        if values:
            base.execute(f"INSERT INTO {into} VALUES {told}")
    return base


def every_row(base: duckdb.DuckDBPyConnection, queries: list[str]) -> Rows:
    return sorted(row for query in queries for row in base.execute(query).fetchall())


def holders(keys: list[set[int]], copies: set[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for row, some in enumerate(keys):
        for key in some if row not in copies else ():
            found[key].append(row)
    return {key: rows for key, rows in found.items() if len(rows) > 1}


@settings(max_examples=7)
@given(KEYS, COPIES)
def test_buckets_are_keys_of_several_articles(keys: list[set[int]], copies: set[int]) -> None:
    expected = sorted((key, len(rows), min(rows)) for key, rows in holders(keys, copies).items())
    with connect("passages", keys, copies) as base:
        for ranges in (EVERYTHING, CUT):
            assert every_row(base, band_join.buckets("passages", ranges)) == expected


@settings(max_examples=7)
@given(KEYS, COPIES, st.integers(2, 12))
def test_shared_keys_are_counted(keys: list[set[int]], copies: set[int], cap: int) -> None:
    expected: Counter[tuple[int, int]] = Counter()
    for rows in holders(keys, copies).values():
        pairs = (
            itertools.combinations(rows, 2) if len(rows) <= cap else [(rows[0], other) for other in rows[1:]]
        )
        expected.update(pairs)
    before, band_join.SHARED_CAP = band_join.SHARED_CAP, cap
    try:
        with connect("passages", keys, copies) as base:
            base.execute(f"CREATE TABLE met AS {band_join.buckets('passages', EVERYTHING)[0]}")
            for ranges in (EVERYTHING, CUT):
                found: Counter[tuple[int, int]] = Counter()
                for one, other, shared in every_row(base, band_join.shared("passages", "met", ranges)):
                    found[one, other] += shared
                assert found == expected
    finally:
        band_join.SHARED_CAP = before


@settings(max_examples=7)
@given(KEYS, COPIES, SOURCES, DATES)
def test_templates_are_keys_that_many_articles_of_a_source_have(
    keys: list[set[int]],
    copies: set[int],
    sources: list[str | None],
    dates: list[tuple[int, int] | None],
) -> None:
    expected = []
    for key in range(8):
        rows = [row for row, some in enumerate(keys) if key in some and row not in copies]
        by_source = Counter(sources[row] for row in rows)
        months = [12 * date[0] + date[1] for date in map(dates.__getitem__, rows) if date]
        most, every = max(by_source.values(), default=0), by_source.total()
        span = max(months) - min(months) if months else 0
        lasts = every >= LEAST_STANDING and span >= LEAST_LASTING
        if most >= LEAST_IN_SERIES or every >= LEAST_STOCK or lasts:
            expected.append((key, most, every, span if 2 * len(months) >= every else None))
    told = [f"{date[0]}-{date[1]:02}-28T23:59:59Z" if date else None for date in dates]
    with connect("passages", keys, copies, sources[: len(keys)], told[: len(keys)]) as base:
        for ranges in (EVERYTHING, CUT):
            assert every_row(base, band_join.templates(ranges)) == expected


def months_of(*dates: str | None) -> object:
    """From the first to the last of articles with one key, of a source each; the dates are repeated."""
    sources: list[str | None] = [str(row) for row in range(LEAST_STOCK)]
    told = list(itertools.islice(itertools.cycle(dates), LEAST_STOCK))
    with connect("passages", [{1}] * LEAST_STOCK, set(), sources, told) as base:
        ((_, articles, everywhere, months),) = every_row(base, band_join.templates(EVERYTHING))
    assert (articles, everywhere) == (1, LEAST_STOCK)
    return months


def test_months_from_the_first_article_to_the_last() -> None:
    assert months_of(None) is None
    assert months_of("2024-03-31T10:00:00Z") == 0
    assert months_of("2024-03-01T00:00:00Z", None, "2024-03-31T23:59:59Z") == 0
    assert months_of("2024-03-01T00:00:00Z", None, None, "2025-01-01T00:00:00Z") == 10
    assert months_of("2024-03-01T00:00:00Z", None, None) is None
    assert months_of("2024-01-02T00:00:00Z", "2023-12-30T00:00:00Z") == 1
    assert months_of("2024-12-01T00:00:00Z", "2022-11-01T00:00:00Z", "2023-05-01T00:00:00Z") == 25


def series_of(keys: list[set[int]], sources: list[str | None]) -> list[int]:
    with connect("passages", keys, set(), sources) as base:
        base.execute(f"CREATE TABLE met AS {band_join.buckets('passages', EVERYTHING)[0]}")
        base.execute(f"CREATE TABLE passages_shared AS {band_join.shared('passages', 'met', EVERYTHING)[0]}")
        base.execute("CREATE TABLE past_passages (row BIGINT, passage_keys BIGINT, in_series BOOLEAN)")
        return [row for (row,) in every_row(base, [band_join.series()])]


def slow_series(keys: list[set[int]], sources: list[str | None]) -> list[int]:
    partners: dict[int, dict[int, float]] = defaultdict(dict)
    for one, other in itertools.permutations(range(len(keys)), 2):
        shared, sizes = len(keys[one] & keys[other]), sorted([len(keys[one]), len(keys[other])])
        if shared >= LEAST_SHARED and shared >= LEAST_SHARE * sizes[1] and sources[one] == sources[other]:
            partners[one][other] = shared / sizes[0]
    evident = {
        row
        for row, met in partners.items()
        if len(met) >= LEAST_PARTNERS and sum(met.values()) / len(met) < MOST_SHARED
    }
    also = {
        row
        for row, met in partners.items()
        if len(met) >= FEW_PARTNERS and 3 * len(evident & set(met)) >= len(met)
    }
    return sorted(evident | also)


@settings(max_examples=6)
@given(
    st.lists(st.sets(st.integers(0, 25), min_size=4, max_size=14), min_size=16, max_size=30),
    st.lists(st.sampled_from(["a", "a", "a", None]), min_size=30, max_size=30),
)
def test_series_as_found_slowly(keys: list[set[int]], sources: list[str | None]) -> None:
    assert series_of(keys, sources[: len(keys)]) == slow_series(keys, sources)


def rotating(count: int) -> list[set[int]]:
    """Articles that each share some keys with all others."""
    return [{(row * 3 + step) % 20 for step in range(8)} | {100 + row} for row in range(count)]


def test_what_is_a_series() -> None:
    assert series_of(rotating(30), ["a"] * 30) == slow_series(rotating(30), ["a"] * 30) == list(range(30))
    assert series_of(rotating(30), [None] * 30) == list(range(30))
    assert series_of(rotating(8), ["a"] * 8) == []
    assert series_of(rotating(30), [str(row) for row in range(30)]) == []


def test_copies_of_one_text_are_no_series() -> None:
    assert series_of([set(range(20)) | {100 + row} for row in range(30)], ["a"] * 30) == []

from __future__ import annotations

from pathlib import Path

from view.builder import make_results

from dedup.results.opened import Results, open_results
from dedup.results.selection import Choice, Database
from dedup.results.sources import who_copies_whom
from dedup.schema import SOURCES

# Article, source, day of publication.
ARTICLES = [
    ("wire-1", "wire", 1), ("wire-2", "wire", 1), ("wire-3", "wire", None),
    ("city-1", "city", 2), ("city-2", "city", 1), ("city-3", "city", None), ("city-4", "city", 3),
    ("farm-1", "farm", 3), ("none-1", None, 3),
]  # fmt: skip
PAIRS = [
    ("wire-1", "city-1", "copy"),
    ("wire-1", "city-2", "exact"),  # the same day
    ("wire-2", "city-1", "partial"),
    ("wire-3", "city-3", "copy"),  # no dates
    ("wire-1", "city-3", "copy"),  # one date
    ("wire-1", "wire-2", "copy"),  # one source
    ("wire-1", "none-1", "copy"),
    ("city-1", "farm-1", "rewrite"),
    ("wire-1", "farm-1", "copy"),
    ("city-1", "city-4", "copy"),
]


def results_of(folder: Path) -> Results:
    articles = [
        {"article": name, "source": source, "published": day and f"2024-01-{day:02}T00:00:00Z"}
        for name, source, day in ARTICLES
    ]
    pairs = [{"left": left, "right": right, "kind": kind} for left, right, kind in PAIRS]
    return open_results(make_results(folder, articles=articles, pairs=pairs, rows_per_part=4))


def test_the_later_of_two_sources_is_told_with_whom_it_copies(tmp_path: Path) -> None:
    results = results_of(tmp_path / "r")
    names = ("source", "origin", "articles", "pairs", "dated")
    told = [tuple(row[name] for name in names) for row in who_copies_whom(results)]
    assert told == [
        ("city", "wire", 3, 5, 2),
        ("farm", "city", 1, 1, 1),
        ("farm", "wire", 1, 1, 1),
    ]
    assert who_copies_whom(results, 1) == who_copies_whom(results)[:1]


def test_without_sources_nobody_copies(tmp_path: Path) -> None:
    articles = [{"article": name} for name in "ab"]
    made = make_results(tmp_path / "r", articles=articles, pairs=[{"left": "a", "right": "b"}])
    assert who_copies_whom(open_results(made)) == []


def test_every_source_with_what_it_copies_and_what_is_copied(tmp_path: Path) -> None:
    with Database(results_of(tmp_path / "r")) as database:
        told = [tuple(row.values()) for row in database.select(SOURCES, SOURCES.column_names, Choice())]
        assert database.count(SOURCES, Choice()) == 4
        assert database.count(SOURCES, Choice("copies > 1")) == 1
    # source, articles, copies, of them dated, copied, spun, origin, from it
    assert told == [
        ("city", 4, 3, 1, 1, 0, "wire", 3),
        ("farm", 1, 1, 1, 0, 0, "city", 1),
        ("wire", 3, 0, 0, 3, 0, None, None),
        (None, 1, 0, 0, 0, 0, None, None),
    ]

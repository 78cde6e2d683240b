from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.results.opened import Results, open_results
from dedup.view.report import figures, plots

from ..builder import make_results


def results_of(path: Path, clusters: list[list[str | None]]) -> Results:
    """RESULTS of clusters, each by the dates of its members."""
    articles, members = [], []
    for number, dates in enumerate(clusters, 1):
        for place, date in enumerate(dates):
            name = f"{number}-{place}"
            articles.append({"article": name, "published": date})
            members.append({"cluster": number, "article": name, "size": len(dates), "keeper": f"{number}-0"})
    return open_results(make_results(path, articles=articles, clusters=members))


def test_clusters_are_counted_by_size(tmp_path: Path) -> None:
    found = results_of(tmp_path, [[None] * size for size in (2, 2, 4, 9, 5, 1000)])
    assert figures.cluster_sizes(found) == [
        ("2", 2), ("3", 0), ("4", 1), ("5–9", 2), ("10–19", 0), ("20–49", 0), ("50–99", 0), ("100–999", 0),
        ("1,000 or more", 1),
    ]  # fmt: skip


def test_the_first_of_each_cluster_is_told_from_the_later_ones(tmp_path: Path) -> None:
    found = results_of(
        tmp_path,
        [
            ["2024-03-02T08:00:00Z", "2024-03-01T23:59:59Z", None, "2024-03-04T00:00:00Z"],
            ["2024-03-02T09:00:00Z", "2024-03-02T09:00:00Z"],
            [None, None],
        ],
    )
    assert figures.timeline(found) == (
        "day",
        [("2024-03-01", 1, 0), ("2024-03-02", 1, 2), ("2024-03-03", 0, 0), ("2024-03-04", 0, 1)],
    )


@pytest.mark.parametrize(
    ("last", "unit", "periods"),
    [
        ("2024-01-01T00:00:00Z", "hour", 1),
        ("2024-01-02T11:00:00Z", "hour", 36),
        ("2024-02-05T00:00:00Z", "day", 36),
        ("2024-09-01T00:00:00Z", "week", 35),
        ("2026-12-01T00:00:00Z", "month", 36),
        ("2032-01-01T00:00:00Z", "quarter", 33),
        ("2054-01-01T00:00:00Z", "year", 31),
        ("2324-01-01T00:00:00Z", "decade", 31),
        ("9999-12-31T23:59:59Z", "century", 80),
    ],
)
def test_any_stretch_of_time_fits(tmp_path: Path, last: str, unit: str, periods: int) -> None:
    found, spans = figures.timeline(results_of(tmp_path, [["2024-01-01T00:00:00Z", last]]))
    assert (found, len(spans)) == (unit, periods)
    assert sum(span.first + span.later for span in spans) == 2


def test_without_dates_there_is_no_timeline(tmp_path: Path) -> None:
    assert figures.timeline(results_of(tmp_path, [[None, None]])) == ("", [])


def test_the_matrix_has_the_busiest_sources_and_counts_the_others() -> None:
    rows = [
        {"source": f"s{taker}", "origin": f"s{giver}", "articles": 30 - taker}
        for taker in range(12)
        for giver in (20,)
    ]
    found = figures.matrix_of(rows)
    assert found.sources == [f"s{number}" for number in range(10)]
    assert found.origins == ["s20"]
    assert found.articles == [[30 - number] for number in range(10)]
    assert found.left_out == 20 + 19


def test_every_letter_of_the_matrix_is_told() -> None:
    rows = [
        {"source": "copies", "origin": "agency", "articles": 3},
        {"source": "daily", "origin": "copies", "articles": 1},
    ]
    found = plots.grid(figures.matrix_of(rows))
    assert set(found.letters) == {source for source, _ in found.sources} | set(found.others)
    assert found.others == ["agency"]
    assert len(set(found.letters.values())) == 3


@given(st.integers(0, 10**9))
def test_the_topmost_line_is_a_round_number(value: int) -> None:
    top = plots.nice(value)
    assert value <= top <= max(1, 2.5 * value)
    assert str(top).rstrip("0") in {"1", "2", "5"}


@given(
    st.lists(
        st.tuples(st.text(max_size=5), st.tuples(st.integers(0, 10**6), st.integers(0, 10**6))), max_size=40
    )
)
def test_columns_stay_in_their_place(rows: list[tuple[str, tuple[int, int]]]) -> None:
    found = plots.columns(rows, 4)
    right = -1.0
    for column in found.columns:
        assert right < column.x < column.x + column.width <= 100
        right = column.x + column.width
        for (_, height), value in zip(column.parts, column.values, strict=True):
            assert (height > 0) is (value > 0)
        assert column.parts[-1][0] >= -2  # what is little is drawn a little larger, to be seen
    assert sum(column.is_named for column in found.columns) <= 4


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (999, "999"), (1000, "1.0k"), (9999, "10.0k"), (96_123, "96k"), (1_200_000, "1.2M")],
)
def test_numbers_in_little_room(value: int, shown: str) -> None:
    assert plots.short(value) == shown

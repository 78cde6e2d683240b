"""What the overview draws, counted by queries, whatever the number of articles."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from dedup.results.opened import Results, Row
from dedup.results.selection import query
from dedup.results.sources import who_copies_whom

_SIZES = ((2, 2), (3, 3), (4, 4), (5, 9), (10, 19), (20, 49), (50, 99), (100, 999), (1000, None))
_MOST_BARS = 36  # of the timeline
_MOST_SOURCES = 10  # of the matrix, either way

_CLUSTER_SIZES = "SELECT size, count(DISTINCT cluster) AS clusters FROM clusters GROUP BY size ORDER BY size"

_DATED = """
    SELECT try_cast(published AS TIMESTAMP) AS moment,
           row_number() OVER (PARTITION BY cluster ORDER BY published, article) AS place
    FROM clusters JOIN articles USING (article) WHERE moment IS NOT NULL
"""
# Units of time with their hours, and how the beginning of one is written.
_UNITS = {
    "hour": (1, "%d %b %H:00"),
    "day": (24, "%Y-%m-%d"),
    "week": (168, "%Y-%m-%d"),
    "month": (730, "%b %Y"),
    "quarter": (2190, "%b %Y"),
    "year": (8760, "%Y"),
    "decade": (87600, "%Y"),
    "century": (876000, "%Y"),
}


class Period(NamedTuple):
    """A stretch of time: which of the clusters' articles were published in it."""

    label: str
    first: int  # those that were the first of their cluster
    later: int


class Matrix(NamedTuple):
    """Of each source (row) how many articles are later than those of each origin (column)."""

    sources: list[str]
    origins: list[str]
    articles: list[list[int]]
    left_out: int  # articles of sources that have no row or no column


def cluster_sizes(results: Results) -> list[tuple[str, int]]:
    """Numbers of clusters by size, from the least to the largest that there is."""
    counts: Counter[int] = Counter()
    for row in query(results, _CLUSTER_SIZES):
        step = max(number for number, (least, _) in enumerate(_SIZES) if row["size"] >= least)
        counts[step] += row["clusters"]
    return [(_size_name(*_SIZES[step]), counts[step]) for step in range(max(counts, default=-1) + 1)]


def _size_name(least: int, most: int | None) -> str:
    if most is None:
        return f"{least:,} or more"
    return f"{least:,}" if least == most else f"{least:,}–{most:,}"


def timeline(results: Results) -> tuple[str, list[Period]]:
    """The unit of time, and what was published in each from the first date to the last, in UTC."""
    (whole,) = query(results, f"SELECT date_diff('hour', min(moment), max(moment)) AS hours FROM ({_DATED})")
    if whole["hours"] is None:
        return "", []
    unit = next(
        (unit for unit, (hours, _) in _UNITS.items() if whole["hours"] < _MOST_BARS * hours), "century"
    )
    rows = query(
        results,
        f"""
        WITH counted AS (
            SELECT date_trunc('{unit}', moment) AS start, count(*) FILTER (place = 1) AS first,
                   count(*) FILTER (place > 1) AS later
            FROM ({_DATED}) GROUP BY ALL
        )
        SELECT strftime(start, '{_UNITS[unit][1]}') AS label, coalesce(first, 0) AS first,
               coalesce(later, 0) AS later
        FROM (
            SELECT unnest(generate_series(min(start), max(start), INTERVAL '1 {unit}')) AS start FROM counted
        ) LEFT JOIN counted USING (start) ORDER BY start
        """,
    )
    return unit, [Period(**row) for row in rows]


def matrix(results: Results) -> Matrix:
    """The sources that take most and those that are taken from most."""
    return matrix_of(who_copies_whom(results))


def matrix_of(rows: list[Row]) -> Matrix:
    """Rows of ``who_copies_whom`` as a matrix."""
    taken, given = Counter[str](), Counter[str]()
    for row in rows:
        taken[row["source"]] += row["articles"]
        given[row["origin"]] += row["articles"]
    sources, origins = _most(taken), _most(given)
    cells = {(row["source"], row["origin"]): row["articles"] for row in rows}
    table = [[cells.get((source, origin), 0) for origin in origins] for source in sources]
    return Matrix(sources, origins, table, sum(taken.values()) - sum(map(sum, table)))


def _most(counts: Counter[str]) -> list[str]:
    return [name for name, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_MOST_SOURCES]]

"""Components by queries are those that a search finds."""

from __future__ import annotations

import itertools

import duckdb
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedup.engine.components import find_components

Edges = list[tuple[int, int]]
EDGES = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)).filter(lambda edge: edge[0] != edge[1]))


def search(edges: Edges) -> dict[int, int]:
    """Of each article the least that it is connected to."""
    least = {row: row for edge in edges for row in edge}
    for _ in least:
        for one, other in edges:
            least[one] = least[other] = min(least[one], least[other])
    return least


@given(EDGES.filter(bool))
@example([(number, number + 1) for number in range(40)])  # a chain, the longest way
@example([(0, number) for number in range(1, 40)])
@example([(40, 0), (0, 40), (40, 0)])
@settings(deadline=None, max_examples=40)
def test_components(edges: Edges) -> None:
    with duckdb.connect() as database:
        names = (f"filled_{number}" for number in itertools.count())

        def fill(query: str) -> str:
            name = next(names)
            database.execute(f"CREATE TABLE {name} AS {query}")
            return name

        def count(query: str) -> int:
            return int(database.sql(query).fetchall()[0][0])

        database.execute("CREATE TABLE edges (left_row BIGINT, right_row BIGINT)")
        database.executemany("INSERT INTO edges VALUES (?, ?)", edges)
        found = database.sql(f"SELECT row, root FROM {find_components('edges', fill, count)}").fetchall()
        assert len(found) == len(dict(found))
        assert dict(found) == search(edges)
        assert int(next(names).removeprefix("filled_")) <= 2 + 2 * 8  # rounds

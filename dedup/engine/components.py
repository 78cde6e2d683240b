"""Clusters of more pairs than one machine should hold: connected articles are brought together first.

Components are found by stars that alternate (large-star and small-star, Kiveris and others 2014): each
round links an article's neighbours to the least of them, until all that are connected are linked to one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pyarrow as pa

Function = Callable[[pa.Table, pa.Table], pa.Table]  # of nodes and edges

EDGES_A_TASK = 1_000_000  # about; of one component all

_LARGE_STAR = """
WITH ends AS (SELECT one AS u, other AS v FROM {links} UNION ALL SELECT other AS u, one AS v FROM {links}),
lowest AS (SELECT u, least(u, min(v)) AS m FROM ends GROUP BY u)
SELECT DISTINCT ends.v AS one, lowest.m AS other
FROM ends JOIN lowest ON ends.u = lowest.u WHERE ends.v > ends.u
"""
_SMALL_STAR = """
WITH lowest AS (SELECT one AS u, min(other) AS m FROM {links} GROUP BY one)
SELECT links.other AS one, lowest.m AS other
FROM {links} AS links JOIN lowest ON links.one = lowest.u WHERE links.other <> lowest.m
UNION
SELECT u AS one, m AS other FROM lowest
"""
_OPEN = """
SELECT count(*) AS links FROM {links} AS links WHERE other IN (SELECT one FROM {links})
   OR one IN (SELECT one FROM {links} GROUP BY one HAVING count(*) > 1)
"""
_ROOTS = "SELECT one AS row, other AS root FROM {links} UNION SELECT other AS row, other AS root FROM {links}"


class Graph(NamedTuple):
    """The tables of a graph, by name.

    nodes  ``row`` and ``place``, which rises in the order of the nodes
    edges  as ``members`` takes them
    roots  as ``find_components`` gives them
    """

    nodes: str
    edges: str
    roots: str


def find_components(edges: str, fill: Callable[[str], str], count: Callable[[str], int]) -> str:
    """The table of articles (``row``) and of what names their components (``root``).

    edges  the table of ``left_row`` and ``right_row``
    fill   fills a new table by a query, and gives its name
    count  the number that a query gives
    """
    links = fill(f"SELECT left_row AS one, right_row AS other FROM {edges}")
    while True:
        for star in (_LARGE_STAR, _SMALL_STAR):
            links = fill(star.format(links=links))
        if not count(_OPEN.format(links=links)):
            return fill(_ROOTS.format(links=links))


def cluster_apart(spark: Any, tables: Graph, count: int, function: Function, ddl: str) -> Any:
    """What a function of ``members`` gives of so many edges, whole components at a time."""
    buckets = -(-count // EDGES_A_TASK)
    frames = [
        spark.sql(
            f"""SELECT given.*, pmod(xxhash64(roots.root), {buckets}) AS bucket
            FROM {table} AS given JOIN {tables.roots} AS roots ON given.{row} = roots.row"""
        ).groupBy("bucket")
        for table, row in ((tables.nodes, "row"), (tables.edges, "left_row"))
    ]

    def run(nodes: pa.Table, edges: pa.Table) -> pa.Table:
        return function(nodes.sort_by("place"), edges)

    return frames[0].cogroup(frames[1]).applyInArrow(run, ddl)

"""Clusters of more pairs than one machine should hold: connected articles are brought together first.

Components are found by stars that alternate (large-star and small-star, Kiveris and others 2014): each
round links an article's neighbours to the least of them, until all that are connected are linked to one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa

Function = Callable[[pa.Table, pa.Table], pa.Table]  # of nodes and edges

_EDGES_A_TASK = 1_000_000  # about; of one component all

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


def find_components(spark: Any, edges: Any, keep: Callable[[Any, str], Any]) -> Any:
    """Articles (``row``) and what names their components (``root``).

    edges  a frame of ``left_row`` and ``right_row``
    keep   writes a frame under a name, and gives it as it was written
    """
    links = edges.selectExpr("left_row AS one", "right_row AS other")
    number = 0
    while True:
        for query in (_LARGE_STAR, _SMALL_STAR):
            links.createOrReplaceTempView("links_now")
            links = keep(spark.sql(query.format(links="links_now")), f"links-{number}")
            number += 1
        links.createOrReplaceTempView("links_now")
        if not spark.sql(_OPEN.format(links="links_now")).first().links:
            return spark.sql(_ROOTS.format(links="links_now"))


def cluster_apart(
    nodes: Any,
    edges: Any,
    count: int,
    roots: Any,
    function: Function,
    ddl: str,
) -> Any:
    """What a function of ``members`` gives of so many edges, whole components at a time.

    nodes  a frame of ``row`` and ``place``, which rises in the order of the nodes
    """
    buckets = -(-count // _EDGES_A_TASK)
    grouped = roots.selectExpr("row", f"pmod(xxhash64(root), {buckets}) AS bucket")
    of_nodes = nodes.join(grouped, "row").groupBy("bucket")
    of_edges = edges.join(grouped.withColumnRenamed("row", "left_row"), "left_row").groupBy("bucket")

    def run(some_nodes: pa.Table, some_edges: pa.Table) -> pa.Table:
        return function(some_nodes.sort_by("place"), some_edges)

    return of_nodes.cogroup(of_edges).applyInArrow(run, ddl)

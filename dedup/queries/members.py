"""The pairs of a scan as a graph, and what follows from it: who stands in which cluster (see ``cluster``).

nodes  a table of ``row``: articles that stand in pairs, the one to be kept before all others first
edges  verified pairs: ``left_row``, ``right_row``, ``similarity``, and ``holder`` (see ``graph``)

Articles that are connected are looked at together; what comes of others makes no difference to them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dedup import cluster, schema
from dedup.tables.files import arrow_schema

Column = NDArray[Any]


class _Graph(NamedTuple):
    """Rows of articles by rank, verified pairs as ranks, and their similarities."""

    rows: Column
    first: Column
    second: Column
    similarity: Column


def find_unchecked(nodes: pa.Table, edges: pa.Table) -> pa.Table:
    """Every keeper and what it is connected to, where no pair joins the two: rows of ``unchecked``."""
    graph = _rank(nodes, edges)
    keeper, member = cluster.unchecked(len(graph.rows), graph.first, graph.second)
    return pa.table([graph.rows[keeper], graph.rows[member]], schema=arrow_schema(schema.UNCHECKED))


def find_members(nodes: pa.Table, edges: pa.Table) -> pa.Table:
    """The clusters: rows of ``members``."""
    rows, *ends = _rank(nodes, edges)
    found = cluster.assign(len(rows), *ends)
    columns = [rows[found.member], rows[found.keeper], found.similarity, rows[found.matched]]
    return pa.table(columns, schema=arrow_schema(schema.MEMBERS))


def _rank(nodes: pa.Table, edges: pa.Table) -> _Graph:
    rows = nodes["row"].to_numpy()
    by_row = np.argsort(rows)
    ends = (edges[end].to_numpy() for end in ("left_row", "right_row"))
    first, second = (by_row[np.searchsorted(rows, end, sorter=by_row)] for end in ends)
    order = cluster.rank(len(rows), first, second, edges["holder"].to_numpy())
    ranks = np.argsort(order)
    return _Graph(rows[order], ranks[first], ranks[second], edges["similarity"].to_numpy())

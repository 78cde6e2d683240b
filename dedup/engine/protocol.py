"""What the pipeline asks of an engine. The local one and a cluster's answer it alike.

A table is filled once: by reading, by a chain of stages, by a query, or by rows given.
An engine that goes on with an interrupted run may find it filled already and leave it so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

import pyarrow as pa

from dedup.chains import Stage
from dedup.read.items import ItemGroup
from dedup.schema import Table


class Output(NamedTuple):
    """A result table: the queries that give its rows, in order, as ``result_rows.finish`` shapes them.

    With ``texts``, the text of each ``row`` is attached first.
    """

    table: Table
    queries: Sequence[str]
    texts: bool = False


class Progress(Protocol):
    """Told how far a step is; ``total`` is None where it isn't known."""

    def start(self, step: str, total: int | None, unit: str) -> None: ...

    def advance(self, amount: int) -> None: ...

    def end(self) -> None: ...


class Engine(Protocol):
    """Runs stages and queries over tables; the only place that knows where they lie.

    spreads       a query over a whole table may be asked at once: the engine cuts it up by itself
    worker_peaks  sum of the peak memory of the processes that it started, in bytes
    """

    @property
    def spreads(self) -> bool: ...

    @property
    def worker_peaks(self) -> int: ...

    def read(self, groups: Iterable[ItemGroup], chain: Sequence[Stage], total: int) -> None:
        """Read groups of items (of about ``total`` bytes in all) and run a chain over their docs."""

    def run(self, source: Table, chain: Sequence[Stage]) -> None:
        """Run a chain over the batches of a table."""

    def use(self, table: Table) -> None:
        """Let the stages that follow know the rows of ``recurring`` or ``templates``."""

    def count_stems(self, articles: int) -> None:
        """Count in how many of so many articles each stem occurs, and for the spun pass which ones are
        neighbours; let the stages that follow know it.
        """

    def find_frequent(self, articles: int) -> None:
        """Begin to find the shingles that very many of so many articles carry; ``run`` waits for them."""

    def drop_lone(self, source: Table, target: Table) -> None:
        """Fill a table with the rows of another whose ``key`` may occur again; others are left out."""

    def run_pairs(self, candidates: Table, chain: Sequence[Stage]) -> None:
        """Run a chain over the pairs of a table, with the texts of both ends attached."""

    def sql(self, target: Table, *queries: str) -> None:
        """Fill a table by queries over the tables filled before, one after the other."""

    def number(self, target: Table, query: str, order: str) -> None:
        """Fill a table, whose last column numbers the rows of a query from 1, in the order of others."""

    def put(self, target: Table, rows: pa.Table) -> None:
        """Fill a table with the rows given."""

    def refill(self, target: Table, query: str) -> None:
        """Fill a table anew by a query that may read it as it is."""

    def fetch(self, query: str) -> pa.Table:
        """The rows of a query, in order; for what fits in memory."""

    def write(self, outputs: Iterable[Output]) -> dict[str, int]:
        """Write result tables, each asked for when the rows before it are given out; rows by table."""

    def cluster(self, target: Table, function: str, nodes: str, edges: str) -> None:
        """Fill a table with what a function of ``queries.members`` gives of two queries' nodes and edges.

        It may be asked for parts of them at a time, if all that is connected stands in one.
        """

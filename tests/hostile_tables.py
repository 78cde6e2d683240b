"""The tables of a scan as ``hostile.py`` asks for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

Row = dict[str, Any]


def one_of(column: str, values: Iterable[str]) -> pc.Expression:
    return pc.field(column).isin(pa.array(list(values), pa.string()))


class Scan:
    """How often a path occurs, and, for some ``paths``, their articles and what was found of these."""

    def __init__(self, home: Path, paths: Collection[str]) -> None:
        self._home = home
        counts = pq.read_table(home / "articles", columns=["path"])["path"].value_counts().to_pylist()
        self._articles: dict[str, int] = {row["values"]: row["counts"] for row in counts}
        self._skipped: dict[str, list[Row]] = defaultdict(list)
        for row in pq.read_table(home / "skipped").to_pylist():
            self._skipped[row["path"]].append(row)
        rows = self.rows("articles", one_of("path", paths), ["article", "path", "url", "exact_of"])
        self._of: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            self._of[row["path"]].append(row)
        self._first: dict[str, str] = {row["article"]: row["exact_of"] or row["article"] for row in rows}
        ends = one_of("left", self._first) | one_of("right", self._first)
        self._pairs = {(row["left"], row["right"]) for row in self.rows("pairs", ends, ["left", "right"])}
        members = self.rows("clusters", one_of("article", self._first), ["article", "cluster"])
        self.cluster: dict[str, int] = {row["article"]: row["cluster"] for row in members}

    def rows(self, name: str, where: pc.Expression, columns: list[str] | None = None) -> list[Row]:
        """Rows of a table."""
        found: list[Row] = pq.read_table(self._home / name, columns=columns, filters=where).to_pylist()
        return found

    def count(self, path: str) -> int:
        """Articles of a file, or of the members of an archive."""
        return sum(count for name, count in self._articles.items() if _within(name, path))

    def skips(self, path: str, by_parent: bool = False) -> list[Row]:
        """Skipped rows of a file or of the members of an archive, or else of a directory above it."""
        own = [row for name, rows in self._skipped.items() if _within(name, path) for row in rows]
        if own or not by_parent:
            return own
        return [row for name, rows in self._skipped.items() if _within(path, name) for row in rows]

    def names(self, path: str) -> list[str]:
        """The articles of one of ``paths``."""
        return [row["article"] for row in self._of.get(path, [])]

    def find(self, path: str, record: str | None) -> str | None:
        """The article that is a file, or the record of it that has this id or address."""
        rows = (row for row in self._of.get(path, []) if record in (None, row["article"], row["url"]))
        return next((row["article"] for row in rows), None)

    def grouped(self, names: Iterable[str]) -> list[str]:
        """Those that stand in a pair or a cluster."""
        ends = {end for pair in self._pairs for end in pair}
        return [name for name in names if name in ends or name in self.cluster]

    def together(self, names: Sequence[str]) -> bool:
        """Whether articles hang together: each linked to one that hangs together with the first."""
        reached, waiting = set(names[:1]), set(names[1:])
        while near := {name for name in waiting if any(self._linked(name, other) for other in reached)}:
            reached |= near
            waiting -= near
        return not waiting

    def _linked(self, one: str, other: str) -> bool:
        """Whether two stand in one cluster, are a pair, or exact copies."""
        cluster = self.cluster.get(one)
        return (
            (cluster is not None and cluster == self.cluster.get(other))
            or not self._pairs.isdisjoint({(one, other), (other, one)})
            or self._first[one] == self._first[other]
        )


def _within(name: str, path: str) -> bool:
    return name == path or name.startswith(path + "/")

"""What an archive knows of new articles, brought into their scan, as far as it has to do with them.

Archived articles have lesser rows than new ones. Those that a new article meets stand in the work tables
``heads``, ``names`` and ``exact`` beside the new ones, with parts of their own; ``bands``, ``passages`` and
``rare`` hold their keys as far as a new article has them, too. So the queries of a scan find what they would
find in a scan of all, but for pairs of archived articles, which are known.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from dedup import schema
from dedup.archive import queries as own
from dedup.archive.opened import Archive, digest_keys, name_keys
from dedup.engine.local import LocalEngine
from dedup.queries import band_join, steps
from dedup.schema import Table
from dedup.tables.files import arrow_schema

Rows = NDArray[np.int64]
_NO_ROWS = np.empty(0, np.int64)
_FINDS = "dedup.archive.meet"
_INDEXES = {"bands": "band", "passages": "passage", "rare": "rare"}  # of the archive, by work table


class Past:
    """What an archive knows; for one scan, run by one engine."""

    def __init__(self, archive: Archive, engine: LocalEngine) -> None:
        self.since = archive.since
        self._archive = archive
        self._engine = engine
        self._brought = _NO_ROWS
        self._parts = 0
        self._gone = _NO_ROWS  # articles that count for nothing, being copies of others
        engine.drop_added(schema.HEADS, schema.NAMES, schema.EXACT, schema.RARE_KEYS)

    def tell_names_apart(self) -> None:
        """Name new articles so that no archived one has their names: as if it stood before them."""
        while True:
            names = self._engine.fetch(own.NEW_NAMES.format(since=self.since))["article"]
            found = self._find("names", name_keys(names.to_pylist()))
            missing = np.setdiff1d(found, self._brought)
            if not len(missing):
                return
            self.bring(missing)
            self._name(steps.NAMES)
            while self._engine.fetch(steps.CLASHING_NAMES).num_rows:
                self._name(steps.RENAMED)

    def _name(self, query: str) -> None:
        names = self._engine.fetch(query)
        new = names.filter(pc.greater_equal(names["row"], self.since))
        self._engine.put(schema.NAMES, new.cast(arrow_schema(schema.NAMES)))

    def find_copies(self) -> None:
        """Find the first of all articles with the same words, archived ones among them."""
        digests = self._engine.fetch(own.NEW_DIGESTS.format(since=self.since))["digest"]
        found = self._find("digests", digest_keys(digests.to_pylist()))
        self.bring(np.unique(self._archive.first_of(found)))
        copies = self._note_copies()
        # Where a new article comes before the first of old, it is the first of all its copies.
        before = self._find("copies", copies[copies < self.since])
        if len(before):
            self.bring(before)
            copies = self._note_copies()
        self._gone = np.union1d(copies, self._archive.exact[0])

    def _note_copies(self) -> Rows:
        """The copies word for word, new ones and those of new ones."""
        exact = self._engine.fetch(steps.EXACT)
        rows, firsts = (exact[name].to_numpy() for name in ("row", "first"))
        is_new = np.maximum(rows, firsts) >= self.since
        self._put_exact("000000", rows[is_new], firsts[is_new])
        return np.sort(rows[is_new])

    def _put_exact(self, part: str, rows: Rows, firsts: Rows) -> None:
        self._engine.add(schema.EXACT, part, pa.table([rows, firsts], schema=arrow_schema(schema.EXACT)))

    def meet(self, source: Table, target: Table, most: int) -> None:
        """Fill a table with the rows of another whose keys several articles have, archived ones with them.

        ``most``: articles in a bucket of which no more needs to be known.
        """
        name, place = _INDEXES[target.name], self._engine.work / source.name

        def write(folder: Path) -> None:
            arguments = folder, target, self._archive, name, place, most + 1, self._gone
            self._engine.call(_FINDS, "meet", *arguments)

        self._engine.fill(target, write)

    def bring_sharing(self) -> None:
        """Bring the archived articles that share passages with new ones, and say which are of a series."""
        query = own.archived_ends("passages_shared", band_join.LEAST_PASSAGES, self.since)
        rows = self._rows(query)
        self.bring(rows)
        known = self._archive.articles.take(rows).select(schema.PAST_PASSAGES.column_names)
        self._engine.put(schema.PAST_PASSAGES, known)

    def count_keys(self) -> None:
        """Say how many keys those archived articles have that share rare stems with new ones."""
        known = self._archive.articles.take(
            self._rows(own.archived_ends("rare_shared", band_join.LEAST_RARE, self.since))
        )
        columns = [known["row"], known["rare_keys"]]
        self._engine.add(
            schema.RARE_KEYS, "archived", pa.table(columns, schema=arrow_schema(schema.RARE_KEYS))
        )

    def bring_met(self) -> None:
        """Bring the archived articles that new ones met in any view."""
        self.bring(self._rows(own.met_in_archive(band_join.MET, self.since)))

    def bring_connected(self) -> None:
        """Bring the archived articles that new ones are connected with, and the pairs that connect them."""
        rows = self._rows(own.aligned_in_archive(self.since))
        numbers = self._engine.call(_FINDS, "connected", self._archive, rows, self._gone)
        pairs = self._archive.pairs.take(numbers).select(schema.KNOWN_PAIRS.column_names)
        nodes = np.unique(
            np.concatenate([rows, *(pairs[side].to_numpy() for side in ("left_row", "right_row"))])
        )
        copies = self._find("copies", nodes)
        firsts = self._archive.first_of(copies)
        self.bring(np.union1d(nodes, copies))
        self._put_exact("archived", copies, firsts)
        sames = [firsts, copies, np.ones(len(copies)), np.full(len(copies), -2)]
        exact = pa.table(sames, schema=arrow_schema(schema.KNOWN_PAIRS))
        self._engine.put(schema.KNOWN_PAIRS, pa.concat_tables([pairs.cast(exact.schema), exact]))

    def bring(self, rows: Rows) -> None:
        """Let the work tables hold these archived articles, which are sorted."""
        rows = np.setdiff1d(rows, self._brought)
        if not len(rows):
            return
        table = self._archive.articles.take(rows)
        part = f"archived-{self._parts:03d}"
        self._parts += 1
        self._brought = np.union1d(self._brought, rows)
        self._engine.add(schema.HEADS, part, table.select(schema.HEADS.column_names))
        names = pa.table([table["row"], table["id"]], schema=arrow_schema(schema.NAMES))
        self._engine.add(schema.NAMES, part, names)

    def _rows(self, query: str) -> Rows:
        rows: Rows = self._engine.fetch(query)["row"].to_numpy()
        return rows

    def _find(self, name: str, keys: Rows) -> Rows:
        """The rows of an index that have one of these keys, in order."""
        rows: Rows = self._engine.call(_FINDS, "find_rows", self._archive, name, keys)
        return rows

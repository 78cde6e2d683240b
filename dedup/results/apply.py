"""RESULTS applied: which articles go because another one is kept in their place, and what is left, written.

An article goes if it stands in a cluster whose keeper tells the same by a kind of pair that was asked for.
So what goes always leaves one behind. Of ``contains`` the shorter text goes: an article that holds its
keeper has text of its own, as in ``partial``, and goes with that only.

Two members may be copies of each other and share no more than passages with their keeper, or stand in two
clusters: of such a pair that is left over the one goes that would not be kept before the other.

Archived articles are another run's to write or to drop: none goes, and none is written. What is new goes if
it is a pair with one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from dedup.errors import DedupError, UsageError
from dedup.options import KINDS, WHOLE_KINDS
from dedup.queries.fates import LATE, apart, fates
from dedup.results.inputs import is_input
from dedup.results.opened import Results, Row
from dedup.results.scrape import Gone
from dedup.results.selection import Database
from dedup.schema import ARTICLES
from dedup.tables.files import arrow_schema, with_every_column

KEPT = ("article", "path", "record", "source", "url", "title", "published", "credit", "words", "text")
_DROPPED = pa.schema(
    {
        "article": pa.string(),
        "keeper": pa.string(),
        "kind": pa.string(),
        "similarity": pa.float64(),
        "contained": pa.float64(),
        "spun_score": pa.float64(),
    }
)
DROPPED = tuple(_DROPPED.names)
_PACKED = {".jsonl": None, ".jsonl.gz": "gzip", ".jsonl.zst": "zstd"}
ENDINGS = (*_PACKED, ".parquet")
_ROWS = 1024  # articles in memory at a time
_EXAMPLES = 10


class Plan(NamedTuple):
    """What would go.

    articles  how many there are, archived ones left out
    going     how many of them go
    archived  how many are archived
    kinds     ``kind``, and how many ``go`` by it, and ``stay`` though it is that of their pair with a keeper
    spun      the same of articles that are flagged as spun, of those that go the ones that are no copies
    examples  the first that go, as in ``DROPPED``
    """

    articles: int
    going: int
    archived: int
    kinds: list[Row]
    spun: Row
    examples: list[Row]


class Fates:
    """Which articles of RESULTS go.

    kinds      the kinds of pairs, of ``options.KINDS``, that drop an article
    drop_spun  whether articles that are flagged as spun go, too, whatever else there is of them
    """

    def __init__(self, results: Results, kinds: Sequence[str] = WHOLE_KINDS, drop_spun: bool = False) -> None:
        unknown = [kind for kind in kinds if kind not in KINDS]
        if unknown or not (kinds or drop_spun):
            named = f"{unknown[0]!r} is none" if unknown else "none is given"
            raise UsageError(f"--kinds takes kinds of pairs, parted by commas: {', '.join(KINDS)}; {named}")
        self.results = results
        self._asked = (kinds, drop_spun)
        self._fates = fates(kinds, drop_spun)

    def plan(self) -> Plan:
        """What would go, in figures."""
        with self._database() as database:
            [totals] = database.query(
                f"""{self._fates}
                SELECT count(*) FILTER (NOT archived) AS articles, count(*) FILTER (goes) AS going,
                       count(*) FILTER (archived) AS archived,
                       count(*) FILTER (goes AND NOT is_copy) AS go,
                       count(*) FILTER (spun AND NOT goes AND NOT archived) AS stay
                FROM fates
                """
            )
            kinds = {
                row["kind"]: row
                for row in database.query(
                    f"""{self._fates}
                    SELECT kind, count(*) FILTER (goes) AS go, count(*) FILTER (NOT goes) AS stay
                    FROM fates WHERE kind IS NOT NULL GROUP BY kind
                    """
                )
            }
            examples = list(database.query(f"{self._dropped()} LIMIT {_EXAMPLES}"))
        spun = {"go": totals["go"], "stay": totals["stay"]}
        ordered = [kinds[kind] for kind in KINDS if kind in kinds]
        return Plan(totals["articles"], totals["going"], totals["archived"], ordered, spun, examples)

    def kept(self) -> Iterator[pa.RecordBatch]:
        """The articles that stay, archived ones left out, in order, as in ``KEPT``.

        Texts that RESULTS lacks are read again.
        """
        with self._database() as database:
            sql = f"{self._fates} SELECT NOT goes AND NOT archived AS stays FROM fates ORDER BY part_, row_"
            stays = [batch.column(0) for batch in database.batches(sql)]
        mask = pa.chunked_array(stays, pa.bool_())
        at = 0
        schema = _kept_schema()
        with self.results.reading(ARTICLES.name):
            for batch in self._articles():
                some = batch.filter(mask.slice(at, batch.num_rows).combine_chunks())
                at += batch.num_rows
                if some["text"].null_count:
                    rows = some.to_pylist()
                    self.results.read_texts(rows)
                    some = pa.RecordBatch.from_pylist(rows, schema)
                yield some.cast(schema)

    def _articles(self) -> Iterator[pa.RecordBatch]:
        """All articles in order, as in ``KEPT``."""
        for part in self.results.parts(ARTICLES.name):
            with pq.ParquetFile(part) as file:
                there = [name for name in KEPT if name in file.schema_arrow.names]
                for batch in file.iter_batches(_ROWS, columns=there):
                    yield with_every_column(batch, ARTICLES, KEPT).select(KEPT)

    def dropped(self) -> Iterator[pa.RecordBatch]:
        """The articles that go, in order, and why, as in ``DROPPED``."""
        with self._database() as database:
            yield from database.batches(self._dropped())

    def gone(self) -> Gone:
        """Where the articles that go stand, in order."""
        sql = f"""{self._fates}
            SELECT articles.path, articles.record
            FROM fates JOIN articles USING (article)
            WHERE goes ORDER BY fates.part_, fates.row_
        """
        with self._database() as database:
            for batch in database.batches(sql):
                yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)

    @contextmanager
    def _database(self) -> Iterator[Database]:
        with Database(self.results) as database:
            database.add(LATE, self._late)
            yield database

    @cached_property
    def _late(self) -> pa.Table:
        """The table ``late``: the one text of each pair that is left over that goes.

        In the order of their ranks, a text goes if it is such a pair with one that stays, as in ``cluster``.
        """
        gone: dict[int, tuple[int, bool]] = {}
        with Database(self.results) as database:
            for batch in database.batches(apart(*self._asked)):
                for later, earlier, *by in zip(*batch.to_pydict().values(), strict=True):
                    if later not in gone and earlier not in gone:
                        gone[later] = (by[0], by[1])
        columns = list(zip(*gone.values(), strict=True)) or [(), ()]
        types = (pa.int64(), pa.bool_())
        arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
        return pa.table(arrays, ["pair", "left_goes"])

    def _dropped(self) -> str:
        return f"""{self._fates}
            SELECT article, CASE WHEN is_copy THEN keeper END AS keeper,
                   CASE WHEN is_copy THEN kind ELSE 'spun' END AS kind,
                   CASE WHEN is_copy THEN similarity END AS similarity,
                   CASE WHEN is_copy THEN contained END AS contained, spun_score
            FROM fates WHERE goes ORDER BY part_, row_
        """


def write(fates: Fates, kept: Path | None, dropped: Path | None, overwrite: bool = False) -> None:
    """Write what stays, and what goes, as JSON Lines or Parquet by the ending; each whole or not at all.

    ``UsageError``: a file may not be written there.
    """
    files = [
        (path, rows, schema)
        for path, rows, schema in ((kept, fates.kept, _kept_schema()), (dropped, fates.dropped, _DROPPED))
        if path is not None
    ]
    if kept is not None and dropped is not None and kept.resolve() == dropped.resolve():
        raise UsageError(f"{kept} can't hold both what stays and what goes")
    for path, _, _ in files:
        _check(fates.results, path, overwrite)
    try:
        with ExitStack() as stack:
            unfinished = [path.with_name(f".{path.name}.{os.getpid()}") for path, _, _ in files]
            for place, (path, rows, schema) in zip(unfinished, files, strict=True):
                stack.callback(place.unlink, missing_ok=True)
                _write(place, _ending(path), rows(), schema)
            for place, (path, _, _) in zip(unfinished, files, strict=True):
                _check(fates.results, path, overwrite)
                place.replace(path)
    except OSError as error:
        raise DedupError(f"can't write {error.filename or path}: {error.strerror or error}") from None


def _kept_schema() -> pa.Schema:
    whole = arrow_schema(ARTICLES)
    return pa.schema([whole.field(name) for name in KEPT])


def _ending(path: Path) -> str:
    found = [ending for ending in ENDINGS if path.name.endswith(ending) and path.name != ending]
    if not found:
        raise UsageError(f"{path}: the name must end in {', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}")
    return found[0]


def _check(results: Results, path: Path, overwrite: bool) -> None:
    """``UsageError`` if the file is RESULTS', an input, or there already."""
    _ending(path)
    real, home = path.parent.resolve() / path.name, results.path.resolve()
    if home in (real, *real.parents):
        raise UsageError(f"{path} lies in RESULTS; write elsewhere")
    if not os.path.lexists(path):
        return
    if is_input(results, real):
        raise UsageError(f"{path} is an input of the scan, which is never changed; write elsewhere")
    if not path.is_file():
        raise UsageError(f"{path} is no file; write elsewhere")
    if not overwrite:
        raise UsageError(f"{path} is there already; give --overwrite to replace it")


def _write(path: Path, ending: str, batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> None:
    if ending == ".parquet":
        with pq.ParquetWriter(path, schema, compression="zstd") as writer:
            for batch in batches:
                writer.write_batch(batch)
        return
    with pa.OSFile(str(path), "wb") as file:
        packed = _PACKED[ending]
        with pa.CompressedOutputStream(file, packed) if packed else file as out:
            for batch in batches:
                out.write(b"".join(orjson.dumps(row) + b"\n" for row in batch.to_pylist()))

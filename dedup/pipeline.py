"""The pipeline: read, sketch, find candidates, align, judge, cluster, write.

``scan`` is the main job as one readable page; every step is a stage chain (``stages``) or
a query (``queries``) that the engine runs.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dedup import chains, queries, schema
from dedup.engine.local import LocalEngine
from dedup.engine.protocol import Engine, Progress
from dedup.options import KINDS, Options
from dedup.plan import make_plan
from dedup.read.files import File, Skipped, find_files
from dedup.read.items import plan_items, weight_of
from dedup.run import Report, Run, Silence
from dedup.tables import arrow_schema

Column = NDArray[Any]


def scan(
    paths: Sequence[str | os.PathLike[str]],
    results: str | os.PathLike[str],
    options: Options | None = None,
    progress: Progress | None = None,
) -> Report:
    """Scan files and directories of articles; write RESULTS; say what was found.

    Goes on from an interrupted run of the same command; RESULTS that are finished and up to
    date are left as they are. ``UsageError``: bad paths or options, or RESULTS of another
    scan without ``overwrite``. ``DedupError``: the run failed.
    """
    options = options or Options()
    home = Path(results)
    files, skipped = find_files(paths, options, os.fsencode(os.path.abspath(home)))
    run = Run(home, [os.fspath(path) for path in paths], files, options)
    if run.is_up_to_date():
        return run.report()
    with run.working() as work, LocalEngine(work, home, make_plan(options), progress or Silence()) as engine:
        watch = _Watch()
        counts = _find_all(engine, files, skipped, options, watch)
        counts |= _write_all(engine, options, watch)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 + engine.worker_peaks
        return run.finish(counts, watch.seconds, peak)


def _find_all(
    engine: Engine, files: Sequence[File], skipped: Sequence[Skipped], options: Options, watch: _Watch
) -> dict[str, int]:
    """Fill the work tables; what was counted on the way."""
    with watch.step("read"):
        engine.read(plan_items(files), chains.READ, sum(map(weight_of, files)))
        engine.put(schema.UNREAD, _skipped_table(skipped))
    with watch.step("name"):
        engine.sql(schema.NAMES, queries.NAMES)
        while engine.fetch(queries.CLASHING_NAMES).num_rows:
            engine.put(schema.NAMES, engine.fetch(queries.RENAMED))
        engine.sql(schema.EXACT, queries.EXACT)
    with watch.step("sign"):
        engine.find_frequent(engine.fetch("SELECT count(*) AS articles FROM heads")["articles"][0].as_py())
        engine.run(schema.SHINGLES, chains.SIGN_AND_KEEP if options.keep_sketches else chains.SIGN)
    with watch.step("candidates"):
        engine.sql(schema.BUCKETS, queries.BUCKETS)
        full = engine.fetch(queries.full_buckets(options)).to_pylist()[0]
        engine.sql(schema.CANDIDATES, queries.candidates(options))
    with watch.step("align"):
        engine.sql(schema.EXACT_ENDS, queries.exact_ends(options))
        engine.run(schema.EXACT_ENDS, chains.EXACT)
        engine.run_pairs(schema.CANDIDATES, chains.ALIGN)
    with watch.step("cluster"):
        engine.sql(schema.EARLY_VERDICTS, queries.verdicts("aligned"))
        _check_keepers(engine, options)
        engine.sql(schema.VERDICTS, queries.verdicts("aligned", "keeper_aligned"))
        _assign_clusters(engine)
    kinds = {f"{row['kind']}_pairs": row["pairs"] for row in engine.fetch(queries.KINDS).to_pylist()}
    none = {f"{kind}_pairs": 0 for kind in KINDS}
    counts = {**engine.fetch(queries.COUNTS).to_pylist()[0], **full, **none, **kinds}
    return {name: int(count) for name, count in counts.items()}


def _check_keepers(engine: Engine, options: Options) -> None:
    """Align every article with the keeper of what it is connected to, where that is not done."""
    nodes = _column(engine.fetch(queries.nodes("early_verdicts")), 0)
    first, second, _ = _edges(engine, nodes, "aligned")
    keeper, member = engine.call("dedup.cluster", "unchecked", len(nodes), first, second)
    unjoined = pa.table([nodes[keeper], nodes[member]], schema=arrow_schema(schema.UNCHECKED))
    engine.put(schema.UNCHECKED, unjoined)
    engine.sql(schema.KEEPER_CANDIDATES, queries.keeper_candidates(options))
    engine.run_pairs(schema.KEEPER_CANDIDATES, chains.ALIGN_KEEPERS)


def _assign_clusters(engine: Engine) -> None:
    nodes = _column(engine.fetch(queries.nodes("verdicts")), 0)
    edges = _edges(engine, nodes, "aligned", "keeper_aligned")
    found = engine.call("dedup.cluster", "assign", len(nodes), *edges)
    engine.put(
        schema.MEMBERS,
        pa.table(
            [nodes[found.member], nodes[found.keeper], found.similarity, nodes[found.matched]],
            schema=arrow_schema(schema.MEMBERS),
        ),
    )


def _edges(engine: Engine, nodes: Column, *pair_tables: str) -> tuple[Column, Column, Column]:
    """Verified pairs as ranks in ``nodes``, and their similarities."""
    table = engine.fetch(queries.edges(*pair_tables))
    order = np.argsort(nodes)
    first, second = (order[np.searchsorted(nodes, _column(table, end), sorter=order)] for end in (0, 1))
    return first, second, _column(table, 2)


def _column(table: pa.Table, number: int) -> Column:
    values: Column = table.column(number).to_numpy()
    return values


def _write_all(engine: Engine, options: Options, watch: _Watch) -> dict[str, int]:
    """Write the result tables; their numbers of rows."""
    counts = {}
    with watch.step("write"):
        counts["articles"] = engine.write(schema.ARTICLES, queries.ARTICLES, texts=True)
        counts["pairs"] = engine.write(schema.PAIRS, queries.PAIRS)
        rest = [
            (schema.CLUSTERS, queries.CLUSTERS),
            (schema.SPUN, queries.SPUN),
            (schema.SKIPPED, queries.SKIPPED),
            (schema.FURNITURE, queries.FURNITURE),
        ]
        if options.keep_sketches:
            rest.append((schema.SKETCHES, queries.SKETCHES))
        for table, query in rest:
            counts[f"{table.name}_rows"] = engine.write(table, query)
    return counts


def _skipped_table(skipped: Sequence[Skipped]) -> pa.Table:
    columns = zip(*skipped, strict=True) if skipped else [[] for _ in schema.UNREAD.columns]
    arrays: list[Any] = [list(column) for column in columns]
    return pa.table(arrays, schema=arrow_schema(schema.UNREAD))


class _Watch:
    """Seconds by step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        begin = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - begin, 3)

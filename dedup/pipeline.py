"""The pipeline: read, sketch, find candidates, align, judge, cluster, write.

``scan`` is the main job as one readable page; every step is a stage chain (``stages``) or
a query (``queries``) that the engine runs.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from dedup import band_join, chains, graph_queries, line_join, queries, schema
from dedup.engine.local import LocalEngine
from dedup.engine.protocol import Engine, Output, Progress
from dedup.ignored import read_ignored, rule_out
from dedup.judged import Ends, digest_of
from dedup.memory import MemoryWatch
from dedup.options import KINDS, Options
from dedup.plan import Plan, digest_of_swaps, make_plan, read_own_swaps
from dedup.read.files import File, Skipped, find_files
from dedup.read.items import ItemGroup, plan_items
from dedup.read.snapshot import look_again
from dedup.run import Report, Run, Silence
from dedup.schema import Table
from dedup.tables import arrow_schema

if TYPE_CHECKING:
    from dedup.engine.spark import SparkEngine

READINGS = 3  # of files that change while they are read


def scan(
    paths: Sequence[str | os.PathLike[str]],
    results: str | os.PathLike[str],
    options: Options | None = None,
    progress: Progress | None = None,
    listed: Sequence[bytes] = (),
) -> Report:
    """Scan files and directories of articles; write RESULTS; say what was found.

    Goes on from an interrupted run of the same command; RESULTS that are finished and up to
    date are left as they are. ``UsageError``: bad paths or options, or RESULTS of another
    scan without ``overwrite``. ``DedupError``: the run failed. ``listed``: more paths, out of a list.
    """
    options = options or Options()
    home = Path(results)
    files, skipped = find_files(paths, options, os.fsencode(os.path.abspath(home)), listed)
    ignored, swaps = read_ignored(options), read_own_swaps(options)
    contents = digest_of(ignored), digest_of_swaps(swaps)
    run = Run(home, [os.fspath(path) for path in paths], files, options, *contents)
    if run.is_up_to_date():
        return run.report()
    plan, progress = make_plan(options, swaps), progress or Silence()
    with Watch() as watch, run.working() as work, _engine(work, home, plan, progress) as engine:
        again = _read_again(run, files)
        counts = find_all(engine, *_plan(files), skipped, options, watch, again, ignored)
        counts |= write_all(engine, options, watch)
        return run.finish(counts, watch.seconds_and_total(), watch.peak_bytes(engine))


def _engine(work: Path, home: Path, plan: Plan, progress: Progress) -> LocalEngine | SparkEngine:
    if plan.options.engine == "local":
        return LocalEngine(work, home, plan, progress)
    from dedup.engine.spark import SparkEngine  # which brings kernels along

    return SparkEngine(work, home, plan, progress)


def _plan(files: Sequence[File]) -> tuple[Iterable[ItemGroup], int]:
    return plan_items(files), sum(file.weight for file in files)


def _read_again(run: Run, files: Sequence[File]) -> Iterator[tuple[Iterable[ItemGroup], int]]:
    """Plans for reading again, for as long as files change while they are read, but not for ever."""
    for reading in range(READINGS):
        now = look_again(files)
        if now == files:
            return
        if reading + 1 == READINGS:
            run.distrust(now)
            return
        files = now
        run.renew(files)
        yield _plan(files)


def find_all(
    engine: Engine,
    groups: Iterable[ItemGroup],
    total: int,
    skipped: Sequence[Skipped],
    options: Options,
    watch: Watch,
    again: Iterable[tuple[Iterable[ItemGroup], int]] = (),
    ignored: Sequence[Ends] = (),
) -> dict[str, int]:
    """Fill the work tables from groups of items, of about ``total`` bytes; what was counted on the way.

    again    groups and totals that are read after that instead
    ignored  pairs that were judged to be none (``Options.ignore``)
    """
    with watch.step("read"):
        engine.read(groups, chains.READ, total)
        for groups_now, total_now in again:
            engine.read(groups_now, chains.READ, total_now)
        engine.put(schema.UNREAD, _skipped_table(skipped))
    with watch.step("furniture"):
        engine.drop_lone(schema.EVERY_LINE, schema.LINES)
        engine.sql(schema.RECURRING, line_join.RECURRING)
        engine.use(schema.RECURRING)
    with watch.step("sketch"):
        engine.run(schema.TEXTS, chains.SKETCH + chains.KEEP_STEMS * ("rewrite" in options.views))
    articles = engine.fetch("SELECT count(*) AS articles FROM heads")["articles"][0].as_py()
    engine.find_frequent(articles)
    with watch.step("name"):
        engine.sql(schema.NAMES, queries.NAMES)
        while engine.fetch(queries.CLASHING_NAMES).num_rows:
            engine.refill(schema.NAMES, queries.RENAMED)
        engine.sql(schema.EXACT, queries.EXACT)
        rule_out(engine, ignored, options)
    with watch.step("sign"):
        kept = chains.KEEP_SIGNATURES * options.keep_sketches
        sampled = chains.SAMPLE_PASSAGES * ("passage" in options.views)
        engine.run(schema.SHINGLES, chains.SIGN + kept + sampled)
    with watch.step("candidates"):
        engine.drop_lone(schema.EVERY_BAND, schema.BANDS)
        ranges = _ranges(engine, schema.BANDS)
        engine.sql(schema.BUCKETS, *band_join.buckets("bands", ranges))
        full = engine.fetch(band_join.full_buckets(options)).to_pylist()[0]
        engine.sql(schema.LINKED, *band_join.linked(options.bucket_cap, ranges))
    if "passage" in options.views:
        with watch.step("passages"):
            _share_passages(engine)
    if "rewrite" in options.views:
        with watch.step("rewrites"):
            _share_stems(engine, articles)
    with watch.step("candidates"):
        engine.sql(schema.CANDIDATES, queries.candidates(options))
    with watch.step("align"):
        engine.sql(schema.EXACT_ENDS, queries.exact_ends(options))
        engine.run(schema.EXACT_ENDS, chains.EXACT)
        engine.run_pairs(schema.CANDIDATES, chains.ALIGN)
    with watch.step("cluster"):
        engine.sql(schema.EARLY_VERDICTS, queries.verdicts("aligned"))
        _check_keepers(engine, options)
        engine.sql(schema.VERDICTS, queries.verdicts("aligned", "keeper_aligned"))
    kinds = {f"{row['kind']}_pairs": row["pairs"] for row in engine.fetch(queries.KINDS).to_pylist()}
    none = {f"{kind}_pairs": 0 for kind in KINDS}
    counts = {**engine.fetch(queries.COUNTS).to_pylist()[0], **full, **none, **kinds}
    return {name: int(count) for name, count in counts.items()}


def _share_passages(engine: Engine) -> None:
    """Find articles that share passages, and passages that are templates."""
    engine.drop_lone(schema.EVERY_PASSAGE, schema.PASSAGES)
    ranges = _ranges(engine, schema.PASSAGES)
    engine.sql(schema.TEMPLATES, *band_join.templates(ranges))
    engine.use(schema.TEMPLATES)
    engine.sql(schema.PASSAGE_BUCKETS, *band_join.buckets("passages", ranges))
    engine.sql(schema.PASSAGES_SHARED, *band_join.shared("passages", "passage_buckets", ranges))
    engine.sql(schema.SERIES, band_join.SERIES)


def _share_stems(engine: Engine, articles: int) -> None:
    """Find articles that share pairs of rare stems of a sentence."""
    engine.count_stems(articles)
    engine.run(schema.STEMS, chains.PAIR_STEMS)
    engine.drop_lone(schema.EVERY_RARE, schema.RARE)
    ranges = _ranges(engine, schema.RARE)
    engine.sql(schema.RARE_BUCKETS, *band_join.buckets("rare", ranges))
    engine.sql(schema.RARE_SHARED, *band_join.shared("rare", "rare_buckets", ranges))


def _ranges(engine: Engine, table: Table) -> list[str]:
    """Conditions on ``key`` that cut a table into what a query may take in at once."""
    if engine.spreads:
        return band_join.key_ranges(0)
    keys = engine.fetch(f"SELECT count(*) AS keys FROM {table.name}")["keys"][0].as_py()
    return band_join.key_ranges(keys)


def _check_keepers(engine: Engine, options: Options) -> None:
    """Align every article with the keeper of what it is connected to, where that is not done."""
    nodes, edges = graph_queries.nodes("early_verdicts"), graph_queries.edges("aligned")
    engine.cluster(schema.UNCHECKED, "find_unchecked", nodes, edges)
    engine.sql(schema.KEEPER_CANDIDATES, queries.keeper_candidates(options))
    engine.run_pairs(schema.KEEPER_CANDIDATES, chains.ALIGN_KEEPERS)


def write_all(engine: Engine, options: Options, watch: Watch) -> dict[str, int]:
    """Write the result tables; their numbers of rows."""
    with watch.step("write"):
        rows = engine.write(_outputs(engine, options, watch))
    whole = {"articles", "pairs"}
    return {name if name in whole else f"{name}_rows": number for name, number in rows.items()}


def _outputs(engine: Engine, options: Options, watch: Watch) -> Iterator[Output]:
    """The result tables; what the later ones need is worked out while the texts are written."""
    yield Output(schema.ARTICLES, [queries.ARTICLES], texts=not options.no_text)
    with watch.step("cluster"):
        edges = graph_queries.edges("aligned", "keeper_aligned")
        engine.cluster(schema.MEMBERS, "find_members", graph_queries.nodes("verdicts"), edges)
    engine.number(schema.NUMBERED, queries.ENDS, "left_article, right_article")
    pairs = engine.fetch("SELECT count(*) AS pairs FROM numbered")["pairs"][0].as_py()
    yield Output(schema.PAIRS, queries.pairs(pairs, at_once=pairs if engine.spreads else None))
    yield Output(schema.CLUSTERS, [queries.CLUSTERS])
    yield Output(schema.SPUN, [queries.SPUN])
    yield Output(schema.SKIPPED, [queries.SKIPPED])
    yield Output(schema.FURNITURE, [queries.FURNITURE])
    if options.keep_sketches:
        yield Output(schema.SKETCHES, [queries.SKETCHES])


def _skipped_table(skipped: Sequence[Skipped]) -> pa.Table:
    columns = zip(*skipped, strict=True) if skipped else [[] for _ in schema.UNREAD.columns]
    arrays: list[Any] = [list(column) for column in columns]
    return pa.table(arrays, schema=arrow_schema(schema.UNREAD))


class Watch:
    """Seconds by step, and memory, of a run; use as a context manager."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._begin = time.monotonic()
        self._steps: list[str] = []  # the innermost last
        self._since = self._begin
        self._memory = MemoryWatch()

    def __enter__(self) -> Watch:
        self._memory.__enter__()
        return self

    def __exit__(self, *exception: object) -> None:
        self._memory.__exit__(*exception)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time a step; what passes in a step within it counts for that one alone."""
        self._charge()
        self._steps.append(name)
        yield
        self._charge()
        self._steps.pop()

    def _charge(self) -> None:
        now = time.monotonic()
        for name in self._steps[-1:]:
            self.seconds[name] = round(self.seconds.get(name, 0.0) + now - self._since, 3)
        self._since = now

    def seconds_and_total(self) -> dict[str, float]:
        """Seconds by step, and of all that was watched as ``total``."""
        return {**self.seconds, "total": round(time.monotonic() - self._begin, 3)}

    def peak_bytes(self, engine: Engine) -> int:
        """The most memory that all processes took together.

        Where the system doesn't tell that, the sum of what each took, shared pages and all.
        """
        self._memory.look()
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return self._memory.peak_bytes or own + engine.worker_peaks

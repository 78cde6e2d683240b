"""The pipeline: read, sketch, find candidates, align, judge, cluster, write.

``scan`` is the main job as one readable page; every step is a stage chain (``stages``) or
a query (``dedup.queries``) that the engine runs.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from dedup import chains, schema
from dedup.archive.keep import keep
from dedup.archive.opened import number_files, using
from dedup.engine.hadoop import reach
from dedup.engine.local import LocalEngine
from dedup.engine.protocol import Engine, Output, Progress
from dedup.options import KINDS, Options
from dedup.pipeline.extend import extend
from dedup.pipeline.ignored import read_ignored, rule_out
from dedup.pipeline.past import Past
from dedup.places import Cluster, Folder, is_url, place_of
from dedup.plan import Plan, digest_of_swaps, make_plan, read_own_swaps
from dedup.queries import band_join, graph, line_join, steps
from dedup.read.files import File, Skipped, find_files
from dedup.read.items import ItemGroup, plan_items
from dedup.results.judged import Ends, digest_of
from dedup.results.run import Report, Run, Silence
from dedup.schema import Table
from dedup.tables.files import arrow_schema
from dedup.watch import Watch

if TYPE_CHECKING:
    from dedup.engine.spark import SparkEngine

_WHOLE = {"articles", "pairs"}  # tables whose rows are counted by these names


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
    with reach([*paths, *listed, results], options) as cluster:
        home = cluster.folder(str(results)) if cluster and is_url(results) else Path(results)
        return _scan(paths, home, options, progress or Silence(), listed, cluster)


def _scan(
    paths: Sequence[str | os.PathLike[str]],
    home: Folder,
    options: Options,
    progress: Progress,
    listed: Sequence[bytes],
    cluster: Cluster | None,
) -> Report:
    ignored, swaps = read_ignored(options), read_own_swaps(options)
    with using(options, home) as archive:
        files, skipped = find_files(paths, options, place_of(home), listed, cluster)
        files, state, held = number_files(files, archive)
        contents = digest_of(ignored), digest_of_swaps(swaps), state
        run = Run(home, [os.fspath(path) for path in paths], files, options, *contents)
        if archive:
            archive.check(run.identity)
        if run.is_up_to_date(whole=not options.extend or held):
            return run.report()
        if held and archive:
            raise archive.holds_already()
        plan = make_plan(options, swaps)
        plan, texts = (archive.freeze(plan), [archive.texts]) if archive else (plan, [])
        told = plan, progress, texts, cluster
        with Watch() as watch, run.working() as work, _engine(work, home, *told) as engine:
            past = Past(archive, engine) if archive and isinstance(engine, LocalEngine) else None
            again = map(_plan, run.look_again(files, cluster))
            counts = find_all(engine, *_plan(files), skipped, options, watch, again, ignored, past)
            counts |= write_all(engine, options, watch, past)
            if options.keep_index and isinstance(engine, LocalEngine):
                with watch.step("index"):
                    keep(engine, run, len(files))
            peak = watch.peak_bytes(engine.worker_peaks)
            report = run.finish(counts, watch.seconds_and_total(), peak)
            if options.extend and archive and isinstance(engine, LocalEngine):
                extend(engine, archive, run, report, len(files))
            return report


def _engine(
    work: Folder,
    home: Folder,
    plan: Plan,
    progress: Progress,
    texts: Sequence[Path],
    cluster: Cluster | None,
) -> LocalEngine | SparkEngine:
    if plan.options.engine == "local":
        assert isinstance(work, Path)
        assert isinstance(home, Path)
        return LocalEngine(work, home, plan, progress, texts)
    from dedup.engine.spark import SparkEngine  # which brings kernels along

    return SparkEngine(work, home, plan, progress, cluster)


def _plan(files: Sequence[File]) -> tuple[Iterable[ItemGroup], int]:
    return plan_items(files), sum(file.weight for file in files)


def find_all(
    engine: Engine,
    groups: Iterable[ItemGroup],
    total: int,
    skipped: Sequence[Skipped],
    options: Options,
    watch: Watch,
    again: Iterable[tuple[Iterable[ItemGroup], int]] = (),
    ignored: Sequence[Ends] = (),
    past: Past | None = None,
) -> dict[str, int]:
    """Fill the work tables from groups of items, of about ``total`` bytes; what was counted on the way.

    again    groups and totals that are read after that instead
    ignored  pairs that were judged to be none (``Options.ignore``)
    past     what an archive knows, whose counts of lines, shingles and stems the engine's plan has then
    """
    since = past.since if past else 0
    with watch.step("read"):
        engine.read(groups, chains.READ, total)
        for groups_now, total_now in again:
            engine.read(groups_now, chains.READ, total_now)
        engine.put(schema.UNREAD, _skipped_table(skipped))
    if not past:
        with watch.step("furniture"):
            engine.drop_lone(schema.EVERY_LINE, schema.LINES)
            engine.sql(schema.RECURRING, line_join.RECURRING)
            engine.use(schema.RECURRING)
    with watch.step("sketch"):
        engine.run(schema.TEXTS, chains.SKETCH + chains.KEEP_STEMS * ("rewrite" in options.views))
    articles = engine.fetch("SELECT count(*) AS articles FROM heads")["articles"][0].as_py()
    if not past:
        engine.find_frequent(articles)
    with watch.step("name"):
        engine.sql(schema.NAMES, steps.NAMES)
        while engine.fetch(steps.CLASHING_NAMES).num_rows:
            engine.refill(schema.NAMES, steps.RENAMED)
        if past:
            past.tell_names_apart()
            past.find_copies()
        else:
            engine.sql(schema.EXACT, steps.EXACT)
        rule_out(engine, ignored, options)
    with watch.step("sign"):
        kept = chains.KEEP_SIGNATURES * options.keep_sketches
        sampled = chains.SAMPLE_PASSAGES * ("passage" in options.views)
        engine.run(schema.SHINGLES, chains.SIGN + kept + sampled)
    with watch.step("candidates"):
        ranges = _drop_lone(engine, schema.EVERY_BAND, schema.BANDS, options.bucket_cap, past)
        engine.sql(schema.BUCKETS, *band_join.buckets("bands", ranges))
        full = engine.fetch(band_join.full_buckets(options)).to_pylist()[0]
        engine.sql(schema.LINKED, *band_join.linked(options.bucket_cap, ranges, since))
    if "passage" in options.views:
        with watch.step("passages"):
            _share_passages(engine, past)
    if "rewrite" in options.views:
        with watch.step("rewrites"):
            _share_stems(engine, articles, past)
    with watch.step("spun"):
        _reconsider(engine, options, since)
    with watch.step("candidates"):
        engine.sql(schema.MET_IN_VIEW, *band_join.met_in_view(options.views))
        if past:
            past.bring_met()
        engine.sql(schema.CANDIDATES, steps.candidates(options))
    with watch.step("align"):
        engine.sql(schema.EXACT_ENDS, steps.exact_ends(options, since))
        engine.run(schema.EXACT_ENDS, chains.EXACT)
        engine.run_pairs(schema.CANDIDATES, chains.ALIGN)
    with watch.step("cluster"):
        if past:
            past.bring_connected()
        else:
            engine.put(schema.KNOWN_PAIRS, arrow_schema(schema.KNOWN_PAIRS).empty_table())
        engine.sql(schema.EARLY_VERDICTS, steps.verdicts("aligned"))
        _check_keepers(engine, options, since)
        engine.sql(schema.VERDICTS, steps.verdicts("aligned", "keeper_aligned"))
    kinds = {f"{row['kind']}_pairs": row["pairs"] for row in engine.fetch(steps.KINDS).to_pylist()}
    none = {f"{kind}_pairs": 0 for kind in KINDS}
    counts = {**engine.fetch(steps.counts(since)).to_pylist()[0], **full, **none, **kinds}
    return {name: int(count) for name, count in counts.items()}


def _drop_lone(engine: Engine, source: Table, target: Table, most: int, past: Past | None) -> list[str]:
    """Leave out keys that one article alone has; the ranges of the others.

    ``most``: articles with a key beyond which they are not told apart.
    """
    if past:
        past.meet(source, target, most)
    else:
        engine.drop_lone(source, target)
    if engine.spreads:
        return band_join.key_ranges(0)
    keys = engine.fetch(f"SELECT count(*) AS keys FROM {target.name}")["keys"][0].as_py()
    return band_join.key_ranges(keys)


def _share_passages(engine: Engine, past: Past | None) -> None:
    """Find articles that share passages, and passages that are templates."""
    since = past.since if past else 0
    ranges = _drop_lone(engine, schema.EVERY_PASSAGE, schema.PASSAGES, band_join.SHARED_CAP, past)
    if not past:
        engine.sql(schema.TEMPLATES, *band_join.templates(ranges))
        engine.use(schema.TEMPLATES)
    engine.sql(schema.PASSAGE_BUCKETS, *band_join.buckets("passages", ranges))
    engine.sql(schema.PASSAGES_SHARED, *band_join.shared("passages", "passage_buckets", ranges, since))
    if past:
        past.bring_sharing()
    else:
        engine.put(schema.PAST_PASSAGES, arrow_schema(schema.PAST_PASSAGES).empty_table())
    engine.sql(schema.SERIES, band_join.series(since))


def _share_stems(engine: Engine, articles: int, past: Past | None) -> None:
    """Find articles that share pairs of rare stems of a sentence."""
    if not past:
        engine.count_stems(articles)
    engine.run(schema.STEMS, chains.PAIR_STEMS)
    ranges = _drop_lone(engine, schema.EVERY_RARE, schema.RARE, band_join.SHARED_CAP, past)
    engine.sql(schema.RARE_BUCKETS, *band_join.buckets("rare", ranges))
    since = past.since if past else 0
    engine.sql(schema.RARE_SHARED, *band_join.shared("rare", "rare_buckets", ranges, since))
    if past:
        past.count_keys()


def _reconsider(engine: Engine, options: Options, since: int) -> None:
    """Look again at articles that something speaks against, by which words are neighbours in the scrape."""
    if options.no_spun or "rewrite" not in options.views:  # nobody has counted that
        for table in (schema.SECOND_VERDICTS, schema.SECOND_EVIDENCE):
            engine.put(table, arrow_schema(table).empty_table())
        return
    engine.sql(schema.SUSPECTS, steps.suspects(since))
    engine.run_pairs(schema.SUSPECTS, chains.RECONSIDER)


def _check_keepers(engine: Engine, options: Options, since: int) -> None:
    """Align every article with the keeper of what it is connected to, where that is not done.

    ``since``: the least row of a new article; others are not compared with one another.
    """
    nodes, edges = graph.nodes("early_verdicts"), graph.edges("aligned")
    engine.cluster(schema.UNCHECKED, "find_unchecked", nodes, edges)
    engine.sql(schema.KEEPER_CANDIDATES, steps.keeper_candidates(options, since))
    engine.run_pairs(schema.KEEPER_CANDIDATES, chains.ALIGN_KEEPERS)


def write_all(engine: Engine, options: Options, watch: Watch, past: Past | None = None) -> dict[str, int]:
    """Write the result tables; their numbers of rows."""
    since = past.since if past else 0
    with watch.step("write"):
        rows = engine.write(_outputs(engine, options, watch, since))
    counts = {name if name in _WHOLE else f"{name}_rows": number for name, number in rows.items()}
    if past:
        counts["articles"] = engine.fetch(steps.NEW.format(since=since))["articles"][0].as_py()
        counts["archived_articles"] = rows["articles"] - counts["articles"]
    return counts


def _outputs(engine: Engine, options: Options, watch: Watch, since: int) -> Iterator[Output]:
    """The result tables; what the later ones need is worked out while the texts are written."""
    yield Output(schema.ARTICLES, [steps.articles(since)], texts=not options.no_text)
    with watch.step("cluster"):
        edges = graph.edges("aligned", "keeper_aligned")
        engine.cluster(schema.MEMBERS, "find_members", graph.nodes("verdicts"), edges)
    engine.number(schema.NUMBERED, steps.ENDS, "left_article, right_article")
    pairs = engine.fetch("SELECT count(*) AS pairs FROM numbered")["pairs"][0].as_py()
    yield Output(schema.PAIRS, steps.pairs(pairs, at_once=pairs if engine.spreads else None))
    yield Output(schema.CLUSTERS, [graph.clusters(since)])
    yield Output(schema.SPUN, [steps.SPUN])
    yield Output(schema.SKIPPED, [steps.SKIPPED])
    yield Output(schema.FURNITURE, [steps.FURNITURE])
    if options.keep_sketches:
        yield Output(schema.SKETCHES, [steps.SKETCHES])


def _skipped_table(skipped: Sequence[Skipped]) -> pa.Table:
    columns = zip(*skipped, strict=True) if skipped else [[] for _ in schema.UNREAD.columns]
    return pa.table([list(column) for column in columns], schema=arrow_schema(schema.UNREAD))

"""What a scan will take, from a scan of a sample: seconds by step, memory, disk.

The sample is scanned thrice: a tenth of it to warm up, the tenth again, and all of it. What
the tenth takes beyond its share is the cost of beginning; the rest grows with the articles.

Pairs grow otherwise. Of two articles that lie in different blocks of the input, a sample of a
share f of the blocks holds both with a chance of f squared; of two in one block, with f. So
the pairs of the sample are weighed by where their articles lie. A cap on articles (of a band's
bucket, of a shingle) is a share f of what it is in the scan. What aligning a pair takes, and
writing it, is measured by doing it over and over with the pairs that there are.
"""

from __future__ import annotations

import dataclasses
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from dedup import chains, schema
from dedup.engine import database
from dedup.engine.local import PAIRS_A_TASK, LocalEngine
from dedup.engine.protocol import Output
from dedup.options import Options
from dedup.pipeline.sample import Block, Sample, draw, spread
from dedup.pipeline.scan import find_all, write_all
from dedup.plan import Plan, make_plan, read_own_swaps
from dedup.queries import steps
from dedup.read.files import find_files
from dedup.results.run import Silence
from dedup.tables.files import arrow_schema, read_table, write_part
from dedup.tables.parts import part_path
from dedup.watch import Watch

_FEW = 10  # the small sample is one in so many of the blocks
_PAIRS_TIMED = 2_000  # alignments that are timed, at least
_ROWS_TIMED = 20_000  # rows of pairs whose writing is timed, at least
_QUERY_BYTES = 250  # of memory that queries take an article; a sample is too small to show it
_OF_PAIRS = {"candidates", "aligned", "pair_evidence", "pairs", "clusters", "members"}


class Estimate(NamedTuple):
    """What a scan is expected to take. Sizes in bytes; ``seconds`` by step, and in all as ``total``."""

    articles: int
    pairs: int
    candidates: int
    input_bytes: int
    seconds: dict[str, float]
    peak_memory_bytes: int
    results_bytes: int
    work_bytes: int  # besides RESULTS, while the scan goes on
    sample_bytes: int
    sample_articles: int
    sample_seconds: float


class _Measured(NamedTuple):
    """What a scan of some blocks took."""

    weight: int
    seconds: dict[str, float]
    peak: int
    work: dict[str, int]  # bytes of each work table
    results: dict[str, int]  # bytes of each result table
    counts: dict[str, int]


class _Pairs(NamedTuple):
    """Expected pairs of the whole scan, and what one of them takes, in seconds."""

    candidates: float
    exact: float
    align: float
    write: float


def estimate(
    paths: Sequence[str | os.PathLike[str]],
    options: Options | None = None,
    listed: Sequence[bytes] = (),
) -> Estimate:
    """Scan a sample of files and directories of articles, and say what a scan of all will take.

    ``listed``: more paths, out of a list. Nothing is written but to a temporary folder.
    ``UsageError``, ``DedupError``: as ``scan``.
    """
    options = options or Options()
    plan = make_plan(options, read_own_swaps(options))
    begin = time.monotonic()
    files, _ = find_files(paths, options, listed=listed)
    with tempfile.TemporaryDirectory(prefix="dedup-") as folder:
        home = Path(folder)
        sample = draw(files, home)
        share = min(1.0, sample.weight / max(1, sample.total))
        few = sample.blocks[::_FEW]
        cold = _scan(few, plan, share / _FEW, home / "cold")[0]
        warm = _scan(few, plan, share / _FEW, home / "warm")[0]
        full, pairs = _scan(sample.blocks, plan, share, home / "full", sample)
    assert pairs is not None
    expected = _extrapolate(cold, warm, full, pairs, sample, options)
    return expected._replace(
        input_bytes=sum(file.size for file in files), sample_seconds=round(time.monotonic() - begin, 3)
    )


def _scan(
    blocks: Sequence[Block], plan: Plan, share: float, home: Path, sample: Sample | None = None
) -> tuple[_Measured, _Pairs | None]:
    """Scan blocks that are a share of all; with ``sample``, look at the pairs too."""
    cap = min(plan.options.bucket_cap, max(2, round(share * plan.options.bucket_cap)))
    options = dataclasses.replace(plan.options, bucket_cap=cap, overwrite=False, ignore=None)
    plan = plan._replace(options=options)
    work, results = home / "work", home / "results"
    weight = sum(block.weight for block in blocks)
    with Watch() as watch, LocalEngine(work, results, plan, Silence()) as engine:
        counts = find_all(engine, spread(blocks, options.workers), weight, [], options, watch)
        counts |= write_all(engine, options, watch)
        keepers = engine.fetch("SELECT count(*) AS pairs FROM keeper_candidates")["pairs"][0].as_py()
        counts |= {"keepers": keepers}
        seconds, peak = watch.seconds_and_total(), watch.peak_bytes(engine.worker_peaks)
        measured = _Measured(weight, seconds, peak, _sizes(work), _sizes(results), counts)
        pairs = _look_at_pairs(engine, work, sample, options) if sample else None
    shutil.rmtree(home)
    return measured, pairs


def _sizes(folder: Path) -> dict[str, int]:
    """Bytes of each table in a folder, and of all that is no table, as ''."""
    sizes = {"": 0}
    for place, _, names in os.walk(folder):
        below = Path(place).relative_to(folder).parts
        name = below[0] if below else ""
        for file in names:
            sizes[name] = sizes.get(name, 0) + os.path.getsize(os.path.join(place, file))
    return sizes


# ------------------------------------------------------------------ pairs


def _look_at_pairs(engine: LocalEngine, work: Path, sample: Sample, options: Options) -> _Pairs:
    candidates = _scale(engine.fetch("SELECT left_row AS a, right_row AS b FROM candidates"), sample)
    stars = engine.fetch(
        f"""SELECT DISTINCT buckets.first AS a, bands.row AS b FROM bands JOIN buckets USING (key)
        WHERE buckets.articles > {options.bucket_cap} AND bands.row <> buckets.first"""
    )
    # In a bucket over the cap each article is linked to the first alone: those links grow as the articles do.
    candidates += stars.num_rows * sample.total / sample.weight - _scale(stars, sample)
    exact = _scale(engine.fetch("SELECT first AS a, row AS b FROM exact"), sample)
    writing = _time_writing(engine)  # first: the trial of aligning leaves its pairs in the tables
    return _Pairs(max(0.0, candidates), exact, _time_aligning(engine, work, options.workers), writing)


def _scale(pairs: Any, sample: Sample) -> float:
    """How many pairs (rows a and b) there are in the whole input, from those in the sample."""
    if sample.weight >= sample.total:
        return float(pairs.num_rows)
    firsts = np.array([block.first_row for block in sample.blocks])
    of_a, of_b = (np.searchsorted(firsts, pairs[end].to_numpy(), side="right") for end in ("a", "b"))
    together = int(np.count_nonzero(of_a == of_b))
    share = sample.weight / sample.total
    taken = len(firsts)
    every = taken / share
    of_two: float = taken * (taken - 1) / (every * (every - 1)) if taken > 1 else share**2
    return float(together / share + (pairs.num_rows - together) / of_two)


def _time_writing(engine: LocalEngine) -> float:
    """Seconds that a row of the table of pairs takes."""
    (pairs,) = steps.pairs(1)

    def write(times: int) -> tuple[int, float]:
        engine.write_anew(schema.PAIRS)
        begin = time.monotonic()
        query = f"SELECT every.* FROM ({pairs}) AS every, range({times}) AS again"
        rows = engine.write([Output(schema.PAIRS, [query])])
        return rows[schema.PAIRS.name], time.monotonic() - begin

    rows, once = write(1)
    if not rows:
        return 0.0
    more, longer = write(1 + -(-_ROWS_TIMED // rows))
    return max(0.0, longer - once) / (more - rows)


def _time_aligning(engine: LocalEngine, work: Path, workers: int) -> float:
    """Seconds that a candidate pair takes while all processes align.

    Each task gets all the pairs that there are, as one of a scan gets pairs of different texts.
    """
    found = read_table(work / schema.CANDIDATES.name, schema.CANDIDATES)
    rows: int = found.num_rows
    if not rows:
        return 0.0
    a_task = min(rows, PAIRS_A_TASK)
    times = max(1, 2 * workers * a_task // rows, -(-_PAIRS_TIMED // rows))
    trial = schema.CANDIDATES._replace(name="trial")
    batches = found.cast(arrow_schema(trial)).to_batches() * times
    write_part(part_path(work / trial.name, 0), trial, batches)
    begin = time.monotonic()
    engine.run_pairs(trial, chains.ALIGN, a_task)
    return (time.monotonic() - begin) / (rows * times)


# ------------------------------------------------------------------ from the sample to the whole


class _Line:
    """What grows with the articles: from a small sample, cold and warm, and a larger one."""

    def __init__(self, cold: _Measured, warm: _Measured, full: _Measured, total: int) -> None:
        self._more = (total - cold.weight) / max(1, full.weight - warm.weight)
        self._times = total / max(1, full.weight)
        self._apart = full.weight > warm.weight

    def at_all(self, cold: float, warm: float, full: float) -> float:
        """The figure of the whole input from those of the samples; never less than the cold one."""
        if not self._apart:
            return max(cold, full * self._times)
        return cold + max(0.0, full - warm) * self._more


def _extrapolate(
    cold: _Measured, warm: _Measured, full: _Measured, pairs: _Pairs, sample: Sample, options: Options
) -> Estimate:
    """The whole scan, but for what is known of the input and of the sample at once."""
    line = _Line(cold, warm, full, sample.total)
    met = full.counts["candidates"] - full.counts["keepers"]
    times = pairs.candidates / met if met else 0.0
    keepers = full.counts["keepers"] * times
    found = pairs.exact + times * (full.counts["pairs"] - full.counts["exact_pairs"])

    def seconds(step: str, of_pair: float, of_sample: float, of_all: float) -> float:
        """A step that takes some time a pair besides."""
        aside = (
            max(0.0, one.seconds[step] - of_pair * of_sample * (one is full)) for one in (cold, warm, full)
        )
        return line.at_all(*aside) + of_pair * of_all

    by_step = {step: seconds(step, 0, 0, 0) for step in full.seconds if step != "total"}
    by_step["align"] = seconds("align", pairs.align, met, pairs.candidates)
    by_step["cluster"] = seconds("cluster", pairs.align, full.counts["keepers"], keepers)
    by_step["write"] = seconds("write", pairs.write, full.counts["pairs"], found)
    start = cold.seconds["total"] - sum(cold.seconds[step] for step in by_step)
    by_step["total"] = sum(by_step.values()) + start

    def size(of: str) -> float:
        sizes: list[dict[str, int]] = [getattr(one, of) for one in (cold, warm, full)]
        every = 0.0
        for name, bytes_ in sizes[-1].items():
            if name in _OF_PAIRS:
                every += bytes_ * max(1.0, times)
            else:
                every += line.at_all(*(one.get(name, 0) for one in sizes))
        return every

    articles = line.at_all(*(one.counts["articles"] for one in (cold, warm, full)))
    memory = _QUERY_BYTES * max(0.0, articles - full.counts["articles"])
    return Estimate(
        articles=round(articles),
        pairs=round(found),
        candidates=round(pairs.candidates + keepers),
        input_bytes=0,
        seconds={step: round(value, 3) for step, value in by_step.items()},
        peak_memory_bytes=round(full.peak + min(memory, database.SHARE * options.memory_bytes)),
        results_bytes=round(size("results")),
        work_bytes=round(size("work")),
        sample_bytes=sample.weight,
        sample_articles=full.counts["articles"],
        sample_seconds=0.0,
    )

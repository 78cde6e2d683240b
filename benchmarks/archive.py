"""Scans against an archive beside scans of everything: the same pairs, and what they take.

A scan of everything counts lines, shingles and stems in everything, and one against an archive in the archive
alone. So that nothing else differs, the scan of everything is one against an *emptied* archive, which holds
the same counts and no articles.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np

import dedup
from benchmarks.record import RUNS, Record, Row
from dedup.archive.opened import COUNTED, EXACT, TEXTS
from dedup.archive.write import link_all
from dedup.engine.texts import save_index
from dedup.options import PROFILES
from dedup.results.damage import INDEX, MANIFEST
from dedup.stored import save_array
from dedup.tables.parts import list_parts

_SHOWN = 10  # pairs that differ


class Pair(NamedTuple):
    """What a pair is known by: its articles and its kind."""

    left: str
    right: str
    kind: str


@click.command()
@click.argument("corpus", type=click.Path(exists=True, path_type=Path, dir_okay=False))
@click.option("--work", required=True, type=click.Path(path_type=Path), help="Folder to work in.")
@click.option(
    "--every", default=2, show_default=True, type=click.IntRange(2), help="One line of so many is new."
)
@click.option("--profile", default="copy", show_default=True, type=click.Choice(list(PROFILES)))
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(1), help="For scans.")
@click.option("--least", default=1.0, show_default=True, help="Share of the pairs that must be found.")
@click.option("--runs", default=RUNS, type=click.Path(path_type=Path), help="Folder for the figures.")
@click.option("--name", default="archive", show_default=True, help="Name of the files there.")
def archive(
    corpus: Path, work: Path, every: int, profile: str, jobs: int, least: float, runs: Path, name: str
) -> None:
    """Scan some lines of CORPUS, JSON Lines with ids, against an archive of the others, and all at once.

    Exit status 1 if less than the share --least of the pairs of the scan of all that touch a new article
    are found, or a pair that isn't one of these.
    """
    place = work / "archive"
    shutil.rmtree(place, ignore_errors=True)
    old, new = place / "old.jsonl", place / "new.jsonl"
    place.mkdir(parents=True)
    ids = split(corpus, old, new, every)
    options = {"profile": profile, "jobs": jobs}
    begun = _scan([old], place / "kept", keep_index=True, **options)
    empty_copy(place / "kept", place / "emptied")
    ours = _scan([new], place / "ours", against=str(place / "kept"), **options)
    whole = _scan([old, new], place / "whole", against=str(place / "emptied"), **options)
    found, expected = _pairs(place / "ours"), _pairs(place / "whole")
    touching = {pair for pair in expected if {pair.left, pair.right} & ids}
    missing, more = sorted(touching - found), sorted(found - touching)
    row: Row = {
        "corpus": corpus.name,
        "profile": profile,
        "archived": begun.articles,
        "new": ours.articles,
        "pairs": len(touching),
        "missing": len(missing),
        "more": len(more),
        "seconds_archive": begun.seconds,
        "seconds_against": ours.seconds,
        "seconds_whole": whole.seconds,
        "peak_against": ours.peak,
        "peak_whole": whole.peak,
    }
    record = Record(name, runs, Path(sys.executable), jobs=jobs, profile=profile, every=every)
    record.write([row])
    click.echo(
        f"{row['pairs']} pairs touch new articles: {row['missing']} missing, {row['more']} more; "
        f"{ours.seconds:.1f} s against {begun.articles} archived ones, {whole.seconds:.1f} s for all"
    )
    for what, pairs in (("missing", missing), ("more", more)):
        click.echo(f"{what}: {dict(Counter(pair.kind for pair in pairs))}", err=True)
        for pair in pairs[:_SHOWN]:
            click.echo(f"  {pair.kind} {pair.left} {pair.right}", err=True)
    if len(missing) > (1 - least) * len(touching) or len(more) > (1 - least) * len(touching):
        sys.exit(1)


def split(corpus: Path, old: Path, new: Path, every: int) -> set[str]:
    """Put one line of so many into another file than the rest; the ids of these."""
    ids = set()
    with corpus.open("rb") as lines, old.open("wb") as others, new.open("wb") as chosen:
        for number, line in enumerate(lines, 1):
            if number % every:
                others.write(line)
            else:
                chosen.write(line)
                ids.add(str(json.loads(line)["id"]))
    return ids


def empty_copy(results: Path, emptied: Path) -> None:
    """An archive that holds what was counted in another one, and no articles."""
    folder = emptied / INDEX
    folder.mkdir(parents=True)
    for counted in COUNTED.values():
        source = results / INDEX / counted
        if source.is_dir():
            link_all(list_parts(source), folder / counted)
        elif source.exists():
            link_all([source], folder)
    manifest = json.loads((results / INDEX / MANIFEST).read_text("utf-8"))
    manifest |= {"files": 0, "pairs": 0, "runs": {}, "sizes": {}, "state": f"emptied {manifest['state']}"}
    (folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    save_array(folder / EXACT, np.empty((2, 0), np.int64))
    save_index(folder / TEXTS, [])


class _Scan(NamedTuple):
    articles: int
    seconds: float
    peak: int


def _scan(paths: list[Path], results: Path, **options: Any) -> _Scan:
    begin = time.perf_counter()
    report = dedup.scan(paths, results, dedup.Options(**options))
    return _Scan(report.counts["articles"], time.perf_counter() - begin, report.run["peak_memory_bytes"])


def _pairs(results: Path) -> set[Pair]:
    rows = dedup.open_results(results).rows("pairs", ["left", "right", "kind"])
    return {Pair(row["left"], row["right"], row["kind"]) for row in rows}

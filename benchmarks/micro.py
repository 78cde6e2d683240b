"""What each part of a scan takes on one processor, beside the least that it could.

The floor of a kernel is to read its text once: as long as numpy takes to sum those bytes in the same
run. That of band keys and of the join is to read what they get, signatures and keys, once, and that
of the alignment is rapidfuzz alone on words that have their letters already.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import click
import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

from benchmarks import environments, plot
from benchmarks.record import RUNS, Record
from benchmarks.scaling import make_corpus, make_row, scan
from dedup.align.numbered import Numbered, count_shared
from dedup.align.words import align_many
from dedup.options import Options
from dedup.plan import make_plan
from dedup.sketch.bands import band_keys
from dedup.sketch.minhash import distinct_shingles, sign
from dedup.tables.columns import string_buffers
from dedup.text.words import SECRET_KEY, Words, split_words

_BATCH = 500  # articles at once, as many as a scan takes
_KEY_ROW = 16  # bytes of a row and a band key
_PAIRS = 2000


class Part(NamedTuple):
    """A part of a scan.

    unit   what its time is divided by: article or pair
    floor  microseconds, like ``taken``
    """

    name: str
    unit: str
    taken: float
    floor: float


@click.command()
@click.option("--work", required=True, type=click.Path(path_type=Path), help="Folder to work in.")
@click.option("--articles", default=20_000, show_default=True, type=click.IntRange(100), help="How many.")
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1), help="Runs of each part.")
@click.option("--runs", default=RUNS, type=click.Path(path_type=Path), help="Folder for the figures.")
@click.option("--name", default="micro", show_default=True, help="Name of the files there.")
def micro(work: Path, articles: int, rounds: int, runs: Path, name: str) -> None:
    """Time the parts of a scan alone: kernels, bound, alignment, join, writing.

    The corpus is made once and kept below --work. Join and writing are those steps of a scan in one
    process. Needs the extra "bench" for the plot.
    """
    own = environments.install_ours(work)
    place = work / "scaling"
    place.mkdir(parents=True, exist_ok=True)
    corpus = make_corpus(place, articles)
    record = Record(name, runs, articles=articles, rounds=rounds)
    ids, texts = _read(corpus)
    parts = [
        *time_kernels(texts, rounds),
        *time_pairs(ids, texts, corpus, rounds),
        *_time_steps(own, corpus, place, articles, texts, rounds),
    ]
    record.write([{**part._asdict(), "multiple": part.taken / part.floor} for part in parts])
    click.echo(format_table(parts))
    click.echo(f"figures: {record.folder}", err=True)
    if plot.can_plot():
        bars = [
            plot.Bar(part.name, part.taken, f"a {part.unit}, {part.taken / part.floor:,.0f} x floor", True)
            for part in parts
        ]
        plot.draw_bars(
            record.path("svg"), "Parts of a scan, one processor", bars, "µs", "microseconds, median"
        )
    else:
        click.echo("no plot: it needs the extra bench", err=True)


def time_kernels(texts: pa.Array, rounds: int) -> list[Part]:
    """From texts to band keys, in batches as a scan has them."""
    options = Options()
    plan = make_plan(options)
    batches = [string_buffers(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
    words = [split_words(*batch) for batch in batches]
    shingles = [distinct_shingles(some, options.shingle, options.min_words) for some in words]
    signatures = [sign(*some, plan.scheme) for some in shingles]
    steps: dict[str, Callable[[], Any]] = {
        "split": lambda: [split_words(*batch) for batch in batches],
        "distinct shingles": lambda: [
            distinct_shingles(some, options.shingle, options.min_words) for some in words
        ],
        "sign": lambda: [sign(*some, plan.scheme) for some in shingles],
        "band keys": lambda: [band_keys(some, plan.scheme.banding) for some in signatures],
    }
    floors = dict.fromkeys(steps, _time(lambda: _read_once(texts), rounds))
    floors["band keys"] = _time(np.concatenate(signatures).view(np.uint64).sum, rounds)
    return [
        Part(name, "article", _time(step, rounds) / len(texts), floors[name] / len(texts))
        for name, step in steps.items()
    ]


def time_pairs(ids: list[str], texts: pa.Array, corpus: Path, rounds: int) -> list[Part]:
    """Bound and alignment of related pairs."""
    truth = pq.read_table(corpus / "truth.parquet", columns=["a", "b"]).slice(0, _PAIRS)
    rows = {name: row for row, name in enumerate(ids)}
    left, right = (np.array([rows[name] for name in truth[end].to_pylist()]) for end in ("a", "b"))
    used, ends = np.unique(np.concatenate([left, right]), return_inverse=True)
    some = texts.take(pa.array(used))
    left, right = ends[: len(left)], ends[len(left) :]
    words = split_words(*string_buffers(some), key=SECRET_KEY)
    numbered = Numbered.of(words.hashes, words.first)
    letters = [_spell(words, one, other) for one, other in zip(left.tolist(), right.tolist(), strict=True)]
    sizes = np.diff(string_buffers(some)[1])
    read = _time(lambda: _read_once(some), rounds) / int(sizes.sum())  # a byte
    steps: dict[str, tuple[Callable[[], Any], float]] = {
        "bound": (
            lambda: count_shared(numbered, left, right),
            read * float(np.mean(sizes[left] + sizes[right])),
        ),
        "alignment": (
            lambda: align_many(numbered, left, right),
            _time(lambda: [Levenshtein.editops(*pair) for pair in letters], rounds) / len(letters),
        ),
    }
    return [
        Part(name, "pair", _time(step, rounds) / len(left), floor) for name, (step, floor) in steps.items()
    ]


def format_table(parts: list[Part]) -> str:
    """Parts as a table in Markdown."""
    lines = ["| part | µs | a | floor, µs | times the floor |", "| --- | ---: | --- | ---: | ---: |"]
    for name, unit, taken, floor in parts:
        lines.append(f"| {name} | {taken:.2f} | {unit} | {floor:.3f} | {taken / floor:,.1f} |")
    return "\n".join(lines)


def _time_steps(
    python: Path, corpus: Path, place: Path, articles: int, texts: pa.Array, rounds: int
) -> list[Part]:
    """Join and writing, as a scan in one process has them.

    Raises click.ClickException if the scan fails.
    """
    found: dict[str, list[float]] = {"candidates": [], "write": []}
    for _ in range(rounds):
        taken = scan(python, corpus, place, ["--jobs", "1"], None)
        if not taken.ok:
            raise click.ClickException(f"the scan failed, see {place / 'scan.log'}")
        row = make_row(articles, taken, place / "results")
        for step, seconds in found.items():
            seconds.append(row[f"seconds_{step}"])
    keys = np.ones(articles * make_plan(Options()).scheme.banding.bands * _KEY_ROW // 8, np.int64)
    floors = {
        "join": _time(keys.sum, rounds) / articles,
        "writing": _time(lambda: _read_once(texts), rounds) / articles,
    }
    steps = zip(floors.items(), found.values(), strict=True)
    return [
        Part(name, "article", median(seconds) / articles * 10**6, floor) for (name, floor), seconds in steps
    ]


def _read(corpus: Path) -> tuple[list[str], pa.Array]:
    """Ids and texts."""
    with (corpus / "docs.jsonl").open("rb") as lines:
        records = [orjson.loads(line) for line in lines]
    texts = pa.array([record["text"] for record in records], pa.large_string())
    return [record["id"] for record in records], texts


def _read_once(texts: pa.Array) -> int:
    """Read all bytes of texts, eight at a time."""
    data, places = string_buffers(texts)
    some = data[places[0] : places[-1]]
    return int(some[: len(some) // 8 * 8].view(np.uint64).sum())


def _spell(words: Words, one: int, other: int) -> tuple[str, str]:
    """Two texts as strings with a letter a word, the same letter for the same word."""
    ours, theirs = words.hashes[words.of(one)], words.hashes[words.of(other)]
    _, found = np.unique(np.concatenate([ours, theirs]), return_inverse=True)
    letters: NDArray[np.uint32] = found.astype("<u4") + 1
    spelt = letters.tobytes().decode("utf-32-le", "surrogatepass")
    return spelt[: len(ours)], spelt[len(ours) :]


def _time(work: Callable[[], Any], rounds: int) -> float:
    """Microseconds, the median of so many runs after one that isn't timed."""
    work()
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return median(taken) * 10**6

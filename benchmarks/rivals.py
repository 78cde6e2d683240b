"""The peers as judges of pairs, each at the threshold that serves it best.

datasketch   candidate pairs of its index, cut by its own estimate of their Jaccard index
datatrove    pairs that share a band; they aren't looked at again
text-dedup   groups: articles that share a band, and those that share one with them, and so on; any
             two of a group are taken for a pair

All have 128 permutations. datatrove and text-dedup know no score: their threshold is the length of a
band, r values of b = 128 // r bands, and stands for the Jaccard index (1 / b) ** (1 / r), of whose
pairs 1 - 1 / e share a band (Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, 3.4).

The threshold and the length of shingles are chosen on the very labels that they are judged by, in the
peers' favour: of a grid, those that make the F1 pooled over all sets greatest (``labels.pooled_f1``).
The grid is run on the articles of so many judged pairs a set (``--judged``), first by hash, and 1,000
of the crowd, in one file. A pair of an article of a set and one that isn't counts as wrong.

At its setting each peer then runs once on all sets and the crowd in one file. Of what it gives, a
set's figures take what is among the set and the crowd. The other sets change nothing between two
articles, but that text-dedup's chains might run through them.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import click

from benchmarks.crowd import Article, Corpus, LabelledSet, cut_labels, first_by_hash, write_corpus
from benchmarks.environments import SCRIPTS
from benchmarks.labels import Reported, Tally, count_sides, map_groups, map_reported, pooled_f1, tally
from benchmarks.measure import Measurement, measure

PERMUTATIONS = 128
THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
BANDS = (2, 3, 4, 5, 6, 8, 11)  # values: these thresholds again, as near as bands come to them
SHINGLES = (2, 3, 5)  # words
JUDGED = 300  # pairs a set
STRANGERS = 1000  # articles of the crowd


class Rival(NamedTuple):
    """A peer.

    script   in ``peers``
    gives    what it gives: "scored pairs", "pairs" or "groups"
    """

    script: str
    gives: str


class Setting(NamedTuple):
    """threshold: Jaccard index; shingle: words; band: values a band, None for peers with scores."""

    threshold: float
    shingle: int
    band: int | None = None


RIVALS = {
    "datasketch": Rival("scored_datasketch.py", "scored pairs"),
    "datatrove": Rival("with_datatrove.py", "pairs"),
    "text-dedup": Rival("grouped_textdedup.py", "groups"),
}

Survey = dict[Setting, dict[str, Tally]]  # of each setting the tally of each set


def names_of(text: str) -> tuple[str, ...]:
    """The peers of a comma-separated list; "all" and "none" are lists too.

    Raises click.BadParameter if one is not known.
    """
    lists = {"all": tuple(RIVALS), "none": ()}
    names = lists.get(text, tuple(name for name in text.split(",") if name))
    for name in names:
        if name not in RIVALS:
            raise click.BadParameter(f"{name} is no peer that judges; there are {', '.join(RIVALS)}")
    return names


def settings_of(name: str) -> list[Setting]:
    """The grid of a peer."""
    if RIVALS[name].gives == "scored pairs":
        return [Setting(threshold, shingle) for shingle in SHINGLES for threshold in THRESHOLDS]
    return [Setting(threshold_of(band), shingle, band) for shingle in SHINGLES for band in BANDS]


def threshold_of(band: int) -> float:
    """The Jaccard index, 0..1, that bands of so many values stand for."""
    index: float = (PERMUTATIONS // band) ** (-1 / band)
    return round(index, 3)


def run_rival(
    name: str, python: Path, corpus: Corpus, setting: Setting, threads: int, timeout: float
) -> tuple[Measurement, Path]:
    """Run a peer on a corpus; what it took, and the file that it wrote."""
    place = corpus.texts.parent
    output = place / f"{name}.pairs"
    output.unlink(missing_ok=True)
    command = [str(python), str(SCRIPTS / RIVALS[name].script), str(corpus.texts), str(output)]
    command += ["--threshold", str(setting.threshold), "--shingle", str(setting.shingle)]
    command += ["--threads", str(threads), *(["--band", str(setting.band)] if setting.band else [])]
    return measure(command, place / f"{name}.log", timeout=timeout), output


def read_rival(
    name: str,
    path: Path,
    first: Mapping[str, str],
    threshold: float = 0.0,
    among: Container[str] | None = None,
) -> Reported:
    """What a peer wrote; of scored pairs those that reach the threshold.

    first   copies to the firsts with the same words
    among   the articles to keep; None: all
    """
    with path.open(encoding="utf-8") as file:
        lines = (line.split() for line in file)
        if RIVALS[name].gives == "groups":
            found = map_groups(((one, other) for one, other in lines), first)
            groups = {one: group for one, group in found.groups.items() if among is None or one in among}
            return found._replace(groups=groups)
        rows = (
            (one, other, "pair")
            for one, other, *score in lines
            if (not score or float(score[0]) >= threshold)
            and (among is None or (one in among and other in among))
        )
        return map_reported(rows, first)._replace(exact=())


def write_grid(
    place: Path, sets: Sequence[LabelledSet], others: Sequence[Article], judged: int = JUDGED
) -> tuple[Corpus, list[LabelledSet]]:
    """What the grid is run on: a corpus of shares of every set and of the crowd, and the sets' shares."""
    smaller = [_cut(one, judged) for one in sets]
    members = [article for one in smaller for article in one.articles]
    strangers = first_by_hash(others, STRANGERS, lambda article: article.name)
    return write_corpus(place, [*members, *strangers]), smaller


def survey(
    name: str, python: Path, corpus: Corpus, sets: Sequence[LabelledSet], threads: int, timeout: float
) -> Survey:
    """Run a peer over its grid.

    A peer with scores is run once a shingle length, at its least threshold, and cut at the others.
    Settings that fail or take too long are left out.

    Raises click.ClickException if all are.
    """
    found: Survey = {}
    ran: dict[tuple[int, int | None], bool] = {}
    for setting in settings_of(name):
        key, output = (setting.shingle, setting.band), corpus.texts.parent / f"{name}.pairs"
        if key not in ran:
            taken, output = run_rival(name, python, corpus, setting, threads, timeout)
            ran[key] = taken.ok
            click.echo(f"{name}, {show_setting(setting)}: {taken.seconds:.1f} s", err=True)
        if ran[key]:
            reported = read_rival(name, output, corpus.first, setting.threshold)
            found[setting] = {one.name: _tally(one, reported) for one in sets}
    if not found:
        raise click.ClickException(f"{name} failed, see {corpus.texts.parent / f'{name}.log'}")
    return found


def choose(found: Mapping[Setting, Mapping[str, Tally]]) -> Setting:
    """The setting of the greatest F1 pooled over the sets; of equal ones that with the greatest threshold."""
    return max(found, key=lambda one: (pooled_f1(found[one].values()), one.threshold, one.shingle))


def choose_for(found: Mapping[Setting, Mapping[str, Tally]], name: str) -> Setting:
    """The setting that serves one set best: by F1, or, where nothing is labelled 1, by false alarms."""
    return max(
        found,
        key=lambda one: (
            pooled_f1([found[one][name]]),
            -_wrong(found[one][name]),
            one.threshold,
            one.shingle,
        ),
    )


def show_setting(setting: Setting) -> str:
    """A setting in few words."""
    band = "" if setting.band is None else f", bands of {setting.band}"
    return f"threshold {setting.threshold:g}{band}, shingles of {setting.shingle}"


def _wrong(one: Tally) -> int:
    return one.false + one.strangers


def _cut(one: LabelledSet, judged: int) -> LabelledSet:
    """At most so many of a set's judged pairs, and the articles that they speak of."""
    labels = cut_labels(one.labels, judged)
    ids = {end for label in labels for end in (label.a, label.b)}
    return LabelledSet(one.name, [article for article in one.articles if article.id in ids], labels)


def _tally(one: LabelledSet, reported: Reported) -> Tally:
    sides = count_sides(one.labels, reported, {article.id for article in one.articles})
    return tally(one.labels, reported, sides.strangers)

"""Clean and spun articles, put before the detector alone and beside one another."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import click

from benchmarks.crowd import Article, first_by_hash, read_set
from benchmarks.kinds.reword import reword
from benchmarks.kinds.synonyms import entries
from benchmarks.kinds.texts import count_words, lay_out, share_changed, show, split_sentences
from benchmarks.reworded import stems_of
from benchmarks.spinner.by_paragraph import Part, parts_of
from benchmarks.spinner.families import family
from benchmarks.spinner.lexicons import HALVES, half_of
from benchmarks.spinner.spin import spin
from dedup.queries.steps import LIKELY
from dedup.sketch.neighbours import count_neighbours
from dedup.sketch.rarity import count_articles
from dedup.spun import Lexicon, Scrape, find_spun
from dedup.verify.facts import Known
from dedup.verify.pair import compare

SETS = ("senate_press", "reuters21578", "onestop")
WHOLE, HALF = "whole", "half"
AS_IT_IS = "as it is"
LEXICONS = (WHOLE, HALF)

_LENGTH = (150, 2000)  # words of an article
_DROPPED = 0.1  # share of the sentences that a shortened version lacks
_REWORDED = 0.5  # share of the synonyms that an editor takes


class Case(NamedTuple):
    """A version of an article beside the article.

    made      "spun", or how a clean one was made
    family    the spinner's, or ''
    rate      share of the words that were to be swapped
    article   the number of the article that it was made from
    changed   share of the article's words that it has no longer, 0..1
    is_right  it is the right one of the pair
    """

    made: str
    family: str
    rate: float
    article: int
    original: str
    text: str
    changed: float
    is_right: bool


class Trial(NamedTuple):
    """What the detector says of a case.

    lexicon          of LEXICONS
    alone            it says that the version is spun, by that text alone
    likely           by that text alone it would say so in a source that spins
    score            of that text alone, 0..1
    phrases          phrases that it finds there
    side             the side of the pair that it says is spun: "version", "original", or ''
    phrases_beside   phrases that it gives for that; of no side, 0
    parts            the version's paragraphs, by that text alone; none where it is one of few
    """

    case: Case
    lexicon: str
    alone: bool
    likely: bool
    score: float
    phrases: int
    side: str
    phrases_beside: int
    parts: tuple[Part, ...] = ()


def read_articles(data: Path, most: int, seed: int) -> list[str]:
    """Texts of 150 to 2,000 words, as many of each of SETS as there are, up to so many in all.

    Raises click.ClickException if there is none.
    """
    there = [name for name in SETS if (data / name).is_dir()]
    texts: list[str] = []
    for left, name in zip(range(len(there), 0, -1), there, strict=True):
        share = (most - len(texts)) // left
        usable = [article for article in read_set(data, name).articles if _is_usable(article)]
        texts += [
            one.fields["text"] for one in first_by_hash(usable, share, lambda one: f"{seed} {one.name}")
        ]
    if not texts:
        raise click.ClickException(f"{data.name} has no articles of {', '.join(SETS)}")
    return texts


def _is_usable(article: Article) -> bool:
    return _LENGTH[0] <= count_words([article.fields["text"]]) <= _LENGTH[1]


def make_spun(texts: Sequence[str], name: str, rate: float, seed: int) -> Iterator[Case]:
    """Each article as the family of this name spins it, but for those that it leaves as they are."""

    def make(text: str, chance: random.Random) -> str:
        return spin(text, family(name), rate, chance)

    return (case for case in _make("spun", name, rate, texts, seed, make) if case.text != case.original)


def make_clean(texts: Sequence[str], more: Sequence[str], seed: int) -> Iterator[Case]:
    """Each article with a tenth of its sentences left out, and in an editor's words; more as they are."""
    yield from _make(AS_IT_IS, "", 0.0, more, seed, lambda text, _: text)
    yield from _make("shortened", "", 0.0, texts, seed, shorten)
    yield from _make("reworded by rules", "", 0.0, texts, seed, _edit)


def shorten(text: str, chance: random.Random) -> str:
    """The text without a tenth of its sentences."""
    sentences = split_sentences(text)
    dropped = set(chance.sample(range(len(sentences)), max(1, round(_DROPPED * len(sentences)))))
    kept = [sentence for number, sentence in enumerate(sentences) if number not in dropped]
    return show(lay_out(kept, chance))


def _edit(text: str, chance: random.Random) -> str:
    return show(lay_out(reword(split_sentences(text), entries(), chance, rate=_REWORDED), chance))


def _make(
    made: str,
    name: str,
    rate: float,
    texts: Sequence[str],
    seed: int,
    make: Callable[[str, random.Random], str],
) -> Iterator[Case]:
    for number, text in enumerate(texts):
        chance = random.Random(f"{seed} {made} {name} {rate} {number}")  # noqa: S311
        version = make(text, chance)
        changed = share_changed(text, version)
        yield Case(made, name, rate, number, text, version, changed, chance.random() < 0.5)


def lexicon_of(name: str, case: Case) -> Lexicon | None:
    """The detector's lexicon for a case; one half for every other article, the other for the rest."""
    return half_of(HALVES[case.article % 2]) if name == HALF else None


def count_crowd(data: Path, most: int) -> Known:
    """What up to so many articles of each of SETS say of words, as a scan of them would."""
    there = [name for name in SETS if most and (data / name).is_dir()]
    texts = [
        article.fields["text"]
        for name in there
        for article in first_by_hash(read_set(data, name).articles, most, lambda one: one.name)
    ]
    if not texts:
        return Known.nothing()
    rarity = count_articles(len(texts), stems_of(texts))
    return Known.nothing()._replace(rarity=rarity, neighbours=count_neighbours(len(texts), stems_of(texts)))


def put_to_test(case: Case, name: str, known: Known | None = None) -> Trial:
    """What the detector says of a case; ``name``: of LEXICONS; ``known``: of the scrape it stands in."""
    lexicon = lexicon_of(name, case)
    scrape = Scrape(known.neighbours, known.rarity.counts) if known and len(known.neighbours) else None
    verdict, evidence = find_spun(case.text, lexicon, scrape)
    pair = (case.original, case.text) if case.is_right else (case.text, case.original)
    compared = compare(*pair, lexicon=lexicon, known=known)
    own, other = ("right", "left") if case.is_right else ("left", "right")
    side = {own: "version", other: "original", None: ""}[compared.spun_side]
    beside = len(compared.left_evidence) + len(compared.right_evidence)
    likely = verdict.spun or verdict.score >= LIKELY
    parts = tuple(parts_of(case.original, case.text, verdict))
    return Trial(case, name, verdict.spun, likely, verdict.score, len(evidence), side, beside, parts)

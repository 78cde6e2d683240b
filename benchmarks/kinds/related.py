"""Pairs that are related, one construction a function. Each takes a world and adds a case to its scrape.

Truth isn't a matter of taste: what is constructed stays clear of where the kinds meet.

- copy: at most 10 % of the words are edited, and at least 75 % of them stay: the longer one has at most
  1.34 times the words of the shorter, where at 1.5 times a piece begins to be contained.
- contains: a piece of at least 60 words, all of which stands in an article of at least twice its words.
- partial: passages of 45 to 120 words, where 40 are enough, none of them quoted, for quotations alone make
  no pair; no more than 0.45 of either side, with text of its own before and after them.
- rewrite: at least 35 % of the words changed, strongly 45 % (no common subsequence holds more of them than
  the rest), and no more than 15 words in a row that stand in both.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from benchmarks.kinds.material import Supply
from benchmarks.kinds.reword import reword
from benchmarks.kinds.scrape import CONTAINS, COPY, EXACT, PARTIAL, REWRITE, Scrape
from benchmarks.kinds.synonyms import Entry
from benchmarks.kinds.texts import (
    Article,
    Sentences,
    count_words,
    cut,
    flatten,
    lay_out,
    longest_run,
    share_changed,
    show,
    words_of,
)

_LEAST_REWORDED = 110  # words of an article that is rewritten
_CHANGED, _STRONGLY_CHANGED, _RUN = 0.35, 0.45, 15
_PASSAGES = {1: (300, 120), 2: (500, 100), 3: (600, 80)}  # words of the source at least, of each at most


class World(NamedTuple):
    """What constructions draw on.

    least_rate  of the synonyms that a rewrite may take it takes at least such a share, 0..1
    """

    scrape: Scrape
    supply: Supply
    entries: Mapping[str, Sequence[Entry]]
    chance: random.Random
    least_rate: float = 1.0


def article_of(world: World, least: int = 180, most: int = 700) -> Article:
    """A fresh article in paragraphs."""
    return lay_out(world.supply.take_some(least, most), world.chance)


# ---------------------------------------------------------------------- exact


def exact(world: World, form: str) -> None:
    """The same words: letters, punctuation, spaces or quotation marks are others."""
    article = article_of(world, 60)
    if form == "quotation marks":
        place = world.chance.randrange(len(article))
        article[place].append('"That\'s what we\'d hoped for," one of them said - "and it\'s here."')
    text = show(article)
    changed = {
        "letter case": lambda: text.upper() if world.chance.random() < 0.5 else text.title(),
        "punctuation": lambda: re.sub(r"[,;:](?= )| -(?= )", "", text).replace(". ", " ... "),
        "spaces": lambda: respace(text, world.chance),
        "quotation marks": lambda: set_quotes(text),
    }[form]()
    scrape = world.scrape
    scrape.judge(EXACT, form, f"{len(words_of(text))} words", scrape.add(text), scrape.add(changed))


def respace(text: str, chance: random.Random) -> str:
    """Other line breaks, and spaces of other sorts and numbers."""
    words = text.split()
    return "".join(word + chance.choice((" ", " ", " ", "  ", "\n", "\t", "\u00a0")) for word in words)


def set_quotes(text: str) -> str:
    """Straight quotation marks, apostrophes, dashes and dots as printers set them."""
    text = re.sub(r'"(?=\w)', "“", text).replace('"', "”")
    return text.replace("'", "’").replace(" - ", " — ").replace("...", "…")


# ---------------------------------------------------------------------- copy


def copy(world: World, form: str) -> None:
    """The same body with a headline, furniture, an end cut off, edits, a paragraph less, or all of it."""
    article, chance = article_of(world, 240), world.chance
    changed, head, source, strength = article, "", None, ""
    if form in {"headline", "mixed"}:
        head = make_head(world)
    if form in {"furniture", "mixed"}:
        source = chance.choice(world.scrape.furnished)
    if form in {"cropped", "mixed"}:
        changed, kept = crop(changed, chance.uniform(0.85 if form == "mixed" else 0.75, 0.9))
        strength = f"{kept:.0%} kept"
    if form == "paragraph left out":
        changed, kept = leave_out(article, chance)
        strength = f"{kept:.0%} kept"
    if form in {"edited", "mixed"}:
        share = chance.uniform(0.01, 0.05 if form == "mixed" else 0.1)
        changed = edit(changed, share, world)
        strength += f" {share:.1%} edited"
    scrape = world.scrape
    scrape.judge(COPY, form, strength.strip(), scrape.add(article), scrape.add(changed, source, head))


def make_head(world: World) -> str:
    """A headline of five to nine words of another article."""
    words = world.supply.take(8, 60)[0].split()
    return " ".join(words[: world.chance.randint(5, 9)]).strip('.,;:"“” ').capitalize()


def crop(article: Article, share: float) -> tuple[Article, float]:
    """The end cut off at a sentence so that at least such a share of the words stays; and how much did."""
    whole = count_words(flatten(article))
    kept = [list(paragraph) for paragraph in article]
    size = whole
    while size - count_words(kept[-1][-1:]) >= share * whole:
        size -= count_words([kept[-1].pop()])
        kept = [paragraph for paragraph in kept if paragraph]
    return kept, size / whole


def leave_out(article: Article, chance: random.Random) -> tuple[Article, float]:
    """A paragraph less, neither the first nor the last, of a fourth of the words at most; and how much stays.

    Where all are longer, half of one goes.
    """
    whole = count_words(flatten(article))
    short = [place for place in range(1, len(article) - 1) if count_words(article[place]) <= whole / 4]
    place = chance.choice(short or [1])
    rest = [] if short else [article[place][len(article[place]) // 2 :]]
    left = article[:place] + rest + article[place + 1 :]
    return left, count_words(flatten(left)) / whole


def edit(article: Article, share: float, world: World) -> Article:
    """Such a share of the words replaced, left out or followed by another; sentences keep first and last."""
    chance = world.chance
    split = [[sentence.split(" ") for sentence in paragraph] for paragraph in article]
    inner = [(words, at) for paragraph in split for words in paragraph for at in range(1, len(words) - 1)]
    count = max(1, round(share * count_words(flatten(article))))
    for words, at in chance.sample(inner, min(count, len(inner))):
        words[at] = chance.choice((world.supply.word(), "", f"{words[at]} {world.supply.word()}"))
    return [[" ".join(filter(None, words)) for words in paragraph] for paragraph in split]


# ---------------------------------------------------------------------- contains


def contains(world: World, form: str) -> None:
    """A piece on its own, and inside an article of at least twice its words."""
    {"extract": _extract, "inside another": _inside, "round-up": _round_up}[form](world)


def _extract(world: World) -> None:
    """The beginning or another stretch of an article on its own, less than half of it."""
    article, chance = article_of(world, 260), world.chance
    sentences, whole = flatten(article), count_words(flatten(article))
    piece = None
    while piece is None:
        start = 0 if chance.random() < 0.5 else chance.randrange(len(sentences))
        piece = cut(sentences[start:], chance.randint(60, int(0.4 * whole)), whole // 2)
    _judge_piece(world, "extract", piece, article)


def _inside(world: World) -> None:
    piece = world.supply.take_some(60, 240)
    host = article_of(world, max(180, count_words(piece) + 10))
    place = world.chance.randint(0, len(host))
    _judge_piece(world, "inside another", piece, host[:place] + lay_out(piece, world.chance) + host[place:])


def _round_up(world: World) -> None:
    """Three to five pieces one after the other; the longest has less than half of the words."""
    pieces = [world.supply.take_some(60, 140) for _ in range(world.chance.randint(3, 5))]
    while 2 * max(map(count_words, pieces)) > sum(map(count_words, pieces)):
        pieces.append(world.supply.take_some(60, 140))
    host = [paragraph for piece in pieces for paragraph in lay_out(piece, world.chance)]
    name = world.scrape.add(host)
    for piece in pieces:
        _judge_piece(world, "round-up", piece, host, name)


def _judge_piece(world: World, form: str, piece: Sentences, host: Article, name: str = "") -> None:
    scrape = world.scrape
    words = count_words(piece)
    times = count_words(flatten(host)) / words
    host_name = name or scrape.add(host)
    piece_name = scrape.add(lay_out(piece, world.chance))
    scrape.judge(CONTAINS, form, f"{words} words, {times:.1f} times", piece_name, host_name)


# ---------------------------------------------------------------------- partial


def partial(world: World, form: str) -> None:
    """One to three passages of an article in another, each with text of its own."""
    count = int(form[0])
    passages: list[Sentences] = []
    while len(passages) < count:
        source = world.supply.take(_PASSAGES[count][0], 2000)
        passages = draw_passages(source, count, world.chance)
    words = sum(map(count_words, passages))
    host = flatten(article_of(world, max(180, 14 * words // 10), max(300, 3 * words)))
    places = sorted(world.chance.sample(range(1, len(host)), count), reverse=True)
    for passage, place in zip(passages, places, strict=True):
        host[place:place] = passage
    scrape = world.scrape
    names = [scrape.add(lay_out(side, world.chance)) for side in (source, host)]
    scrape.judge(PARTIAL, form, " + ".join(str(count_words(passage)) for passage in passages), *names)


def draw_passages(sentences: Sentences, count: int, chance: random.Random) -> list[Sentences]:
    """So many passages of 45 to 120 words, one out of each part of a text, but not from its edges.

    Fewer if not all parts have one.
    """
    inner, most = sentences[1:-1], _PASSAGES[count][1]
    ends = [len(inner) * part // count for part in range(count + 1)]
    found = []
    for start, stop in itertools.pairwise(ends):
        part = inner[start : stop - 1 if count > 1 else stop]
        cuts = [cut(part[at:], 45 + chance.randrange(35), most) for at in range(len(part))]
        options = [passage for passage in cuts if passage and '"' not in show([passage])]
        found += [chance.choice(options)] if options else []
    chance.shuffle(found)
    return found


# ---------------------------------------------------------------------- rewrite


def rewrite(world: World, form: str) -> None:
    """An article and the same in other words, sentence by sentence."""
    chance, least = world.chance, _STRONGLY_CHANGED if form == "strongly" else _CHANGED
    while True:
        article = world.supply.take_next()
        original = lay_out(find_rewordable(article, world, least), chance)
        rate, divide = chance.uniform(world.least_rate, 1), form == "split and merged"
        changed = [
            reword(paragraph, world.entries, chance, rate=rate, divide=divide) for paragraph in original
        ]
        share = share_changed(show(original), show(changed))
        if share >= least and longest_run(show(original), show(changed)) <= _RUN:
            break
        world.supply.give_back(article)
    scrape = world.scrape
    scrape.judge(REWRITE, form, f"{share:.0%} changed", scrape.add(original), scrape.add(changed))


def find_rewordable(sentences: Sentences, world: World, least: float) -> Sentences:
    """The sentences of which our rules change enough, if they make an article; otherwise none."""
    good = [
        sentence
        for sentence in sentences
        if share_changed(sentence, reword([sentence], world.entries, world.chance)[0]) >= least - 0.07
    ]
    return good[:24] if count_words(good) >= _LEAST_REWORDED else []

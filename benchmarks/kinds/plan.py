"""How many cases of each construction a scrape has, and unrelated articles around them."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from benchmarks.kinds import related, strangers
from benchmarks.kinds.made import MadeUp
from benchmarks.kinds.material import Exhausted, Supply, keep_apart, read_articles
from benchmarks.kinds.related import World
from benchmarks.kinds.scrape import CONTAINS, COPY, EXACT, NONE, PARTIAL, REWRITE, Scrape
from benchmarks.kinds.synonyms import entries
from benchmarks.kinds.texts import lay_out

Construct = Callable[[World, str], None]

_SHARE = 24  # of the articles, one in so many is a case of each kind: about half are in cases
_PER_SOURCE = 60  # articles
FORMS: dict[str, dict[str, Construct]] = {
    EXACT: dict.fromkeys(("letter case", "punctuation", "spaces", "quotation marks"), related.exact),
    COPY: dict.fromkeys(
        ("headline", "furniture", "cropped", "edited", "paragraph left out", "mixed"), related.copy
    ),
    CONTAINS: dict.fromkeys(("extract", "inside another", "round-up"), related.contains),
    PARTIAL: dict.fromkeys(("1 passage", "2 passages", "3 passages"), related.partial),
    REWRITE: dict.fromkeys(("sentence by sentence", "split and merged", "strongly"), related.rewrite),
    NONE: {
        "same furniture": strangers.furniture,
        "same quotation": strangers.quotation,
        "same statement": strangers.statement,
        "same event": strangers.event,
    },
}
TEMPLATE, TOLD = "same template", "same event, made up"


def make_scrape(articles: int, seed: int, data: Path | None) -> Scrape:
    """A scrape of so many articles, or a few more if they are few.

    data  folder of real articles to make them of; None: all are made up

    Raises Exhausted if there are too few real articles.
    """
    chance = random.Random(seed)  # noqa: S311
    made = MadeUp(seed)
    raw = read_articles(data, chance) if data else made.articles()
    supply = Supply(keep_apart(raw), chance)
    scrape = Scrape(chance, max(2, min(60, articles // _PER_SOURCE // 2)))
    swaps = entries() if data else {**made.swaps(), **entries()}
    world = World(scrape, supply, swaps, chance, 1.0 if data else 0.5)
    quota = max(1, articles // _SHARE)
    for kind, forms in FORMS.items():
        share = -(-quota // (len(forms) + (2 if kind == NONE else 0)))
        for form, construct in forms.items():
            _repeat(world, kind, form, construct, share)
        if kind == NONE:
            strangers.templates(world, TEMPLATE, share)
            strangers.told(world, TOLD, made.events(share))
    while len(scrape) < articles:
        scrape.add(lay_out(supply.take_whole(), chance), chance.choice(scrape.bare + scrape.furnished))
    return scrape


def _repeat(world: World, kind: str, form: str, construct: Construct, count: int) -> None:
    """Construct until there are so many cases of a form; some constructions make several at once."""
    try:
        while sum((case.kind, case.form) == (kind, form) for case in world.scrape.cases) < count:
            construct(world, form)
    except Exhausted as error:
        raise Exhausted(f"{error} for {kind}, {form}") from error

"""Pairs that are none, however much they look like it, one construction a function.

They have in common: the furniture of their site; one quotation of 30 to 60 words; one official
statement of 60 to 110 words, a paragraph in quotation marks; a template that ten articles or more
fill with other names and numbers; or an event, of which each tells a choice of the facts in an
order and in sentences of its own, beside text of its own. The rest of each is its own.
"""

from __future__ import annotations

from benchmarks.kinds.related import World, article_of
from benchmarks.kinds.scrape import NONE
from benchmarks.kinds.stories import EVENTS, TEMPLATES, Names, tell
from benchmarks.kinds.texts import Sentences, count_words, lay_out

_INSTANCES = 10  # of a template at least
_OFFICES = ("ministry of transport", "water board", "port authority", "county council", "health office")


def furniture(world: World, form: str) -> None:
    """Two articles of one site, which has furniture."""
    source = world.chance.choice(world.scrape.furnished)
    lines = [*source.top, *source.bottom]
    one, other = (world.scrape.add(article_of(world, 120, 500), source) for _ in range(2))
    world.scrape.judge(NONE, form, f"{count_words(lines)} words in {len(lines)} lines", one, other)


def quotation(world: World, form: str) -> None:
    """One quotation, which each brings in in its own way."""
    quoted = _unquote(world.supply.take(30, 60))
    person = Names(world.chance).fill("{person1}")
    ways = f'"{quoted}" {person} said.', f'{person} told reporters: "{quoted}"'
    _share(world, form, quoted, ways)


def statement(world: World, form: str) -> None:
    """One official statement, a paragraph of its own."""
    quoted = _unquote(world.supply.take(60, 110))
    office = world.chance.choice(_OFFICES)
    ways = f'"{quoted}" the {office} said in a statement.', f'The statement of the {office}: "{quoted}"'
    _share(world, form, quoted, ways)


def event(world: World, form: str) -> None:
    """The same event told twice."""
    number = world.chance.randrange(len(EVENTS))
    names = []
    for facts in tell(number, world.chance):
        background = world.supply.take_some(100, 300)
        names.append(world.scrape.add(lay_out([*facts, *background], world.chance)))
    world.scrape.judge(NONE, form, f"event {number + 1}", names[0], names[1])


def templates(world: World, form: str, cases: int) -> None:
    """Instances of templates, ten of each at least, from one source; each is judged beside the next."""
    instances = max(_INSTANCES, cases // len(TEMPLATES))
    for number, template in enumerate(TEMPLATES, 1):
        source = world.chance.choice(world.scrape.bare)
        texts = [Names(world.chance).fill(template) for _ in range(instances)]
        names = [world.scrape.add(text, source) for text in texts]
        for one, other in zip(names, names[1:] + names[:1], strict=True):
            world.scrape.judge(NONE, form, f"template {number}", one, other)


def told(world: World, form: str, pairs: list[tuple[str, str]]) -> None:
    """Pairs of articles on one event that have been made up already."""
    for one, other in pairs:
        world.scrape.judge(NONE, form, "", world.scrape.add(one), world.scrape.add(other))


def _share(world: World, form: str, quoted: str, ways: tuple[str, str]) -> None:
    """Put a paragraph into two articles, in each in its own way."""
    names = []
    for paragraph in ways:
        article = article_of(world, 150, 500)
        article.insert(world.chance.randint(1, len(article)), [paragraph])
        names.append(world.scrape.add(article))
    world.scrape.judge(NONE, form, f"{count_words([quoted])} words", names[0], names[1])


def _unquote(sentences: Sentences) -> str:
    return " ".join(sentences).translate(str.maketrans("", "", '"“”'))

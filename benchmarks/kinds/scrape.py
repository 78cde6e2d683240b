"""A scrape in the making: its articles, their sources with site furniture, and the cases among them."""

from __future__ import annotations

import random
from pathlib import Path
from typing import NamedTuple

import orjson

from benchmarks.kinds.texts import Article, show

EXACT, COPY, CONTAINS, PARTIAL, REWRITE, NONE = "exact", "copy", "contains", "partial", "rewrite", "no pair"
KINDS = (EXACT, COPY, CONTAINS, PARTIAL, REWRITE, NONE)

_SITES = """
    Courier Herald Ledger Gazette Observer Monitor Chronicle Argus Packet Beacon Examiner Record
"""
_TOWNS = """
    Skerness Hallin Brannoch Caldrey Ostermoor Pellwick Tarnby Dunholm Ravelow Eastmere Farrowgate
"""
_TOP = """
Home | News | {town} | Sport | Weather | Contact the {site}
Skip to main content of the {site} website
Today's front page of the {town} {site}, letters and notices
By {site} staff, {town} newsroom desk
""".strip().splitlines()
_BOTTOM = """
Sign up for the {town} {site} morning letter and have the day's stories sent to you before breakfast.
Follow the {town} {site} on social media for more news from {town} and the villages around it.
Do you have a story for us? Write to the newsroom of the {site} at news@{town}{site}.example.
You can read every edition of the {site} on your phone with the {town} {site} app.
Read more: what {town} talked about this week, in the {site}'s own words
Copyright {town} {site} Media. All rights reserved. No part of this page may be copied or passed on.
Support local reporting: subscribe to the {town} {site} from four pounds a month, cancel whenever you like.
Most read on the {site} today: council notices, fixtures and results, births and deaths in {town}
Comments on this article of the {town} {site} are closed. Our moderators read every one of them.
The {town} {site} is bound by the code of the press council; complaints go to the editor in {town}.
""".strip().splitlines()


class Case(NamedTuple):
    """Two articles, what they are to each other by construction, and how strongly.

    kind      one of KINDS
    form      which construction
    strength  what of it, in a few words for the reader
    """

    kind: str
    form: str
    strength: str
    one: str
    other: str


class Source(NamedTuple):
    """A site, with the lines that stand above and below all of its articles."""

    name: str
    top: tuple[str, ...]
    bottom: tuple[str, ...]


class Scrape:
    """Articles and cases, as constructions add them.

    bare, furnished  sources without and with furniture
    """

    def __init__(self, chance: random.Random, sources: int) -> None:
        """``sources``: how many of each sort, 2 to 132."""
        names = [(town, site) for site in _SITES.split() for town in _TOWNS.split()]
        chance.shuffle(names)
        self.bare = [Source(f"plain{number:03}.example", (), ()) for number in range(sources)]
        self.furnished = [_furnish(town, site, chance) for town, site in names[:sources]]
        self.cases: list[Case] = []
        self._chance = chance
        self._articles: list[dict[str, str]] = []

    def __len__(self) -> int:
        """How many articles there are."""
        return len(self._articles)

    def add(self, article: Article | str, source: Source | None = None, head: str = "") -> str:
        """Put an article in, with its source's furniture; returns its id.

        source  None: one without furniture
        head    a headline, if it has one
        """
        source = source or self._chance.choice(self.bare)
        body = article if isinstance(article, str) else show(article)
        name = f"k{self._chance.getrandbits(60):015x}"
        text = "\n\n".join(filter(None, (*source.top, head, body, *source.bottom)))
        day = f"2023-{self._chance.randint(1, 12):02}-{self._chance.randint(1, 28):02}T08:00:00Z"
        self._articles.append({"id": name, "source": source.name, "published": day, "text": text})
        return name

    def judge(self, kind: str, form: str, strength: str, one: str, other: str) -> None:
        """Say what two articles are to each other."""
        self.cases.append(Case(kind, form, strength, one, other))

    def texts(self) -> dict[str, str]:
        """All texts by their ids, furniture and all."""
        return {article["id"]: article["text"] for article in self._articles}

    def write(self, path: Path) -> None:
        """Write JSON lines, in an order that tells nothing."""
        with path.open("wb") as file:
            for article in sorted(self._articles, key=lambda article: article["id"]):
                file.write(orjson.dumps(article, option=orjson.OPT_APPEND_NEWLINE))


def _furnish(town: str, site: str, chance: random.Random) -> Source:
    """A site with one or two lines at the top and two to six at the bottom."""

    def draw(lines: list[str], count: int) -> tuple[str, ...]:
        chosen = chance.sample(lines, count)
        return tuple(line.replace("{town}", town).replace("{site}", site) for line in chosen)

    top, bottom = draw(_TOP, chance.randint(1, 2)), draw(_BOTTOM, chance.randint(2, 6))
    return Source(f"{town}-{site}.example".lower(), top, bottom)

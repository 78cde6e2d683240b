"""Texts of templates, and one event told twice: names and numbers of nobody, sentences of our own."""

from __future__ import annotations

import random
import re
from pathlib import Path

from benchmarks.kinds.texts import Sentences

_HERE = Path(__file__).parent
_SLOT = re.compile(r"\{([a-z]+)(\d*)\}")
_LISTS = {
    "first": "Ada Bram Cora Dirk Elsa Finn Greta Hugo Iris Jonas Kira Lars Mina Nils Orla Piet Runa Sven",
    "family": """
        Ambery Bexholt Corrand Dalvik Estrom Fennimor Garlow Hestrand Illingbeck Jorvald Kestrin Lomax Marwick
        Norling Ottersen Penhale Quillan Rostad Selwick Torvane
    """,
    "head": "Ald Brin Cor Dun Elm Far Glen Hol Ing Kel Lor Mor Nor Old Pen Rav Stan Tor Ulver Wen",
    "tail": "bury combe dale ford gate holm ley mere ness port stow wick",
    "trade": "Shipping Timber Foods Glass Paper Motors Textiles Chemicals Cables Ceramics",
    "day": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "month": "January February March April May June July August September October November December",
    "wind": "north-easterly south-westerly westerly easterly northerly southerly",
}
_WORDS = {name: words.split() for name, words in _LISTS.items()}

TEMPLATES = (_HERE / "templates.txt").read_text("utf-8").strip().split("\n\n")


class Names:
    """Names and numbers for the slots of texts: the same for the same slot."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._known: dict[str, str] = {}

    def fill(self, text: str) -> str:
        """A text with its slots filled, spaces made plain."""
        return _SLOT.sub(lambda slot: self._give(slot[0], slot[1]), " ".join(text.split()))

    def _give(self, slot: str, kind: str) -> str:
        if slot not in self._known:
            self._known[slot] = self._draw(kind)
        return self._known[slot]

    def _draw(self, kind: str) -> str:
        number = self._chance.randint

        def pick(name: str) -> str:
            return self._chance.choice(_WORDS[name])

        return {
            "town": lambda: pick("head") + pick("tail"),
            "person": lambda: f"{pick('first')} {pick('family')}",
            "company": lambda: f"{pick('head')}{pick('tail')} {pick('trade')}",
            "day": lambda: pick("day"),
            "month": lambda: pick("month"),
            "wind": lambda: pick("wind"),
            "year": lambda: str(number(1950, 1999)),
            "hour": lambda: f"{number(1, 11)}.{number(10, 59)}",
            "date": lambda: str(number(1, 28)),
            "degree": lambda: str(number(1, 29)),
            "few": lambda: str(number(2, 12)),
            "rate": lambda: f"{number(0, 9)}.{number(10, 99)}",
            "small": lambda: str(number(2, 99)),
            "score": lambda: str(number(0, 6)),
            "number": lambda: str(number(100, 9999)),
            "money": lambda: f"{number(2, 900)}.{number(1, 9)} million crowns",
        }[kind]()


def read_events() -> list[list[tuple[str, str]]]:
    """Events as facts, each told in two ways that have no more than names and numbers in common."""
    lines = (_HERE / "events.txt").read_text("utf-8").partition("\n")[2]
    events = [list(map(str.strip, event.splitlines())) for event in lines.strip().split("\n\n")]
    return [list(zip(event[::2], event[1::2], strict=True)) for event in events]


EVENTS = read_events()


def tell(event: int, chance: random.Random) -> tuple[Sentences, Sentences]:
    """One of EVENTS as two reporters tell it: the first fact and five of the others, in orders of their own.

    What one says in the first way the other says in the second.
    """
    names, facts = Names(chance), EVENTS[event]
    ways = [chance.randrange(2) for _ in facts]
    told = []
    for side in (0, 1):
        chosen = [0, *chance.sample(range(1, len(facts)), 5)]
        told.append([names.fill(facts[fact][ways[fact] ^ side]) for fact in chosen])
    return told[0], told[1]

"""Real articles as two scanners of paper may have read them: labelled sets for ``quality``.

A word is misread as optical character recognition does: a letter or two that look like others, a
space or a hyphen and a line's end put in, a letter left out, a mark of dirt. Confusions are those that
look alike in print (e and c, rn and m, l and 1), each as likely as another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import click

from benchmarks.crowd import data_option
from benchmarks.made_sets import Ends, choose_articles, first_half, write_sets

RATES = (5, 10, 20, 30)  # words of 100 that each scanner misreads
_ALIKE = {
    "a": ("o", "u"), "b": ("h", "6"), "c": ("e", "o"), "d": ("cl",), "e": ("c", "o"), "f": ("t",),
    "g": ("q", "9"), "h": ("b", "li"), "i": ("l", "1"), "k": ("lc",), "l": ("i", "1"), "m": ("rn", "nn"),
    "n": ("u", "ri"), "o": ("e", "c"), "r": ("i",), "s": ("5", "a"), "t": ("f", "l"), "u": ("n", "ii"),
    "v": ("y",), "w": ("vv",), "y": ("v",), "B": ("8", "E"), "D": ("O",), "I": ("l", "1"), "O": ("0", "Q"),
    "S": ("5", "8"), "1": ("l", "I"), "0": ("O",), "5": ("S",), ".": (",",), ",": (".",),
}  # fmt: skip


@click.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@data_option("Folder with senate_press and other sets, as for quality.")
@click.option("--articles", default=300, show_default=True, type=click.IntRange(3), help="Of each rate.")
@click.option("--seed", default=1, show_default=True)
def scanned(out: Path, data: Path, articles: int, seed: int) -> None:
    """Write articles as two scanners may have read them, labelled, for the command "quality".

    A set a rate of misread words: a third of its pairs are two readings of an article, a third a
    reading and the article, a third a reading and half of another one. Articles are of senate_press,
    but none that is in the crowd; the sets of the crowd are linked.
    """
    chosen = choose_articles(data, articles * len(RATES), seed)
    shares = {rate: chosen[number :: len(RATES)] for number, rate in enumerate(RATES)}
    sets = (
        (f"scanned-{rate:02}", list(make_pairs(rows, rate / 100, Random(seed))))  # noqa: S311
        for rate, rows in shares.items()
    )
    write_sets(out, data, sets)


def make_pairs(rows: list[dict[str, Any]], rate: float, chance: Random) -> Iterator[tuple[str, Ends]]:
    """Pairs of articles: what they are, and both ends."""
    for number, row in enumerate(rows):
        text, id_ = row["text"], row["id"]
        reading = (f"{id_}:read", read(text, rate, chance))
        match number % 3:
            case 0:
                yield "two readings", (reading, (f"{id_}:again", read(text, rate, chance)))
            case 1:
                yield "a reading", (reading, (f"{id_}:text", text))
            case _:
                yield "a half", (reading, (f"{id_}:half", read(first_half(text), rate, chance)))


def read(text: str, rate: float, chance: Random) -> str:
    """A text, of which such a share of the words is misread, 0..1."""
    pieces = re.split(r"(\s+)", text)
    return "".join(
        _misread_word(piece, chance) if piece.strip() and chance.random() < rate else piece
        for piece in pieces
    )


def _misread_word(word: str, chance: Random) -> str:
    kind = chance.random()
    alike = [place for place, letter in enumerate(word) if letter in _ALIKE]
    if kind < 0.65 and alike:
        for place in sorted(
            chance.sample(alike, 1 + (len(alike) > 3 and chance.random() < 0.3)), reverse=True
        ):
            word = word[:place] + chance.choice(_ALIKE[word[place]]) + word[place + 1 :]
        return word
    inside = chance.randrange(1, len(word)) if len(word) > 3 else 0
    if kind < 0.75 and inside:
        return f"{word[:inside]} {word[inside:]}"
    if kind < 0.85 and inside:
        return f"{word[:inside]}-\n{word[inside:]}"
    place = chance.randrange(len(word))
    if kind < 0.93 and len(word) > 1:
        return word[:place] + word[place + 1 :]
    return word[:place] + chance.choice(".,'~^") + word[place:]

"""Articles of families, as records, and what is found of them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import dedup

if TYPE_CHECKING:
    from conftest import Scrape

Record = dict[str, Any]


def records(scrape: Scrape, seed: int, count: int = 60) -> list[Record]:
    """Articles of families: copies word for word, edited ones, pieces, longer ones; some of no family."""
    chance = random.Random(seed)  # noqa: S311
    made = []
    for number in range(count):
        family = chance.randrange(count // 5)
        words = scrape.words(family, 150)
        change = chance.randrange(5)
        if change == 1:
            words[30 : 30 + chance.randrange(20)] = scrape.words(1000 + number, 12)
        elif change == 2:
            words = words[: 60 + chance.randrange(60)]
        elif change == 3:
            words = scrape.words(2000 + number, 90) + words[20:110] + scrape.words(3000 + number, 90)
        elif change == 4 and chance.random() < 0.5:
            words = scrape.words(4000 + number, 100)
        lines = [" ".join(words[at : at + 11]).capitalize() + "." for at in range(0, len(words), 11)]
        record: Record = {"id": f"n{number:03}", "text": " ".join(lines)}
        if chance.random() < 0.7:
            record["published"] = f"2024-0{chance.randrange(1, 9)}-1{chance.randrange(9)}"
        if chance.random() < 0.5:
            record["source"] = chance.choice("pqr")
        made.append(record)
    return made


def pairs(results: dedup.Results) -> dict[tuple[str, str], Any]:
    """What is said of each pair but its number."""
    return {(row["left"], row["right"]): {**row, "pair": 0} for row in results.rows("pairs")}


def clusters(results: dedup.Results) -> set[frozenset[str]]:
    numbers = range(1, results.cluster_count() + 1)
    return {frozenset(row["article"] for row in results.cluster(number)) for number in numbers}

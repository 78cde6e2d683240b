"""What the scripts of peers share, held to the plainest way to do the same."""

from __future__ import annotations

import importlib
import json
import random
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

PEERS = Path(__file__).parents[2] / "benchmarks" / "peers"

Shingle = tuple[str, ...]


@pytest.fixture
def shingles(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(PEERS)
    return importlib.import_module("shingles")


def plain(text: str) -> list[Shingle]:
    words = re.findall(r"\w+", text.lower())
    return [tuple(words[at : at + 5]) for at in range(len(words) - 4)]


def texts() -> list[str]:
    chance = random.Random(1)  # noqa: S311
    words = ["a", "A", "été", "x_1", "12", "Foo", "漢字", "I", "İ", "it's"]
    made = [
        "".join(chance.choice(words) + chance.choice([" ", ", ", "\n\n", " – "]) for _ in range(length))
        for length in range(30)
        for _ in range(10)
    ]
    return ["", "!?", "one two three four", "one two, three four FIVE", *made]


def test_shingles_are_those_of_a_regular_expression(shingles: Any) -> None:
    given = [(str(number), text) for number, text in enumerate(texts())]
    made = shingles.shingle(given)
    expected = {number: plain(text) for number, text in given if plain(text)}
    assert made.ids == list(expected)
    hashes: dict[Shingle, int] = {}
    for theirs, ours in zip(expected.values(), made.each(), strict=True):
        assert len(theirs) == len(ours)
        for text, value in zip(theirs, ours.tolist(), strict=True):
            assert hashes.setdefault(text, value) == value
    assert len(set(hashes.values())) == len(hashes)


def test_shingles_are_joined_words(shingles: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docs = tmp_path / "docs.jsonl"
    docs.write_text("".join(json.dumps({"id": n, "text": t}) + "\n" for n, t in enumerate(texts())))
    expected = {
        n: [" ".join(words).encode() for words in plain(t)] for n, t in enumerate(texts()) if plain(t)
    }
    for size in (1, 7, 10**6):
        monkeypatch.setattr(shingles, "_BATCH", size)
        made = [batch for names, sets in shingles.each_batch(docs) for batch in zip(names, sets, strict=True)]
        assert made == list(expected.items())


def test_chunks_hold_every_article_once(
    shingles: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [str(number) for number in range(100)]
    docs = tmp_path / "docs.jsonl"
    docs.write_text("".join(json.dumps({"id": name, "text": "x" * int(name)}) + "\n" for name in names))
    for size in (1, 50, 1000, 10**6):
        monkeypatch.setattr(shingles, "_CHUNK", size)
        for shares in (1, 3):
            parts = [shingles.each_chunk(docs, list, 1, share, shares) for share in range(shares)]
            assert [name for part in parts for chunk in part for name, _ in chunk] == names


def test_joining_bands(shingles: Any) -> None:
    signatures = np.random.default_rng(1).integers(0, 3, (60, 128), np.uint32)
    signatures[[5, 17, 40]] = signatures[3]
    expected = {
        (one, other)
        for one, other in combinations(range(60), 2)
        if (signatures[one] == signatures[other]).reshape(-1, 4).all(axis=1).any()
    }
    one, other = shingles.join_bands(signatures, 4)
    found = list(zip(one.tolist(), other.tolist(), strict=True))
    assert len(found) == len(set(found))
    assert set(found) == expected
    assert {(3, 5), (3, 17), (17, 40)} <= expected


def test_joining_nothing(shingles: Any) -> None:
    one, other = shingles.join_bands(np.zeros((0, 128), np.uint32), 4)
    assert len(one) == len(other) == 0


@pytest.mark.parametrize(("threshold", "rows"), [(0.05, 1), (0.3, 2), (0.5, 4), (0.75, 8), (0.9, 16)])
def test_bands_suit_the_threshold(shingles: Any, threshold: float, rows: int) -> None:
    given = shingles.Arguments(Path(), Path(), threshold, 1, "only")
    assert (given.rows, given.bands) == (rows, 128 // rows)


def test_bands_and_shingles_as_given(shingles: Any) -> None:
    given = shingles.Arguments(Path(), Path(), 0.5, 1, "only", 2, 6)
    assert (given.rows, given.bands) == (6, 21)
    assert shingles.join_shingles("One two, THREE", 2) == [b"one two", b"two three"]


def test_groups_become_pairs(shingles: Any) -> None:
    assert shingles.within_groups([[1, 2, 5], [3], [4, 6]]) == ([1, 1, 2, 4], [2, 5, 5, 6])

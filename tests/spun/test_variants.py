"""Wordings that are one, and swaps that the lexicon has."""

from __future__ import annotations

import pytest

from dedup.spun.inflect import bases
from dedup.spun.lexicon import shipped
from dedup.spun.variants import are_variants, is_known


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("organise", "organize"),
        ("colour", "color"),
        ("centre", "center"),
        ("grey", "gray"),
        ("rose", "risen"),
        ("says", "said"),
        ("is", "were"),
        ("children", "child"),
        ("stopped", "stopping"),
        ("cities", "city"),
        ("large", "largest"),
        ("senator", "sen"),
        ("government", "govt"),
        ("doctor", "dr"),
        ("captain", "capt"),
        ("united states", "us"),
        ("u s", "united states"),
        ("three weeks", "some weeks"),
        ("a single", "one"),
        ("workplace", "work place"),
        ("he said", "said he"),
        ("their organisations", "their organization"),
    ],
)
def test_variants(one: str, other: str) -> None:
    assert are_variants(tuple(one.split()), tuple(other.split()))
    assert are_variants(tuple(other.split()), tuple(one.split()))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("show", "showcase"),
        ("big", "massive"),
        ("prime minister", "top official"),
        ("way", "manner"),
        ("railway", "iron road"),
        ("last", "final"),
    ],
)
def test_synonyms_are_none(one: str, other: str) -> None:
    assert not are_variants(tuple(one.split()), tuple(other.split()))


def test_bases() -> None:
    assert "take" in bases("took")
    assert bases("went") & bases("going")
    assert bases("is") & bases("been")
    assert bases("as") == {"as"}


def test_known_swaps_go_both_ways_and_word_by_word() -> None:
    ability, skill = ("ability",), ("skill",)
    assert is_known(ability, skill, shipped())
    assert is_known(skill, ability, shipped())
    assert is_known(("access", "ability"), ("entry", "skill"), shipped())
    assert not is_known(("ability",), ("anchorage",), shipped())
    assert not is_known(("the", "ability"), ("skill",), shipped())

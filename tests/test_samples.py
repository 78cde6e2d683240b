"""The scan of the samples says what ``expected.csv`` says."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from dedup import Results

SAMPLES = Path(__file__).parent.parent / "samples"
FOUND = ("exact", "copy", "contains")  # kinds that a scan finds in any profile
MAYBE = ("partial", "rewrite")  # kinds that it may leave out

Ends = frozenset[str]


@pytest.fixture(scope="module")
def expected() -> dict[Ends, str]:
    """What is expected of two articles (a kind, or none), and of one (spun)."""
    with (SAMPLES / "expected.csv").open(encoding="utf-8", newline="") as file:
        return {
            frozenset({row["left"], row["right"]} - {""}): row["expected"] for row in csv.DictReader(file)
        }


@pytest.fixture(scope="module")
def reported(samples: Results) -> dict[Ends, str]:
    """The kind of every reported pair."""
    return {
        frozenset((row["left"], row["right"])): row["kind"]
        for row in samples.rows("pairs", ["left", "right", "kind"])
    }


def test_every_name_in_the_list_is_an_article(samples: Results, expected: dict[Ends, str]) -> None:
    named = {name for ends in expected for name in ends}
    assert named <= {row["article"] for row in samples.rows("articles", ["article"])}


def test_every_expected_pair_is_found_with_its_kind(
    reported: dict[Ends, str], expected: dict[Ends, str]
) -> None:
    wanted = {ends: kind for ends, kind in expected.items() if kind in FOUND}
    assert wanted
    assert {ends: reported.get(ends) for ends in wanted} == wanted


def test_passages_and_rewordings_have_their_kind_where_they_are_found(
    reported: dict[Ends, str], expected: dict[Ends, str]
) -> None:
    wanted = {ends: kind for ends, kind in expected.items() if kind in MAYBE and ends in reported}
    assert {ends: reported[ends] for ends in wanted} == wanted


def test_no_trap_and_no_unlisted_pair_is_reported(
    reported: dict[Ends, str], expected: dict[Ends, str]
) -> None:
    pairs = {ends for ends, kind in expected.items() if kind in (*FOUND, *MAYBE)}
    assert reported.keys() - pairs == set()


def test_the_articles_that_were_put_through_a_spinner_are_flagged_and_no_others(
    samples: Results, expected: dict[Ends, str]
) -> None:
    spun = {name for ends, kind in expected.items() if kind == "spun" for name in ends}
    assert {row["article"] for row in samples.flagged()} == spun


def test_spun_evidence_stands_in_the_text(samples: Results) -> None:
    texts = {row["article"]: row["text"] for row in samples.rows("articles", ["article", "text"])}
    evidence = list(samples.rows("spun"))
    assert {row["article"] for row in evidence} == {row["article"] for row in samples.flagged()}
    for row in evidence:
        assert row["phrase"] == texts[row["article"]][row["start"] : row["end"]]
        assert row["phrase"].strip()
        assert row["natural"].strip()
        assert row["natural"] != row["phrase"]
        assert row["partner"] is None or row["partner"] in texts


def test_the_spun_side_of_a_pair_is_the_flagged_one(samples: Results) -> None:
    flagged = {row["article"] for row in samples.flagged()}
    sides = [
        row[row["spun_side"]]
        for row in samples.rows("pairs", ["left", "right", "spun_side"])
        if row["spun_side"]
    ]
    assert sides == ["worldportnews-gannet-point-ruling.txt"]
    assert set(sides) <= flagged
